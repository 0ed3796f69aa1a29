"""
What is read: a wrong paste is stopped by Ctrl-C and by leaving, and by nothing else.
"""

import pytest
from shared_protocol import pass_time, pasting, two_people

from twisted_chat.limits import Limits

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)
IP = b"\xff\xf4\xff\xf2"


@pytest.mark.parametrize("key", [IP, IP + b"\xff\xfd\x06", b"\x03", b"\x03\xff\xf1"])
def test_ctrl_c_stops_what_waits_and_nothing_else(key):
    chat, alice, bob = pasting()
    alice.sends(b"and a line that has begun")
    alice.reads()
    alice.sends(key)
    assert alice.reads() == ["Stopped: 25 lines were not sent."]
    alice.types("sorry")
    pass_time(chat, 30)
    assert bob.reads() == ["alice: sorry"]
    assert alice.is_connected


@pytest.mark.parametrize("cut", range(5))
def test_ctrl_c_stops_a_paste_in_every_cut_of_the_network(cut):
    chat, alice, bob = pasting()
    typed = IP + b"ok\r\n"
    alice.sends(typed[:cut])
    alice.sends(typed[cut:])
    pass_time(chat, 30)
    assert bob.reads() == ["alice: ok"]


def test_ctrl_c_in_the_packet_of_a_paste_lets_stand_what_was_done_of_it():
    chat, alice, bob = two_people(limits=USUAL)
    alice.sends(b"".join(b"line %d\n" % number for number in range(40)) + IP)
    pass_time(chat, 30)
    assert len(bob.reads()) == 9
    assert alice.reads()[-1] == "Stopped: 31 lines were not sent."


def test_a_colour_of_irc_in_a_paste_stops_nothing():
    chat, alice, bob = two_people(limits=USUAL)
    alice.sends(b"\x0304red\x03 and \x0312blue\x03\n" * 20)
    pass_time(chat, 10)
    assert bob.reads() == ["alice: 04red and 12blue"] * 20


def test_a_paste_of_several_reads_is_stopped_where_the_rest_was_read():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types(*["x" * 500] * 40)
    alice.sends(IP)
    pass_time(chat, 30)
    assert set(bob.reads()) == {"alice: " + "x" * 500}
    alice.types("sorry")
    assert bob.reads() == ["alice: sorry"]


@pytest.mark.parametrize("word", ["quit", "exit", "/quit so long", "/bye"])
def test_a_word_that_leaves_behind_a_paste_stops_it(word):
    chat, alice, bob = pasting()
    alice.reads()
    alice.types(word)
    pass_time(chat, 1)
    assert alice.reads() == ["Stopped: 25 lines were not sent.", "Goodbye, alice."]
    assert not alice.is_connected
    (left,) = bob.reads()
    assert left.startswith("*** alice has left #lobby")


def test_a_line_that_only_begins_like_it_waits_behind_the_paste():
    chat, alice, bob = pasting()
    alice.types("quit that")
    pass_time(chat, 30)
    assert bob.reads()[-2:] == ["alice: line 39", "alice: quit that"]


def test_a_command_that_leaves_within_the_paste_is_done_in_its_turn():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types(*["hello"] * 20, "/quit", "never")
    pass_time(chat, 20)
    assert bob.reads() == [*["alice: hello"] * 20, "*** alice has left #lobby ***"]
