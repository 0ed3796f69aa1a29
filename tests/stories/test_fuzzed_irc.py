"""
What a client of IRC may send: broken messages, with every verb there is.

``PYTHONPATH=tests/support python tests/stories/test_fuzzed_irc.py 1000000`` sends as many.
"""

from __future__ import annotations

import base64
import random
import re
import sys
from collections import deque
from typing import TYPE_CHECKING

from shared_irc import Client, Clients
from twisted.logger import LogLevel, capturedLogs, formatEvent

from twisted_chat.doors.irc.conversation import VERBS
from twisted_chat.doors.irc.message import MAX_BODY, Message, parse
from twisted_chat.doors.irc.registration.caps import OFFERED
from twisted_chat.doors.irc.registration.registration import VERBS as AT_FIRST
from twisted_chat.limits import Limits, Rate
from twisted_chat.testing import Chat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SENT = 2000
UNLIMITED = Limits(
    rate=0.0, max_per_host=0, max_clients=0, history_lines=5, register_rate=Rate(0), max_rooms=0
)
# All that may be asked for, one that may not, and one that is taken back.
CAPS = [*OFFERED, "nothing", "-batch"]
PLAIN = base64.b64encode(b"\0ada\0correct-horse").decode()
NAMES = [
    "#lobby",
    "#den",
    "#Den",
    "#",
    "ada",
    "bob",
    "bystander",
    "NickServ",
    "ChatServ",
    "*",
    "0",
]
WORDS = [
    *NAMES, *CAPS, *("LS", "302", "REQ", "END", "LIST", "PLAIN", "+", PLAIN, "LATEST", "BEFORE"),
    *("AROUND", "BETWEEN", "TARGETS", "10", "-1", "99999999999", "+o", "-o", "+b", "+kS", "-k"),
    *("+imRtNs", "m:ada!*@*", "*!*@127.0.0.1", "*", "a*", ">1", "<2", "!#d*", "%tcuihsnfdlaor,7"),
    *("timestamp=2023-11-14T22:13:20.000Z", "timestamp=x", "msgid=1-2", "C", "L", "S", "+1", "-1"),
    *("REGISTER correct-horse", "IDENTIFY ada correct-horse", "search tea", "history 5", "set"),
    *("", ":", "x" * 600, "🌍" * 200, "\x01ACTION waves\x01", "\x01VERSION\x01", "\x02b\x0304c"),
    *("\x1b[2J", "\u202eabc", "тея", "/nick x", "draft/multiline", "tea", "correct-horse", "a,b"),
    *("#den,#lobby", "ada,bob,#den,x,y,z", "beer", "beer,", "a b", "Tea at four"),
]  # fmt: skip
TAGS = [
    *("label=1", "label=two", "label", "label=" + "x" * 70, "batch=1", "+typing=active"),
    *("draft/multiline-concat", "+draft/react=👍", "+draft/unreact=👍", "+reply={}", "msgid={}"),
    *("+draft/reply={}", "a=\\:\\s\\\\\\r\\n\\", "=", ";", "x" * 5000),
]  # fmt: skip
EVERY_VERB = [*VERBS, *AT_FIRST, "PING", "PONG", "BATCH", "SEARCH", "HISTORY", "SET", "NOTHING"]
# Those that nearly all clients send come more often.
OFTEN = ["PRIVMSG"] * 20 + ["NOTICE", "TAGMSG", "REDACT", "CHATHISTORY", "JOIN", "MODE"] * 4
# The ids of messages that were told, which others name.
ID = re.compile(rb"msgid=([^; ]+)")


