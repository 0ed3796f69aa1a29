"""
The watchdog: logs where the server is stuck, and ends it if it stays stuck.

A timer of the reactor counts twenty times a second, and a thread looks whether it does.  That
costs the way of a line nothing: no turn is measured.

A process that is suspended, or does not get a processor, is not stuck.  So what counts are looks
of that thread that see no new count, and not seconds: while the thread does not run either, it
has nothing to say.  Code in C that holds the interpreter stops that thread too, and looks the
same as a pause from within; only an alarm, much later, ends a server that stays so.
"""

from __future__ import annotations

import contextlib
import faulthandler
import math
import os
import signal
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.isolation import TURN_WITHIN, running_in
from twisted_chat.limits import Rate
from twisted_chat.log import LimitedLogger, report
from twisted_chat.text.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

#: Seconds between two counts, and between two settings of the alarm.
COUNTS_EVERY = 0.05
SETS_EVERY = 1.0
#: The alarm comes after so many times the seconds in which a turn must end: it counts pauses too.
HELD_TIMES = 20
#: Seconds in which a turn must end once the server is told to stop.
ENDS_WITHIN = 5.0
#: Stacks that are logged.
STACKS = Rate(5, 60)

# Looks in a row that see no new count, after which a turn lasts longer than `TURN_WITHIN`.  Looks
# and not seconds, so that a process that was suspended, or is starved, is not reported.
_MISSED = math.ceil(TURN_WITHIN / COUNTS_EVERY) + 1
# Frames of a stack that are logged, the innermost.
_DEEPEST = 30

_log = Logger()


