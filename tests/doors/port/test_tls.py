"""
TLS on a port, with the real OpenSSL on both sides; in memory, so that no test waits for seconds.
"""

from pathlib import Path

import pytest
from certificate_chains import Authority
from logins import come
from shared_port import Port
from shared_tls import Encrypted, trusting
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.doors.connection import CLOSE_WITHIN
from twisted_chat.doors.port.factory import PortFactory
from twisted_chat.limits import Limits, Rate
from twisted_chat.server.tls.certificates import Certificates, Pair

PROMPT = b"Enter your name: "


class TLSPort(Port):
    """
    A port with a certificate.
    """

    def __init__(self, folder: Path, **how) -> None:
        authority = Authority(folder)
        issued = authority.issue("chat", "chat.example")
        certificates = Certificates([Pair(issued.fullchain, issued.privkey)])
        self.context = trusting(authority.root)
        super().__init__(certificates=certificates, **how)

    def encrypted(self, host: str = "192.0.2.1") -> Encrypted:
        """
        Connect a client that has completed the handshake.
        """
        client = Encrypted(self.connect(host), self.context)
        client.shakes_hands()
        return client


def hello(port: TLSPort) -> bytes:
    """
    Return what a client of TLS says first.
    """
    said = []

    class Raw:
        def sends(self, data: bytes) -> None:
            said.append(data)

        def reads(self) -> bytes:
            return b""

    with pytest.raises(AssertionError):
        Encrypted(Raw(), port.context).shakes_hands()
    return said[0]


def test_within_tls_who_comes_is_recognised_again(tmp_path):
    port = TLSPort(tmp_path)
    alice, browser, irc = port.encrypted(), port.encrypted(), port.encrypted()
    alice.sends(b"alice\n")
    browser.sends(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n")
    irc.sends(b"CAP LS 302\r\n")
    assert alice.reads().startswith(PROMPT + b"You are in #lobby as alice.")
    assert browser.reads().startswith(b"HTTP/1.1 200 OK\r\n")
    assert irc.reads().startswith(b"ERROR :IRC is not read here")
    (session,) = port.chat.hub.sessions
    assert session.client.is_private


def test_within_tls_the_longest_silent_gives_way_too(tmp_path):
    port = TLSPort(tmp_path, limits=Limits(max_clients=2, max_per_host=0))
    spare = port.connect()
    Encrypted(spare, port.context).shakes_hands()
    alice, bob = port.encrypted(), port.connect()
    alice.sends(b"alice\n")
    bob.sends(b"bob\n")
    assert b"You are in #lobby as bob with alice." in bob.reads()
    assert port.admission.total == 2
    # It does not answer the end of TLS.
    port.advance(CLOSE_WITHIN)
    assert not spare.is_connected
    late = port.connect()
    port.advance(0.5)
    assert not late.is_connected


def test_handshakes_that_are_begun_and_no_more_keep_nobody_out(tmp_path):
    port = TLSPort(tmp_path, limits=Limits(max_clients=3, max_per_host=0))
    first = hello(port)
    for _ in range(5):
        port.connect().sends(first)
    alice = port.connect("192.0.2.7")
    alice.sends(b"alice\n")
    assert alice.reads().startswith(PROMPT + b"You are in #lobby as alice.")


def test_within_tls_the_prompt_comes_a_moment_after_the_handshake(tmp_path):
    port = TLSPort(tmp_path)
    alice = port.encrypted()
    assert not port.chat.hub.sessions
    port.advance(0.3)
    assert alice.reads() == b""
    port.advance(0.2)
    assert alice.reads() == PROMPT
    alice.sends(b"alice\n")
    assert alice.reads().startswith(b"You are in #lobby as alice.")


def test_tls_within_tls_is_not_begun(tmp_path):
    port = TLSPort(tmp_path)
    client = port.encrypted()
    client.sends(hello(port))
    assert client.reads() == b"This port speaks plain text, not TLS.\r\n"


def test_plain_text_is_spoken_beside_it(tmp_path):
    port = TLSPort(tmp_path)
    alice, bob = port.connect(), port.encrypted()
    alice.sends(b"alice\n")
    bob.sends(b"bob\nhello\n")
    assert alice.reads().endswith(b"*** bob has joined #lobby ***\r\nbob: hello\r\n")


def test_a_client_that_does_not_complete_the_handshake_is_cut_after_ten_seconds(tmp_path):
    port = TLSPort(tmp_path)
    first = hello(port)
    whole, part = port.connect(), port.connect()
    whole.sends(first)
    part.sends(first[:20])
    port.advance(9)
    # More of a greeting is none, and does not make the time longer.
    part.sends(first[20:40])
    port.advance(0.9)
    assert (whole.is_connected, part.is_connected) == (True, True)
    port.advance(0.2)
    assert (whole.is_connected, part.is_connected) == (False, False)
    assert port.admission.total == 0
    assert port.clock.getDelayedCalls() == []


def test_a_client_that_completed_the_handshake_has_the_usual_time_for_a_name(tmp_path):
    port = TLSPort(tmp_path, limits=Limits(max_per_host=0))
    alice = port.encrypted()
    port.advance(1)
    port.advance(58)
    assert alice.raw.is_connected
    port.advance(2)
    assert alice.reads() == (
        PROMPT + b"\r\nDisconnected: no name was given within 60 seconds.\r\n"
    )


def test_handshakes_have_a_limit_of_their_own(tmp_path):
    port = TLSPort(tmp_path, limits=Limits(handshake_rate=Rate(2, 60), max_per_host=1))
    for _ in range(2):
        port.encrypted()
    with capturedLogs() as logged:
        refused = port.connect()
        refused.sends(hello(port))
        assert not refused.is_connected
        assert refused.reads() == b""
    assert [formatEvent(event) for event in logged] == [
        "Refused a TLS handshake with '192.0.2.1': too many"
    ]
    # It is not a user's.
    alice = port.connect()
    alice.sends(b"alice\n")
    assert "alice" in port.chat.hub.users
    port.encrypted("192.0.2.2")
    port.advance(30)
    port.encrypted()


def test_the_ports_of_a_server_count_handshakes_together(tmp_path):
    port = TLSPort(tmp_path, limits=Limits(handshake_rate=Rate(2, 60)))
    port.encrypted()
    port.encrypted()
    other = PortFactory(port.chat.hub, {}, port.admission)
    assert not other.may_shake_hands("192.0.2.1")
    assert other.may_shake_hands("192.0.2.2")


def test_a_banned_address_is_given_no_handshake(tmp_path):
    port = TLSPort(tmp_path)
    come(port.chat, "oscar", "operator").types("/serverban 192.0.2.1 1h")
    refused = port.connect()
    refused.sends(hello(port))
    assert not refused.is_connected
    assert refused.reads() == b""


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\0\x05hello", b"\x16\x03" + b"\xff" * 500])
def test_what_only_looks_like_a_handshake_is_closed(tmp_path, garbage):
    port = TLSPort(tmp_path)
    client = port.connect()
    with capturedLogs() as logged:
        client.sends(garbage)
        port.advance(11)
    assert not client.is_connected
    assert logged == []
    assert port.admission.total == 0
