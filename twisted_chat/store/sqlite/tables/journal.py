"""
How far the journal file was moved to the database.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from twisted.logger import Logger
from twisted.python.failure import Failure

from twisted_chat.store.journal.segments import following, read, remove, set_aside
from twisted_chat.store.sqlite.errors import is_fault
from twisted_chat.store.sqlite.transactions import keep_all, keep_some

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from twisted_chat.store.journal.frames import Frame
    from twisted_chat.store.records import Change

# Before schema 3 there was no journal file.
_HAS_JOURNAL = "SELECT count(*) FROM sqlite_schema WHERE name = 'journal'"

_log = Logger()


def move(
    connection: sqlite3.Connection, first: int, turns: Sequence[Sequence[Change]]
) -> list[Change]:
    """
    Write turns to the database, in one transaction, but those that it has.

    Args:
        first: the number of the first turn's frame; each turn has the next one.

    Returns:
        the changes that were left out, because a bug of ours keeps them from being written.

    Raises:
        sqlite3.Error: nothing of it was written.
    """
    try:
        return _move(connection, first, turns, keep_all)
    except Exception as error:
        if is_fault(error):
            raise
        # Without the frames, which would hold all that is moved.
        bug = Failure()
        bug.cleanFailure()
    # Not so at first: with a savepoint, SQLite copies every page before it is changed.
    refused = _move(connection, first, turns, partial(keep_some, report=_report))
    if not refused:
        _log.failure("Changes were moved to the database at the second try only", bug)
    return refused


def _move(
    connection: sqlite3.Connection,
    first: int,
    turns: Sequence[Sequence[Change]],
    keep: Callable[[sqlite3.Connection, Sequence[Change]], list[Change] | None],
) -> list[Change]:
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        (moved,) = connection.execute("SELECT moved FROM journal").fetchone()
        changes = list(chain.from_iterable(turns[max(0, moved + 1 - first) :]))
        if not changes:
            return []
        refused = keep(connection, changes) or []
        last = first + len(turns) - 1
        connection.execute("UPDATE journal SET moved = ?", (last,))
        return refused


def _report() -> None:
    _log.failure("A change could not be moved to the database", Failure())


def recover(connection: sqlite3.Connection, frames: Sequence[Frame]) -> int:
    """
    Move what a server has left in the journal file, also one that still runs.

    Args:
        connection: to the database, or to a copy of it that is not older than ``frames``.
        frames: as `read` returns them.

    Returns:
        the number of the last frame that is in the database.

    Raises:
        sqlite3.Error: the database cannot be written.
    """
    if not connection.execute(_HAS_JOURNAL).fetchone()[0]:
        return 0
    (moved,) = connection.execute("SELECT moved FROM journal").fetchone()
    left = following(frames, moved)
    if left:
        move(connection, left[0].number, [frame.changes for frame in left])
    return int(moved) + len(left)


def catch_up(connection: sqlite3.Connection, database: Path) -> None:
    """
    Move what stands in the journal file, if the database may be written.

    Raises:
        sqlite3.Error: the database cannot be written, though it may be.
        OSError: the file cannot be read.
    """
    try:
        recover(connection, read(database))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise


def take_over(connection: sqlite3.Connection, database: Path) -> int:
    """
    Move what the last server has left in the journal file, which is removed then.

    A file that does not follow this database, as beside an older copy of it, is set aside.

    Returns:
        the number of the last frame that is in the database.

    Raises:
        sqlite3.Error: the database cannot be written.
        OSError: the file cannot be read or removed.
    """
    frames = read(database)
    moved = recover(connection, frames)
    if frames and frames[-1].number > moved:
        set_aside(database)
        _log.warn("The journal file does not follow {path}; it was set aside", path=str(database))
    remove(database)
    return moved
