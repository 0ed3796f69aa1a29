"""
What a room reads goes to each reader's socket itself, and still nothing overtakes what waits.
"""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_socket import MemorySocket
from shared_irc import Clients
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from twisted_chat.testing import Chat

REFUSAL = b"No such command: /zzzz. Type /help for the list.\r\n"


class Reader:
    """
    A user of the line door whose kernel takes as much as each test says.
    """

    def __init__(self, chat, nick="reader"):
        self.chat, self.wire = chat, MemorySocket()
        self.protocol = chat.factory.buildProtocol(None)
        self.protocol.makeConnection(self.wire)
        self.types(nick)
        self.wire.sent = b""

    @property
    def session(self):
        return self.protocol.session

    def types(self, line):
        self.protocol.dataReceived(line.encode() + b"\n")
        self.chat.advance()


def test_a_line_of_the_room_goes_to_the_socket_with_nothing_between():
    chat = Chat()
    alice, reader = chat.arrive("alice"), Reader(chat)
    assert reader.session.send == reader.wire.send
    alice.types("tea?")
    assert reader.wire.sent == b"alice: tea?\r\n"


def test_while_something_waits_lines_wait_behind_it_and_then_go_directly_again():
    chat = Chat()
    alice, reader = chat.arrive("alice"), Reader(chat)
    # The rest is tried once more, as it is by then for the outbox.
    reader.wire.takes.extend([4, 0])
    alice.types("tea?")
    assert reader.wire.sent == b"alic"
    # The kernel has room again, but the reactor has not found that out.
    alice.types("or coffee?")
    assert reader.wire.sent == b"alic"
    reader.wire.drains()
    assert reader.wire.sent == b"alice: tea?\r\nalice: or coffee?\r\n"
    assert reader.session.send == reader.wire.send


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["say", "ask"]), st.integers(0, 60)),
        st.tuples(st.just("kernel"), st.integers(0, 60)),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=100)
@given(steps)
def test_a_slow_reader_reads_every_line_and_answer_once_and_in_order(steps):
    chat = Chat()
    alice, reader = chat.arrive("alice"), Reader(chat)
    expected = b""
    for number, (step, takes) in enumerate(steps):
        # From 50 on all is taken, as nearly always.
        reader.wire.takes = deque([takes] if takes < 50 and step != "kernel" else [])
        if step == "say":
            alice.types(str(number))
            expected += b"alice: %d\r\n" % number
        elif step == "ask":
            reader.types("/zzzz")
            expected += REFUSAL
        else:
            reader.wire.has_room(takes)
        assert expected.startswith(reader.wire.sent)
    reader.wire.takes.clear()
    reader.wire.drains()
    assert reader.wire.sent == expected


@pytest.mark.parametrize(
    "error", [ConnectionResetError(), BrokenPipeError(), OSError(9, "closed")]
)
def test_a_socket_that_breaks_under_a_line_is_found_out_by_the_reactor(error):
    chat = Chat()
    alice, bob, reader = chat.arrive("alice"), chat.arrive("bob"), Reader(chat)
    bob.reads()
    reader.wire.takes.extend([error, error])
    alice.types("tea?")
    assert bob.reads() == ["alice: tea?"]
    assert reader.wire.is_polled
    reader.protocol.connectionLost(Failure(ConnectionDone()))
    chat.advance()
    assert bob.reads() == ["*** reader has left #lobby ***"]


def test_a_user_who_is_closed_in_the_middle_of_a_delivery_is_sent_nothing_more():
    chat = Chat()
    alice, reader = chat.arrive("alice"), Reader(chat)
    session = reader.session
    alice.types("tea?")
    reader.protocol.close("test", linger=False)
    session.send(b"late\r\n")
    assert reader.wire.sent == b"alice: tea?\r\n"


def test_where_a_reader_holds_answers_together_nothing_goes_past_that():
    chat = Chat()
    here = Clients(chat)
    labelled = here.connect()
    labelled.sends("CAP REQ :labeled-response batch", "CAP END", "NICK bob", "USER bob 0 * :bob")
    session = labelled.protocol.session
    assert session.send == labelled.protocol.write == labelled.protocol._conversation.labels.write


def test_a_reader_whose_lines_are_edited_here_reads_above_the_one_they_type():
    chat = Chat()
    alice, reader = chat.arrive("alice"), Reader(chat)
    reader.protocol.edit("xterm", 80)
    chat.advance()
    assert reader.session.send == reader.protocol.write != reader.protocol._outbox.write
    reader.wire.sent = b""
    alice.types("tea?")
    assert b"alice: tea?" in reader.wire.sent
    assert not reader.wire.sent.startswith(b"alice")
