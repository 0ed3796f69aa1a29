"""
The dispatcher: runs the lines that users type, as commands or talk.
"""

from __future__ import annotations

import difflib
import math
import unicodedata
from functools import partial
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from twisted_chat import errors
from twisted_chat.commands.command import LONGEST_NAME
from twisted_chat.commands.completion import Completion, complete
from twisted_chat.errors import ChatError
from twisted_chat.limits import TokenBucket
from twisted_chat.replies.reply import Reply
from twisted_chat.replies.server import CommandHelp, Help, HelpPage
from twisted_chat.text.names import (
    HELP_LINES,
    INVISIBLE,
    LEAVING_WORDS,
    fold,
    narrow,
    shortened,
    with_article,
)
from twisted_chat.world.model import is_staff

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.commands.command import Command
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session, User

# What the slash key writes in Chinese and Japanese: a comma and a dot, which stand before the name
# of a command only by mistake.
_SLASH_KEYS = frozenset("\u3001\u30fb\uff65")


@frozen(repr=False)
class Context:
    """
    The user who typed a command, and where; the first argument of every command.

    Attributes:
        hub: everything else on the server.
        session: the session in which the command was typed.
        user: the user who typed it.
        command: the command itself.
        typed: the rest of the line after its name.
        dispatcher: holds all commands.
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
        The current room of the session.

        Raises:
            NoCurrentRoom: there is none.
        """
        if self.session.current is None:
            raise errors.NoCurrentRoom
        return self.session.current

    def reply(self, text: str) -> None:
        """
        Tell the user ``text``, which may have several lines.
        """
        self.hub.notify(self.session, text)

    def later(self, seconds: float, function: Callable[..., Any], *args: Any) -> IDelayedCall:
        """
        Call ``function(*args)`` after ``seconds``, as safely as the command itself.

        It is not called if the command has been switched off by then.

        Returns:
            the pending call, with a ``cancel()``.
        """
        name = f"/{self.command.name}"
        return self.hub.later(name, seconds, function, *args, secret=self.typed)


