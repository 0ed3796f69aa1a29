"""
The functions that the schema calls.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from twisted_chat.store.sqlite.functions import add_functions


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        add_functions(connection)
        yield connection


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("words('Crème brûlée!')", "creme brulee"),
        ("words('東京都')", "東京 京都 都"),
        ("entries('Lunch at 東京')", "lu at 東 京"),
        ("spelling('İbrahim')", "ibrahim"),
    ],
)
def test_sql_makes_of_a_text_what_the_index_holds(
    connection: sqlite3.Connection, call: str, value: str
) -> None:
    assert connection.execute(f"SELECT {call}").fetchone() == (value,)


def test_a_view_may_call_them(connection: sqlite3.Connection) -> None:
    connection.executescript("""
        CREATE TABLE line (text TEXT);
        CREATE VIEW line_words AS SELECT words(text) AS text FROM line;
        INSERT INTO line VALUES ('Łódź');
    """)
    assert connection.execute("SELECT text FROM line_words").fetchall() == [("lodz",)]
