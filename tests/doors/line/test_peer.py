"""
What is known of a peer whose input is not read.
"""

import socket

import pytest
from twisted.internet.abstract import FileDescriptor
from twisted.internet.testing import MemoryReactor, StringTransport

from twisted_chat.doors.line.peer import Peer, look_at_peer


class Half(FileDescriptor):
    """
    A transport of a socket.
    """

    def __init__(self, handle):
        super().__init__(MemoryReactor())
        self.handle = handle

    def fileno(self):
        return self.handle.fileno()


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
