"""
A TLS client that never completes its handshake, with the real OpenSSL on both sides; in memory, so
that the test need not wait for the ten seconds.
"""

from typing import Any

import pytest
from harness import Certificate
from twisted.internet import ssl
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

Side = tuple[TLSMemoryBIOProtocol, StringTransport]


def _side(chat: Chat, factory: Any, options: Any, *, is_client: bool) -> Side:
    wrapping = TLSMemoryBIOFactory(options, is_client, factory, chat.clock)
    protocol = wrapping.buildProtocol(None)
    transport = StringTransport()
    protocol.makeConnection(transport)
    return protocol, transport


@pytest.fixture
def chat() -> Chat:
    return Chat(limits=Limits(max_per_host=0))


@pytest.fixture
def server(chat: Chat, certificate: Certificate) -> Side:
    options = ssl.DefaultOpenSSLContextFactory(
        str(certificate.key), str(certificate.certificate), ssl.SSL.TLS_METHOD
    )
    return _side(chat, chat.factory, options, is_client=False)


@pytest.fixture
def client(chat: Chat) -> Side:
    factory = Factory.forProtocol(Protocol)
    return _side(chat, factory, ssl.CertificateOptions(), is_client=True)


def test_a_client_that_does_not_complete_the_handshake_is_cut_after_ten_seconds(
    chat: Chat, server: Side, client: Side
) -> None:
    protocol, transport = server
    chat.advance(9)
    # A part of a greeting is none, and does not make the time longer.
    protocol.dataReceived(client[1].value()[:20])
    chat.advance(0.9)
    assert not transport.disconnected
    chat.advance(0.1)
    assert transport.disconnected
    protocol.connectionLost(Failure(ConnectionDone()))
    chat.advance(1)
    assert not chat.hub.sessions
    assert chat.clock.getDelayedCalls() == []


def test_a_client_that_completed_the_handshake_has_the_usual_time_for_a_name(
    chat: Chat, server: Side, client: Side
) -> None:
    for _ in range(3):
        for (_, sender), (receiver, _) in ((client, server), (server, client)):
            if data := sender.value():
                sender.clear()
                receiver.dataReceived(data)
    (session,) = chat.hub.sessions
    for _ in range(59):
        chat.advance(1)
    assert not session.closed
    chat.advance(1)
    assert session.closed
