"""
The channels of a connection: one session, and nothing else.
"""

from shared_ssh import SshServer
from twisted.conch.ssh.common import NS


def test_a_second_session_and_all_forwarding_are_refused_and_the_session_goes_on() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    alice.opens(b"session")
    assert "one session" in alice.refusals[-1]
    for kind in (b"direct-tcpip", b"forwarded-tcpip", b"x11"):
        alice.opens(kind)
        assert "Nothing is forwarded here." in alice.refusals[-1]
    for request in (b"tcpip-forward", b"streamlocal-forward@openssh.com"):
        assert not alice.asks_globally(request)
    for request in (b"subsystem", b"x11-req", b"auth-agent-req@openssh.com", b"env"):
        assert not alice.asks(request, NS(b"sftp") + NS(b"x"))
    for request in (b"shell", b"exec", b"pty-req"):
        assert not alice.asks(request, NS(b"/who") + bytes(40)), "it has begun already"
    alice.types("still here\n")
    assert bob.reads() == ["alice: still here"]


def test_a_client_that_looks_whether_the_server_is_there_is_answered() -> None:
    alice = SshServer().ssh("alice")
    # OpenSSH takes any answer (ServerAliveInterval), also a refusal.
    assert not alice.asks_globally(b"keepalive@openssh.com")
    assert alice.is_connected


def test_errors_of_a_stream_that_clients_have_not_are_dropped() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    for _ in range(20):
        alice.channel.conn.sendExtendedData(alice.channel, 1, b"x" * 10_000)
        alice.settle()
    alice.types("hello\n")
    assert bob.reads() == ["alice: hello"]
