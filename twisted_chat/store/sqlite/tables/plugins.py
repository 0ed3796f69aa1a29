"""
What plugins keep, in SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import astuple

from twisted_chat.store.plugins import Kind, PluginValue, RoomValuesEnded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

# A room that was forgotten, or that no later one of its name goes on, comes back in no way.
_OF_NO_ROOM = """
DELETE FROM plugin_value
WHERE room > 0 AND room NOT IN (SELECT id FROM room WHERE key NOT GLOB '#*')
"""
# What comes late for an account that was deleted meanwhile must not stay.
_KEEP = """
INSERT OR REPLACE INTO plugin_value SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE ?4 = 0 OR EXISTS (SELECT * FROM account WHERE id = ?4)
"""
_DELETE = """
DELETE FROM plugin_value
WHERE plugin = ? AND kind = ? AND room = ? AND account = ? AND key = ?
"""


def values(connection: sqlite3.Connection) -> tuple[PluginValue, ...]:
    """
    Return all that plugins keep, without what belongs to rooms that are gone.
    """
    connection.execute(_OF_NO_ROOM)
    found = connection.execute("SELECT * FROM plugin_value")
    return tuple(PluginValue(plugin, Kind(kind), *rest) for plugin, kind, *rest in found)


def _keep(connection: sqlite3.Connection, changes: Iterable[PluginValue]) -> None:
    for change in changes:
        row = astuple(change)
        if change.value:
            connection.execute(_KEEP, row)
        else:
            connection.execute(_DELETE, row[:-1])


def _end(connection: sqlite3.Connection, rooms: Iterable[RoomValuesEnded]) -> None:
    connection.executemany("DELETE FROM plugin_value WHERE room = ?", map(astuple, rooms))


#: The function that keeps each kind of change.
WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    PluginValue: _keep,
    RoomValuesEnded: _end,
}
