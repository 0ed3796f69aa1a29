"""
Rows that are written once: the same one again changes nothing, another one is refused.

After a failure a store is given again what it may have kept already, so a row that is there is no
error.  But if it is not the same one, then something was numbered twice, and to pass it over would
lose it in silence.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Collision(sqlite3.IntegrityError):
    """
    Something else is kept under the same id or number.  The text says what, without any words.
    """


class Once:
    """
    Inserts rows into a table once each.

    Args:
        table: its name.
        columns: those that are given values, in this order.
        same: those of them that never change, by which a row is the same one.
    """

    def __init__(self, table: str, columns: Sequence[str], same: Sequence[str]) -> None:
        self._table = table
        self._same = [(name, columns.index(name)) for name in same]
        marks = ", ".join("?" * len(columns))
        self._insert = (
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608  # only names
        )
        which = " AND ".join(f"{name} = ?" for name in same)
        self._find = f"SELECT 1 FROM {table} WHERE {which}"  # noqa: S608  # only names

    def insert(self, connection: sqlite3.Connection, row: Sequence[object]) -> bool:
        """
        Insert ``row``, and return whether it was not there.

        Raises:
            Collision: another one is in its place.
        """
        if connection.execute(self._insert, row).rowcount:
            return True
        self.require_same(connection, row)
        return False

    def require_same(self, connection: sqlite3.Connection, row: Sequence[object]) -> None:
        """
        Check that ``row`` is there.

        Raises:
            Collision: another one is in its place.
        """
        values = [row[place] for _, place in self._same]
        if connection.execute(self._find, values).fetchone() is None:
            place = ", ".join(f"{name} {row[index]!r}" for name, index in self._same)
            raise Collision(f"another {self._table} is kept in the place of {place}")
