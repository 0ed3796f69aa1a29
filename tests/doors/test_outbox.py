import contextlib
import socket
from collections import deque

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_socket import MemorySocket
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.main import CONNECTION_DONE
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from twisted_chat.doors.outbox import Outbox


@define(eq=False)
class Sending:
    """
    An outbox with what it goes over and what it has reported.
    """

    limit: int = 1000
    timeout: float = 30.0
    wire: object = field(factory=MemorySocket)
    clock: Clock = field(factory=Clock)
    stuck: list = field(factory=list)
    emptied: list = field(factory=list)
    ways: list = field(factory=list)
    outbox: Outbox = field(init=False)

    def __attrs_post_init__(self):
        self.outbox = Outbox(
            self.wire,
            self.clock,
            self.limit,
            self.timeout,
            self,
        )

    def sends(self, data):
        """
        Send as a fan-out does: directly while that is a way, and what is not taken by the outbox.
        """
        sent = 0
        with contextlib.suppress(BlockingIOError):
            sent = self.outbox.direct(data) if self.outbox.direct else 0
        if sent < len(data):
            self.outbox.write(data[sent:])

    def cut(self, reason):
        self.stuck.append(reason)

    def blocked(self):
        self.ways.append(self.outbox.direct)

    def drained(self):
        self.emptied.append(self.clock.seconds())


# -- a plain socket ------------------------------------------------------------------------------


def test_what_the_kernel_takes_is_sent_at_once_and_the_reactor_is_not_asked():
    sending = Sending()
    sending.outbox.write(b"hello ")
    sending.outbox.write(b"world")
    assert sending.wire.sent == b"hello world"
    assert sending.wire.sends == 2
    assert not sending.wire.is_polled
    assert sending.wire.producer is None
    assert sending.outbox.pending == 0
    assert sending.clock.getDelayedCalls() == []


@pytest.mark.parametrize("taken", [0, 1, 4])
def test_what_the_kernel_does_not_take_follows_in_order(taken):
    sending = Sending()
    sending.wire.takes.append(taken)
    sending.outbox.write(b"hello")
    assert sending.outbox.pending == 5 - taken
    sending.outbox.write(b" world")
    sending.outbox.write(b"!")
    assert sending.wire.sent == b"hello"[:taken]
    sending.wire.drains()
    assert sending.wire.sent == b"hello world!"
    assert sending.outbox.pending == 0
    assert sending.clock.getDelayedCalls() == []


def test_after_a_jam_the_kernel_is_asked_directly_again():
    sending = Sending()
    sending.wire.takes.append(0)
    sending.outbox.write(b"jam")
    sending.wire.drains()
    assert sending.emptied == [0]
    sending.outbox.write(b" gone")
    assert sending.wire.sent == b"jam gone"
    assert sending.wire.producer is None
    assert not sending.wire.is_polled


def test_the_socket_itself_is_a_way_only_while_nothing_waits():
    sending = Sending()
    outbox, wire = sending.outbox, sending.wire
    assert outbox.direct == wire.send
    wire.takes.append(1)
    outbox.write(b"jam")
    # Its owner is told before anything else can be sent.
    assert sending.ways == [None]
    outbox.write(b" gone")
    assert outbox.direct is None
    wire.drains()
    assert outbox.direct(b"!") == 1
    assert wire.sent == b"jam gone!"
    outbox.close()
    assert sending.ways == [None, None]
    assert outbox.direct is None


def test_nothing_to_send_is_nothing_sent():
    sending = Sending()
    sending.outbox.write(b"")
    assert sending.outbox.pending == 0
    assert sending.wire.producer is None


def test_a_peer_is_owed_what_it_has_not_taken_from_the_kernel():
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)
        wire = MemorySocket()
        wire.socket, wire.fileno = near, near.fileno
        outbox = Outbox(wire, Clock(), 0, 0.0, Sending())
        assert not outbox.is_owed()
        outbox.write(b"hello")
        assert outbox.is_owed()
        assert far.recv(100) == b"hello"
        assert not outbox.is_owed()
        while not outbox.pending:
            outbox.write(b"x" * 65536)
        assert outbox.is_owed()
    # What is lost is owed nothing.
    assert not Outbox(wire, Clock(), 0, 0.0, Sending()).is_owed()


