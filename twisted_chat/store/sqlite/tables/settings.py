"""
The settings of accounts, in SQLite.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from attrs import astuple

from twisted_chat.store.settings import (
    AddressEnded,
    AddressKept,
    Ignored,
    IgnoreEnded,
    IgnoreKept,
    Mailed,
    PrivateReadKept,
    ReadKept,
    ReadMark,
    SettingKept,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable


def settings_of(connection: sqlite3.Connection, account: int) -> tuple[tuple[str, str], ...]:
    """
    Return the names and values that the owner of ``account`` set.
    """
    found = connection.execute(
        "SELECT name, value FROM setting WHERE account = ? ORDER BY name", (account,)
    )
    return tuple(found)


def ignored_by(connection: sqlite3.Connection, account: int) -> tuple[Ignored, ...]:
    """
    Return the users whom the owner of ``account`` ignores.
    """
    found = connection.execute(
        "SELECT key, name, author FROM ignored WHERE account = ? ORDER BY key, place", (account,)
    )
    return tuple(
        Ignored(key, name, tuple(author for _, _, author in rows))
        for (key, name), rows in groupby(found, key=itemgetter(0, 1))
    )


def read_by(connection: sqlite3.Connection, account: int) -> tuple[tuple[int, ReadMark], ...]:
    """
    Return up to which lines the owner of ``account`` has read, with the numbers of the rooms.
    """
    found = connection.execute(
        "SELECT room, number, at FROM read_mark WHERE account = ? ORDER BY room", (account,)
    )
    return tuple((room, ReadMark(*mark)) for room, *mark in found)


def read_in_private_by(
    connection: sqlite3.Connection, account: int
) -> tuple[tuple[str, ReadMark], ...]:
    """
    Return up to which messages the owner of ``account`` has read, with the folded nicks.
    """
    found = connection.execute(
        "SELECT key, id, at FROM private_mark WHERE account = ? ORDER BY key", (account,)
    )
    return tuple((key, ReadMark(*mark)) for key, *mark in found)


def addresses(connection: sqlite3.Connection) -> tuple[AddressKept, ...]:
    """
    Return the addresses to which owners of accounts are told by mail what they missed.
    """
    found = connection.execute(
        "SELECT account, address, confirmed_at, mailed_at FROM mail_address ORDER BY account"
    )
    return tuple(AddressKept(*row) for row in found.fetchall())


def _set(connection: sqlite3.Connection, changes: Iterable[SettingKept]) -> None:
    for change in changes:
        if change.value:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?, ?)", astuple(change))
        else:
            connection.execute(
                "DELETE FROM setting WHERE account = ? AND name = ?",
                (change.account, change.name),
            )


def _ignore(connection: sqlite3.Connection, changes: Iterable[IgnoreKept]) -> None:
    for change in changes:
        account, ignored = change.account, change.ignored
        _unignore(connection, [IgnoreEnded(account, ignored.key)])
        connection.executemany(
            "INSERT INTO ignored VALUES (?, ?, ?, ?, ?)",
            [
                (account, ignored.key, place, ignored.name, author)
                for place, author in enumerate(ignored.authors)
            ],
        )


def _unignore(connection: sqlite3.Connection, changes: Iterable[IgnoreEnded]) -> None:
    connection.executemany(
        "DELETE FROM ignored WHERE account = ? AND key = ?", map(astuple, changes)
    )


def _read(connection: sqlite3.Connection, changes: Iterable[ReadKept]) -> None:
    connection.executemany(
        """
        INSERT INTO read_mark (account, room, number, at)
        SELECT id, ?2, ?3, ?4 FROM account WHERE id = ?1
        ON CONFLICT DO UPDATE
        SET number = max(number, excluded.number), at = max(at, excluded.at)
        """,
        map(astuple, changes),
    )


def _read_in_private(connection: sqlite3.Connection, changes: Iterable[PrivateReadKept]) -> None:
    for change in changes:
        if not (change.id or change.at):
            connection.execute(
                "DELETE FROM private_mark WHERE account = ? AND key = ?",
                (change.account, change.key),
            )
            continue
        connection.execute(
            """
            INSERT INTO private_mark (account, key, id, at)
            SELECT id, ?2, ?3, ?4 FROM account WHERE id = ?1
            ON CONFLICT DO UPDATE SET id = max(id, excluded.id), at = max(at, excluded.at)
            """,
            astuple(change),
        )


def _keep_addresses(connection: sqlite3.Connection, changes: Iterable[AddressKept]) -> None:
    # An account that was deleted meanwhile leaves no address behind.
    connection.executemany(
        "INSERT OR REPLACE INTO mail_address SELECT id, ?2, ?3, ?4 FROM account WHERE id = ?1",
        map(astuple, changes),
    )


def _end_addresses(connection: sqlite3.Connection, changes: Iterable[AddressEnded]) -> None:
    connection.executemany("DELETE FROM mail_address WHERE account = ?", map(astuple, changes))


def _mail(connection: sqlite3.Connection, changes: Iterable[Mailed]) -> None:
    connection.executemany(
        "UPDATE mail_address SET mailed_at = ?2 WHERE account = ?1", map(astuple, changes)
    )


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    SettingKept: _set,
    IgnoreKept: _ignore,
    IgnoreEnded: _unignore,
    ReadKept: _read,
    PrivateReadKept: _read_in_private,
    AddressKept: _keep_addresses,
    AddressEnded: _end_addresses,
    Mailed: _mail,
}
