"""
The clock of the server on a reactor that keeps contexts, as asyncio's does.
"""

from __future__ import annotations

from contextvars import ContextVar, copy_context
from typing import Any

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