def test_a_mebibyte_goes_through_a_slow_kernel_unchanged():
    sending = Sending(limit=0)
    parts = [bytes([number]) * 4096 for number in range(256)]
    sending.wire.takes.append(17)
    for part in parts:
        sending.outbox.write(part)
    while sending.wire.is_polled:
        sending.wire.has_room(10_000)
    assert sending.wire.sent == b"".join(parts)
    assert sending.outbox.pending == 0


def test_a_write_after_everything_was_sent_comes_after_it():
    class Talkative(Sending):
        def drained(self):
            self.outbox.write(b"third")

    sending = Talkative()
    sending.wire.takes.append(3)
    sending.outbox.write(b"first ")
    sending.outbox.write(b"second ")
    sending.wire.drains()
    assert sending.wire.sent == b"first second third"


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["write", "direct"]), st.binary(max_size=9)),
        st.tuples(st.just("kernel"), st.integers(0, 12)),
        st.tuples(st.just("wait"), st.integers(0, 29)),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=300)
@given(steps, st.lists(st.integers(0, 5), max_size=40))
def test_bytes_keep_their_order_however_the_kernel_takes_them(steps, takes):
    sending = Sending(limit=0, timeout=0.0)
    takes, written = deque(takes), b""
    for step, value in steps:
        if step in {"write", "direct"}:
            if takes:
                sending.wire.takes.append(takes.popleft())
            sending.sends(value) if step == "direct" else sending.outbox.write(value)
            sending.wire.takes.clear()
            written += value
        elif step == "kernel":
            sending.wire.has_room(value)
        else:
            sending.clock.advance(value)
        assert written.startswith(sending.wire.sent)
        assert sending.outbox.pending >= len(written) - len(sending.wire.sent)
    sending.wire.drains()
    assert sending.wire.sent == written
    assert sending.outbox.pending == 0
    assert sending.wire.producer is None


@settings(deadline=None, max_examples=100)
@given(st.lists(st.binary(min_size=1, max_size=9), max_size=9), st.lists(st.integers(0, 9)))
def test_what_was_written_before_a_close_is_sent_before_it(parts, takes):
    sending = Sending(limit=0)
    sending.wire.takes.append(0)
    sending.outbox.write(b"!")
    for part in parts:
        sending.outbox.write(part)
    sending.wire.has_room(*takes)
    sending.outbox.close()
    assert sending.wire.producer is None
    sending.wire.loseConnection()
    assert sending.wire.drains() is CONNECTION_DONE
    assert sending.wire.sent == b"!" + b"".join(parts)
    assert sending.clock.getDelayedCalls() == []


def test_a_close_with_nothing_waiting_is_just_that():
    sending = Sending()
    sending.outbox.write(b"bye")
    sending.outbox.close()
    sending.outbox.write(b"too late")
    assert sending.wire.sent == b"bye"
    assert sending.wire.producer is None
    assert not sending.wire.is_polled


def test_a_reader_who_lets_too_many_bytes_wait_is_given_up_once():
    sending = Sending(limit=1000)
    sending.wire.takes.append(0)
    sending.outbox.write(b"x" * 500)
    sending.outbox.write(b"x" * 500)
    assert (sending.stuck, sending.outbox.pending) == ([], 1000)
    sending.outbox.write(b"x")
    assert sending.stuck == ["too slow to read"]
    assert sending.wire.producer is None
    sending.outbox.write(b"x" * 5000)
    sending.clock.advance(100)
    assert sending.stuck == ["too slow to read"]
    assert sending.outbox.pending == 0
    assert sending.clock.getDelayedCalls() == []


def test_one_write_that_is_larger_than_the_limit_is_not_yet_slowness():
    sending = Sending(limit=1000)
    sending.outbox.write(b"x" * 5000)
    assert sending.stuck == []
    assert len(sending.wire.sent) == 5000


def test_bytes_that_were_read_make_room_for_others():
    sending = Sending(limit=1000)
    sending.wire.takes.append(0)
    for _ in range(20):
        sending.outbox.write(b"x" * 900)
        sending.wire.drains()
        sending.wire.takes.append(0)
    assert sending.stuck == []
    assert len(sending.wire.sent) == 18_000


