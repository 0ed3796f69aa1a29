"""
Parsing: whether a line that somebody typed is a command, and which, or talk.
"""

from __future__ import annotations

import unicodedata
from itertools import dropwhile
from typing import TYPE_CHECKING

from twisted_chat.commands.command import LONGEST_NAME
from twisted_chat.text.names import INVISIBLE, LEAVING_WORDS, fold, narrow

if TYPE_CHECKING:
    from collections.abc import Container

# What the key of the slash writes in Chinese and in Japanese: a comma and a dot, that stand before
# the name of a command by mistake only.
_SLASH_KEYS = frozenset("\u3001\u30fb\uff65")


def parse_line(text: str, commands: Container[str]) -> tuple[str, str]:
    """
    Return the name of the command that a line means, empty for something said, and its rest.

    Args:
        commands: the names and aliases there are.
    """
    first, bare = text[:1], text
    if not "!" <= first <= "~":
        # A space before a slash, or a key pressed by mistake, must not tell the room a secret.
        bare = _without_unseen(text)
        first = narrow(bare[:1])
    if first == "/" or (first in _SLASH_KEYS and _is_command(bare, commands)):
        if narrow(bare[1:2]) == "/":
            return "", bare[1:]
        name, rest = [*bare[1:].split(None, 1), "", ""][:2]
        return name or "help", rest
    if first == "@":
        nick, colon, _ = narrow(bare[1:]).partition(":")
        if colon and nick and not any(map(str.isspace, nick)):
            return "msg", f"{nick} {bare[len(nick) + 2 :]}"
    if len(text) <= LONGEST_NAME and narrow(text).strip().lower() in LEAVING_WORDS:
        return "quit", ""
    return "", text


def _is_command(bare: str, commands: Container[str]) -> bool:
    name = bare[1:].split(None, 1)[0] if bare[1:2].strip() else ""
    return fold(name[: LONGEST_NAME + 1]) in commands


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
                or unicodedata.category(character) == "Cf"
            ),
            text,
        )
    )
