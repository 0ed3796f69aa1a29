"""
The policy: what users may see and do.

Every command, list, search and error asks here, so that a thing hidden from a user is hidden
everywhere.
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

from twisted_chat import errors
from twisted_chat.store.decisions import Rank
from twisted_chat.text.names import fold
from twisted_chat.world.ranking import rank_of, rank_of_account
from twisted_chat.world.sanctioned import check_banned, check_muted, check_voice, sanction_on
from twisted_chat.world.sanctions import refusal_of, without_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.world.model import Account, Room, User


class Permission(enum.Enum):
    """
    An act in a room that needs a permission.

    Attributes:
        READ: read its history.
        ENTER: enter it.
        PASS: enter it with its password.
        SPEAK: say something in it.
        SET_TOPIC: set its topic.
        INVITE: let another user in.
        UNPIN_ANY: remove a pin of another user.
        DELETE_ANY: delete lines of others.
        OPERATE: set its modes, give voices, kick, mute and ban.
        OWN: appoint its operators.
    """

    READ = enum.auto()
    ENTER = enum.auto()
    PASS = enum.auto()
    SPEAK = enum.auto()
    SET_TOPIC = enum.auto()
    INVITE = enum.auto()
    UNPIN_ANY = enum.auto()
    DELETE_ANY = enum.auto()
    OPERATE = enum.auto()
    OWN = enum.auto()


def check(user: User, deed: Permission, room: Room) -> None:
    """
    Check that ``user`` may do ``deed`` in ``room``.

    Raises:
        NoSuchRoom: the user may not know of it.
        NotInRoom: only members may do this.
        InvitationOnly: they need an invitation.
        PasswordNeeded: they need its password.
        Sanctioned: they are banned or muted.
        NotAllowed: they need a higher rank, an account or a voice.
        TooMuch: the room is full; or slow, and they must wait.
    """
    _RULES[deed](user, room)


def may(user: User, deed: Permission, room: Room) -> bool:
    """
    Return whether ``user`` may do ``deed`` in ``room``.
    """
    try:
        check(user, deed, room)
    except errors.ChatError:
        return False
    return True


def check_operator(user: User, room: Room | None = None) -> None:
    """
    Check that ``user`` is an operator of ``room`` or, with None, of the server.

    Raises:
        NoSuchRoom: the user may not know of it.
        NotAllowed: they do not.
    """
    if room is not None:
        check(user, Permission.OPERATE, room)
    elif not user.is_staff:
        raise errors.NotAllowed(
            "Only operators of the server may do that.", code="server-operators-only", room=""
        )


def check_address(user: User) -> None:
    """
    Check that ``user`` may ban an address, and so may learn who comes from it.

    Raises:
        NotAllowed: they may not.
    """
    if not user.is_staff:
        raise errors.NotAllowed(
            "Only operators of the server may ban and unban addresses. /report tells them of a "
            "user, and /ban nick 1d bans one by name.",
            code="server-operators-only",
            room="",
        )


def check_webhook(maker: Account, room: Room) -> None:
    """
    Check that a webhook of ``maker``, whose owner may be away, may speak in ``room``.

    It may as long as they operate the room.  Then no mode of the room holds it up: an operator has
    let it in.

    Raises:
        NotAllowed: they do not, or are banned or muted, there or on the server.
    """
    if not may_post(maker, room):
        raise errors.WebhookSilent


def may_post(maker: Account, room: Room) -> bool:
    """
    Return whether `check_webhook` would let a webhook speak.
    """
    marks, now = (maker.key, maker.id), room.world.now()
    places = room.world.bans, room.world.mutes, room.bans, room.mutes
    is_hit = any(each.find(marks, (), now) is not None for each in places)
    return not is_hit and rank_of_account(maker, room) >= Rank.OPERATOR


def operators_in(room: Room) -> list[User]:
    """
    Return the members of ``room`` who operate it, and so may list its bans and mutes.
    """
    return [each for each in room.members if rank_of(each, room) >= Rank.OPERATOR]


def shown_to(user: User, target: str) -> str:
    """
    Return the target of a ban, or of an act against one, as ``user`` may read it.
    """
    return target if user.is_staff else without_address(target)


def check_named(user: User, *, is_chosen: bool = True) -> None:
    """
    Check that ``user`` may go by another name, which the rooms that they are in read.

    Args:
        is_chosen: they choose it; otherwise it is that of their account.

    Raises:
        Sanctioned: they are muted on the server, or in one of these rooms.
        NotAllowed: they have no voice in one that is moderated.
    """
    check_voice(user)
    for room in user.rooms:
        check_muted(user, room)
        if is_chosen:
            _require_voice(user, room)


def _see(user: User, room: Room) -> None:
    if not user.sees(room):
        raise errors.NoSuchRoom(room.name)


def _read(user: User, room: Room) -> None:
    _see(user, room)
    if user not in room.members:
        _come_near(user, room)


def _enter(user: User, room: Room) -> None:
    if not user.sees(room):
        # Other reasons are told only to users who know the password.
        locked = errors.PasswordNeeded if room.modes.password else errors.InvitationOnly
        raise locked(room.name)
    _come_near(user, room)
    _enter_muted(user, room)
    _require_place(user, room)


def _pass(user: User, room: Room) -> None:
    check_banned(user, room)
    _require_account(user, room)


def _enter_muted(user: User, room: Room) -> None:
    """
    Check that ``user``, if muted in ``room``, comes under the name that they were muted under.
    """
    mute = sanction_on(user, room.mutes)
    if mute is None or user in room.members:
        return
    account = user.account.key if user.account else ""
    if user.key not in (mute.mask, fold(mute.shown), account):
        raise refusal_of(mute, room.name)


def _require_place(user: User, room: Room) -> None:
    """
    Check that ``room`` is not full; the limit that its operators set is not theirs.
    """
    is_operator = rank_of(user, room) >= Rank.OPERATOR
    limits = user.world.limits.room_size, 0 if is_operator else room.modes.limit
    here = len(room.members)
    if any(0 < most <= here for most in limits) and user not in room.members:
        people = "1 person is" if here == 1 else f"{here} people are"
        raise errors.TooMuch(
            f"#{room.name} is full, {people} in it.",
            code="room-full",
            room=room.name,
            members=here,
        )


def _come_near(user: User, room: Room) -> None:
    _pass(user, room)
    if room.modes.password and not room.has_let_in(user):
        raise errors.PasswordNeeded(room.name)


def _require_account(user: User, room: Room) -> None:
    if room.modes.members and user.account is None:
        raise errors.MembersOnly(room.name)


def _speak(user: User, room: Room) -> None:
    if user not in room.members:
        raise errors.NotInRoom(room.name)
    check_voice(user)
    check_muted(user, room)
    # A network ban may not have applied while they were an operator.
    check_banned(user, room)
    _require_account(user, room)
    _require_voice(user, room)
    if rank_of(user, room) >= Rank.VOICED:
        return
    spoke = room.spoke.get(user.author, -math.inf)
    wait = spoke + room.modes.slow - user.world.seconds()
    if wait > 0:
        raise errors.TooMuch(
            f"#{room.name} is slow, please wait {math.ceil(wait)} s.",
            code="slow",
            room=room.name,
            seconds=math.ceil(wait),
        )


def _require_voice(user: User, room: Room) -> None:
    if room.modes.moderated and rank_of(user, room) < Rank.VOICED:
        raise errors.Moderated(room.name)


def _set_topic(user: User, room: Room) -> None:
    if user not in room.members:
        raise errors.NotInRoom(room.name)
    if room.modes.topic_locked:
        _operate(user, room)
    if room.is_guarded:
        _speak(user, room)


def _invite(user: User, room: Room) -> None:
    if user not in room.members:
        raise errors.NotInRoom(room.name)
    # The name of a room can be a message too.
    check_voice(user)
    if room.modes.is_closed and _has_operators(room):
        _operate(user, room)


def _operate(user: User, room: Room) -> None:
    _see(user, room)
    if rank_of(user, room) < Rank.OPERATOR:
        if _has_operators(room):
            raise errors.NotAllowed(
                f"Only operators of #{room.name} may do that.",
                code="operators-only",
                room=room.name,
            )
        raise errors.NotAllowed(
            f"Only operators of the server may do that in #{room.name}.",
            code="server-operators-only",
            room=room.name,
        )


def _own(user: User, room: Room) -> None:
    _see(user, room)
    if rank_of(user, room) < Rank.OWNER:
        if room.is_owned:
            raise errors.NotAllowed(
                f"Only the owner of #{room.name} may do that.", code="owner-only", room=room.name
            )
        # Of a guest, the room stays without one; of an account, it was disowned or joined.
        how = "Once you have registered" if user.account is None else "With your account"
        raise errors.NotAllowed(
            "Only the owner of a room or an operator of the server may do that, and "
            f"#{room.name} has no owner. {how}, you own the rooms that you make.",
            code="owner-only",
            room=room.name,
        )


def _unpin_any(user: User, room: Room) -> None:
    if _has_operators(room):
        _operate(user, room)


def _has_operators(room: Room) -> bool:
    return any(standing.rank >= Rank.OPERATOR for standing in room.standings.values())


_RULES: dict[Permission, Callable[[User, Room], None]] = {
    Permission.READ: _read,
    Permission.ENTER: _enter,
    Permission.PASS: _pass,
    Permission.SPEAK: _speak,
    Permission.SET_TOPIC: _set_topic,
    Permission.INVITE: _invite,
    Permission.UNPIN_ANY: _unpin_any,
    Permission.DELETE_ANY: _operate,
    Permission.OPERATE: _operate,
    Permission.OWN: _own,
}