@define(eq=False)
class Watchdog:
    """
    Watches the thread of the reactor.

    It logs the stack of a turn that lasts longer than `TURN_WITHIN`, once, and if that goes on,
    sets off the alarm, which ends the process with exit status 1 and the stacks of all threads.
    The alarm is a thread of C that needs no interpreter, so it also works if C code holds that:
    by itself, after `HELD_TIMES` as long.

    Args:
        reactor: has the timer.
        plugin_of: returns the name of the plugin that a module is; empty if it is none.
        output: returns the descriptor on which the alarm writes.
        stuck_after: seconds after which a turn ends the process, up to `SETS_EVERY` more, not
            counting those in which it does not run; 0 for never.
        alarm: sets and replaces the alarm, as `faulthandler.dump_traceback_later` does.
    """

    _reactor: Any
    _plugin_of: Callable[[str], str]
    _output: Callable[[], int]
    stuck_after: float
    _alarm: Callable[..., None] = faulthandler.dump_traceback_later
    _limited: LimitedLogger = field(
        init=False, factory=lambda: LimitedLogger(_log, time.monotonic)
    )
    _watched: int = field(init=False, default=0)
    _count: int = field(init=False, default=0)
    _is_over: bool = field(init=False, default=False)
    _set_at: float = field(init=False, default=0.0)
    _is_hurried: bool = field(init=False, default=False)
    _descriptor: int = field(init=False, default=-1)
    # A signal may come while the alarm is set.
    _lock: Any = field(init=False, factory=threading.RLock)

    def start(self) -> threading.Thread:
        """
        Watch this thread from another one, until the process ends.
        """
        self._watched = threading.get_ident()
        # Nobody reads it, and it asks nothing of the file system: not all may open `/dev/null`.
        reading, self._descriptor = os.pipe()
        os.close(reading)
        self._put_off()
        self._beat()
        thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        thread.start()
        return thread

    def hurry(self) -> None:
        """
        End the process soon, unless the turn of now does.  For the handler of a signal to stop.
        """
        if not self._is_hurried:
            self._set_alarm(ENDS_WITHIN)
            self._is_hurried = True

    def stop(self) -> None:
        """
        Stop watching; a last alarm ends a process that does not end by itself.
        """
        self._is_over = True

    def suspend(self) -> None:
        """
        Stop the process, as Ctrl-Z does, and do not count that time.
        """
        faulthandler.cancel_dump_traceback_later()
        signal.raise_signal(signal.SIGSTOP)
        self._put_off()

    def _beat(self) -> None:
        self._count += 1
        if not self._is_over:
            self._reactor.callLater(COUNTS_EVERY, self._beat)

    def _watch(self) -> None:
        seen = missed = 0
        try:
            while not self._is_over:
                time.sleep(COUNTS_EVERY)
                if self._count == seen:
                    missed += 1
                    if missed == _MISSED:
                        self._look()
                    if missed == math.ceil((self.stuck_after + SETS_EVERY) / COUNTS_EVERY):
                        self._end()
                    continue
                seen, missed = self._count, 0
                if self._is_hurried or time.monotonic() - self._set_at >= SETS_EVERY:
                    self._put_off()
            self._set_alarm(self.stuck_after)
        except BaseException:
            # An alarm that nobody sets again would end a server that is well.
            faulthandler.cancel_dump_traceback_later()
            raise

    def _look(self) -> None:
        count = self._count
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001  # documented
        # With a new count by now, that is the stack of another turn.
        if frame is not None and self._count == count:
            self._report(frame)

    def _put_off(self) -> None:
        """
        Set the alarm again: the server is well.
        """
        self._set_alarm(HELD_TIMES * self.stuck_after)

    def _end(self) -> None:
        """
        End the process, unless it may be stuck for ever.
        """
        if self.stuck_after:
            # At once, but for what the alarm is always later.
            self._set_alarm(0.001, more=0.0)

    def _set_alarm(self, seconds: float, more: float = SETS_EVERY) -> None:
        with self._lock:
            self._is_hurried = False
            self._set_at = time.monotonic()
            if not seconds:
                faulthandler.cancel_dump_traceback_later()
                return
            try:
                # One of our own: the log's is closed when a new file is begun.
                descriptor = os.dup(self._output())
            except (OSError, ValueError):
                # None is free, or that happens now.
                descriptor = self._descriptor
            # Without a thread for it there is no alarm until the next time.
            with contextlib.suppress(RuntimeError):
                self._alarm(seconds + more, exit=True, file=descriptor)
            if descriptor != self._descriptor:
                os.close(self._descriptor)
                self._descriptor = descriptor

    def _report(self, frame: FrameType) -> None:
        try:
            what, outermost = running_in(frame)
            plugin = next(filter(None, map(self._plugin_of, _modules(frame, outermost))), "")
            parts = [f" in {what}" * bool(what), f" of plugin {plugin}" * bool(plugin)]
            end = f"; the server ends after {self.stuck_after:g} s" * bool(self.stuck_after)
            self._limited.warn(
                "A turn lasts longer than {milliseconds:g} ms{whose}{end}:\n{stack}",
                at_most=STACKS,
                milliseconds=TURN_WITHIN * 1000,
                whose="".join(parts),
                end=end,
                stack=_stack(frame, outermost),
            )
        except Exception:
            report(_log, "The stack of a long turn cannot be logged")


def _frames(frame: FrameType, outermost: FrameType | None) -> list[FrameType]:
    """
    Return the frames below ``outermost``, or all if there is none, the innermost first.
    """
    found = []
    each: FrameType | None = frame
    while each is not None and each is not outermost:
        found.append(each)
        each = each.f_back
    return found


def _modules(frame: FrameType, outermost: FrameType | None) -> list[str]:
    # The outermost first: what a plugin calls runs for it.
    return [str(each.f_globals.get("__name__")) for each in _frames(frame, outermost)][::-1]


def _stack(frame: FrameType, outermost: FrameType | None) -> str:
    shown = [(each, each.f_lineno) for each in _frames(frame, outermost)[:_DEEPEST]]
    lines = traceback.StackSummary.extract(iter(shown[::-1])).format()
    return "\n".join(clean(line) for line in "".join(lines).rstrip().split("\n"))
