"""
Slash commands: a typed function becomes a command, and the dispatcher runs it for a line.

The function's signature is the whole declaration.  From it come parsing, the usage line, the help
and every sentence about what was typed wrong.
"""

from __future__ import annotations

import difflib
import inspect
import math
import unicodedata
from functools import partial
from itertools import dropwhile
from typing import TYPE_CHECKING, Any, TypeVar, overload

from attrs import define, field, frozen

from twisted_chat import errors
from twisted_chat.errors import ChatError
from twisted_chat.limits import TokenBucket
from twisted_chat.names import INVISIBLE, LEAVING_WORDS, fold, narrow, shortened
from twisted_chat.params import Param, params_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.hub import Hub
    from twisted_chat.people import Room, Session, User

_Function = TypeVar("_Function", bound="Callable[..., Any]")

# What the key of the slash writes in Chinese and in Japanese: a comma and a dot.  Both begin talk
# too, so that a command behind one is neither said nor done.
_SLASH_KEYS = frozenset("\u3001\u30fb\uff64\uff65")

# What shows nothing by itself at the beginning of a line: formats and marks.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})

# A typo is looked for among names; nothing longer than this is one.
_LONGEST_NAME = 32


@frozen(repr=False)
class Context:
    """
    Who typed a command, and where; the first argument of every command.

    Attributes:
        hub: the whole chat.
        session: the connection on which it was typed.
        user: who typed it.
        command: the command itself.
        typed: what stood behind its name.
        dispatcher: the table of all commands.
    """

    hub: Hub
    session: Session
    user: User
    command: Command
    typed: str
    dispatcher: Dispatcher

    @property
    def room(self) -> Room:
        """
        The room in which the person talks.

        Raises:
            NoCurrentRoom: they are in none.
        """
        if self.session.current is None:
            raise errors.NoCurrentRoom
        return self.session.current

    def reply(self, text: str) -> None:
        """
        Tell the person ``text``, one line for each of its lines.
        """
        self.hub.notify(self.session, text)

    def later(self, seconds: float, function: Callable[..., Any], *args: Any) -> IDelayedCall:
        """
        Call ``function(*args)`` in so many seconds, as safely as the command itself.

        It is not called if the command has been switched off by then, because it kept failing.

        Returns:
            the pending call; its ``cancel()`` takes it back.
        """
        name = f"/{self.command.name}"
        return self.hub.later(name, seconds, function, *args, secret=self.typed)


@frozen
class Command:
    """
    A slash command.

    Attributes:
        name: without the slash.
        params: what it takes, in order.
        help: one line.
        aliases: other names for it.
        in_room: only for somebody who is in a room.
        needs: the role without which it is refused; empty for none.
        cooldown: seconds between two uses by one person.
        cost: how many lines it counts for, for the rate of lines.
        secret: it asks for a secret, so that one may be typed behind it, also if it is refused.
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

    @property
    def usage(self) -> str:
        """
        The usage line: ``/msg nick text``.
        """
        return " ".join([f"/{self.name}", *(param.usage for param in self.params)])

    @property
    def topic(self) -> str:
        """
        The heading it is listed under: its module, or the plugin's file.
        """
        return self.function.__module__.rpartition(".")[2].replace("_", " ").capitalize()

    def read(self, user: User, line: str) -> tuple[list[Any], dict[str, Any]]:
        """
        Read the rest of a line that ``user`` typed into arguments.

        Returns:
            the positional and the keyword arguments, without the context.

        Raises:
            BadArgument: too many words, too few, or one that cannot be read.
            ChatError: a person or room that is not there.
        """
        params = self.params
        # Only the last can take the rest; without one, what is left over is too much.
        takes_rest = bool(params) and params[-1].rest
        words = line.split(None, len(params) - takes_rest)
        if len(words) > len(params):
            problem = f"/{self.name} does not take so many words."
            raise errors.BadArgument(problem, self.usage)
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for param, word in zip(params, words, strict=False):
            if param.rest:
                kwargs[param.name] = self._value(user, param, word)
            else:
                args.append(self._value(user, param, word))
        for param in params[len(words) :]:
            if param.required:
                raise errors.BadArgument(f"/{self.name} needs {_article(param)}.", self.usage)
        return args, kwargs

    def _value(self, user: User, param: Param, word: str) -> Any:
        try:
            return param.read(user, word)
        except ValueError:
            problem = f'{param.name} must be {param.wanted}, not "{shortened(word)}".'
            raise errors.BadArgument(problem, self.usage) from None


def _article(param: Param) -> str:
    if param.choices:
        return " or ".join(param.choices)
    if param.name.endswith("s"):
        return param.name
    return f"{'an' if param.name[0] in 'aeiou' else 'a'} {param.name}"


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
) -> Any:
    """
    Make a function a slash command: ``@command`` or ``@command(aliases=["dice"], in_room=True)``.

    The first parameter is the `Context`.  Each other one is read from a word as its annotation
    says: ``str``, ``int``, ``float``, ``bool``, ``User``, ``Room``, ``Duration``, a ``Literal`` or
    an ``Enum``.  A default makes it optional; a keyword-only one takes the rest of the line.  The
    first line of the docstring is the help.  A returned string is the reply; an ``async def`` has
    10 seconds to return.

    Args:
        name: the command's name, if it is not the function's.
        aliases: other names.
        in_room: only for somebody who is in a room.
        needs: a role, such as ``operator``, that the person must have.
        cooldown: seconds between two uses by one person.
        cost: how many lines it counts for, for the rate of lines.
        secret: it asks for a secret; if it is refused, what comes at once behind it goes nowhere,
            as that may have been typed ahead.

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
                    f"{_LONGEST_NAME} characters, and no capitals, spaces or slashes"
                )
        docstring = inspect.getdoc(function)
        if not docstring:
            raise TypeError(
                f"{function.__qualname__} needs a docstring, it is the help of /{own_name}"
            )
        function.__dict__["__chat_command__"] = Command(
            function,
            own_name,
            params_of(function),
            docstring.splitlines()[0],
            tuple(aliases),
            in_room,
            needs,
            cooldown,
            cost,
            secret,
        )
        return function

    return decorate if function is None else decorate(function)


