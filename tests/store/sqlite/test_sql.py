"""
The store, as each kind of it answers.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_store import bench_of, texts
from stores import line, opened

from twisted_chat.store.interface import Waiting
from twisted_chat.store.records import (
    LAST_ID,
    TALK,
    Change,
    Line,
    RoomOpened,
)
from twisted_chat.store.snapshot import KnownRoom, Snapshot


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
    assert bench.wait(bench.store.audit(5, {1: 0}, is_everywhere=True)) == []
    assert bench.wait(bench.store.numbered(1, [2, 3])) == []
    assert bench.wait(bench.store.made_elsewhere()) == ()
    assert bench.wait(bench.store.invitations()) == []
    assert bench.wait(bench.store.waiting(7)) == Waiting((), 0)
    assert bench.wait(bench.store.messages(7, 8, LAST_ID, 5)) == []
    assert bench.wait(bench.store.last_messages(7)) == []
    assert bench.wait(bench.store.messages_to(7, 0, LAST_ID, 5)) == []
    assert bench.wait(bench.store.prune(0, 5)) == 0


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
