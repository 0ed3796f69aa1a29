"""
What a program may send: broken requests, as lines and in frames.

``PYTHONPATH=tests/support python tests/stories/test_fuzzed_programs.py 1000000`` sends as many.
"""

from __future__ import annotations

import json
import random
import re
import struct
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from shared_websocket import Web
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import Chat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from twisted_chat.testing import MemoryTransport

SENT = 2000
UNLIMITED = Limits(
    rate=0.0, max_per_host=0, max_clients=0, history_lines=0, register_rate=Rate(0), max_rooms=0
)
VALUES: list[Any] = [
    *("", "tea", "lobby", "#lobby", "/nick x", "/quit", "\ud800", "\x1b[2J", "x" * 5000),
    *("🌍\n" * 9, 0, -1, 7, 2**63, 2**64, 1e308, 0.5, True, False, None, [], {}, ["a"], [[[]]]),
]  # fmt: skip
# What fits each member, more or less.
FITTING: dict[str, list[Any]] = {
    "label": [f"label {number}" for number in range(9)],
    "text": ["tea", "several\nlines", "/me waves", "/join den", "/nick carl", "/history", "/set"],
    "room": ["lobby", "den", "#Lobby", ""],
    "nick": ["bystander", "ada", "bob"],
    "name": ["ada", "bob", "carl", "msg", "topic", "join", "unlink", "register", "bell", "quit"],
    "args": [
        *({"nick": "bystander", "text": "psst"}, {"room": "den"}, {"text": 7, "number": True}),
        *({"password": "correct-horse"}, {"number": 2**63}, {"number": 1}, {"\ud800": ""}),
    ],
    "cursor": [0, 3, -1],
    "words": ["tea", "from:ada tea", '"'],
    "value": [True, "on", 5, ""],
    "number": [0, 1, 7],
    "before": [3, 0.5, 1.7e9, 1.7e15],
    "after": [0, 2, 1.7e9],
    "around": [2, 1e15],
    "by": ["number", "id", "time"],
    "count": [1, 50, 200],
    "last": [{"lobby": 3}, {"lobby": -1, "den": 2**64}, {"#Lobby": 0}, {"": 0, "\ud800": 1}],
    "seen": [0, 1, 1_700_000_000_000_005, 2**63 - 1, 2**63],
    "password": ["correct-horse", "wrong"],
    "device": ["phone", ""],
    "resume": [True, False],
    "sentences": [True, False],
    "reason": ["so long", "a\nb", "x" * 500],
}
MEMBERS = {
    "hello": ["name", "password", "token", "last", "seen", "device", "resume", "sentences"],
    "say": ["text", "room"],
    "act": ["text", "room"],
    "tell": ["nick", "text"],
    "command": ["name", "args", "text"],
    "complete": ["text", "cursor"],
    "who": ["room"],
    "rooms": [],
    "history": ["room", "before", "after", "around", "by", "count"],
    "search": ["words"],
    "settings": ["name", "value"],
    "read": ["room", "number"],
    "unread": [],
    "ping": [],
    "bye": ["reason"],
    "nothing": ["text"],
}
# Tokens that the server has given, of which programs come back with the last ones.
TOKEN = re.compile(rb'"token":"([^"]+)"')
TOKENS = 8


def requests(chance: random.Random, tokens: Sequence[str]) -> Iterator[bytes]:
    """
    Yield requests without end, many of them broken.

    Args:
        tokens: with which programs come back.
    """
    while True:
        name = chance.choice(list(MEMBERS))
        request = {}
        for member in ["label", *MEMBERS[name]]:
            fitting = list(tokens) if member == "token" else FITTING[member]
            if chance.random() < 0.6 and fitting:
                request[member] = chance.choice(fitting)
        if chance.random() < 0.3:
            request[chance.choice(list(FITTING))] = chance.choice(VALUES)
        if chance.random() < 0.98:
            request["request"] = name
        data = json.dumps(request).encode()
        if chance.random() < 0.1:
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(len(broken) + 1)
                broken[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
            data = bytes(broken)
        yield data


def greeting(chance: random.Random, tokens: Sequence[str]) -> list[bytes]:
    """
    Return a hello with which most connections begin.
    """
    hello: dict[str, Any] = {"request": "hello", "name": f"bot{chance.randrange(50)}"}
    if tokens and chance.random() < 0.5:
        hello = {"request": "hello", "token": chance.choice(tokens)}
        hello |= {name: chance.choice(FITTING[name]) for name in ("seen", "last")}
    return [json.dumps(hello).encode()] if chance.random() < 0.8 else []


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
    mask = chance.randbytes(4)
    return head + length + mask + bytes(each ^ mask[n % 4] for n, each in enumerate(data))


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
    waiting: list[bytes] = []
    tokens: deque[str] = deque(maxlen=TOKENS)
    source = requests(chance, tokens)
    with capturedLogs() as logged:
        for number in range(count):
            if transport is None or transport.disconnecting:
                connections += 1
                page = web.connect() if frames else None
                transport = page.transport if page is not None else web.open()
                waiting = greeting(chance, tokens)
            data = waiting.pop() if waiting else next(source)
            data = framed(chance, data) if frames else data.replace(b"\n", b" ") + b"\n"
            cut = chance.randrange(len(data))
            transport.receive(data[:cut])
            transport.receive(data[cut:])
            if chance.random() < 0.02:
                # Its session is held.
                transport.hang_up()
            if number % 10 == 9:
                chat.advance()
            tokens += (found.decode() for found in TOKEN.findall(transport.value()))
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
