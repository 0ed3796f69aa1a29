"""
The index in which lines are found by their words.

Lines are indexed after they were written: in small steps while nobody writes, and all that is left
before a user searches.
"""

from __future__ import annotations

import sqlite3
import time
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from twisted_chat.store.interface import Query, TookTooLong
from twisted_chat.store.records import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Lines indexed in one transaction; that takes a few milliseconds.
STEP = 500
#: Seconds that one search may take.
PATIENCE = 0.2

# SQLite's own operations between two looks at the time.
_OPERATIONS = 1000

_FIND = f"""
SELECT {", ".join(f"line.{name}" for name in Line._fields)}
FROM line_index CROSS JOIN line ON line.id = line_index.rowid
WHERE line_index MATCH ? AND line_index.rowid >= ? AND line_index.rowid < ?
ORDER BY line_index.rowid DESC
"""  # noqa: S608  # only names
_ID_FROM = "SELECT id FROM line WHERE room = ? AND number >= ? ORDER BY number LIMIT 1"


def index_some(connection: sqlite3.Connection) -> bool:
    """
    Index the next lines that are not yet.

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
            "INSERT INTO line_index (rowid, room, nick, text) "
            "SELECT id, room, nick, text FROM line_words WHERE id > ? AND id <= ?",
            (up_to, last),
        )
        connection.execute("UPDATE indexed SET up_to = ?", (last,))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return bool(count == STEP)


def search(connection: sqlite3.Connection, query: Query, count: int) -> list[Line]:
    """
    Return what ``query`` finds, the latest first, ``count`` lines at most.

    Hidden lines are passed over within the index: however many there are, they do not make a
    search too slow.

    Raises:
        TookTooLong: it takes longer than `PATIENCE`.
    """
    until = time.monotonic() + PATIENCE
    connection.set_progress_handler(lambda: time.monotonic() > until, _OPERATIONS)
    found: list[Line] = []
    try:
        for expression, first in _parts(connection, query):
            # With enough found, nothing older needs to be looked for.
            after = max(first, query.after, found[-1].id if len(found) == count else 0)
            rows = connection.execute(_FIND, (expression, after, query.before))
            lines = (line for line in map(Line._make, rows) if query.is_readable(line))
            found = sorted([*found, *islice(lines, count)], reverse=True)[:count]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TookTooLong(f"a search took more than {PATIENCE:g} s") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
    return found


def _parts(connection: sqlite3.Connection, query: Query) -> Iterator[tuple[str, int]]:
    """
    Go through what FTS5 is asked for, one part of the rooms after the other.

    Yields:
        the expression, and the least id of what may be found with it.
    """
    words = expression(query)
    whole = {room for room, first in query.rooms.items() if first <= 1}
    others = {room for (room,) in connection.execute("SELECT id FROM room")} - whole
    if whole and len(whole) <= len(others):
        yield f"({words}) AND {_in(whole)}", 0
    elif whole:
        yield f"({words}) NOT {_in(others)}" if others else words, 0
    for room in query.rooms.keys() - whole:
        row = connection.execute(_ID_FROM, (room, query.rooms[room])).fetchone()
        if row is not None:
            yield f"({words}) AND {_in([room])}", row[0]


def _in(rooms: Iterable[int]) -> str:
    return f"room : ({' OR '.join(f'r{room}' for room in rooms)})"


def expression(query: Query) -> str:
    """
    Return the FTS5 query without the rooms; users' words stand in it only in quotes.
    """
    parts = []
    if query.nick:
        parts.append(f"nick : ({' OR '.join(sorted(map(_nick_word, _spellings(query.nick))))})")
    if query.terms:
        words = [_quoted(term.text) + "*" * term.is_beginning for term in query.terms]
        parts.append(f"text : ({' AND '.join(words)})")
    return " AND ".join(parts)


def _quoted(text: str) -> str:
    # To SQLite a string ends with its first NUL.
    doubled = text.replace("\0", " ").replace('"', '""')
    return f'"{doubled}"'


def _nick_word(nick: str) -> str:
    # As in the view line_words: there, and here, nothing but ASCII loses its capitals.
    return f"n{nick.encode().lower().hex()}"


def _spellings(nick: str) -> set[str]:
    nick = unicodedata.normalize("NFKC", nick)
    return {nick, nick.lower(), nick.upper(), nick.title(), nick.casefold()}
