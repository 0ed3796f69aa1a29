"""
Connections over the loopback interface, whose other side a test reads from as it likes.
"""

import contextlib
import socket
from collections.abc import Iterator

from twisted.internet.abstract import FileDescriptor


class SocketTransport(FileDescriptor):
    """
    As much of Twisted's transport as is asked for its socket.
    """

    def __init__(self, held: socket.socket) -> None:
        super().__init__(reactor=object())
        self.socket = held


@contextlib.contextmanager
def connected(receive_buffer: int = 0) -> Iterator[tuple[SocketTransport, socket.socket]]:
    """
    Yield our transport, and the peer's socket.

    Args:
        receive_buffer: bytes that the kernel keeps for the peer.
    """
    with socket.socket() as listening, socket.socket() as peer:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        if receive_buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        peer.settimeout(15)
        peer.connect(listening.getsockname())
        ours, _ = listening.accept()
        with ours:
            ours.setblocking(False)
            yield SocketTransport(ours), peer
