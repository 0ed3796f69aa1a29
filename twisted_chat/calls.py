"""
Calls of commands and plugins: what comes of one, from its result to the user who waits.
"""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, Protocol

from attrs import define
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall, IReactorTime

    from twisted_chat.events import Event

#: Seconds that a coroutine or Deferred may take to answer.
ANSWER_WITHIN = 10.0


# What is being run, or goes on after it has waited.
running: ContextVar[Call | None] = ContextVar("running", default=None)


def has_ended() -> bool:
    """
    Return whether what is being run is over: nobody waits for what it still does.
    """
    call = running.get()
    return call is not None and call.is_over


@contextlib.contextmanager
def waiting_for_user(withdraw: Callable[[], None]) -> Iterator[None]:
    """
    Stop the time limit of what is being run: within, a user is asked something.

    Behind that it has `ANSWER_WITHIN` seconds again.

    Args:
        withdraw: called if what is being run ends meanwhile, in another part of it.
    """
    call = running.get()
    if call is not None:
        call.pause(withdraw)
    try:
        yield
    finally:
        if call is not None:
            call.go_on(withdraw)


class Settler(Protocol):
    """
    What makes calls and hears how they end: `Isolation`, as a call knows it.

    Attributes:
        waiting: the calls whose results come later.
    """

    waiting: dict[Settling, None]

    @property
    def clock(self) -> IReactorTime:
        """
        Limits the time that an answer may take.
        """

    def log_refusal(self, name: str, secret: str | Event, refusal: ChatError) -> None:
        """
        As `Isolation.log_refusal`.
        """

    def count_failure(self, name: str, secret: str | Event, *, counts: bool) -> None:
        """
        As `Isolation.count_failure`.
        """


class Call:
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
    settling: Settling | None = None

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
class Settling:
    """
    What comes of one call: from its result to the user who waits.

    Attributes:
        name: as for `Isolation.run`.
    """

    _isolation: Settler
    _call: Call
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
        self._isolation.waiting[self] = None
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
            clock = self._isolation.clock
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
        self._isolation.waiting.pop(self, None)
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
