"""
The sweep: peers who take nothing are found, and others left alone.
"""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from attrs import define, field
from real_sockets import SocketTransport, connected
from twisted.internet.task import Clock

from twisted_chat.doors.outbox import Outbox
from twisted_chat.doors.sockets import unacknowledged
from twisted_chat.doors.sweep import Sweep


@define(eq=False)
class Watched:
    """
    A connection under the sweep, and what became of it.
    """

    transport: SocketTransport
    peer: socket.socket
    clock: Clock = field(factory=Clock)
    timeout: float = 30.0
    reasons: list[str] = field(factory=list)
    outbox: Outbox = field(init=False)
    sweep: Sweep = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.outbox = Outbox(
            self.transport,  # type: ignore[arg-type]
            self.clock,
            0,
            self.timeout,
            self,
        )
        self.sweep = Sweep(self.clock, lambda: self.timeout)
        self.sweep.add(self.outbox, self.transport)

    def cut(self, reason: str) -> None:
        self.reasons.append(reason)

    def blocked(self) -> None:
        """
        Do nothing.
        """

    def drained(self) -> None:
        """
        Do nothing.
        """

    def passes(self, seconds: float) -> None:
        """
        Let time pass, a tenth of a second at a time.
        """
        self.clock.pump([0.1] * round(seconds * 10))

    def reads_all(self) -> None:
        deadline = time.monotonic() + 60
        while unacknowledged(self.transport.socket.fileno()):
            self.peer.recv(65536)
            assert time.monotonic() < deadline


@pytest.fixture
def watched() -> Iterator[Watched]:
    with connected(receive_buffer=2048) as (transport, peer):
        watched = Watched(transport, peer)
        # More than the peer has room for, and nothing waits in the outbox.
        watched.outbox.write(bytes(20_000))
        assert watched.outbox.pending == 0
        yield watched


def test_a_peer_who_takes_nothing_is_cut_within_the_timeout_and_two_looks(
    watched: Watched,
) -> None:
    watched.passes(30)
    assert watched.reasons == []
    watched.passes(10)
    assert watched.reasons == ["not reading"]
    # Once is enough.
    watched.passes(100)
    assert watched.reasons == ["not reading"]


def test_a_peer_who_takes_what_was_owed_stays_whatever_came_since(watched: Watched) -> None:
    for _ in range(10):
        watched.passes(20)
        watched.reads_all()
        watched.outbox.write(bytes(20_000))
    assert watched.reasons == []


def test_a_peer_who_takes_a_little_now_and_then_is_too_slow(watched: Watched) -> None:
    for _ in range(4):
        watched.passes(10)
        watched.peer.recv(1000)
    assert watched.reasons == ["not reading"]


def test_nobody_is_cut_for_what_they_have(watched: Watched) -> None:
    watched.reads_all()
    watched.passes(1000)
    assert watched.reasons == []
    # Silence does not count: what is sent now has its whole time.
    watched.outbox.write(bytes(20_000))
    watched.passes(29)
    assert watched.reasons == []


def test_without_a_timeout_nobody_is_cut_until_there_is_one(watched: Watched) -> None:
    watched.timeout = 0.0
    watched.passes(1000)
    assert watched.reasons == []
    watched.timeout = 1.0
    watched.passes(10)
    assert watched.reasons == ["not reading"]


def test_what_waits_in_the_outbox_is_timed_there(watched: Watched) -> None:
    watched.timeout = 0.1
    # Its own timeout is 30 s still.
    watched.outbox._blocked = True
    watched.passes(10)
    assert watched.reasons == []


def test_a_connection_that_is_closed_or_gone_needs_no_look(watched: Watched) -> None:
    watched.transport.socket.close()
    watched.passes(100)
    assert watched.reasons == []
    watched.sweep.remove(watched.outbox)
    watched.sweep.remove(watched.outbox)
    watched.passes(10)
    # It sleeps until there is a connection again.
    assert watched.clock.getDelayedCalls() == []


def test_a_crowd_is_looked_at_over_several_turns() -> None:
    with contextlib.ExitStack() as stack:
        transport, peer = stack.enter_context(connected(receive_buffer=2048))
        watched = Watched(transport, peer)
        watched.outbox.write(bytes(20_000))
        crowd = [Watched(transport, peer, watched.clock) for _ in range(1200)]
        for each in crowd:
            watched.sweep.add(each.outbox, transport)
            each.sweep.remove(each.outbox)
        watched.clock.advance(5)
        # As many of the reactor's turns as it takes, of no length.
        watched.clock.pump([0, 0])
        assert not watched.sweep._queue
        watched.passes(35)
        watched.clock.pump([0, 0])
        assert [each.reasons for each in crowd] == [["not reading"]] * 1200


def test_where_there_is_no_tcp_socket_there_is_nothing_to_look_at() -> None:
    clock = Clock()
    ours, peer = socket.socketpair()
    with ours, peer:
        Watched(SocketTransport(ours), peer, clock)
    assert clock.getDelayedCalls() == []
