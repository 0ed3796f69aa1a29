"""
What tests of several modules share.
"""

from collections.abc import Callable
from typing import Any

from attrs import frozen
from twisted.internet.defer import Deferred

from twisted_chat.store.decisions import (
    Audited,
    Modes,
    RoomState,
)
from twisted_chat.store.interface import Store

DEN = RoomState(
    1,
    "tea",
    Modes(
        private=True, moderated=True, members=True, topic_locked=True, slow=10, history=False,
        password="$hash", limit=50,
    ),
    7,
)  # fmt: skip


def audited(number: int, room: int = 1, first: int = 1) -> Audited:
    return Audited(
        number, room, "den" if room else "", first, 1.0, "al", "alice", "kick", "bob", "why", 0.0
    )


@frozen
class Kept:
    """
    A store, what waits for what it answers, and what opens it again.
    """

    store: Store
    wait: Callable[[Deferred[Any]], Any]
    reopen: Callable[[], Store]
