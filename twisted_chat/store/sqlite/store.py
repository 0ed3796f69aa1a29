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
from twisted_chat.store.sqlite.search_index import index_some
from twisted_chat.store.sqlite.sql import SQLStore, load
from twisted_chat.store.sqlite.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twisted.internet.defer import Deferred

    from twisted_chat.store.interface import Snapshot
    from twisted_chat.store.sqlite.files.lock import Lock


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
                return load(connection)
        finally:
            self._lock = connection.close_but_hold()

    def close(self) -> Deferred[None]:
        """
        Write all that was handed over, and let others have the file.
        """
        return super().close().addCallback(self._let_go)

    def _let_go(self, _: object) -> None:
        if self._lock is not None:
            self._lock.release()
