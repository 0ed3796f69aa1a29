"""
Ownership: owners and ranks of rooms, and who was let in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.events import ModeChanged, RankChanged
from twisted_chat.store.decisions import Rank, Standing, StandingEnded
from twisted_chat.text.names import fold, shortened
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.world import World

#: Standings in one room.
MAX_STANDINGS = 1000

# For each rank: the permission to give it, its names in the audit trail, and words for it.
_NEEDED = {Rank.OPERATOR: Permission.OWN, Rank.VOICED: Permission.OPERATE}
_DEEDS = {Rank.OPERATOR: ("op", "deop"), Rank.VOICED: ("voice", "unvoice")}
# What only an operator can end, so that it would hold for ever without one: fields of the modes of
# a room, and the names of their commands.
_OPERATED = {"topic_locked": "topiclock", "moderated": "moderated", "slow": "slow"}
_IS = {Rank.OWNER: "owns", Rank.OPERATOR: "operates", Rank.VOICED: "has a voice in"}
_IS_NOT = {Rank.OPERATOR: "does not operate", Rank.VOICED: "has no voice in"}


@define(eq=False)
class Ranks:
    """
    Holds the standings of users in rooms, and changes them.

    Args:
        world: holds the rooms.
        fanout: has decisions kept with the turn.
        recorder: keeps what rooms hear of that.
        talk: tells the room.
        audit: notes each action.
    """

    _world: World
    _fanout: Fanout
    _recorder: Recorder
    _talk: Talk
    _audit: AuditLog
    # How many rooms each account owns.
    _owned: dict[int, int] = field(init=False, factory=dict)

    # -- rooms ----------------------------------------------------------------------------------

    def require_may_found(self, user: User) -> None:
        """
        Check that ``user`` may make one more room.

        Raises:
            TooMuch: they own as many rooms as they may.
        """
        most = self._world.limits.max_owned
        if user.account and most and self._owned.get(user.account.id, 0) >= most:
            raise errors.TooMuch(
                f"You own as many rooms as you may: {most}. /disown gives one up.",
                code="too-many-owned",
                most=most,
            )

    def found(self, room: Room, user: User) -> None:
        """
        Make ``user`` the owner of ``room``, which they just made.

        Without an account they own nothing that stays, and operate it for this visit.
        """
        rank = Rank.OPERATOR if user.account is None else Rank.OWNER
        self._put(room, user, rank, room.timeline.number + 1, Decision(user, room, "become owner"))

    def bring_back(self, room: Room, standings: Iterable[Standing]) -> None:
        """
        Restore the standings in ``room`` after a restart.
        """
        for standing in standings:
            self._set(room, standing)
            if standing.rank is Rank.OWNER:
                self._owned[standing.author] = self._owned.get(standing.author, 0) + 1

    def close(self, room: Room) -> None:
        """
        Drop all standings in ``room``, which was deleted.
        """
        for author in tuple(room.standings):
            self._drop(room, author)

    # -- letting in -----------------------------------------------------------------------------

    def invite(self, user: User, recipient: User, room: Room) -> None:
        """
        Invite ``recipient`` to ``room``, if it is closed.

        Raises:
            NotInRoom: ``user`` is not in it.
            NotAllowed: they may not invite, or ``recipient`` is banned by name.
            TooMuch: the limit of standings is reached.
        """
        policy.check(user, Permission.INVITE, room)
        # A ban of an address is not told: that would tell the address of the recipient.
        if policy.named_ban_on(recipient, room) is not None:
            raise errors.NotAllowed(
                f"{recipient.nick} is banned from #{room.name}.",
                code="target-banned",
                nick=recipient.nick,
                room=room.name,
            )
        if room.modes.is_closed:
            self.let_in(recipient, room, Decision(user, room, "invite", recipient.nick))

    def let_in(self, user: User, room: Room, decision: Decision | None = None) -> None:
        """
        Allow ``user`` to enter ``room``, even if it is closed, and to read it from now on.

        Args:
            decision: of another user, who allows it.

        Raises:
            TooMuch: the limit of standings is reached.
        """
        if user.author in room.standings:
            return
        if len(room.standings) >= MAX_STANDINGS:
            raise errors.TooMuch(
                f"{MAX_STANDINGS} users have already been let into #{room.name}.",
                code="too-many-standings",
                room=room.name,
                most=MAX_STANDINGS,
            )
        self._put(room, user, Rank.MEMBER, room.next_number, decision)

    def let_members_in(self, room: Room) -> None:
        """
        Invite all members to ``room``, which is about to be closed.
        """
        for member, came in room.members.items():
            if member.author not in room.standings:
                self._put(room, member, Rank.MEMBER, came)

    def people_let_in(self, room: Room) -> Iterator[User]:
        """
        Yield the users here who were let into ``room``.
        """
        for author, standing in room.standings.items():
            account = self._world.find_account(standing.name) if author > 0 else None
            user = account.user if account else self._world.users.get(fold(standing.name))
            if user is not None and user.author == author:
                yield user

    def put_out(self, user: User, room: Room) -> None:
        """
        End the standing of ``user`` in ``room``, unless they own it.
        """
        standing = room.standings.get(user.author)
        if standing is not None:
            self.end(room, standing)

    def end(self, room: Room, standing: Standing) -> None:
        """
        End ``standing`` in ``room``, unless it is the owner's.
        """
        if standing.rank is not Rank.OWNER:
            self._drop(room, standing.author)
            if standing.author > 0:
                self._fanout.keep(StandingEnded(room.timeline.id, standing.author))
            self._end_modes(room, standing.rank, standing.name, standing.author)

    def _end_modes(self, room: Room, lost: Rank, nick: str, author: int) -> None:
        """
        End the modes of ``room`` that only an operator could end, if it just lost the last one.

        Args:
            lost: the rank that a user had there.
            nick: whose deed that was.
            author: the number of that user.
        """
        ranks = [each.rank for each in room.standings.values()]
        if room.is_arrival or lost < Rank.OPERATOR or any(rank >= Rank.OPERATOR for rank in ranks):
            return
        for mode, command in _OPERATED.items():
            if getattr(room.modes, mode):
                now = self._world.now()
                self._recorder.record(room.timeline, "mode", now, nick, author, f"{command} 0")
                self._talk.post(ModeChanged(now, room.name, nick, command, 0), room)
                ended: dict[str, Any] = {mode: 0 if mode == "slow" else False}
                room.modes = evolve(room.modes, **ended)
                room.guard()
                self._fanout.keep(room.state)

    def adopt(self, user: User) -> None:
        """
        Move the standings of ``user``'s visit to the account they logged in to.
        """
        assert user.account is not None
        for room in self._world.let_in.pop(user.visit, ()):
            before = room.standings.pop(user.visit)
            now = room.standings.get(user.account.id, before)
            self._put(room, user, max(before.rank, now.rank), min(before.since, now.since))

    def rename(self, user: User) -> None:
        """
        Note the new nick of ``user`` in the standings of their visit.
        """
        for room in self._world.let_in.get(user.visit, ()):
            room.standings[user.visit] = evolve(room.standings[user.visit], name=user.nick)

    def forget(self, user: User) -> None:
        """
        End the standings of the visit of ``user``, who has left the server.
        """
        for room in self._world.let_in.pop(user.visit, ()):
            lost = room.standings.pop(user.visit).rank
            if room.members:
                self._end_modes(room, lost, user.nick, user.visit)

    def unregister(self, account: int, name: str) -> list[Room]:
        """
        End all standings of a deleted account, which was called ``name``.

        Returns: the rooms, which may have to be removed.
        """
        rooms = list(self._world.let_in.get(account, ()))
        for room in rooms:
            lost = room.standings[account].rank
            self._drop(room, account)
            # Ranks given while the store was writing were kept behind its end.
            self._fanout.keep(StandingEnded(room.timeline.id, account))
            self._end_modes(room, lost, name, account)
        return rooms

    def _put(
        self, room: Room, user: User, rank: Rank, since: int, decision: Decision | None = None
    ) -> None:
        account = user.account
        name = user.nick if account is None else account.name
        standing = Standing(room.timeline.id, user.author, name, rank, since)
        self._drop(room, user.author)
        self._set(room, standing)
        if account is not None:
            if rank is Rank.OWNER:
                self._owned[user.author] = self._owned.get(user.author, 0) + 1
            self._fanout.keep(standing, decision)

    def _set(self, room: Room, standing: Standing) -> None:
        room.standings[standing.author] = standing
        self._world.let_in.setdefault(standing.author, {})[room] = None

    def _replace(self, room: Room, standing: Standing) -> None:
        self._set(room, standing)
        if standing.author > 0:
            self._fanout.keep(standing)

    def _drop(self, room: Room, author: int) -> None:
        standing = room.standings.pop(author, None)
        if standing is None:
            return
        del self._world.let_in[author][room]
        if not self._world.let_in[author]:
            del self._world.let_in[author]
        if standing.rank is Rank.OWNER:
            self._owned[author] -= 1
            if not self._owned[author]:
                del self._owned[author]

    # -- ranks ----------------------------------------------------------------------------------

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
        since = room.members[target] if standing is None else standing.since
        self._put(room, target, rank, since)

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
        self._tell(user, room, standing.name, rank, is_held=False)
        self._audit.note(user, room, _DEEDS[rank][1], standing.name)
        if room.modes.is_closed or standing.since < room.public_from:
            # They stay let in.
            self._replace(room, evolve(standing, rank=Rank.MEMBER))
            self._end_modes(room, rank, user.nick, user.author)
        else:
            self.end(room, standing)

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
            self._drop(room, owner.author)
            self._replace(room, evolve(owner, rank=Rank.MEMBER))
        self._end_modes(room, Rank.OWNER, user.nick, user.author)

    def find_standing(self, room: Room, name: str) -> Standing | None:
        """
        Return the standing in ``room`` of the one called ``name``, here or not; None if none.
        """
        return room.standings.get(self._world.author_of(name))

    def _tell(self, user: User, room: Room, member: str, rank: Rank, *, is_held: bool) -> None:
        now, name = self._world.now(), rank.name.lower()
        text = f"{name} {'+' if is_held else '-'} {member}"
        self._recorder.note(room, "rank", now, user, text)
        self._talk.post(RankChanged(now, room.name, user.nick, member, name, is_held), room)
