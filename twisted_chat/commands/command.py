"""
Slash commands: making typed functions commands.

The function's signature is the whole declaration.  Parsing, the usage line, the help and the
errors about arguments are made from it.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeVar, overload

from attrs import frozen

from twisted_chat import errors
from twisted_chat.commands.params import Param, Secret, params_of
from twisted_chat.text.names import (
    fold,
    shortened,
    with_article,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted_chat.world.model import User
    from twisted_chat.world.world import World

_Function = TypeVar("_Function", bound="Callable[..., Any]")


#: Characters of a name; nothing longer is one.
LONGEST_NAME = 32


@frozen
class Command:
    """
    A slash command.

    Attributes:
        name: without the slash.
        params: its parameters, in order.
        help: its help, one line.
        aliases: other names for it.
        in_room: only for users who are in a room.
        needs: the role that the user must have; empty for none.
        cooldown: seconds between two uses by one user.
        cost: how many lines it counts as, for the rate of lines.
        secret: it asks for a secret, which may be typed ahead, even if the command is refused.
        secrets: the names of what is never typed behind it, but may be given by a program.
        reads: it changes nothing, so that a program which asks again is answered again.
    """

    function: Callable[..., Any]
    name: str
    params: tuple[Param, ...]
    help: str
    aliases: tuple[str, ...] = ()
    in_room: bool = False
    needs: str = ""
    cooldown: float = 0.0
    cost: float = 1.0
    secret: bool = False
    secrets: tuple[str, ...] = ()
    reads: bool = False

    @property
    def usage(self) -> str:
        """
        The usage line: ``/msg nick text``.
        """
        return " ".join([f"/{self.name}", *(param.usage for param in self.params)])

    @property
    def topic(self) -> str:
        """
        Its heading in the help: its module, or the plugin's file.
        """
        return self.function.__module__.rpartition(".")[2].replace("_", " ").capitalize()

    def read(self, world: World, user: User, line: str) -> tuple[list[Any], dict[str, Any]]:
        """
        Read the arguments from the rest of a line that ``user`` typed.

        Returns:
            the positional and the keyword arguments, without the context.

        Raises:
            BadArgument: too many words, too few, or one that cannot be read.
            ChatError: there is no such user or room.
        """
        params = self.params
        # Only the last parameter can take the rest of the line.
        takes_rest = bool(params) and params[-1].rest
        words = line.split(None, len(params) - takes_rest)
        if len(words) > len(params):
            raise errors.BadArgument(
                f"/{self.name} does not take so many words.",
                self.usage,
                code="too-many-words",
                command=self.name,
            )
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for param, word in zip(params, words, strict=False):
            if param.rest:
                kwargs[param.name] = self._value(world, user, param, word)
            else:
                args.append(self._value(world, user, param, word))
        for param in params[len(words) :]:
            if param.required:
                raise self._missing(param)
        return args, kwargs

    def _missing(self, param: Param) -> errors.BadArgument:
        return errors.BadArgument(
            f"/{self.name} needs {_needed(param)}.",
            self.usage,
            code="missing-argument",
            command=self.name,
            argument=param.name,
        )

    def _unfit(self, argument: str, problem: str, code: str = "") -> errors.BadArgument:
        return errors.BadArgument(
            problem, self.usage, code=code, command=self.name, argument=argument
        )

    def bind(
        self, world: World, user: User, given: Mapping[str, object]
    ) -> tuple[list[Any], dict[str, Any]]:
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
        known = {param.name for param in self.params}.union(self.secrets)
        for name in given:
            if name not in known:
                shown = shortened(str(name))
                raise self._unfit(shown, f"/{self.name} takes no {shown}.", "unknown-argument")
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for param in self.params:
            value = given.get(param.name)
            if value is None and param.required:
                raise self._missing(param)
            found = param.default if value is None else self._given(world, user, param, value)
            if param.rest:
                kwargs[param.name] = found
            else:
                args.append(found)
        for name in self.secrets:
            value = given.get(name)
            if value is not None and not isinstance(value, str):
                raise self._unfit(name, f"{name} must be text.")
            kwargs[name] = None if value is None else Secret(value)
        return args, kwargs

    def _given(self, world: World, user: User, param: Param, value: object) -> Any:
        if isinstance(value, bool):
            word = "on" if value else "off"
        elif isinstance(value, (int, float)):
            word = str(value)
        elif isinstance(value, str):
            word = value
        else:
            raise self._unfit(param.name, f"{param.name} must be {param.wanted}.")
        if param.rest:
            if param.required and not word.strip():
                raise self._missing(param)
        elif len(word.split()) != 1:
            raise self._unfit(param.name, f"{param.name} must be one word.")
        return self._value(world, user, param, word if param.rest else word.strip())

    def _value(self, world: World, user: User, param: Param, word: str) -> Any:
        try:
            return param.read(world, user, word)
        except ValueError:
            problem = f'{param.name} must be {param.wanted}, not "{shortened(word)}".'
            raise errors.BadArgument(
                problem,
                self.usage,
                code="bad-argument",
                command=self.name,
                argument=param.name,
                typed=shortened(word),
            ) from None


def _needed(param: Param) -> str:
    if not param.open:
        return " or ".join(param.choices)
    if param.name.endswith("s"):
        return param.name
    return with_article(param.name)


@overload
def command(function: _Function) -> _Function: ...
@overload
def command(
    *,
    name: str = ...,
    aliases: Iterable[str] = ...,
    in_room: bool = ...,
    needs: str = ...,
    cooldown: float = ...,
    cost: float = ...,
    secret: bool = ...,
    reads: bool = ...,
) -> Callable[[_Function], _Function]: ...
def command(
    function: Callable[..., Any] | None = None,
    *,
    name: str = "",
    aliases: Iterable[str] = (),
    in_room: bool = False,
    needs: str = "",
    cooldown: float = 0.0,
    cost: float = 1.0,
    secret: bool = False,
    reads: bool = False,
) -> Any:
    """
    Make a function a slash command: ``@command`` or ``@command(aliases=["dice"], in_room=True)``.

    The first parameter is the `Context`.  The others are read from words as their annotations say:
    ``str``, ``int``, ``float``, ``bool``, ``User``, ``Room``, ``Duration``, a ``Literal`` or an
    ``Enum``.  A default makes it optional; a keyword-only one takes the rest of the line, as one
    line if it is a ``str``, as it stands if it is ``Text``.  A ``Secret`` is not typed.  The
    first line of the docstring is the help.  A returned string is the reply; an ``async def`` has
    10 seconds to return.

    Args:
        name: the command's name, if it is not the function's.
        aliases: other names.
        in_room: only for users who are in a room.
        needs: a role, such as ``operator``, that the user must have.
        cooldown: seconds between two uses by one user.
        cost: how many lines it counts as, for the rate of lines.
        secret: it asks for a secret; if it is refused, lines that were typed ahead are discarded.
        reads: it changes nothing; a program that asks again with the same label is answered again.

    Raises:
        TypeError: the signature, name or docstring cannot be used.
    """

    def decorate(function: _Function) -> _Function:
        own_name = name or function.__name__.strip("_")
        if isinstance(aliases, str):
            raise TypeError(f"aliases of /{own_name} must be a list of names, not one string")
        for word in (own_name, *aliases):
            if not _is_command_name(word):
                raise TypeError(
                    f"{word!r} cannot be the name of a command: a name has at most "
                    f"{LONGEST_NAME} characters, and no capitals, spaces or slashes"
                )
        docstring = inspect.getdoc(function)
        if not docstring:
            raise TypeError(
                f"{function.__qualname__} needs a docstring, it is the help of /{own_name}"
            )
        params, secrets = params_of(function)
        function.__dict__["__chat_command__"] = Command(
            function,
            own_name,
            params,
            docstring.splitlines()[0],
            tuple(aliases),
            in_room,
            needs,
            cooldown,
            cost,
            secret,
            secrets,
            reads,
        )
        return function

    return decorate if function is None else decorate(function)


def _is_command_name(word: str) -> bool:
    visible = word.isprintable() and " " not in word and "/" not in word
    return visible and 0 < len(word) <= LONGEST_NAME and word == fold(word)


def command_of(function: object) -> Command | None:
    """
    Return the command that `command` made of ``function``, or None.
    """
    found: Command | None = getattr(function, "__dict__", {}).get("__chat_command__")
    return found
