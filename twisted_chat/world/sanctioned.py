"""
Sanctioned: which bans and mutes hit a user, and what they keep the user from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.store.decisions import Rank
from twisted_chat.world.ranking import rank_of
from twisted_chat.world.sanctions import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.store.decisions import Sanction
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.sanctions import Mark, Sanctions


def check_voice(user: User) -> None:
    """
    Check that ``user`` is not muted on the server.

    Raises:
        Sanctioned: it is.
    """
    mutes = user.world.mutes
    if mutes.exist and (mute := sanction_on(user, mutes)) is not None:
        raise refusal_of(mute, "", _bot(user))


def check_muted(user: User, room: Room) -> None:
    """
    Check that ``user`` is not muted in ``room``.

    Raises:
        Sanctioned: it is.
    """
    if room.mutes.exist and (mute := sanction_on(user, room.mutes)) is not None:
        raise refusal_of(mute, room.name, _bot(user))


def check_banned(user: User, room: Room) -> None:
    """
    Check that ``user`` is not banned from ``room``.

    Raises:
        Sanctioned: it is.
    """
    if room.bans.exist and (ban := ban_on(user, room)) is not None:
        raise refusal_of(ban, room.name, _bot(user))


def _bot(user: User) -> str:
    return user.nick if user.is_bot else ""


def away_reason(user: User) -> str | None:
    """
    Return why ``user`` is away, as others may read it; None if they are not away.

    They may have given a reason before they were muted.
    """
    if user.away and sanction_on(user, user.world.mutes) is not None:
        return ""
    return "" if user.away is None and user.is_away else user.away


def sanction_on(user: User, sanctions: Sanctions) -> Sanction | None:
    """
    Return one of ``sanctions`` that hits ``user`` now; None if there is none.
    """
    if not sanctions.exist:
        return None
    return sanctions.find(marks_of(user), hosts_of(user), user.world.now())


def ban_on(user: User, room: Room) -> Sanction | None:
    """
    Return the ban from ``room`` that hits ``user`` now; None if there is none.
    """
    if not room.bans.exist:
        return None
    hosts = () if is_passed_over(user, room) else hosts_of(user)
    return room.bans.find(marks_of(user), hosts, user.world.now())


def named_ban_on(user: User, room: Room) -> Sanction | None:
    """
    Return the ban from ``room`` that hits ``user`` by name, which other users may know.
    """
    return room.bans.find(marks_of(user), (), user.world.now())


def is_passed_over(user: User, room: Room) -> bool:
    """
    Return whether network bans from ``room`` do not apply to ``user``.

    If such a ban were refused instead, it would reveal where operators come from.
    """
    return user.is_staff or rank_of(user, room) >= Rank.OPERATOR


def hosts_of(user: User) -> Iterator[str]:
    """
    Yield the addresses of the sessions of ``user``.
    """
    return (session.host for session in user.sessions if session.host is not None)


def marks_of(user: User) -> Iterator[Mark]:
    """
    Yield the marks by which a ban or a mute hits ``user``.
    """
    yield user.key
    yield user.visit
    if user.account is not None:
        yield user.account.key
        yield user.account.id
