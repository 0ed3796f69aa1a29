"""
The journal: what a turn changed is kept before anybody is told of it.

While the store works, the next turn gathers, so that one write to the disk serves all that
happened meanwhile.  Where the store fails or takes too long, the chat goes on without it: what is
told is then not safe yet, is written when the store can again, and what does not fit meanwhile is
counted as lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.records import Line, StoreFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IDelayedCall, IReactorTime
    from twisted.python.failure import Failure

    from twisted_chat.log import LimitedLogger
    from twisted_chat.records import Change, Store

#: Seconds that a turn waits for the store.
PATIENCE = 1.0
#: Seconds from a failure until it is tried again.
RETRY = 1.0
#: Lines that wait while the store does not take them; of a tenth more, the oldest are lost.
MAX_WAITING = 10_000


@define(eq=False)
class Journal:
    """
    Takes each turn's changes to the store, one turn after the other.

    Args:
        store: keeps them.
        clock: for the time that the store may take.
        log: for what it does wrong.
        on_trouble: told, once each time, that what is said is not safe any more (True), and that
            it is again (False).

    Attributes:
        unsaved: lines that were told and are not kept yet.
        lost: lines that were told and will never be kept.
        is_in_trouble: the store does not keep up: nobody waits for it.
    """

    _store: Store
    _clock: IReactorTime
    _log: LimitedLogger
    _on_trouble: Callable[[bool], None]
    lost: int = field(init=False, default=0)
    # What the store is writing, and what it is to write next.
    _writing: Sequence[Change] = field(init=False, factory=tuple)
    _waiting: list[Change] = field(init=False, factory=list)
    _waiting_lines: int = field(init=False, default=0)
    # Called when what is being written is safe, or need not be waited for any longer.
    _go_on: Callable[[], None] | None = field(init=False, default=None)
    _patience: IDelayedCall | None = field(init=False, default=None)
    _retry: IDelayedCall | None = field(init=False, default=None)
    is_in_trouble: bool = field(init=False, default=False)

    @property
    def unsaved(self) -> int:
        """
        How many lines were told that are not kept yet.
        """
        return _lines_in(self._writing) + self._waiting_lines if self.is_in_trouble else 0

    def keep(self, changes: Sequence[Change], go_on: Callable[[], None]) -> bool:
        """
        Have ``changes`` kept; not to be called again until that is settled.

        Args:
            go_on: called, later, when they are safe, or when that takes too long.

        Returns:
            whether it is settled already; ``go_on`` is then not called.
        """
        if self.is_in_trouble:
            self._waiting += changes
            self._waiting_lines += _lines_in(changes)
            self._lose_the_oldest()
            return True
        self._write(changes)
        if not self._writing or self.is_in_trouble:
            return True
        self._go_on = go_on
        self._patience = self._clock.callLater(PATIENCE, self._lose_patience)
        return False

    def stop(self) -> None:
        """
        Hand what waits to the store, for a last try.
        """
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
            self._write_waiting()

    def _write(self, changes: Sequence[Change]) -> None:
        self._writing = changes
        self._store.write(changes).addCallbacks(self._done, self._fail)

    def _write_waiting(self) -> None:
        changes, self._waiting, self._waiting_lines = self._waiting, [], 0
        self._write(changes)

    def _done(self, _: object) -> None:
        self._writing = ()
        if not self.is_in_trouble:
            self._settle()
        elif self._waiting:
            self._write_waiting()
        else:
            self.is_in_trouble = False
            self._log.warn("All is kept again; {lost} lines were lost so far", lost=self.lost)
            self._on_trouble(False)

    def _fail(self, failure: Failure) -> None:
        if not failure.check(StoreFailed):
            # A bug of ours: the same would happen to these changes the next time.
            try:
                failure.raiseException()
            except Exception:
                self._log.report("Changes could not be kept")
            self.lost += _lines_in(self._writing)
            self._done(None)
            return
        self._log.warn("The store failed: {problem}", problem=failure.getErrorMessage())
        self._waiting[:0] = self._writing
        self._waiting_lines += _lines_in(self._writing)
        self._writing = ()
        self._lose_the_oldest()
        self._retry = self._clock.callLater(RETRY, self._write_waiting)
        self._be_in_trouble()
        self._settle()

    def _lose_patience(self) -> None:
        self._log.warn("The store takes longer than {seconds:g} s", seconds=PATIENCE)
        self._be_in_trouble()
        self._settle()

    def _be_in_trouble(self) -> None:
        if not self.is_in_trouble:
            self.is_in_trouble = True
            self._on_trouble(True)

    def _settle(self) -> None:
        go_on, self._go_on = self._go_on, None
        if go_on is None:
            return
        if self._patience is not None and self._patience.active():
            self._patience.cancel()
        go_on()

    def _lose_the_oldest(self) -> None:
        """
        Drop lines beyond what may wait, a tenth at once; what was decided is never dropped.
        """
        excess = self._waiting_lines - MAX_WAITING
        if excess <= MAX_WAITING // 10:
            return
        self.lost += excess
        self._waiting_lines = MAX_WAITING
        rest: list[Change] = []
        for change in self._waiting:
            if excess and isinstance(change, Line):
                excess -= 1
            else:
                rest.append(change)
        self._waiting = rest


def _lines_in(changes: Sequence[Change]) -> int:
    return sum(isinstance(change, Line) for change in changes)
