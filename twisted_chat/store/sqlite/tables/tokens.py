"""
The tokens of programs, in SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted_chat.store.snapshot import KeptToken
from twisted_chat.store.sqlite.tables.accounts import credentials
from twisted_chat.store.tokens import (
    RequestDone,
    Token,
    TokenEnded,
    TokenKept,
    ToldAlone,
    ToldForgotten,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

_READ = "DELETE FROM told WHERE hash = ? AND id <= ?"
_TOLD = "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?)"


def tokens(connection: sqlite3.Connection) -> tuple[KeptToken, ...]:
    """
    Return all tokens there are, the oldest first.
    """
    found = connection.execute("SELECT * FROM token ORDER BY made_at, hash").fetchall()
    return tuple(_kept(connection, *row) for row in found)


def _kept(connection: sqlite3.Connection, *row: Any) -> KeptToken:
    hash_, account, device, made_at, used_at, nick, visit, since, rooms, is_open, *rest = row
    numbers = tuple(map(int, rooms.split()))
    token = Token(
        *(hash_, account, device, made_at, used_at, nick, visit, since, numbers, bool(is_open)),
        *rest,
    )
    done = connection.execute(
        "SELECT label, mark FROM done WHERE hash = ? ORDER BY id", (token.hash,)
    )
    told = connection.execute(
        "SELECT hash, id, kind, event, 0, lost FROM told WHERE hash = ? ORDER BY id",
        (token.hash,),
    )
    return KeptToken(
        token,
        tuple(done),
        credentials(connection, token.account),
        tuple(ToldAlone(*row) for row in told),
    )


def _keep(connection: sqlite3.Connection, changes: Iterable[TokenKept]) -> None:
    for change in changes:
        token = change.token
        connection.execute(
            "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(token.hash, token.account, token.device, token.made_at, token.used_at),
                *(token.nick, token.visit, token.since),
                *(" ".join(map(str, token.rooms)), int(token.is_open), token.until, token.door),
            ),
        )
        if not token.is_open:
            _forget(connection, token.hash)


def _forget(connection: sqlite3.Connection, hash_: str) -> None:
    """
    Delete what is kept of a session that has ended.
    """
    connection.execute("DELETE FROM done WHERE hash = ?", (hash_,))
    connection.execute("DELETE FROM told WHERE hash = ?", (hash_,))


def _end(connection: sqlite3.Connection, changes: Iterable[TokenEnded]) -> None:
    for change in changes:
        connection.execute("DELETE FROM token WHERE hash = ?", (change.hash,))
        _forget(connection, change.hash)


def _do(connection: sqlite3.Connection, changes: Iterable[RequestDone]) -> None:
    for change in changes:
        connection.execute(
            "INSERT OR IGNORE INTO done (hash, label, mark) VALUES (?, ?, ?)",
            (change.hash, change.label, change.mark),
        )
        if change.forgotten:
            connection.execute(
                "DELETE FROM done WHERE hash = ? AND label = ?", (change.hash, change.forgotten)
            )


def _tell(connection: sqlite3.Connection, changes: Iterable[ToldAlone]) -> None:
    for change in changes:
        if change.forgotten:
            connection.execute(_READ, (change.hash, change.forgotten))
        connection.execute(_TOLD, (change.hash, change.id, change.kind, change.event, change.lost))


def _forget_told(connection: sqlite3.Connection, changes: Iterable[ToldForgotten]) -> None:
    for change in changes:
        connection.execute(_READ, (change.hash, change.last))
        connection.execute(_TOLD, (change.hash, change.last, "", "", change.last))


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    TokenKept: _keep,
    TokenEnded: _end,
    RequestDone: _do,
    ToldAlone: _tell,
    ToldForgotten: _forget_told,
}
