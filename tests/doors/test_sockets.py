"""
How sockets are set, and what the kernel tells of them.
"""

from __future__ import annotations

import contextlib
import random
import socket
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_sockets import SocketTransport, connected
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Connection
from twisted.internet.testing import MemoryReactor, StringTransport
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure

from twisted_chat.doors.sockets import (
    READ_SIZE,
    UNSENT,
    EagerTransport,
    acknowledged,
    begin,
    prepare,
    socket_of,
    unacknowledged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def tcp_options(held: socket.socket) -> dict[str, int]:
    names = ("KEEPIDLE", "KEEPINTVL", "KEEPCNT", "USER_TIMEOUT", "NOTSENT_LOWAT")
    level = socket.IPPROTO_TCP
    return {name: held.getsockopt(level, getattr(socket, f"TCP_{name}")) for name in names}


def taken_by(held: socket.socket) -> int:
    """
    Return how many bytes the kernel takes for a peer who reads nothing.
    """
    taken = 0
    with contextlib.suppress(BlockingIOError):
        while taken < 10_000_000:
            taken += held.send(bytes(4096))
    return taken


@pytest.mark.parametrize("peer_timeout", [4.0, 6.0, 20.0, 60.0, 150.0, 3600.0])
def test_a_peer_who_does_not_answer_is_given_up_in_time(peer_timeout: float) -> None:
    with connected() as (transport, _):
        assert prepare(transport, peer_timeout, 0) == UNSENT
        set_to = tcp_options(transport.socket)
        assert transport.socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    # See tcp(7): a silent peer is probed after the one, again after the other, and given up with
    # the first probe behind the user timeout, or with the third.
    user = set_to["USER_TIMEOUT"] / 1000
    probes = [set_to["KEEPIDLE"] + n * set_to["KEEPINTVL"] for n in range(1, 4)]
    silent = next((probe for probe in probes[:2] if probe >= user), probes[2])
    # What is sent at the last moment before that has the user timeout for itself.
    assert silent + user <= peer_timeout
    # A cable may be put back, and a computer wake up.
    assert silent >= peer_timeout / 3


def test_the_usual_timeout_gives_up_a_silent_peer_after_about_a_minute() -> None:
    with connected() as (transport, _):
        prepare(transport, 150.0, 262144)
        assert tcp_options(transport.socket) == {
            "KEEPIDLE": 60,
            "KEEPINTVL": 3,
            "KEEPCNT": 3,
            "USER_TIMEOUT": 67500,
            "NOTSENT_LOWAT": 65536,
        }


def test_without_a_timeout_the_system_has_its_own() -> None:
    with socket.socket() as fresh:
        usual = tcp_options(fresh)
    with connected() as (transport, _):
        prepare(transport, 0.0, 0)
        assert tcp_options(transport.socket) == {**usual, "NOTSENT_LOWAT": UNSENT}


@pytest.mark.parametrize(
    ("send_queue", "unsent"), [(0, 65536), (1, 1), (1000, 500), (10**6, 65536)]
)
def test_the_kernel_holds_at_most_half_of_what_may_wait(send_queue: int, unsent: int) -> None:
    with connected() as (transport, _):
        assert prepare(transport, 0.0, send_queue) == unsent
        assert tcp_options(transport.socket)["NOTSENT_LOWAT"] == unsent


def test_the_kernel_takes_little_for_a_peer_who_takes_nothing() -> None:
    with connected(receive_buffer=4096) as (transport, _):
        prepare(transport, 0.0, 0)
        assert UNSENT <= taken_by(transport.socket) < 2 * UNSENT


def test_a_unix_socket_is_bounded_and_has_no_peer_that_vanishes() -> None:
    ours, peer = socket.socketpair()
    with ours, peer:
        ours.setblocking(False)
        transport = SocketTransport(ours)
        assert prepare(transport, 150.0, 0) == UNSENT
        assert taken_by(ours) < 3 * UNSENT


def test_the_socket_is_found_below_what_wraps_it() -> None:
    with connected() as (transport, _):
        wrapper = ProtocolWrapper(WrappingFactory(None), None)  # type: ignore[arg-type]
        wrapper.transport = transport  # type: ignore[assignment]
        assert socket_of(wrapper) is transport.socket
        begin(wrapper)
        assert transport.bufferSize == READ_SIZE
        assert transport.socket.getsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE) == 1
        assert prepare(wrapper, 150.0, 0) == UNSENT
    # In memory there is none, and one that is closed already harms nobody.
    assert socket_of(StringTransport()) is None
    begin(StringTransport())
    begin(transport)
    assert prepare(StringTransport(), 150.0, 0) == 0
    assert prepare(transport, 150.0, 0) == 0


