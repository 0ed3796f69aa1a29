"""
Messages of a WebSocket (RFC 6455), by the protocol of `websockets` that does no input or output.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from attrs import define, field
from websockets.frames import CloseCode, Frame, Opcode, apply_mask  # type: ignore[attr-defined]  # not exported
from websockets.protocol import Protocol, Side, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        opening: the answer to the handshake, which is sent before all else.
        most: bytes in a message that is read as a whole; 0 is no limit.
        is_binary: its client takes binary frames and no text.

    Attributes:
        extra: how many frames have come that completed no message, such as pings.
    """

    opening: bytes
    _most: int = 0
    is_binary: bool = False
    extra: int = field(init=False, default=0)
    # Reads what is no text by itself, and answers it.  It is larger than all else that is held for
    # a client who says nothing, so it is there only as long as it has something to remember.
    _rules: Protocol | None = field(init=False, default=None)
    # What has come of a message that is not complete yet, and of a frame; and how many bytes of
    # that are needed to go on.
    _begun: bytearray | None = field(init=False, default=None)
    _frame: bytearray | None = field(init=False, default=None)
    _needed: int = field(init=False, default=0)
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
        Whether no more messages come: the other side has closed it, or has broken its rules.
        """
        return self._rules is not None and self._rules.state is not State.OPEN

    def messages(self, chunk: bytes, limit: int) -> list[bytes | None]:
        """
        Take a chunk, and return the messages that are complete now.

        Nearly all frames are texts by themselves: these are read here, in a fourth of the time,
        and all others by the protocol.

        None stands for one that is longer than ``limit``, in bytes; 0 is no limit.
        """
        if self._frame is not None:
            self._frame += chunk
            if len(self._frame) < self._needed:
                return []
            chunk, self._frame = bytes(self._frame), None
        if self.is_over:
            return []
        found: list[bytes | None] = []
        start, end, most = 0, len(chunk), self._most
        while start < end:
            content, stop = _bounds(chunk, start)
            is_masked = start + 1 >= end or chunk[start + 1] >= _MASKED
            is_right = is_masked and (stop - content <= most or not most)
            if is_right and stop > end:
                self._frame = bytearray(chunk[start:])
                self._needed = stop - start
                break
            if is_right and chunk[start] == _TEXT and self._begun is None:
                message = apply_mask(chunk[content:stop], chunk[content - 4 : content])
                if not (message.isascii() or self._is_utf8(message)):
                    break
                found.append(message if not limit or len(message) <= limit else None)
            else:
                read = self._read(chunk[start:stop])
                found += [each if not limit or len(each) <= limit else None for each in read]
                if self.is_over:
                    break
            start = stop
        return found

    def _by_rules(self) -> Protocol:
        if self._rules is None:
            self._rules = Protocol(Side.SERVER, state=State.OPEN, max_size=self._most or None)
        return self._rules

    def _read(self, data: bytes) -> Iterator[bytes]:
        """
        Yield the messages that are complete with this frame.
        """
        rules = self._by_rules()
        rules.receive_data(data)
        for frame in rules.events_received():
            if not isinstance(frame, Frame):
                continue
            if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self.extra += 1
                continue
            if self._begun is None:
                self._begun, self._is_text = bytearray(), frame.opcode is Opcode.TEXT
            self._begun += frame.data
            if not frame.fin:
                self.extra += 1
                continue
            message, self._begun = bytes(self._begun), None
            if not self._is_text or self._is_utf8(message):
                yield message

    def _is_utf8(self, data: bytes) -> bool:
        """
        Return whether a text is UTF-8; one that is not ends the connection.
        """
        try:
            data.decode()
        except UnicodeDecodeError:
            self._by_rules().fail(CloseCode.INVALID_DATA)
            return False
        return True

    def rest(self) -> list[bytes | None]:
        """
        Return nothing: a message ends with its last frame.
        """
        return []

    def replies(self) -> bytes:
        """
        Return what the rules have to be sent now, such as the answer to a ping.
        """
        if self._rules is None:
            return b""
        data = b"".join(self._rules.data_to_send())
        if self._begun is None and not self.is_over:
            # All is as it was at the beginning.
            self._rules = None
        return data

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
            self._by_rules().send_close(CloseCode.NORMAL_CLOSURE)
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
