"""
Membership: joins and leaves, and the rooms that are made and removed with them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.events import Departure, Invited, Joined, Left, Quit
from twisted_chat.replies.rooms import CurrentRoom, Entered
from twisted_chat.signals import AwayChanged, InviteSent
from twisted_chat.store.decisions import Rank
from twisted_chat.store.records import Seated, Unseated
from twisted_chat.store.settings import ROOM, SettingKept
from twisted_chat.text.checks import MAX_REASON
from twisted_chat.text.name_rules import read_room, require_ascii
from twisted_chat.text.names import fold
from twisted_chat.world import policy, sanctioned
from twisted_chat.world.inbox import RoomLeft
from twisted_chat.world.model import LISTED_ON_ARRIVAL
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.archive import Archive
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.replies.reply import Reply
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.world.model import Account, Room, Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class Membership:
    """
    Brings users into rooms and takes them out.

    Args:
        world: holds rooms and users.
        fanout: tells who hears a room.
        hooks: for the events of joins and leaves.
        recorder: keeps that.
        timelines: know the rooms that are asleep.
        archive: shows the latest lines to a user who enters.
        ranks: know who was let in.
        registry: makes rooms, and lets them go.

    Attributes:
        on_changed: each called with each user who has entered or left a room, and the room.
        on_bot_invited: called with each bot that is invited, and the room.
        on_bot_alone: called with each bot that is in a room with nobody but bots, and the room.
        on_leaving: called with each user who is about to leave a room for good, and the room.
    """

    _world: World
    _fanout: Fanout
    _hooks: Hooks
    _recorder: Recorder
    _timelines: Timelines
    _archive: Archive
    _ranks: Ranks
    _registry: Registry
    on_changed: list[Callable[[User, Room], None]] = field(init=False, factory=list)
    on_bot_invited: Callable[[User, Room], None] = field(init=False)
    on_bot_alone: Callable[[User, Room], None] = field(init=False)
    on_leaving: Callable[[User, Room], None] = field(init=False)

    # -- into -----------------------------------------------------------------------------------

    def join(self, session: Session, name: str, *, returns: bool = False) -> Room:
        """
        Join the session's user to a room, made if needed, and make it the current one.

        Args:
            returns: they were in it before, and return without being told.

        Raises:
            BadName: the name is not valid, or looks like that of another room.
            NotAllowed: they may not enter it; or, muted on the server, not make it.
            TooMuch: they reached a limit of rooms, or the room is full.
        """
        user = session.require_user()
        name = read_room(name)
        key = fold(name)
        room = self._world.rooms.get(key)
        if room is not None and user in room.members:
            # Who turns to it has read what was said there, or does not want to.
            session.note_shown(room)
            self._talk_in(session, room)
            self._fanout.tell(session, CurrentRoom(self._world.now(), room.name))
            return room
        most = self._world.limits.max_rooms
        if most and len(user.rooms) >= most:
            raise errors.TooMuch(
                f"You are in {most} rooms already; /leave one first.",
                code="too-many-rooms",
                most=most,
            )
        # Checked first, because asking for a password is not a second join.
        if room is not None:
            self.require_may_enter(user, room, name)
        elif not returns:
            # The name of a room is read by all users.
            sanctioned.check_voice(user)
            self._require_new(name, user)
            self._ranks.require_may_found(user)
        if not returns:
            user.spend("join", self._world.limits.join_rate, "join rooms")
        if room is None:
            if not returns:
                user.spend("create", self._world.limits.create_rate, "make rooms")
            room = self._registry.open(key, name)
            # To which they return, it existed before any that looks like it.
            if not returns:
                self._ranks.found(room, user)
        self.bring(session, room, is_told=not returns)
        if not returns:
            self._talk_in(session, room)
        return room

    def _talk_in(self, session: Session, room: Room) -> None:
        """
        Let the lines of ``session`` be said in ``room``, also when its user comes back.
        """
        session.current = room
        user, number = session.require_user(), room.timeline.id
        if user.settings.room != number:
            user.settings.room = number
            if user.account is not None:
                self._fanout.keep(SettingKept(user.account.id, ROOM, str(number)))

    def _require_new(self, name: str, user: User) -> None:
        """
        Check that ``name`` looks like no other room, open or with history.
        """
        if self._world.limits.ascii_names:
            require_ascii(name)
        other = self._timelines.like(name)
        if other is not None:
            room = self._world.rooms.get(fold(other)) or self._timelines.asleep(other)
            if room is None or not user.sees(room):
                raise errors.RoomLooksLike(name)
            raise errors.RoomLooksLike(name, other, is_locked=bool(room.modes.password))

    def require_may_enter(self, user: User, room: Room, typed: str) -> None:
        """
        Check that ``user`` may enter ``room``, and that there is a place for them.

        Args:
            typed: its name as they typed it, which is all that strangers read.

        Raises:
            NotAllowed: they may not enter it.
            TooMuch: it is full.
        """
        try:
            policy.check(user, Permission.ENTER, room)
        except errors.InvitationOnly:
            raise errors.InvitationOnly(typed) from None

    def bring(self, session: Session, room: Room, *, is_told: bool = True) -> None:
        """
        Add the user of ``session`` to ``room``, and show it to ``session``.

        Args:
            is_told: show the room; not needed if they return to it.
        """
        user = session.user
        assert user is not None
        event = Joined(self._world.now(), room.name, user.nick)
        number = self._recorder.note(room, "joined", event.at, user)
        self._fanout.post_presence(event, room)
        room.members[user] = room.timeline.number
        user.rooms.append(room)
        self._fanout.refresh(user)
        self._show_state(user, room)
        for changed in self.on_changed:
            changed(user, room)
        session.current = room
        if user.account is not None:
            self.seat(user.account, room)
        if is_told:
            self._archive.show_earlier(session, room, number)
            self._fanout.tell(session, self.entered(user, room))
        for other in user.sessions:
            if other is not session:
                self._fanout.tell(other, self.entered(user, room, is_elsewhere=True))
        self._hooks.after(event)

    def _show_state(self, user: User, room: Room) -> None:
        """
        Tell the others in ``room`` that ``user``, who has entered it, is away, and their rank.
        """
        if user.is_away:
            reason = sanctioned.away_reason(user)
            reason = reason if not reason or user.may_speak(room) else ""
            away = AwayChanged(self._world.now(), user.nick, reason)
            self._fanout.post(away, (room,), user.sessions)
        if (standing := room.standings.get(user.author)) is not None:
            self._ranks.show(room, user, Rank.MEMBER, standing.rank, user.sessions)

    def entered(self, user: User, room: Room, *, is_elsewhere: bool = False) -> Entered:
        """
        Return what tells ``user`` that they have entered ``room``, or are in it.
        """
        company = (member.nick for member in room.members if member is not user)
        others = tuple(islice(company, LISTED_ON_ARRIVAL))
        more = len(room.members) - 1 - len(others)
        now = self._world.now()
        return Entered(now, room.name, user.nick, room.topic_for(user), others, more, is_elsewhere)

    def seat(self, account: Account, room: Room) -> None:
        """
        Note that the owner of ``account``, who is in ``room``, comes back to it.
        """
        self._fanout.keep(Seated(account.id, room.timeline.id))

    def invite(self, session: Session, recipient: User, room: Room) -> None:
        """
        Invite ``recipient`` to ``room``, and let them in if it is closed.

        Raises:
            NotInRoom: the session's user is not in it.
            NotAllowed: the recipient is in it already or banned, or only operators may invite.
        """
        sender = session.user
        if sender is None or sender not in room.members:
            raise errors.NotInRoom(room.name)
        if recipient in room.members:
            raise errors.NotAllowed(
                f"{recipient.nick} is in #{room.name} already.",
                code="member-already",
                nick=recipient.nick,
                room=room.name,
            )
        self._ranks.invite(sender, recipient, room)
        event = Invited(self._world.now(), sender.nick, recipient.nick, room.name)
        if not recipient.ignores(sender):
            for other in recipient.sessions:
                self._fanout.tell(other, event)
        self._fanout.tell(session, event)
        sent = InviteSent(event.at, sender.nick, recipient.nick, room.name)
        self._fanout.post(sent, (room,), (session,))
        self._hooks.after(event)
        if recipient.is_bot:
            self.on_bot_invited(recipient, room)

    # -- out of ---------------------------------------------------------------------------------

    def leave(self, user: User, room: Room, reason: str = "") -> None:
        """
        Remove ``user`` from ``room``.

        Args:
            reason: in their words, for others to read; who may not speak there gives none.

        Raises:
            NotInRoom: they are not in it.
        """
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        if reason and not policy.may(user, Permission.SPEAK, room):
            reason = ""
        self.expel(user, room, None, reason)

    def expel(self, user: User, room: Room, told: Reply | None, why: str | Departure) -> None:
        """
        Remove ``user`` from ``room``.

        Args:
            told: what they are told of it; None for that they have left.
            why: for others to read after the name.
        """
        if user.account is not None:
            self._fanout.keep(Unseated(user.account.id, room.timeline.id))
        self.on_leaving(user, room)
        left = self._take_out(user, room, Departure.of(why, MAX_REASON))
        for session in user.sessions:
            self._fanout.tell(session, told or left)
            if session.current is room:
                session.current = user.rooms[-1] if user.rooms else None
                if session.current is not None:
                    current = CurrentRoom(self._world.now(), session.current.name)
                    self._fanout.tell(session, current)

    def depart(self, user: User, why: Departure, *, is_own: bool) -> None:
        """
        Remove ``user``, who has left the server, from every room, and end their ranks.

        Args:
            is_own: the reason is in the user's own words.
        """
        rooms = tuple(user.rooms)
        # A user who may not speak in one of them cannot give a reason either.
        if is_own and not all(
            policy.may(user, Permission.SPEAK, room) for room in rooms if room.is_guarded
        ):
            why = evolve(why, reason="")
        parts = [self._remove(user, room, why) for room in rooms]
        # First: modes that end now are told as theirs, and who has quit does nothing any more.
        self._ranks.forget(user)
        if not rooms:
            return
        event = Quit(self._world.now(), user.nick, why.reason, why.cause, why.by)
        self._fanout.post_presence(event, *rooms)
        for room, left in zip(rooms, parts, strict=True):
            self._release(room)
            self._hooks.after(left)
        self._hooks.after(event)

    def _take_out(self, user: User, room: Room, why: Departure) -> Left:
        event = self._remove(user, room, why)
        self._fanout.post_presence(event, room)
        self._release(room)
        self._hooks.after(event)
        return event

    def _release(self, room: Room) -> None:
        """
        Let ``room`` go, if nobody is there any more: bots keep no room open.
        """
        if room.members and all(member.is_bot for member in room.members):
            for bot in tuple(room.members):
                # With the last of them the room is let go.
                if bot in room.members:
                    self.on_bot_alone(bot, room)
            return
        self._registry.release(room)

    def _remove(self, user: User, room: Room, why: Departure) -> Left:
        """
        Take ``user`` out of ``room``, and return what is to be told of it.
        """
        event = Left(self._world.now(), room.name, user.nick, why.reason, why.cause, why.by)
        if why.cause:
            text = f"{why.cause} {why.by} {why.reason}"
            self._recorder.note(room, "removed", event.at, user, text)
        else:
            self._recorder.note(room, "left", event.at, user, why.reason)
        left = RoomLeft(
            *(event.at, room.timeline.id, room.name, room.members[user], room.timeline.number)
        )
        for session in user.sessions:
            if session.inbox is not None:
                # What the room said until now may be on its way to a connection that is lost.
                session.inbox.put_left(left)
        del room.members[user]
        user.rooms.remove(room)
        self._fanout.refresh(user)
        for changed in self.on_changed:
            changed(user, room)
        return event

    # -- rooms ----------------------------------------------------------------------------------
