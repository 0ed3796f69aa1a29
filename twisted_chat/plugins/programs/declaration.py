"""
Declarations: what a program registers, made into commands like all others.

From a declaration a function with a signature is made, so that parsing, help, completion and
errors are those of any command.
"""

from __future__ import annotations

import inspect
import keyword
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from twisted_chat.commands.command import LONGEST_NAME, Command, command, command_of
from twisted_chat.commands.dispatcher import Context
from twisted_chat.commands.parameters.readers import Text
from twisted_chat.errors import ChatError
from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Edited,
    Event,
    Joined,
    Left,
    Pinned,
    Reacted,
    Said,
    TopicChanged,
    Unpinned,
    Unreacted,
)
from twisted_chat.text.clean import one_line, sentence
from twisted_chat.text.durations import Duration
from twisted_chat.text.names import shows
from twisted_chat.world.model import Room, User

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

#: Commands of one program.
MOST_COMMANDS = 50
#: Parameters of one command.
MOST_PARAMETERS = 20
#: The longest help, in characters.
LONGEST_HELP = 200
#: The events in rooms that a program may hear, by name.
HEARABLE: Mapping[str, type[Event]] = {
    "said": Said,
    "acted": Acted,
    "announced": Announced,
    "edited": Edited,
    "deleted": Deleted,
    "topic-changed": TopicChanged,
    "joined": Joined,
    "left": Left,
    "reacted": Reacted,
    "unreacted": Unreacted,
    "pinned": Pinned,
    "unpinned": Unpinned,
}
#: Those that it may filter.
FILTERABLE: Mapping[str, type[Event]] = {
    "said": Said,
    "acted": Acted,
    "edited": Edited,
    "topic-changed": TopicChanged,
}

_TYPES: Mapping[str, Any] = {
    "word": str,
    "text": Text,
    "int": int,
    "float": float,
    "bool": bool,
    "duration": Duration,
    "user": User,
    "room": Room,
}
# What JSON has for a value of each type that can be a default.
_DEFAULTS: Mapping[str, tuple[type, ...]] = {
    "word": (str,),
    "text": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}
_Type = Literal["word", "text", "int", "float", "bool", "duration", "user", "room"]
_Value = str | int | float | bool


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A parameter of a command.

    Attributes:
        name: as it stands in the usage line.
        type: ``word``, ``text`` (the rest of the line), ``int``, ``float``, ``bool``,
            ``duration``, ``user`` or ``room``.
        choices: the only words that it takes, in the place of a type.
        default: its value where it is left out; `UNSET` if it is needed.
    """

    name: str
    type: _Type = "word"
    choices: list[str] = []
    default: _Value | UnsetType | None = UNSET


class Declaration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A command of a program; the members are those of the decorator `command`.
    """

    name: str
    help: str
    parameters: list[Parameter] = []
    aliases: list[str] = []
    in_room: bool = False
    needs: str = ""
    cooldown: float = 0.0


class BadDeclaration(ChatError):
    """
    A program cannot have what it wants to register.
    """

    code = "bad-declaration"


