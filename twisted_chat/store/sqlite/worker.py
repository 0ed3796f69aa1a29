"""
A thread with a database connection of its own.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from queue import Empty, SimpleQueue
from threading import Thread, get_native_id
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite.errors import is_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    _Result = TypeVar("_Result")

_log = Logger()

# Seconds without a job after which there is time for something else, and seconds after which that
# is done in any case; where much is to be done, only then.
_QUIET = 0.05
_AT_LATEST = 1.0

# How much nicer than the rest of the process such a thread is (nice(2)).  Of a processor that
# another program wants as well it still gets a quarter: while it holds Python's lock, all wait.
_NICER = 5


def give_way() -> None:
    """
    Sleep for a moment, so that the reactor goes on; for jobs of more than a millisecond.

    A thread that goes from one statement to the next holds the processor and Python's lock for
    some milliseconds, and what is said meanwhile waits.
    """
    # Zero would be no sleep on some systems.
    sleep(1e-6)


def _never() -> bool:
    return False


@define(eq=False)
class Worker:
    """
    Does one job after the other in a thread, which begins with the first.

    Args:
        name: the thread's.
        connect: opens the database, in the thread.
        in_reactor: calls a function in the reactor's thread, such as ``reactor.callFromThread``.
        pastime: done when there is no job, again and again while it says that there may be more,
            and once a second where jobs never end.
        is_busy: whether much is to be done, so that the pastime is done once a second only.
    """

    _name: str
    _connect: Callable[[], sqlite3.Connection]
    _in_reactor: Callable[..., object]
    _pastime: Callable[[sqlite3.Connection], bool] | None = None
    _is_busy: Callable[[], bool] = _never
    _jobs: SimpleQueue[tuple[Callable[[sqlite3.Connection], Any] | None, Deferred[Any]]] = field(
        init=False, factory=SimpleQueue
    )
    _is_running: bool = field(init=False, default=False)
    _passed_at: float = field(init=False, factory=monotonic)

    def do(self, job: Callable[[sqlite3.Connection], _Result]) -> Deferred[_Result]:
        """
        Do ``job`` after all that were given before.

        Returns:
            its result; fails with `StoreFailed` for errors of the disk or the file.
        """
        return self._give(job)

    def stop(self) -> Deferred[None]:
        """
        End the thread when all jobs are done.
        """
        return self._give(None)

    def _give(self, job: Callable[[sqlite3.Connection], Any] | None) -> Deferred[Any]:
        done: Deferred[Any] = Deferred()
        self._jobs.put((job, done))
        if not self._is_running:
            self._is_running = True
            # At the end of the process nobody waits for a disk that does not answer.
            Thread(target=self._run, name=self._name, daemon=True).start()
        return done

    def _run(self) -> None:
        _go_second()
        connection: sqlite3.Connection | None = None
        while True:
            job, done = self._next(connection)
            if job is None:
                if connection is not None:
                    connection.close()
                self._in_reactor(done.callback, None)
                return
            try:
                if connection is None:
                    connection = self._connect()
                result = job(connection)
            except BaseException as error:
                self._in_reactor(done.errback, _failure_of(error))
            else:
                self._in_reactor(done.callback, result)

    def _next(
        self, connection: sqlite3.Connection | None
    ) -> tuple[Callable[[sqlite3.Connection], Any] | None, Deferred[Any]]:
        """
        Wait for a job; without one, do idle work.
        """
        if connection is None or self._pastime is None:
            return self._jobs.get()
        if monotonic() - self._passed_at > _AT_LATEST:
            self._pass_time(connection, self._pastime)
        may_be_more = True
        while may_be_more:
            try:
                return self._jobs.get(timeout=self._quiet())
            except Empty:
                may_be_more = self._pass_time(connection, self._pastime)
        return self._jobs.get()

    def _quiet(self) -> float:
        """
        Return for how many seconds no job may come before there is time for something else.
        """
        if not self._is_busy():
            return _QUIET
        return max(self._passed_at + _AT_LATEST - monotonic(), _QUIET)

    def _pass_time(
        self, connection: sqlite3.Connection, pastime: Callable[[sqlite3.Connection], bool]
    ) -> bool:
        try:
            return pastime(connection)
        except sqlite3.Error:
            # The next caller is told of the failure; until then it can wait.
            return False
        except Exception:
            # A bug of ours, which must not end the thread that writes everything else.
            self._in_reactor(_report, self._name, Failure())
            return False
        finally:
            self._passed_at = monotonic()


def _go_second() -> None:
    """
    Let this thread go second where the reactor's wants the same processor.

    Once a second much is moved at once, and what is said meanwhile would wait for some 10 ms.
    """
    # Elsewhere a process has one niceness for all its threads.
    if sys.platform == "linux":
        thread = get_native_id()
        with contextlib.suppress(OSError):
            own = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, own + _NICER)


def _report(name: str, failure: Failure) -> None:
    _log.failure("{name} failed at its background work", failure, name=name)


def _failure_of(error: BaseException) -> Failure:
    if is_fault(error):
        failed = StoreFailed(str(error))
        failed.__cause__ = error
        return Failure(failed)
    return Failure(error)
