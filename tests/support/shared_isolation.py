"""
What tests of calls and of what runs them share.
"""

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

from attrs import define, field
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.task import Clock
from twisted.logger import LogEvent, capturedLogs

from twisted_chat.isolation import Isolation


def ticking(*readings: float) -> Callable[[], float]:
    """
    Return a stopwatch that shows ``readings``, one after the other, and then stands still.
    """
    times: Iterator[float] = chain(readings, repeat(readings[-1]))
    return lambda: next(times)


@define
class Outcome:
    """
    What came of a call.
    """

    clock: Clock = field(factory=Clock)
    isolation: Isolation = field(init=False)
    results: list[Any] = field(factory=list)
    refusals: list[str] = field(factory=list)
    failures: int = 0

    def __attrs_post_init__(self) -> None:
        self.isolation = Isolation(self.clock, ticking(0))

    def count(self) -> None:
        self.failures += 1

    def of(self, call: Callable[[], Any], secret: str = "") -> list[LogEvent]:
        """
        Run ``call`` and return what was logged.
        """
        with capturedLogs() as logged:
            self.isolation.run(
                "/it",
                call,
                done=self.results.append,
                refused=lambda refusal: self.refusals.append(str(refusal)),
                failed=self.count,
                secret=secret,
            )
        return logged

    def advance(self, seconds: float) -> list[LogEvent]:
        with capturedLogs() as logged:
            self.clock.advance(seconds)
        return logged


def break_down() -> None:
    raise RuntimeError


@define
class Stubborn:
    """
    A coroutine that goes on waiting, even when it is cancelled.
    """

    cancelled: int = 0

    async def wait(self) -> None:
        while self.cancelled < 100:
            try:
                await Deferred()
            except CancelledError:
                self.cancelled += 1


def never() -> Deferred[None]:
    return Deferred()


def never_behind_another() -> Deferred[None]:
    return succeed(None).addCallback(lambda _: Deferred())


def never_and_deaf() -> Deferred[None]:
    return Deferred(lambda _: None)


def never_and_raises_when_cancelled() -> Deferred[None]:
    def refuse(_: object) -> None:
        raise RuntimeError("never")

    return Deferred(refuse)


def never_and_waits_on_when_cancelled() -> Deferred[Any]:
    return Deferred().addErrback(lambda _: Deferred())


async def never_in_a_coroutine() -> None:
    await Deferred()


async def never_in_a_coroutine_that_cleans_up_for_ever() -> None:
    try:
        await Deferred()
    finally:
        await Deferred()


NEVER = [
    never,
    never_behind_another,
    never_and_deaf,
    never_and_raises_when_cancelled,
    never_and_waits_on_when_cancelled,
    never_in_a_coroutine,
    never_in_a_coroutine_that_cleans_up_for_ever,
    Stubborn().wait,
]
