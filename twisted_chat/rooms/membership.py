"""
Membership: who is in which room, and the rooms that come and go with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.events import Invited, Joined, Left
from twisted_chat.limits import MAX_REASON
from twisted_chat.store.records import Seated, Unseated
from twisted_chat.text.names import fold, read_room, require_ascii
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.archive import Archive
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.registry import Registry
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class Membership:
    """
    Brings people into rooms and takes them out.

    Args:
        world: holds rooms and people.
        fanout: tells who hears a room.
        hooks: hear who comes and goes.
        recorder: keeps that.
        timelines: know the rooms that are asleep.
        archive: shows who enters what was said before.
        ranks: know who was let in.
        registry: makes rooms, and lets them go.
    """

    _world: World
    _fanout: Fanout
    _hooks: Hooks
    _recorder: Recorder
    _timelines: Timelines
    _archive: Archive
    _ranks: Ranks
    _registry: Registry

    # -- into -----------------------------------------------------------------------------------

    def join(self, session: Session, name: str, *, returns: bool = False) -> Room:
        """
        Bring the session's user into a room, made if need be, and make it the current one.

        Args:
            returns: they were in it before, and come back without a word to them.

        Raises:
            BadName: no room can be called so, or there is one that looks the same.
            NotAllowed: they may not enter it.
            TooMuch: they join or make rooms too often, are in or own too many, or it is full.
        """
        user = session.require_user()
        name = read_room(name)
        room = self._world.rooms.get(fold(name))
        if room is not None and user in room.members:
            session.current = room
            self._fanout.notify(session, f"You are now talking in #{room.name}.")
            return room
        most = self._world.limits.max_rooms
        if most and len(user.rooms) >= most:
            raise errors.TooMuch(f"You are in {most} rooms already; /leave one first.")
        if room is not None:
            # First, as a password that is asked for then is no second try.
            self.require_may_enter(user, room, name)
        if not returns:
            user.spend("join", self._world.limits.join_rate, "join rooms")
        if room is None:
            room = self._make(user, name, returns=returns)
        self.bring(session, room, is_told=not returns)
        return room

    def _make(self, user: User, name: str, *, returns: bool) -> Room:
        """
        Make a room for ``user``; it is theirs, unless it was there before and they return.
        """
        if returns:
            # It was there before whatever looks like it.
            return self._registry.open(name)
        self._require_new(name, user)
        self._ranks.require_may_found(user)
        user.spend("create", self._world.limits.create_rate, "make rooms")
        room = self._registry.open(name)
        self._ranks.found(room, user)
        return room

    def _require_new(self, name: str, user: User) -> None:
        """
        Refuse ``name`` for a new room if it looks like that of another, here or asleep.
        """
        if self._world.limits.ascii_names:
            require_ascii(name)
        other = self._registry.like(name)
        if other is not None:
            room = self._world.rooms.get(fold(other)) or self._timelines.asleep(other)
            is_seen = room is not None and user.sees(room)
            raise errors.RoomLooksLike(name, f"#{other}" if is_seen else "another room")

    def require_may_enter(self, user: User, room: Room, typed: str) -> None:
        """
        Look that ``user`` may enter ``room``, and that there is a place for them.

        Args:
            typed: how they call it, which is all that strangers read of its name.

        Raises:
            NotAllowed: they may not.
            TooMuch: it is full.
        """
        try:
            policy.check(user, Permission.ENTER, room)
        except errors.InvitationOnly:
            raise errors.InvitationOnly(typed) from None
        most = self._world.limits.room_size
        if most and len(room.members) >= most:
            raise errors.TooMuch(f"#{room.name} is full, {len(room.members)} people are in it.")

    def bring(self, session: Session, room: Room, *, is_told: bool = True) -> None:
        """
        Bring the user of ``session`` into ``room``, and show ``session`` around there.

        Args:
            is_told: not if they come back, and see for themselves.
        """
        user = session.user
        assert user is not None
        event = Joined(self._world.now(), room.name, user.nick)
        number = self._recorder.note(room, "joined", event.at, user)
        self._fanout.post_presence(event, room)
        room.members[user] = room.timeline.number
        user.rooms.append(room)
        self._fanout.refresh(user)
        session.current = room
        self.seat(user, room)
        if is_told:
            self._archive.show_earlier(session, room, number)
            self._fanout.notify(session, room.introduce(user))
            if room.topic:
                self._fanout.notify(session, f"Topic: {room.topic}")
        for other in user.sessions:
            if other is not session:
                self._fanout.notify(
                    other, f"You have entered #{room.name} from another connection."
                )
        self._hooks.after(event)

    def seat(self, user: User, room: Room) -> None:
        """
        Note that ``user``, who is in ``room``, comes back to it, if they have an account.
        """
        if user.account is not None:
            self._fanout.keep(Seated(user.account.id, room.timeline.id))

    def invite(self, session: Session, recipient: User, room: Room) -> None:
        """
        Ask ``recipient`` to come to ``room``, and let them in if one has to be let in there.

        Raises:
            NotInRoom: whoever asks is not in it.
            NotAllowed: the recipient is in it already or banned, or only operators let in.
        """
        sender = session.user
        if sender is None or sender not in room.members:
            raise errors.NotInRoom(room.name)
        if recipient in room.members:
            raise errors.NotAllowed(f"{recipient.nick} is in #{room.name} already.")
        self._ranks.invite(sender, recipient, room)
        event = Invited(self._world.now(), sender.nick, recipient.nick, room.name)
        if sender.key not in recipient.ignored:
            for other in recipient.sessions:
                self._fanout.tell(other, event)
        self._fanout.notify(session, f"You have invited {recipient.nick} to #{room.name}.")
        self._hooks.after(event)

    # -- out of ---------------------------------------------------------------------------------

    def leave(self, user: User, room: Room, reason: str = "") -> None:
        """
        Take ``user`` out of ``room``.

        Raises:
            NotInRoom: they are not in it.
        """
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        self.expel(user, room, f"You have left #{room.name}.", reason)

    def expel(self, user: User, room: Room, sentence: str, reason: str) -> None:
        """
        Take ``user`` out of ``room``, where they are, and tell them the ``sentence``.

        Args:
            reason: what the others read behind the name.
        """
        if user.account is not None:
            self._fanout.keep(Unseated(user.account.id, room.timeline.id))
        self._take_out(user, room, reason[:MAX_REASON])
        for session in user.sessions:
            self._fanout.notify(session, sentence)
            if session.current is room:
                session.current = user.rooms[-1] if user.rooms else None
                if session.current is not None:
                    self._fanout.notify(
                        session, f"You are now talking in #{session.current.name}."
                    )

    def depart(self, user: User, reason: str, *, is_own: bool) -> None:
        """
        Take ``user``, who is not here any more, out of every room.

        Args:
            is_own: the ``reason`` is in their words.
        """
        # A handler of one part may bring about another.
        while user.rooms:
            room = user.rooms[0]
            # Who may not speak there says nothing in going either.
            is_heard = not (is_own and room.is_guarded) or policy.may(user, Permission.SPEAK, room)
            self._take_out(user, room, reason if is_heard else "")

    def _take_out(self, user: User, room: Room, reason: str) -> None:
        event = Left(self._world.now(), room.name, user.nick, reason)
        self._recorder.note(room, "left", event.at, user, reason)
        del room.members[user]
        user.rooms.remove(room)
        self._fanout.refresh(user)
        self._fanout.post_presence(event, room)
        self._registry.release(room)
        self._hooks.after(event)

    # -- rooms ----------------------------------------------------------------------------------
