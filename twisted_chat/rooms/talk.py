"""
Talk: what people say in rooms and to each other, and what rooms are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat import errors
from twisted_chat.events import Acted, Announced, Broadcast, Event, Said, Told, TopicChanged
from twisted_chat.limits import require_short
from twisted_chat.world import policy
from twisted_chat.world.policy import Deed

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User

#: The longest topic, in characters.
MAX_TOPIC = 400


@define(eq=False)
class Talk:
    """
    Takes what somebody says past the filters and the policy into history and to who hears it.

    Attributes:
        lines: how many lines were said, acted and told since the start.
    """

    _hub: Hub
    _fanout: Fanout
    lines: int = field(init=False, default=0)

    # -- in a room ------------------------------------------------------------------------------

    def say(
        self,
        session: Session,
        room: Room,
        text: str,
        *,
        answered: Line | None = None,
        quote: str = "",
    ) -> None:
        """
        Say ``text`` to everybody in ``room`` but ``session`` itself.

        Args:
            answered: the line of the room that it answers.
            quote: how that line begins, for everybody in the room to read.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        event = Said(self._hub.now(), room.name, session.nick, text, room.next_number)
        if answered is not None:
            event = evolve(event, re=answered.number, quote=quote, quoted=answered.nick)
        self._speak(session, room, event, "said", session, answered)

    def act(self, session: Session, room: Room, text: str) -> None:
        """
        Let everybody in ``room``, ``session`` too, read what its user does.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        number = room.chronicle.number + 1
        event = Acted(self._hub.now(), room.name, session.nick, text, number)
        self._speak(session, room, event, "acted")

    def _speak(
        self,
        session: Session,
        room: Room,
        event: Said | Acted,
        kind: str,
        but: Session | None = None,
        answered: Line | None = None,
    ) -> None:
        # Nearly all that happens on a server happens in this function, hence so few calls.
        hub, user = self._hub, session.user
        if user is None or user not in room.members:
            raise errors.NotInRoom(room.name)
        if room.is_guarded:
            policy.check(user, Deed.SPEAK, room)
        event = hub.hooks.before(hub, event)
        # A filter may have thrown them out.
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        self.lines += 1
        number = hub.history.record(
            room.chronicle, kind, event.at, event.nick, user.author, event.text, answered
        )
        if number != event.number:
            # A filter said something itself, or nothing is kept.
            event = evolve(event, number=number)
        if room.is_guarded:
            hub.modes.note_speech(user, room)
        self._fanout.post(event, (room,), but)
        hub.hooks.after(hub, event)

    def announce(self, room: Room, text: str) -> None:
        """
        Tell everybody in ``room`` something that nobody said.

        Raises:
            ChatError: a filter refuses it.
        """
        _require_text(text)
        hub = self._hub
        number = room.chronicle.number + 1
        event = hub.hooks.before(hub, Announced(hub.now(), room.name, text, number))
        number = hub.history.record(room.chronicle, "announced", event.at, "", 0, event.text)
        self.post(event if number == event.number else evolve(event, number=number), room)

    def set_topic(self, user: User, room: Room, topic: str) -> None:
        """
        Set the topic of ``room``; an empty one takes it away.

        Raises:
            NotInRoom: ``user`` is not in it.
            NotAllowed: only operators may, or they may not speak there.
            TooMuch: the topic is too long.
            ChatError: a filter refuses it.
        """
        policy.check(user, Deed.SET_TOPIC, room)
        require_short("A topic", topic, MAX_TOPIC)
        hub = self._hub
        event = hub.hooks.before(hub, TopicChanged(hub.now(), room.name, user.nick, topic))
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        room.topic = event.topic
        if room.is_arrival or room.is_owned:
            hub.modes.keep(room)
        room.record("topic", event.at, user, event.topic)
        hub.modes.note_speech(user, room)
        self.post(event, room)

    def post(self, event: Event, room: Room) -> None:
        """
        Let everybody in ``room``, and the plugins, know of ``event``.
        """
        self._fanout.post(event, (room,))
        self._hub.hooks.after(self._hub, event)

    # -- to each other --------------------------------------------------------------------------

    def tell(self, session: Session, recipient: User, text: str) -> None:
        """
        Write ``text`` from the session's user to ``recipient`` alone.

        Raises:
            NotAllowed: they are muted on the whole server.
            ChatError: a filter refuses it.
        """
        _require_text(text)
        sender = session.require_user()
        if not recipient.is_here:
            raise errors.NoSuchUser(recipient.nick)
        event = self._message(sender, recipient.nick, text)
        if sender.account is not None or recipient.account is not None:
            self._hub.messages.keep(sender, event, recipient.author)
        # Whoever is ignored is not told so.
        if recipient is not sender and sender.key not in recipient.ignored:
            for other in recipient.sessions:
                other.correspondent = sender
                self._fanout.tell(other, event)
        if recipient.away is not None:
            why = f": {recipient.away}" if recipient.away else "."
            self._hub.notify(session, f"{recipient.nick} is away{why}")
        self._hub.hooks.after(self._hub, event)

    def write_to(self, session: Session, nick: str, text: str) -> None:
        """
        Write ``text`` to whoever is called ``nick``; if that is an account, they may be away.

        Raises:
            NoSuchUser: nobody is.
            NotAllowed: the session's user is muted on the whole server.
            ChatError: a filter refuses it.
        """
        hub = self._hub
        account = None if hub.nicks.key_of(nick) in hub.users else hub.accounts.find(nick)
        if account is None or account.user is not None:
            recipient = account.user if account else None
            self.tell(session, recipient or hub.find_user(nick), text)
            return
        sender = session.require_user()
        event = self._message(sender, account.name, text)
        hub.messages.keep(sender, event, account.id, waits=True)
        hub.notify(session, f"{account.name} is not here, and reads it on coming back.")
        hub.hooks.after(hub, event)

    def _message(self, sender: User, recipient: str, text: str) -> Told:
        """
        Return what ``sender`` writes to ``recipient``, once the sender has read it.
        """
        hub = self._hub
        policy.check_voice(sender)
        event = hub.hooks.before(hub, Told(hub.now(), sender.nick, recipient, text))
        for own in sender.sessions:
            self._fanout.tell(own, event)
        self.lines += 1
        return event

    def broadcast(self, user: User, text: str) -> None:
        """
        Tell everybody who is here, whatever rooms they are in, ``text`` from ``user``.
        """
        hub = self._hub
        event = Broadcast(hub.now(), user.nick, text)
        self._fanout.post(event, tuple(hub.rooms.values()))
        for other in hub.users.values():
            if not other.rooms:
                for session in other.sessions:
                    self._fanout.tell(session, event)
        hub.hooks.after(hub, event)


def _require_text(text: str) -> None:
    # Whoever calls this may be a plugin, and must learn of its mistake itself.
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")
