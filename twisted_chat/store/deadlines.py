"""
Deadlines: how long users wait for the store.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from attrs import define
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from twisted_chat.errors import ChatError, SearchNotReady, SearchTooLong, Unavailable
from twisted_chat.log import DISK_FAULTS
from twisted_chat.store.interface import (
    ChangeRefused,
    NotReady,
    NotWritten,
    StoreFailed,
    TookTooLong,
    Unanswered,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.log import LimitedLogger

_Answer = TypeVar("_Answer")
_Args = ParamSpec("_Args")

#: Seconds to wait for one answer of the store; two fit into the time of a command.
ANSWER_WITHIN = 4.0
#: Seconds to wait for everything that one command reads.
ALL_WITHIN = 2 * ANSWER_WITHIN

_NOT_WRITTEN = "The file cannot be written. The server's log says why."


def _at_once() -> None:
    return None


@define(eq=False)
class Deadlines:
    """
    Waits for the store as long as users may be kept waiting, and logs what nobody waits for.

    Args:
        clock: for the time that it takes.
        log: for failures of the store.
        kept: returns what fires when the store has all that has happened; None if it has that.
    """

    clock: IReactorTime
    _log: LimitedLogger
    _kept: Callable[[], Deferred[None] | None] = _at_once

    def within(self, asked: Deferred[_Answer]) -> Deferred[_Answer]:
        """
        Return the result of ``asked``, if it comes in time.

        Returns: fails with `Unanswered` when time is up; the request goes on, and its failure is
        logged.
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

    async def settle(self) -> None:
        """
        Wait until the store has all that has happened, so that a user who reads finds it.
        """
        kept = self._kept()
        if kept is not None:
            await kept

    async def rest(self) -> None:
        """
        Let others have a turn, in the middle of work that takes long.
        """
        rested: Deferred[None] = Deferred()
        self.clock.callLater(0, rested.callback, None)
        await rested

    async def answer(
        self, asked: Deferred[_Answer], unanswered: ChatError | None = None
    ) -> _Answer:
        """
        Return what ``asked`` fires with.

        Args:
            unanswered: raised if there is no answer in time; None for a general one.

        Raises:
            ChatError: it does not, or not in time.
        """
        try:
            return await self.within(asked)
        except Unanswered as error:
            raise unanswered or _no_answer() from error
        except NotWritten as error:
            self.report(Failure())
            raise ChatError(_NOT_WRITTEN, code="file-not-written") from error
        except StoreFailed as error:
            raise _no_answer() from error

    async def read(self, asked: Deferred[_Answer]) -> _Answer:
        """
        Return the history that ``asked`` fires with.

        Raises:
            SearchTooLong: it is a search, which takes too long.
            SearchNotReady: likewise, and not all lines can be searched yet.
            Unavailable: the store does not answer, or not in time.
        """
        try:
            return await self.within(asked)
        except TookTooLong as error:
            raise SearchTooLong from error
        except NotReady as error:
            raise SearchNotReady(error.done) from error
        except StoreFailed as error:
            self._log.warn(
                "History could not be read: {problem}", at_most=DISK_FAULTS, problem=str(error)
            )
            raise Unavailable from error

    def report(self, failure: Failure) -> None:
        """
        Log a failed read or write that no user waits for.
        """
        try:
            failure.raiseException()
        except ChangeRefused:
            # Who asked for it was told that it is not known yet.
            pass
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


def _no_answer() -> ChatError:
    return ChatError(
        "The database does not answer, please try again later.", code="store-unavailable"
    )


class _Part(Protocol):
    @property
    def _deadlines(self) -> Deadlines: ...


_Self = TypeVar("_Self", bound=_Part)


def in_time(
    read: Callable[Concatenate[_Self, _Args], Coroutine[Deferred[Any], Any, None]],
) -> Callable[Concatenate[_Self, _Args], Deferred[None]]:
    """
    Decorate a method that asks the store several times: it ends within `ALL_WITHIN`.

    When the time is over it is cancelled, and its Deferred fails with `Unavailable`.
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
