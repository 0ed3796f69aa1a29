"""
The store, as each kind of it answers.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_store import Bench, bench_of, texts
from stores import line, opened

from twisted_chat.store.records import (
    TALK,
    Change,
    Line,
    RoomOpened,
)
from twisted_chat.store.snapshot import KnownRoom, Snapshot
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import keep_some
from twisted_chat.store.sqlite.tables.once import Collision
from twisted_chat.store.tokens import RequestDone


def test_a_new_store_knows_nothing(bench):
    assert bench.lines() == []
    assert bench.reopen() == Snapshot()


def test_what_was_written_is_read_back_as_it_was_the_oldest_first(bench):
    lines = [
        Line(1001, 1, 1, 1_700_000_000.123456, "joined", "alice", -17, ""),
        Line(1002, 1, 2, 1_700_000_001.0, "said", "alice", 3, "hello", 1, "edited"),
        Line(1003, 1, 3, 1_700_000_000.5, "announced", "", 0, "the clock stepped back"),
    ]
    bench.write(opened(), *lines)
    assert bench.lines() == lines


def test_each_room_has_lines_of_its_own(bench):
    bench.write(opened(1), opened(2), line(1, "here"), line(1, "there", room=2), line(2, "h"))
    assert texts(bench.lines(1)) == ["here", "h"]
    assert texts(bench.lines(2)) == ["there"]
    assert bench.lines(3) == []


def test_of_what_was_never_written_nothing_is_read(bench):
    bench.write(opened(), line(1, "first"))
    assert bench.wait(bench.store.changed(1, 0, range(1, 9), 5)) == []
    assert bench.wait(bench.store.pinned(1)) == []
    assert bench.wait(bench.store.credentials(7)) is None
    assert bench.wait(bench.store.reports(5)) == []


def test_nothing_written_changes_nothing(bench):
    bench.write()
    assert bench.reopen() == Snapshot()


def test_what_is_written_again_stays_as_it_is(bench):
    changes = [opened(), line(1, "first"), line(2, "second")]
    bench.write(*changes)
    bench.write(*changes, line(3, "third"))
    bench.write(RoomOpened(1, "room1", "ROOM1"), line(1, "changed"))
    assert texts(bench.lines()) == ["first", "second", "third"]
    assert bench.reopen() == Snapshot((KnownRoom(1, "room1", "Room1", 3),), 3001)


def test_after_a_restart_it_knows_the_rooms_their_latest_lines_and_the_latest_id(bench):
    bench.write(opened(1, "Lobby"), opened(2, "dev"), opened(5, "quiet"))
    bench.write(line(1, room=2), line(2, room=2), line(7, "after a gap"))
    assert bench.reopen() == Snapshot(
        (
            KnownRoom(1, "lobby", "Lobby", 7),
            KnownRoom(2, "dev", "dev", 2),
            KnownRoom(5, "quiet", "quiet", 0),
        ),
        last_id=7001,
    )
    assert texts(bench.lines(1)) == ["after a gap"]


KINDS = ("said", "acted", "joined", "left", "topic")


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)


BATCHES = st.lists(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(KINDS), TEXT), max_size=12),
    max_size=8,
)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@settings(deadline=None, max_examples=25)
@given(data=st.data(), batches=BATCHES)
def test_a_store_answers_as_a_plain_list_does(tmp_path_factory, kind, data, batches):
    model: list[Line] = []
    rooms: dict[int, RoomOpened] = {}
    written: list[list[Change]] = []
    with bench_of(kind, tmp_path_factory.mktemp("store")) as bench:
        for batch in batches:
            changes: list[Change] = []
            for room, sort, text in batch:
                if room not in rooms:
                    rooms[room] = opened(room)
                    changes.append(rooms[room])
                number = 1 + sum(each.room == room for each in model)
                at = data.draw(st.floats(0, 1e10), label="at")
                made = Line(1 + len(model), room, number, at, sort, "a", -1, text)
                model.append(made)
                changes.append(made)
            written.append(changes)
            if data.draw(st.booleans(), label="again"):
                # What may have been written is written again, with what came later.
                since = data.draw(st.integers(0, len(written) - 1), label="since")
                changes = [change for each in written[since:] for change in each]
            bench.write(*changes)
            if data.draw(st.booleans(), label="restart"):
                latest = {each.room: each.number for each in model}
                known = {
                    KnownRoom(room.id, room.key, room.name, latest.get(room.id, 0))
                    for room in rooms.values()
                }
                kept = bench.reopen()
                assert (set(kept.rooms), kept.last_id) == (known, len(model))
            room = data.draw(st.integers(1, 4), label="room")
            before = data.draw(st.integers(0, 40), label="before")
            count = data.draw(st.integers(1, 10), label="count")
            kinds = data.draw(st.sampled_from([(), TALK, ("joined", "left")]), label="kinds")
            expected = [
                each
                for each in model
                if each.room == room and each.number < before and (not kinds or each.kind in kinds)
            ]
            assert bench.lines(room, before, count, kinds) == expected[-count:]


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
