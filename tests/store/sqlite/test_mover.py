"""
The mover: what stands in the journal file comes into the database, once, whatever ends meanwhile.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from attrs import define, field
from stores import LATEST, WITHIN, ReactorThread, line, opened, result_of
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.journal.frames import encode
from twisted_chat.store.journal.segments import Segments, paths, read
from twisted_chat.store.records import AccountMade, Change, Line, RolesSet
from twisted_chat.store.sqlite import database
from twisted_chat.store.sqlite.database import connect
from twisted_chat.store.sqlite.mover import INTERVAL
from twisted_chat.store.sqlite.store import SQLiteStore
from twisted_chat.store.sqlite.tables.journal import recover


@define(eq=False)
class House:
    """
    A store on a file, with the time in the hands of the test.

    Attributes:
        due: what is to be called when the time has come.
    """

    path: Path
    reactor: ReactorThread = field(factory=ReactorThread)
    due: list[tuple[float, Callable[[], object]]] = field(factory=list)
    store: SQLiteStore = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = SQLiteStore(self.path, self.reactor, later=self._call_later)
        # However busy the machine is, a write that comes at all is taken for quick.
        self.store._mover._appender._wait = WITHIN
        self.store.load()

    def _call_later(self, delay: float, function: Callable[[], object]) -> None:
        self.due.append((delay, function))

    def wait(self, deferred: Any) -> Any:
        return result_of(deferred, self.reactor.do_one)

    def take(self, *changes: Change) -> bool:
        """
        Write, and return whether that was done at once.
        """
        written = self.store.write(changes)
        self.wait(written)
        return written is None

    def passes_time(self) -> None:
        due, self.due = self.due, []
        for _, function in due:
            function()
        # What the thread was given, it has done.
        result_of(self.store._writer._jobs.do(bool), self.reactor.do_one)

    @property
    def moved(self) -> list[int]:
        """
        The numbers of the lines that another program finds in the database.
        """
        return numbers_in(self.path)

    def closes(self) -> None:
        self.wait(self.store.close())


def numbers_in(path: Path) -> list[int]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute("SELECT number FROM line ORDER BY id").fetchall()
    return [number for (number,) in rows]


def leave(path: Path, folder: Path) -> Path:
    """
    Copy what a kill would leave now, and return where the database is.
    """
    folder.mkdir()
    for file in path.parent.glob("chat.db*"):
        if not file.name.endswith((".lock", "-shm")):
            shutil.copy(file, folder / file.name)
    return folder / "chat.db"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "house").mkdir()
    made = House(tmp_path / "house" / "chat.db")
    yield made
    made.closes()


# -- while all is well ----------------------------------------------------------------------------


def test_what_is_said_is_taken_at_once_and_in_the_database_within_two_seconds(house):
    assert house.take(opened(), line(1))
    assert house.take(line(2), line(3))
    assert house.moved == []
    assert [delay for delay, _ in house.due] == [INTERVAL]
    assert 2 * INTERVAL <= 2.0
    house.passes_time()
    assert house.moved == [1, 2, 3]
    house.passes_time()
    # Where nothing is said, nothing is looked at.
    assert house.due == []


def test_a_reader_sees_what_was_said_a_moment_ago(house):
    house.take(opened(), line(1), line(2))
    assert [each.number for each in house.wait(house.store.lines(1, LATEST, 9))] == [1, 2]
    assert house.moved == [1, 2]
    house.take(line(3))
    assert house.wait(house.store.prune(1_700_000_003_000_000, 100)) == 2
    assert house.moved == [3]


def test_what_is_said_while_the_database_is_removed_is_moved_when_it_is_back(house):
    assert house.take(opened(), line(1))
    house.passes_time()
    away = house.path.with_name("away.db")
    house.path.rename(away)
    # The journal file is still there, so this is taken, but not moved.
    assert house.take(line(2))
    with pytest.raises(StoreFailed, match=r"chat\.db was removed or replaced while"):
        house.wait(house.store.write([]))
    away.rename(house.path)
    house.wait(house.store.write([]))
    assert [each.number for each in house.wait(house.store.lines(1, LATEST, 9))] == [1, 2]


def test_a_decision_waits_for_the_database_and_comes_after_all_that_was_said_before_it(house):
    house.take(opened(), line(1))
    made = AccountMade(5, "alice", "alice", "hash")
    assert not house.take(made, line(2))
    assert house.moved == [1, 2]
    # It is in the disk's own, and so is what was said before.
    assert not house.take(RolesSet(5, frozenset({"operator"})))
    assert house.take(line(3))


def test_when_it_ends_all_is_in_the_database_and_the_journal_file_is_gone(tmp_path):
    house = House(tmp_path / "chat.db")
    house.take(opened(), line(1))
    assert paths(house.path)[0].exists()
    house.closes()
    assert house.moved == [1]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chat.db", "chat.db.lock"]


def test_where_much_is_said_at_once_nothing_waits_for_the_second(house):
    house.take(opened())
    text = "x" * 1000
    for number in range(1, 1500):
        house.take(line(number, text))
    until = time.monotonic() + WITHIN
    while len(house.moved) <= 300:
        assert time.monotonic() < until
    # What the thread does not have yet, it has as soon as it is asked.
    assert len(house.wait(house.store.lines(1, LATEST, LATEST))) == 1499
    assert house.moved == list(range(1, 1500))


# -- after a kill ---------------------------------------------------------------------------------


def test_after_a_kill_at_any_moment_all_that_was_told_is_there_once(house, tmp_path):
    chance = random.Random(13)
    told: list[int] = []
    for life in range(60):
        lines = [line(len(told) + part + 1) for part in range(chance.randrange(4))]
        changes = [*lines, *[AccountMade(life + 1, f"a{life}", f"a{life}", "h")] * (life % 5 == 0)]
        house.take(opened(), *changes)
        told += [each.number for each in lines]
        if chance.random() < 0.3:
            house.passes_time()
        if chance.random() < 0.1:
            house.wait(house.store.lines(1, LATEST, 1))
        left = leave(house.path, tmp_path / f"left-{life}")
        again = House(left)
        assert numbers_in(left) == told
        # And after another one, before it has done anything, or when it has said something.
        once_more = House(leave(left, tmp_path / f"again-{life}"))
        assert numbers_in(once_more.path) == told
        once_more.closes()
        assert again.take(line(len(told) + 1))
        last = House(leave(left, tmp_path / f"last-{life}"))
        assert numbers_in(last.path) == [*told, len(told) + 1]
        last.closes()
        again.closes()


def test_a_kill_between_moving_what_was_left_and_removing_it_does_nothing_twice(house, tmp_path):
    house.take(opened(), line(1), line(2))
    left = leave(house.path, tmp_path / "left")
    with contextlib.closing(connect(left)) as connection:
        assert recover(connection, read(left)) == 1
        assert recover(connection, read(left)) == 1
    assert numbers_in(left) == [1, 2]
    assert paths(left)[0].exists()
    again = House(left)
    assert numbers_in(left) == [1, 2]
    assert not paths(left)[0].exists()
    again.closes()


def test_a_turn_that_was_cut_off_by_the_kill_is_not_there_at_all(house, tmp_path):
    house.take(opened(), line(1))
    house.take(line(2), line(3))
    left = leave(house.path, tmp_path / "left")
    data = bytearray(paths(left)[0].read_bytes())
    end = len(encode(1, [opened(), line(1)])) + len(encode(2, [line(2), line(3)]))
    data[end - 1] ^= 0xFF
    paths(left)[0].write_bytes(bytes(data))
    again = House(left)
    assert numbers_in(left) == [1]
    again.closes()


def test_a_database_from_before_there_was_a_journal_file_is_taken_as_it_is(tmp_path):
    house = House(tmp_path / "chat.db")
    assert house.take(opened(), line(1))
    house.closes()


def test_beside_an_older_copy_of_the_database_the_journal_file_is_set_aside(tmp_path):
    house = House(tmp_path / "chat.db")
    house.take(opened(), line(1))
    house.passes_time()
    house.take(line(2))
    house.passes_time()
    house.take(line(3))
    left = leave(house.path, tmp_path / "left")
    house.closes()
    # A copy from when nothing had been said.
    first = House(tmp_path / "first.db")
    first.closes()
    for file in left.parent.glob("chat.db-*"):
        file.unlink()
    shutil.copy(first.path, left)
    with capturedLogs() as logged:
        again = House(left)
    assert [formatEvent(event) for event in logged] == [
        f"The journal file does not follow {left}; it was set aside"
    ]
    assert numbers_in(left) == []
    assert [file.name for file in left.parent.glob("*.left")] == ["chat.db.journal-0.left"]
    assert again.take(opened(), line(1))
    again.closes()


def test_another_program_may_move_what_a_running_server_has_said(house):
    house.take(opened(), line(1))
    with contextlib.closing(connect(house.path)) as connection:
        recover(connection, read(house.path))
    assert house.moved == [1]
    house.take(line(2))
    house.passes_time()
    assert house.moved == [1, 2]
    with contextlib.closing(connect(house.path)) as connection:
        recover(connection, read(house.path))
    assert house.moved == [1, 2]


# -- a disk that is slow, full or broken ----------------------------------------------------------


class FrozenSegments(Segments):
    """
    A journal file on a disk that does not answer until it is told to.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.thawed = Event()

    def append(self, number: int, data: bytes) -> bool:
        assert self.thawed.wait(WITHIN)
        return super().append(number, data)


