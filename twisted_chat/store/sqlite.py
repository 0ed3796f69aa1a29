"""
A store in one SQLite file.

One thread writes and another one reads, each with a connection of its own: in WAL mode neither
waits for the other, and the reactor for none of them.
"""

from __future__ import annotations

import os
import sqlite3
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred, gatherResults

from twisted_chat.records import Chronicled, Kept, Line, RoomOpened
from twisted_chat.store.database import connect, open_database
from twisted_chat.store.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from twisted_chat.records import Change

# Rows of one statement: to bind many at once costs half of what one after the other does.
_ROWS = (64, 8, 1)


@define(eq=False)
class SQLiteStore:
    """
    Keeps changes in a file: a `Store` for good.

    Args:
        path: the file; made if there is none.
        in_reactor: calls a function in the reactor's thread, such as ``reactor.callFromThread``.
    """

    _path: Path
    _in_reactor: Callable[..., object]
    _writer: Worker = field(init=False)
    _reader: Worker = field(init=False)
    _lock: int = field(init=False, default=-1)

    def __attrs_post_init__(self) -> None:
        self._writer = Worker("store-writer", self._connect, self._in_reactor)
        self._reader = Worker("store-reader", self._connect, self._in_reactor)

    def _connect(self) -> sqlite3.Connection:
        return connect(self._path)

    def load(self) -> Kept:
        """
        Return what must be known before anything else is asked; waits for the disk.

        From here on the file is this server's, though the process may fork: the threads and their
        connections begin later.

        Raises:
            BadDatabase: the file cannot be used.
        """
        connection = open_database(self._path)
        try:
            rooms = connection.execute(
                "SELECT id, key, name, coalesce("
                "(SELECT max(number) FROM line WHERE room = room.id), 0) FROM room ORDER BY id"
            )
            (last_id,) = connection.execute("SELECT coalesce(max(id), 0) FROM line").fetchone()
            return Kept(tuple(Chronicled(*row) for row in rooms), last_id)
        finally:
            self._lock = connection.close_but_hold()

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Keep all of ``changes``, in order, in one transaction.
        """
        return self._writer.do(lambda connection: _write(connection, changes))

    def lines(
        self, room: int, before: int, count: int, kinds: Sequence[str] = ()
    ) -> Deferred[list[Line]]:
        """
        Return the last lines of a room, the oldest first.
        """

        def read(connection: sqlite3.Connection) -> list[Line]:
            # What somebody asks for may lie behind any number of other lines.
            chosen = f"AND kind IN ({_marks(len(kinds))})" if kinds else ""
            rows = connection.execute(
                "SELECT id, room, number, at, kind, nick, author, text, re, state FROM line "  # noqa: S608  # only marks
                f"WHERE room = ? AND number < ? {chosen} ORDER BY number DESC LIMIT ?",
                (room, before, *kinds, count),
            )
            return [Line(*row) for row in rows][::-1]

        return self._reader.do(read)

    def close(self) -> Deferred[None]:
        """
        Write all that was handed over, and close the file.
        """
        stopped = gatherResults([self._reader.stop(), self._writer.stop()])
        return stopped.addCallback(self._let_go)

    def _let_go(self, _: object) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _write(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for kind, group in groupby(changes, type):
            _WRITERS[kind](connection, group)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _write_lines(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    waiting = list(lines)
    start = 0
    for rows in _ROWS:
        while len(waiting) - start >= rows:
            part = waiting[start : start + rows]
            connection.execute(_insert_lines(rows), [value for line in part for value in line])
            start += rows


@cache
def _insert_lines(rows: int) -> str:
    row = f"({_marks(len(Line._fields))})"
    values = ", ".join([row] * rows)
    return f"INSERT INTO line VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  # only marks


def _open_rooms(connection: sqlite3.Connection, rooms: Iterable[RoomOpened]) -> None:
    connection.executemany(
        "INSERT INTO room VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(room.id, room.key, room.name) for room in rooms],
    )


def _marks(count: int) -> str:
    return ", ".join("?" * count)


_WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    Line: _write_lines,
    RoomOpened: _open_rooms,
}
