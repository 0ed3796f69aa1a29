"""
The file that a server keeps everything in: found, checked, held and brought up to date.

Everything here is synchronous, and may take seconds for a large file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted_chat.store.sqlite.errors import BadDatabase, damaged, in_words
from twisted_chat.store.sqlite.files.copies import completed, copy, partial_of, writing
from twisted_chat.store.sqlite.files.location import look_at_folder, may, real, this_user
from twisted_chat.store.sqlite.files.lock import Lock
from twisted_chat.store.sqlite.functions import add_functions
from twisted_chat.store.sqlite.migrations import (
    APPLICATION_ID,
    SCHEMA,
    StepFailed,
    read_migrations,
    shape,
    shape_after,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted_chat.store.sqlite.migrations import Migration

__all__ = [
    "BadDatabase",
    "connect",
    "connect_alone",
    "find",
    "open_database",
    "require",
]

# Seconds to wait for another program that writes.
_BUSY_TIMEOUT = 5.0
# Bytes that the write-ahead log is cut down to, when a long reader has let it grow.
_WAL_SIZE = 16 * 1024 * 1024
# Deleted text must not be readable in the file.
_FORGET = "PRAGMA secure_delete = ON"
# What SQLite needs for a moment: copies of the pages that a statement or a savepoint changes, and
# large sorts.  In a file, in SQLITE_TMPDIR or /var/tmp, they would cost more than writing the
# lines does, and what was said would stand there too.  In memory, a sort of a million private
# messages takes 50 MB; what is written at once is limited by the journal file.  Upgrades, which
# change whole tables, do without.
_NOWHERE_ELSE = "PRAGMA temp_store = MEMORY"
# Features of SQLite that the schema needs, and a statement that works only with each.
_NEEDED = {
    "FTS5": "CREATE VIRTUAL TABLE found USING fts5(text)",
    "JSON": "SELECT json_extract('[1]', '$[0]')",
}


class Database(sqlite3.Connection):
    """
    A connection that keeps other servers away from its file until it is closed.
    """

    lock: Lock | None = None

    def close(self) -> None:
        """
        Close the connection, and let others have the file.
        """
        super().close()
        if self.lock is not None:
            self.lock.release()

    def close_but_hold(self) -> Lock | None:
        """
        Close the connection, and return the lock against other servers, which stays.
        """
        lock, self.lock = self.lock, None
        self.close()
        return lock


def open_database(path: Path, migrations: Path = SCHEMA) -> Database:
    """
    Open the database of a server, which nobody else can open so until it is closed.

    The file is made if there is none, checked, and brought up to the newest schema, step by step,
    with a copy such as ``chat.db.before-0002`` before each.  Transactions begin with an explicit
    ``BEGIN`` only.  A connection belongs to the thread that opens it, and does not survive a fork.

    Args:
        path: of the file; beside it ``.lock`` appears, and ``-wal`` and ``-shm`` while it is open.
        migrations: the folder of 0001.sql, 0002.sql and so on.

    Raises:
        BadDatabase: it cannot be opened; the file is unchanged.
    """
    steps = read_migrations(migrations)
    path = real(path)
    require(_NEEDED)
    with in_words(path), contextlib.ExitStack() as stack:
        look_at_folder(path)
        if path.exists():
            # Nothing is to appear beside a file that is not ours.
            find(path).close()
        lock = Lock(path, "another server; stop that one, or name another file.")
        stack.callback(lock.release)
        lock.take_name()
        if not path.exists():
            _create(path, steps)
        lock.take_file()
        connection = find(path)
        stack.callback(connection.close)
        _check(path, connection, steps)
        _migrate(path, connection, steps)
        _tune(path, connection)
        stack.pop_all()
        connection.lock = lock
        return connection


def connect(
    path: Path, migrations: Path = SCHEMA, *, sync: str = "normal", reading: bool = False
) -> Database:
    """
    Open a database to read and write it beside a server, or without one.

    It has to be there, and of the newest schema.

    Args:
        path: of the file.
        migrations: the folder of 0001.sql, 0002.sql and so on.
        sync: ``full`` for each transaction on the disk, ``normal`` to leave that to the system.
        reading: open it read-only.

    Raises:
        BadDatabase: the database cannot be used.
    """
    newest = len(read_migrations(migrations))
    path = real(path)
    with in_words(path), contextlib.ExitStack() as stack:
        connection = find(path, reading=reading)
        stack.callback(connection.close)
        if (version := _version(path, connection, newest)) < newest:
            raise BadDatabase(
                f"{path} is of schema {version}, not {newest}; "
                "start the server once to upgrade it."
            )
        if not reading:
            _tune(path, connection, sync)
        stack.pop_all()
        return connection


def connect_alone(path: Path) -> Database:
    """
    Open a database as `connect` does, but only while no server has it, nor takes it until the end.

    Raises:
        BadDatabase: the database cannot be used.
    """
    path = real(path)
    with in_words(path), contextlib.ExitStack() as stack:
        # Nothing is to appear beside a file that is not ours.
        find(path).close()
        lock = Lock(path, "a server; stop that one first.")
        stack.callback(lock.release)
        lock.take_name()
        lock.take_file()
        connection = connect(path)
        stack.pop_all()
        connection.lock = lock
        return connection


def find(path: Path, *, reading: bool = False) -> Database:
    """
    Connect to a database of any schema of ours.

    Args:
        path: of the file.
        reading: open it read-only.

    Raises:
        BadDatabase: it is not, or is not there.
        sqlite3.Error: it cannot be read.
        OSError: likewise.
    """
    if not path.exists():
        raise BadDatabase(f"There is no file {path}; name a database that exists.")
    if not path.is_file():
        raise BadDatabase(f"{path} is not a file; name another one.")
    if not may(path, os.R_OK):
        raise BadDatabase(
            f"{path} cannot be read by {this_user()}; change its owner or permissions."
        )
    if not reading and not may(path, os.W_OK):
        raise BadDatabase(
            f"{path} cannot be read and written by {this_user()}; change its owner or permissions."
        )
    if not path.stat().st_size:
        raise BadDatabase(
            f"{path} is empty; restore a copy, or remove it to start with a new one."
        )
    with contextlib.ExitStack() as stack:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{_mode(path, reading=reading)}",
            uri=True,
            timeout=_BUSY_TIMEOUT,
            isolation_level=None,
            factory=Database,
        )
        stack.callback(connection.close)
        if _pragma(connection, "application_id") != APPLICATION_ID:
            raise BadDatabase(
                f"{path} is not a database of Twisted Chat; name another file, or restore a copy."
            )
        add_functions(connection)
        stack.pop_all()
        return connection


def _mode(path: Path, *, reading: bool) -> str:
    """
    Return how SQLite is to open a file, see https://sqlite.org/uri.html.
    """
    file = Path(os.path.realpath(path))
    if not reading or (may(file, os.W_OK) and may(file.parent, os.W_OK)):
        return "mode=rw"
    # Where nothing may appear beside it: without a -wal it is all there is, and nobody writes it.
    return "mode=ro" if os.path.lexists(f"{file}-wal") else "immutable=1"


def require(needed: Mapping[str, str]) -> None:
    """
    Check that SQLite can do what is needed.

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


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value


