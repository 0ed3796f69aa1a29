"""
Patience: how long people wait for the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from twisted_chat.records import Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IReactorTime

_Answer = TypeVar("_Answer")

#: Seconds that somebody waits for one answer of the store; two fit into what a command may take.
ANSWER_WITHIN = 4.0


def within(
    clock: IReactorTime, asked: Deferred[_Answer], late: Callable[[Failure], object]
) -> Deferred[_Answer]:
    """
    Return what ``asked`` fires with, if it does so in time.

    Args:
        late: told of a failure that nobody waits for any longer.

    Returns:
        fails with `Unanswered` when time is up; what was asked for goes on.
    """
    answer: Deferred[_Answer] = Deferred()

    def give_up() -> None:
        answer.errback(Unanswered(f"no answer within {ANSWER_WITHIN:g} s"))

    timer = clock.callLater(ANSWER_WITHIN, give_up)

    def arrive(found: _Answer | Failure) -> None:
        if timer.active():
            timer.cancel()
            answer.callback(found)
        elif isinstance(found, Failure):
            late(found)

    asked.addBoth(arrive)
    return answer
