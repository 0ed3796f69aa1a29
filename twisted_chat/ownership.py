"""
Whose a room is, how it is set, and who was let in: decided here, and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, evolve, field

from twisted_chat import errors, policy
from twisted_chat.decisions import Modes, Rank, RoomGone, RoomState, Standing, StandingEnded
from twisted_chat.names import fold, shortened
from twisted_chat.policy import Deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from twisted_chat.decisions import Decision, Sanction
    from twisted_chat.hub import Hub
    from twisted_chat.people import Room, User
    from twisted_chat.records import Chronicled, Kept

_Decided = TypeVar("_Decided", "Standing", "Sanction")

#: People who may have been let into one room, and not left for good since.
MAX_STANDINGS = 1000

# What one must be allowed to give a rank, what that is called in the audit trail, and who has it.
_NEEDED = {Rank.OPERATOR: Deed.OWN, Rank.VOICED: Deed.OPERATE}
_DEEDS = {Rank.OPERATOR: ("op", "deop"), Rank.VOICED: ("voice", "unvoice")}
_IS = {Rank.OWNER: "owns", Rank.OPERATOR: "operates", Rank.VOICED: "has a voice in"}
_IS_NOT = {Rank.OPERATOR: "does not operate", Rank.VOICED: "has no voice in"}


@define(eq=False)
class Ownership:
    """
    Rooms with owners: what they are, and the deeds that change it.

    Args:
        hub: holds the rooms.
        keep: called with each decision that is to be kept with the turn.
    """

    _hub: Hub
    _keep: Callable[[Decision], None]
    # The rooms that people without an account were let into, by their visit.
    _visits: dict[int, set[Room]] = field(init=False, factory=dict)
    # How many rooms each account owns.
    _owned: dict[int, int] = field(init=False, factory=dict)
    # Of rooms that are gone and had kept somebody out: from where on they may be read.
    _public_from: dict[int, int] = field(init=False, factory=dict)

    # -- beginning and end ----------------------------------------------------------------------

    def begin(self, kept: Kept) -> None:
        """
        Bring back the rooms that stay, and let the others go that a crash left behind.
        """
        states = {state.room: state for state in kept.states}
        standings = _by_room(kept.standings)
        sanctions = _by_room(kept.sanctions)
        for known in kept.rooms:
            state = states.get(known.id) or RoomState(known.id, "", Modes(), 1)
            decided = standings.get(known.id, []), sanctions.get(known.id, [])
            room = self._hub.rooms.get(known.key)
            if room is None and any(standing.rank is Rank.OWNER for standing in decided[0]):
                room = self._hub.presence.open(known.name)
            if room is None:
                self._bury(known, state, is_empty=not any(decided))
            else:
                self._bring_back(room, state, *decided)

    def _bury(self, known: Chronicled, state: RoomState, *, is_empty: bool) -> None:
        first = known.number + 2 if state.modes.keeps_out else state.public_from
        if first > 1:
            self._public_from[known.id] = first
        if not is_empty or state.modes != Modes():
            self._keep(RoomGone(known.id, first))

    def _bring_back(
        self, room: Room, state: RoomState, standings: list[Standing], sanctions: list[Sanction]
    ) -> None:
        room.topic, room.public_from = state.topic, state.public_from
        room.modes = state.modes
        if room.is_arrival and (state.modes.is_closed or state.modes.members):
            # It was not where people arrive then.
            if state.modes.is_closed:
                room.public_from = _hidden_until(room)
            room.modes = evolve(state.modes, private=False, password="", members=False)
            self.keep(room)
        room.chronicle.is_kept = room.modes.history
        for standing in standings:
            room.standings[standing.author] = standing
            if standing.rank is Rank.OWNER:
                self._owned[standing.author] = self._owned.get(standing.author, 0) + 1
        for sanction in sanctions:
            (room.bans if sanction.kind == "ban" else room.mutes).add(sanction)
        self.guard(room)

    def prepare(self, room: Room) -> None:
        """
        Let ``room``, just made, hide what a room of its name hid.
        """
        room.public_from = first = self._public_from.pop(room.chronicle.id, 1)
        # Where nothing was kept, the audit trail has the number that would be next.
        room.chronicle.number = max(room.chronicle.number, first - 1)
        self.guard(room)

    def require_may_found(self, user: User) -> None:
        """
        Look that ``user`` may make one more room.

        Raises:
            TooMuch: they own as many as they may.
        """
        most = self._hub.limits.max_owned
        if user.account and most and self._owned.get(user.account.id, 0) >= most:
            raise errors.TooMuch(f"You own {most} rooms already; /disown one first.")

    def found(self, room: Room, user: User) -> None:
        """
        Let ``room``, just made by ``user``, be theirs, if they have an account.
        """
        if user.account is not None:
            self._put(room, user, Rank.OWNER, _next(room))

    def close(self, room: Room) -> None:
        """
        Forget what was decided about ``room``, which is gone.
        """
        first = _hidden_until(room) if room.modes.keeps_out else room.public_from
        if first > 1:
            self._public_from[room.chronicle.id] = first
        if room.modes != Modes() or room.standings or len(room.bans) or len(room.mutes):
            self._keep(RoomGone(room.chronicle.id, first))
        for author in tuple(room.standings):
            self._drop(room, author)
        room.chronicle.is_kept = True

    def guard(self, room: Room) -> None:
        """
        Have everybody checked who speaks in ``room``, or nobody if there is no need.
        """
        room.is_guarded = bool(
            room.modes.moderated
            or room.modes.slow
            or room.modes.members
            or len(room.bans)
            or len(room.mutes)
            or len(self._hub.penalties.mutes)
        )

    def note_speech(self, user: User, room: Room) -> None:
        """
        Note that ``user`` spoke in ``room``, where one has to wait before one speaks again.
        """
        now = self._hub.seconds()
        if len(room.spoke) >= MAX_STANDINGS and user.author not in room.spoke:
            waiting = {who: at for who, at in room.spoke.items() if at + room.modes.slow > now}
            room.spoke = waiting
        room.spoke[user.author] = now

    def keep(self, room: Room) -> None:
        """
        Keep how ``room`` is set.
        """
        state = RoomState(room.chronicle.id, room.topic, room.modes, room.public_from)
        self._keep(state)

    def hidden(self) -> dict[int, int]:
        """
        Return, of rooms that are gone and had kept somebody out, from where on they may be read.
        """
        return dict(self._public_from)

    # -- letting in -----------------------------------------------------------------------------

    def invite(self, user: User, recipient: User, room: Room) -> None:
        """
        Let ``recipient`` into ``room``, if one has to be let in there.

        Raises:
            NotInRoom: ``user`` is not in it.
            NotAllowed: they may not let in, or the other one is banned.
            TooMuch: as many were let in as there may be.
        """
        policy.check(user, Deed.INVITE, room)
        if policy.ban_on(recipient, room) is not None:
            raise errors.NotAllowed(f"{recipient.nick} is banned from #{room.name}.")
        if room.modes.is_closed:
            self.let_in(recipient, room)

    def let_in(self, user: User, room: Room) -> None:
        """
        Let ``user`` enter ``room`` and read it from here on, however closed it is.

        Raises:
            TooMuch: as many were let in as there may be.
        """
        if user.author in room.standings:
            return
        if len(room.standings) >= MAX_STANDINGS:
            raise errors.TooMuch(f"{MAX_STANDINGS} people were let into #{room.name} already.")
        self._put(room, user, Rank.MEMBER, _next(room))

    def people_let_in(self, room: Room) -> Iterator[User]:
        """
        Go through those who were let into ``room`` and are somewhere here.
        """
        for author, standing in room.standings.items():
            account = self._hub.accounts.find(standing.name) if author > 0 else None
            user = account.user if account else self._hub.users.get(fold(standing.name))
            if user is not None and user.author == author:
                yield user

    def put_out(self, user: User, room: Room) -> None:
        """
        End what ``user`` is in ``room``; whose it is stays so.
        """
        standing = room.standings.get(user.author)
        if standing is not None:
            self.end(room, standing)

    def end(self, room: Room, standing: Standing) -> None:
        """
        End ``standing`` in ``room``, if it is not its owner's.
        """
        if standing.rank is not Rank.OWNER:
            self._drop(room, standing.author)
            if standing.author > 0:
                self._keep(StandingEnded(room.chronicle.id, standing.author))

    def adopt(self, user: User) -> None:
        """
        Let ``user``, who has logged in, keep what they are in rooms since before that.
        """
        assert user.account is not None
        for room in self._visits.pop(user.visit, ()):
            before = room.standings.pop(user.visit)
            now = room.standings.get(user.account.id, before)
            self._put(room, user, max(before.rank, now.rank), min(before.since, now.since))

    def rename(self, user: User) -> None:
        """
        Let ``user``, who has taken another name, be known by it where they have no account.
        """
        for room in self._visits.get(user.visit, ()):
            room.standings[user.visit] = evolve(room.standings[user.visit], name=user.nick)

    def forget(self, user: User) -> None:
        """
        End what ``user``, who has gone, was by this visit alone.
        """
        for room in self._visits.pop(user.visit, ()):
            del room.standings[user.visit]

    def unregister(self, account: int) -> None:
        """
        End what the owner of an account, which is no more, is in every room.
        """
        for room in tuple(self._hub.rooms.values()):
            if account in room.standings:
                self._drop(room, account)
                self._hub.presence.release(room)

    def _put(self, room: Room, user: User, rank: Rank, since: int) -> None:
        account = user.account
        name = user.nick if account is None else account.name
        standing = Standing(room.chronicle.id, user.author, name, rank, since)
        self._drop(room, user.author)
        room.standings[user.author] = standing
        if account is None:
            self._visits.setdefault(user.author, set()).add(room)
        else:
            if rank is Rank.OWNER:
                self._owned[user.author] = self._owned.get(user.author, 0) + 1
            self._keep(standing)

    def _replace(self, room: Room, standing: Standing) -> None:
        room.standings[standing.author] = standing
        if standing.author > 0:
            self._keep(standing)

    def _drop(self, room: Room, author: int) -> None:
        standing = room.standings.pop(author, None)
        if author in self._visits:
            self._visits[author].discard(room)
        if standing is not None and standing.rank is Rank.OWNER:
            self._owned[author] -= 1
            if not self._owned[author]:
                del self._owned[author]

    # -- ranks ----------------------------------------------------------------------------------

    def appoint(self, user: User, room: Room, name: str, rank: Rank) -> None:
        """
        Make whoever is called ``name`` an operator of ``room``, or give them a voice there.

        Raises:
            NotAllowed: ``user`` may not, or the other one is that already.
            NoSuchUser: nobody is called so.
        """
        policy.check(user, _NEEDED[rank], room)
        target = self._hub.find_user(name)
        if target not in room.members:
            raise errors.NotAllowed(f"{target.nick} is not in #{room.name}.")
        standing = room.standings.get(target.author)
        if standing is not None and standing.rank >= rank:
            raise errors.NotAllowed(f"{target.nick} {_IS[standing.rank]} #{room.name} already.")
        if standing is None and len(room.standings) >= MAX_STANDINGS:
            raise errors.TooMuch(f"#{room.name} has {MAX_STANDINGS} such people already.")
        done = "made {} an operator" if rank is Rank.OPERATOR else "gave {} a voice"
        self._tell(user, room, _DEEDS[rank][0], target.nick, done.format(target.nick))
        since = room.members[target] if standing is None else standing.since
        self._put(room, target, rank, since)

    def demote(self, user: User, room: Room, name: str, rank: Rank) -> None:
        """
        Take from whoever is called ``name``, here or not, what `appoint` gave them.

        Raises:
            NotAllowed: ``user`` may not, or the other one is nothing of the kind.
        """
        standing = self.find_standing(room, name)
        if standing is None or standing.rank is not rank:
            raise errors.NotAllowed(f"{shortened(name)} {_IS_NOT[rank]} #{room.name}.")
        if standing.author != user.author:
            policy.check(user, _NEEDED[rank], room)
        done = "made {} an operator no more" if rank is Rank.OPERATOR else "took the voice of {}"
        self._tell(user, room, _DEEDS[rank][1], standing.name, done.format(standing.name))
        if room.modes.is_closed or standing.since < room.public_from:
            # They have been let in all the same.
            self._replace(room, evolve(standing, rank=Rank.MEMBER))
        else:
            self.end(room, standing)

    def disown(self, user: User, room: Room) -> None:
        """
        Let ``room`` be nobody's, so that it goes when everybody has left.

        Raises:
            NotAllowed: it is not theirs.
        """
        policy.check(user, Deed.OWN, room)
        owners = [each for each in room.standings.values() if each.rank is Rank.OWNER]
        if not owners:
            raise errors.NotAllowed(f"Nobody owns #{room.name}.")
        self._tell(user, room, "disown", "", "gave this room up: it goes when everybody has left")
        for owner in owners:
            self._drop(room, owner.author)
            self._replace(room, evolve(owner, rank=Rank.MEMBER))

    def find_standing(self, room: Room, name: str) -> Standing | None:
        """
        Return what whoever is called ``name``, here or not, is in ``room``; None for nothing.
        """
        return room.standings.get(self._hub.nicks.author_of(name))

    # -- modes ----------------------------------------------------------------------------------

    def set_modes(self, user: User, room: Room, said: str, **changes: Any) -> None:
        """
        Set ``room`` as ``changes``, fields of `Modes`, say.

        Args:
            said: what the room reads behind the name of who did it.

        Raises:
            NotAllowed: ``user`` may not, or it would change nothing.
        """
        policy.check(user, Deed.OPERATE, room)
        modes = evolve(room.modes, **changes)
        if modes == room.modes:
            raise errors.NotAllowed(f"That is so already in #{room.name}.")
        if room.is_arrival and (modes.is_closed or modes.members):
            raise errors.NotAllowed(f"People arrive in #{room.name}, so it stays open.")
        # Those who were let in hear of it; whoever may read all from here on does not.
        self._tell(user, room, said, "", said)
        if modes.is_closed and not room.modes.is_closed:
            for member, came in room.members.items():
                if member.author not in room.standings:
                    self._put(room, member, Rank.MEMBER, came)
        elif room.modes.is_closed and not modes.is_closed:
            room.public_from = _hidden_until(room)
        room.modes = modes
        room.chronicle.is_kept = modes.history
        self.guard(room)
        self.keep(room)

    def _tell(self, user: User, room: Room, deed: str, target: str, done: str) -> None:
        self._hub.talk.announce(room, f"{user.nick} {done}")
        self._hub.trail.note(user, room, deed, target)


def _next(room: Room) -> int:
    return room.chronicle.number + 1


def _hidden_until(room: Room) -> int:
    """
    Return the number from which on all may read a room that is closed now, if it is opened.
    """
    # Where nothing is kept, the audit trail goes on with one and the same number.
    return _next(room) + (not room.chronicle.is_kept)


def _by_room(decisions: Iterable[_Decided]) -> dict[int, list[_Decided]]:
    found: dict[int, list[_Decided]] = {}
    for decision in decisions:
        found.setdefault(decision.room, []).append(decision)
    return found
