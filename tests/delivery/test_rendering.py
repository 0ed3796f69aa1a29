"""
Rendering: joins and parts that are told together.
"""

from __future__ import annotations

from typing import Any

from shared_fanout import ListClient, PlainDialect, rendered, room_of, say
from shared_hub import everybody

from twisted_chat.delivery import rendering
from twisted_chat.events import Event
from twisted_chat.replies.pages import Presence
from twisted_chat.testing import Chat


def test_those_who_come_in_one_turn_are_told_in_one_line() -> None:
    chat = Chat()
    (watcher,) = everybody(chat, "watcher")
    crowd = [chat.connect(settle=False) for _ in range(3)]
    for person, nick in zip(crowd, ("alice", "bob", "carol"), strict=True):
        person.transport.receive(f"{nick}\n".encode())
    chat.advance()
    assert watcher.reads() == ["*** alice, bob and carol have joined #lobby ***"]
    assert crowd[0].reads()[2:] == ["*** bob and carol have joined #lobby ***"]


def test_those_who_go_in_one_turn_are_told_in_one_line_with_who_comes() -> None:
    chat = Chat()
    watcher, alice, bob = everybody(chat, "watcher", "alice", "bob")
    watcher.reads()
    alice.transport.hang_up()
    bob.transport.receive(b"/quit bye\n")
    chat.connect(settle=False).transport.receive(b"carol\n")
    chat.advance()
    assert watcher.reads() == ["*** carol has joined and alice and bob (bye) have left #lobby ***"]


def test_a_join_storm_in_a_large_room_is_told_as_a_count() -> None:
    chat = Chat()
    watcher = everybody(chat, *[f"p{number}" for number in range(100)])[0]
    watcher.reads()
    for number in range(40):
        chat.connect(settle=False).transport.receive(f"late{number}\n".encode())
    chat.advance()
    assert watcher.reads() == ["*** 40 people have joined #lobby ***"]


def test_those_who_leave_a_large_room_at_once_are_counted_though_it_is_small_then() -> None:
    chat = Chat()
    watcher, *crowd = everybody(chat, *[f"p{number}" for number in range(130)])
    watcher.reads()
    for person in crowd[:60]:
        person.transport.hang_up()
    chat.advance()
    assert watcher.reads() == ["*** 60 people have left #lobby ***"]


def test_a_storm_of_arrivals_costs_each_one_line_not_one_for_each_other() -> None:
    chat = Chat()
    crowd = [chat.connect(settle=False) for _ in range(300)]
    for number, person in enumerate(crowd):
        person.transport.receive(f"p{number}\n".encode())
    chat.advance()
    assert all(len(person.reads()) <= 3 for person in crowd)


def test_somebody_alone_is_named_in_a_large_room_too() -> None:
    chat = Chat()
    watcher = everybody(chat, *[f"p{number}" for number in range(120)])[0]
    watcher.reads()
    chat.arrive("alice")
    assert watcher.reads() == ["*** alice has joined #lobby ***"]


def test_a_storm_in_a_large_room_costs_in_proportion_to_its_size() -> None:
    def work_for(size: int) -> int:
        chat = Chat()
        crowd = [chat.connect(settle=False) for _ in range(size)]
        for number, person in enumerate(crowd):
            person.transport.receive(f"p{number}\n".encode())
        counted, original = [0], rendering.PresenceRun.add

        def add(self: Any, *args: Any) -> Any:
            counted[0] += 1
            return original(self, *args)

        rendering.PresenceRun.add = add
        try:
            chat.advance()
        finally:
            rendering.PresenceRun.add = original
        assert crowd[0].reads()[2:] == [f"*** {size - 1} people have joined #lobby ***"]
        assert crowd[size - 2].reads()[2:] == [f"*** p{size - 1} has joined #lobby ***"]
        return counted[0] + size

    assert work_for(800) < 3 * work_for(400)


def test_an_event_that_cannot_be_rendered_is_left_out_and_the_rest_is_read() -> None:
    clock, hub, sessions, clients = room_of(2)
    for text in ("a", "unspeakable", "b"):
        say(hub, sessions[0], text)
    clock.advance(0)
    assert clients[1].writes == [b"a;b;"]


def test_who_does_not_merge_presence_reads_each_who_comes_and_goes() -> None:
    clock, hub, sessions, clients = room_of(3)
    clients[0].dialect = PlainDialect(merges_presence=False)
    hub.profile.prefer(sessions[0], "bell", is_on=True)
    clock.advance(0)
    rendered.clear()
    for name in ("dora", "emil"):
        hub.arrivals.enter(hub.connect(ListClient(), None), name)
    hub.close(sessions[2], "", "tired")
    clock.advance(0)
    told = [type(event).__name__ for event, _ in rendered]
    # Two who merge: the others read one line of all three, and of those who came after them.
    assert told.count("Joined") == 2
    assert told.count("Quit") == 1
    assert clients[0].writes == [b"..."]
    assert clients[1].writes == [b"."]


def test_presence_of_a_large_room_keeps_the_names_for_who_wants_them() -> None:
    clock, hub, _, clients = room_of(120)
    for number in range(30):
        hub.arrivals.enter(hub.connect(ListClient(), None), f"late{number}")
    clock.advance(0)
    assert all(client.writes == [b"."] for client in clients)
    (told,) = {id(event): event for event, _ in rendered if _is_all(event)}.values()
    assert list(told.joined) == [f"late{number}" for number in range(30)]
    assert (told.joined[0], told.joined[-1], len(told.left)) == ("late0", "late29", 0)


def _is_all(event: Event) -> bool:
    return isinstance(event, Presence) and len(event.joined) == 30
