"""
Bans, mutes and the audit trail for the admin program, with or without a running server.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from twisted_chat.store.decisions import Audited, Sanction, SanctionEnded
from twisted_chat.store.sqlite.database import connect
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.tables.decisions import AUDITED
from twisted_chat.store.sqlite.transactions import write
from twisted_chat.text.name_rules import read_room
from twisted_chat.text.names import fold, meant_of
from twisted_chat.world.sanctions import is_network, read_mask

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_IN_FORCE = "SELECT * FROM sanction WHERE room = 0 AND until > ?"
# Those of a name hit the account of that name too.
_NAMES = "SELECT mask FROM sanction WHERE room = 0 AND until > ? UNION SELECT key FROM account"
_OF = "(mask = ? OR author IN (SELECT id FROM account WHERE key = ?))"


class NoSuchSanction(Exception):
    """
    There is no such ban or mute.  The text is one sentence.
    """


def list_sanctions(path: Path, now: float) -> list[Sanction]:
    """
    Return the bans and mutes of the server in force, the oldest first.

    Raises:
        BadDatabase: the database cannot be used.
    """
    with in_words(path), contextlib.closing(connect(path, reading=True)) as connection:
        return [Sanction(*row) for row in connection.execute(f"{_IN_FORCE} ORDER BY id", (now,))]


def lift(path: Path, typed: str, now: float) -> list[Sanction]:
    """
    End the bans and mutes of the whole server for a name or an address.

    A running server still knows them until it stops.

    Returns:
        those that were ended.

    Raises:
        NotAllowed: ``typed`` is neither a name nor an address.
        NoSuchSanction: there is none.
        BadDatabase: the database cannot be used.
    """
    mask = read_mask(typed).text
    with in_words(path), contextlib.closing(connect(path)) as connection:
        found = _sanctions_of(connection, mask, now)
        if not found and not is_network(mask):
            names = connection.execute(_NAMES, (now,))
            meant = meant_of(mask, (name for (name,) in names if not is_network(name)))
            found = _sanctions_of(connection, meant, now)
        if not found:
            raise NoSuchSanction(f"{typed!r} is not banned or muted; `bans` lists who is.")
        write(connection, [SanctionEnded(each.id) for each in found])
        return found


def _sanctions_of(connection: sqlite3.Connection, mask: str, now: float) -> list[Sanction]:
    rows = connection.execute(f"{_IN_FORCE} AND {_OF} ORDER BY id", (now, mask, mask))
    return [Sanction(*row) for row in rows]


def audit(path: Path, count: int, room: str = "") -> list[Audited]:
    """
    Return the latest entries of the audit trail, the oldest first.

    Args:
        count: the maximum number.
        room: of this room only, which may be deleted; empty for all rooms and the server.

    Raises:
        BadName: ``room`` is not a valid name.
        BadDatabase: the database cannot be used.
    """
    key = fold(read_room(room)) if room else ""
    with in_words(path), contextlib.closing(connect(path, reading=True)) as connection:
        connection.create_function("fold", 1, fold, deterministic=True)
        rows = connection.execute(
            f"SELECT {AUDITED} FROM audit "  # noqa: S608  # only names
            "WHERE ?1 IN ('', fold(room_name)) ORDER BY id DESC LIMIT ?2",
            (key, count),
        )
        return [Audited(*row) for row in rows][::-1]
