"""
Targets: whom a ban, a mute or a report is meant for, and whom of those here it hits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from twisted_chat import errors
from twisted_chat.text.names import fold, meant_of, shortened
from twisted_chat.world import readable, sanctioned
from twisted_chat.world.sanctions import Mask, inside, read_mask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.store.decisions import Sanction
    from twisted_chat.world.model import Account, Room, User
    from twisted_chat.world.sanctions import Mark
    from twisted_chat.world.world import World


@frozen
class Target:
    """
    Whom a name or an address means.

    Attributes:
        mask: the nick, account or address of the sanction.
        typed: what was typed for it, folded.
        user: the user here who is meant by name.
        account: theirs, or that of this name, whose owner may not be here.
    """

    mask: Mask
    typed: str
    user: User | None
    account: Account | None

    @property
    def name(self) -> str:
        """
        The name.
        """
        return self.user.nick if self.user else self._absent

    @property
    def called(self) -> str:
        """
        The name in kept entries.
        """
        return self.user.called if self.user else self._absent

    @property
    def _absent(self) -> str:
        return self.account.name if self.account else self.mask.shown

    @property
    def author(self) -> int:
        """
        The author number of an account or a visit; 0 for none.
        """
        return self.user.author if self.user else self.account.id if self.account else 0

    @property
    def roles(self) -> Collection[str]:
        """
        The roles.
        """
        return self.user.roles if self.user else self.account.roles if self.account else ()

    @property
    def marks(self) -> Iterator[Mark]:
        """
        The marks that sanctions are compared with.
        """
        yield self.mask.text
        yield self.typed
        if self.user is not None:
            yield from sanctioned.marks_of(self.user)
        elif self.account is not None:
            yield self.account.id


def read_target(world: World, seeker: User, typed: str) -> Target:
    """
    Read a name, whether anybody has it or not, or an address.

    A name that looks like that of exactly one user or account means that one, unless ``seeker``
    heard a user of exactly this name, who has left.

    Raises:
        NotAllowed: it is neither.
    """
    mask = read_mask(typed)
    if mask.is_network:
        return Target(mask, mask.text, None, None)
    key = world.key_of(mask.text)
    if key != mask.text and mask.text in _heard(seeker):
        return Target(mask, mask.text, None, None)
    account = world.find_account(key)
    # A user here has the name of an account only if they own it.
    user = world.users.get(key) or (account.user if account else None)
    target = Target(mask, mask.text, user, user.account if user else account)
    return target if key == mask.text else evolve(target, mask=Mask(key, target.name))


def find_target(world: World, seeker: User, typed: str) -> Target:
    """
    Return the user, the account, or the user heard by ``seeker`` not long ago, of that name.

    Raises:
        NoSuchUser: there is none.
    """
    try:
        target = read_target(world, seeker, typed)
    except errors.NotAllowed:
        raise errors.NoSuchUser(shortened(typed)) from None
    if target.author:
        return target
    heard = _heard(seeker)
    key = meant_of(target.mask.text, heard)
    if key not in heard:
        raise errors.NoSuchUser(shortened(typed))
    return evolve(target, mask=Mask(key, heard[key]))


def _heard(seeker: User) -> dict[str, str]:
    """
    Return the nicks, by folded nick, of the users that ``seeker`` heard not long ago.
    """
    return {
        fold(line.nick): line.nick
        for room in seeker.rooms
        for line in room.timeline.recent
        if line.nick and line.number >= readable.readable_from(seeker, room)
    }


def people_hit(world: World, ranks: Ranks, target: Target, room: Room | None) -> list[User]:
    """
    Return who of those here is to go if ``target`` is banned from ``room`` or the server.

    For a network and a room: users who are or were in the room and are not exempt.
    """
    if not target.mask.is_network:
        return [target.user] if target.user else []
    if room is None:
        people: Collection[User] = world.users.values()
    else:
        people = dict.fromkeys([*room.members, *ranks.people_let_in(room)])
    is_inside = inside(target.mask.text)
    return [
        user
        for user in people
        if any(map(is_inside, sanctioned.hosts_of(user)))
        and (room is None or not sanctioned.is_passed_over(user, room))
    ]


def people_under(world: World, sanction: Sanction) -> list[User]:
    """
    Return the users here whom ``sanction`` hits, whatever their nicks are now.
    """
    if not sanction.author:
        named = world.users.get(sanction.mask)
        return [named] if named else []
    return [user for user in world.users.values() if user.owns(sanction.author)]


def has_to_do_with(user: User, room: Room | None) -> bool:
    """
    Return whether ``user`` is told at once of an act against them in ``room``.

    Others read it when they try to enter or speak.  Otherwise every owner of a room could write to
    any user.
    """
    return room is None or user in room.members or user.author in room.standings
