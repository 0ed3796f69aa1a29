"""
Lines that wait for their turn.
"""

from shared_protocol import pass_time, two_people
from twisted.internet.defer import Deferred

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

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
