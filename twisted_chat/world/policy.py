"""
The policy: who may see and do what.

Every command, list, search and error asks here, so that what is hidden from somebody is hidden
wherever they look.
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

from twisted_chat import errors
from twisted_chat.store.decisions import Rank
from twisted_chat.world.model import is_staff
from twisted_chat.world.sanctions import sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from twisted_chat.store.decisions import Sanction
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.sanctions import Mark, Sanctions

#: Minutes for which one may edit and delete what one has said.
OWN_FOR = 15


class Permission(enum.Enum):
    """
    What somebody may want to do in a room.

    Attributes:
        READ: read what was said in it.
        ENTER: come into it.
        PASS: come into it with its password.
        SPEAK: say something in it.
        SET_TOPIC: set its topic.
        INVITE: let somebody else in.
        UNPIN_ANY: take from the lines that stay what anybody put there.
        CHANGE_ANY: let what anybody said in it say something else, or take it away.
        OPERATE: set its modes, give voices, kick, mute and ban.
        OWN: say who operates it.
    """

    READ = enum.auto()
    ENTER = enum.auto()
    PASS = enum.auto()
    SPEAK = enum.auto()
    SET_TOPIC = enum.auto()
    INVITE = enum.auto()
    UNPIN_ANY = enum.auto()
    CHANGE_ANY = enum.auto()
    OPERATE = enum.auto()
    OWN = enum.auto()


def check(user: User, deed: Permission, room: Room) -> None:
    """
    Look that ``user`` may do ``deed`` in ``room``.

    Raises:
        NoSuchRoom: they may not know of it.
        NotInRoom: only those who are in it may.
        InvitationOnly: they may not enter without having been let in.
        PasswordNeeded: they may enter and read with its password.
        Sanctioned: they are banned, or have been muted.
        NotAllowed: only others may.
        TooMuch: they have to wait before they speak again.
    """
    _RULES[deed](user, room)


def may(user: User, deed: Permission, room: Room) -> bool:
    """
    Say whether ``user`` may do ``deed`` in ``room``.
    """
    try:
        check(user, deed, room)
    except errors.ChatError:
        return False
    return True


def check_line(user: User, room: Room, line: Line) -> None:
    """
    Look that ``line`` of ``room`` is the user's own and recent, or that they may change any.

    Raises:
        NotAllowed: it is not, and they may not.
    """
    is_own = user.owns(line.author)
    if is_own and user.world.now() - line.at <= OWN_FOR * 60:
        return
    try:
        check(user, Permission.CHANGE_ANY, room)
    except errors.NotAllowed as refusal:
        raise errors.NotAllowed(
            f"Line {line.number} is more than {OWN_FOR} minutes old."
            if is_own
            else f"Line {line.number} is not yours."
        ) from refusal


def readable_from(user: User, room: Room) -> int:
    """
    Return the number of the first line of ``room`` that ``user`` may read.

    Raises:
        NoSuchRoom: they may not know of it.
        NotAllowed: they may not read in it.
    """
    check(user, Permission.READ, room)
    firsts = [] if room.modes.is_closed else [room.public_from]
    if user in room.members:
        firsts.append(room.members[user])
    if user.author in room.standings:
        firsts.append(room.standings[user.author].since)
    return min(firsts)


def first_readable(user: User, room: Room) -> int:
    """
    Return what `readable_from` does; 0 where there is nothing that ``user`` may read.
    """
    try:
        return readable_from(user, room)
    except errors.ChatError:
        return 0


def readable_asleep(rooms: Iterable[int], hidden: Mapping[int, int]) -> dict[int, int]:
    """
    Return, of rooms that everybody has left, the number of the first line that may be read.

    What was decided about such a room went with it: it is as open to everybody as if it were made
    again, but for what it hid.

    Args:
        rooms: their numbers in the store.
        hidden: as of `Registry.hidden`.
    """
    return {room: hidden.get(room, 1) for room in rooms}


def rank_of(user: User, room: Room) -> Rank:
    """
    Return what ``user`` is in ``room``; who operates the server is no less than an owner.
    """
    if user.is_staff and user.sees(room):
        return Rank.OWNER
    standing = room.standings.get(user.author)
    return Rank.MEMBER if standing is None else standing.rank


def check_operator(user: User, room: Room | None = None) -> None:
    """
    Look that ``user`` operates ``room`` or, with None, the server.

    Raises:
        NoSuchRoom: they may not know of it.
        NotAllowed: they do not.
    """
    if room is not None:
        check(user, Permission.OPERATE, room)
    elif not user.is_staff:
        raise errors.NotAllowed("Only operators of the server may do that.")


def check_rank(user: User, rank: Rank, name: str, room: Room) -> None:
    """
    Look that ``user`` is above somebody of ``rank``, called ``name``, who may be here or not.

    Raises:
        NotAllowed: they are not.
    """
    if not user.is_staff and Rank.OPERATOR <= rank >= rank_of(user, room):
        what = "owns" if rank is Rank.OWNER else "operates"
        raise errors.NotAllowed(f"{name} {what} #{room.name}; you cannot do that to them.")


def check_staff(name: str, roles: Collection[str]) -> None:
    """
    Look that whoever has these ``roles``, here or not, does not operate the server.

    Args:
        name: what they are called, against whom something is to be done.

    Raises:
        NotAllowed: they do.
    """
    if is_staff(roles):
        raise errors.NotAllowed(
            f"{name} is an operator of the server; you cannot do that to them."
        )


def check_voice(user: User) -> None:
    """
    Look that ``user`` is not muted on the whole server.

    Raises:
        Sanctioned: they are.
    """
    mute = sanction_on(user, user.world.mutes)
    if mute is not None:
        raise errors.Sanctioned(sentence_of(mute, "on this server"))


def check_muted(user: User, room: Room) -> None:
    """
    Look that ``user`` is not muted in ``room``.

    Raises:
        Sanctioned: they are.
    """
    mute = sanction_on(user, room.mutes)
    if mute is not None:
        raise errors.Sanctioned(sentence_of(mute, f"in #{room.name}"))


def sanction_on(user: User, sanctions: Sanctions) -> Sanction | None:
    """
    Return the one of ``sanctions`` that hits ``user`` now, if there is one.
    """
    return sanctions.find(marks_of(user), hosts_of(user), user.world.now())


def ban_on(user: User, room: Room) -> Sanction | None:
    """
    Return the ban from ``room`` that hits ``user`` now, if there is one.
    """
    hosts = () if is_passed_over(user, room) else hosts_of(user)
    return room.bans.find(marks_of(user), hosts, user.world.now())


def is_passed_over(user: User, room: Room) -> bool:
    """
    Say whether the ban of a network from ``room`` is not for ``user``, wherever they come from.

    Were it refused for the sake of those who are no less, it would tell where they come from.
    """
    return user.is_staff or rank_of(user, room) >= Rank.OPERATOR


def hosts_of(user: User) -> Iterator[str]:
    """
    Go through the addresses that ``user`` comes from.
    """
    return (session.host for session in user.sessions if session.host is not None)


def marks_of(user: User) -> Iterator[Mark]:
    """
    Go through what shows that a ban or a mute means ``user``.
    """
    yield user.key
    yield user.visit
    if user.account is not None:
        yield user.account.key
        yield user.account.id


def _see(user: User, room: Room) -> None:
    if not user.sees(room):
        raise errors.NoSuchRoom(room.name)


def _read(user: User, room: Room) -> None:
    _see(user, room)
    if user not in room.members:
        _come_near(user, room)


def _enter(user: User, room: Room) -> None:
    if not user.sees(room):
        # Why they could not come in all the same is told to those who know the password.
        locked = errors.PasswordNeeded if room.modes.password else errors.InvitationOnly
        raise locked(room.name)
    _come_near(user, room)


def _pass(user: User, room: Room) -> None:
    _require_unbanned(user, room)
    _require_account(user, room)


def _come_near(user: User, room: Room) -> None:
    _pass(user, room)
    if room.modes.password and not room.has_let_in(user):
        raise errors.PasswordNeeded(room.name)


def _require_unbanned(user: User, room: Room) -> None:
    ban = ban_on(user, room)
    if ban is not None:
        raise errors.Sanctioned(sentence_of(ban, f"from #{room.name}"))


def _require_account(user: User, room: Room) -> None:
    if room.modes.members and user.account is None:
        raise errors.MembersOnly(room.name)


def _speak(user: User, room: Room) -> None:
    if user not in room.members:
        raise errors.NotInRoom(room.name)
    check_voice(user)
    check_muted(user, room)
    # The ban of a network passed them over while they operated the room.
    _require_unbanned(user, room)
    _require_account(user, room)
    if rank_of(user, room) >= Rank.VOICED:
        return
    if room.modes.moderated:
        raise errors.Moderated(room.name)
    spoke = room.spoke.get(user.author, -math.inf)
    wait = spoke + room.modes.slow - user.world.seconds()
    if wait > 0:
        raise errors.TooMuch(f"#{room.name} is slow, please wait {math.ceil(wait)} s.")


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
    # What a room is called says something as well.
    check_voice(user)
    if room.modes.is_closed and _has_operators(room):
        _operate(user, room)


def _operate(user: User, room: Room) -> None:
    _see(user, room)
    if rank_of(user, room) < Rank.OPERATOR:
        if _has_operators(room):
            raise errors.NotAllowed(f"Only operators of #{room.name} may do that.")
        raise errors.NotAllowed(f"Only operators of the server may do that in #{room.name}.")


def _own(user: User, room: Room) -> None:
    _see(user, room)
    if rank_of(user, room) < Rank.OWNER:
        whose = f"the owner of #{room.name}" if room.is_owned else "an operator of the server"
        raise errors.NotAllowed(f"Only {whose} may do that.")


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
    Permission.CHANGE_ANY: _operate,
    Permission.OPERATE: _operate,
    Permission.OWN: _own,
}
