"""
Pruning: what is old is deleted.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from shared_retention import (
    ALICE,
    deed,
    exported,
    kept_rooms,
    line,
    message,
    report,
    texts,
)
from stores import ReactorThread, result_of

from twisted_chat.history.retention import STEP
from twisted_chat.store.decisions import (
    ReportRead,
    Sanction,
    SanctionEnded,
)
from twisted_chat.store.records import (
    RoomOpened,
    Seated,
)
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.store import SQLiteStore


def test_the_oldest_go_a_few_at_a_time() -> None:
    store = MemoryStore()
    store.write([line(at, text=str(at)) for at in range(1, 11)])
    assert result_of(store.prune(8_000_000, 3)) == 3
    assert texts(store) == ["4", "5", "6", "7", "8", "9", "10"]
    assert result_of(store.prune(8_000_000, 3)) == 3
    assert result_of(store.prune(8_000_000, 3)) == 1
    assert result_of(store.prune(8_000_000, 3)) == 0
    assert texts(store) == ["8", "9", "10"]


def test_what_was_done_goes_too_but_for_a_ban_that_holds() -> None:
    store = MemoryStore()
    ban = Sanction(1, 1, "ban", "mallory", 0, "mallory", "olive", "spam", 1.0, 9e9)
    store.write(
        [
            RoomOpened(1, "den", "den"),
            *(deed(1, "ban", "mallory", 9e9), deed(2, "ban", "eve", 8e9), deed(3, "kick", "bob")),
            *(ban, deed(9, "kick", "carol")),
        ]
    )
    assert result_of(store.prune(8_000_000, 100)) == 2
    left = result_of(store.audit(100, {}, is_everywhere=True))
    assert [(each.deed, each.target) for each in left] == [("ban", "mallory"), ("kick", "carol")]
    store.write([SanctionEnded(ban.id)])
    assert result_of(store.prune(8_000_000, 100)) == 1
    # No line of the room is ever given a number that it had counted to.
    result_of(store.prune(10_000_000, 100))
    assert [room.number for room in store.load().rooms] == [39]


def test_reports_go_too_once_an_operator_has_read_them() -> None:
    store = MemoryStore()
    store.write([report(1, is_read=True), report(2, is_read=False), report(9, is_read=True)])
    assert result_of(store.prune(8_000_000, 100)) == 1
    assert [each.at for each in result_of(store.reports(100))] == [2, 9]
    store.write([ReportRead(2_000_000)])
    assert result_of(store.prune(8_000_000, 100)) == 1


def test_rooms_go_of_which_nothing_is_kept_and_to_which_nobody_comes_back() -> None:
    store = MemoryStore()
    names = enumerate(("kitchen", "attic", "cellar", "garden"), 1)
    store.write([RoomOpened(number, name, name) for number, name in names])
    store.write([line(5, room=2), Seated(7, 3)])
    assert sorted(result_of(store.prune_rooms(dict.fromkeys((1, 2, 3), 9)))) == [1]
    assert kept_rooms(store) == ["attic", "cellar", "garden"]
    result_of(store.prune(9_000_000, 10))
    assert result_of(store.prune_rooms(dict.fromkeys((1, 2, 3), 9))) == [2]
    assert kept_rooms(store) == ["cellar", "garden"]


def test_a_room_where_users_only_came_and_went_is_forgotten_unless_it_is_in_use_again() -> None:
    store = MemoryStore()
    store.write([RoomOpened(number, f"room{number}", f"room{number}") for number in (1, 2, 3)])
    store.write(
        [
            line(at, room, number)._replace(kind=kind)
            for at, room, number, kind in [
                (1, 1, 1, "joined"), (2, 1, 2, "left"),
                (3, 2, 3, "joined"), (4, 2, 4, "left"),
                (5, 3, 5, "joined"), (6, 3, 6, "topic"),
            ]
        ]
    )  # fmt: skip
    # Line 4 of the second came after the rooms were looked at.
    assert result_of(store.prune_rooms({1: 2, 2: 3, 3: 6})) == [1]
    assert kept_rooms(store) == ["room2", "room3"]
    assert [each.number for each in result_of(store.lines(1, 99, 9))] == []
    assert [each.number for each in result_of(store.lines(2, 99, 9))] == [3, 4]


def test_the_store_in_memory_keeps_so_many_lines_and_messages() -> None:
    store = MemoryStore(most=100)
    for at in range(1, 200):
        store.write([line(at, text=str(at)), message(at)])
    assert 100 <= len(texts(store)) <= 101
    assert texts(store)[-1] == "199"
    assert 100 <= len(result_of(store.messages(-3, 7, 2**62, 1000))) <= 101


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.lists(st.integers(0, 50), max_size=8)),
            st.tuples(st.just("prune"), st.integers(1, 5)),
        ),
        max_size=30,
    ),
    st.integers(0, 60),
)
def test_steps_between_writes_leave_exactly_what_is_young_enough(
    steps: list[tuple[str, Any]], before: int
) -> None:
    store = MemoryStore()
    said: set[int] = set()
    for what, value in steps:
        if what == "write":
            new = sorted(set(value) - said)
            said |= set(new)
            store.write([line(at, number=at + 1) for at in new])
            store.write([message(at) for at in new])
        else:
            store.prune(before * 1_000_000, value)
            left = {each.at for each in result_of(store.lines(1, 2**62, 1000))}
            assert {at for at in said if at >= before} <= left <= said
    while result_of(store.prune(before * 1_000_000, 3)):
        pass
    young = sorted(at for at in said if at >= before)
    assert [each.at for each in result_of(store.lines(1, 2**62, 1000))] == young
    assert [each.at for each in result_of(store.messages(-3, 7, 2**62, 1000))] == young


def test_a_file_is_pruned_and_exported_too(tmp_path: Path) -> None:
    reactor = ReactorThread()
    store = SQLiteStore(tmp_path / "chat.db", reactor)
    wait_for = partial(result_of, drive=reactor.do_one)

    store.load()
    wait_for(store.write([*ALICE, line(5), line(6)]))
    assert wait_for(store.prune(6_000_000, STEP)) == 1
    assert [each.at for each in wait_for(store.lines(1, 2**62, 10))] == [6]
    assert wait_for(store.prune_rooms({1: 9})) == []
    path = wait_for(store.export(1_700_000_000_123_456, tmp_path / "exports"))
    assert [each["type"] for each in exported(path)] == ["account", "address", "room"]
    wait_for(store.close())
