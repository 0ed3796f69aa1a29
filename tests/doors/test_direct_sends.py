"""
What a room reads goes to each reader's socket itself, and still nothing overtakes what waits.
"""

import json
from collections import deque

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_socket import MemorySocket
from shared_fanout import ListClient, turn
from shared_irc import Clients
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from twisted_chat.delivery import delivery
from twisted_chat.doors.json.protocol import JsonFactory
from twisted_chat.doors.line.factory import LineLimits
from twisted_chat.testing import Chat


@define(eq=False)
class Reader:
    """
    A user whose kernel takes as much as each test says.

    Attributes:
        factory: of the door that they come by.
    """

    chat: Chat
    factory: object
    wire: MemorySocket = field(factory=MemorySocket)
    protocol: object = field(init=False)

    def __attrs_post_init__(self):
        self.protocol = self.factory.buildProtocol(None)
        self.protocol.makeConnection(self.wire)
        self.chat.advance()

    @property
    def session(self):
        return self.protocol.session

    def sends(self, *lines):
        self.protocol.dataReceived("".join(f"{line}\n" for line in lines).encode())
        self.chat.advance()

    def jams(self):
        """
        Read what has come; of what comes next, the kernel takes four bytes.
        """
        self.reads()
        # The rest is tried once more, as it is by then for the outbox.
        self.wire.takes.extend([4, 0])

    def reads(self):
        """
        Return what has come since the last time.
        """
        sent, self.wire.sent = self.wire.sent, b""
        return sent


def by_line(chat):
    reader = Reader(chat, chat.factory)
    reader.sends("reader")
    return reader


def by_irc(chat, *caps):
    reader = Reader(chat, Clients(chat).factory)
    asked = [f"CAP REQ :{' '.join(caps)}", "CAP END"] if caps else []
    reader.sends(*asked, "NICK reader", "USER reader 0 * :reader", "JOIN #lobby")
    return reader


def by_json(chat, name="reader"):
    reader = Reader(chat, JsonFactory(chat.hub, chat.dispatcher))
    reader.sends(json.dumps({"request": "hello", "name": name}))
    return reader


DOORS = pytest.mark.parametrize("arrive", [by_line, by_irc, by_json])


@DOORS
def test_a_line_of_the_room_goes_to_the_socket_with_nothing_between(arrive):
    chat = Chat()
    alice, reader = chat.arrive("alice"), arrive(chat)
    reader.reads()
    assert reader.session.send == reader.wire.send
    alice.types("tea?")
    assert reader.reads().count(b"tea?") == 1


@DOORS
def test_while_something_waits_lines_wait_behind_it_and_then_go_directly_again(arrive):
    chat = Chat()
    alice, reader = chat.arrive("alice"), arrive(chat)
    reader.jams()
    alice.types("tea?")
    assert len(reader.wire.sent) == 4
    # The kernel has room again, but the reactor has not found that out.
    alice.types("or coffee?")
    assert len(reader.wire.sent) == 4
    reader.wire.drains()
    first, second = reader.reads().splitlines()
    assert b"tea?" in first
    assert b"or coffee?" in second
    assert reader.session.send == reader.wire.send


def test_what_was_cut_in_two_is_whole_at_the_reader():
    chat = Chat()
    alice, reader = chat.arrive("alice"), by_line(chat)
    reader.jams()
    alice.types("tea?")
    reader.wire.drains()
    assert reader.reads() == b"alice: tea?\r\n"


REFUSAL = b"No such command: /zzzz. Type /help for the list.\r\n"
# How much the kernel takes: from 50 on everything, as nearly always.
steps = st.lists(
    st.tuples(st.sampled_from(["say", "ask", "kernel"]), st.integers(0, 12) | st.integers(0, 60)),
    max_size=30,
)


@settings(deadline=None, max_examples=100)
@given(steps)
def test_a_slow_reader_reads_every_line_and_answer_once_and_in_order(steps):
    chat = Chat()
    alice, reader = chat.arrive("alice"), by_line(chat)
    reader.reads()
    expected = b""
    for number, (step, takes) in enumerate(steps):
        # Of a line, the rest is tried once more.
        reader.wire.takes = deque([takes, 0] if takes < 50 and step != "kernel" else [])
        if step == "say":
            alice.types(str(number))
            expected += b"alice: %d\r\n" % number
        elif step == "ask":
            reader.sends("/zzzz")
            expected += REFUSAL
        else:
            reader.wire.has_room(takes)
        assert expected.startswith(reader.wire.sent)
    reader.wire.takes.clear()
    reader.wire.drains()
    assert reader.reads() == expected


