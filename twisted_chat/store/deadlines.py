"""
Patience: how long people wait for the store.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from twisted_chat.errors import Unavailable
from twisted_chat.store.interface import Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from twisted.internet.interfaces import IReactorTime

_Answer = TypeVar("_Answer")
_Args = ParamSpec("_Args")

#: Seconds that somebody waits for one answer of the store; two fit into what a command may take.
ANSWER_WITHIN = 4.0
#: Seconds that somebody waits for all that one command reads, and for those before it.
ALL_WITHIN = 2 * ANSWER_WITHIN


class _Hub(Protocol):
    @property
    def clock(self) -> IReactorTime: ...


class _Part(Protocol):
    @property
    def _hub(self) -> _Hub: ...


_Self = TypeVar("_Self", bound=_Part)


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


def in_time(
    read: Callable[Concatenate[_Self, _Args], Coroutine[Deferred[Any], Any, None]],
) -> Callable[Concatenate[_Self, _Args], Deferred[None]]:
    """
    Let a method, of a part of a hub, that asks the store several times end within `ALL_WITHIN`.

    When time is up it is cancelled where it waits, and what it returned fails with `Unavailable`.
    """

    @wraps(read)
    def reading(part: _Self, /, *args: _Args.args, **kwargs: _Args.kwargs) -> Deferred[None]:
        done = Deferred.fromCoroutine(read(part, *args, **kwargs))
        return done.addTimeout(ALL_WITHIN, part._hub.clock, _give_up)  # noqa: SLF001  # as a method

    return reading


def _give_up(result: Failure | None, _: float) -> Failure | None:
    if result is not None and result.check(CancelledError):
        raise Unavailable from result.value
    return result
