"""
The model: what rooms, users and sessions answer.
"""

from collections import deque

import pytest
from shared_hub import everybody
from twisted.internet.task import Clock

from twisted_chat.errors import NotAllowed, TooMuch
from twisted_chat.limits import Limits, Rate
from twisted_chat.store.decisions import Modes
from twisted_chat.testing import Chat
from twisted_chat.world.model import Room, User
from twisted_chat.world.timeline import Timeline
from twisted_chat.world.world import World


def test_the_third_one_reads_who_is_there_and_the_topic() -> None:
    chat = Chat()
    alice, _ = everybody(chat, "alice", "bob")
    alice.types("/topic tea at four")
    carol = chat.connect()
    carol.types("carol")
    assert carol.reads() == [
        "You are in #lobby as carol with alice and bob.",
        "Topic: tea at four",
        "Type /help for help.",
    ]


def test_a_crowd_is_not_listed_to_the_last() -> None:
    chat = Chat()
    everybody(chat, *[f"p{number}" for number in range(25)])
    last = chat.connect()
    last.types("last")
    line = last.reads()[0]
    assert line.startswith("You are in #lobby as last with p0, p1,")
    assert line.endswith("p18, p19 and 5 more.")


def test_whoever_and_whatever_is_shown_in_a_traceback_is_short() -> None:
    chat = Chat()
    alice, *_ = everybody(chat, *[f"p{number}" for number in range(20)])
    session = alice.protocol.session
    assert repr(session.user) == "<User 'p0'>"
    assert repr(session) == "<Session 1 'p0'>"
    assert repr(chat.hub.rooms["lobby"]) == "<Room 'lobby'>"
    assert len(repr(chat.hub)) < 100
    assert len(repr(session.view)) < 300


def test_a_user_spends_what_they_may_do_in_a_time_and_waits_for_the_rest() -> None:
    clock = Clock()
    world = World(clock, lambda: 0.0, Limits())
    alice = User(world, "alice", 0.0, -1)
    rate = Rate(2, 60)
    alice.spend("nick", rate, "change your name")
    alice.spend("nick", rate, "change your name")
    with pytest.raises(TooMuch, match=r"^You change your name too often, please wait 30 s\.$"):
        alice.spend("nick", rate, "change your name")
    clock.advance(30)
    alice.spend("nick", rate, "change your name")
    # Another thing has a count of its own, and where the rate is lifted nothing is counted.
    alice.spend("join", rate, "join rooms")
    world.limits = Limits(rate=0.0)
    for _ in range(9):
        alice.spend("nick", rate, "change your name")


def test_a_room_notes_who_spoke_as_long_as_they_have_to_wait() -> None:
    clock = Clock()
    world = World(clock, lambda: 0.0, Limits())
    room = Room(world, "den", "Den", Timeline(1, 0, deque(), is_complete=True))
    alice = User(world, "alice", 0.0, -1)
    room.guard()
    room.note_speech(alice)
    assert (room.is_guarded, room.spoke) == (False, {})
    room.modes = Modes(slow=10)
    room.guard()
    clock.advance(5)
    room.note_speech(alice)
    assert (room.is_guarded, room.spoke) == (True, {-1: 5.0})
    # Of very many, those who need not wait any more are forgotten.
    clock.advance(20)
    for visit in range(-1001, -1):
        room.note_speech(User(world, "x", 0.0, visit))
    assert -1 not in room.spoke


def test_a_session_is_somebodys_or_says_why_not() -> None:
    chat = Chat()
    session = chat.connect().protocol.session
    assert session is not None
    assert session.nick == ""
    with pytest.raises(NotAllowed, match=r"^Please give your name first\.$"):
        session.require_user()
    chat.hub.close(session, "", "")
    with pytest.raises(NotAllowed, match=r"^The connection is being closed\.$"):
        session.require_user()
