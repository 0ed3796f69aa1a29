"""
Accounts, where their owners are and have been, and guesses at passwords.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.interface import NameRefused
from twisted_chat.store.records import (
    AccountMade,
    AccountRemoved,
    AccountTakenIn,
    Came,
    PasswordSet,
    RolesSet,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.snapshot import Credentials, Registered
from twisted_chat.store.sqlite.tables import invitations, settings
from twisted_chat.store.sqlite.tables.once import Once
from twisted_chat.store.sqlite.tables.settings import (
    ignored_by,
    read_by,
    read_in_private_by,
    settings_of,
)
from twisted_chat.text.names import Taken

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from twisted_chat.store.settings import AddressKept


_MADE = Once("account", ["id", "name", "key", "password", "roles"], ["id", "key"])


def registered(connection: sqlite3.Connection) -> tuple[Registered, ...]:
    """
    Return all accounts there are.
    """
    return _read(connection, "SELECT id, name, key, roles FROM account ORDER BY id")


def made_elsewhere(connection: sqlite3.Connection) -> tuple[Registered, ...]:
    """
    Return the accounts that the admin program has made, and no server has taken in yet.
    """
    return _read(
        connection,
        "SELECT id, name, key, roles FROM new_account JOIN account ON id = account ORDER BY id",
    )


def _read(connection: sqlite3.Connection, question: str) -> tuple[Registered, ...]:
    return tuple(
        Registered(number, name, key, frozenset(roles.split()))
        for number, name, key, roles in connection.execute(question)
    )


def allowances(connection: sqlite3.Connection) -> tuple[Allowance, ...]:
    """
    Return the guesses at passwords that were used up.
    """
    return tuple(Allowance(*row) for row in connection.execute("SELECT * FROM allowance"))


def credentials(connection: sqlite3.Connection, account: int) -> Credentials | None:
    """
    Return the kept data of an account; None if there is none, which takes as long.
    """
    found = connection.execute(
        "SELECT password, roles, coalesce(seen, 0) FROM account WHERE id = ?", (account,)
    ).fetchone()
    seats = connection.execute(
        "SELECT room FROM seat WHERE account = ? ORDER BY room", (account,)
    ).fetchall()
    kept = (
        settings_of(connection, account),
        ignored_by(connection, account),
        read_by(connection, account),
        read_in_private_by(connection, account),
    )
    if found is None:
        return None
    password, roles, seen = found
    return Credentials(
        password,
        frozenset(roles.split()),
        seen,
        tuple(room for (room,) in seats),
        *kept,
    )


def addresses(connection: sqlite3.Connection) -> tuple[tuple[AddressKept, Credentials], ...]:
    """
    Return the addresses to which owners are told by mail, with the credentials of their accounts.
    """
    found = (
        (each, credentials(connection, each.account)) for each in settings.addresses(connection)
    )
    return tuple((each, kept) for each, kept in found if kept is not None)


def _require_unlike(connection: sqlite3.Connection, made: AccountMade) -> None:
    """
    Check that no account looks like the one that is made; of all but these, the server knows that.

    Raises:
        NameRefused: the admin program has just made one, and the server has not taken it in.
    """
    taken = Taken()
    rows = connection.execute("SELECT id, name FROM account JOIN new_account ON id = account")
    for id_, name in rows:
        if id_ != made.id:
            taken.add(name)
    other = taken.like(made.name)
    if other is not None:
        raise NameRefused(other)


def _make_accounts(connection: sqlite3.Connection, made: Iterable[AccountMade]) -> None:
    for each in made:
        if not each.is_elsewhere:
            _require_unlike(connection, each)
        row = each.id, each.name, each.key, each.password, ""
        is_new = _MADE.insert(connection, row)
        if is_new and each.invitation:
            invitations.use(connection, each.invitation, each.id, each.at)
        if is_new and each.is_elsewhere:
            connection.execute("INSERT INTO new_account VALUES (?)", (each.id,))


def _remove_accounts(connection: sqlite3.Connection, removed: Iterable[AccountRemoved]) -> None:
    for each in removed:
        for statement in (
            "DELETE FROM account WHERE id = ?",
            "DELETE FROM new_account WHERE account = ?",
            "DELETE FROM seat WHERE account = ?",
            "DELETE FROM setting WHERE account = ?",
            "DELETE FROM ignored WHERE account = ?",
            "DELETE FROM read_mark WHERE account = ?",
            "DELETE FROM webhook WHERE author = ?",
            "DELETE FROM private_mark WHERE account = ?",
            "DELETE FROM mail_address WHERE account = ?",
            "DELETE FROM message WHERE addressee = ? AND waits",
            "DELETE FROM dropped WHERE account = ?",
            "DELETE FROM allowance WHERE account = CAST(? AS TEXT)",
            "DELETE FROM standing WHERE author = ?",
            "DELETE FROM done WHERE hash IN (SELECT hash FROM token WHERE account = ?)",
            "DELETE FROM told WHERE hash IN (SELECT hash FROM token WHERE account = ?)",
            "DELETE FROM token WHERE account = ?",
            "DELETE FROM ssh_key WHERE account = ?",
            "DELETE FROM plugin_value WHERE account = ?",
            # Those that are over too: whose they were is forgotten.
            "DELETE FROM invitation WHERE author = ?",
        ):
            connection.execute(statement, (each.account,))


def _keep_allowances(connection: sqlite3.Connection, changes: Iterable[AllowanceKept]) -> None:
    for change in changes:
        row = change.allowance
        if change.is_settled:
            connection.execute(
                "DELETE FROM allowance WHERE account = ? AND address = ?",
                (row.account, row.address),
            )
        else:
            connection.execute(
                "INSERT OR REPLACE INTO allowance VALUES (?, ?, ?, ?)",
                (row.account, row.address, row.whole_at, row.known_at),
            )


def _each(statement: str, *names: str) -> Callable[[sqlite3.Connection, Iterable[Any]], None]:
    """
    Return what does ``statement`` with these attributes of each change.
    """

    def do(connection: sqlite3.Connection, changes: Iterable[Any]) -> None:
        for change in changes:
            connection.execute(statement, [getattr(change, name) for name in names])

    return do


def _set_roles(connection: sqlite3.Connection, changes: Iterable[RolesSet]) -> None:
    for change in changes:
        roles = " ".join(sorted(change.roles))
        connection.execute("UPDATE account SET roles = ? WHERE id = ?", (roles, change.account))


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    AllowanceKept: _keep_allowances,
    AccountMade: _make_accounts,
    AccountRemoved: _remove_accounts,
    AccountTakenIn: _each("DELETE FROM new_account WHERE account = ?", "account"),
    PasswordSet: _each("UPDATE account SET password = ? WHERE id = ?", "password", "account"),
    RolesSet: _set_roles,
    Came: _each("UPDATE account SET seen = NULL WHERE id = ?", "account"),
    Went: _each("UPDATE account SET seen = ? WHERE id = ?", "seen", "account"),
    Seated: _each("INSERT OR IGNORE INTO seat VALUES (?, ?)", "account", "room"),
    Unseated: _each("DELETE FROM seat WHERE account = ? AND room = ?", "account", "room"),
}