def freeze(house: House) -> FrozenSegments:
    frozen = FrozenSegments(house.path)
    house.store._mover._segments = house.store._mover._appender._segments = frozen
    house.store._mover._appender._wait = 0.001
    return frozen


def test_a_turn_that_a_frozen_disk_holds_up_is_there_when_it_thaws_and_the_reactor_goes_on(house):
    frozen = freeze(house)
    written = house.store.write([opened(), line(1)])
    assert not written.called
    # A reader does not wait for it, nor is a decision.
    assert house.wait(house.store.lines(1, LATEST, 9)) == []
    house.passes_time()
    frozen.thawed.set()
    house.wait(written)
    house.store._mover._appender._wait = WITHIN
    house.wait(house.store.write([line(2)]))
    # That was quick, so the next one is waited for again.
    assert house.take(line(3))
    assert [each.number for each in house.wait(house.store.lines(1, LATEST, 9))] == [1, 2, 3]
    house.passes_time()
    assert house.moved == [1, 2, 3]


@pytest.mark.parametrize("refuses", ["has no room", "cannot be written"])
def test_a_turn_that_the_journal_file_refuses_late_goes_to_the_database_as_if_at_once(
    house, refuses
):
    frozen = freeze(house)
    written = house.store.write([opened(), line(1)])
    if refuses == "has no room":
        frozen.size = 1
    else:
        frozen._segments[0]._path = house.path.with_name("no such folder") / "file"
    frozen.thawed.set()
    house.wait(written)
    assert house.moved == [1]


