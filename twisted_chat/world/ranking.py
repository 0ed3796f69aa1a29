"""
Ranking: who ranks above whom, in a room and on the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat import errors
from twisted_chat.store.decisions import Rank
from twisted_chat.world.model import is_staff

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted_chat.world.model import Account, Room, User


def rank_of(user: User, room: Room) -> Rank:
    """
    Return the rank of ``user`` in ``room``; operators of the server rank as owners.
    """
    if user.is_staff and user.sees(room):
        return Rank.OWNER
    return rank_by(room, user.author)


def rank_of_account(account: Account, room: Room) -> Rank:
    """
    Return the rank of the owner of ``account`` in ``room``, also while they are not here.
    """
    standing = room.standings.get(account.id)
    if account.is_staff and (standing is not None or not room.modes.private):
        return Rank.OWNER
    return rank_by(room, account.id)


def rank_by(room: Room, author: int) -> Rank:
    """
    Return the rank of ``author`` by their standing in ``room``, which others may know.
    """
    standing = room.standings.get(author)
    # How a member was let in changes nothing of what they may do.
    return Rank.MEMBER if standing is None else max(Rank.MEMBER, standing.rank)


def check_rank(user: User, rank: Rank, name: str, room: Room) -> None:
    """
    Check that ``user`` ranks above a user of ``rank``, called ``name``, here or not.

    Raises:
        NotAllowed: they do not.
    """
    if not user.is_staff and Rank.OPERATOR <= rank >= rank_of(user, room):
        what = "owns" if rank is Rank.OWNER else "operates"
        raise errors.NotAllowed(
            f"{name} {what} #{room.name}; you cannot do that to them.",
            code="target-outranks",
            nick=name,
            room=room.name,
        )


def check_staff(name: str, roles: Collection[str]) -> None:
    """
    Check that a user with ``roles``, here or not, is not an operator of the server.

    Args:
        name: the user's name, for the error.

    Raises:
        NotAllowed: they are.
    """
    if is_staff(roles):
        raise errors.NotAllowed(
            f"{name} is an operator of the server; you cannot do that to them.",
            code="target-outranks",
            nick=name,
            room="",
        )