def test_the_kernel_tells_what_the_peer_has_and_what_it_is_owed() -> None:
    with connected(receive_buffer=4096) as (transport, peer):
        ours = transport.socket
        assert (acknowledged(ours), unacknowledged(ours.fileno())) == (0, 0)
        sent = ours.send(bytes(50_000))
        assert 0 < unacknowledged(ours.fileno()) <= sent
        read = 0
        while read < sent:
            read += len(peer.recv(65536))
        deadline = time.monotonic() + 60
        while unacknowledged(ours.fileno()):
            assert time.monotonic() < deadline
        assert acknowledged(ours) == sent
    with pytest.raises(ValueError, match="negative"):
        unacknowledged(ours.fileno())


# -- sending below TLS ----------------------------------------------------------------------------


class Slow:
    """
    A producer that counts how it is treated.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []

    def pauseProducing(self) -> None:  # noqa: N802  # as Twisted calls it
        self.calls.append("pause")

    def resumeProducing(self) -> None:  # noqa: N802  # as Twisted calls it
        self.calls.append("resume")

    def stopProducing(self) -> None:  # noqa: N802  # as Twisted calls it
        self.calls.append("stop")


class Below:
    """
    A connection of Twisted over a pair of sockets, and an `EagerTransport` over it.
    """

    def __init__(self) -> None:
        ours, self.peer = socket.socketpair()
        for each in (ours, self.peer):
            each.setblocking(False)
        self.reactor = MemoryReactor()
        self.connection = Connection(ours, Protocol(), self.reactor)
        self.connection.connected = True
        self.eager = EagerTransport(self.connection)
        self.read = b""

    def reads(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := self.peer.recv(1 << 20):
                self.read += data

    def fills(self) -> bytes:
        """
        Write until something waits, and return what was written.
        """
        written = b""
        while not self.reactor.getWriters():
            piece = bytes([len(written) % 251]) * 50_000
            self.eager.write(piece)
            written += piece
        return written

    def drains(self) -> None:
        while self.reactor.getWriters():
            self.reads()
            self.connection.doWrite()
        self.reads()

    def close(self) -> None:
        self.connection.connectionLost(Failure(ConnectionDone()))
        self.peer.close()


@pytest.fixture
def below() -> Iterator[Below]:
    below = Below()
    yield below
    below.close()


def test_what_the_socket_takes_is_sent_at_once(below: Below) -> None:
    below.eager.write(b"hello")
    assert below.peer.recv(100) == b"hello"
    assert below.reactor.getWriters() == []


def test_the_rest_is_sent_later_and_in_order(below: Below) -> None:
    written = below.fills()
    below.eager.write(b"behind it")
    below.drains()
    assert below.read == written + b"behind it"


def test_a_producer_is_paused_while_something_waits_and_goes_on_then(below: Below) -> None:
    producer = Slow()
    below.eager.registerProducer(producer, True)
    below.fills()
    assert producer.calls == ["pause"]
    below.eager.write(b"more")
    assert producer.calls == ["pause"]
    below.drains()
    assert producer.calls == ["pause", "resume"]
    below.eager.write(b"at once again")
    assert below.peer.recv(100) == b"at once again"


def test_a_producer_that_comes_while_something_waits_is_paused_too(below: Below) -> None:
    below.fills()
    producer = Slow()
    below.eager.registerProducer(producer, True)
    assert producer.calls == ["pause"]
    below.drains()
    assert producer.calls == ["pause", "resume"]


def test_a_producer_is_stopped_with_a_connection_that_is_lost_while_something_waits(
    below: Below,
) -> None:
    producer = Slow()
    below.eager.registerProducer(producer, True)
    below.fills()
    below.connection.connectionLost(Failure(ConnectionDone()))
    assert producer.calls == ["pause", "stop"]
    below.eager.write(b"to nobody")


def test_a_close_waits_for_what_waits(below: Below) -> None:
    written = below.fills()
    below.eager.loseConnection()
    below.drains()
    assert below.read == written


@given(
    st.lists(st.one_of(st.integers(1, 200_000), st.just("read"), st.just("ready")), max_size=30)
)
def test_whatever_is_read_when_nothing_is_lost_or_out_of_order(steps: list[int | str]) -> None:
    below, written = Below(), b""
    for step in steps:
        if step == "read":
            below.reads()
        elif step == "ready":
            if below.reactor.getWriters():
                below.connection.doWrite()
        else:
            data = random.Random(step).randbytes(int(step))
            below.eager.write(data)
            written += data
    below.drains()
    below.close()
    assert below.read == written
