"""
Pruning: deletes old lines, audit entries and reports, and rooms that are gone.

This is the one place where that is deleted by age, and lines and messages by number.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.store.sqlite.tables.ahead import Ahead

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    _Forget = Callable[[sqlite3.Connection, str], int]

#: More than any id.
EVERY_ID = 2**63 - 1

# Of the audit trail and the reports, not everything that is old.
_MAY_GO = {
    "audit": (
        "AND NOT EXISTS (SELECT * FROM sanction WHERE sanction.room = audit.room AND kind = deed "
        "AND sanction.by = audit.nick AND sanction.until = audit.until)"
    ),
    "report": "AND is_read",
}
_THESE = "id IN (SELECT value FROM json_each(?))"
# A room is kept by what was said in it, by users who come back to it, and by decisions about it.
# The audit trail keeps only its name, and who came and went without a word keeps nothing.
_IS_KEPT = " OR ".join(
    f"EXISTS (SELECT * FROM {table} WHERE {table}.room = ?1{which})"  # noqa: S608  # these
    for table, which in {
        "seat": "",
        "room_state": "",
        "standing": "",
        "line": " AND (number > ?2 OR kind NOT IN ('joined', 'left', 'renamed'))",
    }.items()
)


_IS_GONE = f"SELECT EXISTS (SELECT * FROM room WHERE id = ?1) AND NOT ({_IS_KEPT})"  # noqa: S608  # only marks


def oldest(
    connection: sqlite3.Connection, table: str, rows: int, end: int, until: float = math.inf
) -> str:
    """
    Return the least ids of ``table`` that may be deleted, as JSON, at most ``rows``.

    Args:
        end: only ids that are less.
        until: only rows from before this time, in seconds since the epoch.
    """
    (ids,) = connection.execute(
        "SELECT json_group_array(id) FROM (SELECT id FROM "  # noqa: S608  # names of ours
        f"{table} WHERE id < ? AND at < ? {_MAY_GO.get(table, '')} ORDER BY id LIMIT ?)",
        (end, until, rows),
    ).fetchone()
    return str(ids)


def forget_lines(connection: sqlite3.Connection, ids: str) -> int:
    """
    Delete these lines, and return how many they were.

    Their rooms keep how far they had counted: a number is never that of another line.
    """
    _count_on(connection, f"SELECT room, number FROM line WHERE {_THESE}", ids)  # noqa: S608  # ours
    return _delete(connection, "line", ids)


def forget_messages(connection: sqlite3.Connection, ids: str) -> int:
    """
    Delete these messages, and return how many they were.

    Those that nobody has read are counted as dropped.
    """
    connection.execute(
        f"INSERT INTO dropped SELECT addressee, count(*) FROM message WHERE {_THESE} AND waits "  # noqa: S608  # ours
        "GROUP BY addressee ON CONFLICT DO UPDATE SET messages = messages + excluded.messages",
        (ids,),
    )
    return _delete(connection, "message", ids)


def _forget_deeds(connection: sqlite3.Connection, ids: str) -> int:
    """
    Delete these entries of the audit trail, and return how many they were.
    """
    numbered = f"SELECT room, number - 1 AS number FROM audit WHERE {_THESE}"  # noqa: S608  # ours
    _count_on(connection, numbered, ids)
    return _delete(connection, "audit", ids)


def _forget_reports(connection: sqlite3.Connection, ids: str) -> int:
    """
    Delete these reports, and return how many they were.
    """
    return _delete(connection, "report", ids)


def _delete(connection: sqlite3.Connection, table: str, ids: str) -> int:
    return connection.execute(f"DELETE FROM {table} WHERE {_THESE}", (ids,)).rowcount  # noqa: S608  # ours


def _count_on(connection: sqlite3.Connection, numbered: str, ids: str) -> None:
    """
    Keep how far rooms had counted before lines are deleted: a room and a number each.
    """
    connection.execute(
        "UPDATE room SET pruned = max(pruned, last) "  # noqa: S608  # only marks
        f"FROM (SELECT room, max(number) AS last FROM ({numbered}) GROUP BY room) AS gone "
        "WHERE id = gone.room",
        (ids,),
    )


def prune_rooms(connection: sqlite3.Connection, rooms: Mapping[int, int]) -> list[int]:
    """
    Forget those of ``rooms`` that nothing keeps.

    Args:
        rooms: each with the number of its latest line; one that has later lines is in use again.

    Returns:
        which these were.
    """
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        gone = [
            room
            for room, latest in rooms.items()
            if connection.execute(_IS_GONE, (room, latest)).fetchone()[0]
        ]
        for table, column in (("line", "room"), ("room", "id")):
            connection.executemany(
                f"DELETE FROM {table} WHERE {column} = ?",  # noqa: S608  # one of two
                [(room,) for room in gone],
            )
    return gone


# What deletes the oldest of each table.
_TABLES: dict[str, _Forget] = {
    "line": forget_lines,
    "message": forget_messages,
    "audit": _forget_deeds,
    "report": _forget_reports,
}


@define
class Pruning:
    """
    Deletes what is from before a time, a little at a time.

    It keeps for each table how far it was searched for rows whose ids are ahead of their times.
    """

    _ahead: dict[str, Ahead] = field(
        init=False, factory=lambda: {table: Ahead(table) for table in _TABLES}
    )

    def step(self, connection: sqlite3.Connection, before: int, rows: int) -> int:
        """
        Delete the oldest of all from before a time, in one transaction.

        That is lines, messages, reports that were read, and of the audit trail what does not hold.

        Args:
            before: the time, in microseconds since the epoch.
            rows: the most of each.

        Returns:
            the number of deleted entries; 0 if none is left.
        """
        # All with lesser ids are as old.  They are looked for outside the transaction, for which
        # others wait.
        found = [
            oldest(connection, table, rows, max(before, ahead.last(connection) + 1), before / 1e6)
            for table, ahead in self._ahead.items()
        ]
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            return sum(
                forget(connection, ids)
                for forget, ids in zip(_TABLES.values(), found, strict=True)
            )
