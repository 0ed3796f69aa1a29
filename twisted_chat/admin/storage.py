"""
What plugins keep, for the admin program.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.storage.values import EACH
from twisted_chat.store.sqlite.database import connect, connect_alone
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.tables.journal import catch_up
from twisted_chat.text.clean import clean

if TYPE_CHECKING:
    from pathlib import Path

_LISTED = """
SELECT plugin, sum(kind = 'value'), sum(kind = 'schedule'),
    sum(? + length(CAST(key AS BLOB)) + length(CAST(value AS BLOB)))
FROM plugin_value GROUP BY plugin ORDER BY plugin
"""


class NoSuchStorage(Exception):
    """
    No plugin of this name keeps anything.  The text is one sentence.
    """


@frozen
class Kept:
    """
    What one plugin keeps.

    Attributes:
        values: how many.
        schedules: how many calls are to come.
        size: bytes, as they count for ``--plugin-storage``.
    """

    plugin: str
    values: int
    schedules: int
    size: int


def list_storage(path: Path) -> list[Kept]:
    """
    Return how much each plugin keeps, by its name.

    Raises:
        BadDatabase: the database cannot be used.
    """
    with in_words(path), contextlib.closing(connect(path, reading=True)) as connection:
        catch_up(connection, path)
        return [Kept(*row) for row in connection.execute(_LISTED, (EACH,))]


def forget(path: Path, plugin: str) -> None:
    """
    Delete all that a plugin keeps, such as one that is gone for good.

    A running server has all of it in memory, so none may run meanwhile.

    Raises:
        NoSuchStorage: it keeps nothing.
        BadDatabase: the database cannot be used, or a server uses it.
    """
    with in_words(path), contextlib.closing(connect_alone(path)) as connection:
        catch_up(connection, path)
        named = clean(plugin)
        deleted = connection.execute("DELETE FROM plugin_value WHERE plugin = ?", (named,))
        if not deleted.rowcount:
            raise NoSuchStorage(
                f"No plugin {plugin!r} keeps anything; `storage` lists those that do."
            )
