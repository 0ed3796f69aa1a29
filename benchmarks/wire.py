"""
The wires: how users log in, join, speak and give commands, and what a said line looks like.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from typing import Protocol

from attrs import frozen

#: Bytes of what is said, without the end of the line.
TEXT_SIZE = 64
#: Stands in everything that is said once, and in nothing else that a server sends in a run.
MARK = b"="
#: Bytes of such a line as an object in JSON, with the end of the line.
JSON_SIZE = 226
#: Bytes of such a line as a message of IRC of this server, with its end.
IRC_SIZE = 98
_DIGITS = 15
_STAMP = re.compile(rb"=(\d{15})")
_FILLER = b"x" * (TEXT_SIZE - len(MARK) - _DIGITS)
_UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: chat.json\r\n\r\n"
)
#: What is said where the time is not measured.
PLAIN_TEXT = MARK + b"-" * _DIGITS + _FILLER


def now() -> int:
    """
    Return the monotonic clock in microseconds.
    """
    return time.monotonic_ns() // 1000


def stamped_text(at: int) -> bytes:
    """
    Return something to say that tells when it was said.

    Args:
        at: microseconds of the monotonic clock.
    """
    return b"=%015d" % at + _FILLER


def stamps(data: bytes | bytearray | memoryview) -> list[int]:
    """
    Return when the lines in ``data`` were said, of those that tell.

    A stamp that is cut in two by the end of ``data`` is passed over.
    """
    return list(map(int, _STAMP.findall(data)))


@frozen
class Step:
    """
    One step on the way in: what the server must have sent, and what is sent then.
    """

    expect: re.Pattern[bytes] | None
    send: bytes


class Wire(Protocol):
    """
    One protocol, as far as the benchmark speaks it.

    Attributes:
        longest: bytes that can be said at once, and a little less.
        echoes: whether who speaks is sent their own line too.
        mark: the byte that stands once in each line that is sent for one that was said.
    """

    @property
    def echoes(self) -> bool:
        """
        As above.
        """

    @property
    def mark(self) -> bytes:
        """
        As above.
        """

    @property
    def longest(self) -> int:
        """
        As above.
        """

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        Return the steps until a user is in ``room``; in the arrival room if that is empty.
        """

    def say(self, room: str, text: bytes) -> bytes:
        """
        Return the bytes that say ``text`` in ``room``.
        """


class CommandWire(Wire, Protocol):
    """
    One protocol with commands.
    """

    def tell(self, nick: str, text: bytes) -> bytes:
        """
        Return the bytes that say ``text`` to one person.
        """

    def rename(self, nick: str) -> bytes:
        """
        Return the bytes that take another name.
        """

    def visit(self, room: str) -> bytes:
        """
        Return the bytes that enter a room and leave it again.
        """


@frozen
class Line:
    """
    The line mode: a prompt, a name, and from then on every line is said.

    Args:
        welcome: matches what ends the greeting.
        is_in_one: one who enters a room is in no other.
    """

    welcome: bytes
    is_in_one: bool = False
    longest: int = 3800
    echoes: bool = False
    mark: bytes = b"\n"

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        As `Wire.arrival`.
        """
        steps = [
            Step(re.compile(rb"Enter your name: "), f"{nick}\n".encode()),
            Step(re.compile(self.welcome), b""),
        ]
        if room:
            steps += [
                Step(None, f"/join {room}\n".encode()),
                Step(re.compile(b"You are in #%s " % room.encode()), b""),
            ]
        if room and not self.is_in_one:
            steps += [
                Step(None, b"/leave lobby\n"),
                Step(re.compile(rb"You have left #lobby\."), b""),
            ]
        return steps

    def say(self, room: str, text: bytes) -> bytes:
        """
        As `Wire.say`; there is no need to name the room one is in.
        """
        del room
        return text + b"\n"

    def tell(self, nick: str, text: bytes) -> bytes:
        """
        As `Wire.tell`.
        """
        return b"/msg %s %s\n" % (nick.encode(), text)

    def rename(self, nick: str) -> bytes:
        """
        As `Wire.rename`.
        """
        return b"/nick %s\n" % nick.encode()

    def visit(self, room: str) -> bytes:
        """
        As `Wire.visit`.
        """
        return b"/join %s\n/leave %s\n" % (room.encode(), room.encode())


@frozen
class WithinSsh(Line):
    """
    The line mode within SSH, whose user name is the nick.
    """

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        As `Wire.arrival`.
        """
        return super().arrival(nick, room)[1:]


