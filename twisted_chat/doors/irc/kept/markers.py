"""
Markers: up to which time users have read channels and private messages (draft/read-marker).

A marker is the time of a read mark of the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.store.records import IDS_PER_SECOND
from twisted_chat.store.settings import EVERYBODY, ReadMark
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from twisted_chat.world.model import Room, User

_NOTHING = ReadMark(0)


def marked_at(user: User, target: str, room: Room | None) -> float | None:
    """
    Return up to which time ``user`` has read ``target``; None if that is not known.

    Args:
        room: that which the target is; None for a user.
    """
    if room is None:
        marks = user.settings.read_in_private
        own, all_ = (marks.get(key, _NOTHING) for key in (fold(target), EVERYBODY))
        # The id of a message begins with its time; a time that was said stands for all of its
        # millisecond.
        until = max(own.number, all_.number) / IDS_PER_SECOND
        return (own.at if until < own.at + 0.001 else until) or None
    return user.settings.read.get(room.timeline.id, _NOTHING).at or None
