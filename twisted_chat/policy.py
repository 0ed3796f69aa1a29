"""
The policy: who may see and do what.

Every command, list, search and error asks here, so that what is hidden from somebody is hidden
wherever they look.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from twisted_chat import errors

if TYPE_CHECKING:
    from twisted_chat.people import Room, User


class Deed(enum.Enum):
    """
    What somebody may want to do in a room.
    """

    SEE = enum.auto()
    READ = enum.auto()
    SPEAK = enum.auto()
    EDIT_ANY = enum.auto()
    DELETE_ANY = enum.auto()
    PIN = enum.auto()


def check(user: User, deed: Deed, room: Room) -> None:
    """
    Look that ``user`` may do ``deed`` in ``room``.

    Raises:
        NotInRoom: only those who are in it may.
        NotAllowed: only an operator may.
    """
    if deed in (Deed.EDIT_ANY, Deed.DELETE_ANY) and "operator" not in user.roles:
        raise errors.NotAllowed("Only an operator may do that.")
    if deed in (Deed.SPEAK, Deed.PIN) and user not in room.members:
        raise errors.NotInRoom(room.name)


def readable_from(user: User, room: Room) -> int:
    """
    Return the number of the first line of ``room`` that ``user`` may read.

    Raises:
        NoSuchRoom: they may not know of it.
    """
    check(user, Deed.READ, room)
    return 1
