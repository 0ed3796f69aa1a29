"""
Decisions in the database.
"""

from typing import Any

import pytest
from attrs import evolve
from logins import come, told
from shared_decided import DEN, Kept, audited

from twisted_chat.store.decisions import (
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
from twisted_chat.store.records import AccountMade, Line, Seated
from twisted_chat.store.sqlite.memory import MemoryStore
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


def test_what_ended_is_not(kept: Kept) -> None:
    kept.wait(kept.store.write([OWNER, MEMBER, BAN, MUTE]))
    kept.wait(kept.store.write([StandingEnded(1, 2), SanctionEnded(30), StandingEnded(1, 2)]))
    found = kept.reopen().load()
    assert found.standings == (OWNER,)
    assert found.sanctions == (MUTE,)


def test_of_a_room_that_is_gone_only_what_stays_hidden_is_known(kept: Kept) -> None:
    kept.wait(kept.store.write([DEN, OWNER, BAN, MUTE, RoomGone(1, 8, was_closed=False)]))
    found = kept.reopen().load()
    assert found.states == (RoomState(1, "", Modes(), 8),)
    assert found.standings == ()
    assert found.sanctions == (MUTE,)


@pytest.mark.parametrize("was_closed", [True, False])
def test_nobody_comes_back_unasked_to_a_room_that_not_everybody_could_enter(
    kept: Kept, was_closed: bool
) -> None:
    kept.wait(kept.store.write([AccountMade(7, "bob", "bob", "hash"), Seated(7, 1), Seated(7, 2)]))
    kept.wait(kept.store.write([RoomGone(1, 8, was_closed)]))
    assert kept.wait(kept.store.credentials(7)).seats == ((2,) if was_closed else (1, 2))


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

    def read(*args: Any) -> list[int]:
        return [entry.id for entry in kept.wait(kept.store.audit(*args))]

    assert kept.wait(kept.store.audit(10, {})) == entries
    assert read(2, {}) == [3, 4]
    assert read(10, {1: 4}) == [2, 3, 4]
    assert read(10, {1: 2**62, 2: 1}) == [2, 4]
    assert read(10, {}, 1) == [1, 3]
    assert read(10, {1: 4}, 1) == [3]
    assert read(1, {1: 0}, 1) == [3]


def test_reports_wait_until_they_are_read(kept: Kept) -> None:
    first = Reported(1, 1.0, "gast", "", "mallory", 0, "spams", is_read=False)
    second = evolve(first, id=2, account="bob", room=1)
    kept.wait(kept.store.write([first, second, ReportRead(1)]))
    assert kept.wait(kept.store.reports(10, unread=True)) == [second]
    assert kept.wait(kept.store.reports(10)) == [evolve(first, is_read=True), second]
    assert kept.wait(kept.store.reports(1)) == [second]
    assert kept.reopen().load().unread == 1
