"""
The index that finds lines by their words.

Lines are indexed after they were written: in small steps while the store is idle, and the rest
before a search.  `twisted_chat.text` splits lines and searches into words for FTS5.
"""

from __future__ import annotations

import math
import sqlite3
import time
from itertools import islice
from typing import TYPE_CHECKING

from twisted_chat.store.interface import NotReady, TookTooLong
from twisted_chat.store.query import Query
from twisted_chat.store.records import LAST_ID, Line, id_at
from twisted_chat.store.sqlite.tables.ahead import SLACK
from twisted_chat.text.folding import FOLDING, fold_spelling
from twisted_chat.text.words import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.store.sqlite.tables.ahead import Ahead
    from twisted_chat.text.words import Phrase

#: Lines indexed in one transaction; that takes a few milliseconds.
STEP = 500
#: Seconds that one search may take.
TIMEOUT = 0.2

# Rooms that are named in a query without a look at whether all others are fewer.
_MANY = 200
# Operations of SQLite between two checks of the time.
_OPERATIONS = 1000

_FIND = f"""
SELECT {", ".join(f"line.{name}" for name in Line._fields)}
FROM line_index CROSS JOIN line ON line.id = line_index.rowid
WHERE line_index MATCH ? AND line_index.rowid >= ? AND line_index.rowid < ?
AND line.at >= ? AND line.at < ?
ORDER BY line_index.rowid DESC
"""  # noqa: S608  # only names
_ID_FROM = "SELECT id FROM line WHERE room = ? AND number >= ? ORDER BY number LIMIT 1"


def begin_again(connection: sqlite3.Connection) -> None:
    """
    Empty the index if another folding made its words; then all lines are indexed again.

    Needed before lines are written: FTS5 must be told the words under which a changed line is
    indexed.
    """
    (folding,) = connection.execute("SELECT folding FROM indexed").fetchone()
    if folding == FOLDING:
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        connection.execute("INSERT INTO line_index (line_index) VALUES ('delete-all')")
        connection.execute(
            "UPDATE indexed SET again_to = max(again_to, up_to), up_to = 0, folding = ?",
            (FOLDING,),
        )


def not_ready(connection: sqlite3.Connection) -> NotReady:
    """
    Return the error for a search before everything is indexed.
    """
    up_to, again_to = connection.execute("SELECT up_to, again_to FROM indexed").fetchone()
    if up_to >= again_to:
        return NotReady("too much is not indexed yet")
    (first,) = connection.execute("SELECT min(id) FROM line").fetchone()
    # The share of time, because ids are times, and counting the lines would take too long.
    done = 100 * max(0, up_to - first) // max(1, again_to - first)
    return NotReady("all lines are indexed again", int(done))


def index_some(connection: sqlite3.Connection) -> bool:
    """
    Index the next lines that are not yet indexed.

    Returns:
        whether there may be more.
    """
    (up_to,) = connection.execute("SELECT up_to FROM indexed").fetchone()
    count, last = connection.execute(
        "SELECT count(*), max(id) FROM (SELECT id FROM line WHERE id > ? ORDER BY id LIMIT ?)",
        (up_to, STEP),
    ).fetchone()
    if not count:
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "INSERT INTO line_index (rowid, text, entries, room, nick) "
            "SELECT id, text, entries, room, nick FROM line_words WHERE id > ? AND id <= ?",
            (up_to, last),
        )
        connection.execute("UPDATE indexed SET up_to = ?", (last,))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return bool(count == STEP)


def search(connection: sqlite3.Connection, query: Query, count: int, ahead: Ahead) -> list[Line]:
    """
    Return at most ``count`` lines that ``query`` finds, the latest first.

    Lines that the reader may not see are skipped within the index, so that many of them do not
    make a search too slow.

    Args:
        ahead: of the lines.

    Raises:
        TookTooLong: it takes longer than `TIMEOUT`.
    """
    # The time decides, but a scan of ids is what is fast.
    first_id, end_id = 0, query.before
    if query.since > 0:
        first_id = id_at(query.since)
    if query.until < math.inf:
        end_id = min(end_id, max(id_at(query.until) + SLACK, ahead.last(connection) + 1))
    until = time.monotonic() + TIMEOUT
    connection.set_progress_handler(lambda: time.monotonic() > until, _OPERATIONS)
    found: list[Line] = []
    inexact = [each for each in _phrases(query) if each.is_short and len(each.pieces) > 1]

    def is_found(line: Line) -> bool:
        return query.is_readable(line) and all(each.stands_in(line.text) for each in inexact)

    try:
        for expression, first in _parts(connection, query):
            # Once enough lines are found, older ones are not looked for.
            after = max(first, first_id, found[-1].id if len(found) == count else 0)
            rows = connection.execute(_FIND, (expression, after, end_id, query.since, query.until))
            lines = filter(is_found, map(Line._make, rows))
            found = sorted([*found, *islice(lines, count)], reverse=True)[:count]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TookTooLong(f"a search took more than {TIMEOUT:g} s") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
    return found


def _parts(connection: sqlite3.Connection, query: Query) -> Iterator[tuple[str, int]]:
    """
    Yield the queries for FTS5, one for each part of the rooms.

    Yields:
        the expression, and the lowest id of a line that it may find.
    """
    found = expression(query)
    whole = {room for room, first in query.rooms.items() if first <= 1}
    others = query.rooms.keys() - whole
    if query.is_everywhere and len(others) > _MANY:
        # All the other rooms may be fewer.
        rooms = {room for (room,) in connection.execute("SELECT id FROM room")} - others
        whole = rooms if len(rooms) < len(others) else set()
        is_listed = bool(whole) or not rooms
    else:
        is_listed = not query.is_everywhere
    if is_listed and whole:
        yield f"({found}) AND {_in(whole)}", 0
    elif not is_listed:
        yield f"({found}) NOT {_in(others)}" if others else found, 0
    for room in (each for each in others if query.rooms[each] < LAST_ID):
        row = connection.execute(_ID_FROM, (room, query.rooms[room])).fetchone()
        if row is not None:
            yield f"({found}) AND {_in([room])}", row[0]


def _in(rooms: Iterable[int]) -> str:
    return f"room : ({' OR '.join(f'r{room}' for room in rooms)})"


def expression(query: Query) -> str:
    """
    Return the FTS5 query without the rooms; only letters and digits of what users typed are in it.
    """
    parts = [f"nick : n{fold_spelling(query.nick).encode().hex()}"] if query.nick else []
    return " AND ".join([*parts, *map(_sought, _phrases(query))])


def _phrases(query: Query) -> list[Phrase]:
    return [phrase(term.text, is_beginning=term.is_beginning) for term in query.terms]


def _sought(sought: Phrase) -> str:
    if not sought.is_short:
        return f'text : "{" ".join(sought.pieces)}"' + "*" * sought.is_beginning
    # Thousands of words may begin so: `search` drops the lines that do not contain the phrase.
    found = f'entries : "{" ".join(sought.entries)}"'
    before = " ".join(sought.pieces[:-1])
    return f'text : "{before}" AND {found}' if before else found