@pytest.mark.parametrize(
    "error", [ConnectionResetError(), BrokenPipeError(), OSError(9, "closed")]
)
def test_a_socket_that_breaks_under_a_line_is_found_out_by_the_reactor(error):
    chat = Chat()
    alice, bob, reader = chat.arrive("alice"), chat.arrive("bob"), by_line(chat)
    bob.reads()
    reader.wire.takes.extend([error, error])
    alice.types("tea?")
    assert bob.reads() == ["alice: tea?"]
    assert reader.wire.is_polled
    reader.protocol.connectionLost(Failure(ConnectionDone()))
    chat.advance()
    assert bob.reads() == ["*** reader has left #lobby ***"]


@pytest.mark.parametrize("send_queue", [1, 2, 1000])
def test_who_lets_more_wait_than_may_wait_is_cut_however_little_that_is(send_queue):
    chat = Chat(line_limits=LineLimits(send_queue=send_queue))
    alice, reader = chat.arrive("alice"), by_line(chat)
    reader.jams()
    alice.types("tea?")
    assert reader.protocol.has_taken_all is False
    for _ in range(1 + send_queue // 100):
        alice.types("x" * 100)
    assert reader.wire.disconnecting


def test_a_user_who_is_closed_in_the_middle_of_a_delivery_is_sent_nothing_more():
    chat = Chat()
    alice, reader = chat.arrive("alice"), by_line(chat)
    session = reader.session
    reader.reads()
    alice.types("tea?")
    reader.protocol.close("test", linger=False)
    session.send(b"late\r\n")
    assert reader.reads() == b"alice: tea?\r\n"


def test_a_program_that_comes_back_between_two_parts_of_a_crowd_is_sent_nothing_at_its_old_socket(
    monkeypatch,
):
    monkeypatch.setattr(delivery, "AT_ONCE", 2)
    chat = Chat()
    alice = chat.arrive("alice")
    programs = [by_json(chat, f"bot{number}") for number in range(6)]
    first, last = programs[0], programs[-1]
    (told,) = [
        each for each in map(json.loads, last.wire.sent.splitlines()) if each["event"] == "hello"
    ]
    again = Reader(chat, last.factory)
    alice.transport.protocol.dataReceived(b"tea?\n")
    turn(chat.clock)
    turn(chat.clock)
    assert b"tea?" in first.wire.sent
    again.sends(json.dumps({"request": "hello", "token": told["token"], "last": {"lobby": 0}}))
    assert json.loads(last.wire.sent.splitlines()[-1])["event"] == "closed"
    assert b"tea?" not in last.wire.sent
    assert again.reads().count(b"tea?") == 1


def test_where_answers_are_held_together_nothing_goes_past_that():
    chat = Chat()
    alice, reader = chat.arrive("alice"), by_irc(chat, "labeled-response", "batch")
    assert reader.session.send == reader.protocol.write != reader.wire.send
    reader.reads()
    alice.types("tea?")
    assert reader.reads() == b":alice!~u@chat PRIVMSG #lobby :tea?\r\n"


def test_labels_that_are_asked_for_while_something_waits_are_kept_to_behind_it():
    chat = Chat()
    alice, reader = chat.arrive("alice"), by_irc(chat)
    reader.jams()
    alice.types("tea?")
    reader.sends("CAP REQ :labeled-response batch")
    reader.wire.drains()
    assert reader.reads().splitlines() == [
        b":alice!~u@chat PRIVMSG #lobby :tea?",
        b":chat.example CAP reader ACK :labeled-response batch",
    ]
    assert reader.session.send == reader.protocol.write != reader.wire.send


def test_a_reader_whose_lines_are_edited_here_reads_above_the_one_they_type():
    chat = Chat()
    alice, reader = chat.arrive("alice"), by_line(chat)
    reader.protocol.edit("xterm", 80)
    chat.advance()
    assert reader.session.send == reader.protocol.write != reader.wire.send
    reader.reads()
    alice.types("tea?")
    above = reader.reads()
    assert b"alice: tea?" in above
    assert not above.startswith(b"alice")


def test_a_connection_whose_session_has_another_client_leaves_that_alone():
    chat = Chat()
    reader, other = by_line(chat), ListClient()
    reader.session.use(other)
    reader.protocol.write_by(reader.protocol.write)
    assert reader.session.send == other.write
