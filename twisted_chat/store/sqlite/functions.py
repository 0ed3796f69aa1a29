"""
What the schema calls: functions of Twisted Chat's own, which every connection has to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.text.folding import fold_spelling
from twisted_chat.text.words import entries, words

if TYPE_CHECKING:
    import sqlite3


def add_functions(connection: sqlite3.Connection) -> None:
    """
    Let ``connection`` know the functions of the view line_words.
    """
    for name, function in (("words", words), ("entries", entries), ("spelling", fold_spelling)):
        connection.create_function(name, 1, function, deterministic=True)
    # Where SQLite is built to let a schema call none; the file is ours alone.
    connection.execute("PRAGMA trusted_schema = ON")
