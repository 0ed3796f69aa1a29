"""
Decisions about rooms and users, in SQLite.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import astuple, evolve

from twisted_chat.store.decisions import (
    Audited,
    Modes,
    Rank,
    Reported,
    ReportRead,
    RoomGone,
    RoomState,
    Sanction,
    SanctionEnded,
    Standing,
    StandingEnded,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from twisted_chat.store.interface import Snapshot


def load(connection: sqlite3.Connection, kept: Snapshot) -> Snapshot:
    """
    Return ``kept`` with all that was decided.
    """
    (last_id,) = connection.execute(
        "SELECT max(coalesce((SELECT max(id) FROM sanction), 0),"
        " coalesce((SELECT max(id) FROM audit), 0), coalesce((SELECT max(id) FROM report), 0))"
    ).fetchone()
    # However much of a room was deleted because it is old: a number is never given twice.
    numbers = dict(
        connection.execute(
            "SELECT room, max(number) - 1 FROM ("
            "SELECT room, public_from AS number FROM room_state"
            " UNION ALL SELECT room, since FROM standing UNION ALL SELECT room, number FROM audit"
            ") GROUP BY room"
        )
    )
    (last_room,) = connection.execute(
        "SELECT max(coalesce((SELECT max(room) FROM audit), 0),"
        " coalesce((SELECT max(room) FROM report), 0),"
        " coalesce((SELECT max(id) FROM room WHERE key GLOB '#*'), 0))"
    ).fetchone()
    (unread,) = connection.execute("SELECT count(*) FROM report WHERE NOT is_read").fetchone()
    return evolve(
        kept,
        rooms=tuple(
            evolve(room, number=max(room.number, numbers.get(room.id, 0))) for room in kept.rooms
        ),
        last_id=max(kept.last_id, last_id),
        states=tuple(map(_state, connection.execute("SELECT * FROM room_state"))),
        standings=tuple(
            Standing(room, author, name, Rank(rank), since)
            for room, author, name, rank, since in connection.execute("SELECT * FROM standing")
        ),
        sanctions=tuple(
            Sanction(*row) for row in connection.execute("SELECT * FROM sanction ORDER BY id")
        ),
        unread=unread,
        last_room=last_room,
    )


def _state(row: tuple[Any, ...]) -> RoomState:
    room, topic, public_from, private, moderated, members, topic_locked, slow, history, word = row
    modes = Modes(
        private=bool(private),
        moderated=bool(moderated),
        members=bool(members),
        topic_locked=bool(topic_locked),
        slow=slow,
        history=bool(history),
        password=word,
    )
    return RoomState(room, topic, modes, public_from)


def audit(
    connection: sqlite3.Connection,
    count: int,
    first: Mapping[int, int],
    room: int | None,
    before: int,
) -> list[Audited]:
    """
    Return the latest of the audit trail, as `Store.audit` does.
    """
    chosen = "audit.room = ?4 AND" if room is not None else ""
    rows = connection.execute(
        f"SELECT audit.* FROM audit WHERE {chosen} number >= "  # noqa: S608  # nothing of anybody's
        "coalesce((SELECT value FROM json_each(?1) WHERE key = CAST(audit.room AS TEXT)), 0)"
        " AND id < ?3 ORDER BY id DESC LIMIT ?2",
        (json.dumps(first), count, before, room)[: 3 + bool(chosen)],
    )
    return [Audited(*row) for row in rows][::-1]


def reports(
    connection: sqlite3.Connection, count: int, unread: bool, before: int
) -> list[Reported]:
    """
    Return the latest reports, as `Store.reports` does.
    """
    chosen = "NOT is_read AND" if unread else ""
    rows = connection.execute(
        f"SELECT * FROM report WHERE {chosen} id < ? ORDER BY id DESC LIMIT ?",  # noqa: S608  # nothing of anybody's
        (before, count),
    )
    return [evolve(Reported(*row), is_read=bool(row[-1])) for row in rows][::-1]


def _set_rooms(connection: sqlite3.Connection, states: Iterable[RoomState]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO room_state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(state.room, state.topic, state.public_from, *astuple(state.modes)) for state in states],
    )


def _forget_rooms(connection: sqlite3.Connection, rooms: Iterable[RoomGone]) -> None:
    gone = list(rooms)
    for table in ("room_state", "standing", "sanction"):
        connection.executemany(
            f"DELETE FROM {table} WHERE room = ?",  # noqa: S608  # one of these
            [(room.room,) for room in gone],
        )
    closed = [(each.room,) for each in gone if each.was_closed]
    connection.executemany("DELETE FROM seat WHERE room = ?", closed)
    # No room's name begins so, and this name becomes free.
    connection.executemany("UPDATE room SET key = '#' || id WHERE id = ?", closed)
    hiding = [each for each in gone if each.public_from > 1]
    _set_rooms(
        connection, [RoomState(each.room, "", Modes(), each.public_from) for each in hiding]
    )


def _doing(statement: str) -> Callable[[sqlite3.Connection, Iterable[Any]], None]:
    def do(connection: sqlite3.Connection, decisions: Iterable[Any]) -> None:
        connection.executemany(statement, map(astuple, decisions))

    return do


#: The function that keeps each kind of decision.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    RoomState: _set_rooms,
    RoomGone: _forget_rooms,
    Standing: _doing("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?)"),
    StandingEnded: _doing("DELETE FROM standing WHERE room = ? AND author = ?"),
    Sanction: _doing("INSERT OR REPLACE INTO sanction VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    SanctionEnded: _doing("DELETE FROM sanction WHERE id = ?"),
    Audited: _doing("INSERT OR REPLACE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    Reported: _doing("INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    ReportRead: _doing("UPDATE report SET is_read = 1 WHERE id = ?"),
}