def test_a_reader_who_reads_nothing_is_given_up_after_the_time():
    sending = Sending(timeout=30.0)
    sending.wire.takes.append(0)
    sending.outbox.write(b"hello")
    sending.clock.advance(29.9)
    assert sending.stuck == []
    sending.clock.advance(0.1)
    assert sending.stuck == ["not reading"]
    assert sending.wire.producer is None


def test_writing_more_does_not_give_a_reader_more_time():
    sending = Sending(timeout=30.0)
    sending.wire.takes.append(0)
    for _ in range(29):
        sending.outbox.write(b"x")
        sending.clock.advance(1)
    assert sending.stuck == []
    sending.outbox.write(b"x")
    sending.clock.advance(1)
    assert sending.stuck == ["not reading"]


def test_a_reader_who_keeps_up_with_what_waits_is_not_given_up():
    sending = Sending(limit=0, timeout=30.0)
    sending.wire.takes.append(0)
    sending.outbox.write(b"x")
    for _ in range(40):
        # There is always something that waits, and never for more than 20 s.
        sending.outbox.write(b"x" * 4096)
        sending.clock.advance(20)
        sending.wire.has_room(4096)
    assert sending.stuck == []
    assert sending.outbox.pending > 0


def test_a_reader_who_reads_a_little_now_and_then_is_given_up_after_the_time():
    sending = Sending(limit=0, timeout=30.0)
    sending.wire.takes.append(0)
    sending.outbox.write(b"x" * 60_000)
    sending.clock.advance(29)
    sending.wire.has_room(4096)
    assert sending.stuck == []
    sending.clock.advance(1)
    assert sending.stuck == ["not reading"]
    assert sending.wire.producer is None
    assert sending.clock.getDelayedCalls() == []


def test_a_later_write_has_a_timeout_of_its_own():
    sending = Sending(limit=0, timeout=30.0)
    sending.wire.takes.append(0)
    sending.outbox.write(b"x" * 4096)
    sending.clock.advance(29)
    sending.outbox.write(b"x" * 4096)
    sending.wire.has_room(4096)
    sending.clock.advance(1)
    sending.clock.advance(29)
    assert sending.stuck == []
    sending.clock.advance(1)
    assert sending.stuck == ["not reading"]


def test_zero_is_no_limit_of_bytes_nor_of_time():
    sending = Sending(limit=0, timeout=0.0)
    sending.wire.takes.append(0)
    for _ in range(100):
        sending.outbox.write(b"x" * 65536)
        sending.clock.advance(1000)
    assert sending.stuck == []
    sending.wire.drains()
    assert len(sending.wire.sent) == 100 * 65536


def test_a_connection_that_breaks_during_a_send_is_left_to_the_reactor():
    sending = Sending()
    sending.wire.takes.append(ConnectionLost())
    sending.outbox.write(b"hello")
    assert sending.wire.is_polled
    assert sending.stuck == []
    outcome = sending.wire.has_room(ConnectionLost())
    assert isinstance(outcome, ConnectionLost)
    sending.outbox.write(b"nobody reads this")
    assert sending.outbox.pending == 0
    assert sending.clock.getDelayedCalls() == []
    assert sending.emptied == []


def test_a_connection_that_is_lost_while_bytes_wait_leaves_no_timer():
    sending = Sending()
    sending.wire.takes.append(0)
    sending.outbox.write(b"hello")
    sending.wire.connectionLost(Failure(ConnectionDone()))
    assert sending.wire.producer is None
    assert sending.clock.getDelayedCalls() == []
    sending.outbox.close()
    assert sending.wire.sent == b""


def test_a_write_to_a_connection_that_was_lost_already_is_dropped():
    sending = Sending()
    sending.wire.connectionLost(Failure(ConnectionDone()))
    sending.wire.takes.append(ConnectionLost())
    sending.outbox.write(b"hello")
    sending.outbox.write(b"again")
    assert sending.outbox.pending == 0
    assert sending.clock.getDelayedCalls() == []


# -- a transport that buffers, such as TLS --------------------------------------------------------


