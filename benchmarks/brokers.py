"""
The wires of message brokers, which know subjects or topics in the place of rooms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks import wire
from benchmarks.wire import MARK, Step

if TYPE_CHECKING:
    from benchmarks.wire import Wire

_LOBBY = "lobby"


@frozen
class Nats:
    """
    The protocol of NATS clients: one who publishes is not sent their own messages.

    See https://docs.nats.io/reference/reference-protocols/nats-protocol.
    """

    longest: int = 3800
    echoes: bool = False
    mark: bytes = MARK

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        As `Wire.arrival`: the subject is known when what is asked behind it is answered.
        """
        connect = b'CONNECT {"verbose":false,"pedantic":false,"echo":false,"name":"%s"}\r\n'
        subscribe = b"SUB %s 1\r\nPING\r\n" % (room or _LOBBY).encode()
        return [
            Step(re.compile(rb"INFO [^\r]*\r\n"), connect % nick.encode() + subscribe),
            Step(re.compile(rb"PONG\r\n"), b""),
        ]

    def say(self, room: str, text: bytes) -> bytes:
        """
        As `Wire.say`.
        """
        return b"PUB %s %d\r\n%s\r\n" % ((room or _LOBBY).encode(), len(text), text)


@frozen
class Mqtt:
    """
    MQTT 3.1.1 with quality of service 0: one who publishes is sent their own messages too.

    See https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html, chapter 3.
    """

    longest: int = 3800
    echoes: bool = True
    mark: bytes = MARK

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        As `Wire.arrival`.
        """
        # A clean session, and no keep-alive.
        connect = _packet(0x10, _text("MQTT") + b"\4\2\0\0" + _text(nick))
        subscribe = _packet(0x82, b"\0\1" + _text(room or _LOBBY) + b"\0")
        return [
            Step(None, connect),
            Step(re.compile(rb"\x20\x02\x00\x00"), subscribe),
            Step(re.compile(rb"\x90\x03\x00\x01\x00"), b""),
        ]

    def say(self, room: str, text: bytes) -> bytes:
        """
        As `Wire.say`.
        """
        return _packet(0x30, _text(room or _LOBBY) + text)


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def _packet(kind: int, body: bytes) -> bytes:
    """
    Return a packet of MQTT, whose length is written in groups of seven bits, the lowest first.
    """
    rest, length = len(body), bytearray()
    while rest > 127:
        length.append(rest & 127 | 128)
        rest >>= 7
    length.append(rest)
    return bytes([kind]) + bytes(length) + body


#: All wires, by the names under which the load process is told of them.
WIRES: dict[str, Wire] = {**wire.WIRES, "nats": Nats(), "mqtt": Mqtt()}