def messages(chance: random.Random, ids: Sequence[str]) -> Iterator[bytes]:
    """
    Yield messages without end, many of them broken.
    """
    while True:
        verb = chance.choice(EVERY_VERB if chance.random() < 0.5 else OFTEN)
        words = [chance.choice(NAMES), *chance.choices(WORDS, k=chance.randrange(4))]
        if ids and chance.random() < 0.2:
            words.append(f"msgid={chance.choice(ids)}" if verb[0] == "C" else chance.choice(ids))
        chance.random() < 0.1 and chance.shuffle(words)
        line = " ".join([verb, *words[:-1], f":{words[-1]}"])
        if chance.random() < 0.4:
            tags = ";".join(chance.choices(TAGS, k=chance.randrange(1, 4)))
            line = f"@{tags.format(*[chance.choice(ids) if ids else ''] * 3)} {line}"
        data = line.encode()
        if chance.random() < 0.1:
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(len(broken) + 1)
                broken[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
            data = bytes(broken)
        yield data


def greeting(chance: random.Random) -> list[bytes]:
    """
    Return what most clients say first, the last of it first.
    """
    if chance.random() < 0.1:
        return []
    # One that may not be asked for would have all of them refused.
    caps = " ".join(chance.sample([*OFFERED], chance.randrange(len(OFFERED) + 1)))
    nick = f"bot{chance.randrange(50)}"
    first = ["CAP LS 302", f"CAP REQ :{caps}", "CAP END", f"NICK {nick}", "USER u 0 * :U"]
    return [each.encode() for each in [*first, "JOIN #den", "JOIN #lobby"]][::-1]


def check(data: bytes) -> None:
    """
    Check that what a client was sent is messages, none of them longer than they may be.
    """
    *lines, rest = data.split(b"\r\n")
    assert rest == b""
    for line in lines:
        assert isinstance(parse(line), Message), line
        body = line.partition(b" ")[2] if line.startswith(b"@") else line
        assert len(body) <= MAX_BODY - 2, line


def fuzz(count: int, seed: int) -> int:
    """
    Send ``count`` messages, and return how many connections that took.

    Raises:
        AssertionError: a bystander was disturbed, something was logged as an error, or what a
            client was sent is no message.
    """
    chance = random.Random(seed)
    here = Clients(Chat(limits=UNLIMITED))
    bystander = here.arrive("bystander")
    connections = 0
    client: Client | None = None
    waiting: list[bytes] = []
    ids: deque[str] = deque(maxlen=50)
    source = messages(chance, ids)
    with capturedLogs() as logged:
        for number in range(count):
            if client is None or client.transport.disconnecting:
                connections += 1
                client = here.connect()
                waiting = greeting(chance)
            data = (waiting.pop() if waiting else next(source)) + b"\r\n"
            cut = chance.randrange(len(data))
            client.transport.receive(data[:cut])
            client.transport.receive(data[cut:])
            if chance.random() < 0.01:
                client.transport.hang_up()
                client = None
            if number % 10 == 9:
                here.chat.advance()
                for each in [bystander, client] if client else [bystander]:
                    told = each.transport.value()
                    check(told)
                    ids += (found.decode() for found in ID.findall(told))
                    each.transport.clear()
        here.chat.advance(1)
        bystander.transport.clear()
        bystander._seen = 0
        answers = bystander.asks("PING :still here")
    assert answers == [":chat.example PONG chat.example :still here"]
    errors = [formatEvent(each) for each in logged if each["log_level"] >= LogLevel.error]
    assert errors == []
    return connections


def test_broken_messages_disturb_nobody_and_fail_nowhere() -> None:
    assert fuzz(SENT, 22) >= 1


def test_each_capability_is_enabled_by_some_of_those_who_send_them() -> None:
    here, chance = Clients(), random.Random(22)
    enabled = set[str]()
    for _ in range(20):
        client = here.connect("192.0.2.7")
        client.sends_bytes(b"".join(line + b"\r\n" for line in greeting(chance)[:-4:-1]))
        # What is asked for there is given, all of it.
        lists = [line.partition(" LIST ")[2] for line in client.asks("CAP LIST")]
        enabled.update(*(line.partition(":")[2].split() for line in lists))
        client.transport.hang_up()
    assert enabled == set(OFFERED)


if __name__ == "__main__":
    sys.stdout.write(f"{fuzz(int(sys.argv[1]), 1)} connections\n")
