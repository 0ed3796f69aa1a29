"""
The schema in numbered steps: 0001.sql makes the tables, each later one changes them.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path

from attrs import field, frozen

#: Marks a file as Twisted Chat's (see https://sqlite.org/pragma.html#pragma_application_id).
APPLICATION_ID = int.from_bytes(b"TwCh")
#: The package's own steps.
SCHEMA = Path(__file__).parent / "schema"

# Tables, indices and triggers with their columns.  The tables in which a virtual one keeps what it
# has are left out: each version of SQLite may make its own.
_SHAPE = """
SELECT part.type || ' ' || part.name || coalesce('.' || "column".name, '')
FROM sqlite_schema AS part LEFT JOIN pragma_table_xinfo(part.name) AS "column"
WHERE part.name NOT GLOB 'sqlite_*' AND NOT EXISTS (
    SELECT * FROM sqlite_schema AS owner
    WHERE owner.sql LIKE 'CREATE VIRTUAL TABLE%' AND part.name GLOB owner.name || '_*'
)
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
            sqlite3.Error: it cannot be taken.
        """
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {self.number};"
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{self.sql}\n;{marks}")
            # What a table that is made anew needs switched off; so it is looked at here.
            if (row := connection.execute("PRAGMA foreign_key_check").fetchone()) is not None:
                raise sqlite3.IntegrityError(f"a row of {row[0]} refers to none in {row[2]}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def read_migrations(folder: Path) -> list[Migration]:
    """
    Return the steps in ``folder``, in order.

    Raises:
        ValueError: their numbers are not 0001, 0002 and so on; a mistake of ours.
    """
    paths = sorted(folder.glob("*.sql"))
    for number, path in enumerate(paths, 1):
        if not re.fullmatch(rf"{number:04}\.sql", path.name):
            raise ValueError(f"{path} should be {number:04}.sql")
    if not paths:
        raise ValueError(f"{folder} has no 0001.sql")
    return [Migration(number, path.read_text("utf-8")) for number, path in enumerate(paths, 1)]


def missing(connection: sqlite3.Connection, migrations: list[Migration]) -> list[str]:
    """
    Return what those steps make and this database does not have, such as ``table lines.text``.
    """
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        for migration in migrations:
            migration.run(model)
        wanted = {row[0] for row in model.execute(_SHAPE)}
    return sorted(wanted - {row[0] for row in connection.execute(_SHAPE)})
