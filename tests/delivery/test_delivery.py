"""
Delivery: each turn becomes the bytes that each client is given.
"""

from __future__ import annotations

import pytest
from shared_fanout import due, rendered, room_of, say, turn
from shared_hub import everybody

from twisted_chat.delivery import delivery
from twisted_chat.testing import Chat


def test_the_bell_rings_when_a_name_is_said_as_a_word() -> None:
    alice, bob, carol = everybody(Chat(), "alice", "bob", "carol")
    bob.types("/bell on")
    bob.receives()
    alice.types("bobsled", "Bob, come", "/msg bob psst")
    assert bob.receives() == (b"alice: bobsled\r\n\aalice: Bob, come\r\n\a[alice -> you] psst\r\n")
    assert carol.receives() == b"alice: bobsled\r\nalice: Bob, come\r\n"


def test_bells_of_many_are_not_rung_by_one_long_word() -> None:
    chat = Chat()
    alice, *others = everybody(chat, "alice", *["a" * length for length in range(1, 17)])
    for person in others:
        person.types("/bell on")
        person.receives()
    alice.types("a" * 4000, "a.b-aa")
    rung = [person.receives().count(b"\a") for person in others]
    assert rung == [1, 1] + [0] * 14


def test_a_turns_lines_are_rendered_once_joined_once_and_written_once() -> None:
    clock, hub, sessions, clients = room_of(50)
    for number in range(10):
        say(hub, sessions[0], str(number))
    clock.advance(0)
    assert len(rendered) == 10
    listeners = clients[1:]
    assert all(client.writes == [b"0;1;2;3;4;5;6;7;8;9;"] for client in listeners)
    assert len({id(client.writes[0]) for client in listeners}) == 1
    assert clients[0].writes == []


def test_users_with_equal_settings_share_their_bytes_and_others_have_their_own() -> None:
    clock, hub, sessions, clients = room_of(6)
    for session in sessions[4:]:
        hub.settings.set(session, "bell", True)
    clock.advance(0)
    rendered.clear()
    say(hub, sessions[0], "a")
    clock.advance(0)
    assert len(rendered) == 2
    assert all(client.writes[-1] == b"a;" for client in clients[1:])


def test_only_those_who_are_named_are_served_alone_for_their_bell() -> None:
    clock, hub, sessions, _ = room_of(30)
    for session in sessions:
        hub.settings.set(session, "bell", True)
    clock.advance(0)
    rendered.clear()
    say(hub, sessions[0], "hello p7")
    clock.advance(0)
    assert [reader for _, reader in rendered if reader] == ["p7"]


def test_only_those_who_ignore_a_user_of_the_turn_are_served_alone() -> None:
    clock, hub, sessions, clients = room_of(8)
    users = [session.require_user() for session in sessions]
    for number in range(1, 6):
        hub.ignores.ignore(users[number], users[7 if number < 4 else 0])
    # One who ignores and has a bell; one whose name is said.
    hub.settings.set(sessions[3], "bell", True)
    clock.advance(0)
    rendered.clear()
    say(hub, sessions[0], "hello p3")
    clock.advance(0)
    alike = [clients[number].writes[-1] for number in (1, 2, 6)]
    assert alike == [b"hello p3;"] * 3
    assert len({id(written) for written in alike}) == 1
    assert [reader for _, reader in rendered if reader] == ["p3"]
    assert clients[4].writes == clients[5].writes == []
    say(hub, sessions[7], "bye")
    clock.advance(0)
    assert clients[4].writes[-1] == clients[6].writes[-1] == b"bye;"
    assert [clients[number].writes[-1] for number in (1, 2)] == [b"hello p3;"] * 2


def test_those_in_the_same_several_rooms_share_their_bytes() -> None:
    clock, hub, sessions, clients = room_of(5)
    for session in sessions[:4]:
        hub.membership.join(session, "dev")
    clock.advance(0)
    for client in clients:
        client.writes.clear()
    hub.talk.say(sessions[0], hub.rooms["lobby"], "a")
    hub.talk.say(sessions[0], hub.rooms["dev"], "b")
    hub.talk.say(sessions[0], hub.rooms["lobby"], "c")
    clock.advance(0)
    assert [client.writes for client in clients[1:]] == [[b"a;b;c;"]] * 3 + [[b"a;c;"]]
    assert len({id(client.writes[0]) for client in clients[1:4]}) == 1


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 2)


@pytest.mark.usefixtures("two_at_once")
def test_others_are_served_between_two_parts_of_a_crowd() -> None:
    clock, hub, (talker, *_), clients = room_of(8)
    say(hub, talker, "one")
    served = []
    for _ in range(4):
        turn(clock)
        served.append(sum(bool(client.writes) for client in clients))
    assert served == [2, 4, 6, 7]
    assert due(clock) == []


@pytest.mark.usefixtures("two_at_once")
def test_who_got_stuck_between_two_parts_of_a_crowd_is_sent_nothing_past_that() -> None:
    clock, hub, (talker, *others), clients = room_of(6)
    directly: list[bytes] = []
    for other in others:
        other.send = directly.append
    say(hub, talker, "one")
    turn(clock)
    turn(clock)
    # Meanwhile the last one has not taken all of an answer, and the rest waits at their client.
    others[-1].send = clients[-1].write
    clock.advance(0)
    assert directly == [b"one;"] * 4
    assert clients[-1].writes == [b"one;"]
