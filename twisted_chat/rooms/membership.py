"""
Presence: who is in which room, and the rooms that come and go with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.events import Invited, Joined, Left
from twisted_chat.limits import MAX_REASON
from twisted_chat.text.names import Taken, fold, read_room, require_ascii
from twisted_chat.world import policy
from twisted_chat.world.model import Room
from twisted_chat.world.policy import Deed

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session, User


@define(eq=False)
class Presence:
    """
    Brings people into rooms and takes them out.
    """

    _hub: Hub
    _fanout: Fanout
    _taken: Taken = field(init=False, factory=Taken)

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
        user = session.user
        if user is None or session.closed:
            raise errors.NoSuchUser(session.nick)
        name = read_room(name)
        room = self._hub.rooms.get(fold(name))
        if room is not None and user in room.members:
            session.current = room
            self._hub.notify(session, f"You are now talking in #{room.name}.")
            return room
        most = self._hub.limits.max_rooms
        if most and len(user.rooms) >= most:
            raise errors.TooMuch(f"You are in {most} rooms already; /leave one first.")
        if room is not None:
            # First, as a password that is asked for then is no second try.
            self.require_may_enter(user, room, name)
        if not returns:
            user.spend("join", self._hub.limits.join_rate, "join rooms")
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
            return self.open(name)
        self._require_new(name, user)
        self._hub.ownership.require_may_found(user)
        user.spend("create", self._hub.limits.create_rate, "make rooms")
        room = self.open(name)
        self._hub.ownership.found(room, user)
        return room

    def _require_new(self, name: str, user: User) -> None:
        """
        Refuse ``name`` for a new room if it looks like that of another, here or asleep.
        """
        if self._hub.limits.ascii_names:
            require_ascii(name)
        other = self._taken.like(name) or self._hub.chronicles.like(name)
        if other is not None:
            room = self._hub.rooms.get(fold(other)) or self._hub.asleep(other)
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
            policy.check(user, Deed.ENTER, room)
        except errors.InvitationOnly:
            raise errors.InvitationOnly(typed) from None
        most = self._hub.limits.room_size
        if most and len(room.members) >= most:
            raise errors.TooMuch(f"#{room.name} is full, {len(room.members)} people are in it.")

    def bring(self, session: Session, room: Room, *, is_told: bool = True) -> None:
        """
        Bring the user of ``session`` into ``room``, and show ``session`` around there.

        Args:
            is_told: not if they come back, and see for themselves.
        """
        hub, user = self._hub, session.user
        assert user is not None
        event = Joined(hub.now(), room.name, user.nick)
        number = room.record("joined", event.at, user)
        self._fanout.post_presence(event, room)
        room.members[user] = room.chronicle.number
        user.rooms.append(room)
        self._fanout.refresh(user)
        session.current = room
        hub.accounts.seat(user, room)
        if is_told:
            hub.archive.show_earlier(session, room, number)
            hub.notify(session, room.introduce(user))
            if room.topic:
                hub.notify(session, f"Topic: {room.topic}")
        for other in user.sessions:
            if other is not session:
                hub.notify(other, f"You have entered #{room.name} from another connection.")
        hub.hooks.after(hub, event)

    def invite(self, session: Session, recipient: User, room: Room) -> None:
        """
        Ask ``recipient`` to come to ``room``, and let them in if one has to be let in there.

        Raises:
            NotInRoom: whoever asks is not in it.
            NotAllowed: the recipient is in it already or banned, or only operators let in.
        """
        hub, sender = self._hub, session.user
        if sender is None or sender not in room.members:
            raise errors.NotInRoom(room.name)
        if recipient in room.members:
            raise errors.NotAllowed(f"{recipient.nick} is in #{room.name} already.")
        hub.ownership.invite(sender, recipient, room)
        event = Invited(hub.now(), sender.nick, recipient.nick, room.name)
        if sender.key not in recipient.ignored:
            for other in recipient.sessions:
                self._fanout.tell(other, event)
        hub.notify(session, f"You have invited {recipient.nick} to #{room.name}.")
        hub.hooks.after(hub, event)

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
        self._hub.accounts.unseat(user, room)
        self._take_out(user, room, reason[:MAX_REASON])
        for session in user.sessions:
            self._hub.notify(session, sentence)
            if session.current is room:
                session.current = user.rooms[-1] if user.rooms else None
                if session.current is not None:
                    self._hub.notify(session, f"You are now talking in #{session.current.name}.")

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
            is_heard = not (is_own and room.is_guarded) or policy.may(user, Deed.SPEAK, room)
            self._take_out(user, room, reason if is_heard else "")

    def _take_out(self, user: User, room: Room, reason: str) -> None:
        event = Left(self._hub.now(), room.name, user.nick, reason)
        room.record("left", event.at, user, reason)
        del room.members[user]
        user.rooms.remove(room)
        self._fanout.refresh(user)
        self._fanout.post_presence(event, room)
        self.release(room)
        self._hub.hooks.after(self._hub, event)

    # -- rooms ----------------------------------------------------------------------------------

    def open(self, name: str) -> Room:
        """
        Return a new room called ``name``, which is nobody's and empty.
        """
        hub = self._hub
        chronicle = hub.chronicles.open(fold(name), name, hub.limits.history_lines)
        room = Room(hub, name, chronicle)
        hub.rooms[room.key] = room
        self._taken.add(name)
        hub.lifetimes.prepare(room)
        return room

    def release(self, room: Room) -> None:
        """
        Let ``room`` go, if nobody is in it and it is nobody's.
        """
        if not (room.members or room.is_arrival or room.is_owned):
            del self._hub.rooms[room.key]
            self._hub.lifetimes.close(room)
            self._hub.chronicles.close(room.key)
            self._taken.remove(room.name)
