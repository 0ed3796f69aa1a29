"""
A store in one SQLite file.

One thread writes, another one reads, a third searches and a fourth does what may take its time,
each with a connection of its own: in WAL mode reading and writing do not wait for each other, and
the reactor for none of them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from twisted_chat.store.sqlite.database import connect, open_database
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.files.location import real
from twisted_chat.store.sqlite.files.presence import Presence
from twisted_chat.store.sqlite.files.space import usage_of
from twisted_chat.store.sqlite.search_index import index_some
from twisted_chat.store.sqlite.sql import SQLStore, load, write
from twisted_chat.store.sqlite.worker import Worker

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from twisted.internet.defer import Deferred

    from twisted_chat.store.interface import Snapshot
    from twisted_chat.store.records import Change
    from twisted_chat.store.sqlite.files.lock import Lock
    from twisted_chat.store.usage import Usage


class SQLiteStore(SQLStore):
    """
    Keeps changes in a file: a `Store` for good.

    Args:
        path: the file; made if there is none.
        in_reactor: calls a function in the reactor's thread, such as ``reactor.callFromThread``.
        sync: ``full`` if a power cut must lose nothing that was told, else ``normal``.
    """

    def __init__(
        self, path: Path, in_reactor: Callable[..., object], sync: str = "normal"
    ) -> None:
        self._path = path
        self._lock: Lock | None = None
        open_file = partial(connect, path, sync=sync)
        super().__init__(
            Worker("store-writer", open_file, in_reactor, index_some),
            Worker("store-reader", open_file, in_reactor),
            Worker("store-aside", open_file, in_reactor),
            Worker("store-searcher", open_file, in_reactor),
        )

    def load(self) -> Snapshot:
        """
        Return the state that a server loads first; waits for the disk.

        From now on the file belongs to this server.  The process may still fork: the threads and
        their connections begin later.

        Raises:
            BadDatabase: the file cannot be used.
        """
        connection = open_database(self._path)
        try:
            with in_words(self._path):
                self._presence = Presence(real(self._path))
                return load(connection)
        finally:
            self._lock = connection.close_but_hold()

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Keep all of ``changes``, in order, in one transaction, if the file is still there.
        """
        return self._writer.do(lambda connection: self._write(connection, changes))

    def _write(self, connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
        with in_words(self._path):
            self._presence.check()
        write(connection, changes)
        self._presence.note_log()

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
        return super().close().addCallback(self._let_go)

    def _let_go(self, _: object) -> None:
        if self._lock is not None:
            self._lock.release()
