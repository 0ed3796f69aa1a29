"""
Deadlines: how long people wait for the store.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from attrs import define
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError, Unavailable
from twisted_chat.log import DISK_FAULTS
from twisted_chat.store.interface import NotWritten, StoreFailed, Unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.log import LimitedLogger

_Answer = TypeVar("_Answer")
_Args = ParamSpec("_Args")

#: Seconds that somebody waits for one answer of the store; two fit into what a command may take.
ANSWER_WITHIN = 4.0
#: Seconds that somebody waits for all that one command reads, and for those before it.
ALL_WITHIN = 2 * ANSWER_WITHIN

_NO_ANSWER = "The database does not answer, please try again later."
_NOT_WRITTEN = "The file cannot be written. The server's log says why."


@define(eq=False)
class Deadlines:
    """
    Waits for the store as long as people may be kept waiting, and logs what nobody waits for.

    Args:
        clock: for the time that it takes.
        log: for what the store does wrong.
    """

    clock: IReactorTime
    _log: LimitedLogger

    def within(self, asked: Deferred[_Answer]) -> Deferred[_Answer]:
        """
        Return what ``asked`` fires with, if it does so in time.

        Returns:
            fails with `Unanswered` when time is up; what was asked for goes on, and a failure of
            it is logged.
        """
        answer: Deferred[_Answer] = Deferred()

        def give_up() -> None:
            answer.errback(Unanswered(f"no answer within {ANSWER_WITHIN:g} s"))

        timer = self.clock.callLater(ANSWER_WITHIN, give_up)

        def arrive(found: _Answer | Failure) -> None:
            if timer.active():
                timer.cancel()
                answer.callback(found)
            elif isinstance(found, Failure):
                self.report(found)

        asked.addBoth(arrive)
        return answer

    async def answer(self, asked: Deferred[_Answer], unanswered: str = _NO_ANSWER) -> _Answer:
        """
        Return what ``asked`` fires with.

        Args:
            unanswered: the sentence for whoever it keeps waiting.

        Raises:
            ChatError: it does not, or not in time.
        """
        try:
            return await self.within(asked)
        except Unanswered as error:
            raise ChatError(unanswered) from error
        except NotWritten as error:
            self.report(Failure())
            raise ChatError(_NOT_WRITTEN) from error
        except StoreFailed as error:
            raise ChatError(_NO_ANSWER) from error

    def report(self, failure: Failure) -> None:
        """
        Log what kept something from being read or written, that nobody waits for.
        """
        try:
            failure.raiseException()
        except NotWritten as error:
            self._log.warn("An export could not be written: {problem}", problem=str(error))
        except StoreFailed as error:
            self._log.warn(
                "The database does not answer: {problem}",
                at_most=DISK_FAULTS,
                problem=str(error),
            )
        except Exception:
            self._log.report("A request to the database failed")


class _Part(Protocol):
    @property
    def _deadlines(self) -> Deadlines: ...


_Self = TypeVar("_Self", bound=_Part)


def in_time(
    read: Callable[Concatenate[_Self, _Args], Coroutine[Deferred[Any], Any, None]],
) -> Callable[Concatenate[_Self, _Args], Deferred[None]]:
    """
    Let a method that asks the store several times end within `ALL_WITHIN`.

    When time is up it is cancelled where it waits, and what it returned fails with `Unavailable`.
    """

    @wraps(read)
    def reading(part: _Self, /, *args: _Args.args, **kwargs: _Args.kwargs) -> Deferred[None]:
        done = Deferred.fromCoroutine(read(part, *args, **kwargs))
        return done.addTimeout(ALL_WITHIN, part._deadlines.clock, _give_up)  # noqa: SLF001  # as a method

    return reading


def _give_up(result: Failure | None, _: float) -> Failure | None:
    if result is not None and result.check(CancelledError):
        raise Unavailable from result.value
    return result
