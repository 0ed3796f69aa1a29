"""
Opening WebSockets.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_websocket import Web
from twisted.internet.testing import StringTransport
from websockets.protocol import State

from twisted_chat.doors.connection import CLOSE_WITHIN
from twisted_chat.doors.web.protocol import KEPT_FOR, REQUEST_WITHIN
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat
from twisted_chat.world.model import Session

REQUEST = (
    b"GET /ws HTTP/1.1\r\nHost: chat.example.org\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def test_a_websocket_is_opened_for_the_subprotocol_of_json() -> None:
    web = Web()
    page = web.connect()
    assert page.client.state is State.OPEN
    assert page.client.subprotocol == "chat.json"
    # RFC 6455, section 1.3.
    answer = web.request(REQUEST + b"\r\n")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer


def test_one_that_asks_for_no_subprotocol_talks_json() -> None:
    web = Web()
    answer = web.request(REQUEST + b"\r\n")
    assert status(answer) == 101
    # To name one that was not asked for would end the connection (RFC 6455, section 4.1).
    assert b"Sec-WebSocket-Protocol" not in answer
    (session,) = web.chat.hub.sessions
    assert session.client.door == "web"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", 101),
        (b"Origin: https://chat.example.org\r\n", 101),
        (b"Origin: http://CHAT.example.org\r\n", 101),
        (b"Origin: https://chat.example.org:443\r\n", 101),
        (b"Origin: https://page.example.net\r\n", 101),
        (b"Origin: https://evil.example.net\r\n", 403),
        (b"Origin: https://chat.example.org.evil.example\r\n", 403),
        (b"Origin: https://chat.example.org:8443\r\n", 403),
        (b"Origin: ftp://chat.example.org\r\n", 403),
        (b"Origin: null\r\n", 403),
        (b"Origin: https://[\r\n", 403),
        (b"Origin: https://chat.example.org\r\nOrigin: https://evil.example\r\n", 403),
        (b"Sec-WebSocket-Protocol: other, chat.json\r\n", 101),
        (b"Sec-WebSocket-Protocol: other\r\n", 400),
    ],
)
def test_pages_of_other_sites_and_other_subprotocols_are_refused(
    header: bytes, expected: int
) -> None:
    web = Web(origins=("https://page.example.net",))
    answer = web.request(REQUEST + header + b"\r\n")
    assert status(answer) == expected


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: chat.example.org\r\n\r\n", 200),
        (b"GET /wss HTTP/1.1\r\nHost: chat.example.org\r\n\r\n", 404),
        (b"GET /ws HTTP/1.1\r\nHost: chat.example.org\r\n\r\n", 426),
        (REQUEST.replace(b"13", b"12") + b"\r\n", 400),
        (b"GET /ws HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 431),
    ],
)
def test_other_requests_are_answered_and_closed(request_: bytes, expected: int) -> None:
    web = Web()
    assert status(web.request(request_)) == expected
    # Some are kept for another request, for a while.
    web.chat.advance(KEPT_FOR)
    web.chat.advance()
    assert web.connections == 0


def test_a_slow_request_is_cut() -> None:
    web = Web()
    slow = web.open()
    slow.receive(REQUEST)
    web.chat.advance(REQUEST_WITHIN - 1)
    assert slow.protocol is not None
    web.chat.advance(1)
    web.chat.advance()
    assert slow.protocol is None
    assert web.connections == 0


class StuckTransport(StringTransport):
    """
    A connection to a page that does not read.
    """

    is_aborted = False

    def abortConnection(self) -> None:  # noqa: N802  # Twisted's name
        self.is_aborted = True


def test_a_refusal_that_is_not_read_is_cut() -> None:
    web, transport = Web(), StuckTransport()
    protocol = web.factory.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(REQUEST + b"Origin: https://evil.example.net\r\n\r\n")
    assert status(transport.value()) == 403
    web.chat.advance(CLOSE_WITHIN - 1)
    assert not transport.is_aborted
    web.chat.advance(1)
    assert transport.is_aborted


def test_frames_before_the_answer_are_no_messages() -> None:
    web = Web()
    transport = web.open()
    transport.receive(REQUEST + b"\r\n" + b"\x81\x82\0\0\0\0{}")
    web.chat.advance()
    assert transport.protocol is None


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_no_bytes_in_a_request_raise(data: bytes) -> None:
    web = Web()
    web.request(b"GET /ws HTTP/1.1\r\n" + data + b"\r\n\r\n")
    web.chat.advance(REQUEST_WITHIN)
    assert web.connections in (0, 1)


def opened(web: Web, header: bytes = b"") -> Session:
    """
    Return the session of a WebSocket that is opened by a request with ``header``.
    """
    before = set(web.chat.hub.sessions)
    assert status(web.request(REQUEST + header + b"\r\n")) == 101
    (session,) = set(web.chat.hub.sessions) - before
    return session


def test_behind_a_trusted_proxy_a_websocket_is_that_of_its_client() -> None:
    web = Web(Chat(limits=Limits(max_per_host=1)), trusted=("127.0.0.1",))
    first = opened(web, b"X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\n")
    second = opened(web, b"X-Forwarded-For: 198.51.100.8\r\nX-Forwarded-Proto: http\r\n")
    assert (first.host, first.client.is_private) == ("198.51.100.7", True)
    assert (second.host, second.client.is_private) == ("198.51.100.8", False)
    refused = web.request(REQUEST + b"X-Forwarded-For: 198.51.100.7\r\n\r\n")
    assert b'"error":"too-many-connections"' in refused


def test_without_one_the_headers_mean_nothing() -> None:
    session = opened(Web(), b"X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: http\r\n")
    assert (session.host, session.client.is_private) == ("127.0.0.1", True)


def test_what_a_proxy_in_front_of_the_port_passes_on_is_not_private() -> None:
    assert not opened(Web(is_proxied=True)).client.is_private


def test_the_time_of_the_request_counts_for_the_time_in_which_a_hello_must_come() -> None:
    web = Web(Chat(limits=Limits(login_timeout=20, max_per_host=0)))
    slow = web.open()
    slow.receive(REQUEST)
    web.chat.advance(REQUEST_WITHIN - 1)
    slow.receive(b"\r\n")
    assert status(bytes(slow.value())) == 101
    for _ in range(12):
        web.chat.advance(1)
    assert slow.protocol is None
    assert web.connections == 0
