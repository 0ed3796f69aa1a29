"""
Decisions about rooms and users, in SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import astuple, evolve, fields

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
from twisted_chat.store.settings import NOTIFY
from twisted_chat.store.sqlite.tables.once import Once

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

    from twisted_chat.store.snapshot import Snapshot

#: The columns of the audit trail, in the order of the fields of `Audited`.
AUDITED = ", ".join(field.name for field in fields(Audited))

_SANCTIONS = Once(
    "sanction", [field.name for field in fields(Sanction)], ["id", "room", "kind", "mask", "at"]
)
_LATEST = f"SELECT {AUDITED} FROM audit WHERE {{}} AND id < ? ORDER BY id DESC LIMIT ?"  # noqa: S608  # only names
# In a room, numbers ascend with ids.
_FIRST = """
SELECT id FROM audit WHERE room = ? AND open = ? AND number >= ? ORDER BY number, id LIMIT 1
"""


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
    (
        room, topic, public_from, private, moderated, members, topic_locked, slow, history, word,
        by, author, limit,
    ) = row  # fmt: skip
    modes = Modes(
        private=bool(private),
        moderated=bool(moderated),
        members=bool(members),
        topic_locked=bool(topic_locked),
        slow=slow,
        limit=limit,
        history=bool(history),
        password=word,
    )
    return RoomState(room, topic, modes, public_from, by, author)


def audit(
    connection: sqlite3.Connection,
    count: int,
    rooms: Mapping[int, int],
    before: int,
    *,
    is_everywhere: bool,
) -> list[Audited]:
    """
    Return the latest of the audit trail, as `Store.audit` does.

    That takes a few looks for each of ``rooms``, however many entries there are, and no scan of
    what may not be read.
    """
    found: dict[int, Audited] = {}
    if is_everywhere:
        _add(found, connection.execute(_LATEST.format("open"), (before, count)))
    for room, first in rooms.items():
        firsts = [
            connection.execute(_FIRST, (room, is_open, first)).fetchone() for is_open in (0, 1)
        ]
        since = min((row[0] for row in firsts if row), default=before)
        rows = connection.execute(
            _LATEST.format("room = ? AND id >= ?"), (room, since, before, count)
        )
        _add(found, rows)
    return [found[number] for number in sorted(found)[-count:]]


def _add(found: dict[int, Audited], rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        entry = Audited(*row)
        found[entry.id] = entry


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


def _row(state: RoomState) -> tuple[Any, ...]:
    modes = state.modes
    return (
        *(state.room, state.topic, state.public_from, modes.private, modes.moderated),
        *(modes.members, modes.topic_locked, modes.slow, modes.history, modes.password),
        *(state.topic_by, state.topic_author, modes.limit),
    )


def _set_rooms(connection: sqlite3.Connection, states: Iterable[RoomState]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO room_state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        map(_row, states),
    )


def _forget_rooms(connection: sqlite3.Connection, rooms: Iterable[RoomGone]) -> None:
    gone = list(rooms)
    for table in ("room_state", "standing", "sanction"):
        connection.executemany(
            f"DELETE FROM {table} WHERE room = ?",  # noqa: S608  # one of these
            [(room.room,) for room in gone],
        )
    closed = [(each.room,) for each in gone if each.was_closed]
    # What users have set and read of it ends too, as no room has its number again.
    for statement in (
        "DELETE FROM seat WHERE room = ?",
        "DELETE FROM read_mark WHERE room = ?",
        f"DELETE FROM setting WHERE name = '{NOTIFY}' || ?",  # noqa: S608  # only a name
    ):
        connection.executemany(statement, closed)
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


def _once(
    table: str, kind: type, *same: str
) -> Callable[[sqlite3.Connection, Iterable[Any]], None]:
    rows = Once(table, [field.name for field in fields(kind)], same)

    def do(connection: sqlite3.Connection, decisions: Iterable[Any]) -> None:
        for decision in decisions:
            rows.insert(connection, astuple(decision))

    return do


def _set_sanctions(connection: sqlite3.Connection, sanctions: Iterable[Sanction]) -> None:
    for sanction in sanctions:
        if not _SANCTIONS.insert(connection, astuple(sanction)):
            # It moved to another author, who is the same user.
            connection.execute(
                "UPDATE sanction SET author = ? WHERE id = ?", (sanction.author, sanction.id)
            )


#: The function that keeps each kind of decision.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    RoomState: _set_rooms,
    RoomGone: _forget_rooms,
    Standing: _doing("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?)"),
    StandingEnded: _doing("DELETE FROM standing WHERE room = ? AND author = ?"),
    Sanction: _set_sanctions,
    SanctionEnded: _doing("DELETE FROM sanction WHERE id = ?"),
    Audited: _once("audit", Audited, "id", "room", "number", "at", "deed"),
    Reported: _once("report", Reported, "id", "at"),
    ReportRead: _doing("UPDATE report SET is_read = 1 WHERE id = ?"),
}