def _is_command_name(word: str) -> bool:
    visible = word.isprintable() and " " not in word and "/" not in word
    return visible and 0 < len(word) <= _LONGEST_NAME and word == fold(word)


def command_of(function: object) -> Command | None:
    """
    Return the command that `command` made of ``function``, or None.
    """
    found: Command | None = getattr(function, "__dict__", {}).get("__chat_command__")
    return found


@define(eq=False, repr=False)
class Dispatcher:
    """
    The table of commands, and what a line of a person's does.
    """

    hub: Hub
    _commands: dict[str, Command] = field(init=False, factory=dict)

    @property
    def commands(self) -> list[Command]:
        """
        Every command once, by name.
        """
        return sorted(set(self._commands.values()), key=lambda command: command.name)

    def replace(self, commands: dict[str, Command]) -> None:
        """
        Put ``commands``, by name and alias, in the place of all there were.
        """
        self._commands = commands

    def find(self, name: str, roles: Collection[str] = ()) -> Command:
        """
        Return the command of this name or alias, with or without its slash.

        Args:
            roles: those of who asks: what one may not use is not what one meant.

        Raises:
            NoSuchCommand: there is none.
        """
        name = narrow(name).removeprefix("/")
        found = self._commands.get(fold(name[:_LONGEST_NAME]))
        if found is None:
            usable = [
                known
                for known, command in self._commands.items()
                if not command.needs or command.needs in roles
            ]
            near = difflib.get_close_matches(fold(name[:_LONGEST_NAME]), usable, 1, 0.6)
            raise errors.NoSuchCommand(shortened(name), near[0] if near else None)
        return found

    def may_ask_secret(self, name: str) -> bool:
        """
        Return whether a person who typed this name of a command may have meant to give a secret.

        It is that of a command that asks for one, begins as one does, or goes on where one ends.
        """
        key = fold(narrow(name)[:_LONGEST_NAME])
        return bool(key) and any(
            command.secret and (known.startswith(key) or key.startswith(known))
            for known, command in self._commands.items()
        )

    def wait(self, session: Session) -> float:
        """
        Return the seconds until ``session`` may dispatch its next line, 0 for now.
        """
        bucket = session.line_bucket
        return bucket.wait(self.hub.seconds()) if bucket.rate else 0.0

    def dispatch(self, session: Session, text: str) -> None:
        """
        Do what a line of a person who has a name says.

        Whatever goes wrong is told to the person and, if it is our bug, logged; nothing is raised.
        """
        if session.closed:
            return
        bucket = session.line_bucket
        if bucket.rate:
            bucket.spend()
        try:
            name, rest = self._parse(text)
        except ChatError as refusal:
            self.hub.notify(session, str(refusal))
            return
        if not name:
            if rest.strip():
                self._say(session, rest)
            return
        try:
            command = self.find(name, session.user.roles if session.user else ())
        except errors.NoSuchCommand as refusal:
            self.hub.notify(session, str(refusal))
            if self.may_ask_secret(name) or self.may_ask_secret(refusal.suggestion or ""):
                self.hub.withhold(session)
            return
        try:
            self._check(session, command)
        except ChatError as refusal:
            self._refuse(session, command, str(refusal))
            return
        session.line_bucket.spend(command.cost - 1)
        self.hub.isolation.run(
            f"/{command.name}",
            partial(self._call, session, command, rest),
            done=partial(self._answer, session, command),
            refused=partial(self._refuse, session, command),
            failed=lambda: self._refuse(
                session, command, f"Sorry, /{command.name} failed. It has been logged."
            ),
            secret=rest,
        )

    def _parse(self, text: str) -> tuple[str, str]:
        """
        Return the name of the command that a line means, empty for something said, and its rest.
        """
        first, bare = text[:1], text
        if not "!" <= first <= "~":
            # A space before a slash, or a key pressed by mistake, must not tell the room a secret.
            bare = _without_unseen(text)
            first = narrow(bare[:1])
        if first in _SLASH_KEYS:
            self._require_talk(bare)
        if first == "/":
            if narrow(bare[1:2]) == "/":
                return "", bare[1:]
            name, rest = [*bare[1:].split(None, 1), "", ""][:2]
            return name or "help", rest
        if first == "@":
            nick, colon, _ = narrow(bare[1:]).partition(":")
            if colon and nick and not any(map(str.isspace, nick)):
                return "msg", f"{nick} {bare[len(nick) + 2 :]}"
        if len(text) <= _LONGEST_NAME and narrow(text).strip().lower() in LEAVING_WORDS:
            return "quit", ""
        return "", text

    def _require_talk(self, bare: str) -> None:
        name = bare[1:].split(None, 1)[0] if bare[1:2].strip() else ""
        command = self._commands.get(fold(name[: _LONGEST_NAME + 1]))
        if command is not None:
            raise ChatError(
                f"That line was not sent: it begins with {bare[0]} and a command. "
                f"Type /{command.name} for the command, or /say before the line to say it."
            )

    def _refuse(self, session: Session, command: Command | None, sentence: str) -> None:
        self.hub.notify(session, sentence)
        if command is not None and command.secret:
            self.hub.withhold(session)

    def _say(self, session: Session, text: str) -> None:
        # Nearly every line comes this way, so it goes straight to the room.
        try:
            if session.current is None:
                raise errors.NoCurrentRoom
            self.hub.talk.say(session, session.current, text)
        except ChatError as refusal:
            self.hub.notify(session, str(refusal))
        except Exception:
            self.hub.isolation.log.report("A line could not be said", secret=text)
            self.hub.notify(session, "Sorry, that failed. It has been logged.")

    def _check(self, session: Session, command: Command) -> None:
        user = session.user
        if user is None:
            raise errors.NotAllowed("Please give your name first.")
        if self.hub.isolation.is_off(f"/{command.name}"):
            raise errors.NotAllowed(f"/{command.name} is switched off, because it kept failing.")
        if command.needs and command.needs not in user.roles:
            article = "an" if command.needs[0] in "aeiou" else "a"
            raise errors.NotAllowed(f"Only {article} {command.needs} may use /{command.name}.")
        if command.in_room and session.current is None:
            raise errors.NoCurrentRoom

    def _cool_down(self, user: User, command: Command) -> None:
        now = self.hub.seconds()
        bucket = user.buckets.setdefault(f"/{command.name}", TokenBucket(1 / command.cooldown, 1))
        wait = bucket.wait(now)
        if wait:
            raise errors.TooMuch(f"/{command.name} can be used again in {math.ceil(wait)} s.")
        bucket.spend()

    def _call(self, session: Session, command: Command, rest: str) -> Any:
        assert session.user is not None
        args, kwargs = command.read(session.user, rest)
        if command.cooldown:
            self._cool_down(session.user, command)
        context = Context(self.hub, session, session.user, command, rest, self)
        return command.function(context, *args, **kwargs)

    def _answer(self, session: Session, command: Command, result: object) -> None:
        if isinstance(result, str):
            self.hub.notify(session, result)
        elif result is not None:
            raise TypeError(
                f"/{command.name} returned {type(result).__name__}, not a string or None"
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