@define(eq=False, repr=False)
class Dispatcher:
    """
    Holds the commands, and runs the lines that users type.
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
        Replace all commands by ``commands``, by name and alias.
        """
        self._commands = commands

    def find(self, name: str, roles: Collection[str] = ()) -> Command:
        """
        Return the command of this name or alias, with or without its slash.

        Args:
            roles: the user's roles; commands that they may not use are not suggested.

        Raises:
            NoSuchCommand: there is none.
        """
        name = narrow(name).removeprefix("/")
        found = self._commands.get(fold(name[:LONGEST_NAME]))
        if found is None:
            usable = [
                known
                for known, command in self._commands.items()
                if not command.needs or command.needs in roles
            ]
            near = difflib.get_close_matches(fold(name[:LONGEST_NAME]), usable, 1, 0.6)
            raise errors.NoSuchCommand(shortened(name), near[0] if near else None)
        return found

    def explain(self, user: User, name: str = "") -> Help:
        """
        Return the commands that ``user`` may use.

        Args:
            name: of the only one to be explained; ``all`` explains all of them.

        Raises:
            NoSuchCommand: there is none of this name.
        """
        if name and name.lower() != "all":
            found = [self.find(name, user.roles)]
            page = HelpPage.COMMAND
        else:
            # Commands that the user may not use are left out.
            found = [each for each in self.commands if not each.needs or each.needs in user.roles]
            page = HelpPage.ALL if name else HelpPage.OVERVIEW
        return Help(
            self.hub.now(),
            page,
            tuple(
                CommandHelp(each.name, each.usage, each.help, each.topic, each.aliases)
                for each in found
            ),
        )

    def wait(self, session: Session) -> float:
        """
        Return the seconds until ``session`` may dispatch its next line; 0 for now.
        """
        bucket = session.line_bucket
        return bucket.wait(self.hub.seconds()) if bucket.rate else 0.0

    def dispatch(self, session: Session, text: str) -> None:
        """
        Run a line of a session that has a user: a command, or text to say.

        An error is told to the user and, if it is a bug, logged.  Nothing is raised.
        """
        if session.closed:
            return
        bucket = session.line_bucket
        if bucket.rate:
            bucket.spend()
        name, rest = self._parse(text)
        if name:
            self.run(session, name, rest)
        elif rest.strip():
            self.say(session, rest)

    def run(self, session: Session, name: str, typed: str = "") -> None:
        """
        Run a command for the user of ``session``.

        Args:
            name: of the command, or one of its aliases, with or without its slash.
            typed: the rest of the line.
        """
        if session.closed:
            return
        try:
            command = self.find(name, session.user.roles if session.user else ())
        except errors.NoSuchCommand as refusal:
            meant = self._commands.get(refusal.suggestion or "")
            self._refuse(session, meant, refusal)
            return
        try:
            self._check(session, command)
        except ChatError as refusal:
            self._refuse(session, command, refusal)
            return
        session.line_bucket.spend(command.cost - 1)
        self.hub.isolation.run(
            f"/{command.name}",
            partial(self._call, session, command, typed),
            done=partial(self._answer, session, command),
            refused=partial(self._refuse, session, command),
            failed=lambda: self._refuse(session, command, errors.Failed(command.name)),
            secret=typed,
        )

    def complete(self, session: Session, text: str, cursor: int) -> Completion:
        """
        Return the completions of the word before the cursor, as `completion.complete` does.
        """
        return complete(self.hub.world, self, session, text, cursor)

    def _parse(self, text: str) -> tuple[str, str]:
        """
        Return the name of a line's command (empty if the line is to be said) and the rest.
        """
        first, bare = text[:1], text
        if not "!" <= first <= "~":
            # A space before a slash, or a key pressed by mistake, must not say a secret in the
            # room.
            bare = _without_unseen(text)
            first = narrow(bare[:1])
        if first == "/" or (first in _SLASH_KEYS and self._is_command(bare)):
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
        if narrow(text) in HELP_LINES:
            return "help", ""
        return "", text

    def _is_command(self, bare: str) -> bool:
        name = bare[1:].split(None, 1)[0] if bare[1:2].strip() else ""
        return fold(name[: LONGEST_NAME + 1]) in self._commands

    def _refuse(self, session: Session, command: Command | None, refusal: ChatError) -> None:
        self.hub.refuse(session, refusal)
        if command is not None and command.secret:
            self.hub.withhold(session)

    def say(self, session: Session, text: str) -> None:
        """
        Say ``text`` in the room in which the user of ``session`` talks.
        """
        # Nearly every line is said in a room, so this is the shortest way.
        try:
            if session.current is None:
                raise errors.NoCurrentRoom
            self.hub.talk.say(session, session.current, text)
        except ChatError as refusal:
            self.hub.refuse(session, refusal)
        except Exception:
            self.hub.isolation.log.report("A line could not be said", secret=text)
            self.hub.refuse(session, errors.Failed())

    def _check(self, session: Session, command: Command) -> None:
        user = session.require_user()
        if self.hub.isolation.is_off(f"/{command.name}"):
            raise errors.NotAllowed(
                f"/{command.name} is switched off, because it kept failing.",
                code="switched-off",
                command=command.name,
            )
        if command.needs and command.needs not in user.roles:
            # The role of this name is that of operators of the server; rooms have others.
            staff = is_staff([command.needs])
            who = "operators of the server" if staff else with_article(command.needs)
            raise errors.NotAllowed(
                f"Only {who} may use /{command.name}.",
                code="role-needed",
                command=command.name,
                role=command.needs,
            )
        if command.in_room and session.current is None:
            raise errors.NoCurrentRoom

    def _cool_down(self, user: User, command: Command) -> None:
        now = self.hub.seconds()
        bucket = user.buckets.setdefault(f"/{command.name}", TokenBucket(1 / command.cooldown, 1))
        wait = bucket.wait(now)
        if wait:
            raise errors.TooMuch(
                f"/{command.name} can be used again in {math.ceil(wait)} s.",
                code="too-often",
                command=command.name,
                seconds=math.ceil(wait),
            )
        bucket.spend()

    def _call(self, session: Session, command: Command, rest: str) -> Any:
        assert session.user is not None
        args, kwargs = command.read(self.hub.world, session.user, rest)
        if command.cooldown:
            self._cool_down(session.user, command)
        context = Context(self.hub, session, session.user, command, rest, self)
        return command.function(context, *args, **kwargs)

    def _answer(self, session: Session, command: Command, result: object) -> None:
        if isinstance(result, (str, Reply)):
            self.hub.fanout.answer(session, result)
        elif result is not None:
            raise TypeError(
                f"/{command.name} returned {type(result).__name__}, not a string or None"
            )


def _without_unseen(text: str) -> str:
    """
    Return ``text`` without leading characters that are invisible or were control characters.
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
