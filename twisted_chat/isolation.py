"""
Running commands and plugins so that none of them can harm the server.

Whatever such a function does (raises, returns nonsense, fails later, never answers, blocks) ends
here: it is logged with its name, the user who waits is told, and everybody stays connected.
"""

from __future__ import annotations

import inspect
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twisted_chat.calls import Call, Settling, running
from twisted_chat.errors import ChatError
from twisted_chat.events import Event, typed_in
from twisted_chat.limits import FailureCounter
from twisted_chat.log import LimitedLogger, quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Generator, Iterable
    from types import FrameType

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds that a function may block the reactor before the log names it.
TURN_WITHIN = 0.25

_log = Logger()


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
    # A name outside the module, such as a Deferred's method, may be used by other plugins too.
    return f"{module}.{what}" if module == asker else f"{module}.{what} of {asker}"


def running_in(frame: FrameType) -> tuple[str, FrameType | None]:
    """
    Return the name of the innermost function that `Isolation` runs in the stack of ``frame``.

    Or of that whose result is being passed on.

    Returns:
        also the frame that called the function; an empty name and None if there is none.
    """
    each: FrameType | None = frame
    while each is not None:
        if each.f_code in _MEASURED:
            return str(each.f_locals["name"]), each
        each = each.f_back
    return "", None


