"""
Ownership: owners and ranks of rooms, and who was let in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.events import ModeChanged
from twisted_chat.signals import RankShown
from twisted_chat.store.decisions import Rank, Standing, StandingEnded
from twisted_chat.text.names import fold
from twisted_chat.world import policy, sanctioned
from twisted_chat.world.policy import Permission
from twisted_chat.world.ranking import rank_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: Standings in one room.
MAX_STANDINGS = 1000

# What only an operator can end, so that it would hold for ever without one: fields of the modes of
# a room, and the names of their commands.
_OPERATED = {
    "topic_locked": "topiclock", "moderated": "moderated", "slow": "slow", "limit": "limit",
}  # fmt: skip


@define(eq=False)
class Ranks:
    """
    Holds the standings of users in rooms, and changes them.

    Args:
        world: holds the rooms.
        fanout: has decisions kept with the turn.
        recorder: keeps what rooms hear of that.
        talk: tells the room.
    """

    _world: World
    _fanout: Fanout
    _recorder: Recorder
    _talk: Talk
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
        self.put(room, user, rank, room.timeline.number + 1, Decision(user, room, "become owner"))

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
            self.drop(room, author)

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
        if sanctioned.named_ban_on(recipient, room) is not None:
            raise errors.NotAllowed(
                f"{recipient.nick} is banned from #{room.name}.",
                code="target-banned",
                nick=recipient.nick,
                room=room.name,
            )
        if room.modes.is_closed:
            self.let_in(recipient, room, Decision(user, room, "invite", recipient.nick))

    def let_in(
        self,
        user: User,
        room: Room,
        decision: Decision | None = None,
        *,
        rank: Rank = Rank.MEMBER,
    ) -> None:
        """
        Allow ``user`` to enter ``room``, even if it is closed, and to read it from now on.

        Args:
            decision: of another user, who allows it.
            rank: `Rank.ADMITTED` for whom its password lets in.

        Raises:
            TooMuch: the limit of standings is reached.
        """
        standing = room.standings.get(user.author)
        if standing is not None:
            if standing.rank < rank:
                # Who came by the password is invited too, and stays let in without it.
                self.put(room, user, rank, standing.since, decision)
            return
        if len(room.standings) >= MAX_STANDINGS:
            raise errors.TooMuch(
                f"{MAX_STANDINGS} users have already been let into #{room.name}.",
                code="too-many-standings",
                room=room.name,
                most=MAX_STANDINGS,
            )
        self.put(room, user, rank, room.next_number, decision)

    def let_members_in(self, room: Room, *, is_private: bool) -> None:
        """
        Let all members into ``room``, which is about to be private or to get a password.

        Args:
            is_private: as if they were invited, also those who had given its password; otherwise
                as if they had given it.
        """
        rank = Rank.MEMBER if is_private else Rank.ADMITTED
        for member, came in room.members.items():
            standing = room.standings.get(member.author)
            if standing is None:
                self.put(room, member, rank, came)
            elif standing.rank < rank:
                self.put(room, member, rank, standing.since)

    def lock_out(self, room: Room, by: User) -> None:
        """
        End the standings of users outside ``room`` whom only its password, which changes, let in.

        Args:
            by: who changes it.
        """
        inside = {member.author for member in room.members}
        for standing in tuple(room.standings.values()):
            if standing.rank is Rank.ADMITTED and standing.author not in inside:
                self.end(room, standing, by)

    def people_let_in(self, room: Room) -> Iterator[User]:
        """
        Yield the users here who were let into ``room``.
        """
        for author, standing in room.standings.items():
            account = self._world.find_account(standing.name) if author > 0 else None
            user = account.user if account else self._world.users.get(fold(standing.name))
            if user is not None and user.author == author:
                yield user

    def put_out(self, user: User, room: Room, by: User | None = None) -> None:
        """
        End the standing of ``user`` in ``room``, unless they own it.

        Args:
            by: whose deed that is; None for their own.
        """
        standing = room.standings.get(user.author)
        if standing is not None:
            self.end(room, standing, by or user)

    def end(self, room: Room, standing: Standing, by: User) -> None:
        """
        End ``standing`` in ``room``, unless it is the owner's.

        Args:
            by: whose deed that is.  Whose standing it is may not be here, so that nothing of the
                room could come from them.
        """
        if standing.rank is not Rank.OWNER:
            self.drop(room, standing.author)
            if standing.author > 0:
                self._fanout.keep(StandingEnded(room.timeline.id, standing.author))
            self.end_modes(room, standing.rank, by.nick, by.author)

    def end_modes(self, room: Room, lost: Rank, nick: str, author: int) -> None:
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
            before = getattr(room.modes, mode)
            if before:
                now = self._world.now()
                number = self._recorder.record(
                    room.timeline, "mode", now, nick, author, f"{command} 0"
                )
                id_ = number and self._recorder.last_id
                self._talk.post(ModeChanged(now, room.name, nick, command, 0, id_), room)
                ended: dict[str, Any] = {mode: type(before)(0)}
                room.modes = evolve(room.modes, **ended)
                room.guard()
                self._fanout.keep(room.state)

    def adopt(self, user: User) -> None:
        """
        Move the standings of ``user``'s visit to the account they logged in to.
        """
        assert user.account is not None
        shown = [(room, rank_by(room, user.visit)) for room in user.rooms]
        for room in self._world.let_in.pop(user.visit, ()):
            before = room.standings.pop(user.visit)
            now = room.standings.get(user.account.id, before)
            self.put(room, user, max(before.rank, now.rank), min(before.since, now.since))
        for room, rank in shown:
            self.show(room, user, rank, rank_by(room, user.author))

    def show(
        self, room: Room, user: User, before: Rank, after: Rank, but: Iterable[Session] = ()
    ) -> None:
        """
        Tell ``room`` that the rank of ``user``, who is in it or enters it, has changed.

        For changes that no user makes, or that follow from one: other events tell of those.

        Args:
            before: `Rank.MEMBER` for none.
            after: likewise.
            but: sessions that know it already.
        """
        if before is after:
            return
        now = self._world.now()
        for rank, is_held in ((before, False), (after, True)):
            if rank > Rank.MEMBER:
                shown = RankShown(now, user.nick, room.name, rank.name.lower(), is_held)
                self._fanout.post(shown, (room,), but)

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
                self.end_modes(room, lost, user.nick, user.visit)

    def unregister(self, account: int, name: str, owner: User | None) -> list[Room]:
        """
        End all standings of a deleted account, which was called ``name``.

        Args:
            owner: whose it was; None if they are not here.

        Returns: the rooms, which may have to be removed.
        """
        rooms = list(self._world.let_in.get(account, ()))
        for room in rooms:
            lost = room.standings[account].rank
            self.drop(room, account)
            if owner is not None and owner in room.members:
                self.show(room, owner, lost, Rank.MEMBER)
            # Ranks given while the store was writing were kept behind its end.
            self._fanout.keep(StandingEnded(room.timeline.id, account))
            # By the nick that they have here: clients of IRC know nobody by another name.
            self.end_modes(room, lost, name if owner is None else owner.nick, account)
        return rooms

    def put(
        self, room: Room, user: User, rank: Rank, since: int, decision: Decision | None = None
    ) -> None:
        """
        Give ``user`` ``rank`` in ``room``, in place of any other.

        Args:
            since: the number of the first line that they may read.
            decision: of a user, who gives it.
        """
        account = user.account
        name = user.nick if account is None else account.name
        standing = Standing(room.timeline.id, user.author, name, rank, since)
        self.drop(room, user.author)
        self._set(room, standing)
        if account is not None:
            if rank is Rank.OWNER:
                self._owned[user.author] = self._owned.get(user.author, 0) + 1
            self._fanout.keep(standing, decision)

    def _set(self, room: Room, standing: Standing) -> None:
        room.standings[standing.author] = standing
        self._world.let_in.setdefault(standing.author, {})[room] = None

    def replace(self, room: Room, standing: Standing) -> None:
        """
        Set ``standing`` in place of that of the same author.
        """
        self._set(room, standing)
        if standing.author > 0:
            self._fanout.keep(standing)

    def drop(self, room: Room, author: int) -> None:
        """
        Drop the standing of ``author`` in ``room``, if there is one; nothing of it is kept.
        """
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