def command_from(
    declared: Declaration, owner: str, call: Callable[[Context, dict[str, Any]], Any]
) -> Command:
    """
    Return the command that ``declared`` describes.

    Args:
        owner: the name of the program: the heading of its commands in the help.
        call: called with the context and the arguments by name, as JSON has them; what is left
            out has its default.

    Raises:
        BadDeclaration: there can be no such command.
    """

    def run(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        ctx, *values = given.arguments.values()
        names = (each.name for each in declared.parameters)
        return call(ctx, dict(zip(names, map(_as_json, values), strict=True)))

    try:
        help_ = one_line(declared.help)[:LONGEST_HELP].strip()
        if not shows(help_):
            raise ValueError("it needs a help, one line that says what it does")
        parameters, hints = _signature(declared.parameters)
        signature = inspect.Signature(parameters)
        what: Any = run
        what.__signature__ = signature
        what.__annotations__ = hints
        what.__doc__ = help_
        what.__name__ = what.__qualname__ = declared.name
        what.__module__ = owner
        if not 0 <= declared.cooldown <= 1e6:
            raise ValueError("cooldown must be seconds, 0 to 1000000")
        decorate = command(
            name=declared.name,
            aliases=declared.aliases,
            in_room=declared.in_room,
            needs=declared.needs,
            cooldown=declared.cooldown,
        )
        made = command_of(decorate(what))
    except (TypeError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise BadDeclaration(
            sentence(f"The command {declared.name!r} cannot be registered: {problem}"),
            command=declared.name,
        ) from None
    assert made is not None
    return made


def _signature(
    declared: list[Parameter],
) -> tuple[list[inspect.Parameter], dict[str, Any]]:
    kinds = inspect.Parameter
    # No parameter of a program may begin so.
    parameters = [kinds("_ctx", kinds.POSITIONAL_OR_KEYWORD, annotation=Context)]
    hints: dict[str, Any] = {"_ctx": Context}
    if len(declared) > MOST_PARAMETERS:
        raise ValueError(f"a command has at most {MOST_PARAMETERS} parameters")
    for each in declared:
        _require_name(each.name, hints)
        kind = kinds.KEYWORD_ONLY if each.type == "text" else kinds.POSITIONAL_OR_KEYWORD
        if parameters[-1].kind is kinds.KEYWORD_ONLY:
            raise ValueError("a text takes the rest of the line, so it must be the last parameter")
        is_needed = each.default is UNSET and each.type != "text"
        if is_needed and parameters[-1].default is not kinds.empty:
            raise ValueError(
                f"{each.name} needs a default, as {parameters[-1].name} before it has one"
            )
        parameters.append(kinds(each.name, kind, default=_default(each)))
        hints[each.name] = _hint(each)
    return parameters, hints


def _require_name(name: str, taken: Container[str]) -> None:
    shown = one_line(name)[:LONGEST_NAME]
    if not name.isidentifier() or name.startswith("_") or len(name) > LONGEST_NAME:
        raise ValueError(
            f"{shown!r} cannot be the name of a parameter: a name has at most {LONGEST_NAME} "
            "letters, digits and _, and begins with a letter"
        )
    if keyword.iskeyword(name):
        raise ValueError(f"{shown!r} cannot be the name of a parameter: the server reserves it")
    if name in taken:
        raise ValueError(f"two parameters are called {name}")


def _hint(declared: Parameter) -> Any:
    if not declared.choices:
        return _TYPES[declared.type]
    if declared.type != "word":
        raise ValueError(f"{declared.name} has choices, so it has no type")
    if any(each.split() != [each] for each in declared.choices):
        raise ValueError(f"each of the choices of {declared.name} must be one word")
    return Literal[tuple(declared.choices)]


def _default(declared: Parameter) -> Any:
    given = declared.default
    if given is UNSET:
        return inspect.Parameter.empty
    if given is None or (declared.choices and given in declared.choices):
        return given
    if declared.type == "duration" and isinstance(given, str):
        return Duration.parse(given)
    kinds = _DEFAULTS.get(declared.type, ())
    if (
        declared.choices
        or not isinstance(given, kinds)
        or isinstance(given, bool) != (declared.type == "bool")
    ):
        raise ValueError(f"{given!r} cannot be the default of {declared.name}")
    return given


def _as_json(value: Any) -> Any:
    match value:
        case User():
            return value.nick
        case Room():
            return value.name
        case Duration():
            return value.total_seconds()
    return value


def kinds_of(
    names: list[str], known: Mapping[str, type[Event]], deed: str
) -> tuple[type[Event], ...]:
    """
    Return the kinds of events that are called ``names``.

    Raises:
        BadDeclaration: one is not ``known``.
    """
    for name in names:
        if name not in known:
            raise BadDeclaration(
                f"A program cannot {deed} {one_line(name)[:40]!r}, only {', '.join(known)}."
            )
    return tuple(dict.fromkeys(known[name] for name in names))
