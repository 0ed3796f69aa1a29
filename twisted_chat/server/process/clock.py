"""
The clock: a call that is scheduled is no part of what was done when it was.

On asyncio's reactor a timer begins in the context in which it was set, and all others with it (PEP
567, ``loop.call_at``); on Twisted's own ones in none.  What is done for a request would so go on
within that request for as long as the server runs.
"""

from __future__ import annotations

import time
from contextvars import Context
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted.internet.interfaces import IDelayedCall


@implementer(IReactorTime)
@define(eq=False)
class CleanClock:
    """
    The clock of ``reactor``, whose calls begin in an empty context.

    Attributes:
        seconds: returns the time, in seconds; the reactor's own function, as lines are timed.
    """

    _reactor: IReactorTime
    seconds: Callable[[], float] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.seconds = self._reactor.seconds

    def callLater(
        self, delay: float, callable: Callable[..., Any], *args: object, **kwargs: object
    ) -> IDelayedCall:
        """
        Call ``callable(*args, **kwargs)`` in ``delay`` seconds, in an empty context.
        """
        return self._reactor.callLater(delay, Context().run, callable, *args, **kwargs)

    def rest(self, seconds: float) -> None:
        """
        Sleep for ``seconds``, but no longer than until the next call is due.

        Nothing else is done by this thread meanwhile.

        Only Twisted's own reactors say when that is (`ReactorBase.timeout`).
        """
        timeout = getattr(self._reactor, "timeout", None)
        due = timeout() if timeout is not None else None
        rest = seconds if due is None else min(seconds, due)
        if rest > 0:
            time.sleep(rest)

    def getDelayedCalls(self) -> Sequence[IDelayedCall]:
        """
        Return what is scheduled, as the reactor does.
        """
        return self._reactor.getDelayedCalls()
