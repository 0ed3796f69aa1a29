"""
How input ends: a client that only has no more to say is heard, one that is gone is not.
"""

import socket

import pytest
from shared_protocol import pass_time, pasting
from twisted.internet.abstract import FileDescriptor
from twisted.internet.testing import MemoryReactor, StringTransport

from twisted_chat.doors.line.ending import Ending, Peer, look_at_peer
from twisted_chat.testing import Chat


class Told:
    """
    Counts how often a user is told that lines wait.
    """

    count = 0

    def tell(self, session):
        self.count += 1


class Half(FileDescriptor):
    """
    A transport of a socket.
    """

    def __init__(self, handle):
        super().__init__(MemoryReactor())
        self.fileno = handle.fileno


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_peer_that_may_have_gone_is_told_something_once_and_is_lost_if_it_is_closed(is_closed):
    listening = socket.create_server(("127.0.0.1", 0))
    theirs = socket.create_connection(listening.getsockname())
    ours, _ = listening.accept()
    with listening, theirs, ours:
        told = Told()
        ending = Ending(told)
        assert not ending.is_lost(None, Half(ours))
        assert told.count == 0
        if is_closed:
            theirs.close()
        else:
            theirs.shutdown(socket.SHUT_WR)
        assert not ending.is_lost(None, Half(ours))
        assert told.count == 1
        ours.send(b"24 more lines will follow")
        assert ending.is_lost(None, Half(ours)) == is_closed
        assert told.count == 1


def test_input_that_ends_twice_is_told_of_once():
    chat, alice, bob = pasting()
    alice.sends(b"\xff\xec")
    pass_time(chat, 3)
    alice.protocol.readConnectionLost()
    pass_time(chat, 30)
    assert bob.reads()[-2:] == ["alice: line 39", "*** alice has left #lobby ***"]
    assert sum("more lines will follow" in line for line in alice.reads()) == 2


@pytest.mark.parametrize("end", [b"", b"\xff\xec"])
@pytest.mark.parametrize("begun", ["how are you", "/msg bob psst", "пока"])
def test_a_line_without_its_end_is_not_said_and_its_writer_is_told_so(begun, end):
    chat = Chat()
    bob, alice = chat.arrive("bob"), chat.arrive("alice")
    bob.reads()
    alice.sends(f"hello\n{begun}".encode() + end)
    if not end:
        alice.protocol.readConnectionLost()
    chat.advance(1)
    assert (
        alice.reads()[-1] == "The last line was not sent, because it does not end with a newline."
    )
    assert bob.reads() == ["alice: hello", "*** alice has left #lobby ***"]
    assert alice.transport.disconnecting


def test_a_name_without_its_end_is_not_taken_and_its_writer_is_told_so():
    chat = Chat()
    alice = chat.connect()
    alice.sends(b"alice")
    alice.protocol.readConnectionLost()
    chat.advance(1)
    assert (
        alice.reads()[-1] == "The last line was not sent, because it does not end with a newline."
    )


# -- what the kernel knows of a peer --------------------------------------------------------------


@pytest.fixture
def ends():
    listening = socket.create_server(("127.0.0.1", 0))
    theirs = socket.create_connection(listening.getsockname())
    ours, _ = listening.accept()
    yield theirs, ours
    for each in (listening, theirs, ours):
        each.close()


def test_who_is_there_has_not_ended(ends):
    theirs, ours = ends
    theirs.send(b"unread")
    assert look_at_peer(Half(ours)) == Peer()


def test_an_end_is_seen_behind_what_is_not_read(ends):
    theirs, ours = ends
    theirs.send(b"unread")
    theirs.shutdown(socket.SHUT_WR)
    assert look_at_peer(Half(ours)) == Peer(has_ended=True)
    ours.send(b"you may still read")
    assert look_at_peer(Half(ours)) == Peer(has_ended=True)
    assert theirs.recv(100) == b"you may still read"


def test_a_whole_close_is_known_once_something_was_sent(ends):
    theirs, ours = ends
    theirs.send(b"unread")
    theirs.close()
    assert look_at_peer(Half(ours)) == Peer(has_ended=True)
    ours.send(b"are you there?")
    assert look_at_peer(Half(ours)).is_lost


def test_nothing_is_known_of_what_is_no_socket_or_closed(ends):
    _, ours = ends
    ours.close()
    assert look_at_peer(Half(ours)) == Peer()
    assert look_at_peer(StringTransport()) == Peer()