def test_a_server_that_ends_on_a_frozen_disk_leaves_the_journal_file_to_the_thread(tmp_path):
    house = House(tmp_path / "chat.db")
    frozen = freeze(house)
    written = house.store.write([opened(), line(1)])
    house.closes()
    assert not written.called
    frozen.thawed.set()
    house.wait(written)
    again = House(house.path)
    assert again.moved == [1]
    again.closes()


def test_a_turn_that_the_journal_file_refuses_after_the_end_is_told_as_not_kept(tmp_path):
    house = House(tmp_path / "chat.db")
    frozen = freeze(house)
    written = house.store.write([opened(), line(1)])
    house.closes()
    frozen.size = 1
    frozen.thawed.set()
    with pytest.raises(StoreFailed, match="the journal file is full"):
        house.wait(written)


class BrokenSegments(Segments):
    """
    A journal file that cannot be written.
    """

    def append(self, number: int, data: bytes) -> bool:
        raise OSError(28, "No space left on device")


def test_where_the_journal_file_cannot_be_written_turns_wait_for_the_database(house):
    house.take(opened(), line(1))
    appender = house.store._mover._appender
    good, appender._segments = appender._segments, BrokenSegments(house.path)
    with capturedLogs() as logged:
        for number in (2, 3, 4):
            assert not house.take(line(number))
    assert [formatEvent(event) for event in logged] == [
        "The journal file cannot be written: [Errno 28] No space left on device"
    ]
    assert house.moved == [1, 2, 3, 4]
    appender._segments = good
    house.passes_time()
    assert house.take(line(5))
    house.passes_time()
    assert house.moved == [1, 2, 3, 4, 5]


