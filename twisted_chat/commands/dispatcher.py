"""
The dispatcher: runs the lines that users type, as commands or talk.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from attrs import Factory, define, field, frozen

from twisted_chat import errors
from twisted_chat.commands import arguments
from twisted_chat.commands.asking import Asks
from twisted_chat.commands.completion import Completion, complete
from twisted_chat.commands.kept import Keeps
from twisted_chat.commands.parsing import mention_of, parse_line
from twisted_chat.commands.rates import Rates
from twisted_chat.commands.table import CommandTable
from twisted_chat.delivery.labels import keep, label_of, labelled, request_now
from twisted_chat.errors import ChatError
from twisted_chat.replies.reply import Done, Reply
from twisted_chat.replies.rich import Content, RichNotice
from twisted_chat.text.clean import clean_lines, is_plain, short_blanks
from twisted_chat.text.names import fold, narrow, with_article
from twisted_chat.world.model import is_staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.commands.command import Command
    from twisted_chat.commands.extensions import Extensions
    from twisted_chat.commands.params import Param
    from twisted_chat.http.client import HttpClient
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session, User


# What a plugin completes a word to, at most; more is not looked at.
_MOST_OFFERED = 1000
#: The name behind a slash that withdraws a question.
CANCEL = "cancel"
# What is refused as invisible.
_NOTHING = " "


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
class Dispatcher(CommandTable):
    """
    Holds the commands, and runs the lines that users type.

    Attributes:
        rates: count what is typed; doors let lines wait by them.
        extensions: the plugins; what loads them sets it.
    """

    rates: Rates = field(
        init=False, default=Factory(lambda self: Rates(self.hub.world), takes_self=True)
    )
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

    def _asks_back(self, session: Session, text: str) -> bool:
        """
        Return whether ``text`` may be meant for one user alone; typed again, it is said.
        """
        nick, rest = mention_of(text)
        if not nick or session.is_sure or session.current is None:
            return False
        if text == session.asked_back:
            session.is_sure = True
            return False
        world = self.hub.world
        user, account = world.users.get(world.key_of(nick)), world.find_account(nick)
        name = user.nick if user else account.name if account else ""
        if not name or user is session.user:
            return False
        session.asked_back = text
        self.hub.refuse(session, errors.MaybeMessage(name, rest))
        return True

    def say(
        self,
        session: Session,
        text: str,
        label: str = "",
        *,
        room: str = "",
        is_action: bool = False,
    ) -> None:
        """
        Say ``text`` in a room, whatever it begins with.

        Args:
            text: as for `dispatch`.
            label: as for `dispatch`.
            room: the name of the room; that in which the user of ``session`` talks if empty.
            is_action: it is what they do, as in ``/me waves``.
        """
        if label:
            with labelled(session, label):
                self.say(session, text, room=room, is_action=is_action)
        elif not session.closed:
            self.rates.spend(session, text)
            # A blank line is said among others that were pasted only.
            self._say(session, text if text.strip() else _NOTHING, room, is_action=is_action)

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
            given = args if isinstance(args, str) else " ".join(map(str, args.values()))
            # However many lines its arguments have, it is one.
            self.rates.spend(session, given.replace("\n", " "))
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

    def put_behind(self, session: Session, do: Callable[[], None]) -> None:
        """
        Do what was typed behind a line that waits for a filter in another process, behind it.

        So is done what is typed behind that: no line is said in a room that was to be left first.
        """
        session.running += 1
        session.queued = (*session.queued, keep(do))
        if len(session.queued) == 1:
            self._await_line(session)

    def _await_line(self, session: Session) -> None:
        assert session.unsaid is not None
        session.unsaid.addCallback(lambda _: self._do_behind(session))

    def _do_behind(self, session: Session) -> None:
        waiting, session.queued = list(session.queued), ()
        while waiting and session.unsaid is None:
            do = waiting.pop(0)
            if not session.closed:
                do()
            self._end(session)
        if waiting:
            session.queued = tuple(waiting)
            self._await_line(session)

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

    def _say(
        self, session: Session, text: str, name: str = "", *, is_action: bool = False
    ) -> None:
        # Nearly every line is said in a room, so this is the shortest way.
        if session.queued:
            self.put_behind(session, partial(self._say, session, text, name, is_action=is_action))
            return
        try:
            room = self.hub.find_room(name, seen_by=session.user) if name else session.current
            if room is None:
                raise errors.NoCurrentRoom
            fit = text if is_plain(text) else short_blanks(clean_lines(text))
            # Of what shows nothing, nothing may be left: it is not a blank line, but refused.
            speak = self.hub.talk.act if is_action else self.hub.talk.say
            waits = speak(session, room, fit or text)
            if waits is not None:
                self._await(session, waits, text)
            elif request_now() is not None:
                self._acknowledge(session)
        except ChatError as refusal:
            self.hub.refuse(session, refusal)
        except Exception:
            self.hub.isolation.log.report("A line could not be said", secret=text)
            self.hub.refuse(session, errors.Failed())

    def _await(self, session: Session, waits: Deferred[None], text: str) -> None:
        """
        Await that a line is said, which a filter in another process checks first.
        """
        session.running += 1

        def done(_: object) -> None:
            if request_now() is not None:
                self._acknowledge(session)

        self.hub.isolation.run(
            "a filter of a program",
            lambda: waits,
            done=done,
            refused=partial(self.hub.refuse, session),
            failed=lambda: self.hub.refuse(session, errors.Failed()),
            ended=partial(self._end, session),
            secret=text,
            counts=False,
        )

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

    def _end(self, session: Session) -> None:
        session.running -= 1
        if not session.running and not session.closed:
            # The end of what comes may wait for that.
            session.client.resume()

    def _acknowledge(self, session: Session) -> None:
        if label := label_of(session):
            self.hub.requests.note_done(session, label)
            self.hub.fanout.tell(session, Done(self.hub.now()))
