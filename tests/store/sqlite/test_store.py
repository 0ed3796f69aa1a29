"""
The stores: one suite for all of them, and what only a file on a disk can do wrong.
"""

from __future__ import annotations

import contextlib
import random
import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shared_store import Bench, bench_of, texts
from stores import LATEST, ReactorThread, line, opened, result_of

from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.decisions import Modes, RoomState, SanctionEnded, StandingEnded
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import (
    TALK,
    AccountMade,
    AccountRemoved,
    Came,
    Change,
    Line,
    Message,
    MessagesRead,
    PasswordSet,
    Revised,
    RolesSet,
    RoomOpened,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.snapshot import KnownRoom, Snapshot
from twisted_chat.store.sqlite import database
from twisted_chat.store.sqlite.store import SQLiteStore


def test_a_file_that_was_removed_keeps_nothing_until_it_is_back(tmp_path):
    path, away = tmp_path / "chat.db", tmp_path / "away.db"
    with bench_of("synced", tmp_path) as bench:
        bench.write(opened(), line(1))
        assert bench.wait(bench.store.usage()).size >= path.stat().st_size
        path.rename(away)
        for changes in ([line(2)], []):
            with pytest.raises(StoreFailed, match=r"chat\.db was removed or replaced while"):
                bench.write(*changes)
        away.rename(path)
        bench.write(line(2))
        assert [each.number for each in bench.lines()] == [1, 2]


# -- what every store does -----------------------------------------------------------------------


def test_the_last_lines_before_a_number_are_read_page_by_page(bench):
    bench.write(opened(), *[line(number) for number in range(1, 11)])
    pages, before = [], LATEST
    while page := bench.lines(before=before, count=4):
        pages.append([each.number for each in page])
        before = page[0].number
    assert pages == [[7, 8, 9, 10], [3, 4, 5, 6], [1, 2]]
    assert bench.lines(count=0) == []


def test_lines_of_some_kinds_are_found_however_many_others_lie_between(bench):
    kinds = ["said", *["joined"] * 300, "acted", *["left"] * 300, "topic", "renamed"]
    bench.write(opened(), *[line(number, kind=kind) for number, kind in enumerate(kinds, 1)])
    assert [each.kind for each in bench.lines(count=20, kinds=TALK)] == ["said", "acted", "topic"]
    assert [each.number for each in bench.lines(count=1, kinds=("said",))] == [1]
    assert [each.kind for each in bench.lines(count=2)] == ["topic", "renamed"]


def test_lines_of_a_room_that_was_never_opened_are_kept_all_the_same(bench):
    bench.write(line(1, "orphan", room=9))
    assert texts(bench.lines(9)) == ["orphan"]
    assert bench.reopen() == Snapshot((), last_id=1009)


def test_large_ids_and_numbers_and_every_time_are_kept_exactly(bench):
    last = (1 << 63) - 1
    lines = [
        Line(last - 1, 1, last - 1, 4_102_444_800.000001, "said", "a", -last, "after 2038"),
        Line(last, 1, last, -1.5, "said", "a", last, "before 1970", last),
    ]
    bench.write(opened(), *lines)
    assert bench.lines(before=last) == lines[:1]
    assert bench.reopen().last_id == last


TEXTS = [
    "",
    " leading, trailing ",
    "tab\tand\r\nnewlines\n",
    "NUL \0 in the middle",
    "\0",
    "'; DROP TABLE line; --",
    "é e\u0301 ß ﬁ Ω",
    "\u202e right to left \u2066",
    "\x1b[31m red",
    "\ufffe\uffff\U0010ffff",
    "\N{THUMBS UP SIGN}\U0001f3fd\u200d",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_any_text_comes_back_as_it_was(bench, text):
    said = Line(1001, 1, 1, 1.5, "said", text, -1, text)
    bench.write(RoomOpened(1, text, text), said)
    assert bench.reopen().rooms == (KnownRoom(1, text, text, 1),)
    assert bench.lines() == [said]


def test_ten_thousand_lines_in_one_write_are_all_there(bench):
    lines = [line(number) for number in range(1, 10_001)]
    bench.write(opened(), *lines)
    assert bench.lines() == lines
    assert bench.lines(before=5001, count=3) == lines[4997:5000]


@pytest.mark.parametrize("count", [1, 7, 8, 9, 63, 64, 65, 137])
def test_however_many_lines_a_write_has_all_are_kept_in_order(bench, count):
    lines = [line(number) for number in range(1, count + 1)]
    bench.write(opened(), *lines)
    assert bench.lines() == lines


def test_a_user_who_reads_sees_all_that_was_kept_before(bench):
    for number in range(1, 30):
        bench.write(opened(), line(number))
        assert bench.lines(count=1) == [line(number)]


def test_a_close_writes_all_that_was_handed_over(bench):
    for number in range(1, 51):
        bench.store.write([opened(), line(number)])
    assert bench.reopen().rooms[0].number == 50
    assert len(bench.lines()) == 50


# -- all of them against a plain model -----------------------------------------------------------


# -- what only a file does -----------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Bench]:
    with bench_of("synced", tmp_path) as made:
        yield made


def test_a_lone_surrogate_which_no_encoding_holds_is_read_as_a_replacement(file):
    others = [line(number) for number in range(2, 80)]
    file.write(opened(), line(1, "a \ud83d b"), *others)
    assert file.lines() == [line(1, "a \ufffd b"), *others]


def test_a_file_that_another_program_locks_is_no_bug_and_it_works_when_that_ends(
    file, path, monkeypatch
):
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.0)
    file.write(opened(), line(1))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreFailed, match="locked"):
            file.write(line(2))
        # Readers do not wait for writers.
        assert file.lines() == [line(1)]
        other.execute("ROLLBACK")
    file.write(line(2))
    assert file.lines() == [line(1), line(2)]


