"""
Slash commands: making typed functions commands.

The function's signature is the whole declaration.  Parsing, the usage line, the help and the
errors about arguments are made from it.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

from attrs import evolve, frozen

from twisted_chat.commands.parameters.params import Param, params_of
from twisted_chat.text.lookalikes import is_one_script
from twisted_chat.text.names import INVISIBLE, fold, narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_P = ParamSpec("_P")
_R_co = TypeVar("_R_co", covariant=True)
_Function = TypeVar("_Function", bound="Callable[..., Any]")


#: Characters of a name; nothing longer is one.
LONGEST_NAME = 32


@frozen
class Command:
    """
    A slash command.

    Attributes:
        name: without the slash; that of a subcommand begins with its command's: ``poll close``.
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
        subcommands: what may stand behind it, in the order in which they were declared.
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
    subcommands: tuple[Command, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """
        The last words of its name and aliases: a subcommand is called by one of them.
        """
        return tuple(name.rpartition(" ")[2] for name in (self.name, *self.aliases))

    @property
    def is_under(self) -> bool:
        """
        Whether it is a subcommand.
        """
        return " " in self.name

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

    def subcommand(self, word: str) -> Command | None:
        """
        Return its subcommand of this name or alias; None if there is none.
        """
        key = fold(narrow(word[: LONGEST_NAME + 1]))
        return next((each for each in self.subcommands if key in each.words), None)

    def walk(self) -> Iterator[Command]:
        """
        Yield it, and all that may stand behind it.
        """
        yield self
        for each in self.subcommands:
            yield from each.walk()


class CommandFunction(Protocol[_P, _R_co]):
    """
    What `command` makes of a function: the function, which can be called as before.
    """

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R_co:
        """
        Call the function.
        """

    def command(self, function: Callable[..., Any] | None = None, **options: Any) -> Any:
        """
        Make a function a subcommand: ``@poll.command`` is typed as ``/poll close``.

        It takes the options of `command`; ``in_room`` and ``needs`` hold for it too if they hold
        for the command before it.

        Raises:
            TypeError: as for `command`, or the command before it takes words of its own, or has a
                subcommand of this name.
        """

    def completes(self, name: str) -> Callable[[_Function], _Function]:
        """
        Complete the parameter ``name``: ``@vote.completes("option")`` on a function.

        It is called as ``function(ctx, typed)``, with what was typed of the word so far, or of
        the rest of the line, and returns texts; those that do not begin so are left out.  It
        cannot be an ``async def``.

        Raises:
            TypeError: there is no such parameter.
        """


@overload
def command(function: Callable[_P, _R_co]) -> CommandFunction[_P, _R_co]: ...
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
) -> Callable[[Callable[_P, _R_co]], CommandFunction[_P, _R_co]]: ...
def command(  # what can be said of a command
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
    return _decorated(
        None,
        function,
        name=name,
        aliases=aliases,
        in_room=in_room,
        needs=needs,
        cooldown=cooldown,
        cost=cost,
        secret=secret,
        reads=reads,
    )


def _decorated(
    parent: Callable[..., Any] | None,
    function: Callable[..., Any] | None = None,
    **options: Any,
) -> Any:
    if function is None:
        return partial(_decorated, parent, **options)
    before = None if parent is None else _declared(parent)
    made = _made(function, before, **options)
    function.__dict__.update(
        __chat_command__=made,
        __chat_subcommands__=[],
        command=partial(_decorated, function),
        completes=partial(_completes, function),
    )
    if parent is not None and before is not None:
        if before.params or before.secrets:
            raise TypeError(f"/{before.name} has subcommands, so it takes no words of its own")
        for word in made.words:
            if before.subcommand(word) is not None:
                raise TypeError(f"/{before.name} {word} is there already")
        parent.__dict__["__chat_subcommands__"].append(function)
    return function


def _made(  # what can be said of a command
    function: Callable[..., Any],
    parent: Command | None,
    *,
    name: str = "",
    aliases: Iterable[str] = (),
    in_room: bool = False,
    needs: str = "",
    cooldown: float = 0.0,
    cost: float = 1.0,
    secret: bool = False,
    reads: bool = False,
) -> Command:
    own_name = name or function.__name__.strip("_")
    start = f"{parent.name} " if parent is not None else ""
    if isinstance(aliases, str):
        raise TypeError(f"aliases of /{start}{own_name} must be a list of names, not one string")
    for word in (own_name, *aliases):
        if not _is_command_name(word):
            raise TypeError(
                f"{word!r} cannot be the name of a command: a name has at most "
                f"{LONGEST_NAME} characters, and no capitals, spaces, slashes or invisible ones"
            )
        if not (word.isascii() or is_one_script(word)):
            raise TypeError(
                f"{word!r} cannot be the name of a command: a name is in one script, as it could "
                "look like another one"
            )
    docstring = inspect.getdoc(function)
    if not docstring:
        raise TypeError(
            f"{function.__qualname__} needs a docstring, it is the help of /{start}{own_name}"
        )
    params, secrets = params_of(function)
    return Command(
        function,
        start + own_name,
        params,
        docstring.splitlines()[0],
        tuple(start + alias for alias in aliases),
        in_room or (parent is not None and parent.in_room),
        needs or (parent.needs if parent is not None else ""),
        cooldown,
        cost,
        secret,
        secrets,
        reads,
    )


def _completes(function: Callable[..., Any], name: str) -> Callable[[_Function], _Function]:
    def decorate(completer: _Function) -> _Function:
        found: Command = function.__dict__["__chat_command__"]
        if inspect.iscoroutinefunction(completer):
            raise TypeError(f"{completer.__qualname__}: completion cannot wait for an async one")
        if name not in (param.name for param in found.params):
            raise TypeError(f"/{found.name} has no parameter {name} to complete")
        function.__dict__["__chat_command__"] = evolve(
            found,
            params=tuple(
                evolve(param, complete=completer) if param.name == name else param
                for param in found.params
            ),
        )
        return completer

    return decorate


def _declared(function: Callable[..., Any]) -> Command:
    found = command_of(function)
    assert found is not None
    return found


def _is_command_name(word: str) -> bool:
    visible = word.isprintable() and INVISIBLE.union(" /").isdisjoint(word)
    return visible and 0 < len(word) <= LONGEST_NAME and word == fold(word)


def command_of(function: object) -> Command | None:
    """
    Return the command that `command` made of ``function``, with its subcommands, or None.
    """
    declared = getattr(function, "__dict__", {})
    found: Command | None = declared.get("__chat_command__")
    if found is None:
        return None
    under = tuple(map(_declared, declared["__chat_subcommands__"]))
    # What was typed ahead for a secret is discarded wherever the line went wrong.
    secret = found.secret or any(each.secret for each in under)
    return evolve(found, subcommands=under, secret=secret)
