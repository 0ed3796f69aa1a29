"""
Rows whose ids are ahead of their times, because the clock was put back.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest

from twisted_chat.store.sqlite.tables.ahead import Ahead


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, at REAL NOT NULL)")
        yield database


def write(database: sqlite3.Connection, *rows: tuple[int, float]) -> None:
    database.executemany("INSERT INTO row VALUES (?, ?)", rows)


def test_with_a_clock_that_is_right_none_is_ahead(database: sqlite3.Connection) -> None:
    ahead = Ahead("row")
    assert ahead.last(database) == 0
    write(database, *((second * 1_000_000, second) for second in range(1, 100)))
    # Many at once count on by a microsecond each.
    write(database, *((100_000_000 + number, 100.0) for number in range(1000)))
    assert ahead.last(database) == 0


def test_the_last_that_is_ahead_is_found_also_later_and_behind_others(
    database: sqlite3.Connection,
) -> None:
    ahead = Ahead("row")
    # An hour ahead, and then put right.
    write(database, (10_000_000, 10.0), (3_610_000_000, 3610.0), (3_610_000_001, 11.0))
    assert ahead.last(database) == 3_610_000_001
    write(database, (3_610_000_002, 500.0))
    assert ahead.last(database) == 3_610_000_002
    write(database, *((second * 1_000_000, second) for second in range(3_611, 3_700)))
    assert ahead.last(database) == 3_610_000_002
    # Once more, by a day.
    write(database, (90_000_000_000, 90_000.0), (90_000_000_001, 3_700.0))
    assert ahead.last(database) == 90_000_000_001
    # Who asks for the first time finds the same.
    assert Ahead("row").last(database) == 90_000_000_001


def test_a_clock_that_was_behind_makes_rows_older_than_their_ids(
    database: sqlite3.Connection,
) -> None:
    write(database, (1_000_000_000, 1000.0), (1_000_000_001, 0.0), (1_001_000_000, 1001.0))
    assert Ahead("row").last(database) == 1_000_000_001