def test_a_file_that_is_locked_at_the_very_first_write_is_no_bug_either(file, path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.0)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        for ask in (lambda: file.write(opened()), file.lines):
            with pytest.raises(StoreFailed):
                ask()
    file.write(opened(), line(1))
    assert file.lines() == [line(1)]


@pytest.mark.parametrize("damage", ["gone", "folder", "text", "empty"])
def test_a_file_that_is_not_what_it_was_when_the_threads_begin_is_no_bug(file, path, damage):
    aside = path.with_name("aside")
    path.rename(aside)
    if damage == "folder":
        path.mkdir()
    elif damage == "text":
        path.write_text("This is no database, and it is longer than a header would be. " * 20)
    elif damage == "empty":
        path.touch()
    for ask in (lambda: file.write(opened(), line(1)), file.lines):
        with pytest.raises(StoreFailed):
            ask()
    if damage == "folder":
        path.rmdir()
    aside.rename(path)
    file.write(opened(), line(1))
    assert file.lines() == [line(1)]


@pytest.fixture
def full_disk(path: Path) -> Iterator[Callable[[], contextlib.AbstractContextManager[None]]]:
    """
    Limit files to the present size of the write-ahead log, as a full disk does.
    """

    @contextlib.contextmanager
    def full() -> Iterator[None]:
        size = path.with_name(f"{path.name}-wal").stat().st_size
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        # Python ignores the signal, so that a write fails instead.
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    return full


def test_nothing_is_kept_of_a_write_that_fills_the_disk_and_all_once_there_is_room(
    file, full_disk
):
    file.write(opened(), line(1))
    many = [opened(2), *[line(number, "x" * 2000) for number in range(2, 500)]]
    with full_disk():
        for _ in range(3):
            with pytest.raises(StoreFailed):
                file.write(*many)
            assert file.lines() == [line(1)]
    file.write(*many)
    assert len(file.lines()) == 499
    assert [room.id for room in file.reopen().rooms] == [1, 2]


