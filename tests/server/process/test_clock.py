"""
The clock of the server on a reactor that keeps contexts, as asyncio's does.
"""

from __future__ import annotations

import time
from contextvars import ContextVar, copy_context
from typing import Any

import pytest
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import Clock

from twisted_chat.server.process.clock import CleanClock

_doing: ContextVar[str] = ContextVar("doing", default="nothing")


class KeepsContext(Clock):
    """
    A reactor whose calls begin in the context in which they were set.
    """

    def callLater(self, when: float, what: Any, *args: Any, **kw: Any) -> IDelayedCall:
        return super().callLater(when, copy_context().run, what, *args, **kw)


@pytest.mark.parametrize(
    ("due", "slept"), [(None, [0.003]), (5.0, [0.003]), (0.001, [0.001]), (0.0, [])]
)
def test_a_rest_is_over_when_a_call_is_due(due, slept, monkeypatch) -> None:
    reactor = Clock()
    sleeps: list[float] = []
    monkeypatch.setattr(time, "sleep", sleeps.append)
    # As Twisted's own reactors say it.
    reactor.timeout = lambda: due
    CleanClock(reactor).rest(0.003)
    assert sleeps == slept


def test_a_reactor_that_does_not_say_what_is_due_rests_all_the_same(monkeypatch) -> None:
    sleeps: list[float] = []
    monkeypatch.setattr(time, "sleep", sleeps.append)
    CleanClock(Clock()).rest(0.003)
    assert sleeps == [0.003]


def test_a_call_is_no_part_of_what_was_done_when_it_was_set() -> None:
    reactor, seen = KeepsContext(), []
    clock = CleanClock(reactor)

    def look(*words: str, last: str) -> None:
        seen.append((_doing.get(), *words, last))

    token = _doing.set("a request")
    reactor.callLater(1.0, look, "by", last="the reactor")
    clock.callLater(1.0, look, "by", last="the clock")
    pending = clock.callLater(2.0, look, last="cancelled")
    _doing.reset(token)
    assert clock.getDelayedCalls() == reactor.getDelayedCalls()
    pending.cancel()
    reactor.advance(3.0)
    assert seen == [("a request", "by", "the reactor"), ("nothing", "by", "the clock")]
    assert clock.seconds() == 3.0
