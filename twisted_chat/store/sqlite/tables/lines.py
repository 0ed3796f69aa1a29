"""
Lines, and the rooms that heard them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from twisted_chat.store.records import Line, Revised, RoomOpened
from twisted_chat.store.snapshot import KnownRoom
from twisted_chat.store.sqlite.tables.once import Collision, Once
from twisted_chat.store.sqlite.worker import give_way

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

_SURROGATES = re.compile("[\ud800-\udfff]")
_COLUMNS = ", ".join(Line._fields)
# Rows of one statement: binding many at once costs half as much as one by one.
_ROWS = (64, 8, 1)
_LINES = Once("line", Line._fields, ["id", "room", "number", "at", "kind", "author"])
_OPENED = Once("room", ["id", "key", "name"], ["id", "key"])
_CLOSED = "SELECT 1 FROM room WHERE id = ? AND key GLOB '#*'"
_NUMBERS = "SELECT number, id FROM line WHERE room = ? AND number BETWEEN ? AND ?"
_CHANGED = f"""
SELECT {", ".join(f"line.{name}" for name in Line._fields)}
FROM revision JOIN line USING (room, number)
WHERE revision.room = ? AND revision.id > ? AND number BETWEEN ? AND ?
AND kind IN ('said', 'acted', 'announced')
ORDER BY revision.id LIMIT ?
"""  # noqa: S608  # only names
# Microseconds for which it is known that a line was changed: longer than a session is held.
_LATELY = 3600 * 10**6
# A line whose id the index has passed is indexed at once.
_INDEX_LATE = """
INSERT INTO line_index (rowid, text, entries, room, nick)
SELECT id, text, entries, room, nick FROM line_words
WHERE id = ? AND id <= (SELECT up_to FROM indexed)
"""


def rooms(connection: sqlite3.Connection) -> tuple[KnownRoom, ...]:
    """
    Return all rooms of which something is kept, but those whose lines nobody may read any more.
    """
    found = connection.execute(
        "SELECT id, key, name, max(pruned, coalesce("
        "(SELECT max(number) FROM line WHERE room = room.id), 0)) FROM room "
        "WHERE key NOT GLOB '#*' ORDER BY id"
    )
    return tuple(KnownRoom(*row) for row in found)


def last(
    connection: sqlite3.Connection,
    room: int,
    before: int,
    count: int,
    kinds: Sequence[str] = (),
    since: int = 0,
) -> list[Line]:
    """
    Return the last lines of a room, the oldest first, as `Store.lines` does.
    """
    chosen = f"AND kind IN ({_marks(len(kinds))})" if kinds else ""
    which = f"room = ? AND number >= ? AND number < ? {chosen} ORDER BY number DESC LIMIT ?"
    first = first_since(connection, room, since) if since else 0
    return _lines(connection, which, room, first, before, *kinds, count)[::-1]


def numbered(connection: sqlite3.Connection, room: int, numbers: Sequence[int]) -> list[Line]:
    """
    Return those lines of a room that have these numbers, as far as there are any.
    """
    which = f"room = ? AND number IN ({_marks(len(numbers))}) ORDER BY number"
    return _lines(connection, which, room, *numbers)


def changed(
    connection: sqlite3.Connection, room: int, since: int, span: range, count: int
) -> list[Line]:
    """
    Return the lines of a room that were changed lately, as `Store.changed` does.
    """
    found = connection.execute(_CHANGED, (room, since, span.start, span.stop - 1, count))
    return [Line(*row) for row in found]


def pinned(connection: sqlite3.Connection, room: int) -> list[Line]:
    """
    Return the pinned lines of a room, the oldest first.
    """
    return _lines(connection, "room = ? AND pinned ORDER BY number", room)


def first_since(connection: sqlite3.Connection, room: int, since: int) -> int:
    """
    Return the number from which on the ids of a room's lines are not less than ``since``.

    They ascend together, so that it is found in a few looks and not in all that was said.
    """

    def id_at(number: int) -> int:
        # A deleted or lost line has no row: then that of the next.
        (found,) = connection.execute(
            "SELECT id FROM line WHERE room = ? AND number >= ? ORDER BY number LIMIT 1",
            (room, number),
        ).fetchone()
        return int(found)

    (latest,) = connection.execute(
        "SELECT coalesce(max(number), -1) FROM line WHERE room = ?", (room,)
    ).fetchone()
    return bisect_left(range(latest + 1), since, key=id_at)


def _lines(connection: sqlite3.Connection, which: str, *values: object) -> list[Line]:
    query = f"SELECT {_COLUMNS} FROM line WHERE {which}"  # noqa: S608  # only names and marks
    return [Line(*row) for row in connection.execute(query, values)]


def _write_lines(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    waiting = list(lines)
    _require_free(connection, waiting)
    start = 0
    for rows in (1,) if _are_late(connection, waiting) else _ROWS:
        while len(waiting) - start >= rows:
            part = waiting[start : start + rows]
            values: list[object] = list(chain.from_iterable(part))
            try:
                written = connection.execute(_insert_lines(rows), values)
            except UnicodeEncodeError:
                values = [_encodable(value) for value in values]
                written = connection.execute(_insert_lines(rows), values)
            if written.rowcount < rows:
                for line in part:
                    _LINES.require_same(connection, line)
            if rows == 1 and written.rowcount:
                connection.execute(_INDEX_LATE, (part[0].id,))
            start += rows
            if rows > 1 or start % _ROWS[0] == 0:
                give_way()


def _require_free(connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """
    Check that no number of ``lines`` belongs to another line of the room, of whatever kind.

    Raises:
        Collision: one does.
    """
    rooms: dict[int, list[Line]] = {}
    for line in lines:
        rooms.setdefault(line.room, []).append(line)
    for place, (room, said) in enumerate(rooms.items(), 1):
        if place % _ROWS[0] == 0:
            give_way()
        ids = {line.number: line.id for line in said}
        if len(ids) < len(said):
            for line in said:
                if ids[line.number] != line.id:
                    raise _collision(line)
        for number, kept in connection.execute(_NUMBERS, (room, min(ids), max(ids))):
            if ids.get(number, kept) != kept:
                raise _collision(next(line for line in lines if line.id == ids[number]))


def _collision(line: Line) -> Collision:
    return Collision(f"another line is number {line.number} of room {line.room}")


def _are_late(connection: sqlite3.Connection, lines: Sequence[Line]) -> bool:
    """
    Return whether the index is already beyond some of ``lines``.
    """
    (up_to,) = connection.execute("SELECT up_to FROM indexed").fetchone()
    return any(line.id <= up_to for line in lines)


def _encodable(value: object) -> object:
    # A plugin may say a lone surrogate; it is read as U+FFFD.
    return _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


@cache
def _insert_lines(rows: int) -> str:
    row = f"({_marks(len(Line._fields))})"
    values = ", ".join([row] * rows)
    return f"INSERT INTO line VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  # only marks


def _revise(connection: sqlite3.Connection, revisions: Iterable[Revised]) -> None:
    changes = list(revisions)
    connection.executemany(
        "UPDATE line SET text = ?, state = ?, reacted = ?, pinned = ?, by = ? "
        "WHERE room = ? AND number = ?",
        [
            (line.text, line.state, line.reacted, line.pinned, line.by, line.room, line.number)
            for line in (revision.line for revision in changes)
        ],
    )
    told = [(each.line.room, each.line.number, each.id) for each in changes if each.id]
    if told:
        connection.executemany("INSERT OR REPLACE INTO revision VALUES (?, ?, ?)", told)
        connection.execute("DELETE FROM revision WHERE id < ?", (told[-1][2] - _LATELY,))


def _open_rooms(connection: sqlite3.Connection, opened: Iterable[RoomOpened]) -> None:
    for room in opened:
        # It may have been closed since, when this is written again.
        if connection.execute(_CLOSED, (room.id,)).fetchone() is None:
            _OPENED.insert(connection, (room.id, room.key, room.name))


def _marks(count: int) -> str:
    return ", ".join("?" * count)


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    Line: _write_lines,
    Revised: _revise,
    RoomOpened: _open_rooms,
}
