"""
Appending: a thread writes the journal file, and the reactor waits for it, but never for a disk.

A write to a file takes microseconds, as long as the operating system does not have to wait for the
disk; nothing says beforehand whether it will.  So the reactor waits for the thread only as long as
such a write takes, and where that is not enough, it goes on and is told later.  Until a write is
quick again, it does not wait at all.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.store.journal.segments import Segments

#: Seconds for which the reactor waits for a write.
WAIT = 0.005


@define(eq=False)
class _Append:
    """
    A frame that is to be written.

    Attributes:
        done: held until it is written.
        outcome: whether there was room for it, or why it could not be written; None until then.
        late: told the outcome, because nobody waited for it.
    """

    number: int
    data: bytes
    done: Lock = field(init=False, factory=Lock)
    outcome: bool | OSError | None = field(init=False, default=None)
    seconds: float = field(init=False, default=0.0)
    late: Deferred[bool] | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self.done.acquire()


@define(eq=False)
class Appender:
    """
    Appends frames to segments, one after the other.

    Args:
        segments: where to.
        in_reactor: calls a function in the reactor's thread, such as ``reactor.callFromThread``.
        wait: seconds for which the reactor waits for a write.
    """

    _segments: Segments
    _in_reactor: Callable[..., object]
    _wait: float = WAIT
    _appends: SimpleQueue[_Append | None] = field(init=False, factory=SimpleQueue)
    _is_running: bool = field(init=False, default=False)
    _is_slow: bool = field(init=False, default=False)
    # Held where an outcome is noted or found late.
    _noting: Lock = field(init=False, factory=Lock)

    def append(self, number: int, data: bytes) -> bool | Deferred[bool]:
        """
        Append a frame, as `Segments.append` does.

        Returns:
            whether there was room for it, or a Deferred of that if it takes longer.

        Raises:
            OSError: the file cannot be written; the Deferred may fail with it too.
        """
        append = _Append(number, data)
        self._appends.put(append)
        if not self._is_running:
            self._is_running = True
            # At the end of the process nobody waits for a disk that does not answer.
            Thread(target=self._run, name="store-journal", daemon=True).start()
        if self._is_slow or not append.done.acquire(timeout=self._wait):
            with self._noting:
                if append.outcome is None:
                    self._is_slow = True
                    append.late = Deferred()
                    return append.late
        if isinstance(append.outcome, OSError):
            raise append.outcome
        return bool(append.outcome)

    def stop(self) -> None:
        """
        End the thread when all is written.
        """
        if self._is_running:
            self._is_running = False
            self._appends.put(None)

    def _run(self) -> None:
        while (append := self._appends.get()) is not None:
            began = monotonic()
            outcome: bool | OSError
            try:
                outcome = self._segments.append(append.number, append.data)
            except OSError as error:
                outcome = error
            append.seconds = monotonic() - began
            with self._noting:
                append.outcome = outcome
                late = append.late
            if late is None:
                append.done.release()
            else:
                self._in_reactor(self._tell, append)

    def _tell(self, append: _Append) -> None:
        self._is_slow = append.seconds > self._wait
        assert append.late is not None
        if isinstance(append.outcome, OSError):
            append.late.errback(append.outcome)
        else:
            append.late.callback(bool(append.outcome))