def test_while_the_database_cannot_be_written_nothing_taken_is_lost_and_the_next_turns_know_it(
    house, monkeypatch, tmp_path
):
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.0)
    assert house.take(opened(), line(1))
    with contextlib.closing(sqlite3.connect(house.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with capturedLogs() as logged:
            house.passes_time()
            house.passes_time()
        assert [formatEvent(event) for event in logged] == [
            "What stands in the journal file cannot be moved to the database: database is locked"
        ]
        for _ in range(2):
            with pytest.raises(StoreFailed, match="locked"):
                house.take(line(2))
        # A reader is not told of it.
        assert house.wait(house.store.lines(1, LATEST, 9)) == []
        left = House(leave(house.path, tmp_path / "left"))
        assert left.moved == [1]
        left.closes()
        other.execute("ROLLBACK")
    assert not house.take(line(2))
    assert house.take(line(3))
    house.passes_time()
    assert house.moved == [1, 2, 3]


def test_a_server_that_ends_while_the_database_cannot_be_written_leaves_the_journal_file(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.0)
    house = House(tmp_path / "chat.db")
    house.take(opened(), line(1))
    with contextlib.closing(sqlite3.connect(house.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        house.closes()
    assert house.moved == []
    again = House(house.path)
    assert again.moved == [1]
    again.closes()


def test_what_a_bug_keeps_from_the_database_is_lost_alone_logged_and_counted(house):
    with capturedLogs() as logged:
        house.take(opened(), line(1))
        house.take(line(2), line(3, at=float("nan")), line(4))
        house.take(Line(1 << 63, 1, 5, 0.0, "said", "a", 0, "too large an id"), line(6))
        house.passes_time()
    assert house.moved == [1, 2, 4, 6]
    assert house.store.lost == 2
    assert [event["log_level"] for event in logged] == [LogLevel.critical] * 2
    assert house.take(line(7))
    house.passes_time()
    assert house.moved == [1, 2, 4, 6, 7]


# -- another file in its place -------------------------------------------------------------------


@pytest.mark.parametrize("other", ["a copy", "nothing"])
def test_what_is_moved_first_while_another_file_is_in_its_place_is_moved_when_it_is_back(
    tmp_path, other
):
    house = House(tmp_path / "chat.db")
    # Nothing was moved yet, so no connection has the file open.
    house.take(opened(), line(1))
    away = tmp_path / "away"
    away.mkdir()
    there = [file for file in house.path.parent.glob("chat.db*") if "journal" not in file.name]
    for file in there:
        file.rename(away / file.name)
    if other == "a copy":
        shutil.copyfile(away / "chat.db", house.path)
    # The time at which it is moved comes.
    with pytest.raises(StoreFailed, match="was removed or replaced while the server runs"):
        house.passes_time()
    for file in there:
        (away / file.name).replace(file)
    house.passes_time()
    house.passes_time()
    house.closes()
    again = House(house.path)
    assert again.moved == [1]
    again.closes()
