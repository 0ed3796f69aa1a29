"""
Checked connections: what is connected to is what was checked, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from stores import result_of
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectError
from twisted.internet.error import ConnectionRefusedError as RefusedError
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from twisted_chat.errors import HttpFailed
from twisted_chat.http.addresses import Allowed
from twisted_chat.server.outgoing.checked import MOST_TRIED, CheckedEndpoint


class Names:
    """
    Resolves names, and counts how often it is asked.
    """

    def __init__(self, *answers: Iterable[str]) -> None:
        self._answers = [list(each) for each in answers]
        self.asked: list[str] = []

    def __call__(self, name: str) -> Deferred[list[str]]:
        self.asked.append(name)
        return succeed(self._answers[min(len(self.asked), len(self._answers)) - 1])


def connect(
    names: Names, port: int = 443, allowed: tuple[str, ...] = (), most: int = 9
) -> tuple[MemoryReactorClock, Deferred[Any]]:
    reactor = MemoryReactorClock()
    endpoint = CheckedEndpoint(reactor, "x.example", port, Allowed.read(allowed), most, names)
    return reactor, endpoint.connect(Factory.forProtocol(Protocol))


def test_a_name_is_resolved_once_and_its_address_connected_to() -> None:
    # A name that changes between the check and the connection.
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    reactor, _ = connect(names)
    assert [client[:2] for client in reactor.tcpClients] == [("8.8.8.8", 443)]
    assert names.asked == ["x.example"]


@pytest.mark.parametrize(
    "found",
    [
        [],
        ["127.0.0.1"],
        ["10.0.0.1", "::1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["nonsense"],
    ],
)
def test_what_is_not_public_and_what_is_not_there_are_refused_in_the_same_words(
    found: list[str],
) -> None:
    reactor, waiting = connect(Names(found))
    with pytest.raises(HttpFailed) as refusal:
        result_of(waiting)
    assert str(refusal.value) == (
        "The server x.example cannot be reached: there is no such host, or it is not on the "
        "public internet."
    )
    assert reactor.tcpClients == []


def test_of_several_addresses_those_that_are_public_are_tried() -> None:
    reactor, waiting = connect(Names(["10.0.0.1", "2606:4700::1111", "1.1.1.1", "1.1.1.1"]))
    for _ in range(3):
        fail_last(reactor)
    assert [client[0] for client in reactor.tcpClients] == ["1.1.1.1", "2606:4700::1111"]
    with pytest.raises(ConnectError):
        result_of(waiting)


def test_only_a_few_addresses_are_tried() -> None:
    reactor, waiting = connect(Names([f"8.8.8.{number}" for number in range(1, 20)]))
    for _ in range(20):
        fail_last(reactor)
    assert len(reactor.tcpClients) == MOST_TRIED
    with pytest.raises(ConnectError):
        result_of(waiting)


def fail_last(reactor: MemoryReactorClock) -> None:
    factory, connector = reactor.tcpClients[-1][2], reactor.connectors[-1]
    factory.clientConnectionFailed(connector, Failure(RefusedError()))


@pytest.mark.parametrize(
    ("port", "is_asked"),
    [(80, True), (443, True), (1024, True), (8443, True), (22, False), (25, False), (445, False)],
)
def test_ports_of_other_services_are_asked_where_the_operator_allows_it_alone(
    port: int, is_asked: bool
) -> None:
    reactor, waiting = connect(Names(["8.8.8.8"]), port)
    assert bool(reactor.tcpClients) == is_asked
    waiting.addErrback(lambda _: None)
    reactor, _ = connect(Names(["8.8.8.8"]), port, ("8.8.8.8",))
    assert reactor.tcpClients


@pytest.mark.parametrize("found", [[], ["8.8.8.8"], ["10.0.0.1"]])
def test_a_port_that_is_not_allowed_is_named_whatever_host_there_is(found: list[str]) -> None:
    reactor, waiting = connect(Names(found), 22)
    with pytest.raises(HttpFailed) as refusal:
        result_of(waiting)
    assert str(refusal.value) == (
        "The server x.example is not asked at port 22: it must be 80, 443, or 1024 or above."
    )
    assert reactor.tcpClients == []


def test_the_operator_may_allow_what_is_inside() -> None:
    reactor, _ = connect(Names(["10.1.2.3"]), 9000, ("10.0.0.0/8",))
    assert [client[:2] for client in reactor.tcpClients] == [("10.1.2.3", 9000)]


def test_a_connection_on_which_too_much_comes_is_cut() -> None:
    reactor, waiting = connect(Names(["8.8.8.8"]), most=9)
    transport: Any = StringTransport()
    cut: list[bool] = []
    transport.abortConnection = lambda: cut.append(True)
    protocol = reactor.tcpClients[0][2].buildProtocol(IPv4Address("TCP", "8.8.8.8", 443))
    protocol.makeConnection(transport)
    inner = result_of(waiting)
    heard: list[bytes] = []
    inner.dataReceived = heard.append
    protocol.dataReceived(b"12345")
    protocol.dataReceived(b"6789")
    assert cut == []
    protocol.dataReceived(b"x")
    assert (heard, cut) == ([b"12345", b"6789"], [True])
