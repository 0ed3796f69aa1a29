"""
Connections by a proxy: headers that can be read, and others, which the log tells of.
"""

from typing import Any

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.server.proxied import ProxiedEndpoint

V2 = b"\r\n\r\n\0\r\nQUIT\n"


class Heard(Protocol):
    """
    Keeps what it is sent.
    """

    def __init__(self) -> None:
        self.heard = b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's
        self.heard += data
        if data == b"fail":
            raise ValueError("a bug of ours")


class Endpoint:
    """
    Keeps the factory that is to listen.
    """

    def listen(self, factory: Any) -> Any:
        return factory


def connected() -> tuple[Any, Heard, StringTransport]:
    heard = Heard()
    factory = Factory.forProtocol(lambda: heard)
    connection = ProxiedEndpoint(Endpoint()).listen(factory).buildProtocol(None)
    transport = StringTransport()
    connection.makeConnection(transport)
    return connection, heard, transport


def test_what_follows_a_header_is_passed_on_as_it_comes() -> None:
    connection, heard, transport = connected()
    connection.dataReceived(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nalice\n")
    connection.dataReceived(b"PROXY UNKNOWN\r\n")
    assert heard.heard == b"alice\nPROXY UNKNOWN\r\n"
    assert connection.getPeer().host == "192.0.2.1"
    assert not transport.disconnecting


def test_a_header_of_version_two_is_read() -> None:
    connection, heard, transport = connected()
    # LOCAL, no family, no addresses: a health check with send-proxy-v2.
    connection.dataReceived(V2 + b"\x20\x00\x00\x00")
    connection.dataReceived(b"hello")
    assert heard.heard == b"hello"
    assert not transport.disconnecting


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PROXY UNKNOWN\r\n", "'PROXY UNKNOWN'"),
        (b"PROXY TCP5 a b\r\n", "'PROXY TCP5 a b'"),
        (
            b"PROXY TCP4 192.0.2.1 192.0.2.2 x y\r\nsecret\r\n",
            "'PROXY TCP4 192.0.2.1 192.0.2.2 x y'",
        ),
        (b"PROXY TCP4 \xff\x1b[2J\r\n", r"'PROXY TCP4 ÿ\x1b[2J'"),
        (b"PROXY " + b"x" * 500, f"'PROXY {'x' * 101}'"),
        (b"my password\r\n", "something else"),
        (b"\n", "something else"),
        # IPv4, with an address of two bytes.
        (V2 + b"\x21\x11\x00\x02\x7f\x00", "something else"),
    ],
    ids=["short", "protocol", "ports", "escape", "long", "talk", "line", "cut off"],
)
def test_any_other_beginning_is_told_once_a_minute_without_the_words_of_users(
    data: bytes, told: str
) -> None:
    with capturedLogs() as logged:
        connection, heard, transport = connected()
        for _ in range(5):
            connection.dataReceived(data)
    assert transport.disconnecting
    assert heard.heard == b""
    (line,) = [formatEvent(event) for event in logged]
    assert line == (
        f"A proxy began a connection with {told}, and not with the header of a client; "
        "set it to send-proxy-v2"
    )


def test_a_connection_that_is_being_closed_is_not_told_of() -> None:
    with capturedLogs() as logged:
        connection, _, _ = connected()
        connection.loseConnection()
        connection.dataReceived(b"PROXY UNKNOWN\r\n")
    assert not logged


def test_our_own_bugs_are_not_taken_for_a_header() -> None:
    connection, _, _ = connected()
    with pytest.raises(ValueError, match="a bug of ours"):
        connection.dataReceived(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nfail")
