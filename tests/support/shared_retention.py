"""
What tests of several modules share.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from stores import result_of

from twisted_chat.history.retention import INTERVAL, PAUSE, Retention
from twisted_chat.limits import Limits
from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.decisions import (
    Audited,
    Reported,
)
from twisted_chat.store.interface import Store
from twisted_chat.store.records import (
    AccountMade,
    Change,
    Line,
    Message,
    RolesSet,
    RoomOpened,
    Seated,
)
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat
from twisted_chat.text.durations import Duration

KEEP_A_DAY = attrs.evolve(NO_LIMITS, keep_history=Duration(days=1), history_lines=20)


def line(at: float, room: int = 1, number: int = 0, text: str = "tea") -> Line:
    id_ = int(at * 1_000_000)
    return Line(id_, room, number or id_, at, "said", "alice", 7, text)


def message(at: float, addressee: int = 7, *, waits: bool = False) -> Message:
    return Message(int(at * 1_000_000), at, "bob", -3, "alice", addressee, "psst", waits)


def texts(store: Store, room: int = 1) -> list[str]:
    return [each.text for each in result_of(store.lines(room, 2**62, 10**6))]


def kept_rooms(store: MemoryStore) -> list[str]:
    return [room.name for room in store.load().rooms]


def chat_with(store: Store | None = None, limits: Limits = KEEP_A_DAY) -> tuple[Chat, Retention]:
    chat = Chat(store=store, limits=limits)
    retention = chat.hub.retention
    retention.start()
    return chat, retention


def let_pass(chat: Chat, seconds: float) -> None:
    """
    Pass time with all that happens in it, and the round of pruning after it.
    """
    chat.clock.pump([seconds, INTERVAL, *[PAUSE] * 50])


def deed(at: float, what: str, target: str, until: float = 0.0) -> Audited:
    id_ = int(at * 1_000_000)
    return Audited(id_, 1, "den", 40, at, "olive", "olive", what, target, "spam", until)


def report(at: float, *, is_read: bool) -> Reported:
    return Reported(int(at * 1_000_000), at, "bob", "", "mallory", 1, "spams", is_read)


ALICE: list[Change] = [
    AccountMade(1_700_000_000_123_456, "Alice", "alice", "$argon2id$canary"),
    RolesSet(1_700_000_000_123_456, frozenset({"operator"})),
    RoomOpened(1, "lobby", "Lobby"),
    Seated(1_700_000_000_123_456, 1),
    AllowanceKept(Allowance("1700000000123456", "192.0.2.7", 1.7e9, 1.7e9 + 5), is_settled=False),
    AllowanceKept(Allowance("1700000000123456", "198.51.100.1", 1.7e9, 0), is_settled=False),
    AllowanceKept(Allowance("bob", "203.0.113.9", 1.7e9, 1.7e9), is_settled=False),
]


def exported(path: Path) -> Iterator[dict[str, Any]]:
    for each in path.read_text("utf-8").splitlines():
        yield json.loads(each)
