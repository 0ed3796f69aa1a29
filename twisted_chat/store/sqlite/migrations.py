"""
The schema in numbered steps: 0001.sql makes the tables, each later one changes them.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from twisted_chat.store.sqlite.functions import add_functions

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Marks a file as Twisted Chat's (see https://sqlite.org/pragma.html#pragma_application_id).
APPLICATION_ID = int.from_bytes(b"TwCh")
#: The package's own steps.
SCHEMA = Path(__file__).parent / "schema"

# Tables, indices and triggers with their columns.  The tables behind a virtual one are left out:
# each version of SQLite may make its own.
_SHAPE = """
SELECT part.type || ' ' || part.name || coalesce('.' || "column".name, '')
FROM sqlite_schema AS part LEFT JOIN pragma_table_xinfo(part.name) AS "column"
WHERE part.name NOT GLOB 'sqlite_*' AND NOT EXISTS (
    SELECT * FROM sqlite_schema AS owner
    WHERE owner.sql LIKE 'CREATE VIRTUAL TABLE%' AND part.name GLOB owner.name || '_*'
)
"""


class StepFailed(Exception):
    """
    A step of the schema cannot be taken.  The text says which one, and why.
    """


@frozen
class Migration:
    """
    One step of the schema.

    Attributes:
        number: the schema that it leads to, from 1.
        sql: statements, none of which begins or ends a transaction.
    """

    number: int
    sql: str = field(repr=False)

    @property
    def name(self) -> str:
        """
        How its file is called.
        """
        return f"{self.number:04}.sql"

    def run(self, connection: sqlite3.Connection) -> None:
        """
        Take the step as a whole, or not at all.

        Raises:
            StepFailed: it cannot be taken.
        """
        # The triggers of its tables may use them.
        add_functions(connection)
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {self.number};"
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{self.sql}\n;{marks}")
            # Rebuilding a table needs foreign keys switched off, so they are checked here.
            if (row := connection.execute("PRAGMA foreign_key_check").fetchone()) is not None:
                raise StepFailed(f"{self.name} leaves a row of {row[0]} without its {row[2]}")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StepFailed(f"{self.name} cannot be applied: {error}") from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def read_migrations(folder: Path) -> list[Migration]:
    """
    Return the steps in ``folder``, in order.

    Raises:
        ValueError: their numbers are not 0001, 0002 and so on, which is our own mistake.
    """
    paths = sorted(folder.glob("*.sql"))
    for number, path in enumerate(paths, 1):
        if not re.fullmatch(rf"{number:04}\.sql", path.name):
            raise ValueError(f"{path} should be {number:04}.sql")
    if not paths:
        raise ValueError(f"{folder} has no 0001.sql")
    return [Migration(number, path.read_text("utf-8")) for number, path in enumerate(paths, 1)]


def shape(connection: sqlite3.Connection) -> set[str]:
    """
    Return the parts of a database, such as ``index lines_by_room`` and ``table lines.text``.
    """
    return {part for (part,) in connection.execute(_SHAPE)}


def shape_after(migrations: Sequence[Migration]) -> set[str]:
    """
    Return the parts of a database after these steps.
    """
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for migration in migrations:
            migration.run(connection)
        return shape(connection)
