"""
Pacing: how fast lines are done.
"""

import pytest
from shared_protocol import pass_time, two_people

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)


def test_a_pasted_block_arrives_whole_and_in_order():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types(*[f"line {number}" for number in range(100)])
    heard = bob.reads()
    assert len(heard) == 9, "her name was the first of the ten lines at once"
    pass_time(chat, 50)
    heard += bob.reads()
    assert heard == [f"alice: line {number}" for number in range(100)]
    assert alice.is_connected


def test_a_block_of_several_reads_arrives_whole_and_waits_where_it_is():
    chat, alice, bob = two_people(limits=USUAL)
    block = [f"{number} ".ljust(500, "x") for number in range(200)]
    alice.types(*block)
    assert alice.transport.producerState == "paused"
    waiting = alice.protocol._waiting.size
    assert waiting <= 2 * 16384
    pass_time(chat, 110)
    assert bob.reads() == [f"alice: {line}" for line in block]
    assert alice.transport.producerState == "producing"
    assert alice.is_connected


def test_others_are_not_slowed_by_a_user_who_pastes():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types(*["spam"] * 100)
    alice.reads()
    bob.reads()
    bob.types("are you pasting?")
    assert alice.reads() == ["bob: are you pasting?"]
    assert bob.reads() == []
    chat.advance(1)
    assert bob.reads() == ["alice: spam"] * 2


def test_after_a_rest_one_may_be_fast_again():
    chat, alice, bob = two_people(limits=USUAL)
    for _ in range(5):
        alice.types(*["hello"] * 10)
        pass_time(chat, 10)
    assert len(bob.reads()) == 50
    alice.types(*["hello"] * 10)
    assert len(bob.reads()) == 10


@pytest.mark.parametrize("length", [1, 4, 100, 500, 2000, 4000, 5000])
def test_a_user_who_keeps_flooding_for_minutes_is_closed_with_the_reason(length):
    chat, alice, bob = two_people(limits=USUAL)
    line = b"x" * length + b"\n"
    seconds = 0.0
    while alice.is_connected and seconds < 400:
        alice.sends(line * max(4, 4000 // length))
        chat.advance(0.5)
        seconds += 0.5
    assert 180 <= seconds <= 300
    assert alice.reads()[-1] == "Disconnected: too many lines for too long."
    heard = bob.reads()
    assert heard.pop() == "*** alice has left #lobby (flooding) ***"
    assert set(heard) <= {"alice: " + "x" * length}
    assert len(heard) <= 10 + 2 * seconds


def test_a_user_who_types_as_fast_as_is_allowed_is_never_closed():
    chat, alice, bob = two_people(limits=USUAL)
    for _ in range(1200):
        alice.types("hello")
        chat.advance(0.5)
    assert alice.is_connected
    assert len(bob.reads()) == 1200


def test_a_user_who_pastes_a_very_long_block_and_waits_is_not_closed():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types(*[f"line {number}" for number in range(600)])
    pass_time(chat, 310)
    assert bob.reads() == [f"alice: line {number}" for number in range(600)]
    alice.types("done")
    assert alice.is_connected


def test_one_more_line_after_a_very_long_block_is_no_flood():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types(*[f"line {number}" for number in range(600)])
    pass_time(chat, 200)
    alice.types("sorry for that")
    pass_time(chat, 120)
    assert alice.is_connected
    assert bob.reads()[-2:] == ["alice: line 599", "alice: sorry for that"]


def test_a_rate_of_zero_slows_no_user():
    _, alice, bob = two_people()
    alice.types(*["hello"] * 10_000)
    assert len(bob.reads()) == 10_000


def test_bad_names_are_slowed_as_lines_are():
    chat = Chat(limits=USUAL)
    stranger = chat.connect()
    for _ in range(100):
        stranger.types("no name")
    assert len(stranger.reads()) == 10
    pass_time(chat, 5)
    # Behind a name that is refused, what has come is no other one.
    assert "lines were not sent" in stranger.reads()[-1]
