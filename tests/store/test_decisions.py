"""
What was decided, kept: the store in memory and the one in a file do the same.
"""

from attrs import evolve
from logins import come, told
from shared_decided import DEN, Kept, audited
from stores import result_of

from twisted_chat.store.decisions import (
    Rank,
    Standing,
)
from twisted_chat.store.records import Line
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

MEMBER = Standing(1, 2, "bob", Rank.MEMBER, 5)


def test_no_number_is_given_twice_however_much_of_a_room_was_deleted(kept: Kept) -> None:
    said = Line(12, 1, 3, 1.0, "said", "alice", 1, "hello")
    kept.wait(kept.store.write([said, evolve(MEMBER, room=2, since=9), audited(5, first=6)]))
    store = kept.reopen()
    assert [room.number for room in store.load().rooms] == [5, 8]
    kept.wait(store.write([DEN]))
    kept.wait(store.prune(100, 10))
    store = kept.reopen()
    assert [room.number for room in store.load().rooms] == [6, 8]
    assert kept.wait(store.prune_rooms({1: 9, 2: 9})) == []


def test_the_audit_trail_keeps_no_room_and_no_other_room_gets_its_number(kept: Kept) -> None:
    kept.wait(kept.store.write([audited(5, room=2)]))
    assert sorted(kept.wait(kept.store.prune_rooms({1: 9, 2: 9}))) == [1, 2]
    store = kept.reopen()
    found = store.load()
    assert found.rooms == ()
    assert found.last_room == 2
    assert kept.wait(store.audit(10, {}, is_everywhere=True)) == [audited(5, room=2)]


def test_a_new_room_has_nothing_to_do_with_the_trail_of_one_that_was_forgotten() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator")
    oscar.types("/join den", "/keephistory off", "/slow 5s", "/disown", "/leave den", "/quit")
    gone = chat.hub.timelines._asleep("den").id
    (line,) = result_of(store.lines(gone, 2**62, 1))
    store.prune(line.id + 1, 1000)
    assert store.prune_rooms({gone: 9}).result == [gone]
    chat = Chat(store=store)
    alice = come(chat, "alice")
    alice.types("/join attic")
    assert told(alice, "/audit") == ["The audit trail is empty."]
    oscar = come(chat, "oscar")
    assert len(told(oscar, "/audit")) == 3
