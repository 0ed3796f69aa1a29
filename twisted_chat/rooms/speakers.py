"""
Speakers: what is said in rooms by who is no user, such as webhooks and bots.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, frozen

from twisted_chat import errors
from twisted_chat.events import Said
from twisted_chat.rooms.talk import require_words
from twisted_chat.text.names import fold
from twisted_chat.world.sanctions import refusal_of

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Room
    from twisted_chat.world.world import World


@frozen
class Speaker:
    """
    Who speaks in rooms and is no user.

    Attributes:
        nick: a name with its mark, such as ``deploy[hook]``.
        author: the author number of its lines: negative, and nobody else's.
    """

    nick: str
    author: int


@define(eq=False)
class Speakers:
    """
    Takes their lines past the filters and mutes to history and its readers.

    Whether they may speak in a room at all is asked before, where what lets them is known.

    Args:
        world: knows the rooms and the time.
        hooks: see each line, before and after.
        recorder: keeps it.
        talk: takes it to who hears it.
    """

    _world: World
    _hooks: Hooks
    _recorder: Recorder
    _talk: Talk

    def say(self, room: Room, speaker: Speaker, text: str) -> Deferred[None] | None:
        """
        Say ``text``, which may have several lines, to everybody in ``room``.

        Returns:
            fires when it is said, where a filter in another process checks it first, or fails with
            a `ChatError`; None if it is said already.

        Raises:
            NoSuchRoom: it is gone.
            Sanctioned: the speaker is muted there.
            NotAllowed: the text shows nothing.
            TooMuch: it has too many lines.
            ChatError: a filter refuses it.
        """
        require_words(text)
        self._require_voice(room, speaker)
        now = self._world.now()
        id_ = self._recorder.expected_id(now)
        said = Said(now, room.name, speaker.nick, text, room.next_number, id=id_)
        event = self._hooks.before(said)
        go = partial(self._go_on, room, speaker)
        waits = self._hooks.screens.wait(room, event, go)
        if waits is None:
            go(event)
        return waits

    def _require_voice(self, room: Room, speaker: Speaker) -> None:
        marks = (fold(speaker.nick), speaker.author)
        mute = room.mutes.find(marks, (), self._world.now())
        if mute is not None:
            raise refusal_of(mute, room.name)

    def _go_on(self, room: Room, speaker: Speaker, event: Said) -> None:
        """
        Say what the filters let pass; meanwhile, also they may have done anything.
        """
        self._require_voice(room, speaker)
        if self._world.numbered.get(room.timeline.id) is not room:
            raise errors.NoSuchRoom(room.name)
        number = self._recorder.record(
            room.timeline, "said", event.at, event.nick, speaker.author, event.text
        )
        event = evolve(event, number=number, id=number and self._recorder.last_id)
        if room.is_public:
            self._talk.lines += 1
        self._talk.post(event, room)
