"""
The lines of one connection that wait for their turn.

They are done at the rate that is allowed, a few in each turn of the reactor, and not while a line
before them is still being answered.  A user is told when many wait, and can stop them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from twisted_chat.doors.line.blocks import Line
from twisted_chat.doors.line.pacing import LINES_PER_TURN, Pacing
from twisted_chat.doors.sockets import READ_SIZE
from twisted_chat.events import Departure
from twisted_chat.replies.server import Cause, Closed, LinesStopped, LinesWait

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


#: Lines and, by `READ_SIZE`, bytes that wait at most before nothing more is read.
MOST_LINES = 1024
#: Seconds for which lines wait before their user is told so.
WORTH_TELLING = 2.0
#: Seconds before it is told again.
TELL_AGAIN = 0.25


class Reader(Protocol):
    """
    The part of a connection that the lines need.

    Attributes:
        paused: nothing is read from the client.
    """

    paused: bool

    @property
    def is_behind(self) -> bool:
        """
        Whether the client is to read what it was sent before its lines go on.
        """

    def pause(self) -> None:
        """
        Read nothing.
        """

    def unpause(self) -> None:
        """
        Read on.
        """

    def do_line(self, session: Session, line: Line) -> None:
        """
        Do a line.
        """

    def is_lost(self, session: Session) -> bool:
        """
        Return whether nobody is there any more; the lines are dropped then.
        """

    def withhold(self, lines: Sequence[Line]) -> None:
        """
        Drop lines that may be a secret.
        """

    def run_dry(self, session: Session) -> None:
        """
        Called when no line waits any more.
        """


def awaits_answer(session: Session) -> bool:
    """
    Return whether what the user of ``session`` answered last is still being looked at.
    """
    return session.question is not None and session.question.is_answered


@define(eq=False)
class WaitingLines:
    """
    Holds the lines of one session, and does them in their turn.

    Args:
        reader: the connection they come from.

    Attributes:
        lines: those that wait.
        is_held: nothing is done until `go_on`, for a line before is still being answered.
        pacing: for how long they have been slowed; None if they are not.
    """

    _hub: Hub
    _dispatcher: Dispatcher
    _reader: Reader
    is_held: bool = field(init=False, default=False)
    # No deque, which has room for 64 of them where there is none, nearly always.
    lines: list[Line] = field(init=False, factory=list)
    # So many of the first ones may be a secret.
    _withheld: int = field(init=False, default=0)
    _next: IDelayedCall | None = field(init=False, default=None)
    pacing: Pacing | None = field(init=False, default=None)
    # The user was told that lines wait, and when last.
    _is_told: bool = field(init=False, default=False)
    _told_at: float = field(init=False, default=-math.inf)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def size(self) -> int:
        """
        How many bytes wait.
        """
        return sum(len(data) for data, _ in self.lines if data)

    @property
    def is_idle(self) -> bool:
        """
        Whether no later turn is awaited.
        """
        return self._next is None

    def add(self, session: Session, lines: Sequence[Line], now: float) -> None:
        """
        Add ``lines`` that came ``now``, in seconds, and do as many as may be done.
        """
        self.lines.extend(lines)
        if self._next is not None:
            if self._is_full():
                self._reader.pause()
            return
        if lines:
            session.active_at = now
        self._do(session)

    def interrupt(self, session: Session) -> bool:
        """
        Drop the lines that wait, because the user has stopped them; return whether any did.
        """
        stopped = sum(data != b"" for data, _ in self.lines)
        self.lines.clear()
        self._withheld = 0
        if stopped and session.user is not None:
            self._hub.tell(session, LinesStopped(self._hub.now(), stopped))
        return stopped > 0

    def tell(self, session: Session) -> None:
        """
        Tell the user how many lines wait, unless that was told just now.
        """
        now = self._hub.seconds()
        if self.lines and session.user is not None and now - self._told_at >= TELL_AGAIN:
            self._told_at = now
            rate = self._dispatcher.rates.rate(session)
            self._hub.tell(session, LinesWait(self._hub.now(), len(self.lines), rate))

    def _is_full(self) -> bool:
        return len(self.lines) >= MOST_LINES or self.size >= READ_SIZE

    def put_first(self, line: bytes) -> None:
        """
        Let ``line`` be the next one.
        """
        self.lines.insert(0, (line, False))

    def put_last(self, line: bytes) -> None:
        """
        Let ``line`` be the last one, and do it in a later turn.
        """
        self.lines.append((line, False))

    def clear(self) -> None:
        """
        Do none of them.
        """
        self.lines.clear()

    def stop(self) -> None:
        """
        Do nothing more.
        """
        if self._next is not None and self._next.active():
            self._next.cancel()

    def withhold(self) -> None:
        """
        Drop the lines that wait now, behind what is told now: they may be a secret.
        """
        self._withheld = len(self.lines)

    def do(self, session: Session) -> None:
        """
        Do as many lines as may be done now.
        """
        self._next = None
        if self.lines and not session.closed:
            if self.pacing is not None and self._reader.is_lost(session):
                return
            session.active_at = self._hub.seconds()
        self._do(session)

    def _do(self, session: Session) -> None:
        reader, lines = self._reader, self.lines
        if session.closed:
            lines.clear()
            return
        if lines and reader.is_behind:
            reader.pause()
            return
        is_limited = self._dispatcher.rates.is_limited(session)
        for _ in range(LINES_PER_TURN):
            if self._withheld and not awaits_answer(session):
                self._drop_withheld()
            if not lines:
                break
            if is_limited and self._is_too_fast(session):
                return
            if session.question is not None and self._is_held_up(session):
                return
            reader.do_line(session, lines.pop(0))
            if session.closed:
                lines.clear()
                return
        if lines:
            reader.pause()
            self.do_later(session)
        else:
            self._is_told = False
            reader.run_dry(session)

    def _is_too_fast(self, session: Session) -> bool:
        wait = self._dispatcher.rates.wait(session)
        if wait:
            self._slow_down(session, wait)
        return wait > 0

    def _is_held_up(self, session: Session) -> bool:
        if not awaits_answer(session):
            return False
        self.is_held = True
        self._reader.pause()
        return True

    def do_later(self, session: Session, seconds: float = 0.0) -> None:
        """
        Do more lines in the next turn of the reactor, or after ``seconds``.
        """
        if self._next is None:
            self._next = self._hub.clock.callLater(seconds, self.do, session)

    def hurry(self) -> None:
        """
        Do lines that wait in the next turn; those that come too fast are held again.
        """
        if self._next is not None and self._next.active():
            self._next.reset(0)

    def go_on(self, session: Session) -> None:
        """
        Do the lines that were held, in a later turn.
        """
        if self.is_held and not session.closed:
            self.do_later(session)
        self.is_held = False

    def _drop_withheld(self) -> None:
        dropped = self.lines[: self._withheld]
        del self.lines[: self._withheld]
        self._withheld = 0
        self._reader.withhold(dropped)

    # -- slowing down -----------------------------------------------------------------------------

    def _slow_down(self, session: Session, wait: float) -> None:
        """
        Hold the lines, and stop reading if many wait; what is typed behind a few may stop them.
        """
        clock, reader = self._hub.clock, self._reader
        pacing = self.pacing = self.pacing or Pacing(clock.seconds())
        may_read = pacing.may_read(clock.seconds())
        if not self._is_full():
            if reader.paused:
                reader.unpause()
        elif not may_read:
            reader.pause()
        elif reader.paused:
            pacing.look_again(clock.seconds())
            reader.unpause()
        rate = self._dispatcher.rates.rate(session)
        is_long = len(self.lines) > WORTH_TELLING * rate if rate else wait > WORTH_TELLING
        if is_long and not self._is_told:
            self._is_told = True
            self.tell(session)
        self._next = clock.callLater(wait, self.do, session)

    def charge(self, session: Session, cost: float) -> None:
        """
        Count what is no line, such as commands of telnet and keys, as ``cost`` lines.
        """
        session.line_bucket.spend(cost)
        wait = self._dispatcher.rates.wait(session)
        if not wait:
            return
        if self._next is None:
            self._reader.pause()
            self.pacing = self.pacing or Pacing(self._hub.seconds())
            self._next = self._hub.clock.callLater(wait, self.do, session)
        elif wait > WORTH_TELLING:
            self._reader.pause()

    def close_flood(self, session: Session, lines: int, size: int) -> bool:
        """
        Close a session whose lines have come too fast for too long, now that more were read.

        Args:
            lines: how many.
            size: in bytes.

        Returns:
            whether it is closed.
        """
        hub, pacing, now = self._hub, self.pacing, self._hub.seconds()
        if pacing is None or session.line_bucket.is_full(now):
            self.pacing = None
            return False
        if not pacing.is_flood(now, lines, size, hub.world.limits.burst):
            return False
        farewell = Closed(hub.now(), Cause.FLOODING, session.nick)
        hub.connections.close(session, farewell, Departure(cause="flooding"))
        self.clear()
        return True
