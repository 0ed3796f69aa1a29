"""
A store in memory: it keeps lines while the server runs, up to a limit.

It is the same database as on disk, with the same behaviour.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, TypeVar

from attrs import define
from twisted.internet.defer import Deferred, execute, succeed

from twisted_chat.store.decisions import Audited, Reported
from twisted_chat.store.records import Line, Message
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.pruning import EVERY_ID, forget_lines, forget_messages, oldest
from twisted_chat.store.sqlite.search_index import index_some
from twisted_chat.store.sqlite.sql import SQLStore, load
from twisted_chat.store.sqlite.transactions import write
from twisted_chat.store.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.store.records import Change
    from twisted_chat.store.snapshot import Snapshot

    _Result = TypeVar("_Result")

# The tables that grow.
_COUNTED = (Line, Message, Audited, Reported)
#: Lines that are kept, and as many messages, if nothing else is said.
MAX_LINES = 100_000


@define(eq=False)
class _Here:
    """
    Does jobs at once, where they are given.
    """

    _connection: sqlite3.Connection

    def do(self, job: Callable[[sqlite3.Connection], _Result]) -> Deferred[_Result]:
        """
        Do ``job``.
        """
        return execute(job, self._connection)

    def stop(self) -> Deferred[None]:
        """
        Do nothing: memory ends with the server.
        """
        return succeed(None)


class MemoryStore(SQLStore):
    """
    Keeps changes in memory: a `Store` that answers at once.

    Args:
        most: lines that are kept, and messages, reports and deeds of operators; of a hundredth
            more, the oldest make way.
    """

    def __init__(self, most: int = MAX_LINES) -> None:
        # Tests hand it from one thread to another; nobody else does.
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        for step in read_migrations(SCHEMA):
            step.run(self._connection)
        self._most = most
        self._written = 0
        self._forgotten = 0
        here = _Here(self._connection)
        super().__init__(here, here, here, here)

    @property
    def forgotten(self) -> int:
        """
        The id up to which lines had to make way for later ones; 0 if none had.
        """
        return self._forgotten

    def load(self) -> Snapshot:
        """
        Return what must be known before anything else is asked.
        """
        return load(self._connection)

    def usage(self) -> Deferred[Usage]:
        """
        Return that it takes nothing of a disk.
        """
        return succeed(Usage())

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Keep all of ``changes``.
        """
        self._written += sum(isinstance(change, _COUNTED) for change in changes)
        written = execute(write, self._connection, changes)
        if self._written > self._most // 100:
            self._written = 0
            self._make_room()
            index_some(self._connection)
        return written

    def _make_room(self) -> None:
        for table, forget in (("line", forget_lines), ("message", forget_messages)):
            (count,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # one of two
            many = max(0, count - self._most)
            forget(self._connection, oldest(self._connection, table, many, EVERY_ID))
        (first,) = self._connection.execute("SELECT coalesce(min(id), 1) FROM line").fetchone()
        self._forgotten = first - 1
        for table in ("audit", "report"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE id <= "  # noqa: S608  # one of two
                f"(SELECT id FROM {table} ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (self._most,),
            )
