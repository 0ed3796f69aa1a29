"""
Appointments: users are made operators of rooms, given a voice there, and lose that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.events import RankChanged
from twisted_chat.rooms.ranks import MAX_STANDINGS
from twisted_chat.store.decisions import Rank
from twisted_chat.text.names import shortened
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.store.decisions import Standing
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.world import World

# For each rank: the permission to give it, its names in the audit trail, and words for it.
_NEEDED = {Rank.OPERATOR: Permission.OWN, Rank.VOICED: Permission.OPERATE}
_DEEDS = {Rank.OPERATOR: ("op", "deop"), Rank.VOICED: ("voice", "unvoice")}
_IS = {Rank.OWNER: "owns", Rank.OPERATOR: "operates", Rank.VOICED: "has a voice in"}
_IS_NOT = {Rank.OPERATOR: "does not operate", Rank.VOICED: "has no voice in"}


def _rank_without(room: Room) -> Rank:
    """
    Return the rank in ``room`` of who stays let in without the rank that they had.
    """
    # Only a password that there is can have let them in, and only its change keeps them out.
    return Rank.ADMITTED if room.modes.password and not room.modes.private else Rank.MEMBER


@define(eq=False)
class Appointments:
    """
    Gives users ranks in rooms, and takes them.

    Args:
        world: knows who is here.
        recorder: keeps what rooms hear of that.
        talk: tells the room.
        audit: notes each action.
        ranks: hold who has which.
    """

    _world: World
    _recorder: Recorder
    _talk: Talk
    _audit: AuditLog
    _ranks: Ranks

    def appoint(self, user: User, room: Room, name: str, rank: Rank) -> None:
        """
        Make the user called ``name`` an operator of ``room``, or give them a voice there.

        Raises:
            NotAllowed: ``user`` may not do this, or the other user has that rank already.
            NoSuchUser: no user has this nick.
        """
        policy.check(user, _NEEDED[rank], room)
        target = self._world.find_user(name)
        if target not in room.members:
            raise errors.NotAllowed(
                f"{target.nick} is not in #{room.name}.",
                code="not-a-member",
                nick=target.nick,
                room=room.name,
            )
        standing = room.standings.get(target.author)
        if standing is not None and standing.rank >= rank:
            raise errors.NotAllowed(
                f"{target.nick} {_IS[standing.rank]} #{room.name} already.",
                code="rank-held-already",
                nick=target.nick,
                room=room.name,
                rank=standing.rank.name.lower(),
            )
        if standing is None and len(room.standings) >= MAX_STANDINGS:
            raise errors.TooMuch(
                f"#{room.name} already has {MAX_STANDINGS} users with a rank or an invitation.",
                code="too-many-standings",
                room=room.name,
                most=MAX_STANDINGS,
            )
        self._audit.spend(user)
        self._tell(user, room, target.nick, rank, is_held=True)
        self._audit.note(user, room, _DEEDS[rank][0], target.nick)
        since = room.members[target]
        if standing is not None:
            since = standing.since
            # One rank takes the place of the other.
            self._ranks.show(room, target, standing.rank, Rank.MEMBER)
        self._ranks.put(room, target, rank, since)

    def demote(self, user: User, room: Room, name: str, rank: Rank) -> None:
        """
        Undo `appoint` for the user or account called ``name``, here or not.

        Raises:
            NotAllowed: ``user`` may not do this, or the other one does not have that rank.
        """
        standing = self.find_standing(room, name)
        if standing is None or standing.rank is not rank:
            raise errors.NotAllowed(
                f"{shortened(name)} {_IS_NOT[rank]} #{room.name}.",
                code="rank-not-held",
                nick=shortened(name),
                room=room.name,
                rank=rank.name.lower(),
            )
        if standing.author != user.author:
            policy.check(user, _NEEDED[rank], room)
        self._audit.spend(user)
        self._tell(user, room, self._nick_of(standing), rank, is_held=False)
        self._audit.note(user, room, _DEEDS[rank][1], standing.name)
        if room.modes.is_closed or standing.since < room.public_from:
            # They stay let in; by what, before they had a rank, is not known any more.
            self._ranks.replace(room, evolve(standing, rank=_rank_without(room)))
            self._ranks.end_modes(room, rank, user.nick, user.author)
        else:
            self._ranks.end(room, standing, user)

    def disown(self, user: User, room: Room) -> None:
        """
        Remove the owner of ``room``, so that it is deleted when everybody has left.

        If it has no operator either, it is moderated and slow no more, and anybody sets its topic.

        Raises:
            NotAllowed: ``user`` does not own it, or nobody does.
        """
        policy.check(user, Permission.OWN, room)
        owners = [each for each in room.standings.values() if each.rank is Rank.OWNER]
        if not owners:
            raise errors.NotAllowed(f"Nobody owns #{room.name}.", code="not-owned", room=room.name)
        self._audit.spend(user)
        whose = "" if user.owns(owners[0].author) else owners[0].name
        self._tell(user, room, whose or user.nick, Rank.OWNER, is_held=False)
        self._audit.note(user, room, "disown", whose)
        for owner in owners:
            self._ranks.drop(room, owner.author)
            self._ranks.replace(room, evolve(owner, rank=_rank_without(room)))
        self._ranks.end_modes(room, Rank.OWNER, user.nick, user.author)

    def find_standing(self, room: Room, name: str) -> Standing | None:
        """
        Return the standing in ``room`` of the one called ``name``, here or not; None if none.
        """
        return room.standings.get(self._world.author_of(name))

    def _nick_of(self, standing: Standing) -> str:
        """
        Return what its owner is called now: an account may be here under another nick.
        """
        account = self._world.account_called(standing.author) if standing.author > 0 else None
        return account.user.nick if account is not None and account.user else standing.name

    def _tell(self, user: User, room: Room, member: str, rank: Rank, *, is_held: bool) -> None:
        now, name = self._world.now(), rank.name.lower()
        text = f"{name} {'+' if is_held else '-'} {member}"
        number = self._recorder.note(room, "rank", now, user, text)
        id_ = number and self._recorder.last_id
        self._talk.post(RankChanged(now, room.name, user.nick, member, name, is_held, id_), room)
