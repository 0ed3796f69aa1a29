"""
All that is kept on the owner of one account, as a file of JSON lines.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from twisted_chat.store.interface import NotWritten, StoreFailed
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.copies import completed
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


# What ends the name of a file.
_STAMP = re.compile(r"\d{8}T\d{6}Z\.jsonl")
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
        'invitation', nullif(invitation, 0),
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
    # Never the token, not even its hash.
    """
    SELECT json_object(
        'type', 'token', 'device', device, 'door', nullif(door, ''),
        'made', strftime(:time, made_at, 'unixepoch'),
        'used', strftime(:time, used_at, 'unixepoch'))
    FROM token WHERE account = :account ORDER BY made_at
    """,
    """
    SELECT json_object(
        'type', 'key', 'fingerprint', fingerprint, 'kind', kind, 'label', label,
        'added', strftime(:time, added_at, 'unixepoch'),
        'used', iif(used_at, strftime(:time, used_at, 'unixepoch'), NULL))
    FROM ssh_key WHERE account = :account ORDER BY added_at, fingerprint
    """,
    # Never the code, not even its hash.
    """
    SELECT json_object(
        'type', 'invitation', 'number', id, 'made', strftime(:time, made_at, 'unixepoch'),
        'until', strftime(:time, until, 'unixepoch'), 'uses', uses, 'used', used)
    FROM invitation WHERE author = :account ORDER BY id
    """,
    # Never the token, not even its hash.
    """
    SELECT json_object(
        'type', 'webhook', 'room', room.name, 'name', webhook.name,
        'made', strftime(:time, made_at, 'unixepoch'),
        'used', iif(used_at, strftime(:time, used_at, 'unixepoch'), NULL))
    FROM webhook LEFT JOIN room ON room.id = webhook.room
    WHERE author = :account ORDER BY webhook.id
    """,
    """
    SELECT json_object('type', 'room', 'room', name)
    FROM seat JOIN room ON room.id = seat.room WHERE account = :account ORDER BY name
    """,
    # A room that was forgotten has no name.
    """
    SELECT json_object(
        'type', 'setting', 'name', setting.name,
        'value', iif(setting.name = 'room', room.name, value))
    FROM setting
    LEFT JOIN room ON setting.name = 'room' AND room.id = CAST(setting.value AS INTEGER)
    WHERE account = :account AND setting.name NOT GLOB 'notify/*' ORDER BY setting.name
    """,
    """
    SELECT json_object('type', 'notify', 'room', room.name, 'value', value)
    FROM setting
    LEFT JOIN room ON room.id = CAST(substr(setting.name, length('notify/') + 1) AS INTEGER)
    WHERE account = :account AND setting.name GLOB 'notify/*' ORDER BY room.name
    """,
    """
    SELECT json_object(
        'type', 'read', 'room', room.name, 'number', number,
        'up_to', iif(at, strftime(:time, at, 'unixepoch'), NULL))
    FROM read_mark JOIN room ON room.id = read_mark.room
    WHERE account = :account ORDER BY room.name
    """,
    # The id of a message begins with its time.
    """
    SELECT json_object(
        'type', 'read', 'nick', key,
        'up_to', strftime(:time, max(at, id / 1000000.0), 'unixepoch'))
    FROM private_mark WHERE account = :account ORDER BY key
    """,
    """
    SELECT json_object(
        'type', 'mail', 'address', address,
        'confirmed', strftime(:time, confirmed_at, 'unixepoch'),
        'mailed', iif(mailed_at, strftime(:time, mailed_at, 'unixepoch'), NULL))
    FROM mail_address WHERE account = :account
    """,
    """
    SELECT DISTINCT json_object('type', 'ignored', 'name', name)
    FROM ignored WHERE account = :account ORDER BY key
    """,
    """
    SELECT json_object('type', 'plugin', 'plugin', plugin, 'key', key, kind, json(value))
    FROM plugin_value WHERE account = :account ORDER BY plugin, kind, key
    """,
    """
    SELECT json_object(
        'type', 'standing', 'room', room.name,
        'rank', CASE rank WHEN -1 THEN 'member' WHEN 0 THEN 'member' WHEN 1 THEN 'voiced'
            WHEN 2 THEN 'operator' WHEN 3 THEN 'owner' END)
    FROM standing LEFT JOIN room ON room.id = standing.room
    WHERE author = :account ORDER BY room.name
    """,
    # Of a deleted line only who deleted it is left.
    """
    SELECT json_object(
        'type', 'line', 'room', room.name, 'number', number,
        'at', strftime(:time, at, 'unixepoch'), 'kind', kind, 'nick', nick,
        'text', iif(state = 'deleted', NULL, text),
        'deleted_by', iif(state = 'deleted', by, NULL),
        'edited_by', iif(state = 'edited', by, NULL),
        're', nullif(re, 0), 'state', nullif(state, ''),
        'pinned', json(iif(pinned, 'true', 'false')))
    FROM line LEFT JOIN room ON room.id = line.room WHERE author = :account ORDER BY line.id
    """,
    """
    SELECT json_object('type', 'reaction', 'room', room.name, 'number', number, 'with', symbol.key)
    FROM line LEFT JOIN room ON room.id = line.room
    CROSS JOIN json_each(nullif(reacted, '')) AS symbol CROSS JOIN json_each(symbol.value) AS who
    WHERE reacted <> '' AND who.value = :account ORDER BY line.id, symbol.id
    """,
    """
    SELECT json_object(
        'type', 'message', 'at', strftime(:time, at, 'unixepoch'),
        'from', nick, 'to', recipient, 'text', text)
    FROM message WHERE :account IN (author, addressee) ORDER BY id
    """,
    """
    SELECT json_object('type', 'dropped', 'messages', messages)
    FROM dropped WHERE account = :account
    """,
    """
    SELECT json_object(
        'type', 'sanction', 'at', strftime(:time, at, 'unixepoch'), 'room', room.name,
        'kind', kind, 'on', shown, 'by', by, 'reason', nullif(reason, ''),
        'until', strftime(:time, until, 'unixepoch'))
    FROM sanction LEFT JOIN room ON room.id = sanction.room
    WHERE author = :account OR mask = :key ORDER BY sanction.id
    """,
    # A user who had the name before it was registered is another user.
    """
    SELECT json_object(
        'type', 'deed', 'at', strftime(:time, at, 'unixepoch'), 'room', nullif(room_name, ''),
        'by', nick, 'deed', deed, 'target', nullif(target, ''), 'reason', nullif(reason, ''),
        'until', iif(until, strftime(:time, until, 'unixepoch'), NULL))
    FROM audit WHERE id > :account AND :key IN (fold(account), fold(target)) ORDER BY id
    """,
    """
    SELECT json_object(
        'type', 'report', 'at', strftime(:time, at, 'unixepoch'), 'room', room.name,
        'of', target, 'reason', reason)
    FROM report LEFT JOIN room ON room.id = report.room
    WHERE report.id > :account AND fold(account) = :key ORDER BY report.id
    """,
    # Not who told the operators, nor where they were, nor their words: any may give them away.
    """
    SELECT json_object('type', 'reported', 'at', strftime(:time, at, 'unixepoch'))
    FROM report WHERE id > :account AND fold(target) = :key ORDER BY id
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
        NotWritten: the file cannot be written.
        StoreFailed: there is no such account.
        sqlite3.Error: the database cannot be read.
    """
    connection.execute("BEGIN")
    with connection:
        asked = "SELECT name, key FROM account WHERE id = ?"
        found = connection.execute(asked, (account,)).fetchone()
        if found is None:
            raise StoreFailed(f"There is no account {account}.")
        name, key = found
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = folder / f"{name}-{now}.jsonl"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with completed(path) as partial, partial.open("w", encoding="utf-8") as file:
                file.writelines(_lines(connection, account, key))
        except BadDatabase as error:
            raise NotWritten(str(error)) from error
        except OSError as error:
            raise NotWritten(f"{path} cannot be written: {error.strerror}.") from error
        return path


def remove_earlier(path: Path) -> None:
    """
    Remove the files that `export` wrote before ``path`` for the same account.
    """
    name = path.name.rpartition("-")[0]
    for other in path.parent.iterdir():
        before, _, rest = other.name.rpartition("-")
        if before == name and _STAMP.fullmatch(rest) and other.name < path.name:
            other.unlink(missing_ok=True)


def _lines(connection: sqlite3.Connection, account: int, key: str) -> Iterator[str]:
    connection.create_function("fold", 1, fold, deterministic=True)
    values = {"account": account, "key": key, "time": _TIME}
    for question in _QUESTIONS:
        for (line,) in connection.execute(question, values):
            yield f"{line}\n"
