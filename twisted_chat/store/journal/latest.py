"""
The latest changes: which of those that wait are needed, and which a later one replaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.store.allowances import AllowanceKept
from twisted_chat.store.plugins import PluginValue
from twisted_chat.store.records import Came, MessagesRead, RoomOpened, Seated, Unseated, Went
from twisted_chat.store.tokens import WebhookUsed

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from twisted_chat.store.records import Change


def needed(changes: Sequence[Change], most: int) -> list[Change]:
    """
    Return ``changes`` without those that later ones replace.

    Of presence, allowances and the values of plugins only the latest counts.  All values of
    plugins stay, which are bounded by themselves, and at most ``most`` of the others.
    """
    latest: dict[Hashable, Change] = {}
    for change in reversed(changes):
        if (key := _key_of(change)) is not None:
            latest.setdefault(key, change)
    values = [change for change in latest.values() if isinstance(change, PluginValue)]
    others = [change for change in latest.values() if not isinstance(change, PluginValue)]
    kept = {id(change) for change in values + others[:most]}
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
        case PluginValue():
            return change.place, change.key
        case WebhookUsed():
            return WebhookUsed, change.id
    return None
