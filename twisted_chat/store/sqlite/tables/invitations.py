"""
The codes with which newcomers make accounts, in SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import astuple

from twisted_chat.store.invitations import (
    Invitation,
    InvitationEnded,
    InvitationMade,
    InvitationsEnded,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

#: Seconds for which it is known of a code that it is over, and who came with it.
_KNOWN_FOR = 90 * 86400.0
_FIND = """
SELECT id, hash, author, by, made_at, until, uses, used FROM invitation
WHERE ?1 IN ('', hash) ORDER BY id
"""


def invitations(connection: sqlite3.Connection, hash_: str = "") -> list[Invitation]:
    """
    Return all codes of which something is known, the oldest first, or the one with this hash.
    """
    return [
        Invitation(*row, _came_with(connection, row[0]))  # type: ignore[call-arg]  # eight columns
        for row in connection.execute(_FIND, (hash_,)).fetchall()
    ]


def _came_with(connection: sqlite3.Connection, number: int) -> tuple[str, ...]:
    found = connection.execute(
        "SELECT name FROM account WHERE invitation = ? ORDER BY id", (number,)
    )
    return tuple(name for (name,) in found)


def use(connection: sqlite3.Connection, hash_: str, account: int) -> None:
    """
    Note that ``account``, a new one, was made with a code.

    Raises:
        sqlite3.IntegrityError: it is used up already, and so nothing of this transaction is kept.
    """
    connection.execute("UPDATE invitation SET used = used + 1 WHERE hash = ?", (hash_,))
    connection.execute(
        "UPDATE account SET invitation = (SELECT id FROM invitation WHERE hash = ?) WHERE id = ?",
        (hash_, account),
    )


def _make(connection: sqlite3.Connection, changes: Iterable[InvitationMade]) -> None:
    for change in changes:
        connection.execute(
            "DELETE FROM invitation WHERE until < ?", (change.made_at - _KNOWN_FOR,)
        )
        connection.execute(
            "INSERT INTO invitation (hash, author, by, made_at, until, uses) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
            astuple(change),
        )


def _end(connection: sqlite3.Connection, changes: Iterable[InvitationEnded]) -> None:
    connection.executemany(
        "UPDATE invitation SET until = min(until, ?) WHERE id = ?",
        [(change.at, change.number) for change in changes],
    )


def _end_all(connection: sqlite3.Connection, changes: Iterable[InvitationsEnded]) -> None:
    connection.executemany(
        "UPDATE invitation SET until = min(until, ?) WHERE author = ?",
        [(change.at, change.author) for change in changes],
    )


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    InvitationMade: _make,
    InvitationEnded: _end,
    InvitationsEnded: _end_all,
}
