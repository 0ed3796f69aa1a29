"""
How far the journal file was moved: each turn comes into the database once, by whatever program.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from stores import line, opened
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.store.journal.frames import encode
from twisted_chat.store.journal.segments import Segments, paths, read
from twisted_chat.store.records import Change
from twisted_chat.store.sqlite.database import connect, open_database
from twisted_chat.store.sqlite.tables.journal import catch_up, move, recover, take_over


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(path)) as made:
        yield made


def leave(path: Path, turns: dict[int, list[Change]]) -> None:
    """
    Write turns into the journal file, each into the frame of its number, and leave them there.
    """
    segments = Segments(path)
    for number, changes in turns.items():
        assert segments.append(number, encode(number, changes))
    segments.close()


def said(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    return connection.execute("SELECT number, text FROM line ORDER BY number").fetchall()


def test_turns_that_the_database_has_are_not_moved_again(connection: sqlite3.Connection) -> None:
    turns = [[opened(), line(1, "tea")], [line(2, "cake")]]
    assert move(connection, 1, turns) == []
    assert move(connection, 1, turns) == []
    assert move(connection, 2, [turns[1], [line(3, "milk")]]) == []
    assert said(connection) == [(1, "tea"), (2, "cake"), (3, "milk")]
    assert connection.execute("SELECT moved FROM journal").fetchall() == [(3,)]


def test_a_change_that_a_bug_keeps_out_is_returned_and_the_others_are_moved(
    connection: sqlite3.Connection,
) -> None:
    twin = line(1, "coffee")._replace(id=77)
    with capturedLogs() as logged:
        assert move(connection, 1, [[opened(), line(1, "tea"), twin, line(2, "cake")]]) == [twin]
    assert said(connection) == [(1, "tea"), (2, "cake")]
    texts = [formatEvent(event) for event in logged]
    assert texts == ["A change could not be moved to the database"]
    assert not any("coffee" in text for text in texts)


# What is said in so many rooms at once changes more pages than SQLite keeps copies of in memory,
# unless it is told to.
MANY = [
    opened(),
    *[line(number, f"line {number}", room=room) for number in range(1, 41) for room in range(100)],
]


def test_while_all_goes_well_nothing_is_prepared_to_be_taken_back_in_part(
    connection: sqlite3.Connection,
) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    assert move(connection, 1, [MANY]) == []
    assert len(said(connection)) == 4000
    assert not [each for each in statements if each.startswith("SAVEPOINT")]


def test_what_is_only_moved_at_the_second_try_is_told(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug that comes once")

    monkeypatch.setattr("twisted_chat.store.sqlite.tables.journal.keep_all", fail)
    with capturedLogs() as logged:
        assert move(connection, 1, [[opened(), line(1, "tea")]]) == []
    assert said(connection) == [(1, "tea")]
    texts = [formatEvent(event) for event in logged]
    assert texts == ["Changes were moved to the database at the second try only"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists what is open")
def test_what_is_said_is_copied_to_no_file_elsewhere(
    connection: sqlite3.Connection, path: Path
) -> None:
    before = opened_elsewhere(path)
    seen: set[str] = set()
    # Called every 1000 steps of SQLite, also within a statement.
    connection.set_progress_handler(lambda: seen.update(opened_elsewhere(path)), 1000)
    twin = MANY[1]._replace(id=77)  # type: ignore[union-attr]  # a line
    with capturedLogs():
        assert move(connection, 1, [[*MANY, twin]]) == [twin]
    assert len(said(connection)) == 4000
    assert seen <= before


def opened_elsewhere(path: Path) -> set[str]:
    """
    Return the files that are open outside of the folder of ``path``.
    """
    found: set[str] = set()
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.add(str(each.readlink()))
    return {each for each in found if not each.startswith(f"{path.parent}/")}


def test_what_stands_behind_a_gap_is_not_moved(connection: sqlite3.Connection, path: Path) -> None:
    leave(path, {1: [opened(), line(1, "tea")], 3: [line(3, "milk")]})
    assert recover(connection, read(path)) == 1
    assert recover(connection, read(path)) == 1
    assert said(connection) == [(1, "tea")]


def test_a_copy_from_before_there_was_a_journal_file_is_left_alone(
    connection: sqlite3.Connection, path: Path
) -> None:
    leave(path, {1: [opened(), line(1, "tea")]})
    connection.execute("DROP TABLE journal")
    assert recover(connection, read(path)) == 0
    assert said(connection) == []


def test_what_a_killed_server_left_is_taken_over_and_removed(
    connection: sqlite3.Connection, path: Path
) -> None:
    leave(path, {1: [opened(), line(1, "tea")], 2: [line(2, "cake")]})
    assert take_over(connection, path) == 2
    assert said(connection) == [(1, "tea"), (2, "cake")]
    assert not any(each.exists() for each in paths(path))
    assert take_over(connection, path) == 2


def test_a_journal_file_of_another_database_is_set_aside(
    connection: sqlite3.Connection, path: Path
) -> None:
    leave(path, {5: [line(5, "milk")]})
    with capturedLogs() as logged:
        assert take_over(connection, path) == 0
    assert [formatEvent(event) for event in logged] == [
        f"The journal file does not follow {path}; it was set aside"
    ]
    assert said(connection) == []
    assert [each.name for each in path.parent.glob("*journal*")] == ["chat.db.journal-0.left"]


def test_a_database_that_may_only_be_read_is_read_as_it_is(
    connection: sqlite3.Connection, path: Path
) -> None:
    move(connection, 1, [[opened(), line(1, "tea")]])
    leave(path, {2: [line(2, "cake")]})
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
        catch_up(reader, path)
        assert said(reader) == [(1, "tea")]
    catch_up(connection, path)
    assert said(connection) == [(1, "tea"), (2, "cake")]


def test_a_database_that_another_program_holds_is_not_passed_over(
    connection: sqlite3.Connection, path: Path
) -> None:
    leave(path, {1: [opened(), line(1, "tea")]})
    with closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            catch_up(connection, path)
