"""
Runs commands and plugins so that none of them can harm the server.

Whatever such a function does (raises, returns nonsense, fails later, never answers, blocks) ends
here: it is logged with its name, whoever waits is told, and everybody stays connected.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError
from twisted_chat.limits import FailureCounter
from twisted_chat.log import LimitedLogger, quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds a coroutine or Deferred may take to answer.
ANSWER_WITHIN = 10.0
#: Seconds a function may keep the reactor before it is named in the log.
TURN_WITHIN = 0.25

_log = Logger()


def _ignore(_: object) -> None:
    pass


def _nothing() -> None:
    pass


def name_of(function: object, asker: str) -> str:
    """
    Return what ``function`` is called in the log and counted as: no two modules share a name.

    Args:
        function: anything that can be called: also a `functools.partial`, a method, an object.
        asker: the name of the module that gave it to be called.
    """
    while isinstance(function, partial):
        function = function.func
    owner = getattr(function, "__self__", None)
    if inspect.ismodule(owner) or owner is None:
        named = function if hasattr(function, "__qualname__") else type(function)
        module, what = named.__module__, named.__qualname__
    else:
        kind = owner if isinstance(owner, type) else type(owner)
        module, what = kind.__module__, f"{kind.__qualname__}.{function.__name__}"  # type: ignore[attr-defined]
    # What is not of the module's own (a Deferred's method, say) others may give too.
    return f"{module}.{what}" if module == asker else f"{module}.{what} of {asker}"


@define
class Isolation:
    """
    Runs functions that are not trusted to be right.

    Args:
        clock: for the time that an answer may take.
        stopwatch: seconds, of a clock precise enough to measure one call.

    Attributes:
        log: for whatever a plugin may cause on and on.
    """

    _clock: IReactorTime
    _stopwatch: Callable[[], float] = time.perf_counter
    _failures: dict[str, FailureCounter] = field(init=False, factory=dict)
    log: LimitedLogger = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.log = LimitedLogger(_log, self._clock.seconds)

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
        self.log.tell_suppressed()

    def run(
        self,
        name: str,
        call: Callable[[], Any],
        *,
        done: Callable[[Any], None] = _ignore,
        refused: Callable[[str], None] | None = None,
        failed: Callable[[], None] = _nothing,
        secret: str = "",
        counts: bool = True,
    ) -> None:
        """
        Call ``call`` and see it through, now or, if it is a coroutine or Deferred, later.

        Args:
            name: what it is called in the log, such as ``/roll``.
            done: given the result.
            refused: given the sentence of a `ChatError` it raised; without it the log has that.
            failed: called when it raised anything else.
            secret: what a person typed, kept out of the log.
            counts: it may fail so often that it is switched off.
        """
        tell = refused or partial(self._log_refusal, name, secret)
        settle = _Settling(self, name, done, tell, failed, secret, counts)
        try:
            result = self._measured(name, call)
            if inspect.iscoroutine(result):
                result = Deferred.fromCoroutine(self._timed(name, result))
        except BaseException:  # SystemExit from a plugin must not stop the server either
            settle.fail()
            return
        if isinstance(result, Deferred):
            settle.later(result, self._clock)
        else:
            settle.now(result)

    def later(
        self,
        name: str,
        seconds: float,
        function: Callable[..., object],
        *args: object,
        secret: str = "",
    ) -> IDelayedCall:
        """
        Call ``function(*args)`` in so many seconds; what it does wrong ends there, in the log.

        It is not called if ``name`` has been switched off by then, because it kept failing.

        Args:
            name: what it is called in the log.
            secret: what a person typed, kept out of the log.

        Returns:
            the pending call; its ``cancel()`` takes it back.
        """

        def run() -> None:
            if not self.is_off(name):
                self.run(name, partial(function, *args), secret=secret)

        return self._clock.callLater(seconds, run)

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

    def _log_refusal(self, name: str, secret: str, sentence: str) -> None:
        if quotes(sentence, secret):
            sentence = "(it quotes what was typed)"
        self.log.warn(  # noqa: G010  # not one of the logging module's
            "{name} refused, and there is no user to tell: {sentence!r}",
            name=name,
            sentence=sentence,
        )

    def count_failure(self, name: str, secret: str, *, counts: bool) -> None:
        """
        Log the exception being handled as ``name``'s; one too many switches ``name`` off.

        Args:
            counts: as for `run`.
        """
        self.log.report("{name} failed", secret=secret, name=name)
        if not counts:
            return
        counter = self._failures.setdefault(name, FailureCounter())
        if counter.failed(self._clock.seconds()):
            _log.error(
                "{name} is switched off: it failed {count} times in {period:g} s",
                name=name,
                count=counter.limit,
                period=counter.period,
            )


@define
class _Settling:
    """
    One call, from its result to whoever waits for it.
    """

    _isolation: Isolation
    _name: str
    _done: Callable[[Any], None]
    _refused: Callable[[str], None]
    _failed: Callable[[], None]
    _secret: str
    _counts: bool
    _timer: IDelayedCall | None = None

    def now(self, result: Any) -> None:
        """
        Hand ``result`` on.
        """
        try:
            self._done(result)
        except BaseException:
            self.fail()

    def later(self, answer: Deferred[Any], clock: IReactorTime) -> None:
        """
        Hand on what ``answer`` fires with, if it does so in time.
        """
        self._timer = clock.callLater(ANSWER_WITHIN, self._expire, answer)
        answer.addBoth(self._arrive)

    def _arrive(self, result: Any) -> None:
        if self._timer is None or not self._timer.active():
            # Too late: whoever waited has been told.
            return
        self._timer.cancel()
        if isinstance(result, Failure):
            try:
                result.raiseException()
            except BaseException:
                self.fail()
        else:
            self.now(result)

    def _expire(self, answer: Deferred[Any]) -> None:
        try:
            raise TimeoutError(f"no answer within {ANSWER_WITHIN:g} s")
        except TimeoutError:
            self.fail()
        # It may be deaf to this, or fail once more; nobody waits for it any longer.
        with contextlib.suppress(BaseException):
            answer.cancel()

    def fail(self) -> None:
        """
        Tell of the exception being handled: to the person if it is a refusal, else to the log.
        """
        try:
            error = sys.exception()
            if isinstance(error, ChatError):
                self._refused(str(error))
                return
        except BaseException:
            # A refusal that cannot be told is a failure like any other.
            self._isolation.count_failure(self._name, self._secret, counts=self._counts)
        else:
            self._isolation.count_failure(self._name, self._secret, counts=self._counts)
        self._failed()
