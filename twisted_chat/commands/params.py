"""
What a word on a command line is read into, by the annotation of the parameter it is for.
"""

from __future__ import annotations

import enum
import inspect
import math
import re
import types
import typing
from typing import TYPE_CHECKING, Any

from attrs import frozen

from twisted_chat.errors import ChatError
from twisted_chat.text.durations import Duration
from twisted_chat.text.folding import plain_digits
from twisted_chat.text.names import narrow, shortened
from twisted_chat.world.model import Room, User

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
# Characters of a whole number: with more, it fits into no database.
_DIGITS = 18
_YES_NO = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


@frozen
class Param:
    """
    One parameter of a command.

    Attributes:
        name: as it stands in the usage line.
        read: makes the value of a word that somebody typed, or raises `ValueError` or a
            `ChatError`.
        wanted: what the word must be, for the sentence that says it is not.
        required: there is no default.
        rest: it takes the rest of the line, spaces and all.
        choices: every word it takes; empty where they cannot be told.
    """

    name: str
    read: Callable[[User, str], Any]
    wanted: str
    required: bool
    rest: bool
    choices: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """
        How it stands in the usage line: ``nick``, ``[room]``, ``on|off``.
        """
        shown = "|".join(self.choices) if self.choices else self.name
        return shown if self.required else f"[{shown}]"


def params_of(function: Callable[..., Any]) -> tuple[Param, ...]:
    """
    Read the parameters of a command off its signature, the first (its context) left out.

    Raises:
        TypeError: there is no first parameter, one has no annotation or one that nothing can
            read, one is ``*args`` or ``**kwargs``, or more than one takes the rest of the line.
    """
    where = f"{function.__module__}.{function.__qualname__}"
    try:
        hints = typing.get_type_hints(function)
    except NameError as error:
        raise TypeError(f"{where}: an annotation is not defined: {error}") from error
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind not in _POSITIONAL:
        raise TypeError(f"{where} needs a first parameter, the context")
    params = tuple(_param(where, parameter, hints) for parameter in parameters[1:])
    if sum(param.rest for param in params) > 1:
        raise TypeError(
            f"{where} has more than one keyword-only parameter; only one can take the rest"
        )
    return params


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _param(where: str, parameter: inspect.Parameter, hints: dict[str, Any]) -> Param:
    name = parameter.name
    if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        raise TypeError(
            f"{where}: {name} may not be a variable parameter; a keyword-only one takes the rest"
        )
    if name not in hints:
        raise TypeError(f"{where}: {name} needs an annotation that says what it is read into")
    reader = _reader(_without_none(hints[name]))
    if reader is None:
        raise TypeError(f"{where}: nothing can read {name} into {hints[name]!r}")
    read, wanted, choices = reader
    return Param(
        name,
        # Text alone is taken as it was typed.
        read if hints[name] is str else lambda user, word: read(user, narrow(word)),
        wanted,
        parameter.default is inspect.Parameter.empty,
        parameter.kind is inspect.Parameter.KEYWORD_ONLY,
        choices,
    )


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        others = [arg for arg in typing.get_args(hint) if arg is not types.NoneType]
        if len(others) == 1:
            return others[0]
    return hint


_Reader = tuple["Callable[[User, str], Any]", str, tuple[str, ...]]


def _reader(hint: Any) -> _Reader | None:
    if isinstance(hint, type) and hint in _READERS:
        return _READERS[hint]
    if typing.get_origin(hint) is typing.Literal:
        values = {str(value).lower(): value for value in typing.get_args(hint)}
        return _choice(values)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _choice({member.name.lower(): member for member in hint})
    return None


def _choice(values: dict[str, Any]) -> _Reader:
    def read(_: User, word: str) -> Any:
        if word.lower() not in values:
            raise ValueError(word)
        return values[word.lower()]

    names = tuple(values)
    return read, " or ".join(names), names


def _read_int(_: User, word: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", word):
        raise ValueError(word)
    if len(word) > _DIGITS:
        raise ChatError(f"{shortened(word)} is too large a number.")
    return int(word)


def _read_float(_: User, word: str) -> float:
    # Not whatever `float` would take: no inf, no 1_000.
    word = plain_digits(word)
    if not _NUMBER.fullmatch(word) or math.isinf(number := float(word)):
        raise ValueError(word)
    return number


def _read_bool(_: User, word: str) -> bool:
    if word.lower() not in _YES_NO:
        raise ValueError(word)
    return _YES_NO[word.lower()]


_READERS: dict[Any, _Reader] = {
    str: (lambda _, word: word, "text", ()),
    int: (_read_int, "a whole number", ()),
    float: (_read_float, "a number", ()),
    bool: (_read_bool, "on or off", ("on", "off")),
    Duration: (
        lambda _, word: Duration.parse(word),
        "a time such as 90s, 10m or 2d, 1000d at most",
        (),
    ),
    User: (lambda user, word: user.hub.find_user(word), "somebody who is here", ()),
    Room: (lambda user, word: user.hub.find_room(word, seen_by=user), "a room", ()),
}
