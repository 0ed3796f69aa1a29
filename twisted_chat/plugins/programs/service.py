"""
A service: one program that is a plugin, with its commands, what it hears and what it filters.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twisted_chat.delivery.hooks import Hook
from twisted_chat.errors import ChatError, NoSuchRoom
from twisted_chat.events import Departure, TopicChanged
from twisted_chat.isolation import ANSWER_WITHIN
from twisted_chat.limits import TokenBucket, require_few_lines
from twisted_chat.log import LimitedLogger
from twisted_chat.plugins.programs.declaration import (
    FILTERABLE,
    HEARABLE,
    MOST_COMMANDS,
    BadDeclaration,
    command_from,
    kinds_of,
)
from twisted_chat.plugins.registry import NameTaken, Offer
from twisted_chat.replies.programs import Call, Check
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.text.clean import clean_lines
from twisted_chat.text.names import fold, shows, without_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.commands.dispatcher import Context
    from twisted_chat.events import Event
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.declaration import Declaration
    from twisted_chat.plugins.programs.grant import Grant
    from twisted_chat.plugins.registry import Registry
    from twisted_chat.world.model import Room, Session

#: Seconds within which a program must check a line.
CHECK_WITHIN = 1.0
#: Calls of the commands of one program that may wait for its answer.
MOST_CALLS = 1000
# Characters of the version that a program says it has.
_LONGEST_VERSION = 32

_log = Logger()


@frozen
class _Called:
    ctx: Context
    room: Room | None
    answer: Deferred[str | None]
    timer: IDelayedCall


@frozen
class _Checked:
    event: Event
    checked: Deferred[Event]
    timer: IDelayedCall


@define(eq=False)
class Service:
    """
    One program that is a plugin.

    Args:
        name: of its table of options.
        grant: what the operator grants it.
        hub: is asked.
        registry: gets its commands, and what it hears.

    Attributes:
        session: its connection; None while there is none.
        version: as it says itself.
        is_registered: its commands and filters are in force.
    """

    name: str
    grant: Grant
    _hub: Hub
    _registry: Registry
    session: Session | None = field(init=False, default=None)
    version: str = field(init=False, default="")
    is_registered: bool = field(init=False, default=False)
    _kinds: tuple[type[Event], ...] = field(init=False, default=())
    # The keys of the rooms that it filters; none for all that it may.
    _rooms: frozenset[str] = field(init=False, default=frozenset())
    _calls: dict[int, _Called] = field(init=False, factory=dict)
    _checks: dict[int, _Checked] = field(init=False, factory=dict)
    _numbers: itertools.count[int] = field(init=False, factory=lambda: itertools.count(1))
    _log: LimitedLogger = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._log = LimitedLogger(_log, self._hub.seconds)
        if "filter" in self.grant.rights and self._is_closed:
            # Nothing is said that it has not seen, also before it comes for the first time.
            self._kinds = tuple(FILTERABLE.values())
            self._hub.hooks.screens.add(self)

    # -- its connection -------------------------------------------------------------------------

    def attach(self, session: Session) -> None:
        """
        Take ``session`` as the connection of the program, in the place of an earlier one.
        """
        before = self.session
        if before is not None:
            self.detach(before)
            farewell = Closed(self._hub.now(), Cause.RESUMED)
            self._hub.connections.close(before, farewell, Departure(cause="resumed"))
        self.session = session
        # It is no user, and never gives a name.
        session.is_waiting = True
        session.line_bucket = TokenBucket(self.grant.rate, self.grant.rate)

    def detach(self, session: Session) -> None:
        """
        Take back all that the program has registered: ``session``, its connection, is lost.
        """
        if session is not self.session:
            return
        self.session = None
        self.is_registered = False
        self._registry.remove(self)
        for number, called in tuple(self._calls.items()):
            self._end_call(number)
            called.answer.errback(self._gone(called.ctx.command.name))
        self._stop_filtering()

    def close(self) -> None:
        """
        Let the program go for good: it is switched off, or the operator grants it nothing more.
        """
        session = self.session
        if session is not None:
            self.detach(session)
            farewell = Closed(self._hub.now(), Cause.UNLINKED)
            self._hub.connections.close(session, farewell, Departure(cause="unlinked"))
        self._hub.hooks.screens.remove(self)

    def _send(self, event: Event) -> None:
        # At once, past the turn: it is no answer, and a line may wait for it.
        session = self.session
        if session is not None and not session.closed:
            session.write(session.view.dialect.render(event))

    # -- what it asks for -----------------------------------------------------------------------

    def register(
        self,
        commands: Sequence[Declaration],
        hears: list[str],
        filters: list[str],
        rooms: list[str],
        version: str = "",
    ) -> None:
        """
        Put in force what the program wants, in the place of what it wanted before.

        Args:
            rooms: those in which it filters; empty for all in which it may.

        Raises:
            ChatError: it may not, or a command cannot be; then nothing has changed.
        """
        for right, wanted in (("commands", commands), ("hear", hears), ("filter", filters)):
            if wanted:
                self._require(right)
        if len(commands) > MOST_COMMANDS:
            raise BadDeclaration(f"A program has at most {MOST_COMMANDS} commands.")
        made = [command_from(each, self.name, self._call) for each in commands]
        heard = kinds_of(hears, HEARABLE, "hear")
        kinds = kinds_of(filters, FILTERABLE, "filter")
        hooks = [Hook(self._hear, kind, before=False, name=f"{self.name} hears") for kind in heard]
        try:
            self._registry.put(self, Offer(self.name, made, hooks))
        except NameTaken as error:
            raise ChatError(str(error), code="command-taken") from None
        self._stop_filtering()
        self._rooms = frozenset(fold(without_hash(each)) for each in rooms)
        self._kinds = kinds
        if kinds:
            self._hub.hooks.screens.add(self)
        else:
            self._hub.hooks.screens.remove(self)
        self.version = clean_lines(version)[:_LONGEST_VERSION]
        self.is_registered = True

    def answer(self, number: int, text: str, refusal: str, *, to_room: bool) -> None:
        """
        Answer a call.

        Args:
            number: of the call.
            text: of the answer; may be empty.
            refusal: why the command is not done; empty if it is.
            to_room: the answer is for everybody in the room, and not for the user alone.

        Raises:
            ChatError: there is no such call, or the answer cannot be given.
        """
        called = self._calls.get(number)
        if called is None:
            raise ChatError(f"No call {number} waits for an answer.", code="no-such-call")
        require_few_lines(text)
        self._end_call(number)
        if refusal:
            called.answer.errback(ChatError(refusal))
            return
        if to_room and text:
            self._tell_room(called, text)
            text = ""
        if not called.answer.called:
            called.answer.callback(text or None)

    def _tell_room(self, called: _Called, text: str) -> None:
        """
        Announce the answer of a command in the room in which its user typed it.
        """
        room, user = called.room, called.ctx.user
        if room is None or user not in room.members or not user.may_speak(room):
            called.answer.errback(
                ChatError("The answer is for a room in which you may not speak.")
            )
            return
        try:
            room.announce(text)
        except ChatError as refusal:
            called.answer.errback(refusal)

    def decide(self, number: int, text: str | None, refusal: str) -> None:
        """
        Let a line be told or not.

        Args:
            number: of the check.
            text: in the place of its text; None for as it is.
            refusal: why it may not be told; empty if it may.

        Raises:
            ChatError: no such line waits any more, or it cannot have that text.
        """
        if number not in self._checks:
            raise ChatError(f"No check {number} waits for a verdict.", code="no-such-check")
        if text is not None:
            text = clean_lines(text)
            require_few_lines(text)
            if not shows(text):
                raise ChatError("A line needs a text that shows something.", code="bad-request")
        waiting = self._end_check(number)
        if refusal:
            waiting.checked.errback(ChatError(refusal, code="filtered"))
        elif text is None:
            waiting.checked.callback(waiting.event)
        else:
            event: Any = waiting.event
            is_topic = isinstance(event, TopicChanged)
            changed = evolve(event, topic=text) if is_topic else evolve(event, text=text)
            waiting.checked.callback(changed)

    def say(self, name: str, text: str) -> None:
        """
        Announce ``text`` in the room called ``name``.

        Raises:
            ChatError: it may not, or not there.
        """
        self._require("say")
        room = self._hub.rooms.get(fold(without_hash(name)))
        if room is None or not self._may_know(room):
            raise NoSuchRoom(name)
        if not shows(text):
            raise ChatError("That line is invisible.", code="invisible")
        require_few_lines(text)
        room.announce(text)

    def _require(self, right: str) -> None:
        if right not in self.grant.rights:
            raise ChatError(
                f"The program {self.name} was not granted the right {right!r}; it stands in "
                f"rights of [plugins.{self.name}].",
                code="not-granted",
                right=right,
            )

    def _may_know(self, room: Room) -> bool:
        """
        Return whether the program may hear, filter and speak in ``room``.
        """
        granted = self.grant.rooms
        if not granted:
            return room.is_public and not room.modes.private
        return room.key in {fold(without_hash(each)) for each in granted}

    # -- commands -------------------------------------------------------------------------------

    def _call(self, ctx: Context, args: dict[str, Any]) -> Deferred[str | None]:
        if self.session is None or self.session.closed:
            raise self._gone(ctx.command.name)
        if len(self._calls) >= MOST_CALLS:
            raise ChatError(
                f"/{ctx.command.name} is busy. Please try again later.", code="program-busy"
            )
        number = next(self._numbers)
        answer: Deferred[str | None] = Deferred()
        timer = self._hub.clock.callLater(ANSWER_WITHIN, self._give_up, number)
        room = ctx.session.current
        self._calls[number] = _Called(ctx, room, answer, timer)
        self._send(
            Call(
                *(self._hub.now(), number, ctx.command.name, args, ctx.user.nick),
                *(ctx.user.account_name, room.name if room else ""),
            )
        )
        return answer

    def _gone(self, command: str) -> ChatError:
        return ChatError(f"/{command} failed: its program has ended.", code="program-gone")

    def _end_call(self, number: int) -> None:
        timer = self._calls.pop(number).timer
        if timer.active():
            timer.cancel()

    def _give_up(self, number: int) -> None:
        called = self._calls.pop(number)
        name = called.ctx.command.name
        self._log.warn(
            "Program {name} did not answer /{command} within {seconds:g} s",
            name=self.name,
            command=name,
            seconds=ANSWER_WITHIN,
        )
        called.answer.errback(
            ChatError(f"/{name} did not answer within {ANSWER_WITHIN:g} s.", code="no-answer")
        )

    # -- what it hears and filters --------------------------------------------------------------

    def _hear(self, hub: Hub, event: Any) -> None:
        room = hub.rooms.get(fold(event.room))
        if self.session is not None and room is not None and self._may_know(room):
            hub.tell(self.session, event)

    @property
    def _is_closed(self) -> bool:
        return self.grant.filter_fails == "closed"

    def covers(self, room: Room, event: Event) -> bool:
        """
        Return whether ``event`` in ``room`` is to be checked.
        """
        return (
            isinstance(event, self._kinds)
            and (not self._rooms or room.key in self._rooms)
            and self._may_know(room)
        )

    def check(self, event: Event) -> Deferred[Event]:
        """
        Have ``event`` checked, as `Screen.check`.
        """
        checked: Deferred[Event] = Deferred()
        if not self.is_registered:
            checked.errback(_unchecked())
            return checked
        number = next(self._numbers)
        timer = self._hub.clock.callLater(CHECK_WITHIN, self._overdue)
        self._checks[number] = _Checked(event, checked, timer)
        self._send(Check(self._hub.now(), number, event))
        return checked

    def _end_check(self, number: int) -> _Checked:
        waiting = self._checks.pop(number)
        if waiting.timer.active():
            waiting.timer.cancel()
        return waiting

    def _overdue(self) -> None:
        what = "no line is said until it does" if self._is_closed else "it filters no more"
        self._log.warn(
            "Program {name} did not check a line within {seconds:g} s: {what}",
            name=self.name,
            seconds=CHECK_WITHIN,
            what=what,
        )
        self._stop_filtering()

    def _stop_filtering(self) -> None:
        """
        Answer all checks that wait, as the operator wants that where nobody checks.

        If lines may be said unchecked, none is checked until the program registers again.
        """
        settle: list[Callable[[], None]] = []
        for number in tuple(self._checks):
            waiting = self._end_check(number)
            if self._is_closed:
                settle.append(lambda waiting=waiting: waiting.checked.errback(_unchecked()))  # type: ignore[misc]
            else:
                settle.append(lambda waiting=waiting: waiting.checked.callback(waiting.event))  # type: ignore[misc]
        if not self._is_closed:
            self._hub.hooks.screens.remove(self)
        for each in settle:
            each()


def _unchecked() -> ChatError:
    return ChatError(
        "Lines cannot be checked here at the moment. Please try again later.", code="unchecked"
    )
