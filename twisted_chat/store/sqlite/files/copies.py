"""
Copies of a database: whole and verified, or not there at all.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from twisted_chat.store.sqlite.errors import BadDatabase, damage_told, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def completed(target: Path) -> Iterator[Path]:
    """
    Yield a new, empty file, which becomes ``target`` when the block ends well, and else vanishes.

    Nobody but its owner may read it, and once it is there it outlasts a loss of power.

    Raises:
        BadDatabase: another copy is being made there, or was interrupted.
    """
    partial = partial_of(target)
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise BadDatabase(
            f"{partial} is in the way; remove it, unless another copy is being made there."
        ) from error
    try:
        yield partial
        _sync(partial)
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def partial_of(target: Path) -> Path:
    """
    Return how a file is called until it is complete.
    """
    return target.with_name(f"{target.name}.partial")


def writing(partial: Path) -> sqlite3.Connection:
    """
    Open a file that is not complete, and that nobody else sees before it is.
    """
    connection = sqlite3.connect(partial, isolation_level=None)
    # A kill leaves nothing beside it, and it is synced as a whole.
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def copy(
    path: Path,
    source: sqlite3.Connection,
    target: Path,
    complete: Callable[[sqlite3.Connection], object] = bool,
) -> None:
    """
    Copy a database as it is at this moment into an empty file, and read all of the copy.

    Args:
        path: of the database, to tell of it.
        source: a connection to it.
        target: the empty file.
        complete: adds what the copy is to have besides.

    Raises:
        sqlite3.Error: the copy cannot be written.
        BadDatabase: the database is damaged.
    """
    with contextlib.closing(writing(target)) as connection, damage_told(path):
        source.backup(connection)
        complete(connection)
    with contextlib.closing(_reading(target)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise damaged(path, found)


def _reading(path: Path) -> sqlite3.Connection:
    """
    Open a file that nobody writes, and that is as it is; nothing appears beside it.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
