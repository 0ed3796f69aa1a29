"""
Talk: lines that users say in rooms, and notices to rooms.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.delivery.labels import is_shown
from twisted_chat.delivery.turn import Decision
from twisted_chat.events import (
    Acted,
    Announced,
    Broadcast,
    Event,
    Said,
    TopicChanged,
    Wallops,
)
from twisted_chat.replies.rooms import Numbered
from twisted_chat.text.checks import (
    require_few_lines,
    require_sendable,
    require_short,
    require_text,
    require_words,
)
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: The longest topic, in characters.
MAX_TOPIC = 400


@define(eq=False)
class Talk:
    """
    Takes a line past the filters and the policy to history and its readers.

    Args:
        world: knows who is here.
        fanout: takes it to who hears it.
        hooks: see it before, and after.
        recorder: keeps what rooms hear.

    Attributes:
        lines: how many lines were said in rooms that everybody may read, since the start.
    """

    _world: World
    _fanout: Fanout
    _hooks: Hooks
    _recorder: Recorder
    lines: int = field(init=False, default=0)

    def say(
        self,
        session: Session,
        room: Room,
        text: str,
        *,
        answered: Line | None = None,
        quote: str = "",
        kind: type[Said] = Said,
    ) -> Deferred[None] | None:
        """
        Say ``text`` to everybody in ``room`` but ``session`` itself.

        Args:
            text: empty for a blank line among others that were pasted.
            kind: `SaidAsNotice` or `SaidByBot` for what a program says.
            answered: the line of the room that it answers.
            quote: how that line begins, for everybody in the room to read.

        Returns:
            fires when it is said, where a filter in another process checks it first, or fails with
            a `ChatError`; None if it is said already.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        if text != "":
            require_words(text)
        user = _member(session, room)
        now, number = self._world.now(), room.timeline.number + 1
        account, id_ = user.account_name, self._recorder.expected_id(now)
        re, quoted = (answered.number, answered.nick) if answered is not None else (0, "")
        event = kind(now, room.name, user.nick, text, number, re, quote, quoted, account, id_)
        but = () if session.client.echoes else (session,)
        number = self._speak(user, room, event, "said", but, answered)
        if session.behind:
            # Who speaks there has read what was said before, or does not want to.
            session.note_shown(room)
        if type(number) is not int:
            return self._await(session, number, partial(self._tell_number, session, room, but))
        if but and number and session.view.dialect.preferences.numbers:
            self._tell_number(session, room, but, number)
        return None

    def _tell_number(self, session: Session, room: Room, but: object, number: int) -> None:
        """
        Tell ``session`` which number its line has, if it is not told its own words.

        It needs the number to edit them.
        """
        if but and number and session.view.dialect.preferences.numbers:
            self._fanout.tell(session, Numbered(self._world.now(), room.name, number))

    def act(
        self,
        session: Session,
        room: Room,
        text: str,
        *,
        answered: Line | None = None,
        quote: str = "",
    ) -> Deferred[None] | None:
        """
        Show an action of ``session``'s user to everybody in ``room``, themselves too.

        Not to ``session`` if its client shows that by itself.

        Args:
            answered: as of `say`.
            quote: as of `say`.

        Returns:
            as `say`.

        Raises:
            NotInRoom: its user is not in the room.
            NotAllowed: they may not speak there.
            TooMuch: they have to wait before they speak there again.
            ChatError: a filter refuses it.
        """
        require_words(text)
        user = _member(session, room)
        now, number = self._world.now(), room.timeline.number + 1
        account, id_ = user.account_name, self._recorder.expected_id(now)
        re, quoted = (answered.number, answered.nick) if answered is not None else (0, "")
        event = Acted(now, room.name, user.nick, text, number, account, id_, re, quote, quoted)
        but = (session,) if is_shown(session) else ()
        number = self._speak(user, room, event, "acted", but, answered)
        if session.behind:
            # As above.
            session.note_shown(room)
        return None if type(number) is int else self._await(session, number, _forget)

    def _await(
        self, session: Session, waits: Deferred[int], then: Callable[[int], None]
    ) -> Deferred[None]:
        """
        Let commands that are typed behind a line wait as it does.
        """
        unsaid: Deferred[None] = Deferred()
        session.unsaid = unsaid

        def go_on() -> None:
            if session.unsaid is unsaid:
                session.unsaid = None
            unsaid.callback(None)

        def end(result: Any) -> Any:
            # Behind what answers the line itself.
            self._world.clock.callLater(0, go_on)
            return result

        return waits.addCallback(then).addBoth(end)

    def _speak(
        self,
        user: User,
        room: Room,
        event: Said | Acted,
        kind: str,
        but: tuple[Session, ...] = (),
        answered: Line | None = None,
        *,
        is_screened: bool = False,
    ) -> Any:
        """
        Record and post ``event``, and return the number of the line.

        With a filter in another process it returns a Deferred of that, and is called again when
        the line may be said: it is ``is_screened`` then, and what has changed meanwhile counts.
        """
        # Nearly all that happens on a server happens in this function, hence so few calls.
        # The id that it will get, unless a filter changes the event or says something itself.
        expected = 0 if self._hooks.check or is_screened else event.id
        is_guarded = room.is_guarded
        if is_guarded:
            policy.check(user, Permission.SPEAK, room)
        if is_screened and user not in room.members:
            raise errors.NotInRoom(room.name)
        if self._hooks.check and not is_screened:
            event = self._hooks.before(event)
            # A filter may have removed them from the room.
            if user not in room.members:
                raise errors.NotInRoom(room.name)
            screens, go = self._hooks.screens, self._speak_screened
            if screens.exist and (
                waits := screens.wait(room, event, go, user, room, kind, but, answered)
            ):
                return waits
        if room.is_public:
            # Those who may not read a room, or a message, do not learn of it by counting.
            self.lines += 1
        number = self._recorder.record(
            room.timeline, kind, event.at, event.nick, user.author, event.text, answered, expected
        )
        if number != event.number or self._recorder.last_id != event.id:
            # A filter said something itself, or nothing is kept.
            event = evolve(event, number=number, id=number and self._recorder.last_id)
        if is_guarded:
            room.note_speech(user)
        self._fanout.post(event, (room,), but)
        if self._hooks.hear:
            self._hooks.after(event)
        return number

    def _speak_screened(
        self,
        user: User,
        room: Room,
        kind: str,
        but: tuple[Session, ...],
        answered: Line | None,
        event: Said | Acted,
    ) -> Any:
        return self._speak(user, room, event, kind, but, answered, is_screened=True)

    def announce(self, room: Room, text: str) -> None:
        """
        Tell everybody in ``room`` something that nobody said.

        Raises:
            ChatError: a filter refuses it.
            ValueError: it is too long.
        """
        require_text(text)
        require_sendable(text)
        number = room.timeline.number + 1
        event = self._hooks.before(Announced(self._world.now(), room.name, text, number))
        number = self._recorder.record(room.timeline, "announced", event.at, "", 0, event.text)
        id_ = number and self._recorder.last_id
        self.post(evolve(event, number=number, id=id_), room)

    def set_topic(self, user: User, room: Room, topic: str) -> Deferred[None] | None:
        """
        Set the topic of ``room``; an empty one takes it away.

        Returns:
            as `say`.

        Raises:
            NotInRoom: ``user`` is not in it.
            NotAllowed: only operators may, or they may not speak there.
            TooMuch: the topic is too long.
            ChatError: a filter refuses it.
        """
        policy.check(user, Permission.SET_TOPIC, room)
        require_short("topic", topic, MAX_TOPIC)
        event = self._hooks.before(TopicChanged(self._world.now(), room.name, user.nick, topic))
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        waits = self._hooks.screens.wait(room, event, self._change_topic, user, room)
        if waits is None:
            self._change_topic(user, room, event)
        return waits

    def _change_topic(self, user: User, room: Room, event: TopicChanged) -> None:
        policy.check(user, Permission.SET_TOPIC, room)
        require_short("topic", event.topic, MAX_TOPIC)
        room.topic, room.topic_by = event.topic, (user.nick, user.author)
        room.topic_at = event.at
        if user.account is not None:
            room.kept_topic = event.topic, *room.topic_by
            if room.is_arrival or room.is_owned:
                self._fanout.keep(room.state, Decision(user, room, "topic"))
        number = self._recorder.note(room, "topic", event.at, user, event.topic)
        room.note_speech(user)
        self.post(evolve(event, id=number and self._recorder.last_id), room)

    def post(self, event: Event, room: Room) -> None:
        """
        Tell everybody in ``room``, and the plugins, ``event``.
        """
        self._fanout.post(event, (room,))
        self._hooks.after(event)

    def tell_operators(self, user: User, text: str) -> None:
        """
        Tell all operators of the server who are here ``text`` from ``user``, themselves too.

        Raises:
            TooMuch: it has too many lines.
        """
        require_few_lines(text)
        event = Wallops(self._world.now(), user.nick, text)
        for other in self._world.users.values():
            if other.is_staff and not other.ignores(user):
                self._fanout.tell_all(other, event)
        self._hooks.after(event)

    def broadcast(self, user: User, text: str) -> None:
        """
        Tell all users here, whatever rooms they are in, ``text`` from ``user``.

        Raises:
            TooMuch: it has too many lines.
        """
        require_few_lines(text)
        event = Broadcast(self._world.now(), user.nick, text)
        # A program gets it again if it comes back to it.
        users = self._world.users.values()
        alone = [
            session
            for other in users
            for session in other.sessions
            if not other.rooms or session.inbox is not None
        ]
        self._fanout.post(event, tuple(self._world.rooms.values()), alone)
        for session in alone:
            self._fanout.tell(session, event)
        self._hooks.after(event)


def _forget(_: object) -> None:
    pass


def _member(session: Session, room: Room) -> User:
    user = session.user
    if user is None or user not in room.members:
        raise errors.NotInRoom(room.name)
    return user
