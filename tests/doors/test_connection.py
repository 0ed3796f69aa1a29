"""
Connections of doors: opened, located and closed.
"""

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from twisted_chat.doors.connection import host_of
from twisted_chat.doors.line.factory import ChatFactory
from twisted_chat.doors.outbox import Outbox
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

# The limits of a server whose operator has said nothing, but for those of a test's own.
USUAL = Limits(max_per_host=0)


PROMPT = b"Enter your name: "


class StuckTransport(StringTransport):
    """
    A connection to a peer that does not read, so that only cutting it ends it.
    """

    is_aborted = False

    def abortConnection(self):  # noqa: N802  # Twisted's name
        self.is_aborted = True


def connect_stuck(chat):
    transport = StuckTransport(lenient=True)
    protocol = chat.factory.buildProtocol(None)
    protocol.makeConnection(transport)
    return protocol, transport


@pytest.mark.parametrize("opening", [b"alice\n/quit\n", b"quit\n", b"SSH-2.0-x\n"])
def test_a_close_that_does_not_end_is_cut_after_five_seconds(opening):
    chat = Chat()
    protocol, transport = connect_stuck(chat)
    protocol.dataReceived(opening)
    chat.advance()
    assert transport.disconnecting
    assert transport.producer is None
    chat.advance(4.9)
    assert not transport.is_aborted
    chat.advance(0.1)
    assert transport.is_aborted
    protocol.connectionLost(Failure(ConnectionDone()))
    assert not chat.hub.sessions


class SocketTransport(StuckTransport):
    """
    A connection whose two directions can be closed one by one.
    """

    is_write_closed = False

    def loseWriteConnection(self):  # noqa: N802  # Twisted's name
        self.is_write_closed = True


def closing(monkeypatch, *owed):
    """
    Return a closing connection whose peer has bytes to receive for so many looks.
    """
    answers = iter(owed)
    monkeypatch.setattr(Outbox, "is_owed", lambda _: next(answers))
    chat = Chat()
    transport = SocketTransport(lenient=True)
    protocol = chat.factory.buildProtocol(None)
    protocol.makeConnection(transport)
    protocol.dataReceived(b"alice\n" + b"/quit\n")
    chat.advance()
    return chat, protocol, transport


def test_a_close_waits_until_what_is_under_way_has_arrived(monkeypatch):
    chat, protocol, transport = closing(monkeypatch, True, True, False)
    assert transport.is_write_closed
    assert not transport.disconnecting
    # Twisted says so when the kernel has all of it.
    protocol.writeConnectionLost()
    protocol.dataReceived(b"/nobody hears this\n")
    assert not transport.disconnecting
    chat.advance(0.05)
    assert transport.disconnecting
    assert not transport.is_aborted


def test_a_close_that_the_peer_does_not_confirm_is_cut_after_five_seconds(monkeypatch):
    chat, protocol, transport = closing(monkeypatch, *[True] * 200)
    protocol.writeConnectionLost()
    chat.clock.pump([0.05] * 99)
    assert not transport.is_aborted
    chat.clock.pump([0.06])
    assert transport.is_aborted
    protocol.connectionLost(Failure(ConnectionDone()))
    # The calendar looks no more often.
    chat.advance(600)
    assert chat.clock.getDelayedCalls() == []


def test_a_close_ends_when_the_other_side_closes_too(monkeypatch):
    _, protocol, transport = closing(monkeypatch, *[True] * 9)
    protocol.writeConnectionLost()
    protocol.readConnectionLost()
    assert transport.disconnecting


def test_a_client_that_is_refused_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(Outbox, "is_owed", lambda _: True)
    chat = Chat(limits=Limits(max_clients=1, max_per_host=0))
    chat.connect()
    one_too_many = SocketTransport()
    chat.factory.buildProtocol(None).makeConnection(one_too_many)
    assert one_too_many.disconnecting
    assert one_too_many.value() == b"The server is full, please try again later.\r\n"


