"""
Transactions: all of a write is kept or nothing, and what a bug forbids is left out where asked.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from shared_store import Bench, bench_of, texts
from stores import line, opened

from twisted_chat.store.records import Change, Line
from twisted_chat.store.snapshot import KnownRoom, Snapshot
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.tables.once import Collision
from twisted_chat.store.sqlite.transactions import keep_some
from twisted_chat.store.tokens import RequestDone


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Bench]:
    with bench_of("synced", tmp_path) as made:
        yield made


def test_nothing_is_kept_of_a_write_with_a_bug_and_its_error_is_raised(file):
    file.write(opened(), line(1))
    with pytest.raises(OverflowError):
        file.write(opened(2), line(2), Line(1 << 63, 1, 3, 0.0, "said", "a", 0, "too large an id"))
    with pytest.raises(sqlite3.IntegrityError):
        file.write(line(2), line(3, at=float("nan")))
    with pytest.raises(KeyError):
        file.write(line(2), "no change at all")
    assert texts(file.lines()) == ["line 1"]
    file.write(line(2, "as if nothing had been"))
    assert file.reopen() == Snapshot((KnownRoom(1, "room1", "Room1", 2),), 2001)


def test_only_what_a_bug_forbids_is_left_out_of_what_is_kept(tmp_path: Path) -> None:
    changes = [opened(), line(1), line(2), line(1)._replace(id=99), line(3)]
    reports: list[BaseException | None] = []
    with closing(open_database(tmp_path / "chat.db")) as connection, connection:
        connection.execute("BEGIN")
        refused = keep_some(connection, changes, lambda: reports.append(sys.exc_info()[1]))
        kept = connection.execute("SELECT number FROM line ORDER BY number").fetchall()
    assert refused == [changes[3]]
    assert [type(error) for error in reports] == [Collision]
    assert kept == [(1,), (2,), (3,)]


def test_what_programs_say_with_labels_is_written_many_lines_at_once(tmp_path: Path) -> None:
    changes: list[Change] = [opened()]
    for number in range(1, 9):
        changes += [line(number), RequestDone("aaaa", f"s{number}")]
    changes += [opened(2), line(9, room=2)]
    statements: list[str] = []
    with closing(open_database(tmp_path / "chat.db")) as connection, connection:
        connection.execute("BEGIN")
        connection.set_trace_callback(statements.append)
        assert keep_some(connection, changes, pytest.fail) == []
        connection.set_trace_callback(None)
        kept = connection.execute("SELECT room, number FROM line ORDER BY id").fetchall()
        done = connection.execute("SELECT label FROM done ORDER BY id").fetchall()
    assert sum(each.startswith("INSERT INTO line ") for each in statements) == 2
    assert kept == [(1, number) for number in range(1, 9)] + [(2, 9)]
    assert done == [(f"s{number}",) for number in range(1, 9)]


def test_a_fault_of_the_disk_leaves_nothing_out(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "chat.db")) as connection:
        connection.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            keep_some(connection, [opened()], pytest.fail)
