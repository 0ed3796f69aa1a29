"""
The connection in memory behaves as a socket does.
"""

from __future__ import annotations

import pytest
from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from twisted_chat.doors.port.memory import MemoryTransport


class Listener(Protocol):
    """
    Notes what it is given, and pauses after each read if it is told to.
    """

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.ends = 0
        self.pauses = False

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's
        self.given.append(data)
        if self.pauses:
            self.transport.pauseProducing()  # type: ignore[union-attr]

    def connectionLost(self, _: Failure) -> None:  # type: ignore[override]  # noqa: N802
        self.ends += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


def connect(clock: Clock) -> tuple[MemoryTransport, Listener]:
    transport, listener = MemoryTransport(clock, "192.0.2.7"), Listener()
    transport.protocol = listener
    listener.makeConnection(transport)
    return transport, listener


def test_a_peer_has_the_host_that_is_given(clock: Clock) -> None:
    transport, _ = connect(clock)
    assert transport.getPeer().host == "192.0.2.7"


def test_one_read_takes_no_more_than_a_socket_gives(clock: Clock) -> None:
    transport, listener = connect(clock)
    transport.receive(b"a" * 200_000)
    assert b"".join(listener.given) == b"a" * 200_000
    assert max(map(len, listener.given)) == 16384


def test_what_comes_while_reading_is_paused_waits_for_a_later_turn(clock: Clock) -> None:
    transport, listener = connect(clock)
    listener.pauses = True
    transport.receive(b"one")
    transport.receive(b"two")
    assert listener.given == [b"one"]
    transport.resumeProducing()
    assert listener.given == [b"one"]
    clock.advance(0)
    assert listener.given == [b"one", b"two"]


@pytest.mark.parametrize("close", ["loseConnection", "abortConnection"])
def test_a_close_is_told_once_in_a_later_turn(clock: Clock, close: str) -> None:
    transport, listener = connect(clock)
    for _ in range(2):
        getattr(transport, close)()
    assert listener.ends == 0
    clock.advance(0)
    assert listener.ends == 1
    transport.receive(b"too late")
    clock.advance(0)
    assert listener.given == []


def test_a_peer_that_hangs_up_is_gone_at_once(clock: Clock) -> None:
    transport, listener = connect(clock)
    transport.hang_up()
    transport.hang_up()
    assert listener.ends == 1
