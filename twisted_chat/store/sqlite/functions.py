"""
Functions of SQL: our own ones that the schema calls, which every connection must have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.text.folding import fold_spelling
from twisted_chat.text.words import entries, words

if TYPE_CHECKING:
    import sqlite3


def add_functions(connection: sqlite3.Connection) -> None:
    """
    Add the functions of the view line_words to ``connection``.
    """
    for name, function in (("words", words), ("entries", entries), ("spelling", fold_spelling)):
        connection.create_function(name, 1, function, deterministic=True)
    # Some builds of SQLite forbid functions in a schema; the file is ours alone.
    connection.execute("PRAGMA trusted_schema = ON")
