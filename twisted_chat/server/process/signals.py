"""
The signals of the operator: they stop the server, reload it, restart it, or begin a new log file.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.server.process.watchdog import Watchdog


@define(eq=False)
class Signals:
    """
    Takes the signals of this process, and has the reactor do what they ask for.

    Args:
        reactor: does that in its own thread, between two turns.
        watchdog: is told of what may take long, or stops the process.
        stop: ends the server; it may be asked twice.
        reload: reads the settings again.
        restart: sends everybody away, and ends the server.
        rotate: begins a new log file.
    """

    _reactor: Any
    _watchdog: Watchdog
    _stop: Callable[[], object]
    _reload: Callable[[], object]
    _restart: Callable[[], object]
    _rotate: Callable[[], object]
    _had_terminal: bool = field(init=False, default=False)

    def take(self) -> None:
        """
        Take the signals, in the place of those who have them now.
        """
        # twistd would hand SIGTERM on to itself after the shutdown, and so exit with its number.
        self._had_terminal = sys.stdin is not None and sys.stdin.isatty()
        signal.signal(signal.SIGTERM, self._on_terminate)
        interrupt = signal.getsignal(signal.SIGINT)
        if callable(interrupt):
            signal.signal(signal.SIGINT, partial(self._on_interrupt, interrupt))
        if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
            signal.signal(signal.SIGTSTP, self._on_suspend)
        signal.signal(signal.SIGHUP, self._on_hangup)
        signal.signal(signal.SIGUSR1, self._on_rotate)
        signal.signal(signal.SIGUSR2, self._on_restart)

    def _on_interrupt(self, of_the_reactor: Any, *given: object) -> None:
        self._watchdog.hurry()
        of_the_reactor(*given)

    def _on_suspend(self, *_: object) -> None:
        self._watchdog.suspend()

    def _on_terminate(self, *_: object) -> None:
        self._watchdog.hurry()
        self._reactor.callFromThread(self._stop)

    def _on_restart(self, *_: object) -> None:
        self._reactor.callFromThread(self._restart)

    def _on_rotate(self, *_: object) -> None:
        self._reactor.callFromThread(self._rotate)

    def _on_hangup(self, *_: object) -> None:
        # Either a user asks for a reload, or the terminal in which this was started is closed.
        is_lost = self._had_terminal and not os.isatty(sys.stdin.fileno())
        self._reactor.callFromThread(self._stop if is_lost else self._reload)