def test_nothing_is_left_behind_when_everybody_has_gone():
    chat = Chat(limits=USUAL)
    alice, bob, stranger = chat.arrive("alice"), chat.arrive("bob"), chat.connect()
    alice.types(*["spam"] * 100)
    bob.transport.producer.pauseProducing()
    alice.hangs_up()
    bob.hangs_up()
    stranger.hangs_up()
    chat.arrive("carol").types("/quit")
    protocol, transport = connect_stuck(chat)
    protocol.dataReceived(b"quit\n")
    chat.advance()
    assert transport.disconnecting
    protocol.connectionLost(Failure(ConnectionDone()))
    # The calendar looks no more often.
    chat.advance(600)
    assert chat.clock.getDelayedCalls() == []
    assert not chat.hub.sessions
    assert chat.hub.users == {}
    assert chat.hub.rooms["lobby"].audience == {}


TOO_MANY = "Too many connections from your address, please try again later."


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (IPv4Address("TCP", "192.0.2.1", 1), "192.0.2.1"),
        (IPv6Address("TCP", "::ffff:192.0.2.1", 1), "192.0.2.1"),
        (IPv6Address("TCP", "2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (IPv6Address("TCP", "2001:db8:1:2::1", 1), "2001:db8:1:2::/64"),
        (IPv6Address("TCP", "2001:db8:1:3::1", 1), "2001:db8:1:3::/64"),
        (IPv6Address("TCP", "fe80::1%eth0", 1), "fe80::/64"),
        (IPv6Address("TCP", "::1", 1), "::1"),
        (IPv6Address("TCP", "::", 1), "::/64"),
        (IPv4Address("TCP", "0.0.0.0", 1), "0.0.0.0"),
        (IPv4Address("TCP", "", 1), ""),
        (UNIXAddress("/run/chat.sock"), None),
        (None, None),
    ],
)
def test_an_address_is_counted_as_what_one_owner_has(address, host):
    assert host_of(address) == host


@pytest.mark.parametrize(
    "peer",
    [
        IPv6Address("TCP", "::", 1),
        IPv6Address("TCP", "::2", 1),
        IPv6Address("TCP", "::127.0.0.1", 1),
        IPv6Address("TCP", "::ffff:0.0.0.0", 1),
        IPv6Address("TCP", "::ffff:192.0.2.1", 1),
        IPv6Address("TCP", "ff02::1", 1),
        IPv6Address("TCP", "fe80::1%lo", 1),
        IPv4Address("TCP", "0.0.0.0", 1),
        IPv4Address("TCP", "255.255.255.255", 1),
        IPv4Address("TCP", "192.0.2.1", 1),
        IPv4Address("TCP", "", 1),
        IPv4Address("TCP", "localhost", 1),
        None,
    ],
    ids=repr,
)
def test_only_a_peer_that_is_known_to_be_this_machine_is_private(peer):
    chat = Chat()
    person = chat.connect()
    assert person.protocol.is_private
    person.transport.peerAddr = peer
    assert not person.protocol.is_private


@pytest.mark.parametrize(
    "peer",
    [
        IPv4Address("TCP", "127.0.0.1", 1),
        IPv4Address("TCP", "127.8.9.10", 1),
        IPv6Address("TCP", "::1", 1),
        IPv6Address("TCP", "::ffff:127.0.0.1", 1),
        UNIXAddress("/run/chat.sock"),
        UNIXAddress(None),
    ],
    ids=repr,
)
def test_this_machine_is_private_however_its_address_is_written(peer):
    person = Chat().connect("192.0.2.1")
    assert not person.protocol.is_private
    person.transport.peerAddr = peer
    assert person.protocol.is_private


def test_clients_with_an_impossible_address_are_counted_together():
    chat = Chat(limits=Limits(max_per_host=2))
    for _ in range(2):
        assert chat.connect("0.0.0.0").is_connected
    assert not chat.connect("0.0.0.0").is_connected


def test_behind_a_proxy_the_people_are_counted_and_not_the_proxy():
    chat = Chat(limits=Limits(max_per_host=2))
    chat.factory = ChatFactory(chat.hub, chat.dispatcher, is_proxied=True)
    people = [chat.connect("192.0.2.1") for _ in range(3)]
    assert [person.is_connected for person in people] == [True, True, False]
    assert people[2].reads() == [TOO_MANY]
    assert not people[0].protocol.is_private
    people[0].hangs_up()
    assert chat.connect("192.0.2.1").is_connected
