"""
The index in which lines are found by their words.

Lines are indexed after they were written: in small steps while nobody writes, and all that is left
before somebody searches.
"""

from __future__ import annotations

import sqlite3
import time
import unicodedata
from itertools import islice

from twisted_chat.records import Line, Query, TookTooLong

#: Lines indexed in one transaction; that takes a few milliseconds.
STEP = 500
#: Seconds for which one search may go on.
PATIENCE = 0.2

# SQLite's own operations between two looks at the time.
_OPERATIONS = 1000
# Rooms that are looked up in the index; of more, what is found is looked at.
_MAX_ROOMS = 100

_FIND = f"""
SELECT {", ".join(f"line.{name}" for name in Line._fields)}
FROM line_index CROSS JOIN line ON line.id = line_index.rowid
WHERE line_index MATCH ? AND line_index.rowid >= ? AND line_index.rowid < ?
ORDER BY line_index.rowid DESC
"""  # noqa: S608  # only names


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

    Raises:
        TookTooLong: it goes on for longer than `PATIENCE`.
    """
    if not query.rooms:
        return []
    until = time.monotonic() + PATIENCE
    connection.set_progress_handler(lambda: time.monotonic() > until, _OPERATIONS)
    try:
        values = (expression(query), query.after, query.before)
        lines = (Line(*row) for row in connection.execute(_FIND, values))
        return list(islice((line for line in lines if query.is_readable(line)), count))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TookTooLong from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def expression(query: Query) -> str:
    """
    Return what FTS5 is asked for; what people typed stands in it in quotes only.
    """
    parts = []
    if len(query.rooms) <= _MAX_ROOMS:
        parts.append(f"room : ({' OR '.join(f'r{room}' for room in query.rooms)})")
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
