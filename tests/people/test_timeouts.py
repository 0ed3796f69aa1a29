"""
Timeouts: of users who give no name, and of users who say nothing.
"""

import pytest
from attrs import evolve
from shared_protocol import pass_time, two_people

from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat


def test_one_who_gives_no_name_is_closed_with_a_sentence() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, login_timeout=60.0))
    other = chat.connect()
    other.receives()
    chat.advance(59)
    assert other.is_connected
    for _ in range(2):
        other.sends(b"still typ")
        chat.advance(1)
    assert other.receives() == b"\r\nDisconnected: no name was given within 60 seconds.\r\n"
    assert not other.is_connected


def test_an_idle_person_is_warned_a_minute_before_and_then_closed() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, idle_timeout=3600.0))
    alice = chat.arrive("alice")
    bob = chat.arrive("bob")
    alice.reads()
    for _ in range(3539):
        chat.advance(1)
    bob.types("busy")
    assert alice.reads() == ["bob: busy"]
    chat.advance(1)
    assert alice.reads() == ["You will be disconnected in 60 seconds unless you type something."]
    for _ in range(60):
        chat.advance(1)
    assert alice.reads() == ["Disconnected: idle for too long."]
    assert not alice.is_connected
    assert bob.reads() == ["*** alice has left #lobby (idle timeout) ***"]


@pytest.mark.parametrize(("timeout", "warned_at"), [(64.0, 4), (61.0, 1), (60.0, 30), (10.0, 5)])
def test_the_warning_comes_a_minute_before_where_there_is_one(
    timeout: float, warned_at: int
) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, idle_timeout=timeout))
    alice = chat.arrive("alice")
    for _ in range(warned_at - 1):
        chat.advance(1)
    assert alice.reads() == []
    chat.advance(1)
    left = round(timeout) - warned_at
    assert alice.reads() == [
        f"You will be disconnected in {left} seconds unless you type something."
    ]


def test_one_who_types_after_the_warning_stays() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, idle_timeout=120.0))
    alice = chat.arrive("alice")
    for _ in range(3):
        for _ in range(61):
            chat.advance(1)
        assert len(alice.reads()) == 1
        alice.types("here")
    assert alice.is_connected


# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)


def test_a_user_who_gives_no_name_within_a_minute_is_closed_with_a_sentence():
    chat = Chat(limits=USUAL)
    bob, stranger = chat.arrive("bob"), chat.connect()
    pass_time(chat, 59)
    assert stranger.is_connected
    pass_time(chat, 2)
    assert not stranger.is_connected
    assert stranger.receives() == (
        b"Enter your name: \r\nDisconnected: no name was given within 60 seconds.\r\n"
    )
    assert bob.reads() == []


def test_single_bytes_and_bad_names_do_not_extend_the_time():
    chat = Chat(limits=USUAL)
    dribbler, refused = chat.connect(), chat.connect()
    for second in range(62):
        chat.advance(1)
        if second % 10 == 0 and dribbler.is_connected:
            dribbler.sends(b"x")
            refused.types("no name")
    assert not dribbler.is_connected
    assert not refused.is_connected
    assert not chat.hub.sessions


def test_a_login_timeout_of_zero_never_closes():
    chat = Chat()
    stranger = chat.connect()
    pass_time(chat, 10_000)
    assert stranger.is_connected


def test_a_user_who_says_nothing_for_an_hour_is_warned_and_then_closed():
    chat, alice, bob = two_people(limits=USUAL)
    chat.advance(1800)
    bob.types("still here")
    alice.reads()
    chat.advance(1739)
    assert alice.reads() == []
    pass_time(chat, 2)
    assert alice.reads() == ["You will be disconnected in 60 seconds unless you type something."]
    pass_time(chat, 58)
    assert alice.is_connected
    assert alice.reads() == []
    pass_time(chat, 2)
    assert alice.reads() == ["Disconnected: idle for too long."]
    assert not alice.is_connected
    assert bob.reads() == ["*** alice has left #lobby (idle timeout) ***"]


@pytest.mark.parametrize("line", ["hello", "/who", ""])
def test_a_line_within_the_last_minute_keeps_one_here(line):
    chat = Chat(limits=USUAL)
    alice = chat.arrive("alice")
    chat.advance(3550)
    assert len(alice.reads()) == 1
    alice.types(line)
    alice.reads()
    pass_time(chat, 3500)
    assert alice.is_connected
    assert alice.reads() == []
    pass_time(chat, 70)
    assert alice.reads() == ["You will be disconnected in 60 seconds unless you type something."]


def test_bytes_that_are_no_line_do_not_keep_a_user_here():
    chat = Chat(limits=USUAL)
    alice = chat.arrive("alice")
    for _ in range(361):
        chat.advance(10)
        if alice.is_connected:
            alice.sends(b"\xff\xf1.")
    assert not alice.is_connected


def test_an_idle_timeout_of_zero_closes_no_user():
    chat = Chat()
    alice = chat.arrive("alice")
    pass_time(chat, 10_000)
    assert alice.is_connected
    assert alice.reads() == []


@pytest.mark.parametrize("before", [0.0, 3600.0])
def test_new_timeouts_hold_at_once_for_everybody_who_is_here(before: float) -> None:
    limits = evolve(NO_LIMITS, idle_timeout=before, login_timeout=before)
    chat = Chat(limits=limits)
    alice, stranger = chat.arrive("alice"), chat.connect()
    pass_time(chat, 30)
    chat.hub.world.limits = evolve(limits, idle_timeout=40.0, login_timeout=40.0)
    pass_time(chat, 9)
    assert alice.is_connected
    assert stranger.is_connected
    pass_time(chat, 2)
    assert not alice.is_connected
    assert not stranger.is_connected
    # And after they are longer again.
    bob = chat.arrive("bob")
    chat.hub.world.limits = limits
    pass_time(chat, 100)
    assert bob.is_connected
