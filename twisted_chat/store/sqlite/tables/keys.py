"""
The keys of SSH, in SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import astuple

from twisted_chat.store.keys import Key, KeyEnded, KeyKept, KeyUsed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable


def keys(connection: sqlite3.Connection) -> tuple[Key, ...]:
    """
    Return all keys there are, the oldest first.
    """
    found = connection.execute("SELECT * FROM ssh_key ORDER BY added_at, fingerprint")
    return tuple(Key(*row) for row in found.fetchall())


def _keep(connection: sqlite3.Connection, changes: Iterable[KeyKept]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO ssh_key VALUES (?, ?, ?, ?, ?, ?)",
        [astuple(change.key) for change in changes],
    )


def _use(connection: sqlite3.Connection, changes: Iterable[KeyUsed]) -> None:
    connection.executemany(
        "UPDATE ssh_key SET used_at = ? WHERE account = ? AND fingerprint = ?",
        [(change.at, change.account, change.fingerprint) for change in changes],
    )


def _end(connection: sqlite3.Connection, changes: Iterable[KeyEnded]) -> None:
    connection.executemany(
        "DELETE FROM ssh_key WHERE account = ? AND fingerprint = ?",
        [(change.account, change.fingerprint) for change in changes],
    )


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    KeyKept: _keep,
    KeyUsed: _use,
    KeyEnded: _end,
}
