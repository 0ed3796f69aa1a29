"""
Parsing: which command a typed line is, or whether it is talk.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import dropwhile
from typing import TYPE_CHECKING

from twisted_chat.commands.command import LONGEST_NAME
from twisted_chat.errors import ChatError
from twisted_chat.text.names import HELP_LINES, INVISIBLE, LEAVING_WORDS, fold, narrow

if TYPE_CHECKING:
    from collections.abc import Container

# As keyboards and input methods write it.
_SLASHES = ("/", "\uff0f")
_ATS = ("@", "\uff20")
# What the key of the slash writes in Chinese and in Japanese: a comma and a dot.  Both begin talk
# too, so that a command behind one is neither said nor done.
_SLASH_KEYS = frozenset("\u3001\u30fb\uff64\uff65")
# What shows nothing by itself at the beginning of a line: formats and marks.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})

# `@nick:text` and `@nick :text`; the colon of a smiley is part of the text.
_ADDRESSED = re.compile(r"@(?P<nick>[^\s:]+)(?:[^\S\n]*:(?![-)(/|\\*'^\]])|[^\S\n]*(?=:))")


def parse_line(text: str, commands: Container[str]) -> tuple[str, str]:
    """
    Return the name of the command that a line means, empty for something said, and its rest.

    Args:
        commands: the names and aliases there are.

    Raises:
        ChatError: it may be a command or talk, and which, only its writer knows.
    """
    first, bare = text[:1], text
    if not "!" <= first <= "~":
        # A space before a slash, or a key pressed by mistake, must not tell the room a secret.
        bare = _without_unseen(text)
        first = narrow(bare[:1])
    if first in _SLASH_KEYS:
        _require_talk(bare, commands)
    if first == "/":
        if bare[1:2] in _SLASHES:
            return "", bare[1:]
        name, rest = [*bare[1:].split(None, 1), "", ""][:2]
        return name or "help", rest
    if first == "@" and (message := _ADDRESSED.match(narrow(bare))):
        return "msg", f"{message['nick']} {bare[message.end() :]}"
    if len(text) <= LONGEST_NAME and narrow(text).strip().lower() in LEAVING_WORDS:
        return "quit", ""
    if narrow(text) in HELP_LINES:
        return "help", ""
    return "", text


def mention_of(text: str) -> tuple[str, str]:
    """
    Return the nick that something said begins with, as in ``@nick text``, and its rest.

    Both are empty if it does not begin so, or if nothing stands behind it.
    """
    if text[:1] not in _ATS:
        return "", ""
    word, _, rest = text[1:].partition(" ")
    nick, rest = narrow(word).rstrip(",.;!?"), rest.strip()
    return (nick, rest) if nick and rest else ("", "")


def _require_talk(bare: str, commands: Container[str]) -> None:
    typed = bare[1:].split(None, 1)[0] if bare[1:2].strip() else ""
    name = fold(typed[: LONGEST_NAME + 1])
    if name in commands:
        raise ChatError(
            f"That line was not sent: it begins with {bare[0]} and a command. "
            f"Type /{name} for the command, or /say before the line to say it."
        )


def _without_unseen(text: str) -> str:
    """
    Return ``text`` without what it begins with that shows nothing, or was a control character.
    """
    return "".join(
        dropwhile(
            lambda character: (
                character.isspace()
                or character == "\ufffd"
                or character in INVISIBLE
                or unicodedata.category(character) in _UNSEEN
            ),
            text,
        )
    )
