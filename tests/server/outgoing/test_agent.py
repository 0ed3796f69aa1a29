"""
Asking other servers by HTTP: what is sent, what is read, and what is wrong.
"""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen
from OpenSSL.SSL import Error as SslError
from service_identity import VerificationError
from stores import result_of
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.error import ConnectionRefusedError as RefusedError
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from twisted_chat.errors import HttpFailed
from twisted_chat.http.addresses import Allowed
from twisted_chat.http.client import Asked, HttpAnswer, HttpClient
from twisted_chat.server.outgoing.agent import AgentFetch, _why

PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
    b"X-A: 1\r\nX-A: 2\r\n\r\nhello"
)


class Wire(StringTransport):
    """
    A connection of a client to a server, played by the test.
    """

    is_aborted = False

    def setTcpNoDelay(self, enabled: bool) -> None:  # noqa: N802
        pass

    def abortConnection(self) -> None:  # noqa: N802
        self.is_aborted = True


@frozen
class Answering:
    """
    Answers as was asked before.
    """

    answer: Deferred[HttpAnswer]

    def fetch(self, _: Asked) -> Deferred[HttpAnswer]:
        return self.answer


class Play:
    """
    Asks, and plays the server.
    """

    def __init__(self, **asked: Any) -> None:
        self.reactor = MemoryReactorClock()
        fetch = AgentFetch(self.reactor, Allowed, lookup=lambda _: succeed(["93.184.215.14"]))
        values = {"method": "GET", "url": "http://x.example/a?b=c#d", "headers": {}, "body": b""}
        self.answer: Deferred[HttpAnswer] = fetch.fetch(Asked(**{**values, "most": 10, **asked}))
        self.wire = Wire()

    def connects(self) -> None:
        host, port, factory = self.reactor.tcpClients[0][:3]
        self.protocol = factory.buildProtocol(IPv4Address("TCP", host, port))
        self.protocol.makeConnection(self.wire)
        # A body is sent in pieces.
        self.reactor.advance(1)

    def answers(self, data: bytes) -> None:
        self.protocol.dataReceived(data)

    def closes(self, why: Exception | None = None) -> None:
        self.protocol.connectionLost(Failure(why or ConnectionDone()))


def test_a_page_is_asked_for_and_read() -> None:
    play = Play(headers={"User-Agent": "chat", "X-Key": "7"})
    assert play.reactor.tcpClients[0][:2] == ("93.184.215.14", 80)
    play.connects()
    sent = play.wire.value().decode()
    assert sent.startswith("GET /a?b=c HTTP/1.1\r\n")
    assert {"Host: x.example", "User-Agent: chat", "X-Key: 7", "Connection: close"} <= set(
        sent.split("\r\n")
    )
    play.answers(PAGE)
    found = result_of(play.answer)
    assert (found.status, found.body, found.url) == (200, b"hello", "http://x.example/a?b=c#d")
    assert found.headers["content-type"] == "text/plain"
    assert found.headers["x-a"] == "1, 2"


def test_something_is_sent() -> None:
    play = Play(method="POST", body=b'{"a": 1}', headers={"Content-Type": "application/json"})
    play.connects()
    sent = play.wire.value()
    assert sent.startswith(b"POST ")
    assert b"\r\nContent-Length: 8\r\n" in sent
    assert b'{"a": 1}' in sent


def test_a_redirect_is_an_answer_here() -> None:
    play = Play()
    play.connects()
    play.answers(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")
    found = result_of(play.answer)
    assert (found.status, found.headers["location"]) == (302, "http://127.0.0.1/")


@pytest.mark.parametrize(
    "length", [b"Content-Length: 99\r\n", b"Transfer-Encoding: chunked\r\n", b""]
)
def test_a_body_that_is_too_long_is_given_up(length: bytes) -> None:
    play = Play()
    play.connects()
    body = b"x" * 99
    if b"chunked" in length:
        body = b"63\r\n" + body + b"\r\n"
    play.answers(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n" + body)
    assert play.wire.is_aborted
    with pytest.raises(HttpFailed, match=r"^The server x\.example answered more than 10 bytes\.$"):
        result_of(play.answer)


def test_headers_without_end_are_given_up() -> None:
    play = Play()
    play.connects()
    play.answers(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        play.answers(b"X-A: " + b"a" * 1000 + b"\r\n")
    assert play.wire.is_aborted
    play.closes(ConnectionLost())
    with pytest.raises(HttpFailed, match="ended the connection"):
        result_of(play.answer)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "answered something else than HTTP"),
        (b"", "ended the connection|answered something else than HTTP"),
        (PAGE[:-1], "broke off in the midst of its answer"),
    ],
)
def test_what_is_no_whole_answer_is_an_error(data: bytes, why: str) -> None:
    play = Play()
    play.connects()
    if data:
        play.answers(data)
    play.closes()
    with pytest.raises(HttpFailed, match=why):
        result_of(play.answer)


def test_a_server_that_refuses_is_not_reached() -> None:
    play = Play()
    factory, connector = play.reactor.tcpClients[0][2], play.reactor.connectors[0]
    factory.clientConnectionFailed(connector, Failure(RefusedError()))
    with pytest.raises(HttpFailed, match=r"^The server x\.example cannot be reached\.$"):
        result_of(play.answer)


@pytest.mark.parametrize("comes", [b"", PAGE[:20], PAGE[:-1]])
def test_when_time_is_up_the_connection_is_ended(comes: bytes) -> None:
    play = Play()
    play.connects()
    if comes:
        play.answers(comes)
    client = HttpClient(play.reactor)
    client.inner = Answering(play.answer)
    waiting = Deferred.fromCoroutine(client.get("http://x.example/", timeout=5))
    play.reactor.advance(5)
    with pytest.raises(HttpFailed, match=r"^The server x\.example took too long to answer\.$"):
        result_of(waiting)
    assert play.wire.is_aborted


def test_a_body_may_end_with_its_connection() -> None:
    play = Play()
    play.connects()
    play.answers(b"HTTP/1.1 200 OK\r\n\r\nhello")
    play.closes()
    assert result_of(play.answer).body == b"hello"


def test_with_tls_the_name_is_what_was_asked_for() -> None:
    play = Play(url="https://x.example/")
    assert play.reactor.tcpClients[0][:2] == ("93.184.215.14", 443)
    play.connects()
    hello = play.wire.value()
    assert hello.startswith(b"\x16\x03")
    assert b"x.example" in hello


def test_a_redirect_inside_is_not_followed() -> None:
    reactor = MemoryReactorClock()
    names = {"x.example": ["93.184.215.14"], "y.example": ["10.0.0.1"]}
    client = HttpClient(reactor)
    client.inner = AgentFetch(
        reactor, Allowed, lookup=lambda name: succeed(names.get(name, [name]))
    )
    for target in ("http://127.0.0.1/", "http://y.example/", "http://[::1]:8080/"):
        waiting = Deferred.fromCoroutine(client.get("http://x.example/"))
        before = len(reactor.tcpClients)
        protocol = reactor.tcpClients[-1][2].buildProtocol(IPv4Address("TCP", "1.1.1.1", 80))
        protocol.makeConnection(Wire())
        protocol.dataReceived(
            f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        with pytest.raises(HttpFailed, match="it is not on the public internet"):
            result_of(waiting)
        assert len(reactor.tcpClients) == before


@pytest.mark.parametrize("why", [SslError([]), VerificationError([])])
def test_a_certificate_that_is_not_trusted_is_named_as_the_reason(why: Exception) -> None:
    trouble = ResponseFailed([Failure(why)])
    assert _why(trouble) == "has no certificate that can be trusted"
