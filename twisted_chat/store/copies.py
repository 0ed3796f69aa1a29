"""
Copies of a database: whole and verified, or not there at all.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from twisted_chat.store.faults import BadDatabase, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def completed(target: Path) -> Iterator[Path]:
    """
    Yield a new, empty file, which becomes ``target`` when the block ends well, and else vanishes.

    Nobody but its owner may read it, and once it is there it outlasts a loss of power.

    Raises:
        FileExistsError: another copy is being made there, or was interrupted.
    """
    partial = target.with_name(f"{target.name}.partial")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield partial
        _sync(partial)
        partial.rename(target)
        _sync(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def copy(source: sqlite3.Connection, target: Path) -> None:
    """
    Copy a database as it is at this moment into an empty file, and read all of the copy.

    Raises:
        sqlite3.Error: it cannot be copied.
        BadDatabase: the copy is damaged, so the original is.
    """
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as connection:
        # Nobody is to see it before it is complete, and then it is synced as a whole.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        source.backup(connection)
    with contextlib.closing(reading(target)) as connection:
        if marks(connection) != marks(source):
            raise BadDatabase(f"{target} did not become a copy; try again.")
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise damaged(target, found)


def reading(path: Path) -> sqlite3.Connection:
    """
    Open a file that nobody writes, and that is as it is; nothing appears beside it.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """
    Return whose database it is, and of which schema.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
