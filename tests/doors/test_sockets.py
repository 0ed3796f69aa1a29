"""
How sockets are set, and what the kernel tells of them.
"""

import contextlib
import socket
import time

import pytest
from real_sockets import SocketTransport, connected
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory

from twisted_chat.doors.sockets import (
    READ_SIZE,
    UNSENT,
    acknowledged,
    begin,
    prepare,
    socket_of,
    unacknowledged,
)


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


@pytest.mark.parametrize(("send_queue", "unsent"), [(0, 65536), (1000, 500), (10**6, 65536)])
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
        deadline = time.monotonic() + 15
        while unacknowledged(ours.fileno()):
            assert time.monotonic() < deadline
        assert acknowledged(ours) == sent
    with pytest.raises(ValueError, match="negative"):
        unacknowledged(ours.fileno())
