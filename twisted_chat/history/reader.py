"""
History: what rooms heard, numbered, kept, and read again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat.errors import SearchNotReady, SearchTooLong, Unavailable
from twisted_chat.events import Recalled, Told, Transcript
from twisted_chat.log import DISK_FAULTS
from twisted_chat.store.deadlines import within
from twisted_chat.store.interface import NotReady, NotWritten, StoreFailed, TookTooLong
from twisted_chat.store.records import TALK, Line, Revised, event_of, id_at
from twisted_chat.text.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure

    from twisted_chat.history.timelines import Chronicle
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.interface import Query, Store
    from twisted_chat.store.records import Change, Message

_Answer = TypeVar("_Answer")

# Lines that were changed last, which the store may not have taken yet.
_REVISED = 1000
# Seconds for which what is shown to whoever enters is not made anew, unless more was said.
_FRESH = 60.0


@define(eq=False)
class History:
    """
    Numbers what rooms hear, and reads it from the store.

    Args:
        store: where it is kept.
        keep: called with each change that is to be kept with the turn.
        log: for what the store does wrong.
        clock: for the time that people wait for the store.
        oldest: returns the least id of what may be read; older lines are about to be deleted.
    """

    _store: Store
    _keep: Callable[[Change], None]
    _log: LimitedLogger
    _clock: IReactorTime
    _oldest: Callable[[], int]
    _revised: OrderedDict[tuple[int, int], Line] = field(init=False, factory=OrderedDict)
    _last_id: int = field(init=False, default=0)

    @property
    def last_id(self) -> int:
        """
        The id of what was kept last.
        """
        return self._last_id

    def begin(self, last_id: int) -> None:
        """
        Go on behind ``last_id``, which the store has.
        """
        self._last_id = last_id

    def next_id(self, at: float) -> int:
        """
        Return an id for what happens at ``at``: ascending, though the clock may step back.
        """
        self._last_id = max(self._last_id + 1, id_at(at))
        return self._last_id

    def record(
        self,
        chronicle: Chronicle,
        kind: str,
        at: float,
        nick: str,
        author: int,
        text: str = "",
        answered: Line | None = None,
    ) -> int:
        """
        Keep that a room heard something.

        Args:
            answered: the line that it answers.

        Returns:
            its number; 0 where nothing is kept.
        """
        number = chronicle.number = chronicle.number + 1
        if not chronicle.is_kept:
            # It is counted all the same: from where on one may read is told by numbers.
            return 0
        if not (text.isprintable() and nick.isprintable()):
            # What a plugin says; a lone surrogate would keep the whole turn from the disk.
            text, nick = clean(text), clean(nick)
        line = Line(self.next_id(at), chronicle.id, number, at, kind, nick, author, text)
        if answered is not None:
            line = line._replace(re=answered.number)
            chronicle.note_answered(answered)
        if kind in TALK:
            chronicle.recent.append(line)
            chronicle.spoken = number
            chronicle.shown = None
        self._keep(line)
        return number

    def revise(self, chronicle: Chronicle, line: Line) -> None:
        """
        Keep that ``line`` is from here on as given; wherever it is at hand, it is that at once.
        """
        self._revised[line.room, line.number] = line
        self._revised.move_to_end((line.room, line.number))
        if len(self._revised) > _REVISED:
            self._revised.popitem(last=False)
        chronicle.revise(line)
        self._keep(Revised(line))

    def forget(self, before: int) -> None:
        """
        Let go of changed lines whose id is less than ``before``.
        """
        for key in [key for key, line in self._revised.items() if line.id < before]:
            del self._revised[key]

    def _current(self, lines: Iterable[Line]) -> list[Line]:
        """
        Return ``lines``, read from the store, as they are by now, without those that are too old.
        """
        oldest = self._oldest()
        current = (self._revised.get((line.room, line.number), line) for line in lines)
        return [line for line in current if line.id >= oldest]

    def complete(self, chronicle: Chronicle) -> Deferred[None] | None:
        """
        Have all of a room's latest talk at hand.

        Returns:
            fires when it is, or when that cannot be; None if it is already.
        """
        if chronicle.is_complete:
            return None
        done: Deferred[None] = Deferred()
        if chronicle.waiting is not None:
            chronicle.waiting.append(done)
            return done
        chronicle.waiting = [done]
        first = chronicle.recent[0].number if chronicle.recent else chronicle.number + 1
        reading = Deferred.fromCoroutine(self._fill(chronicle, first))
        reading.addErrback(self.report)
        reading.addBoth(lambda _: chronicle.end_waiting())
        return done

    async def _fill(self, chronicle: Chronicle, first: int) -> None:
        most = chronicle.recent.maxlen or 0
        lines = await self._store.lines(chronicle.id, first, most, TALK)
        answered = sorted({line.re for line in lines if line.re})
        quoted = await self._store.numbered(chronicle.id, answered) if answered else []
        chronicle.complete(self._current(lines), self._current(quoted))

    def report(self, failure: Failure) -> None:
        """
        Log what kept something from being read or written, that nobody waits for.
        """
        try:
            failure.raiseException()
        except NotWritten as error:
            self._log.warn("A file for somebody is missing: {problem}", problem=str(error))
        except StoreFailed as error:
            self._log.warn(
                "The database does not answer: {problem}",
                at_most=DISK_FAULTS,
                problem=str(error),
            )
        except Exception:
            self._log.report("The database could not be asked")

    def earlier(
        self,
        chronicle: Chronicle,
        room: str,
        at: float,
        span: range,
        count: int,
    ) -> Transcript | None:
        """
        Return the latest talk of ``room`` that is at hand; None if there is none.

        Args:
            span: the numbers of the lines that may be among it.
            count: at most so many.
        """
        oldest = self._oldest()
        found = [line for line in chronicle.recent if line.number in span and line.id >= oldest]
        lines = found[-count:]
        if not lines:
            return None
        shown = chronicle.shown
        shown_span = span.start, lines[0].number, lines[-1].number
        # Many may enter in one moment; dates change with the day.
        if shown is None or chronicle.shown_span != shown_span or at - shown.at > _FRESH:
            answered = {
                number: line for number, line in chronicle.answered.items() if number in span
            }
            recalled = recall(room, lines, answered)
            shown = Transcript(at, f"--- earlier in #{room} ---", recalled, "--- now ---")
            chronicle.shown, chronicle.shown_span = shown, shown_span
        return shown

    async def before(self, chronicle: Chronicle, number: int, count: int) -> list[Line]:
        """
        Return the lines of a room before its line ``number``, ``count`` at most, the oldest first.

        Raises:
            Unavailable: the store does not answer.
        """
        lines = await self._asked(self._store.lines(chronicle.id, number, count))
        return self._current(lines)

    async def since(self, chronicle: Chronicle, after: int, before: int, count: int) -> list[Line]:
        """
        Return the talk of a room whose id is between, its last ``count`` lines, the oldest first.

        Raises:
            Unavailable: the store does not answer.
        """
        newest = chronicle.number + 1
        lines = await self._asked(self._store.lines(chronicle.id, newest, count, TALK, after + 1))
        return [line for line in self._current(lines) if line.id < before]

    async def messages(
        self, one: int, other: int, before: int, count: int, key: str
    ) -> list[Message]:
        """
        Return the last messages between two people, as `Store.messages` does.

        Raises:
            Unavailable: the store does not answer.
        """
        found = await self._asked(self._store.messages(one, other, before, count, key))
        oldest = self._oldest()
        return [message for message in found if message.id >= oldest]

    def find(self, chronicle: Chronicle, number: int) -> Line | Deferred[Line | None] | None:
        """
        Return a line of a room; if it is not at hand, what fires with it.

        None is there where there is no such line; the Deferred may fail with `Unavailable`.
        """
        line = self._revised.get((chronicle.id, number)) or chronicle.answered.get(number)
        if line is None:
            line = next((line for line in chronicle.recent if line.number == number), None)
        if line is not None:
            return line if line.id >= self._oldest() else None
        if not 0 < number <= chronicle.number:
            return None
        return Deferred.fromCoroutine(self._find(chronicle, number))

    async def _find(self, chronicle: Chronicle, number: int) -> Line | None:
        found = await self._asked(self._store.numbered(chronicle.id, [number]))
        return next(iter(self._current(found)), None)

    async def search(self, query: Query, count: int) -> list[Line]:
        """
        Return the latest talk that ``query`` finds, the latest first, ``count`` lines at most.

        Raises:
            SearchTooLong: it takes too long.
            SearchNotReady: not all that was said can be searched yet.
            Unavailable: the store does not answer.
        """
        lines = await self._asked(self._store.search(query, count))
        return self._current(lines)

    async def pinned(self, chronicle: Chronicle) -> list[Line]:
        """
        Return the lines of a room that stay, the oldest first.

        Raises:
            Unavailable: the store does not answer.
        """
        lines = await self._asked(self._store.pinned(chronicle.id))
        found = {line.number: line for line in lines}
        found.update(
            (number, line)
            for (room, number), line in self._revised.items()
            if room == chronicle.id
        )
        return [line for _, line in sorted(found.items()) if line.pinned]

    async def answered(
        self, chronicle: Chronicle, lines: Iterable[Line], first: int
    ) -> dict[int, Line]:
        """
        Return, by number, the lines from ``first`` on that some of ``lines`` answer.

        Raises:
            Unavailable: the store does not answer.
        """
        numbers = sorted({line.re for line in lines if line.re >= first})
        if not numbers:
            return {}
        found = await self._asked(self._store.numbered(chronicle.id, numbers))
        return {line.number: line for line in self._current(found)}

    async def _asked(self, reading: Deferred[_Answer]) -> _Answer:
        try:
            return await within(self._clock, reading, self.report)
        except TookTooLong as error:
            raise SearchTooLong from error
        except NotReady as error:
            raise SearchNotReady(error.done) from error
        except StoreFailed as error:
            self._log.warn(
                "History could not be read: {problem}", at_most=DISK_FAULTS, problem=str(error)
            )
            raise Unavailable from error


def recall(room: str, lines: Iterable[Line], answered: Mapping[int, Line]) -> tuple[Recalled, ...]:
    """
    Return ``lines`` of ``room`` as they are read again.

    Args:
        answered: by number, those lines that may be quoted where one answers them.
    """
    return tuple(
        Recalled(
            line.at,
            event_of(line, room, answered.get(line.re)),
            line.number,
            line.state == "edited",
            tuple((symbol, len(authors)) for symbol, authors in line.reactions.items()),
        )
        for line in lines
    )


def recall_message(message: Message) -> Recalled:
    """
    Return ``message`` as it is read again.
    """
    told = Told(message.at, message.nick, message.recipient, message.text)
    return Recalled(message.at, told, 0)
