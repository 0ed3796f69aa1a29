"""
Messages of a WebSocket (RFC 6455), by the protocol of `websockets` that does no input or output.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from attrs import define, field
from websockets.frames import CloseCode, Frame, Opcode, apply_mask  # type: ignore[attr-defined]  # not exported
from websockets.protocol import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from websockets.protocol import Event, Protocol

#: A message may be this many times longer than the limit and still be refused with a sentence; a
#: longer one ends the connection, as it is kept until it is complete.
TOLERATED = 4

# The first byte of a text in one frame, and the sizes that are written in 16 and in 64 bits.
_TEXT, _SHORT, _LONG = 0x81, 126, 65536
# And that of other bytes.
_BINARY = 0x82
# What is added to the second one where the content is masked, as that of a client is.
_MASKED = 0x80
_HEAD, _HEAD_16, _HEAD_64 = (struct.Struct(form) for form in ("!BB", "!BBH", "!BBQ"))


def in_a_frame(data: bytes) -> bytes:
    """
    Return a text as one frame; a server's frames are not masked, so all readers get the same.

    Source: RFC 6455, section 5.2.  This is done for each line that is said.
    """
    size = len(data)
    if size < _SHORT:
        return _HEAD.pack(_TEXT, size) + data
    if size < _LONG:
        return _HEAD_16.pack(_TEXT, _SHORT, size) + data
    return _HEAD_64.pack(_TEXT, _SHORT + 1, size) + data


def in_a_binary_frame(data: bytes) -> bytes:
    """
    Return ``data`` as `in_a_frame`, for clients that take no text.
    """
    return bytes((_BINARY,)) + in_a_frame(data)[1:]


@define(eq=False)
class WebSocketWire:
    """
    Carries messages in frames.

    Args:
        protocol: the open WebSocket.
        opening: the answer to the handshake, which is sent before all else.
        is_binary: its client takes binary frames and no text.

    Attributes:
        is_over: the other side has closed it, or has broken its rules.
        extra: how many frames have come that completed no message, such as pings.
    """

    _protocol: Protocol
    opening: bytes
    is_binary: bool = False
    extra: int = field(init=False, default=0)
    # What has come of a message that is not complete yet, and of a frame; and how many bytes of
    # that are needed to go on.
    _begun: bytearray = field(init=False, factory=bytearray)
    _frame: bytearray = field(init=False, factory=bytearray)
    _needed: int = field(init=False, default=0)
    # Whether a message has begun in parts.
    _is_in_parts: bool = field(init=False, default=False)
    # Whether that message is a text, which must be UTF-8 (RFC 6455, section 8.1).
    _is_text: bool = field(init=False, default=True)

    @property
    def frame(self) -> Callable[[bytes], bytes]:
        """
        Return an object as a frame.
        """
        return in_a_binary_frame if self.is_binary else in_a_frame

    @property
    def is_over(self) -> bool:
        """
        Whether no more messages come.
        """
        return self._protocol.state is not State.OPEN

    def messages(self, chunk: bytes, limit: int) -> list[bytes | None]:
        """
        Take a chunk, and return the messages that are complete now.

        None stands for one that is longer than ``limit``, in bytes; 0 is no limit.
        """
        if self._frame:
            self._frame += chunk
            if len(self._frame) < self._needed:
                return []
            chunk = bytes(self._frame)
            self._frame.clear()
        found = self._read(chunk, limit * TOLERATED)
        return [each if not limit or len(each) <= limit else None for each in found]

    def _read(self, data: bytes, most: int) -> Iterator[bytes]:
        """
        Yield the messages in ``data``, which begins with a frame.

        Nearly all frames are texts by themselves: these are read here, in a fourth of the time,
        and all others by the protocol.

        Args:
            most: bytes in a frame that the protocol takes; 0 is no limit.
        """
        start, end = 0, len(data)
        while start < end and not self.is_over:
            content, stop = _bounds(data, start)
            is_masked = start + 1 >= end or data[start + 1] >= _MASKED
            is_right = is_masked and (stop - content <= most or not most)
            if is_right and stop > end:
                self._frame += data[start:]
                self._needed = stop - start
                return
            if is_right and data[start] == _TEXT and not self._is_in_parts:
                message = apply_mask(data[content:stop], data[content - 4 : content])
                if not _is_utf8(message):
                    self._protocol.fail(CloseCode.INVALID_DATA)
                    return
                yield message
            else:
                self._protocol.receive_data(data[start:stop])
                yield from self._complete(self._protocol.events_received())
            start = stop

    def _complete(self, events: Iterable[Event]) -> Iterator[bytes]:
        for frame in events:
            if not isinstance(frame, Frame):
                continue
            if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self.extra += 1
                continue
            if frame.opcode is not Opcode.CONT:
                self._is_text = frame.opcode is Opcode.TEXT
            self._begun += frame.data
            self._is_in_parts = not frame.fin
            if not frame.fin:
                self.extra += 1
            else:
                message = bytes(self._begun)
                self._begun.clear()
                if self._is_text and not _is_utf8(message):
                    self._protocol.fail(CloseCode.INVALID_DATA)
                    return
                yield message

    def rest(self) -> list[bytes | None]:
        """
        Return nothing: a message ends with its last frame.
        """
        return []

    def replies(self) -> bytes:
        """
        Return what the rules have to be sent now, such as the answer to a ping.
        """
        return b"".join(self._protocol.data_to_send())

    def ping(self) -> bytes:
        """
        Return what the other side must answer if it is still there.
        """
        return Frame(Opcode.PING, b"").serialize(mask=False) if not self.is_over else b""

    def farewell(self) -> bytes:
        """
        Return what closes the WebSocket.
        """
        if not self.is_over:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
        return self.replies()


def _bounds(data: bytes, start: int) -> tuple[int, int]:
    """
    Return where the content of the frame at ``start`` begins and ends.

    Of a head that is not there as a whole, it is how much of it is needed to tell.

    Source: RFC 6455, section 5.2.
    """
    there = len(data) - start
    size = data[start + 1] & 0x7F if there > 1 else 0
    if size < _SHORT:
        content = start + 6
    elif size == _SHORT:
        content, size = start + 8, int.from_bytes(data[start + 2 : start + 4], "big")
    else:
        content, size = start + 14, int.from_bytes(data[start + 2 : start + 10], "big")
    return (content, content + size) if content <= len(data) else (content, content)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
