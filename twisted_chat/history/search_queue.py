"""
The search queue: searches of many users, so that none waits for all of another's.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.errors import OthersSearch
from twisted_chat.store.deadlines import ANSWER_WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure

    from twisted_chat.world.model import Session, User

_Answer = TypeVar("_Answer")


@define(eq=False)
class SearchQueue:
    """
    Runs one search at a time, one of each host in turn.

    So however many searches one user starts, other users wait for one of them only.
    """

    _clock: IReactorTime
    _is_taken: bool = field(init=False, default=False)
    # The waiting searches by host, or by user if there is none; the next one comes first.
    _lines: dict[str | User | None, deque[tuple[Session, Deferred[None]]]] = field(
        init=False, factory=dict
    )

    async def take(
        self, session: Session, ask: Callable[[], Coroutine[Deferred[Any], Any, _Answer]]
    ) -> _Answer:
        """
        Call ``ask`` when it is the turn of ``session``, and return its result.

        If the session is closed by then, it is never called.

        Raises:
            OthersSearch: the wait is too long.
        """
        whose = session.host or session.user
        if self._is_taken:
            turn: Deferred[None] = Deferred()
            self._lines.setdefault(whose, deque()).append((session, turn))
            await turn.addTimeout(ANSWER_WITHIN, self._clock, _others_search)
        self._is_taken = True
        answer: Deferred[_Answer] = Deferred()
        # The caller may have stopped waiting, while the store still works on it.
        asked = Deferred.fromCoroutine(ask())
        asked.addBoth(self._end, whose)
        asked.chainDeferred(answer)
        return await answer

    def _end(self, found: _Answer | Failure, whose: str | User | None) -> _Answer | Failure:
        self._is_taken = False
        if whose in self._lines:
            # Its next one comes after all others.
            self._lines[whose] = self._lines.pop(whose)
        self._call_next()
        return found

    def _call_next(self) -> None:
        while self._lines:
            whose, line = next(iter(self._lines.items()))
            session, turn = line.popleft()
            if not line:
                del self._lines[whose]
            if not (turn.called or session.closed):
                turn.callback(None)
                return


def _others_search(*_: object) -> NoReturn:
    raise OthersSearch
