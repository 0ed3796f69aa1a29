"""
What may be read: from which line on the history of a room is open to a user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat import errors
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twisted_chat.world.model import Room, User


def readable_from(user: User, room: Room) -> int:
    """
    Return the number of the first line of ``room`` that ``user`` may read.

    Raises:
        NoSuchRoom: the user may not know of it.
        NotAllowed: they may not read it.
    """
    policy.check(user, Permission.READ, room)
    firsts = [] if room.modes.is_closed else [room.public_from]
    if user in room.members:
        firsts.append(room.members[user])
    if user.author in room.standings:
        firsts.append(room.standings[user.author].since)
    return min(firsts)


def first_readable(user: User, room: Room) -> int:
    """
    Return the same as `readable_from`; 0 if ``user`` may read nothing.
    """
    try:
        return readable_from(user, room)
    except errors.ChatError:
        return 0


def may_all_read(room: Room, number: int) -> bool:
    """
    Return whether every member of ``room`` may read its line of this number.
    """
    return all(0 < first_readable(member, room) <= number for member in room.members)


def readable_asleep(rooms: Iterable[int], hidden: Mapping[int, int]) -> dict[int, int]:
    """
    Return the number of the first line that may be read, for empty rooms.

    The decisions about such a room ended with it: it is open to everybody, except its hidden
    lines.

    Args:
        rooms: their numbers in the store.
        hidden: as of `Registry.hidden`.
    """
    return {room: hidden.get(room, 1) for room in rooms}
