"""
The latest changes: which of those that wait are needed, and which a later one replaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.store.allowances import AllowanceKept
from twisted_chat.store.records import Came, MessagesRead, RoomOpened, Seated, Unseated, Went
from twisted_chat.store.webhooks import WebhookUsed

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from twisted_chat.store.records import Change


def needed(changes: Sequence[Change], most: int) -> list[Change]:
    """
    Return ``changes`` without those that later ones replace.

    Of presence and allowances only the latest counts, and at most ``most`` of them stay.
    """
    latest: dict[Hashable, Change] = {}
    for change in reversed(changes):
        if (key := _key_of(change)) is not None:
            latest.setdefault(key, change)
    kept = {id(change) for change in list(latest.values())[:most]}
    rest: list[Change] = []
    once: set[Change] = set()
    for change in changes:
        if isinstance(change, (RoomOpened, MessagesRead)):
            # A second one changes nothing.
            if change in once:
                continue
            once.add(change)
        elif _key_of(change) is not None and id(change) not in kept:
            continue
        rest.append(change)
    return rest


def _key_of(change: Change) -> Hashable | None:
    """
    Return the key of ``change``: a later change with the same key replaces it; None for no key.
    """
    match change:
        case AllowanceKept():
            return AllowanceKept, change.allowance.account, change.allowance.address
        case Came() | Went():
            return Came, change.account
        case Seated() | Unseated():
            return Seated, change.account, change.room
        case WebhookUsed():
            return WebhookUsed, change.id
    return None
