"""
Transactions: changes are written to the tables of their kinds, all of them or none.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from twisted_chat.store.journal.frames import FRAMED
from twisted_chat.store.records import Line
from twisted_chat.store.sqlite.errors import is_fault
from twisted_chat.store.sqlite.tables import (
    accounts,
    decisions,
    invitations,
    keys,
    lines,
    messages,
    plugins,
    settings,
    tokens,
    webhooks,
)
from twisted_chat.store.tokens import RequestDone

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from twisted_chat.store.records import Change

_WRITERS = (
    lines.WRITERS
    | accounts.WRITERS
    | messages.WRITERS
    | decisions.WRITERS
    | settings.WRITERS
    | tokens.WRITERS
    | keys.WRITERS
    | invitations.WRITERS
    | plugins.WRITERS
    | webhooks.WRITERS
)
# What a program says, and that this is done, take turns, and neither needs the other; lines are
# written many at once.
_ANY_ORDER = frozenset({Line, RequestDone})


def write(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """
    Keep all of ``changes``, in order, in one transaction.

    Changes to accounts, bans and ranks are synced to the disk, and so is everything before them;
    talk only has to reach the operating system, unless the connection is set to more.
    """
    if FRAMED.issuperset(map(type, changes)):
        _write(connection, changes)
        return
    (usual,) = connection.execute("PRAGMA synchronous").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    try:
        _write(connection, changes)
    finally:
        connection.execute(f"PRAGMA synchronous = {usual}")


def keep_some(
    connection: sqlite3.Connection, changes: Sequence[Change], report: Callable[[], object]
) -> list[Change]:
    """
    Keep ``changes``, in order, within a transaction that was begun, but those that a bug forbids.

    Args:
        report: called while such an error is handled.

    Returns:
        the changes that were left out.

    Raises:
        sqlite3.Error: the disk or the file failed.
    """
    refused: list[Change] = []
    connection.execute("SAVEPOINT some")
    try:
        keep_all(connection, changes)
    except Exception as error:
        if is_fault(error):
            raise
        connection.execute("ROLLBACK TO some")
        if len(changes) > 1:
            half = len(changes) // 2
            for part in (changes[:half], changes[half:]):
                refused += keep_some(connection, part, report)
        else:
            report()
            refused += changes
    connection.execute("RELEASE some")
    return refused


def keep_all(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """
    Keep ``changes``, in order, within a transaction that was begun.

    Raises:
        Exception: a bug forbids one of them, or the disk or the file failed; the transaction has
            to be taken back.
    """
    for _, group in groupby(changes, _group_of):
        by_kind: dict[type, list[Change]] = {}
        for change in group:
            by_kind.setdefault(type(change), []).append(change)
        for kind, alike in by_kind.items():
            _WRITERS[kind](connection, alike)


def _group_of(change: Change) -> type | None:
    """
    Return the kind of ``change``; None for kinds that may stand in any order beside each other.
    """
    kind = type(change)
    return None if kind in _ANY_ORDER else kind


def _write(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        keep_all(connection, changes)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