@frozen
class Irc:
    """
    IRC (RFC 2812), with a channel for a room.

    Args:
        lobby: the channel of those who name no room; empty for none, as idle people are in.
    """

    lobby: str = "lobby"
    longest: int = 380
    echoes: bool = False
    mark: bytes = b"\n"

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        As `Wire.arrival`; people are in when the list of names has ended.
        """
        steps = [
            Step(None, b"NICK %s\r\nUSER %s 0 * :%s\r\n" % ((nick.encode(),) * 3)),
            # The end of the message of the day, or that there is none.
            Step(re.compile(rb" (?:376|422) "), b""),
        ]
        if room or self.lobby:
            steps += [
                Step(None, f"JOIN #{room or self.lobby}\r\n".encode()),
                Step(re.compile(rb" 366 "), b""),
            ]
        return steps

    def say(self, room: str, text: bytes) -> bytes:
        """
        As `Wire.say`.
        """
        return b"PRIVMSG #%s :%s\r\n" % ((room or self.lobby).encode(), text)

    def tell(self, nick: str, text: bytes) -> bytes:
        """
        As `Wire.tell`.
        """
        return b"PRIVMSG %s :%s\r\n" % (nick.encode(), text)

    def rename(self, nick: str) -> bytes:
        """
        As `Wire.rename`.
        """
        return b"NICK %s\r\n" % nick.encode()

    def visit(self, room: str) -> bytes:
        """
        As `Wire.visit`.
        """
        return b"JOIN #%s\r\nPART #%s\r\n" % (room.encode(), room.encode())


def names_in(port: int, channel: str, nick: str) -> list[str]:
    """
    Enter a channel of an IRC server on 127.0.0.1, and return who is there by its list of names.

    The list is that of RFC 2812, section 5.1, 353 and 366; marks of rank are left out.

    Raises:
        OSError: it lets ``nick`` in nowhere, or is silent for half a minute.
    """
    names: list[str] = []
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30.0) as connection,
        connection.makefile("rwb") as lines,
    ):
        lines.write(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n".encode())
        lines.flush()
        for line in lines:
            words = line.decode("utf-8", "replace").split()
            match words[1] if len(words) > 1 else "":
                case "376" | "422":
                    lines.write(f"JOIN #{channel}\r\n".encode())
                    lines.flush()
                case "353":
                    names += [name.lstrip(":~&@%+") for name in words[5:]]
                case "366":
                    return names
                # The nick is taken, or the channel closed.
                case "433" | "471" | "473" | "474" | "475":
                    break
    raise ConnectionAbortedError("the list of names did not end")


@frozen
class LongLine(Line):
    """
    The line mode, with lines that are as long on their way to a reader as those of another wire.

    Args:
        size: bytes of such a line, with its end.
    """

    size: int = JSON_SIZE

    def say(self, room: str, text: bytes) -> bytes:
        """
        As `Wire.say`.
        """
        del room
        # Behind the nick, a colon and a space.
        return text + b"x" * (self.size - len(text) - 9) + b"\n"


@frozen
class Json:
    """
    The objects of programs, in lines or, with ``framed``, in frames of a WebSocket.
    """

    framed: bool = False
    longest: int = 12000
    echoes: bool = True

    @property
    def mark(self) -> bytes:
        """
        As `Wire.mark`; frames have no end.
        """
        return MARK if self.framed else b"\n"

    def _ask(self, request: str, **members: str) -> bytes:
        data = json.dumps({"request": request, **members}).encode()
        if not self.framed:
            return data + b"\n"
        size = len(data)
        head = struct.pack("!BB", 0x81, 0x80 | size)
        if size > 125:
            head = struct.pack("!BBH", 0x81, 0xFE, size)
        # Masked with zeros (RFC 6455, section 5.3).
        return head + bytes(4) + data

    def arrival(self, nick: str, room: str) -> list[Step]:
        """
        As `Wire.arrival`.
        """
        steps = [Step(None, _UPGRADE), Step(re.compile(rb"\r\n\r\n"), b"")]
        return [
            *(steps if self.framed else ()),
            Step(None, self._ask("hello", name=nick)),
            Step(re.compile(rb'"event":"hello"'), b""),
            *((Step(None, self._ask("command", text=f"/join {room}")),) if room else ()),
        ]

    def say(self, room: str, text: bytes) -> bytes:
        """
        As `Wire.say`.
        """
        return self._ask("say", text=text.decode(), **({"room": room} if room else {}))

    def tell(self, nick: str, text: bytes) -> bytes:
        """
        As `Wire.tell`.
        """
        return self._ask("tell", nick=nick, text=text.decode())

    def rename(self, nick: str) -> bytes:
        """
        As `Wire.rename`.
        """
        return self._ask("command", text=f"/nick {nick}")

    def visit(self, room: str) -> bytes:
        """
        As `Wire.visit`.
        """
        leave = self._ask("command", text=f"/leave {room}")
        return self._ask("command", text=f"/join {room}") + leave


#: Those of chat servers, by their names.
WIRES: dict[str, CommandWire] = {
    "chat": Line(welcome=rb"Type /help for help\.\r\n"),
    "ssh": WithinSsh(welcome=rb"Type /help for help\.\r\n"),
    "peer": Line(welcome=rb"Welcome\.\r\n", is_in_one=True),
    "irc": Irc(),
    "json": Json(),
    "websocket": Json(framed=True),
    "peer-json": LongLine(welcome=rb"Welcome\.\r\n", is_in_one=True),
    "peer-irc": LongLine(welcome=rb"Welcome\.\r\n", is_in_one=True, size=IRC_SIZE),
    # An idle user in no channel: 15,000 who join one are told of each other's coming.
    "irc-idle": Irc(lobby=""),
}
