"""
Pruning: deletes old lines, audit entries and reports, and rooms that are gone.

This is the one place where that is deleted by age, and lines and messages by number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

#: More than any id.
EVERY_ID = 2**63 - 1

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


def prune(connection: sqlite3.Connection, before: int, rows: int) -> int:
    """
    Delete the oldest of all whose id is less than ``before``, in one transaction.

    That is lines, messages, reports that were read, and of the audit trail what does not hold.

    Args:
        rows: the most of each.

    Returns:
        the number of deleted entries; 0 if none is left.
    """
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        kinds = forget_lines, forget_messages, _forget_deeds, _forget_reports
        return sum(forget(connection, before, rows) for forget in kinds)


def forget_lines(connection: sqlite3.Connection, before: int, rows: int) -> int:
    """
    Delete the oldest lines whose id is less than ``before``, at most ``rows``.

    Their rooms keep how far they had counted: a number is never that of another line.

    Returns:
        the number of deleted entries.
    """
    oldest = "id IN (SELECT id FROM line WHERE id < ? ORDER BY id LIMIT ?)"
    numbered = f"SELECT room, number FROM line WHERE {oldest}"  # noqa: S608  # only marks
    _count_on(connection, numbered, before, rows)
    return _delete(connection, "line", oldest, before, rows)


def forget_messages(connection: sqlite3.Connection, before: int, rows: int) -> int:
    """
    Delete the oldest messages whose id is less than ``before``, at most ``rows``.

    Those that nobody has read are counted as dropped.

    Returns:
        the number of deleted entries.
    """
    oldest = "id IN (SELECT id FROM message WHERE id < ? ORDER BY id LIMIT ?)"
    connection.execute(
        f"INSERT INTO dropped SELECT addressee, count(*) FROM message WHERE {oldest} AND waits "  # noqa: S608  # only marks
        "GROUP BY addressee ON CONFLICT DO UPDATE SET messages = messages + excluded.messages",
        (before, rows),
    )
    return _delete(connection, "message", oldest, before, rows)


def _forget_deeds(connection: sqlite3.Connection, before: int, rows: int) -> int:
    """
    Delete the oldest of the audit trail, except what tells of a ban or mute that holds.
    """
    oldest = (
        "id IN (SELECT id FROM audit WHERE id < ? AND NOT EXISTS ("
        "SELECT * FROM sanction WHERE sanction.room = audit.room AND kind = deed "
        "AND sanction.by = audit.nick AND sanction.until = audit.until"
        ") ORDER BY id LIMIT ?)"
    )
    numbered = f"SELECT room, number - 1 AS number FROM audit WHERE {oldest}"  # noqa: S608  # only marks
    _count_on(connection, numbered, before, rows)
    return _delete(connection, "audit", oldest, before, rows)


def _forget_reports(connection: sqlite3.Connection, before: int, rows: int) -> int:
    """
    Delete the oldest reports that an operator has read.
    """
    oldest = "id IN (SELECT id FROM report WHERE id < ? AND is_read ORDER BY id LIMIT ?)"
    return _delete(connection, "report", oldest, before, rows)


def _delete(
    connection: sqlite3.Connection, table: str, oldest: str, before: int, rows: int
) -> int:
    return connection.execute(
        f"DELETE FROM {table} WHERE {oldest}",  # noqa: S608  # only names and marks
        (before, rows),
    ).rowcount


def _count_on(connection: sqlite3.Connection, numbered: str, *values: object) -> None:
    """
    Keep how far rooms had counted before lines are deleted: a room and a number each.
    """
    connection.execute(
        "UPDATE room SET pruned = max(pruned, last) "  # noqa: S608  # only marks
        f"FROM (SELECT room, max(number) AS last FROM ({numbered}) GROUP BY room) AS gone "
        "WHERE id = gone.room",
        values,
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