def _create(path: Path, steps: Sequence[Migration]) -> None:
    # Under another name first: no file of the right name is ever empty.
    partial_of(path).unlink(missing_ok=True)
    with completed(path) as partial, contextlib.closing(writing(partial)) as connection:
        for step in steps:
            try:
                step.run(connection)
            except StepFailed as error:
                cause = error.__cause__
                if getattr(cause, "sqlite_errorcode", 0) != sqlite3.SQLITE_FULL:
                    raise
                # There is no file yet that could stay as it was.
                assert cause is not None
                raise cause from None


def _version(path: Path, connection: sqlite3.Connection, newest: int) -> int:
    version: int = _pragma(connection, "user_version")
    if version < 1:
        raise damaged(path, f"it claims to be of schema {version}")
    if version > newest:
        raise BadDatabase(
            f"{path} was written by a newer Twisted Chat "
            f"(schema {version}, this one knows {newest}); install that one, or restore a copy."
        )
    return version


def _check(path: Path, connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    version = _version(path, connection, len(steps))
    if (found := _pragma(connection, "quick_check(1)")) != "ok":
        raise damaged(path, found)
    is_there, wanted = shape(connection), shape_after(steps[:version])
    later = shape_after(steps) - wanted if version < len(steps) else set()
    if wrong := (wanted - is_there) | (later & is_there):
        raise damaged(path, f"its {min(wrong)} is not as in schema {version}")


def _migrate(path: Path, connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    # A step may rebuild a table, which is only possible without foreign keys; each step checks
    # them at its end.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(_FORGET)
    for step in steps[_pragma(connection, "user_version") :]:
        before = path.with_name(f"{path.name}.before-{step.number:04}")
        partial_of(before).unlink(missing_ok=True)
        # A copy that is there already gives way to one that is known to be good.
        with completed(before) as partial:
            copy(path, connection, partial)
        step.run(connection)


def _tune(path: Path, connection: sqlite3.Connection, sync: str = "normal") -> None:
    if _pragma(connection, "journal_mode = WAL") != "wal":
        raise BadDatabase(f"{path} cannot have a write-ahead log; put it on a local disk.")
    connection.execute(f"PRAGMA synchronous = {sync}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(_FORGET)
    connection.execute(_NOWHERE_ELSE)
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_SIZE}")
