"""
The file that a server keeps everything in: found, checked, held and brought up to date.

Everything here is synchronous, and may take seconds for a large file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from twisted_chat.store.copies import completed, copy, marks
from twisted_chat.store.faults import BadDatabase, damaged, in_words
from twisted_chat.store.migrations import APPLICATION_ID, SCHEMA, missing, read_migrations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.store.migrations import Migration

__all__ = ["BadDatabase", "open_database", "path_of"]

# Seconds to wait for another program that writes.
_BUSY_TIMEOUT = 5.0
# Bytes that the write-ahead log is cut down to, when a long reader has let it grow.
_WAL_SIZE = 16 * 1024 * 1024
# What the schema needs of SQLite, and a statement that only works where it is.
_NEEDED = {
    "FTS5": "CREATE VIRTUAL TABLE found USING fts5(text)",
    "JSON": "SELECT json_extract('[1]', '$[0]')",
}


class Database(sqlite3.Connection):
    """
    A connection that keeps other servers away from its file until it is closed.
    """

    lock = -1

    def close(self) -> None:
        """
        Close the connection, and let others have the file.
        """
        super().close()
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1


def path_of(url: str, directory: Path = Path()) -> Path | None:
    """
    Return the path of a database, or None for one that is to stay in memory.

    Args:
        url: ``sqlite:///chat.db``, ``sqlite:////srv/chat/chat.db`` or ``memory:``.
        directory: where a relative path begins.

    Raises:
        BadDatabase: it is something else.
    """
    if url == "memory:":
        return None
    match = re.fullmatch(r"sqlite:///([^?#]+)", url)
    if match is None or not url.isprintable() or ":memory:" in url:
        raise BadDatabase(
            f"{url!r} is no database; "
            "write sqlite:///chat.db, sqlite:////srv/chat/chat.db, or memory:."
        )
    return directory / match[1]


def open_database(path: Path, migrations: Path = SCHEMA) -> sqlite3.Connection:
    """
    Open the database of a server, which nobody else can open so until it is closed.

    The file is made if there is none, checked, and brought up to the newest schema, step by step,
    with a copy such as ``chat.db.before-0002`` before each.  Transactions begin with an explicit
    ``BEGIN`` only.  A connection belongs to the thread that opens it, and does not survive a fork.

    Args:
        path: of the file; beside it ``.lock`` appears, and ``-wal`` and ``-shm`` while it is open.
        migrations: the folder of 0001.sql, 0002.sql and so on.

    Raises:
        BadDatabase: that cannot be; what was in the file still is.
    """
    steps = read_migrations(migrations)
    require(_NEEDED)
    with in_words(path), contextlib.ExitStack() as stack:
        _look_at(path)
        lock = _lock(path)
        stack.callback(os.close, lock)
        if not path.exists():
            _create(path, steps)
        connection = _connect(path)
        stack.callback(connection.close)
        _check(path, connection, len(steps))
        _migrate(path, connection, steps)
        if lacking := missing(connection, steps):
            raise damaged(path, f"{', '.join(lacking)} should be there and is not")
        _tune(path, connection)
        stack.pop_all()
        connection.lock = lock
        return connection


def require(needed: Mapping[str, str]) -> None:
    """
    Look that SQLite can do what is needed.

    Args:
        needed: a statement for each thing, by its name.

    Raises:
        BadDatabase: it cannot.
    """
    for name, statement in needed.items():
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            try:
                connection.execute(statement)
            except sqlite3.Error as error:
                raise BadDatabase(
                    f"This Python's SQLite {sqlite3.sqlite_version} has no {name}; "
                    "use a Python whose SQLite has it."
                ) from error


def _look_at(path: Path) -> None:
    if not path.parent.is_dir():
        raise BadDatabase(f"There is no folder {path.parent} for {path.name}; make it.")
    if path.exists() and not path.is_file():
        raise BadDatabase(f"{path} is no file; name one.")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise BadDatabase(f"{path} may not be read and written; let this user do both.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadDatabase(f"The folder {path.parent} may not be written; let this user do so.")


def _lock(path: Path) -> int:
    """
    Keep other servers away from the file, whatever name they know it by.

    Returns:
        a descriptor; the kernel lets go when it is closed, at the latest when the process ends.
    """
    real = os.path.realpath(path)
    lock = os.open(f"{real}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise BadDatabase(
            f"{path} is in use by another server; stop that one, or name another file."
        ) from error
    return lock


def _create(path: Path, steps: list[Migration]) -> None:
    # Under another name first: no file of the right name is ever empty.
    real = Path(os.path.realpath(path))
    real.with_name(f"{real.name}.partial").unlink(missing_ok=True)
    with completed(real) as partial, contextlib.closing(_connect(partial)) as connection:
        for step in steps:
            step.run(connection)


def _connect(path: Path) -> Database:
    """
    Connect to a file that must be there.
    """
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_BUSY_TIMEOUT,
        isolation_level=None,
        factory=Database,
    )


def _check(path: Path, connection: sqlite3.Connection, newest: int) -> None:
    application, version = marks(connection)
    if not path.stat().st_size:
        raise BadDatabase(f"{path} is empty; restore a copy, or remove it to begin anew.")
    if application != APPLICATION_ID or version < 1:
        raise BadDatabase(f"{path} is the database of another program; name another file.")
    if version > newest:
        raise BadDatabase(
            f"{path} was written by a newer Twisted Chat "
            f"(schema {version}, this one knows {newest}); install that one, or restore a copy."
        )
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise damaged(path, found)


def _migrate(path: Path, connection: sqlite3.Connection, steps: list[Migration]) -> None:
    # A step may make a table anew, which is only possible without; each checks them at its end.
    connection.execute("PRAGMA foreign_keys = OFF")
    _, version = marks(connection)
    for step in steps[version:]:
        before = path.with_name(f"{path.name}.before-{step.number:04}")
        before.with_name(f"{before.name}.partial").unlink(missing_ok=True)
        with completed(before) as partial:
            copy(connection, partial)
        try:
            step.run(connection)
        except sqlite3.Error as error:
            raise BadDatabase(
                f"{path} stays as it was, at schema {step.number - 1}: "
                f"{step.name} cannot be applied: {error}."
            ) from error


def _tune(path: Path, connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise BadDatabase(f"{path} cannot have a write-ahead log; put it on a local disk.")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_SIZE}")
