"""
Decisions in the database.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from attrs import astuple, evolve, fields
from logins import come, told
from shared_decided import DEN, Kept, audited

from twisted_chat.store.decisions import (
    Audited,
    Modes,
    Rank,
    Reported,
    ReportRead,
    RoomGone,
    RoomState,
    Sanction,
    SanctionEnded,
    Standing,
    StandingEnded,
)
from twisted_chat.store.records import LAST_ID, AccountMade, Line, Seated
from twisted_chat.store.settings import ReadKept, ReadMark, SettingKept
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.tables.decisions import audit
from twisted_chat.testing import Chat

OWNER = Standing(1, 1, "alice", Rank.OWNER, 1)


MEMBER = Standing(1, 2, "bob", Rank.MEMBER, 5)


BAN = Sanction(30, 1, "ban", "192.0.2.0/24", 0, "192.0.2.0/24", "alice", "spam", 1.5, 2.5)


MUTE = Sanction(31, 0, "mute", "gast", -9, "Gast", "oscar", "", 1.0, 9.0)


def test_what_was_decided_is_there_at_the_next_start(kept: Kept) -> None:
    kept.wait(
        kept.store.write(
            [
                RoomState(1, "", Modes(), 1), DEN, OWNER, evolve(MEMBER, rank=Rank.VOICED), MEMBER,
                Line(12, 1, 1, 1.0, "said", "alice", 1, "hello"), BAN, MUTE,
                Reported(40, 1.0, "gast", "", "mallory", 1, "spams", is_read=False),
            ]
        )
    )  # fmt: skip
    found = kept.reopen().load()
    assert found.states == (DEN,)
    assert found.standings == (OWNER, MEMBER)
    assert found.standings[0].rank is Rank.OWNER
    assert found.sanctions == (BAN, MUTE)
    assert found.unread == 1
    assert found.last_id == 40


def test_decisions_that_ended_are_gone_at_the_next_start(kept: Kept) -> None:
    kept.wait(kept.store.write([OWNER, MEMBER, BAN, MUTE]))
    kept.wait(kept.store.write([StandingEnded(1, 2), SanctionEnded(30), StandingEnded(1, 2)]))
    found = kept.reopen().load()
    assert found.standings == (OWNER,)
    assert found.sanctions == (MUTE,)


def test_only_what_stays_hidden_is_known_of_a_room_that_is_gone(kept: Kept) -> None:
    kept.wait(kept.store.write([DEN, OWNER, BAN, MUTE, RoomGone(1, 8, was_closed=False)]))
    found = kept.reopen().load()
    assert found.states == (RoomState(1, "", Modes(), 8),)
    assert found.standings == ()
    assert found.sanctions == (MUTE,)


@pytest.mark.parametrize("was_closed", [True, False])
def test_no_user_comes_back_by_themselves_to_a_room_that_not_everybody_could_enter(
    kept: Kept, was_closed: bool
) -> None:
    kept.wait(kept.store.write([AccountMade(7, "bob", "bob", "hash"), Seated(7, 1), Seated(7, 2)]))
    kept.wait(kept.store.write([RoomGone(1, 8, was_closed)]))
    assert kept.wait(kept.store.credentials(7)).seats == ((2,) if was_closed else (1, 2))


@pytest.mark.parametrize("was_closed", [True, False])
def test_what_users_have_set_and_read_of_a_room_ends_with_a_closed_one(
    kept: Kept, was_closed: bool
) -> None:
    kept.wait(kept.store.write([AccountMade(7, "bob", "bob", "hash")]))
    # Room 11 is none of it.
    for room in (1, 11):
        level = SettingKept(7, f"notify/{room}", "all")
        kept.wait(kept.store.write([level, ReadKept(7, room, 3)]))
    kept.wait(kept.store.write([RoomGone(1, 8, was_closed)]))
    found = kept.wait(kept.store.credentials(7))
    rest = (11,) if was_closed else (1, 11)
    assert sorted(found.settings) == [(f"notify/{room}", "all") for room in rest]
    assert found.read == tuple((room, ReadMark(3)) for room in rest)


def test_a_ban_that_holds_stays_in_the_trail_whatever_the_banned_were_called() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    oscar, bob = come(chat, "oscar", "operator"), come(chat, "bob")
    bob.types("/nick robert")
    oscar.types("/serverkick oscar-is-not-here", "/serverban robert 5d spam", "/announce hello")
    store.prune(2**62, 1000)
    (entry,) = told(oscar, "/audit")
    assert "ban robert (account bob)" in entry


def test_the_audit_trail_is_read_from_where_one_may(kept: Kept) -> None:
    entries = [
        audited(1, first=3), audited(2, room=0, first=0), audited(3, first=4), audited(4, room=2)
    ]  # fmt: skip
    kept.wait(kept.store.write(entries))
    kept.wait(kept.store.write(entries[:1]))

    def read(*args: Any, everywhere: bool = True) -> list[int]:
        found = kept.wait(kept.store.audit(*args, is_everywhere=everywhere))
        return [entry.id for entry in found]

    assert kept.wait(kept.store.audit(10, {}, is_everywhere=True)) == entries
    assert read(2, {}) == [3, 4]
    assert read(2, {}, 4) == [2, 3]
    assert read(10, {1: 1}, everywhere=False) == [1, 3]
    assert read(10, {1: 4}, everywhere=False) == [3]
    assert read(10, {1: 5}, everywhere=False) == []
    # The room is closed, and then opened again; what was before stays hidden.
    for state, is_open in (
        (RoomState(1, "", Modes(private=True), 1), [2, 4]),
        (RoomState(1, "", Modes(password="$hash"), 1), [2, 4]),
        (RoomState(1, "", Modes(), 4), [2, 3, 4]),
        (RoomState(1, "tea", Modes(), 5), [2, 4]),
        (RoomGone(1, 5, was_closed=True), [2, 4]),
    ):
        kept.wait(kept.store.write([state]))
        assert read(10, {}) == is_open, state
        assert read(10, {1: 4}) == [2, 3, 4]
    kept.wait(kept.store.write([audited(5, first=4), audited(6, first=5)]))
    assert read(10, {}) == [2, 4, 6]
    assert read(10, {1: 4}) == [2, 3, 4, 5, 6]


def test_what_is_hidden_in_the_trail_of_an_older_database_stays_hidden(tmp_path: Path) -> None:
    steps, path = tmp_path / "steps", tmp_path / "chat.db"
    steps.mkdir()
    for step in read_migrations(SCHEMA)[:2]:
        (steps / step.name).write_text(step.sql)
    with closing(open_database(path, steps)) as database:
        # The rooms, the first lines that are read there, and whether they are private, slow, and
        # have a password.
        database.executemany(
            "INSERT INTO room_state VALUES (?, '', ?, ?, 0, 0, 0, ?, 1, ?)",
            [(2, 9, 0, 0, ""), (3, 1, 1, 0, ""), (4, 1, 0, 0, "$hash"), (5, 1, 0, 5, "")],
        )
        entries = [audited(room, room=room, first=8) for room in range(1, 6)]
        entries += [audited(6, room=2, first=9), audited(7, room=0, first=0)]
        marks = ", ".join("?" * len(fields(Audited)))
        database.executemany(f"INSERT INTO audit VALUES ({marks})", map(astuple, entries))
    with closing(open_database(path)) as database:
        found = audit(database, 10, {4: 1}, LAST_ID, is_everywhere=True)
    assert [entry.id for entry in found] == [1, 4, 5, 6, 7]
    assert path.with_name("chat.db.before-0003").exists()


def steps_of(hidden: int, count: int = 20) -> int:
    """
    Return the steps that SQLite takes for a page of the trail behind ``hidden`` entries.
    """
    store = MemoryStore()
    store.write([audited(number, room=0, first=0) for number in range(1, 31)])
    store.write([RoomState(room, "", Modes(private=True), 1) for room in range(1, 11)])
    filling = range(31, 31 + hidden)
    store.write([audited(number, room=number % 10 + 1, first=number) for number in filling])
    steps = 0

    def count_step() -> int:
        nonlocal steps
        steps += 1
        return 0

    store._connection.set_progress_handler(count_step, 1)
    found = store.audit(count, {1: hidden + 30, 2: 2**62}, is_everywhere=True).result
    assert [entry.id for entry in found] == [*range(32 - count, 31), hidden + 30]
    return steps


def test_a_page_of_the_trail_costs_the_same_however_much_is_hidden_before_it() -> None:
    few, many = steps_of(hidden=200), steps_of(hidden=20_000)
    assert many < 1.2 * few


def test_reports_wait_until_they_are_read(kept: Kept) -> None:
    first = Reported(1, 1.0, "gast", "", "mallory", 0, "spams", is_read=False)
    second = evolve(first, id=2, account="bob", room=1)
    kept.wait(kept.store.write([first, second, ReportRead(1)]))
    assert kept.wait(kept.store.reports(10, unread=True)) == [second]
    assert kept.wait(kept.store.reports(10)) == [evolve(first, is_read=True), second]
    assert kept.wait(kept.store.reports(1)) == [second]
    assert kept.reopen().load().unread == 1
