"""
The webhooks of rooms, in SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import astuple

from twisted_chat.store.tokens import Webhook, WebhookEnded, WebhookMade, WebhookUsed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable


def webhooks(connection: sqlite3.Connection) -> tuple[Webhook, ...]:
    """
    Return all webhooks there are, the oldest first.
    """
    found = connection.execute(
        "SELECT id, hash, room, name, author, made_at, used_at FROM webhook ORDER BY id"
    )
    return tuple(Webhook(*row) for row in found.fetchall())


def _make(connection: sqlite3.Connection, changes: Iterable[WebhookMade]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO webhook (id, hash, room, name, author, made_at, used_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [astuple(change.webhook) for change in changes],
    )


def _use(connection: sqlite3.Connection, changes: Iterable[WebhookUsed]) -> None:
    connection.executemany(
        "UPDATE webhook SET used_at = ? WHERE id = ?",
        [(change.at, change.id) for change in changes],
    )


def _end(connection: sqlite3.Connection, changes: Iterable[WebhookEnded]) -> None:
    connection.executemany(
        "DELETE FROM webhook WHERE id = ?", [(change.id,) for change in changes]
    )


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    WebhookMade: _make,
    WebhookUsed: _use,
    WebhookEnded: _end,
}
