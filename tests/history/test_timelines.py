"""
Timelines: what is kept of each room.
"""

from __future__ import annotations

import attrs
from shared_retention import chat_with, kept_rooms, let_pass, texts
from stores import result_of

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat

DAY = 86400.0


def test_lines_that_memory_had_no_room_for_are_not_shown_to_a_user_who_enters_either() -> None:
    chat, _ = chat_with(MemoryStore(most=50), attrs.evolve(NO_LIMITS, history_lines=20))
    alice = chat.arrive("alice")
    alice.types("/join dev", "long ago", "/join lobby", *map(str, range(100)))
    alice.reads()
    alice.types("/history 1 dev")
    assert "long ago" not in str(alice.reads())
    let_pass(chat, 1)
    bob = chat.arrive("bob")
    bob.reads()
    bob.types("/join dev")
    assert bob.reads() == ["You are in #dev as bob with alice."]
    alice.types("/join dev", "/re 2 it was")
    assert alice.reads()[-1] == "There is no line 2 in #dev. /numbers on shows the numbers."
    alice.types("hello")
    assert bob.reads() == ["[#dev] alice: hello"]


def test_rooms_are_forgotten_with_the_last_of_their_lines_unless_a_user_is_there() -> None:
    store = MemoryStore()
    chat, _ = chat_with(store)
    alice = chat.arrive("alice")
    alice.types("/join kitchen", "hello", "/join attic", "hello", "/leave attic")
    let_pass(chat, 0)
    assert kept_rooms(store) == ["lobby", "kitchen", "attic"]
    let_pass(chat, 2 * DAY)
    assert kept_rooms(store) == ["lobby", "kitchen"]
    assert sorted(chat.hub.timelines.rooms()) == ["kitchen", "lobby"]
    alice.types("/join attic", "here again")
    assert kept_rooms(store) == ["lobby", "kitchen", "attic"]
    assert store.load().rooms[-1].number == 2


def test_a_room_counts_on_after_its_lines_have_gone_and_a_restart() -> None:
    store = MemoryStore()
    chat, retention = chat_with(store)
    alice = chat.arrive("alice")
    alice.types("hello")
    let_pass(chat, 2 * DAY)
    assert texts(store) == []
    retention.stop()
    again = Chat(store=store)
    again.arrive("bob").types("tea?")
    assert [(each.number, each.text) for each in result_of(store.lines(1, 99, 9))] == [
        (3, ""),
        (4, "tea?"),
    ]


def test_rooms_in_which_nothing_was_said_do_not_stay() -> None:
    store = MemoryStore()
    chat, _ = chat_with(store)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    for number in range(200):
        alice.types(f"/join room{number}", f"/leave room{number}")
    alice.types("/join attic", "hello", "/leave attic", "/join cellar", "/leave cellar")
    bob.types("/join cellar", "/join room7", "/leave room7")
    assert len(chat.hub.timelines.rooms()) == 203
    let_pass(chat, 0)
    assert sorted(chat.hub.timelines.rooms()) == ["attic", "cellar", "lobby"]
    assert sorted(kept_rooms(store)) == ["attic", "cellar", "lobby"]
    alice.types("/join room7")
    alice.reads()
    alice.types("/history 20 joins", "/history 5 attic")
    page = alice.reads()
    assert page[0] == "--- in #room7 ---"
    assert page[1].endswith("*** alice has joined #room7 ***")
    assert page[2] == "--- start of #room7 ---"
    assert any("alice: hello" in line for line in page[3:])
    # No line is left of them, and none of the others is gone.
    rooms = store._connection.execute(
        "SELECT DISTINCT room.name FROM line JOIN room ON room.id = room"
    )
    assert sorted(name for (name,) in rooms) == ["attic", "cellar", "lobby", "room7"]
    (orphans,) = store._connection.execute(
        "SELECT count(*) FROM line WHERE room NOT IN (SELECT id FROM room)"
    ).fetchone()
    assert orphans == 0
