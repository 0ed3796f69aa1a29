"""
Maintenance of a database for the admin program, with or without a running server.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from twisted_chat.store.journal.segments import read
from twisted_chat.store.sqlite.database import connect, find
from twisted_chat.store.sqlite.errors import BadDatabase, damage_told, in_words
from twisted_chat.store.sqlite.files.copies import completed, copy
from twisted_chat.store.sqlite.files.location import look_at_folder
from twisted_chat.store.sqlite.functions import add_functions
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.pruning import Pruning
from twisted_chat.store.sqlite.search_index import begin_again, index_some
from twisted_chat.store.sqlite.tables.journal import catch_up, recover

if TYPE_CHECKING:
    from collections.abc import Iterator

# How errors name the copy that `check` reads, which has no name.
_TEMPORARY = Path("a temporary copy")
# Lines of one step, and seconds between two steps, in which a server can write.
_STEP = 200
_PAUSE = 0.01
# The table that says how far the index is; before schema 2 it had no column of this name.
_INDEX = "SELECT * FROM pragma_table_info('indexed') WHERE name = 'folding'"
_OLD_INDEX = (
    "SELECT * FROM pragma_table_info('indexed') WHERE name = 'up_to' AND NOT EXISTS "
    "(SELECT * FROM pragma_table_info('indexed') WHERE name = 'folding')"
)
_FTS_TABLES = """
SELECT name FROM sqlite_schema
WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'
"""


def back_up(source: Path, target: Path) -> None:
    """
    Copy a database as it is at one moment; a server may write to it meanwhile.

    What stands in the journal file is in the copy too.  The copy is verified, and on the disk.

    Raises:
        BadDatabase: the database cannot be used, or the target exists.
    """
    with (
        in_words(source),
        contextlib.closing(find(source, reading=True)) as connection,
        in_words(target),
    ):
        look_at_folder(target)
        with completed(target) as partial:
            if os.path.lexists(target):
                raise BadDatabase(f"{target} already exists; name another file.")
            # Before the copy is made: what is moved meanwhile is in it already.
            frames = read(source)

            def complete(copied: sqlite3.Connection) -> None:
                add_functions(copied)
                recover(copied, frames)

            copy(source, connection, partial, complete)


def check(path: Path) -> list[str]:
    """
    Return what is damaged in a database, one line each; empty if nothing is.

    It reads a copy, in SQLite's folder for temporary files, so that a server can write meanwhile.

    Raises:
        BadDatabase: it cannot be read at all.
    """
    with (
        in_words(path),
        contextlib.closing(find(path, reading=True)) as connection,
        contextlib.closing(sqlite3.connect("", isolation_level=None)) as copied,
    ):
        with in_words(_TEMPORARY), damage_told(path):
            connection.backup(copied)
        # SQLite's findings may have several lines.
        return [" ".join(fault.splitlines()) for fault in _faults(copied)]


def is_newer(path: Path) -> bool:
    """
    Return whether a database was written by a newer Twisted Chat, and needs it.

    Raises:
        BadDatabase: it cannot be read at all.
    """
    with in_words(path), contextlib.closing(find(path, reading=True)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version > len(read_migrations(SCHEMA)))


def prune(path: Path, before: int) -> int:
    """
    Delete history from before a time, in microseconds since the epoch, a little at a time.

    Returns:
        the number of deleted entries.

    Raises:
        BadDatabase: the database cannot be used, or not to the end.
    """
    deleted = 0
    with in_words(path), contextlib.closing(connect(path)) as connection:
        begin_again(connection)
        catch_up(connection, path)
        pruning = Pruning()
        while step := pruning.step(connection, before, _STEP):
            deleted += step
            time.sleep(_PAUSE)
    return deleted


def _faults(connection: sqlite3.Connection) -> Iterator[str]:
    for look in (_broken_pages, _broken_references, _broken_indices):
        try:
            yield from look(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            # The latter if SQLite quotes a name that is not text.
            yield str(error)


def _broken_pages(connection: sqlite3.Connection) -> Iterator[str]:
    for (found,) in connection.execute("PRAGMA integrity_check"):
        if found != "ok":
            yield found


def _broken_references(connection: sqlite3.Connection) -> Iterator[str]:
    for table, row, other, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} refers to none in {other}"


def _broken_indices(connection: sqlite3.Connection) -> Iterator[str]:
    # The index of an older schema is deleted when the database is migrated.
    if connection.execute(_OLD_INDEX).fetchone() is not None:
        return
    if connection.execute(_INDEX).fetchone() is not None:
        add_functions(connection)
        begin_again(connection)
        # The latest lines are not indexed yet.
        while index_some(connection):
            pass
    for (name,) in connection.execute(_FTS_TABLES).fetchall():
        quoted = '"{}"'.format(name.replace('"', '""'))
        # With rank 1 the index is compared with the text, see https://sqlite.org/fts5.html.
        question = f"INSERT INTO {quoted}({quoted}, rank) VALUES ('integrity-check', 1)"  # noqa: S608  # quoted
        try:
            connection.execute(question)
        except sqlite3.DatabaseError as error:
            yield f"the index {name} does not match its text: {error}"
