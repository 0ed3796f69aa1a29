"""
Running commands and plugins so that none of them can harm the server.

Whatever such a function does (raises, returns nonsense, fails later, never answers, blocks) ends
here: it is logged with its name, the user who waits is told, and everybody stays connected.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
import time
from contextvars import ContextVar, copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError
from twisted_chat.events import Event, typed_in
from twisted_chat.limits import FailureCounter
from twisted_chat.log import LimitedLogger, quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Generator, Iterable, Iterator
    from types import FrameType

    from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds that a coroutine or Deferred may take to answer.
ANSWER_WITHIN = 10.0
#: Seconds that a function may block the reactor before the log names it.
TURN_WITHIN = 0.25

_log = Logger()


# What is being run, or goes on after it has waited.
_running: ContextVar[_Call | None] = ContextVar("running", default=None)


def has_ended() -> bool:
    """
    Return whether what is being run is over: nobody waits for what it still does.
    """
    call = _running.get()
    return call is not None and call.is_over


@contextlib.contextmanager
def waiting_for_user(withdraw: Callable[[], None]) -> Iterator[None]:
    """
    Let the time of what is being run stand still: within, a user is asked something.

    Behind that it has `ANSWER_WITHIN` seconds again.

    Args:
        withdraw: called if what is being run ends meanwhile, in another part of it.
    """
    call = _running.get()
    if call is not None:
        call.pause(withdraw)
    try:
        yield
    finally:
        if call is not None:
            call.go_on(withdraw)


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
        log: for lines that a plugin may cause again and again.
    """

    _clock: IReactorTime
    _stopwatch: Callable[[], float] = time.perf_counter
    off: set[str] = field(init=False, factory=set)
    _failures: dict[str, FailureCounter] = field(init=False, factory=dict)
    # The calls whose results come later.
    _waiting: dict[_Settling, None] = field(init=False, factory=dict)
    log: LimitedLogger = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.log = LimitedLogger(_log, self._clock.seconds)

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
        for call in tuple(self._waiting):
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
        call = _Call() if asks else None
        token = None if call is None else _running.set(call)
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
                        call = _Call()
                        token = _running.set(call)
                    if inspect.iscoroutine(result):
                        result = Deferred.fromCoroutine(self._timed(name, result))
                    # Here too: what a plugin returns may fail when it is looked at.
                    is_later = isinstance(result, Deferred)
            finally:
                if token is not None:
                    _running.reset(token)
            if not is_later:
                if call is not None:
                    call.finish()
                if done is not None:
                    done(result)
        except BaseException:  # SystemExit from a plugin must not stop the server either
            call = call or _Call()
            call.finish()
            settling = _Settling(self, call, name, done, refused, failed, ended, secret, counts)
            settling.fail()
            return
        if is_later:
            assert call is not None
            settling = _Settling(self, call, name, done, refused, failed, ended, secret, counts)
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

        return self._clock.callLater(seconds, run)

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
        if counter.failed(self._clock.seconds()):
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


class _Call:
    """
    One call, as far as what runs in it has to do with it.

    Nearly every one ends at once.  So it has values of its own only where they are others than
    these.

    Attributes:
        is_over: who waits has been told.
        asking: what withdraws the questions to users that are open in it.
        settling: what waits for its answer; None if nothing does.
    """

    is_over: bool = False
    asking: tuple[Callable[[], None], ...] = ()
    settling: _Settling | None = None

    def pause(self, withdraw: Callable[[], None]) -> None:
        """
        Let no time pass while a user is asked something, which ``withdraw`` withdraws.
        """
        self.asking = (*self.asking, withdraw)
        if self.settling is not None:
            self.settling.stop()

    def go_on(self, withdraw: Callable[[], None]) -> None:
        """
        Undo `pause`.
        """
        self.asking = tuple(each for each in self.asking if each != withdraw)
        if self.settling is not None:
            self.settling.wait()

    def finish(self) -> None:
        """
        Let it be over, before who waits is told: what it has asked is withdrawn.
        """
        self.is_over = True
        asking, self.asking = self.asking, ()
        for withdraw in asking:
            withdraw()


@define(eq=False, repr=False)
class _Settling:
    """
    What comes of one call: from its result to the user who waits.

    Attributes:
        name: as for `Isolation.run`.
    """

    _isolation: Isolation
    _call: _Call
    name: str
    _done: Callable[[Any], None] | None
    _refused: Callable[[ChatError], None] | None
    _failed: Callable[[], None] | None
    _ended: Callable[[], None] | None
    _secret: str | Event
    _counts: bool
    _answer: Deferred[Any] | None = None
    _timer: IDelayedCall | None = None

    def fail(self) -> None:
        """
        Pass the current exception on.
        """
        self._handle()
        self._end()

    def later(self, answer: Deferred[Any]) -> None:
        """
        Pass on what ``answer`` becomes, and do not wait for ever.
        """
        self._answer, self._call.settling = answer, self
        self._isolation._waiting[self] = None  # noqa: SLF001  # its other half
        self.wait()
        context = copy_context()
        try:
            answer.addBoth(lambda result: context.run(self._arrive, result))
        except BaseException:  # one of the plugin's own making
            self._finish()
            self.fail()

    def wait(self) -> None:
        """
        Let its time pass, unless a user is asked something.
        """
        if not self._call.asking and not self._call.is_over:
            clock = self._isolation._clock  # noqa: SLF001  # its other half
            self._timer = clock.callLater(ANSWER_WITHIN, copy_context().run, self._expire)

    def stop(self) -> None:
        """
        Undo `wait`.
        """
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def cut(self, why: ChatError) -> None:
        """
        End it at once: who waits is told ``why``.
        """
        self._finish()
        if self._refused is not None:
            self._refused(why)
        self._end()
        self._cancel()

    def _finish(self) -> None:
        self.stop()
        self._isolation._waiting.pop(self, None)  # noqa: SLF001  # its other half
        self._call.finish()

    def _end(self) -> None:
        if self._ended is not None:
            self._ended()

    def _cancel(self) -> None:
        assert self._answer is not None
        # It may ignore this, or fail again; nobody waits for it now.
        with contextlib.suppress(BaseException):
            self._answer.cancel()

    def _arrive(self, result: Any) -> None:
        if self._call.is_over:
            # Too late: the user has been told.
            return
        self._finish()
        try:
            if isinstance(result, Failure):
                result.raiseException()
            if self._done is not None:
                self._done(result)
        except BaseException:
            self.fail()
        else:
            self._end()

    def _expire(self) -> None:
        self._finish()
        try:
            raise TimeoutError(f"no answer within {ANSWER_WITHIN:g} s")
        except TimeoutError:
            self.fail()
        self._cancel()

    def _handle(self) -> None:
        """
        Handle the current exception: tell the user if it is a refusal, otherwise log it.
        """
        try:
            error = sys.exception()
            if isinstance(error, ChatError):
                # One without a sentence could not be told.
                str(error)
                if self._refused is None:
                    self._isolation.log_refusal(self.name, self._secret, error)
                else:
                    self._refused(error)
                return
        except BaseException:
            # A refusal that cannot be told is a failure.
            self._isolation.count_failure(self.name, self._secret, counts=self._counts)
        else:
            self._isolation.count_failure(self.name, self._secret, counts=self._counts)
        if self._failed is not None:
            self._failed()
