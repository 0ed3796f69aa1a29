"""
Messages that users wrote to each other, and those that still wait.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twisted_chat.store.interface import MAX_WAITING_MESSAGES, Waiting
from twisted_chat.store.records import Message, MessagesRead
from twisted_chat.store.sqlite.tables.once import Once
from twisted_chat.text.folding import fold_spelling
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from twisted_chat.store.interface import Unheard

_MESSAGES = Once("message", Message._fields, ["id", "at", "author", "addressee"])
# Of too many waiting messages, the oldest of the sender with the most: a flood never pushes out
# another user's only one.
_DROP_ONE = """
DELETE FROM message WHERE id = (
    SELECT min(id) FROM message WHERE addressee = :account AND waits
    GROUP BY author ORDER BY count(*) DESC, min(id) LIMIT 1
) AND :most < (SELECT count(*) FROM message WHERE addressee = :account AND waits)
"""
# With whom a user has exchanged messages, and how those were called in them.
_CORRESPONDENTS = """
SELECT addressee, recipient FROM message WHERE author = :one
UNION SELECT author, nick FROM message WHERE addressee = :one
"""
_BETWEEN = """
SELECT * FROM (
    SELECT * FROM message WHERE author = :one
    AND addressee IN (SELECT value FROM json_each(:others)) AND id >= :first AND id < :before
    ORDER BY id {order} LIMIT :count
) UNION SELECT * FROM (
    SELECT * FROM message WHERE addressee = :one
    AND author IN (SELECT value FROM json_each(:heard)) AND id >= :first AND id < :before
    AND nick NOT IN (SELECT value FROM json_each(:nicks))
    ORDER BY id {order} LIMIT :count
) ORDER BY id {order} LIMIT :count
"""
_LAST, _FIRST = _BETWEEN.format(order="DESC"), _BETWEEN.format(order="ASC")
# Of both directions: a reader may ignore who wrote to them, and finds their own message.
_LAST_OF_EACH = """
SELECT * FROM message WHERE id IN (
    SELECT max(id) FROM (
        SELECT id, addressee AS other, recipient AS called, 1 AS own
        FROM message WHERE author = :one
        UNION ALL SELECT id, author, nick, 0 FROM message WHERE addressee = :one
    ) GROUP BY other, called, own
) ORDER BY id
"""


def waiting(connection: sqlite3.Connection, account: int) -> Waiting:
    """
    Return the messages to the owner of an account while they were not here.
    """
    messages = connection.execute(
        "SELECT * FROM message WHERE addressee = ? AND waits ORDER BY id", (account,)
    ).fetchall()
    dropped = connection.execute(
        "SELECT messages FROM dropped WHERE account = ?", (account,)
    ).fetchone()
    return Waiting(tuple(map(_message, messages)), dropped[0] if dropped else 0)


def between(
    connection: sqlite3.Connection,
    one: int,
    other: int,
    span: range,
    count: int,
    key: str,
    *,
    from_end: bool,
    unheard: Unheard,
) -> list[Message]:
    """
    Return messages between two users, the oldest first, as `Store.messages` does.

    Args:
        span: only those with these ids.
    """
    others, nicks = [other], []
    if key or unheard.nicks:
        known = connection.execute(_CORRESPONDENTS, {"one": one}).fetchall()
        spelt = fold_spelling(key)
        others += [author for author, nick in known if key and fold_spelling(nick) == spelt]
        nicks = [nick for _, nick in known if fold(nick) in unheard.nicks]
    rows = connection.execute(
        _LAST if from_end else _FIRST,
        {
            "one": one, "others": json.dumps(others), "first": span.start, "before": span.stop,
            "count": count, "nicks": json.dumps(nicks),
            "heard": json.dumps([each for each in others if each not in unheard.authors]),
        },
    )  # fmt: skip
    found = [_message(row) for row in rows]
    return found[::-1] if from_end else found


def last(connection: sqlite3.Connection, one: int) -> list[Message]:
    """
    Return the last messages of a user with each other one by each of their nicks.

    As `Store.last_messages` does.
    """
    return list(map(_message, connection.execute(_LAST_OF_EACH, {"one": one})))


def received(
    connection: sqlite3.Connection, one: int, after: int, before: int, count: int
) -> list[Message]:
    """
    Return the last messages to a user, the oldest first, as `Store.messages_to` does.
    """
    found = connection.execute(
        "SELECT * FROM message WHERE addressee = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT ?",
        (one, after, before, count),
    ).fetchall()
    return list(map(_message, found[::-1]))


def _message(row: tuple[Any, ...]) -> Message:
    return Message._make((*row[:-1], bool(row[-1])))


def _keep_messages(connection: sqlite3.Connection, messages: Iterable[Message]) -> None:
    messages = list(messages)
    for message in messages:
        _MESSAGES.insert(connection, message)
    most = MAX_WAITING_MESSAGES
    for account in {message.addressee for message in messages if message.waits}:
        dropped = 0
        while connection.execute(_DROP_ONE, {"account": account, "most": most}).rowcount:
            dropped += 1
        if dropped:
            connection.execute(
                "INSERT INTO dropped VALUES (:account, :count) "
                "ON CONFLICT DO UPDATE SET messages = messages + :count",
                {"account": account, "count": dropped},
            )


def _read_messages(connection: sqlite3.Connection, changes: Iterable[MessagesRead]) -> None:
    for change in changes:
        connection.execute(
            "UPDATE message SET waits = 0 WHERE addressee = ? AND waits AND id <= ?",
            (change.account, change.last),
        )
        connection.execute("DELETE FROM dropped WHERE account = ?", (change.account,))


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    Message: _keep_messages,
    MessagesRead: _read_messages,
}
