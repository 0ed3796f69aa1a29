"""
Readers: how a word that a user typed becomes a value of the type that an annotation names.
"""

from __future__ import annotations

import enum
import math
import re
import types
import typing
from typing import TYPE_CHECKING, Any, NewType

from twisted_chat.errors import ChatError
from twisted_chat.text.clean import clean_lines, is_plain, one_line, short_blanks
from twisted_chat.text.durations import Duration
from twisted_chat.text.folding import plain_digits
from twisted_chat.text.names import shortened
from twisted_chat.world.model import Room, User
from twisted_chat.world.settings import read_switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.world.world import World

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
# Digits of a whole number; more would not fit into the database.
_DIGITS = 18

#: The rest of a line as it was typed or sent: any number of lines.  A parameter that is a ``str``
#: is one line, with a space in place of what ended another one.
Text = NewType("Text", str)

#: The types of an annotation that allows one of several.
UNIONS = (typing.Union, types.UnionType)


def without_none(hint: Any) -> Any:
    """
    Return what ``hint`` is besides None: ``int`` of ``int | None``.
    """
    if typing.get_origin(hint) in UNIONS:
        others = [arg for arg in typing.get_args(hint) if arg is not types.NoneType]
        if len(others) == 1:
            return others[0]
    return hint


#: What reads a word, what the word must be, for errors, and the words there are to choose from.
Reader = tuple["Callable[[World, User, str], Any]", str, tuple[str, ...]]


def reader_of(hint: Any) -> Reader | None:
    """
    Return what reads a word into ``hint``; None if nothing can.
    """
    if typing.get_origin(hint) is typing.Annotated:
        hint = typing.get_args(hint)[0]
    if isinstance(hint, (type, NewType)) and hint in _READERS:
        return _READERS[hint]
    if typing.get_origin(hint) in UNIONS:
        return _either(*typing.get_args(hint))
    if typing.get_origin(hint) is typing.Literal:
        values = {str(value).lower(): value for value in typing.get_args(hint)}
        return _choice(values)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _choice({member.name.lower(): member for member in hint})
    return None


def _either(hint: Any, *others: Any) -> Reader | None:
    """
    Return the reader of one of two types, such as ``int | Literal["last"]``: a word comes first.
    """
    read_other, read_word = reader_of(hint), reader_of(others[0])
    if read_other is None or read_word is None or len(others) > 1 or not read_word[2]:
        return None

    def read(world: World, user: User, word: str) -> Any:
        try:
            return read_word[0](world, user, word)
        except ValueError:
            return read_other[0](world, user, word)

    return read, f"{read_other[1]}, or {read_word[1]}", read_word[2]


def _choice(values: dict[str, Any]) -> Reader:
    def read(_world: World, _user: User, word: str) -> Any:
        if word.lower() not in values:
            raise ValueError(word)
        return values[word.lower()]

    names = tuple(values)
    return read, " or ".join(names), names


def _read_line(_world: World, _user: User, word: str) -> str:
    return word if is_plain(word) else short_blanks(one_line(word))


def _read_text(_world: World, _user: User, word: str) -> str:
    return word if is_plain(word) else short_blanks(clean_lines(word))


def _read_int(_world: World, _user: User, word: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", word):
        raise ValueError(word)
    if len(word) > _DIGITS:
        raise ChatError(
            f"{shortened(word)} is too large a number.",
            code="number-too-large",
            typed=shortened(word),
        )
    return int(word)


def _read_float(_world: World, _user: User, word: str) -> float:
    # Stricter than `float`: no inf, no 1_000.
    word = plain_digits(word)
    if not _NUMBER.fullmatch(word) or math.isinf(number := float(word)):
        raise ValueError(word)
    return number


def _read_bool(_world: World, _user: User, word: str) -> bool:
    return read_switch(word)


_READERS: dict[Any, Reader] = {
    str: (_read_line, "text", ()),
    Text: (_read_text, "text", ()),
    int: (_read_int, "a whole number", ()),
    float: (_read_float, "a number", ()),
    bool: (_read_bool, "on or off", ("on", "off")),
    Duration: (
        lambda _world, _user, word: Duration.parse(word),
        "a time such as 90s, 10m or 2d, 1000d at most",
        (),
    ),
    User: (lambda world, _, word: world.find_user(word), "a user who is here", ()),
    Room: (lambda world, user, word: world.find_room(word, seen_by=user), "a room", ()),
}
