"""
The port for programs.
"""

from shared_websocket import Web
from twisted.internet.interfaces import ISSLTransport
from zope.interface import directlyProvides

from twisted_chat.doors.json.protocol import MessageLimits
from twisted_chat.doors.websocket.protocol import HANDSHAKE_WITHIN

REQUEST = (
    b"GET /ws HTTP/1.1\r\nHost: chat.example.org\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def test_json_lines_and_websockets_come_to_the_same_port() -> None:
    web = Web()
    transport = web.open()
    transport.receive(b'{"request": "ping", "label": "1"}\n')
    web.chat.advance()
    assert b'"label":"1"' in transport.value()
    page = web.connect()
    assert [each["event"] for each in page.asks("ping", label="2")] == ["done"]
    assert web.factory.connections == 2


def test_a_connection_that_sends_nothing_is_cut() -> None:
    web = Web()
    silent = web.open()
    web.chat.advance(HANDSHAKE_WITHIN - 1)
    assert silent.protocol is not None
    web.chat.advance(1)
    assert silent.protocol is None
    assert web.factory.connections == 0


def test_new_settings_are_followed() -> None:
    web = Web()
    page = web.arrive("alice")
    web.factory.follow(MessageLimits(max_message=50), ("https://page.example.net",))
    assert [each["error"] for each in page.asks("say", text="x" * 50)] == ["message-too-long"]
    other = web.connect(origin="https://page.example.net")
    assert [each["event"] for each in other.asks("ping", label="2")] == ["done"]


def test_a_program_within_tls_is_not_cut_for_a_handshake_that_is_over() -> None:
    web = Web()
    for opening in (b'{"request": "hello", "name": "ada"}\n', REQUEST):
        transport = web.open()
        directlyProvides(transport, ISSLTransport)
        transport.getHandle = lambda: None
        transport.receive(opening)
        web.chat.advance(2 * HANDSHAKE_WITHIN)
        assert transport.protocol is not None