class Buffering(StringTransport):
    """
    A transport whose buffer is full after so many bytes.
    """

    def __init__(self, room=1_000_000):
        super().__init__()
        self._step = self._room = room

    def write(self, data):
        super().write(data)
        self._room -= len(data)
        if self._room <= 0 and self.producer is not None:
            self.producer.pauseProducing()

    def has_room(self):
        self._room = self._step
        if self.producer is not None:
            self.producer.resumeProducing()


def test_a_transport_that_buffers_is_given_all_until_it_has_enough():
    sending = Sending(wire=Buffering(room=10))
    assert sending.wire.streaming is True
    sending.outbox.write(b"hello ")
    sending.outbox.write(b"world")
    assert sending.outbox.pending == 0
    sending.outbox.write(b" and")
    sending.outbox.write(b" you")
    assert sending.wire.value() == b"hello world"
    assert sending.outbox.pending == 8
    assert sending.emptied == []
    sending.wire.has_room()
    assert sending.wire.value() == b"hello world and you"
    assert sending.outbox.pending == 0
    assert len(sending.emptied) == 1


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.binary(max_size=9) | st.none(), max_size=60),
    st.integers(1, 20),
)
def test_bytes_keep_their_order_however_often_the_transport_has_enough(steps, room):
    sending = Sending(limit=0, timeout=0.0, wire=Buffering(room))
    written = b""
    for step in steps:
        if step is None:
            sending.wire.has_room()
        else:
            sending.outbox.write(step)
            written += step
        sent = sending.wire.value()
        assert written.startswith(sent)
        assert sending.outbox.pending >= len(written) - len(sent)
    while sending.outbox.pending:
        sending.wire.has_room()
    assert sending.wire.value() == written


def test_a_buffering_transport_that_never_has_room_again_is_given_up():
    sending = Sending(timeout=30.0, wire=Buffering(room=1))
    sending.outbox.write(b"hello")
    sending.clock.advance(30)
    assert sending.stuck == ["not reading"]
    assert sending.wire.producer is None


def test_a_buffering_transport_that_makes_room_but_never_enough_is_given_up():
    sending = Sending(limit=0, timeout=30.0, wire=Buffering(room=100))
    for _ in range(3):
        sending.outbox.write(b"x" * 60_000)
    sending.clock.advance(15)
    sending.wire.has_room()
    sending.clock.advance(14)
    sending.wire.has_room()
    assert sending.stuck == []
    sending.clock.advance(1)
    sending.clock.advance(30)
    assert sending.stuck == ["not reading"]


def test_a_buffering_transport_that_catches_up_is_not_given_up():
    sending = Sending(limit=0, timeout=30.0, wire=Buffering(room=100))
    for _ in range(40):
        sending.outbox.write(b"x" * 8192)
        sending.clock.advance(10)
        sending.wire.has_room()
        sending.wire.has_room()
        sending.wire.has_room()
    assert sending.stuck == []


def test_a_buffering_transport_is_given_up_when_too_much_waits():
    sending = Sending(limit=100, wire=Buffering(room=1))
    sending.outbox.write(b"x")
    sending.outbox.write(b"x" * 101)
    assert sending.stuck == ["too slow to read"]
    assert sending.wire.value() == b"x"


def test_a_close_hands_what_waits_to_the_transport_and_lets_go_of_it():
    sending = Sending(wire=Buffering(room=3))
    for word in (b"one ", b"two ", b"three"):
        sending.outbox.write(word)
    sending.outbox.close()
    assert sending.wire.value() == b"one two three"
    assert sending.wire.producer is None
    assert sending.clock.getDelayedCalls() == []


def test_a_transport_that_resumes_after_the_close_is_ignored():
    sending = Sending(wire=Buffering(room=1))
    sending.outbox.write(b"hello")
    producer = sending.wire.producer
    sending.outbox.close()
    producer.pauseProducing()
    producer.resumeProducing()
    producer.stopProducing()
    assert sending.emptied == []
    assert sending.clock.getDelayedCalls() == []


def test_a_socket_under_tls_is_not_written_past_its_encryption():
    wire = MemorySocket()
    wire.TLS = True
    sending = Sending(wire=wire)
    sending.outbox.write(b"secret")
    assert wire.sent == b""
    wire.drains()
    assert wire.sent == b"secret"
