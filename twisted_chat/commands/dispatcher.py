"""
The dispatcher: runs the lines that users type, as commands or talk.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from twisted_chat import errors
from twisted_chat.commands.asking import Asks
from twisted_chat.commands.completion import Completion, complete
from twisted_chat.commands.kept import Keeps
from twisted_chat.commands.parameters import arguments
from twisted_chat.commands.parsing import parse_line
from twisted_chat.commands.saying import Says
from twisted_chat.delivery.labels import keep, labelled, request_now
from twisted_chat.errors import ChatError
from twisted_chat.replies.reply import Reply
from twisted_chat.replies.rich import Content, RichNotice
from twisted_chat.text.names import fold, narrow, with_article
from twisted_chat.world.model import is_staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.commands.command import Command
    from twisted_chat.commands.extensions import Extensions
    from twisted_chat.commands.parameters.params import Param
    from twisted_chat.http.client import HttpClient
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session, User


# What a plugin completes a word to, at most; more is not looked at.
_MOST_OFFERED = 1000
#: The name behind a slash that withdraws a question.
CANCEL = "cancel"


@frozen(repr=False)
class Context(Asks, Keeps):
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

    @property
    def http(self) -> HttpClient:
        """
        Asks other servers: ``await ctx.http.get("https://api.example/weather")``.
        """
        return self.hub.http

    def reply(self, answer: str | Content) -> None:
        """
        Tell the user alone ``answer``: a text of one line or several, or a table, list or link.

        Nobody else reads it, and it is not kept.
        """
        told = answer if isinstance(answer, str) else RichNotice.of(answer, self.hub.now())
        self.hub.requests.answer(self.session, told)

    def later(self, seconds: float, function: Callable[..., Any], *args: Any) -> IDelayedCall:
        """
        Call ``function(*args)`` after ``seconds``, as safely as the command itself.

        It is not called if the command has been switched off by then.

        Returns:
            the pending call, with a ``cancel()``.
        """
        name = f"/{self.command.name}"
        return self.hub.isolation.later(name, seconds, keep(function), *args, secret=self.typed)


@define(eq=False, repr=False)
class Dispatcher(Says):
    """
    Holds the commands, and runs the lines that users type.

    Attributes:
        extensions: the plugins; what loads them sets it.
    """

    extensions: Extensions = field(init=False)

    def leaves(self, text: str) -> bool:
        """
        Return whether a line that is typed by itself leaves the chat.
        """
        try:
            name, _ = parse_line(text, self._commands)
            return bool(name) and self.find(name).name == "quit"
        except ChatError:
            return False

    def dispatch(
        self, session: Session, text: str, label: str = "", *, in_block: bool = False
    ) -> None:
        """
        Run a line of a session that has a user: a command, or text to say.

        An error is told to the user and, if it is a bug, logged.  Nothing is raised.

        Args:
            text: one line, or several that are said as one message; each costs as much as one.
            label: what a program calls this request; it is on each reply to it.
            in_block: it was pasted with other lines, as `parse_line` explains.
        """
        if label:
            with labelled(session, label):
                self.dispatch(session, text, in_block=in_block)
            return
        if session.closed:
            return
        self.rates.spend(session, text)
        try:
            name, rest = parse_line(text, self._commands, in_block=in_block)
        except ChatError as refusal:
            self.hub.refuse(session, refusal)
            return
        if name:
            self._run(session, name, rest)
        elif (rest.strip() or (in_block and not text)) and (
            in_block or not self._asks_back(session, rest)
        ):
            self._say(session, rest)

    def answer(self, session: Session, text: str) -> None:
        """
        Take a line that was typed while ``session`` is asked something; for doors.

        At a question of `Context.ask`, a line with a slash is a command: ``/cancel`` withdraws the
        question, and another one is done before it is asked again.  Two slashes stand for one.
        """
        question = session.question
        is_command = narrow(text.lstrip()[:1]) == "/"
        if question is None or not (question.takes_commands and is_command):
            self.hub.answer(session, text)
            return
        name, rest = parse_line(text.lstrip(), self._commands)
        if not name:
            self.hub.answer(session, rest)
            return
        self.rates.spend(session, text)
        if fold(narrow(name)) == CANCEL:
            self.hub.questions.cancel(session)
            return
        self._run(session, name, rest)
        if session.question is question and not session.closed:
            self.hub.ask_again(session)

    def run(
        self,
        session: Session,
        name: str,
        args: str | Mapping[str, object] = "",
        label: str = "",
    ) -> None:
        """
        Run a command for the user of ``session``.

        Args:
            name: of the command, or one of its aliases, with or without its slash.
            args: what stands behind it, as typed; or, from a program, texts, numbers, and true or
                false, by the names of its parameters, secrets too.
            label: as for `dispatch`.
        """
        if label:
            with labelled(session, label):
                self.run(session, name, args)
        elif not session.closed:
            # Empty lines at the end are not said.
            values = [args] if isinstance(args, str) else map(str, args.values())
            self.rates.spend(session, " ".join([each.rstrip() for each in values]))
            self._run(session, name, args)

    def _run(self, session: Session, name: str, args: str | Mapping[str, object]) -> None:
        if session.unsaid is not None:
            self.put_behind(session, partial(self._run, session, name, args))
            return
        user = session.user
        try:
            command = self._commands.get(name) or self.find(name, user.roles if user else ())
            if command.subcommands and isinstance(args, str):
                command, args = self.resolve(command, args, user.roles if user else ())
        except errors.NoSuchCommand as refusal:
            self._refuse(session, None, refusal)
            if self.may_ask_secret(name) or self.may_ask_secret(refusal.suggestion or ""):
                self.hub.withhold(session)
            return
        try:
            self._check(session, command)
        except ChatError as refusal:
            self._refuse(session, command, refusal)
            return
        if command.cost != 1:
            session.line_bucket.spend(command.cost - 1)
        session.running += 1
        self.hub.isolation.run(
            f"/{command.name}",
            self._call,
            session,
            command,
            args,
            done=partial(self._answer, session, command),
            refused=partial(self._refuse, session, command),
            failed=partial(self._fail, session, command),
            ended=partial(self._end, session),
            secret=args if isinstance(args, str) else " ".join(map(str, args.values())),
        )

    def complete(self, session: Session, text: str, cursor: int) -> Completion:
        """
        Return what the word before the cursor may be completed to, as `completion.complete` does.

        It goes through everybody who is here: a door counts it as a line.
        """
        usable = {
            name: command
            for name, command in self._commands.items()
            if self._may_use(session, command)
        }
        return complete(self.hub.world, usable, session, text, cursor, self._suggest)

    def _suggest(
        self, session: Session, command: Command, param: Param, typed: str
    ) -> Iterable[str]:
        """
        Return what a plugin completes ``typed`` to, which is for ``param`` of ``command``.
        """
        found: list[str] = []

        def done(given: Iterable[str]) -> None:
            found.extend(each for each in islice(given, _MOST_OFFERED) if isinstance(each, str))

        user = session.user
        if param.complete is not None and user is not None and self._may_use(session, command):
            context = Context(self.hub, session, user, command, typed, self)
            name = f"/{command.name} completing {param.name}"
            if not self.hub.isolation.is_off(name):
                self.hub.isolation.run(
                    name, param.complete, context, typed, done=done, secret=typed
                )
        return found

    def _may_use(self, session: Session, command: Command) -> bool:
        try:
            self._check(session, command)
        except ChatError:
            return False
        return True

    def _refuse(self, session: Session, command: Command | None, refusal: ChatError) -> None:
        self.hub.refuse(session, refusal)
        if refusal.password_may_follow or (command is not None and command.secret):
            self.hub.withhold(session)

    def _fail(self, session: Session, command: Command) -> None:
        self._refuse(session, command, errors.Failed(command.name))

    def _check(self, session: Session, command: Command) -> None:
        user = session.user
        if user is None:
            raise errors.Nameless
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

    def _call(self, session: Session, command: Command, given: str | Mapping[str, object]) -> Any:
        assert session.user is not None
        if isinstance(given, str):
            typed = given
            args, kwargs = arguments.read(command, self.hub.world, session.user, typed)
        else:
            words = (given.get(param.name) for param in command.params)
            typed = " ".join(str(word) for word in words if word is not None)
            args, kwargs = arguments.bind(command, self.hub.world, session.user, given)
        if command.cooldown:
            self.rates.cool_down(session.user, command)
        context = Context(self.hub, session, session.user, command, typed, self)
        return command.function(context, *args, **kwargs)

    def _answer(self, session: Session, command: Command, result: object) -> None:
        if isinstance(result, Content):
            result = RichNotice.of(result, self.hub.now())
        if isinstance(result, (str, Reply)):
            self.hub.requests.answer(session, result)
        elif result is not None:
            raise TypeError(
                f"/{command.name} returned {type(result).__name__}, not a string or None"
            )
        if request_now() is not None:
            self._acknowledge(session)
