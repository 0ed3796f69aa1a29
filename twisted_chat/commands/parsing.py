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
from twisted_chat.text.name_rules import may_be_nick
from twisted_chat.text.names import (
    HELP_LINES,
    INVISIBLE,
    LEAVING_WORDS,
    fold,
    narrow,
)

if TYPE_CHECKING:
    from collections.abc import Container

# As keyboards and input methods write it.
_SLASHES = ("/", "\uff0f")
# What the key of the slash writes in Chinese and in Japanese: a comma and a dot.  Both begin talk
# too, so that a command behind one is neither said nor done.
_SLASH_KEYS = frozenset("\u3001\u30fb\uff64\uff65")
# What no command's name holds, but paths, comments, patterns and other code do.
_CODE = re.compile(r"""[][/\\*<>(){}=+"'`|^$~#&@]""")
# What shows nothing by itself at the beginning of a line: formats and marks.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})


def parse_line(text: str, commands: Container[str], *, in_block: bool = False) -> tuple[str, str]:
    """
    Return the name of the command that a line means, empty for something said, and its rest.

    Args:
        commands: the names and aliases there are.
        in_block: the line was pasted with others.  Then it is a command only if it says so: a word
            that leaves or asks for help is said, and so is a slash alone and a key such as
            ``/pets:``; two slashes are a comment unless a command's name follows them at once.

    Raises:
        ChatError: it may be a command or talk, and which, only its writer knows.
    """
    first, bare = text[:1], text
    if not "!" <= first <= "~":
        # A space before a slash, or a key pressed by mistake, must not tell the room a secret.
        bare = _without_unseen(text)
        first = narrow(bare[:1])
    if first in _SLASH_KEYS and not in_block:
        _require_talk(bare, commands)
    if first == "/":
        return _behind_slash(text, bare[1:], commands, in_block=in_block)
    if first == "@":
        nick, colon, _ = narrow(bare[1:]).partition(":")
        rest = bare[len(nick) + 2 :]
        # A line of code, such as `@property:`, ends there.
        if colon and may_be_nick(nick) and (rest.strip() or not in_block):
            return "msg", f"{nick} {rest}"
    if in_block:
        return "", text
    if len(text) <= LONGEST_NAME and narrow(text).strip().lower() in LEAVING_WORDS:
        return "quit", ""
    if narrow(text) in HELP_LINES:
        return "help", ""
    return "", text


def _behind_slash(
    text: str, behind: str, commands: Container[str], *, in_block: bool
) -> tuple[str, str]:
    if behind[:1] in _SLASHES:
        # A program writes two slashes to say a line that would be a command with one.
        word = behind[1 : LONGEST_NAME + 2].partition(" ")[0]
        is_code = fold(word) not in commands if in_block else behind[1:2].isspace()
        return "", text if is_code or (in_block and text[0].isspace()) else behind
    name, rest = [*behind.split(None, 1), "", ""][:2]
    if not name:
        return ("", text) if in_block else ("help", "")
    if name in commands or _begins_with_name(name, commands):
        return name, rest
    may_be_name = not behind[0].isspace() and _may_be_name(narrow(name))
    is_key = in_block and name.endswith(":")
    return (name, rest) if may_be_name and not is_key else ("", text)


def _begins_with_name(word: str, commands: Container[str]) -> bool:
    """
    Return whether ``word`` is the name of a command, or one with signs behind it.
    """
    word = narrow(word[: LONGEST_NAME + 1])
    names = (word, word.rstrip(":"), _CODE.split(word, maxsplit=1)[0])
    return "/" not in word and any(fold(name) in commands for name in names)


def _may_be_name(word: str) -> bool:
    # A control character or something invisible may stand before one.
    is_sign = "!" <= word[0] <= "~" and not (word[0].isalpha() or word[0] in "_?")
    return not is_sign and not _CODE.search(word)


def _require_talk(bare: str, commands: Container[str]) -> None:
    typed = bare[1:].split(None, 1)[0] if bare[1:2].strip() else ""
    name = fold(typed[: LONGEST_NAME + 1])
    if name in commands:
        raise ChatError(
            f"That line was not sent: it begins with {bare[0]} and a command. "
            f"Type /{name} for the command, or /say before the line to say it.",
            code="command-or-talk",
            command=name,
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
