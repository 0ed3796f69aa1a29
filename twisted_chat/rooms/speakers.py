"""
Speakers: what is said in rooms under a marked name, by who is no user and in no room.

Bots of plugins are users, and speak as these do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.events import SaidByBot
from twisted_chat.store.records import bot_author
from twisted_chat.text.checks import require_words
from twisted_chat.text.names import fold
from twisted_chat.world.sanctions import refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.world.model import Room
    from twisted_chat.world.world import World


def _nothing() -> None:
    pass


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

    def say(
        self,
        room: Room,
        nick: str,
        text: str,
        *,
        own: str = "",
        may: Callable[[], object] = _nothing,
    ) -> Deferred[None] | None:
        """
        Say ``text``, which may have several lines, to everybody in ``room``.

        Args:
            nick: with its mark, such as ``deploy[hook]``.
            own: the one that it always has, if it speaks under another this time: who is muted or
                ignored as one of them is so as both.
            may: called again behind a filter that took its time; what it raises ends the line.

        Returns:
            fires when it is said, where a filter in another process checks it first, or fails with
            a `ChatError`; None if it is said already.

        Raises:
            NoSuchRoom: it is gone.
            Sanctioned: who speaks so is muted there.
            NotAllowed: the text shows nothing.
            TooMuch: it has too many lines.
            ChatError: a filter refuses it.
        """
        require_words(text)
        own = own or nick
        self._require_voice(room, nick, own)
        now = self._world.now()
        id_ = self._recorder.expected_id(now)
        said = SaidByBot(now, room.name, nick, text, room.next_number, id=id_)
        if own != nick:
            said = evolve(said, by=own)
        event = self._hooks.before(said)
        waits = self._hooks.screens.wait(room, event, self._go_on, room, nick, own, may)
        if waits is None:
            self._go_on(room, nick, own, may, event)
        return waits

    def _require_voice(self, room: Room, *nicks: str) -> None:
        mute = room.mutes.find(tuple(map(fold, nicks)), (), self._world.now())
        if mute is not None:
            raise refusal_of(mute, room.name, nicks[0])

    def _go_on(
        self, room: Room, nick: str, own: str, may: Callable[[], object], event: SaidByBot
    ) -> None:
        """
        Say what the filters let pass; meanwhile, also they may have done anything.
        """
        may()
        self._require_voice(room, nick, own)
        if self._world.numbered.get(room.timeline.id) is not room:
            raise errors.NoSuchRoom(room.name)
        number = self._recorder.record(
            room.timeline, "said", event.at, event.nick, bot_author(own), event.text
        )
        event = evolve(event, number=number, id=number and self._recorder.last_id)
        if room.is_public:
            self._talk.lines += 1
        self._talk.post(event, room)
