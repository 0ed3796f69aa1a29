"""
Lines that wait for their turn.
"""

import pytest
from attrs import evolve
from shared_protocol import pass_time, pasting, two_people
from twisted.internet.defer import Deferred

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import NO_LIMITS, Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)


def test_an_expensive_command_counts_for_several_lines():
    chat, alice, bob = two_people(limits=USUAL)
    alice.types("/who", "/who", "/who", "hello")
    assert len(alice.reads()) == 3
    assert bob.reads() == []
    pass_time(chat, 3)
    assert bob.reads() == ["alice: hello"]


# -- bounded work ---------------------------------------------------------------------------------


def test_64_kib_of_bare_newlines_are_next_to_no_work():
    _, alice, bob = two_people()
    done, line_received = [], alice.protocol.lineReceived

    def counted(line):
        done.append(line)
        line_received(line)

    alice.protocol.lineReceived = counted
    alice.sends(b"\n" * 65536)
    alice.sends(b"\r\n" * 32768)
    assert len(done) <= 8
    alice.types("hello")
    assert bob.reads() == ["alice: hello"]


def test_lines_wait_while_the_one_before_them_is_being_answered():
    chat, alice, bob = two_people()
    session, looked_at = alice.protocol.session, Deferred()
    chat.hub.ask(session, "Colour: ", lambda _: looked_at)
    alice.types("red", "hello", "again")
    assert bob.reads() == []
    assert alice.transport.producerState == "paused"
    looked_at.callback(None)
    chat.advance()
    assert bob.reads() == ["alice: hello", "alice: again"]
    assert alice.transport.producerState == "producing"


def test_bytes_that_end_no_line_count_as_lines_and_hold_up_who_sends_them():
    chat, alice, bob = two_people(limits=USUAL)
    for _ in range(12):
        alice.sends(b"\xff\xf1" * 2048)
    alice.types("hello")
    assert bob.reads() == []
    pass_time(chat, 2)
    assert bob.reads() == ["alice: hello"]


def test_sixteen_lines_are_done_in_a_turn_and_others_come_between():
    chat = Chat()
    bob, alice, carol = (chat.arrive(nick) for nick in ("bob", "alice", "carol"))
    bob.reads()
    blocks = []
    bob.transport.write = blocks.append
    chat.clock.callLater(0, carol.transport.receive, b"hello\n")
    alice.sends(b"x\n" * 8000)
    heard = [block.count(b"alice: x\r\n") for block in blocks]
    assert sum(heard) == 8000
    assert max(heard) == 16
    assert b"carol: hello" in blocks[0] + blocks[1]


def test_while_lines_wait_for_the_next_turn_no_more_is_read():
    chat, alice, bob = two_people()
    alice.transport.receive(b"x\n" * 100_000)
    assert alice.transport.producerState == "paused"
    assert len(alice.protocol._waiting) <= 8192
    chat.advance()
    assert alice.transport.producerState == "producing"
    assert len(bob.reads()) == 100_000


def test_a_user_who_does_not_read_answers_has_to_wait_with_the_next_command():
    chat, alice, bob = two_people()
    alice.transport.producer.pauseProducing()
    for _ in range(20):
        bob.types("x" * 1000)
    bob.reads()
    alice.types("one", "two")
    assert bob.reads() == []
    assert alice.transport.producerState == "paused"
    alice.transport.producer.resumeProducing()
    chat.advance()
    assert bob.reads() == ["alice: one", "alice: two"]
    assert alice.transport.producerState == "producing"


# -- a wrong paste --------------------------------------------------------------------------------

FOLLOW = "31 more lines will follow, 2 a second. To stop them, press Ctrl-C or type /quit."


def test_who_pastes_much_reads_once_that_the_rest_follows_and_how_to_stop_it():
    chat, alice, bob = pasting()
    assert alice.reads() == [FOLLOW]
    pass_time(chat, 60)
    assert len(bob.reads()) == 25
    assert alice.reads() == []
    alice.types(*["once more"] * 40)
    assert alice.reads() == ["30 more lines will follow," + FOLLOW.partition(",")[2]]


@pytest.mark.parametrize("rate", [0, 1e6])
def test_a_user_whose_lines_wait_for_their_bytes_reads_so_and_may_stop_them(rate):
    # 10,000 bytes at once, and then 100 a second.
    text_rate = Rate(10_000, 100)
    limits = evolve(
        NO_LIMITS, rate=rate, burst=rate, max_per_host=100, host_rate=Rate(0),
        text_rate=text_rate if rate else Rate(0), host_text_rate=Rate(0) if rate else text_rate,
    )  # fmt: skip
    chat, alice, bob = two_people(limits=limits)
    alice.types(*["x" * 1000] * 15)
    # With 64 bytes more for each line, ten of them pass.
    slowly = "5 more lines will follow, slowly, because you typed so much text."
    assert alice.reads() == [f"{slowly} To stop them, press Ctrl-C or type /quit."]
    assert len(bob.reads()) == 10
    alice.sends(b"\xff\xf4")
    assert alice.reads() == ["Stopped: 5 lines were not sent."]
    pass_time(chat, 60)
    assert bob.reads() == []


def test_who_types_a_little_too_fast_reads_nothing_of_it():
    chat, alice, bob = two_people(limits=USUAL)
    for _ in range(12):
        alice.types("hello")
    pass_time(chat, 5)
    assert len(bob.reads()) == 12
    assert alice.reads() == []


def test_a_connection_that_is_lost_says_nothing_more():
    chat, alice, bob = pasting()
    alice.hangs_up()
    pass_time(chat, 30)
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_input_that_has_ended_is_heard_to_its_end_and_the_user_is_told_so():
    chat, alice, bob = pasting()
    alice.reads()
    alice.protocol.readConnectionLost()
    chat.advance()
    assert alice.reads() == ["25 more lines will follow," + FOLLOW.partition(",")[2]]
    pass_time(chat, 30)
    assert bob.reads()[-2:] == ["alice: line 39", "*** alice has left #lobby ***"]


def test_who_sends_telnet_without_an_end_behind_a_paste_is_not_read_for_ever():
    chat, alice, _ = pasting()
    for _ in range(20):
        alice.sends(b"\xff\xf1" * 2048)
    assert alice.transport.producerState == "paused"
    pass_time(chat, 60)
    assert alice.transport.producerState == "producing"
