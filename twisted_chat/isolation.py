"""
Runs commands and plugins so that none of them can harm the server.

Whatever such a function does (raises, returns nonsense, fails later, never answers, blocks) ends
here: it is logged with its name, whoever waits is told, and everybody stays connected.
"""

from __future__ import annotations

import inspect
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError
from twisted_chat.limits import FailureCounter
from twisted_chat.log import report

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from twisted.internet.interfaces import IReactorTime

#: Seconds a coroutine or Deferred may take to answer.
ANSWER_WITHIN = 10.0
#: Seconds a function may keep the reactor before it is named in the log.
TURN_WITHIN = 0.25

_log = Logger()


def _ignore(_: object) -> None:
    pass


def _nothing() -> None:
    pass


@define
class Isolation:
    """
    Runs functions that are not trusted to be right.

    Args:
        clock: for the time that an answer may take.
        stopwatch: seconds, of a clock precise enough to measure one call.
    """

    _clock: IReactorTime
    _stopwatch: Callable[[], float] = time.perf_counter
    _failures: dict[str, FailureCounter] = field(init=False, factory=dict)

    def is_off(self, name: str) -> bool:
        """
        Say whether ``name`` failed so often that it is not run any more.
        """
        return name in self._failures and self._failures[name].tripped

    def reset(self) -> None:
        """
        Forget every failure, as after plugins were loaded anew.
        """
        self._failures.clear()

    def run(
        self,
        name: str,
        call: Callable[[], Any],
        *,
        done: Callable[[Any], None] = _ignore,
        refused: Callable[[ChatError], None] = _ignore,
        failed: Callable[[], None] = _nothing,
        secret: str = "",
    ) -> None:
        """
        Call ``call`` and see it through, now or, if it is a coroutine or Deferred, later.

        Args:
            name: what it is called in the log, such as ``/roll``.
            done: given the result.
            refused: given a `ChatError` it raised.
            failed: called when it raised anything else.
            secret: what a person typed, kept out of the log.
        """

        def fail(failure: Failure) -> None:
            try:
                failure.raiseException()
            except ChatError as refusal:
                refused(refusal)
            except BaseException:  # SystemExit from a plugin must not stop the server either
                self._count_failure(name, secret)
                failed()

        try:
            result = self._measured(name, call)
            if inspect.iscoroutine(result):
                result = Deferred.fromCoroutine(self._timed(name, result))
            if isinstance(result, Deferred):
                result.addTimeout(ANSWER_WITHIN, self._clock)
                result.addCallback(done).addErrback(fail)
            else:
                done(result)
        except BaseException:
            fail(Failure())

    def _timed(self, name: str, coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """
        Drive ``coroutine``, measuring each stretch of it that runs without a pause.
        """
        step = partial(coroutine.send, None)
        try:
            while True:
                try:
                    awaited = self._measured(name, step)
                except StopIteration as stop:
                    return stop.value
                try:
                    value = yield awaited
                except GeneratorExit:
                    raise
                except BaseException as error:
                    step = partial(coroutine.throw, error)
                else:
                    step = partial(coroutine.send, value)
        finally:
            coroutine.close()

    def _measured(self, name: str, call: Callable[[], Any]) -> Any:
        started = self._stopwatch()
        try:
            return call()
        finally:
            seconds = self._stopwatch() - started
            if seconds > TURN_WITHIN:
                _log.warn(
                    "{name} blocked the server for {milliseconds} ms",
                    name=name,
                    milliseconds=round(seconds * 1000),
                )

    def _count_failure(self, name: str, secret: str) -> None:
        report(_log, "{name} failed", secret=secret, name=name)
        counter = self._failures.setdefault(name, FailureCounter())
        if counter.failed(self._clock.seconds()):
            _log.error(
                "{name} is switched off: it failed {count} times in {period:g} s",
                name=name,
                count=counter.limit,
                period=counter.period,
            )
