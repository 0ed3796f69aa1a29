"""
Modes: how rooms are set, and what they are told of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, evolve, frozen

from twisted_chat import errors
from twisted_chat.store.decisions import RoomState
from twisted_chat.world import policy
from twisted_chat.world.policy import Deed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.hub import Hub
    from twisted_chat.store.decisions import Decision, Modes
    from twisted_chat.text.durations import Duration
    from twisted_chat.world.model import Room, User

# People of whom it is known when they spoke last, in one room; more, if more have to wait.
_SPOKE = 1000


@frozen
class _Switch:
    """
    A mode that is on or off.

    Attributes:
        mode: the field of `Modes`.
        on: what the room reads behind the name of who switches it on.
        off: likewise, off.
    """

    mode: str
    on: str
    off: str


# By the names of their commands, which are what the audit trail calls them.
_SWITCHES = {
    "private": _Switch("private", "made this room private", "made this room public"),
    "moderated": _Switch(
        "moderated", "lets only those speak who have a voice", "lets everybody speak"
    ),
    "members": _Switch(
        "members", "lets in only people with an account", "lets in people without an account"
    ),
    "topiclock": _Switch(
        "topic_locked", "lets only operators set the topic", "lets everybody set the topic"
    ),
    "keephistory": _Switch(
        "history",
        "has what is said from here on kept",
        "has nothing kept of what is said from here on",
    ),
}


@define(eq=False)
class RoomModes:
    """
    Sets rooms as those who operate them want.

    Args:
        hub: holds the rooms.
        keep: called with each decision that is to be kept with the turn.
    """

    _hub: Hub
    _keep: Callable[[Decision], None]

    def switch(self, user: User, room: Room, name: str, setting: bool) -> None:
        """
        Switch a mode of ``room`` on or off.

        Args:
            name: that of its command.

        Raises:
            NotAllowed: as for `with_changes`.
        """
        switch = _SWITCHES[name]
        deed = f"{name} {'on' if setting else 'off'}"
        said = switch.on if setting else switch.off
        self.set(user, room, deed, said, **{switch.mode: setting})

    def slow(self, user: User, room: Room, pause: Duration) -> None:
        """
        Let everybody speak in ``room`` once in so long; with no time, at will.

        Raises:
            NotAllowed: as for `with_changes`.
        """
        said = (
            f"lets everybody speak once in {pause}"
            if pause
            else "lets everybody speak without a wait"
        )
        seconds = round(pause.total_seconds())
        self.set(user, room, f"slow {pause or 'off'}", said, slow=seconds)

    def set(self, user: User, room: Room, deed: str, said: str, **changes: Any) -> None:
        """
        Set ``room`` as ``changes``, fields of `Modes`, say.

        Args:
            deed: what that is called in the audit trail.
            said: what the room reads behind the name of who did it.

        Raises:
            NotAllowed: as for `with_changes`.
        """
        modes = self.with_changes(user, room, **changes)
        # What the room is told of its history is the first that is kept of it, or the last.
        room.chronicle.is_kept = room.chronicle.is_kept or modes.history
        # Those who were let in hear of it; whoever may read all from here on does not.
        self._hub.talk.announce(room, f"{user.nick} {said}")
        self._hub.trail.note(user, room, deed)
        if modes.is_closed and not room.modes.is_closed:
            self._hub.ownership.let_members_in(room)
        elif room.modes.is_closed and not modes.is_closed:
            room.hide_past()
        room.modes = modes
        room.chronicle.is_kept = modes.history
        self.guard(room)
        self.keep(room)

    def with_changes(self, user: User, room: Room, **changes: Any) -> Modes:
        """
        Return how ``room`` would be if ``user`` set ``changes``.

        Raises:
            NotAllowed: ``user`` may not, or it would change nothing.
        """
        policy.check(user, Deed.OPERATE, room)
        modes = evolve(room.modes, **changes)
        if modes == room.modes:
            raise errors.NotAllowed(f"#{room.name} is set so already; /modes shows how.")
        if room.is_arrival and modes.keeps_out:
            raise errors.NotAllowed(f"People arrive in #{room.name}, so it stays open.")
        return modes

    def keep(self, room: Room) -> None:
        """
        Have it kept how ``room`` is set.
        """
        self._keep(RoomState(room.chronicle.id, room.topic, room.modes, room.public_from))

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
        Note that ``user`` spoke in ``room``, if one has to wait there before one speaks again.
        """
        if not room.modes.slow:
            return
        now = self._hub.seconds()
        if len(room.spoke) >= _SPOKE and user.author not in room.spoke:
            waiting = {who: at for who, at in room.spoke.items() if at + room.modes.slow > now}
            room.spoke = waiting
        room.spoke[user.author] = now