def test_a_copy_of_the_files_at_any_moment_has_whole_writes_only(file, path, tmp_path):
    # What a kill leaves is what the system has of the files.
    chance = random.Random(42)
    for number in range(1, 40):
        write = file.store.write([opened(), *[line(number * 100 + part) for part in range(10)]])
        if chance.random() < 0.5:
            file.wait(write)
        copy = tmp_path / "copy.db"
        for suffix in ("-wal", ""):
            # The log first: a checkpoint that came between would be in the file too.
            source = path.with_name(path.name + suffix)
            target = copy.with_name(copy.name + suffix)
            target.unlink(missing_ok=True)
            if source.exists():
                target.write_bytes(source.read_bytes())
        with contextlib.closing(sqlite3.connect(copy)) as reader:
            counts = reader.execute("SELECT count(*) FROM line GROUP BY number / 100").fetchall()
            assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert set(counts) <= {(10,)}


# -- a loss of power ------------------------------------------------------------------------------


PASSING = [
    opened(),
    line(1),
    Revised(line(1, "anew")),
    Message(1, 1.0, "alice", 1, "bob", 2, "psst"),
    MessagesRead(1, 1),
    Came(1),
    Went(1, 1),
    Seated(1, 1),
    Unseated(1, 1),
    AllowanceKept(Allowance("1", "", 1.0), is_settled=False),
]
LASTING = [
    PasswordSet(1, "another"),
    RolesSet(1, frozenset({"operator"})),
    RoomState(1, "topic", Modes(), 1),
    StandingEnded(1, 1),
    SanctionEnded(1),
    AccountRemoved(1),
]
NORMAL, FULL = 1, 2


def synced(store: SQLiteStore, reactor: ReactorThread, *changes: Change) -> list[int]:
    """
    Write, and return how surely each transaction was brought to the disk, and then what is usual.
    """
    found: list[int] = []

    def level(connection: sqlite3.Connection) -> int:
        (number,) = connection.execute("PRAGMA synchronous").fetchone()
        return int(number)

    def watch(connection: sqlite3.Connection) -> None:
        def note(statement: str) -> None:
            if statement.startswith("PRAGMA synchronous ="):
                name = statement.rpartition(" ")[2]
                found.append({"FULL": FULL}.get(name) or int(name))

        connection.set_trace_callback(note)

    result_of(store._writer.do(watch), reactor.do_one)
    before = result_of(store._writer.do(level), reactor.do_one)
    result_of(store.write(changes), reactor.do_one)
    return [found[0] if found else before, result_of(store._writer.do(level), reactor.do_one)]


@pytest.mark.parametrize("sync", ["normal", "full"])
def test_decisions_are_on_the_disk_itself_and_talk_where_that_is_asked_for(tmp_path, sync):
    reactor = ReactorThread()
    store = SQLiteStore(tmp_path / "chat.db", reactor, sync)
    store.load()
    usual = {"normal": NORMAL, "full": FULL}[sync]
    made = AccountMade(1, "alice", "alice", "hash")
    assert synced(store, reactor, made) == [FULL, usual]
    assert synced(store, reactor, *PASSING) == [usual, usual]
    for change in LASTING:
        assert synced(store, reactor, *PASSING, change) == [FULL, usual]
    result_of(store.close(), reactor.do_one)


def test_after_a_decision_that_fails_talk_is_written_as_before(tmp_path):
    reactor = ReactorThread()
    store = SQLiteStore(tmp_path / "chat.db", reactor)
    store.load()
    # The same name twice cannot be.
    twice = [AccountMade(number, "alice", "alice", "hash") for number in (1, 2)]
    with pytest.raises(sqlite3.IntegrityError):
        synced(store, reactor, *twice)
    assert synced(store, reactor, *PASSING) == [NORMAL, NORMAL]
    result_of(store.close(), reactor.do_one)
