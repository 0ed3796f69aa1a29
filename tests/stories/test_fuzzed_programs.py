"""
What a program may send: broken requests, as lines and in frames.

``PYTHONPATH=tests/support python tests/stories/test_fuzzed_programs.py 1000000`` sends as many.
"""

from __future__ import annotations

import json
import random
import struct
import sys
from typing import TYPE_CHECKING, Any

import pytest
from shared_websocket import Web
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import Chat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.testing import MemoryTransport

SENT = 2000
UNLIMITED = Limits(
    rate=0.0, max_per_host=0, max_clients=0, history_lines=0, register_rate=Rate(0), max_rooms=0
)
VALUES: list[Any] = [
    *("", "tea", "lobby", "#lobby", "/nick x", "/quit", "\ud800", "\x1b[2J", "x" * 5000),
    *("🌍\n" * 9, 0, -1, 7, 2**63, 2**64, 1e308, 0.5, True, None, [], {}, ["a"], [[[]]]),
]  # fmt: skip
MEMBERS = (
    *("request", "label", "text", "room", "nick", "name", "args", "cursor", "words", "value"),
    *("number", "before", "after", "around", "by", "count", "token", "last", "password", "device"),
)
NAMES = (
    *("hello", "say", "act", "tell", "command", "complete", "who", "rooms", "history", "search"),
    *("settings", "read", "ping", "nothing"),
)


def requests(chance: random.Random) -> Iterator[bytes]:
    """
    Yield requests without end, many of them broken.
    """
    while True:
        request = {name: chance.choice(VALUES) for name in chance.sample(MEMBERS, 4)}
        if chance.random() < 0.9:
            request["request"] = chance.choice(NAMES)
        data = json.dumps(request).encode()
        if chance.random() < 0.3:
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(len(broken))
                broken[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
            data = bytes(broken)
        yield data


def framed(chance: random.Random, data: bytes) -> bytes:
    """
    Return ``data`` in a frame of a client, perhaps a broken one.
    """
    size = len(data)
    length = struct.pack("!B", 0x80 | size) if size < 126 else struct.pack("!BH", 0xFE, size)
    if size > 65535:
        length = struct.pack("!BQ", 0xFF, size)
    opcode = chance.choice((1, 1, 1, 1, 2, 0, 9, 10)) if chance.random() < 0.1 else 1
    head = bytes([0x80 | opcode]) if chance.random() < 0.98 else chance.randbytes(1)
    # Masked with zeros, which leave it as it is.
    return head + length + bytes(4) + data


def fuzz(count: int, seed: int, *, frames: bool) -> int:
    """
    Send ``count`` requests, and return how many connections that took.

    Raises:
        AssertionError: a bystander was disturbed, or something was logged as an error.
    """
    chance = random.Random(seed)
    chat = Chat(limits=UNLIMITED)
    web = Web(chat)
    bystander = web.arrive("bystander")
    connections = 0
    transport: MemoryTransport | None = None
    source = requests(chance)
    with capturedLogs() as logged:
        for number in range(count):
            if transport is None or transport.protocol is None:
                connections += 1
                page = web.connect() if frames else None
                transport = page.transport if page is not None else web.open()
            data = next(source)
            data = framed(chance, data) if frames else data.replace(b"\n", b" ") + b"\n"
            cut = chance.randrange(len(data))
            transport.receive(data[:cut])
            transport.receive(data[cut:])
            transport.clear()
            if number % 100 == 99:
                chat.advance(0.01)
                bystander.reads()
                bystander.transport.clear()
                bystander._seen = 0
        transport.hang_up() if transport is not None else None
        chat.advance(1)
        bystander.reads()
        answers = bystander.asks("ping", label="still here")
    assert [each["event"] for each in answers] == ["done"]
    errors = [formatEvent(each) for each in logged if each["log_level"] >= LogLevel.error]
    assert errors == []
    return connections


@pytest.mark.parametrize("frames", [False, True])
def test_broken_requests_disturb_nobody_and_fail_nowhere(frames: bool) -> None:
    assert fuzz(SENT, 17, frames=frames) >= 1


if __name__ == "__main__":
    for each in (False, True):
        taken = fuzz(int(sys.argv[1]) // 2, 1, frames=each)
        sys.stdout.write(f"{taken} connections\n")
