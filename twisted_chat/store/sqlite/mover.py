"""
Moving: what stands in the journal file comes into the database, in large parts.

Each frame of the file has a number, and the database says up to which number it has them: that is
written in the same transaction as the changes, so that none is missing and none is there twice,
also if the server is killed meanwhile, or another program moves them.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.journal.frames import FRAMED, Unframeable, encode
from twisted_chat.store.journal.segments import Segments
from twisted_chat.store.records import LINES
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.tables.journal import move

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.store.journal.appender import Appender
    from twisted_chat.store.records import Change
    from twisted_chat.store.sqlite.sql import Connected

    _Result = TypeVar("_Result")

#: Seconds after which what stands in the file is moved, at the latest.
INTERVAL = 1.0

_log = Logger()


class Later(Protocol):
    """
    Calls a function later.
    """

    def __call__(self, delay: float, function: Callable[[], object], /) -> object:
        """
        Call ``function`` after ``delay`` seconds, as ``reactor.callLater`` does.
        """


@define(eq=False)
class _Batch:
    """
    The part of the file that is moved at once: turns, and the number of the first.

    Attributes:
        check: raises `BadDatabase` if the database is not there any more.
        refused: the changes that the database will never take, because of a bug.
        is_moved: it is in the database.
    """

    first: int
    turns: tuple[Sequence[Change], ...]
    check: Callable[[], None]
    refused: list[Change] = field(factory=list)
    is_moved: bool = False

    def move(self, connection: sqlite3.Connection) -> None:
        """
        Write it to the database, in one transaction; what is there already is passed over.

        Raises:
            BadDatabase: the database is not there any more.
            sqlite3.Error: it cannot be written, and is not.
        """
        self.check()
        if self.turns:
            self.refused += move(connection, self.first, self.turns)
        self.is_moved = True


class NotTaken(StoreFailed):
    """
    The journal file did not take changes after all; the database may.
    """


@define(eq=False)
class Mover:
    """
    Takes turns into the journal file, and moves them to the database.

    Args:
        segments: the file.
        appender: writes it.
        later: looks at the time.
        move: has everything moved, by a job of a `Current`.
        check: raises `BadDatabase` if the database is not there any more.

    Attributes:
        lost: lines that were taken and that the database will never take.
        pace: changes that were taken in the last `INTERVAL`.
    """

    _segments: Segments
    _appender: Appender
    _later: Later
    _move: Callable[[], Deferred[None]]
    _check: Callable[[], None]
    # What stands in the file and is not known to be in the database, and the first one's number.
    _turns: list[Sequence[Change]] = field(init=False, factory=list)
    _first: int = field(init=False, default=1)
    _is_timed: bool = field(init=False, default=False)
    _is_moving: bool = field(init=False, default=False)
    _is_appending: bool = field(init=False, default=False)
    # The disk fails, so that each turn waits for the database.
    _is_doubtful: bool = field(init=False, default=False)
    _is_told: bool = field(init=False, default=False)
    _is_failing: bool = field(init=False, default=False)
    # Changes since the last look at the time, and bytes since the last move.
    _taken: int = field(init=False, default=0)
    _bytes: int = field(init=False, default=0)
    pace: int = field(init=False, default=0)
    lost: int = field(init=False, default=0)

    def begin(self, moved: int) -> None:
        """
        Begin after frame ``moved``.
        """
        self._first = moved + 1

    def take(self, changes: Sequence[Change]) -> bool | Deferred[None]:
        """
        Write ``changes`` to the file.

        Returns:
            whether they are there, which is nearly always known at once.  Otherwise it fires when
            they are, or fails with `NotTaken`.
        """
        is_free = not (self._is_doubtful or self._is_appending)
        if not (is_free and FRAMED.issuperset(map(type, changes))):
            return False
        number = self._first + len(self._turns)
        try:
            data = encode(number, changes)
            is_there = self._appender.append(number, data)
        except Unframeable:
            # The database says what is wrong with it.
            return False
        except OSError as error:
            self._tell(error)
            return False
        if isinstance(is_there, Deferred):
            self._is_appending = True
            return is_there.addCallbacks(self._arrive, self._fail).addCallback(
                self._note_late, changes, len(data)
            )
        if is_there:
            self._note(changes, len(data))
        return is_there

    def _note(self, changes: Sequence[Change], size: int) -> None:
        self._turns.append(changes)
        self._taken += len(changes)
        self._bytes += size
        if self._is_half_full:
            self._move_now()
        elif not self._is_timed:
            self._set_timer()

    def _arrive(self, is_there: bool) -> None:
        self._is_appending = False
        if not is_there:
            raise NotTaken("the journal file is full")

    def _fail(self, failure: Failure) -> None:
        self._is_appending = False
        self._tell(failure.value)
        raise NotTaken(failure.getErrorMessage())

    def _note_late(self, _: None, changes: Sequence[Change], size: int) -> None:
        self._note(changes, size)

    def _tell(self, error: object) -> None:
        self._doubt()
        if not self._is_told:
            self._is_told = True
            _log.warn("The journal file cannot be written: {problem}", problem=str(error))

    @property
    def _is_half_full(self) -> bool:
        return self._bytes > self._segments.size // 2

    def batch(self) -> _Batch | None:
        """
        Return what is to be moved now; None if that is nothing, and nothing is in doubt.
        """
        if not self._turns and not self._is_doubtful:
            return None
        return _Batch(self._first, tuple(self._turns), self._check)

    def settle(self, batch: _Batch) -> None:
        """
        Note what became of ``batch``.
        """
        self.lost += sum(isinstance(change, LINES) for change in batch.refused)
        if not batch.is_moved:
            self._doubt()
            return
        self._is_doubtful = False
        last = batch.first + len(batch.turns) - 1
        if last >= self._first:
            del self._turns[: last + 1 - self._first]
            self._first = last + 1
        if not self._is_appending:
            self._segments.release(self._first - 1)

    def flush(self) -> None:
        """
        Move all that stands in the file, without waiting for it.
        """
        self._move().addCallbacks(self._on_moved, self._on_failed)

    def end(self) -> None:
        """
        Close the file, and remove it if all of it was moved.
        """
        self._appender.stop()
        if self._is_appending:
            # The thread still has it.
            return
        try:
            if self._turns:
                self._segments.close()
            else:
                self._segments.remove()
        except OSError as error:
            _log.warn("The journal file cannot be removed: {problem}", problem=str(error))

    def _doubt(self) -> None:
        self._is_doubtful = True
        if not self._is_timed:
            self._set_timer()

    def _set_timer(self) -> None:
        self._is_timed = True
        self._later(INTERVAL, self._on_time)

    def _on_time(self) -> None:
        self._is_timed = False
        self.pace, self._taken = self._taken, 0
        if self._turns or self._is_doubtful:
            self._move_now()
        if self.pace or self._turns:
            self._set_timer()

    def _move_now(self) -> None:
        if not self._is_moving:
            self._is_moving, self._bytes = True, 0
            self.flush()

    def _on_moved(self, _: object) -> None:
        self._is_moving = self._is_failing = False
        if self._is_half_full:
            self._move_now()

    def _on_failed(self, failure: Failure) -> None:
        self._is_moving = False
        if not self._is_failing:
            self._is_failing = True
            _log.warn(
                "What stands in the journal file cannot be moved to the database: {problem}",
                problem=failure.getErrorMessage(),
            )


@define(eq=False)
class Current:
    """
    Does jobs with a connection, each when all that stands in the journal file was moved.

    Args:
        jobs: does them.
        mover: moves it, with the same connection: a job is handed over once.
        is_strict: a job fails if it cannot be moved; otherwise it reads what there is.
    """

    _jobs: Connected
    _mover: Mover
    _is_strict: bool = False

    def do(self, job: Callable[[sqlite3.Connection], _Result]) -> Deferred[_Result]:
        """
        Do ``job`` after all that were given before.

        Returns:
            its result; fails with `StoreFailed` for errors of the disk or the file.
        """
        batch = self._mover.batch()
        if batch is None:
            return self._jobs.do(job)

        def move_first(connection: sqlite3.Connection) -> _Result:
            try:
                batch.move(connection)
            except (sqlite3.Error, BadDatabase):
                if self._is_strict:
                    raise
            return job(connection)

        def settle(result: _Result) -> _Result:
            self._mover.settle(batch)
            return result

        return self._jobs.do(move_first).addBoth(settle)

    def stop(self) -> Deferred[None]:
        """
        Close the connection when all jobs are done.
        """
        return self._jobs.stop()
