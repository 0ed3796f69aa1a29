"""
Frames: the changes of one turn as bytes, which tell whether they are whole.

A frame is the length of its body and the body's CRC-32, as two unsigned numbers of 32 bits, the
lowest byte first; then the body, in MessagePack: the frame's number, and for each change the
number of its kind and its fields.  Fields that are added later need a default, so that an older
file can still be read.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import msgspec
from attrs import frozen

from twisted_chat.store.allowances import AllowanceKept
from twisted_chat.store.keys import KeyUsed
from twisted_chat.store.plugins import PluginValue, RoomValuesEnded
from twisted_chat.store.records import (
    Came,
    Line,
    Message,
    MessagesRead,
    Revised,
    RoomOpened,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.settings import PrivateReadKept, ReadKept, SettingKept
from twisted_chat.store.tokens import (
    RequestDone,
    TokenEnded,
    TokenKept,
    ToldAlone,
    ToldForgotten,
    WebhookUsed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from twisted_chat.store.records import Change

# A kind's number is its place here: new ones are added at the end.
_KINDS: tuple[type, ...] = (
    *(Line, Revised, Message, MessagesRead, RoomOpened),
    *(Came, Went, Seated, Unseated, AllowanceKept, SettingKept),
    *(TokenKept, TokenEnded, RequestDone, ReadKept, ToldAlone),
    *(KeyUsed, ToldForgotten, PrivateReadKept),
    *(PluginValue, RoomValuesEnded),
    WebhookUsed,
)
#: The kinds of changes that a frame may hold, and that a power cut may lose; all others are on the
#: disk when they are told.
FRAMED = frozenset(_KINDS)

_HEAD = struct.Struct("<II")
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_encode = msgspec.msgpack.Encoder().encode
_decode_body = msgspec.msgpack.Decoder(tuple[int, list[tuple[int, msgspec.Raw]]]).decode
_decoders = [msgspec.msgpack.Decoder[Any](kind) for kind in _KINDS]


class Unframeable(ValueError):
    """
    A change has a field that cannot be written, such as a plugin's object in place of text.
    """


@frozen
class Frame:
    """
    The changes of one turn.

    Attributes:
        number: that of the frame before, plus one.
    """

    number: int
    changes: Sequence[Change]


def encode(number: int, changes: Sequence[Change]) -> bytes:
    """
    Return a frame as bytes.

    Args:
        changes: of the kinds in `FRAMED`.

    Raises:
        Unframeable: one of them cannot be written.
    """
    try:
        body = _encode((number, [(_NUMBERS[type(change)], change) for change in changes]))
    except (TypeError, ValueError, OverflowError) as error:
        raise Unframeable(str(error)) from error
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def decode(data: bytes) -> Iterator[Frame]:
    """
    Yield the whole frames at the beginning of ``data``, up to the first that is not.

    Their numbers ascend by one: what an earlier use of the file has left behind them is not read.
    """
    start, number = 0, None
    while len(data) - start >= _HEAD.size:
        length, checksum = _HEAD.unpack_from(data, start)
        start += _HEAD.size
        body = data[start : start + length]
        start += length
        if not length or len(body) < length or zlib.crc32(body) != checksum:
            return
        try:
            found, changes = _decode_body(body)
            frame = Frame(found, [_decoders[kind].decode(raw) for kind, raw in changes])
        except (msgspec.DecodeError, IndexError):
            # Written by a newer server.
            return
        if number is not None and found != number + 1:
            return
        number = found
        yield frame
