"""
A store in one SQLite file, with a journal file beside it.

What is said is written to the journal file at once, and moved to the database once a second, or
when it is asked for: a transaction, and its way to another thread and back, cost a turn with one
line more than all else together.  Decisions, which have to be on the disk itself before they are
told, are written to the database, after all that stands in the journal file; with ``sync`` full
everything is.

One thread writes, another one reads, a third searches and a fourth does what may take its time,
each with a connection of its own: in WAL mode reading and writing do not wait for each other, and
the reactor for none of them.  A fifth writes the journal file, and the reactor waits for that a
few microseconds, but never for a disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from twisted_chat.store.journal.appender import Appender
from twisted_chat.store.journal.segments import Segments
from twisted_chat.store.sqlite.database import Database, connect, open_database
from twisted_chat.store.sqlite.errors import BadDatabase, in_words
from twisted_chat.store.sqlite.files.location import real
from twisted_chat.store.sqlite.files.presence import Presence
from twisted_chat.store.sqlite.files.space import usage_of
from twisted_chat.store.sqlite.mover import Current, Mover, NotTaken
from twisted_chat.store.sqlite.search_index import STEP, index_some
from twisted_chat.store.sqlite.sql import SQLStore, load
from twisted_chat.store.sqlite.tables.journal import take_over
from twisted_chat.store.sqlite.transactions import write
from twisted_chat.store.sqlite.worker import Worker

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from twisted.python.failure import Failure

    from twisted_chat.store.records import Change
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.store.sqlite.files.lock import Lock
    from twisted_chat.store.sqlite.mover import Later
    from twisted_chat.store.usage import Usage


def _never(_: float, __: Callable[[], object]) -> None:
    pass


class SQLiteStore(SQLStore):
    """
    Keeps changes in a file: a `Store` for good.

    Args:
        path: the file; made if there is none.
        in_reactor: calls a function in the reactor's thread, such as ``reactor.callFromThread``.
        sync: ``full`` if a power cut must lose nothing that was told, else ``normal``.
        later: has the journal file moved once a second; without it that is moved when it is full,
            or something is asked.
    """

    def __init__(
        self,
        path: Path,
        in_reactor: Callable[..., object],
        sync: str = "normal",
        later: Later = _never,
    ) -> None:
        self._path = path
        self._lock: Lock | None = None
        self._is_synced = sync == "full"
        self._is_closed = False
        segments = Segments(path)
        self._mover = Mover(
            segments, Appender(segments, in_reactor), later, self._move, self._check
        )
        super().__init__(
            Current(
                Worker("store-writer", self._open, in_reactor, index_some, self._is_busy),
                self._mover,
                is_strict=True,
            ),
            Current(Worker("store-reader", self._open, in_reactor), self._mover),
            Current(Worker("store-aside", self._open, in_reactor), self._mover),
            Current(Worker("store-searcher", self._open, in_reactor), self._mover),
        )

    @property
    def lost(self) -> int:
        """
        The number of lines that were taken and will never be kept, because of a bug.
        """
        return self._mover.lost

    def load(self) -> Snapshot:
        """
        Return the state that a server loads first; waits for the disk.

        All that stands in the journal file is in the database then.  From now on the file belongs
        to this server.  The process may still fork: the threads and their connections begin later,
        and so does the journal file.

        Raises:
            BadDatabase: the file cannot be used.
        """
        connection = open_database(self._path)
        try:
            with in_words(self._path):
                self._mover.begin(take_over(connection, self._path))
                self._presence = Presence(real(self._path))
                return load(connection)
        finally:
            self._lock = connection.close_but_hold()

    def _open(self) -> Database:
        """
        Return a connection to the file that was loaded, never to another one in its place.

        Raises:
            BadDatabase: another one is there, or none.
        """
        self._check()
        connection = connect(self._path, sync="full" if self._is_synced else "normal")
        try:
            self._check()
        except BadDatabase:
            connection.close()
            raise
        return connection

    def write(self, changes: Sequence[Change]) -> Deferred[None] | None:
        """
        Keep all of ``changes``, in order: in the journal file, or in one transaction.

        Without changes, it only looks whether the database is still there.
        """
        taken = self._mover.take(changes) if changes and not self._is_synced else False
        if isinstance(taken, Deferred):
            # Known later, it is the same as known at once.
            taken.addErrback(self._write_instead, changes)
            return taken
        return None if taken else self._write_itself(changes)

    def _write_instead(
        self, failure: Failure, changes: Sequence[Change]
    ) -> Deferred[None] | Failure:
        failure.trap(NotTaken)
        return failure if self._is_closed else self._write_itself(changes)

    def _write_itself(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write ``changes`` to the database, after what stands in the journal file.
        """
        return self._writer.do(lambda connection: self._write(connection, changes))

    def _write(self, connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
        self._check()
        write(connection, changes)
        self._presence.note_log()

    def _check(self) -> None:
        with in_words(self._path):
            self._presence.check()

    def usage(self) -> Deferred[Usage]:
        """
        Return how much the files take, and how much is left on their disk.
        """

        def look(_: sqlite3.Connection) -> Usage:
            with in_words(self._path):
                return usage_of(real(self._path))

        return self._aside.do(look)

    def close(self) -> Deferred[None]:
        """
        Write all that was handed over, and let others have the file.
        """
        self._mover.flush()
        self._is_closed = True
        return super().close().addCallback(self._let_go)

    def _let_go(self, _: object) -> None:
        self._mover.end()
        if self._lock is not None:
            self._lock.release()

    def _move(self) -> Deferred[None]:
        return self._writer.do(_do_nothing)

    def _is_busy(self) -> bool:
        # While much is said, the index has time later.
        return self._mover.pace >= STEP


def _do_nothing(_: sqlite3.Connection) -> None:
    pass
