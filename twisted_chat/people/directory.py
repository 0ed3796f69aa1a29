"""
The directory: answers questions about users, rooms and the server.

Each answer holds only what the asking user may know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat.errors import TooMuch
from twisted_chat.limits import Rate
from twisted_chat.replies.people import Away, Connection, Connections, Whois
from twisted_chat.replies.rooms import Member, Modes, Rooms, RoomSummary, Topic, Who
from twisted_chat.replies.server import Stats
from twisted_chat.signals import AwayChanged, OwnAway
from twisted_chat.store.decisions import Rank
from twisted_chat.text.checks import MAX_REASON, require_short
from twisted_chat.version import VERSION
from twisted_chat.world import sanctioned

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: Users and rooms that are listed if no other number is asked for.
MOST = 100
#: How often others are told who is away: with thousands in a room, that is thousands of messages.
AWAY_TOLD = Rate(3, 60.0)


@define(eq=False)
class Directory:
    """
    Answers questions, for every door.

    Args:
        world: holds them.
        fanout: tells who is away.
        talk: counts lines.
        journal: counts those that are not saved.
    """

    _world: World
    _fanout: Fanout
    _talk: Talk
    _journal: Journal
    _started_at: float = field(init=False)
    # Of whom others are to be told later whether they are away.
    _late: set[User] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        self._started_at = self._world.seconds()

    def set_away(self, user: User, reason: str | None, asker: Session | None = None) -> Away:
        """
        Mark ``user`` as away for ``reason`` (may be empty), or as back with None.

        Args:
            asker: the session that is told by what this returns.

        Raises:
            Sanctioned: they are muted on the server, and so cannot give a reason.
            TooMuch: the reason is too long.
        """
        if reason:
            sanctioned.check_voice(user)
        require_short("reason", reason or "", MAX_REASON)
        now, user.away = self._world.now(), reason
        self._fanout.tell_all(user, OwnAway(now, user.nick, reason), asker)
        self._tell_away(user)
        return Away(now, user.nick, reason, is_yours=True)

    def _tell_away(self, user: User) -> None:
        """
        Tell others whether ``user`` is away; later, if they were told too often.
        """
        try:
            user.spend("away", AWAY_TOLD, "say that you are away")
        except TooMuch as refusal:
            if user not in self._late:
                self._late.add(user)
                wait = refusal.facts["seconds"]
                assert isinstance(wait, int)
                self._world.clock.callLater(wait, self._tell_late, user)
            return
        reason = sanctioned.away_reason(user)
        signal = AwayChanged(self._world.now(), user.nick, reason)
        heard = [room for room in user.rooms if not reason or user.may_speak(room)]
        silent = [room for room in user.rooms if room not in heard]
        if silent:
            # The reason is words of theirs, like all that they say.
            told = [each for room in heard for member in room.members for each in member.sessions]
            self._fanout.post(evolve(signal, reason=""), silent, {*user.sessions, *told})
        self._fanout.signal(user, signal, heard)

    def _tell_late(self, user: User) -> None:
        self._late.discard(user)
        if user.is_here:
            self._tell_away(user)

    # -- users ----------------------------------------------------------------------------------

    def whois(self, asker: User, user: User) -> Whois:
        """
        Return what ``asker`` may know about ``user``.
        """
        now = self._world.now()
        hosts = dict.fromkeys(session.host or "" for session in user.sessions)
        return Whois(
            now,
            user.nick,
            tuple(room.name for room in user.rooms if asker.sees(room)),
            user.since,
            max(0.0, now - user.since),
            user.idle,
            "" if user.is_away and asker.ignores(user) else sanctioned.away_reason(user),
            tuple(hosts) if asker.is_staff and not user.is_bot else None,
            is_bot=user.is_bot,
            is_operator=user.is_staff,
        )

    def connections(self, session: Session) -> Connections:
        """
        Return the connections of the user of ``session``.

        Raises:
            NotAllowed: it has none.
        """
        now, seconds = self._world.now(), self._world.seconds()
        return Connections(
            now,
            tuple(
                Connection(
                    each.host or "",
                    now - (seconds - each.connected_at),
                    seconds - each.connected_at,
                    seconds - each.active_at,
                    each is session,
                )
                for each in session.require_user().sessions
            ),
        )

    # -- rooms ----------------------------------------------------------------------------------

    def who(self, room: Room, most: int = MOST) -> Who:
        """
        Return the members of ``room``, sorted by nick.

        Args:
            most: at most so many of them; the others are counted.
        """
        members = sorted(room.members, key=lambda user: user.key)
        listed = tuple(Member(user.nick, user.is_away, user.is_bot) for user in members[:most])
        return Who(self._world.now(), room.name, listed, len(members) - len(listed))

    def rooms(self, asker: User, most: int = MOST) -> Rooms:
        """
        Return the rooms that ``asker`` may know of, the largest first.

        Args:
            most: at most so many of them; the others are counted.
        """
        seen = filter(asker.sees, self._world.rooms.values())
        found = sorted(seen, key=lambda room: (-len(room.members), room.key))
        listed = tuple(
            RoomSummary(room.name, len(room.members), room.topic_for(asker))
            for room in found[:most]
        )
        return Rooms(self._world.now(), listed, len(found) - len(listed))

    def topic(self, asker: User, room: Room) -> Topic:
        """
        Return the topic of ``room``, as ``asker`` reads it.
        """
        return Topic(self._world.now(), room.name, room.topic_for(asker))

    def modes(self, room: Room) -> Modes:
        """
        Return how ``room`` is set, and who operates it.
        """
        modes = room.modes
        owners, operators, voiced = (
            tuple(sorted(each.name for each in room.standings.values() if each.rank is rank))
            for rank in (Rank.OWNER, Rank.OPERATOR, Rank.VOICED)
        )
        return Modes(
            self._world.now(),
            room.name,
            is_private=modes.private,
            is_locked=bool(modes.password),
            is_moderated=modes.moderated,
            slow=modes.slow,
            limit=modes.limit,
            is_members_only=modes.members,
            is_topic_locked=modes.topic_locked,
            is_history_kept=modes.history,
            owners=owners,
            operators=operators,
            voiced=voiced,
        )

    # -- the server -----------------------------------------------------------------------------

    @property
    def uptime(self) -> float:
        """
        For how many seconds the server is up.
        """
        return self._world.seconds() - self._started_at

    def stats(self, asker: User) -> Stats:
        """
        Return the version, how long the server is up, and the counts that ``asker`` may know.
        """
        world, is_staff = self._world, asker.is_staff
        return Stats(
            world.now(),
            VERSION,
            self.uptime,
            len(world.users),
            sum(map(asker.sees, world.rooms.values())),
            self._talk.lines,
            self._journal.unsaved if is_staff else 0,
            self._journal.lost if is_staff else 0,
        )
