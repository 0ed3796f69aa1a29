"""
Accounts for the admin program, with or without a running server.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.auth.hashing import argon2id
from twisted_chat.auth.passwords import new_password
from twisted_chat.store.invitations import InvitationsEnded
from twisted_chat.store.records import AccountMade, AccountRemoved, RolesSet, id_at
from twisted_chat.store.sqlite.database import connect, connect_alone
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.export import export
from twisted_chat.store.sqlite.tables.journal import catch_up
from twisted_chat.store.sqlite.tables.once import Collision
from twisted_chat.store.sqlite.transactions import write
from twisted_chat.text.clean import clean
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import Taken, fold, meant_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from twisted_chat.store.records import Change

_LISTED = "SELECT id, name, roles, id / 1e6, seen / 1e6 FROM account"


class NameTaken(Exception):
    """
    An account has this name, or one that looks like it.  The text is one sentence.
    """


class NoSuchAccount(Exception):
    """
    There is no account of this name.  The text is one sentence.
    """


@frozen
class Listed:
    """
    An account in a list for the operator.

    Attributes:
        registered: when it was registered, in seconds since the epoch.
        seen: when its owner left; None while they are here, or if the server was killed then.
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
        BadDatabase: the database cannot be used.
    """
    with _open(path, reading=True) as connection:
        return [_listed(row) for row in connection.execute(f"{_LISTED} ORDER BY id")]


def make(path: Path, name: str, password: str, now: float) -> str:
    """
    Make an account, which a running server takes in within some seconds, and return its name.

    Args:
        password: as it was typed.
        now: in seconds since the epoch.

    Raises:
        BadName: ``name`` cannot be a name.
        BadPassword: ``password`` cannot be a password.
        NameTaken: another account has it, or one that looks like it.
        BadDatabase: the database cannot be used.
    """
    name = read_nick(clean(name))
    hash_ = argon2id().hash(new_password(password, name))
    with _open(path) as connection:
        taken = Taken()
        for (other,) in connection.execute("SELECT name FROM account"):
            taken.add(other)
        other = taken.like(name)
        if other is not None:
            raise NameTaken(f"There is an account {other} already, which is or looks like {name}.")
        made = AccountMade(id_at(now), name, fold(name), hash_, is_elsewhere=True)
        try:
            write(connection, [made])
        except Collision as error:
            # A user has registered it just now.
            raise NameTaken(f"There is an account {name} already.") from error
    return name


def set_role(path: Path, name: str, role: str, *, has: bool) -> bool:
    """
    Give a role to an account, or take it away; the invitation codes of an operator end with it.

    Returns:
        whether that changed anything.

    Raises:
        NoSuchAccount: there is no such account.
        BadDatabase: the database cannot be used.
    """
    with _open(path) as connection:
        account = _find(connection, name)
        if has == (role in account.roles):
            return False
        changes: list[Change] = [RolesSet(account.id, account.roles ^ {role})]
        if role == "operator" and not has:
            changes.append(InvitationsEnded(account.id, time.time()))
        write(connection, changes)
        return True


def remove(path: Path, name: str) -> str:
    """
    Delete an account, as its owner does with ``/unregister``.

    A running server has all accounts in memory, so none may run meanwhile.

    Returns:
        the name, which is free now.

    Raises:
        NoSuchAccount: there is no such account.
        BadDatabase: the database cannot be used, or a server uses it.
    """
    with in_words(path), contextlib.closing(connect_alone(path)) as connection:
        catch_up(connection, path)
        account = _find(connection, name)
        write(connection, [AccountRemoved(account.id)])
        return account.name


def export_account(path: Path, name: str, folder: Path) -> Path:
    """
    Write all that is kept about the owner of an account to a new file, and return it.

    Raises:
        NoSuchAccount: there is no such account.
        StoreFailed: the file cannot be written.
        BadDatabase: the database cannot be read.
    """
    with _open(path, reading=True) as connection:
        return export(connection, _find(connection, name).id, folder)


def _find(connection: sqlite3.Connection, name: str) -> Listed:
    # A shell passes on any bytes; what is not text is not a name.
    typed = clean(name)
    is_called = f"{_LISTED} WHERE key = ?"
    found = connection.execute(is_called, (fold(typed),)).fetchone()
    if found is None:
        keys = (key for (key,) in connection.execute("SELECT key FROM account"))
        found = connection.execute(is_called, (meant_of(typed, keys),)).fetchone()
    if found is None:
        raise NoSuchAccount(f"There is no account {name!r}; `accounts` lists the accounts.")
    return _listed(found)


def _listed(row: tuple[int, str, str, float, float | None]) -> Listed:
    number, name, roles, registered, seen = row
    return Listed(number, name, frozenset(roles.split()), registered, seen)


@contextlib.contextmanager
def _open(path: Path, *, reading: bool = False) -> Iterator[sqlite3.Connection]:
    with in_words(path), contextlib.closing(connect(path, reading=reading)) as connection:
        catch_up(connection, path)
        yield connection
