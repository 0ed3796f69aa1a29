"""
All that is kept on the owner of one account, as a file of JSON lines.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from twisted_chat.records import StoreFailed
from twisted_chat.store.copies import completed
from twisted_chat.store.faults import BadDatabase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


# ISO 8601, with milliseconds.
_TIME = "%Y-%m-%dT%H:%M:%fZ"
# Each makes the JSON itself: what many lines say does not pass through Python one word at a time.
_QUESTIONS = (
    # Never the password, not even its hash.
    """
    SELECT json_object(
        'type', 'account', 'name', name,
        'registered', strftime(:time, id / 1e6, 'unixepoch'),
        'roles', json(iif(roles = '', '[]', '["' || replace(roles, ' ', '","') || '"]')),
        'seen', strftime(:time, seen / 1e6, 'unixepoch'))
    FROM account WHERE id = :account
    """,
    """
    SELECT json_object(
        'type', 'address', 'address', address, 'seen', strftime(:time, known_at, 'unixepoch'))
    FROM allowance
    WHERE account = CAST(:account AS TEXT) AND known_at > 0
    ORDER BY known_at
    """,
    """
    SELECT json_object('type', 'room', 'room', name)
    FROM seat JOIN room ON room.id = seat.room WHERE account = :account ORDER BY name
    """,
    """
    SELECT json_object(
        'type', 'line', 'room', room.name, 'number', number,
        'at', strftime(:time, at, 'unixepoch'), 'kind', kind, 'nick', nick, 'text', text,
        're', nullif(re, 0), 'state', nullif(state, ''))
    FROM line LEFT JOIN room ON room.id = line.room WHERE author = :account ORDER BY line.id
    """,
    """
    SELECT json_object(
        'type', 'message', 'at', strftime(:time, at, 'unixepoch'),
        'from', nick, 'to', recipient, 'text', text)
    FROM message WHERE :account IN (author, addressee) ORDER BY id
    """,
)


def export(connection: sqlite3.Connection, account: int, folder: Path) -> Path:
    """
    Write all that is kept on the owner of an account, as it is at one moment.

    Args:
        folder: made if need be, for its owner alone, as the file is.

    Returns:
        the file, such as ``alice-20261121T130746Z.jsonl``; it was never there but complete.

    Raises:
        StoreFailed: there is no such account, or the file cannot be written.
        sqlite3.Error: the database cannot be read.
    """
    connection.execute("BEGIN")
    with connection:
        found = connection.execute("SELECT name FROM account WHERE id = ?", (account,)).fetchone()
        if found is None:
            raise StoreFailed(f"There is no account {account}.")
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = folder / f"{found[0]}-{now}.jsonl"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with completed(path) as partial, partial.open("w", encoding="utf-8") as file:
                file.writelines(_lines(connection, account))
        except BadDatabase as error:
            raise StoreFailed(str(error)) from error
        except OSError as error:
            raise StoreFailed(f"{path} cannot be written: {error.strerror}.") from error
        return path


def _lines(connection: sqlite3.Connection, account: int) -> Iterator[str]:
    for question in _QUESTIONS:
        for (line,) in connection.execute(question, {"account": account, "time": _TIME}):
            yield f"{line}\n"