@define
class Isolation:
    """
    Runs functions that may contain bugs.

    Args:
        clock: limits the time that an answer may take.
        stopwatch: returns seconds, precise enough to measure one call.

    Attributes:
        off: the names that are switched off because they kept failing.
        waiting: the calls whose results come later.
        log: for lines that a plugin may cause again and again.
    """

    clock: IReactorTime
    _stopwatch: Callable[[], float] = time.perf_counter
    off: set[str] = field(init=False, factory=set)
    _failures: dict[str, FailureCounter] = field(init=False, factory=dict)
    waiting: dict[Settling, None] = field(init=False, factory=dict)
    log: LimitedLogger = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.log = LimitedLogger(_log, self.clock.seconds)

    def is_off(self, name: str) -> bool:
        """
        Return whether ``name`` is switched off because it kept failing.
        """
        return name in self.off

    def reset(self) -> None:
        """
        Forget all failures, for example after a reload.
        """
        self._failures.clear()
        self.off.clear()
        self.log.tell_suppressed()

    def forget(self, names: Iterable[str]) -> None:
        """
        Forget the failures of ``names``, whose code is loaded again.
        """
        for name in names:
            self._failures.pop(name, None)
            self.off.discard(name)

    def end(self, names: Collection[str], why: Callable[[str], ChatError]) -> None:
        """
        End all that runs under one of ``names`` and has not answered: its code is gone.

        Args:
            why: returns what is told to who waits for it, for its name.
        """
        for call in tuple(self.waiting):
            if call.name in names:
                call.cut(why(call.name))

    def run(  # noqa: C901, PLR0912  # more functions would cost each line more
        self,
        name: str,
        function: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], None] | None = None,
        refused: Callable[[ChatError], None] | None = None,
        failed: Callable[[], None] | None = None,
        ended: Callable[[], None] | None = None,
        secret: str | Event = "",
        counts: bool = True,
        asks: bool = True,
    ) -> None:
        """
        Call ``function(*args)``, and handle its result: now, or when a coroutine or Deferred ends.

        Args:
            name: its name in the log, such as ``/roll``.
            done: called with the result.
            refused: called with the `ChatError` that it raised; None to log its sentence.
            failed: called if it raised anything else.
            ended: called once, behind all of these.
            secret: what a user typed, kept out of the log, or the event that holds it.
            counts: it may fail so often that it is switched off.
            asks: what it begins may ask users something, and its time stands still meanwhile.
                Without, that is so only for a coroutine that it returns, and it costs less.
        """
        # Every line that a plugin hears comes this way, hence so few calls.
        call = Call() if asks else None
        token = None if call is None else running.set(call)
        is_later, stopwatch = False, self._stopwatch
        try:
            try:
                started = stopwatch()
                try:
                    result = function(*args)
                finally:
                    seconds = stopwatch() - started
                    if seconds > TURN_WITHIN:
                        _warn_of(name, seconds)
                if result is not None:
                    if call is None:
                        call = Call()
                        token = running.set(call)
                    if inspect.iscoroutine(result):
                        result = Deferred.fromCoroutine(self._timed(name, result))
                    # Here too: what a plugin returns may fail when it is looked at.
                    is_later = isinstance(result, Deferred)
            finally:
                if token is not None:
                    running.reset(token)
            if not is_later:
                if call is not None:
                    call.finish()
                if done is not None:
                    done(result)
        except BaseException:  # SystemExit from a plugin must not stop the server either
            call = call or Call()
            call.finish()
            settling = Settling(self, call, name, done, refused, failed, ended, secret, counts)
            settling.fail()
            return
        if is_later:
            assert call is not None
            settling = Settling(self, call, name, done, refused, failed, ended, secret, counts)
            settling.later(result)
        elif ended is not None:
            ended()

    def later(
        self,
        name: str,
        seconds: float,
        function: Callable[..., object],
        *args: object,
        secret: str = "",
    ) -> IDelayedCall:
        """
        Call ``function(*args)`` after ``seconds``; an error is logged.

        It is not called if ``name`` has been switched off by then.

        Args:
            name: its name in the log.
            secret: what a user typed, kept out of the log.

        Returns:
            the pending call, with a ``cancel()``.
        """

        def run() -> None:
            if not self.is_off(name):
                self.run(name, function, *args, secret=secret)

        return self.clock.callLater(seconds, run)

    def call_later(
        self, seconds: float, function: Callable[..., object], *args: object
    ) -> IDelayedCall:
        """
        Call ``function(*args)`` after ``seconds``; an error is logged under its own name.

        It is not called if it has been switched off by then, because it kept failing.

        Returns:
            the pending call, with a ``cancel()``.
        """
        asker = str(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001  # documented
        return self.later(name_of(function, asker), seconds, function, *args)

    def _timed(self, name: str, coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """
        Run ``coroutine``, measuring each part that runs without a pause.
        """
        step = partial(coroutine.send, None)
        try:
            while True:
                started = self._stopwatch()
                try:
                    awaited = step()
                except StopIteration as stop:
                    return stop.value
                finally:
                    seconds = self._stopwatch() - started
                    if seconds > TURN_WITHIN:
                        _warn_of(name, seconds)
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

    def log_refusal(self, name: str, secret: str | Event, refusal: ChatError) -> None:
        """
        Log the sentence of ``refusal``, which no user waits for.
        """
        sentence = str(refusal)
        if quotes(sentence, _text_of(secret)):
            sentence = "(it quotes what was typed)"
        self.log.warn(  # noqa: G010  # not one of the logging module's
            "{name} refused, and there is no user to tell: {sentence!r}",
            name=name,
            sentence=sentence,
        )

    def count_failure(self, name: str, secret: str | Event, *, counts: bool) -> None:
        """
        Log the exception being handled for ``name``, and switch ``name`` off after too many.

        Args:
            counts: as for `run`.
        """
        self.log.report("{name} failed", secret=_text_of(secret), name=name)
        if not counts:
            return
        counter = self._failures.setdefault(name, FailureCounter())
        if counter.failed(self.clock.seconds()):
            self.off.add(name)
            _log.error(
                "{name} is switched off: it failed {count} times in {period:g} s",
                name=name,
                count=counter.limit,
                period=counter.period,
            )


#: Where `running_in` finds a name.
_MEASURED = (Isolation.run.__code__, Isolation._timed.__code__)  # noqa: SLF001  # its own


def _warn_of(name: str, seconds: float) -> None:
    _log.warn(
        "{name} blocked the server for {milliseconds} ms",
        name=name,
        milliseconds=round(seconds * 1000),
    )


def _text_of(secret: str | Event) -> str:
    return typed_in(secret) if isinstance(secret, Event) else secret
