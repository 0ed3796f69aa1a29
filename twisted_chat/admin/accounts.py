"""
What an operator does with accounts, beside a running server or without one.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.store.records import AccountRemoved, RolesSet
from twisted_chat.store.sqlite.database import connect, connect_alone
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.export import export
from twisted_chat.store.sqlite.sql import write
from twisted_chat.text.clean import clean
from twisted_chat.text.names import fold, meant_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

_LISTED = "SELECT id, name, roles, id / 1e6, seen / 1e6 FROM account"


class NoSuchAccount(Exception):
    """
    Nobody has registered this name.  The text is one sentence.
    """


@frozen
class Listed:
    """
    An account, as an operator reads it.

    Attributes:
        registered: when, in seconds since the epoch.
        seen: when its owner went; None while they are here, or if the server was killed then.
    """

    id: int
    name: str
    roles: frozenset[str]
    registered: float
    seen: float | None


def list_accounts(path: Path) -> list[Listed]:
    """
    Return all accounts, the oldest first.

    Raises:
        BadDatabase: that cannot be.
    """
    with _open(path, reading=True) as connection:
        return [_listed(row) for row in connection.execute(f"{_LISTED} ORDER BY id")]


def set_role(path: Path, name: str, role: str, *, has: bool) -> bool:
    """
    Let the owner of an account have a role, or not.

    Returns:
        whether that is a change.

    Raises:
        NoSuchAccount: nobody is registered as ``name``.
        BadDatabase: that cannot be.
    """
    with _open(path) as connection:
        account = _find(connection, name)
        if has == (role in account.roles):
            return False
        write(connection, [RolesSet(account.id, account.roles ^ {role})])
        return True


def remove(path: Path, name: str) -> str:
    """
    Give an account up, as its owner does with ``/unregister``.

    A server knows all accounts by heart, so that there may be none meanwhile.

    Returns:
        the name, which is free.

    Raises:
        NoSuchAccount: nobody is registered as ``name``.
        BadDatabase: that cannot be, or a server has the file.
    """
    with in_words(path), contextlib.closing(connect_alone(path)) as connection:
        account = _find(connection, name)
        write(connection, [AccountRemoved(account.id)])
        return account.name


def export_account(path: Path, name: str, folder: Path) -> Path:
    """
    Write all that is kept on the owner of one account into a new file, and return which.

    Raises:
        NoSuchAccount: nobody is registered as ``name``.
        StoreFailed: the file cannot be written.
        BadDatabase: the database cannot be read.
    """
    with _open(path, reading=True) as connection:
        return export(connection, _find(connection, name).id, folder)


def _find(connection: sqlite3.Connection, name: str) -> Listed:
    # A shell passes anything on, and what is no text is no name.
    typed = clean(name)
    is_called = f"{_LISTED} WHERE key = ?"
    found = connection.execute(is_called, (fold(typed),)).fetchone()
    if found is None:
        keys = (key for (key,) in connection.execute("SELECT key FROM account"))
        found = connection.execute(is_called, (meant_of(typed, keys),)).fetchone()
    if found is None:
        raise NoSuchAccount(f"Nobody is registered as {name!r}; `accounts` lists who is.")
    return _listed(found)


def _listed(row: tuple[int, str, str, float, float | None]) -> Listed:
    number, name, roles, registered, seen = row
    return Listed(number, name, frozenset(roles.split()), registered, seen)


@contextlib.contextmanager
def _open(path: Path, *, reading: bool = False) -> Iterator[sqlite3.Connection]:
    with in_words(path), contextlib.closing(connect(path, reading=reading)) as connection:
        yield connection
