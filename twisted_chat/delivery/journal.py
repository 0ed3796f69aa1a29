"""
The journal: keeps the changes of a turn before anybody is told of them.

While the store writes, the next turn gathers, so that one write to the disk serves everything that
happened meanwhile.  If the store fails or takes too long, the chat continues without it: events
are told before they are safe, and written when the store works again.  What does not fit meanwhile
is counted as lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import fail, succeed

from twisted_chat.delivery.outages import Outages
from twisted_chat.log import DISK_FAULTS
from twisted_chat.store.interface import ChangeRefused, StoreFailed
from twisted_chat.store.journal.latest import needed
from twisted_chat.store.records import LINES, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall, IReactorTime
    from twisted.python.failure import Failure

    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.interface import Store
    from twisted_chat.store.records import Change

#: Seconds that a turn waits for the store.
TIMEOUT = 1.0
#: Seconds that a turn waits for a store that works again and is catching up.
CATCHING_UP = 0.1
#: Seconds from a failure to the next try.
RETRY = 1.0
#: Lines that may wait while the store fails; when there are a tenth more, the oldest are lost.  As
#: many other changes may wait beside them.
MAX_WAITING = 10_000


@define(eq=False)
class Journal:
    """
    Writes each turn's changes to the store, one turn after the other.

    Args:
        store: keeps the changes.
        clock: limits the time that a turn waits.
        log: for failures of the store.
        on_outage: called, at most once a minute, with True when lines are no longer safe, and with
            False when they are again.

    Attributes:
        is_failing: the store does not keep up, and is not waited for.
    """

    _store: Store
    _clock: IReactorTime
    _log: LimitedLogger
    _on_outage: Callable[[bool], None]
    _lost: int = field(init=False, default=0)
    # The changes that the store is writing, and those it will write next.
    _writing: list[Change] = field(init=False, factory=list)
    _waiting: list[Change] = field(init=False, factory=list)
    _waiting_talk: int = field(init=False, default=0)
    # Number of other changes that may wait before those that are not needed are dropped.
    _most_others: int = field(init=False, default=0)
    # Called when the last changes are safe, or no longer waited for; and the number of their
    # lines.
    _go_on: Callable[[], None] | None = field(init=False, default=None)
    _untold: int = field(init=False, default=0)
    _timeout: IDelayedCall | None = field(init=False, default=None)
    _retry: IDelayedCall | None = field(init=False, default=None)
    is_failing: bool = field(init=False, default=False)
    _is_catching_up: bool = field(init=False, default=False)
    _is_stopped: bool = field(init=False, default=False)
    _outages: Outages = field(init=False)
    # Of changes that are on their way, by their identity.
    _promises: dict[int, Deferred[None]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._outages = Outages(self._clock, self._on_outage)

    @property
    def lost(self) -> int:
        """
        The number of lines that were told and will never be kept.
        """
        return self._lost + self._store.lost

    @property
    def unsaved(self) -> int:
        """
        The number of lines that were told and are not kept yet; private and changed ones count.
        """
        return _talk_in(self._writing) + self._waiting_talk - self._untold

    def keep(
        self,
        changes: list[Change],
        go_on: Callable[[], None],
        promises: Sequence[tuple[Change, Deferred[None]]] = (),
    ) -> bool:
        """
        Keep ``changes``; must not be called again until they are settled.

        Args:
            go_on: called later, when they are safe or the wait is over.
            promises: some of the changes, each with what fires when it is kept.  It fails with
                `StoreFailed` if the store does not take it, and the change is then given up.

        Returns:
            whether they are settled already; then ``go_on`` is not called.
        """
        if promises:
            self._promises.update((id(change), done) for change, done in promises)
        if self.is_failing:
            if not self._is_catching_up:
                self._break_promises(changes, StoreFailed("nothing can be saved now"))
            self._waiting += changes
            self._waiting_talk += _talk_in(changes)
            if not self._is_catching_up:
                self._bound()
                return True
        else:
            self._write(changes)
            if not self._writing or self.is_failing:
                return True
        self._go_on = go_on
        self._untold = _talk_in(changes)
        seconds = CATCHING_UP if self._is_catching_up else TIMEOUT
        self._timeout = self._clock.callLater(seconds, self._time_out)
        return False

    def probe(self) -> None:
        """
        Write nothing, so that a failure is known before something is to be kept.

        Lines that the store has lost since are told.
        """
        self._outages.note(self.lost)
        if not (self._writing or self.is_failing or self._is_stopped):
            self._write([])

    def stop(self) -> None:
        """
        Give what waits to the store, for a last try.
        """
        self._is_stopped = True
        self._outages.stop()
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
        if self._waiting:
            # The current write may still fail; writing it again changes nothing.
            self._waiting[:0] = self._writing
            self._write_waiting()

    def _write(self, changes: list[Change]) -> None:
        self._writing = changes
        written = self._give(changes)
        if written is None:
            # Nearly always.
            self._done(None, changes)
            return
        written.addErrback(self._narrow, changes, changes).addCallbacks(
            self._done, self._fail, callbackArgs=(changes,), errbackArgs=(changes,)
        )

    def _write_waiting(self) -> None:
        changes, self._waiting = self._waiting, []
        self._waiting_talk = self._most_others = 0
        self._write(changes)

    def _give(self, changes: Sequence[Change]) -> Deferred[None] | None:
        """
        Give ``changes`` to the store; if it raises an exception, return that as a failed Deferred.
        """
        try:
            return self._store.write(changes)
        except Exception:
            return fail()

    def _try(self, part: Sequence[Change], changes: list[Change]) -> Deferred[None]:
        written = self._give(part) or succeed(None)
        return written.addErrback(self._narrow, part, changes)

    def _narrow(
        self, failure: Failure, part: Sequence[Change], changes: list[Change]
    ) -> Deferred[None]:
        """
        Write a part in halves until the change that fails by itself is found.

        It is refused, or a bug is in it, and it would fail again; all others are kept.
        """
        if failure.check(StoreFailed) or not part:
            return fail(failure)
        if len(part) > 1:
            half = len(part) // 2
            first, second = tuple(part[:half]), tuple(part[half:])
            return self._try(first, changes).addCallback(lambda _: self._try(second, changes))
        if not failure.check(ChangeRefused):
            text = part[0].text if isinstance(part[0], Line) else ""
            # A plugin may say something that is not text.
            secret = text if isinstance(text, str) else ""
            try:
                failure.raiseException()
            except Exception:
                self._log.report("A change could not be kept", secret=secret)
        self._lost += _talk_in(part)
        self._outages.note(self.lost)
        self._break_promises(list(part), failure)
        changes[:] = [change for change in changes if change is not part[0]]
        return succeed(None)

    def _done(self, _: object, changes: list[Change]) -> None:
        if changes is not self._writing:
            # They were given to the store again at the end, with others.
            return
        self._writing = []
        if self._promises:
            self._keep_promises(changes)
        if not self.is_failing:
            self._settle()
        elif self._waiting:
            # Turns wait again; otherwise a busy server might never catch up.
            self._is_catching_up = True
            self._write_waiting()
        else:
            self.is_failing = self._is_catching_up = False
            self._log.warn("The store works again; {lost} lines were lost so far", lost=self.lost)
            self._outages.end(self.lost)
            self._settle()

    def _fail(self, failure: Failure, changes: list[Change]) -> None:
        if changes is not self._writing:
            return
        self._writing = []
        self._break_promises(changes, failure)
        if self._is_stopped:
            self._lost += _talk_in(changes)
            self._log.warn(
                "The store failed at the end: {problem}; {lost} lines were lost so far",
                problem=failure.getErrorMessage(),
                lost=self.lost,
            )
        else:
            self._log.warn(
                "The store failed: {problem}",
                at_most=DISK_FAULTS,
                problem=failure.getErrorMessage(),
            )
            self._waiting[:0] = changes
            self._waiting_talk += _talk_in(changes)
            self._bound()
            self._retry = self._clock.callLater(RETRY, self._write_waiting)
        self._begin_outage()
        self._settle()

    def _keep_promises(self, changes: Sequence[Change]) -> None:
        for change in changes:
            promise = self._promises.pop(id(change), None)
            if promise is not None:
                promise.callback(None)

    def _break_promises(self, changes: list[Change], why: Exception | Failure) -> None:
        """
        Give up those of ``changes`` that a user waits for, and tell them.
        """
        if not self._promises:
            return
        broken = [change for change in changes if id(change) in self._promises]
        changes[:] = [change for change in changes if not any(change is each for each in broken)]
        for change in broken:
            self._promises.pop(id(change)).errback(why)

    def _time_out(self) -> None:
        if not self.is_failing:
            self._log.warn("The store takes longer than {seconds:g} s", seconds=TIMEOUT)
        self._begin_outage()
        self._settle()

    def _begin_outage(self) -> None:
        self._is_catching_up = False
        if not self.is_failing:
            self.is_failing = True
            self._outages.begin()

    def _settle(self) -> None:
        go_on, self._go_on, self._untold = self._go_on, None, 0
        if go_on is None:
            return
        if self._timeout is not None and self._timeout.active():
            self._timeout.cancel()
        go_on()

    def _bound(self) -> None:
        """
        Drop what exceeds the limit, a tenth at a time; decisions are never dropped.
        """
        if len(self._waiting) - self._waiting_talk > max(
            self._most_others, MAX_WAITING * 11 // 10
        ):
            self._waiting = needed(self._waiting, MAX_WAITING)
            # With so many decisions, they are not checked again in each turn.
            self._most_others = len(self._waiting) - self._waiting_talk + MAX_WAITING // 10
        self._lose_the_oldest()

    def _lose_the_oldest(self) -> None:
        excess = self._waiting_talk - MAX_WAITING
        if excess <= MAX_WAITING // 10:
            return
        self._lost += excess
        self._waiting_talk = MAX_WAITING
        rest: list[Change] = []
        for change in self._waiting:
            if excess and isinstance(change, LINES):
                excess -= 1
            else:
                rest.append(change)
        self._waiting = rest


def _talk_in(changes: Sequence[Change]) -> int:
    return sum(isinstance(change, LINES) for change in changes)
