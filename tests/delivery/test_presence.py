"""
Presence: who came and went between two places in the log, in one line, and in no copy.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

import pytest
from attrs import field, frozen
from pace import processor_time
from shared_fanout import ListClient, PlainDialect, rendered, room_of
from shared_hub import everybody
from twisted.internet.task import Clock
from twisted.logger import Logger

from twisted_chat.delivery import presence
from twisted_chat.delivery.presence import LARGE_ROOM, Crowd, PresenceRun, RoomPresence, Slice
from twisted_chat.delivery.turn import Turn
from twisted_chat.doors.text import PLAIN
from twisted_chat.events import Departure, Event, Joined, Left, Said
from twisted_chat.hub import Hub
from twisted_chat.limits import Limits
from twisted_chat.log import LimitedLogger
from twisted_chat.replies.pages import Presence
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, MemoryHasher
from twisted_chat.world.model import Room
from twisted_chat.world.settings import Preferences
from twisted_chat.world.timeline import Timeline
from twisted_chat.world.world import World

WORLD = World(Clock(), lambda: 0.0, Limits())


@frozen
class KeepingDialect:
    """
    Keeps what it renders.
    """

    is_personal: bool = False
    merges_presence: bool = True
    follows_names: bool = False
    told: list[Event] = field(factory=list, eq=False)

    def render(self, event: Event, reader: str = "") -> bytes:
        self.told.append(event)
        return b"."

    @property
    def preferences(self) -> Preferences:
        return Preferences()

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> KeepingDialect:
        return self


def room(name: str, number: int = 1) -> Room:
    return Room(WORLD, name, name, Timeline(number, 0, deque(), True))


def turn_of(place: Room, *events: Event | None) -> Turn:
    """
    Return a turn in which ``place`` heard these; another room is heard where None stands.
    """
    turn = Turn()
    for at, event in enumerate(events):
        turn.log.append((event or Said(0, "elsewhere", "eve", "hi"), ()))
        if event is not None:
            turn.positions.setdefault(place, []).append(at)
            if isinstance(event, (Joined, Left)):
                index = len(turn.positions[place]) - 1
                turn.presence.setdefault(place, []).append(index)
    return turn


def test_a_part_of_a_list_is_like_a_list_and_copies_nothing() -> None:
    names = ["a", "b", "c", "d", "e"]
    part = Slice(names, 1, 4)
    assert (len(part), list(part), part[0], part[-1], part[:2]) == (
        3,
        ["b", "c", "d"],
        "b",
        "d",
        ["b", "c"],
    )
    assert "d" in part
    assert "e" not in part
    names[1] = "B"
    assert part[0] == "B"
    assert not Slice(names, 2, 2)


def test_joins_and_parts_are_found_between_any_two_places() -> None:
    den = room("den")
    turn = turn_of(
        den,
        Joined(1, "den", "ann"),
        None,
        Left(2, "den", "bob", "tea"),
        Said(3, "den", "ann", "hi"),
        Joined(4, "den", "cid"),
        Joined(5, "den", "dora"),
        None,
        Left(6, "den", "ann"),
    )
    index = RoomPresence(turn, den)
    assert list(index.heard(0, 8)) == [(3, 2)]
    assert list(index.heard(4, 8)) == []

    def between(
        start: int, stop: int
    ) -> tuple[int, float, list[str], list[tuple[str, str]]] | None:
        found = index.crowd(start, stop)
        if found is None:
            return None
        assert found.room is den
        return found.place, found.at, list(found.joined), list(found.left)

    assert between(0, 8) == (
        0,
        1,
        ["ann", "cid", "dora"],
        [("bob", Departure("tea")), ("ann", Departure(""))],
    )
    assert between(0, 3) == (0, 1, ["ann"], [("bob", Departure("tea"))])
    assert between(1, 3) == (2, 2, [], [("bob", Departure("tea"))])
    assert between(4, 7) == (4, 4, ["cid", "dora"], [])
    assert between(5, 8) == (5, 5, ["dora"], [("ann", Departure(""))])
    assert between(3, 4) is None
    assert between(6, 7) is None


def test_no_user_is_named_twice_in_one_line_of_a_small_room() -> None:
    den, dialect = room("den"), KeepingDialect()
    run = PresenceRun(LimitedLogger(Logger(), lambda: 0.0), {den: LARGE_ROOM})
    assert run.take() == []
    assert run.add(Joined(1, "den", "ann"), den, dialect) == []
    assert run.add(Joined(2, "den", "bob"), den, dialect) == []
    assert run.add(Left(3, "den", "ann", "tea"), den, dialect) == [b"."]
    assert run.take() == [b"."]
    assert run.take() == []
    assert dialect.told == [
        Presence(2, "den", ("ann", "bob"), (), large=False),
        Presence(3, "den", (), (("ann", Departure("tea")),), large=False),
    ]


def test_crowds_of_several_rooms_are_a_line_for_each() -> None:
    den, nook, dialect = room("den"), room("nook", 2), KeepingDialect()
    run = PresenceRun(LimitedLogger(Logger(), lambda: 0.0), {den: LARGE_ROOM + 1, nook: 3})
    run.add_crowd(None, dialect)
    assert run.take() == []
    run.add_crowd(Crowd(den, 0, 1.0, ["ann", "bob"], []), dialect)
    run.add(Joined(2, "nook", "cid"), nook, dialect)
    run.add_crowd(Crowd(den, 5, 3.0, ["dora"], [("ann", Departure("tea"))]), dialect)
    assert run.take() == [b".", b"."]
    assert dialect.told == [
        Presence(3, "den", ("ann", "bob", "dora"), (("ann", Departure("tea")),), large=True),
        Presence(3, "nook", ("cid",), (), large=False),
    ]


# -- as it is read --------------------------------------------------------------------------------


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


def test_a_single_user_is_named_in_a_large_room_too() -> None:
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
        counted, original = [0], presence.PresenceRun.add

        def add(self: Any, *args: Any) -> Any:
            counted[0] += 1
            return original(self, *args)

        presence.PresenceRun.add = add
        try:
            chat.advance()
        finally:
            presence.PresenceRun.add = original
        assert crowd[0].reads()[2:] == [f"*** {size - 1} people have joined #lobby ***"]
        assert crowd[size - 2].reads()[2:] == [f"*** p{size - 1} has joined #lobby ***"]
        return counted[0] + size

    assert work_for(800) < 3 * work_for(400)


def test_a_client_that_does_not_merge_presence_reads_each_join_and_part() -> None:
    clock, hub, sessions, clients = room_of(3)
    clients[0].dialect = PlainDialect(merges_presence=False)
    hub.settings.set(sessions[0], "bell", True)
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
    assert clients[0].writes == [b"+dora;+emil;-p2;"]
    assert clients[1].writes == [b"."]


def test_presence_of_a_large_room_keeps_the_names_for_clients_that_want_them() -> None:
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


@pytest.mark.parametrize("ignores", [False, True])
def test_a_dialect_that_merges_no_presence_reads_it_also_in_a_large_room(ignores: bool) -> None:
    clock, hub, sessions, clients = room_of(103, PlainDialect(merges_presence=False))
    if ignores:
        assert sessions[0].user
        assert sessions[102].user
        hub.ignores.ignore(sessions[0].user, sessions[102].user)
    for session in sessions[100:102]:
        hub.membership.leave(session.user, hub.rooms["lobby"])
    clock.advance(0)
    assert clients[0].writes == [b"-p100;-p101;"]


def test_a_crowd_that_arrives_in_one_turn_holds_its_names_once() -> None:
    kept: list[Presence] = []

    @frozen
    class NamingDialect(PlainDialect):
        def render(self, event: Event, reader: str = "") -> bytes:
            if isinstance(event, Presence):
                kept.append(event)
            return b""

    room_of(1000, NamingDialect())
    assert [len(each.joined) for each in kept] == list(range(999, 0, -1))
    assert list(kept[990].joined) == [f"p{number}" for number in range(991, 1000)]
    # A list of its own for each of them would have 4,000 bytes on average.
    assert max(sys.getsizeof(each.joined) for each in kept if len(each.joined) > 1) < 200


def test_the_arrival_of_4000_users_in_one_turn_is_told_in_a_moment() -> None:
    clock = Clock()
    hub = Hub(clock, MemoryStore(), MemoryHasher(), NO_LIMITS)
    clients = [ListClient(PLAIN) for _ in range(4000)]
    for number, client in enumerate(clients):
        hub.arrivals.enter(hub.connect(client, None), f"p{number}")
    # 0.055 s where it was written; the bound is for a collection of garbage in between.
    with processor_time(2):
        hub.fanout.finish()
    assert b"".join(clients[0].writes).endswith(b"*** 3999 people have joined #lobby ***\r\n")


def test_in_two_large_rooms_a_crowd_is_told_between_what_is_said_in_either() -> None:
    clock, hub, sessions, clients = room_of(130, PLAIN)
    for session in sessions[:120]:
        hub.membership.join(session, "den")
    hub.membership.join(sessions[0], "nook")
    clock.advance(0)
    for client in clients:
        client.writes.clear()
    lobby, den, nook = (hub.rooms[name] for name in ("lobby", "den", "nook"))
    for session in sessions[1:4]:
        hub.membership.leave(session.require_user(), den)
    hub.membership.join(sessions[1], "nook")
    hub.membership.leave(sessions[129].require_user(), lobby)
    hub.talk.say(sessions[5], den, "hello")
    hub.talk.say(sessions[1], nook, "hi")
    hub.membership.leave(sessions[6].require_user(), den)
    hub.membership.leave(sessions[1].require_user(), nook)
    hub.membership.join(sessions[1], "nook")
    hub.membership.leave(sessions[7].require_user(), lobby)
    clock.advance(0)
    assert b"".join(clients[0].writes).decode().split("\r\n") == [
        "*** 3 people have left #den ***",
        "*** p1 has joined #nook ***",
        "*** p129 has left #lobby ***",
        "[#den] p5: hello",
        "[#nook] p1: hi",
        "*** p6 has left #den ***",
        "*** p1 has left #nook ***",
        "*** p1 has joined #nook ***",
        "*** p7 has left #lobby ***",
        "",
    ]


def test_a_crowd_that_comes_back_to_several_rooms_in_one_turn_is_told_in_a_moment() -> None:
    clock = Clock()
    hub = Hub(clock, MemoryStore(), MemoryHasher(), NO_LIMITS)
    clients = [ListClient(PLAIN) for _ in range(2000)]
    for number, client in enumerate(clients):
        session = hub.connect(client, None)
        hub.arrivals.enter(session, f"p{number}")
        hub.membership.join(session, "den")
    # 0.06 s where it was written; 3.7 s when each went through all.
    with processor_time(2):
        hub.fanout.finish()
    assert b"*** 1999 people have joined #lobby" in clients[0].writes[-1]
    assert b"*** 1999 people have joined #den" in clients[0].writes[-1]


def test_what_is_told_to_clients_of_irc_alone_parts_no_joins() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    people = [chat.connect(settle=False) for _ in range(2)]
    people[0].transport.receive(b"bob\n/away lunch\n")
    people[1].transport.receive(b"carol\n")
    chat.advance()
    assert alice.reads() == ["*** bob and carol have joined #lobby ***"]
