"""
The transport: a connection is a session of the hub, from its beginning to its end.
"""

from shared_ssh import SshServer
from twisted.conch.ssh.common import NS

from twisted_chat.limits import Limits


def test_a_socket_that_is_full_stops_reading_what_would_have_to_be_answered() -> None:
    server = SshServer()
    alice, bob = server.ssh("alice"), server.chat.arrive("bob")
    alice.reads()
    alice.protocol.pauseProducing()
    bob.types("hello")
    assert alice.transport.producerState == "paused"
    assert alice.reads() == []
    alice.protocol.resumeProducing()
    assert "bob: hello" in alice.reads()


def test_a_client_that_says_goodbye_is_let_go() -> None:
    server = SshServer()
    alice = server.ssh("alice")
    alice.sends_packet(1, (11).to_bytes(4) + NS(b"bye") + NS(b""))
    assert not alice.is_connected
    assert not server.chat.hub.users


def test_one_too_many_from_a_host_is_told_so_by_ssh() -> None:
    server = SshServer(limits=Limits(max_per_host=2))
    alice, bob = server.ssh("alice"), server.ssh("bob")
    carol = server.ssh("carol")
    assert (alice.is_let_in, bob.is_let_in, carol.is_let_in) == (True, True, False)
    assert "Too many connections from your address" in carol.farewell
    assert server.factory.connections == 2


def test_a_login_that_does_not_end_in_time_is_told_so_by_ssh() -> None:
    server = SshServer(limits=Limits(login_timeout=60.0))
    server.ssh("carol")
    alice = server.ssh("alice", waits=True)
    server.chat.advance(61)
    alice.settle()
    assert not alice.is_connected


def test_there_is_no_service_but_the_login_and_that_only_once() -> None:
    server = SshServer()
    for service in (b"ssh-connection", b"ssh-userauth", b"nonsense"):
        alice = server.ssh("alice")
        alice.sends_packet(5, NS(service))
        assert not alice.is_connected
        assert alice.farewell == "No such service here."
