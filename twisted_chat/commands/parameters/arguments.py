"""
Arguments: reading what stands behind a command into the values of its parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted_chat.commands.parameters.params import Param, Secret
from twisted_chat.errors import BadArgument, ChatError
from twisted_chat.text.names import shortened, with_article

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.commands.command import Command
    from twisted_chat.world.model import User
    from twisted_chat.world.world import World

_Values = tuple[list[Any], dict[str, Any]]


def read(command: Command, world: World, user: User, line: str) -> _Values:
    """
    Read the arguments from the rest of a line that ``user`` typed.

    Returns:
        the positional and the keyword arguments, without the context.

    Raises:
        BadArgument: too many words, too few, or one that cannot be read.
        ChatError: there is no such user or room.
    """
    params = command.params
    # Only the last parameter can take the rest of the line.
    takes_rest = bool(params) and params[-1].rest
    words = line.split(None, len(params) - takes_rest)
    if len(words) > len(params):
        raise BadArgument(
            f"/{command.name} does not take so many words.",
            command.usage,
            code="too-many-words",
            command=command.name,
        )
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for param, word in zip(params, words, strict=False):
        try:
            value = param.read(world, user, word)
        except ValueError:
            raise _unreadable(command, param, word) from None
        if param.rest:
            kwargs[param.name] = value
        else:
            args.append(value)
    for param in params[len(words) :]:
        if param.required:
            raise _missing(command, param)
    return args, kwargs


def bind(command: Command, world: World, user: User, given: Mapping[str, object]) -> _Values:
    """
    Read arguments that a program gave for ``user``, by the names of their parameters.

    Args:
        given: texts, numbers, and true or false; a text is read as if it were typed.

    Returns:
        the positional and the keyword arguments, without the context.

    Raises:
        BadArgument: there is no such parameter, one is missing, or one cannot be read.
        ChatError: a person or room that is not there.
    """
    known = {param.name for param in command.params}.union(command.secrets)
    for name in given:
        if name not in known:
            shown = shortened(str(name))
            raise _unfit(command, shown, f"/{command.name} takes no {shown}.", "unknown-argument")
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for param in command.params:
        value = given.get(param.name)
        if value is None and param.required:
            raise _missing(command, param)
        found = param.default if value is None else _given(command, world, user, param, value)
        if param.rest:
            kwargs[param.name] = found
        else:
            args.append(found)
    for name in command.secrets:
        value = given.get(name)
        if value is not None and not isinstance(value, str):
            raise _unfit(command, name, f"{name} must be text.")
        kwargs[name] = None if value is None else Secret(value)
    return args, kwargs


def typed_as(value: object) -> str | None:
    """
    Return what a user would type for a value that a program gave; None if that is nothing.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def problem_of(param: Param, word: str) -> str:
    """
    Return the sentence for a ``word`` that cannot be read into ``param``.
    """
    return f'{param.name} must be {param.wanted}, not "{shortened(word)}".'


def _given(command: Command, world: World, user: User, param: Param, value: object) -> Any:
    word = typed_as(value)
    if word is None:
        raise _unfit(command, param.name, f"{param.name} must be {param.wanted}.")
    if param.rest:
        if param.required and not word.strip():
            raise _missing(command, param)
    elif len(word.split()) != 1:
        raise _unfit(command, param.name, f"{param.name} must be one word.")
    word = word if param.rest else word.strip()
    try:
        return param.read(world, user, word)
    except ValueError:
        raise _unreadable(command, param, word) from None


def _unreadable(command: Command, param: Param, word: str) -> BadArgument:
    return BadArgument(
        problem_of(param, word),
        command.usage,
        code="bad-argument",
        command=command.name,
        argument=param.name,
        typed=shortened(word),
    )


def _missing(command: Command, param: Param) -> BadArgument:
    return BadArgument(
        f"/{command.name} needs {_needed(param)}.",
        command.usage,
        code="missing-argument",
        command=command.name,
        argument=param.name,
    )


def _unfit(command: Command, argument: str, problem: str, code: str = "") -> ChatError:
    return BadArgument(problem, command.usage, code=code, command=command.name, argument=argument)


def _needed(param: Param) -> str:
    if not param.open:
        return " or ".join(param.choices)
    if param.name.endswith("s"):
        return param.name
    return with_article(param.name)
