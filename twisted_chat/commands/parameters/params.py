"""
Parameters of commands, from the signatures of their functions.
"""

from __future__ import annotations

import inspect
import typing
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from twisted_chat.commands.parameters.readers import UNIONS, Text, reader_of, without_none
from twisted_chat.text.durations import Duration
from twisted_chat.text.names import narrow
from twisted_chat.world.model import Room, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted_chat.world.world import World


@frozen
class ParamType:
    """
    A type of parameters that a plugin makes: ``Annotated[date, ParamType("day", ...)]``.

    Attributes:
        name: what it is called, such as ``day``; programs that are asked for one are told it.
        parse: turns a word into a value, or raises `ValueError`, or a `ChatError` with a sentence.
        help: what the word must be, for errors: ``a date such as 2026-11-29``.
        complete: returns what a word that has begun may become; None for nothing.
    """

    name: str
    parse: Callable[[str], Any]
    help: str
    complete: Callable[[str], Iterable[str]] | None = None


class Secret(str):
    """
    A password: what is never typed behind a command, but given apart from it by a program.

    A parameter of this type defaults to None: then the user who typed the command is asked for it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(...)"


@frozen
class Param:
    """
    One parameter of a command.

    Attributes:
        name: its name in the usage line.
        read: turns a word that a user typed into a value, or raises `ValueError` or a `ChatError`.
        wanted: what the word must be, for errors.
        required: it has no default.
        default: the value without a word; None if it is required.
        rest: it takes the rest of the line, with spaces.
        choices: the words it takes; those besides other values if it is `open`.
        open: it takes other values than its choices.
        kind: ``user``, ``room`` or ``command`` if it takes the name of one; otherwise empty.
        complete: returns what a word that has begun may become; called with the context, or for
            a type of a plugin with None, and with what was typed of it; None for nothing.
    """

    name: str
    read: Callable[[World, User, str], Any]
    wanted: str
    required: bool
    rest: bool
    choices: tuple[str, ...] = ()
    kind: str = ""
    default: Any = None
    open: bool = True
    complete: Callable[[Any, str], Iterable[str]] | None = None

    @property
    def usage(self) -> str:
        """
        Its text in the usage line: ``nick``, ``[room]``, ``on|off``.
        """
        shown = "|".join([self.name, *self.choices] if self.open else self.choices)
        return shown if self.required else f"[{shown}]"


def params_of(function: Callable[..., Any]) -> tuple[tuple[Param, ...], tuple[str, ...]]:
    """
    Return the parameters of a command from its signature, without its context, and its secrets.

    The secrets are the names of those parameters that are not typed, in order.

    Raises:
        TypeError: there is no first parameter, a parameter has no annotation or one that is not
            supported, one is ``*args`` or ``**kwargs``, more than one takes the rest of the line,
            or a secret does not default to None, or cannot be given by its name.
    """
    where = _where(function)
    hints = _hints(function)
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind not in _POSITIONAL:
        raise TypeError(f"{where} needs a first parameter, the context")
    secrets = _secrets(where, parameters, hints)
    params = tuple(
        _param(where, parameter, hints)
        for parameter in parameters[1:]
        if parameter.name not in secrets
    )
    if sum(param.rest for param in params) > 1:
        raise TypeError(
            f"{where} has more than one keyword-only parameter; only one can take the rest"
        )
    return params, secrets


def _secrets(
    where: str, parameters: Iterable[inspect.Parameter], hints: Mapping[str, Any]
) -> tuple[str, ...]:
    secrets = [each for each in parameters if without_none(hints.get(each.name)) is Secret]
    for each in secrets:
        if each.default is not None or each.kind is inspect.Parameter.POSITIONAL_ONLY:
            raise TypeError(
                f"{where}: {each.name} is a secret: it must default to None and be one "
                "that can be given by its name"
            )
    return tuple(each.name for each in secrets)


def _where(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise TypeError(f"{_where(function)}: an annotation is not defined: {error}") from error


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _param(where: str, parameter: inspect.Parameter, hints: dict[str, Any]) -> Param:
    name = parameter.name
    if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        raise TypeError(
            f"{where}: {name} may not be a variable parameter; a keyword-only one takes the rest"
        )
    if name not in hints:
        raise TypeError(f"{where}: {name} needs an annotation that says what it is read into")
    required = parameter.default is inspect.Parameter.empty
    try:
        return evolve(
            param_for(name, hints[name]),
            required=required,
            rest=parameter.kind is inspect.Parameter.KEYWORD_ONLY,
            default=None if required else parameter.default,
        )
    except TypeError as error:
        raise TypeError(f"{where}: {error}") from None


def param_for(name: str, annotation: Any) -> Param:
    """
    Return a required parameter of one word, which is read as ``annotation`` says.

    Raises:
        TypeError: nothing can read that.
    """
    hint = without_none(annotation)
    if (own := _own(hint)) is not None:
        complete = None if own.complete is None else partial(_complete, own.complete)
        read_own = partial(_parse, own.parse)
        return Param(name, read_own, own.help, required=True, rest=False, complete=complete)
    reader = reader_of(hint)
    if reader is None:
        raise TypeError(f"nothing can read {name} into {annotation!r}")
    read, wanted, choices = reader
    return Param(
        name,
        # Text is taken as it was typed; so are names, which are looked up in any width anyway.
        read
        if hint in (str, Text, User, Room)
        else lambda world, user, word: read(world, user, narrow(word)),
        wanted,
        required=True,
        rest=False,
        choices=choices,
        kind=_kind(name, hint),
        open=not choices or typing.get_origin(hint) in UNIONS,
    )


def type_name(annotation: Any) -> str:
    """
    Return what programs call the type that ``annotation`` is: ``text``, ``number``, ``choice``.
    """
    hint = without_none(annotation)
    if (own := _own(hint)) is not None:
        return own.name
    if hint in _TYPE_NAMES:
        return _TYPE_NAMES[hint]
    reader = reader_of(hint)
    return "choice" if reader is not None and reader[2] else "text"


def _own(hint: Any) -> ParamType | None:
    """
    Return the type of a plugin that ``hint`` names; None if it is none.
    """
    given = typing.get_args(hint) if typing.get_origin(hint) is typing.Annotated else ()
    return next((each for each in given if isinstance(each, ParamType)), None)


def _parse(parse: Callable[[str], Any], _world: World, _user: User, word: str) -> Any:
    return parse(word)


def _complete(complete: Callable[[str], Iterable[str]], _ctx: object, typed: str) -> Iterable[str]:
    return complete(typed)


def _kind(name: str, hint: Any) -> str:
    """
    Return the kind of name that a word is, by its annotation, or by the parameter's name.
    """
    if hint is User or (hint is str and name in ("nick", "who")):
        return "user"
    if hint is Room:
        return "room"
    return name if hint is str and name in ("room", "command") else ""


# What programs are told of a question for a value of these.
_TYPE_NAMES: dict[Any, str] = {
    int: "integer",
    float: "number",
    bool: "boolean",
    Duration: "duration",
    User: "user",
    Room: "room",
}
