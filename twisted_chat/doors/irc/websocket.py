"""
IRC within WebSockets (IRCv3, websocket): each message is a frame, and needs no end.

Clients on web pages come so: as text with the subprotocol ``text.ircv3.net``, and as bytes with
``binary.ircv3.net``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable

_END = b"\r\n"


class Wire(Protocol):
    """
    What carries the messages of a connection.
    """

    @property
    def frame(self) -> Callable[[bytes], bytes]:
        """
        Put a message on the wire; the same function for all connections of a kind.
        """

    @property
    def opening(self) -> bytes:
        """
        What is sent before all else.
        """

    @property
    def is_over(self) -> bool:
        """
        Whether no more messages come.
        """

    def messages(self, chunk: bytes, limit: int) -> list[bytes | None]:
        """
        Take what was read, and return the messages that are complete now.

        None stands for one that is longer than ``limit``; 0 is no limit.
        """

    def replies(self) -> bytes:
        """
        Return what the wire itself has to send now.
        """

    def ping(self) -> bytes:
        """
        Return what the other side must answer if it is there.
        """

    def farewell(self) -> bytes:
        """
        Return what ends the wire.
        """


@define(eq=False)
class Frames:
    """
    Puts the lines of messages into frames, once for all clients that are told the same.

    Args:
        frame: puts one message into a frame.
    """

    _frame: Callable[[bytes], bytes]
    _last: bytes = field(init=False, default=b"")
    _framed: bytes = field(init=False, default=b"")

    def of(self, lines: bytes) -> bytes:
        """
        Return messages with their ends in frames without.
        """
        # A turn's lines of a room are one object for all of its clients, one after the other.
        if lines is not self._last:
            self._framed = b"".join([self._frame(line) for line in lines.split(_END) if line])
            self._last = lines
        return self._framed


@define(eq=False)
class Socket:
    """
    The WebSocket of one connection.

    Args:
        wire: carries its messages.
        frames: puts lines into frames.
    """

    _wire: Wire
    _frames: Frames
    _send: Callable[[bytes], None] = field(init=False)

    @property
    def is_over(self) -> bool:
        """
        Whether no more messages come.
        """
        return self._wire.is_over

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what sends lines by ``send``, behind the answer to the handshake.
        """
        send(self._wire.opening)
        self._send = send
        return lambda data: send(self._frames.of(data))

    def lines(self, data: bytes) -> bytes:
        """
        Take what was read, and return the messages that are complete now, each with its end.

        A frame is one message (IRCv3, websocket), whatever stands in it: a page may send what was
        pasted there, and a line of that must not be read as a command.
        """
        # Also those that are too long: their refusal has their label, which stands in them.
        messages = self._wire.messages(data, 0)
        # Behind what ends the wire nothing may be sent: that comes behind the answers.
        if not self._wire.is_over and (replies := self._wire.replies()):
            self._send(replies)
        whole = [each.rstrip(_END).splitlines() for each in messages if each is not None]
        return b"".join([b" ".join(lines) + _END for lines in whole])

    def ping(self) -> None:
        """
        Send what the other side must answer if it is there.
        """
        self._send(self._wire.ping())

    def end(self) -> None:
        """
        Send what ends it.
        """
        self._send(self._wire.farewell())
