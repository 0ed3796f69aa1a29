"""
Modes: setting the modes of rooms, and telling the rooms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.events import ModeChanged
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.store.decisions import Modes
    from twisted_chat.text.durations import Duration
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.world import World


# The fields of `Modes` that are on or off, by the names of their commands, which is what events
# and the audit trail call them.
_SWITCHES = {
    "private": "private",
    "moderated": "moderated",
    "members": "members",
    "topiclock": "topic_locked",
    "keephistory": "history",
}
#: The highest limit of the members of one room.
MAX_LIMIT = 1_000_000


@define(eq=False)
class RoomModes:
    """
    Sets the modes of rooms.

    Args:
        world: tells the time.
        fanout: has it kept how rooms are set.
        recorder: keeps what it hears of that.
        talk: tells the room.
        audit: notes each action.
        ranks: know who was let in.
    """

    _world: World
    _fanout: Fanout
    _recorder: Recorder
    _talk: Talk
    _audit: AuditLog
    _ranks: Ranks

    def switch(self, user: User, room: Room, name: str, setting: bool) -> None:
        """
        Switch a mode of ``room`` on or off.

        Args:
            name: the name of its command.

        Raises:
            NotAllowed: as in `with_changes`.
        """
        deed = f"{name} {'on' if setting else 'off'}"
        self.set(user, room, deed, name, int(setting), **{_SWITCHES[name]: setting})

    def slow(self, user: User, room: Room, pause: Duration) -> None:
        """
        Set slow mode: each user speaks in ``room`` once in ``pause`` seconds; 0 ends it.

        Raises:
            NotAllowed: as in `with_changes`.
        """
        seconds = round(pause.total_seconds())
        self.set(user, room, f"slow {pause or 'off'}", "slow", seconds, slow=seconds)

    def limit(self, user: User, room: Room, most: int) -> None:
        """
        Let users into ``room`` while fewer than ``most`` are in it; 0 ends that.

        Its operators are let in nevertheless, and nobody is put out.

        Raises:
            ChatError: there cannot be such a limit.
            NotAllowed: as in `with_changes`.
        """
        if not 0 <= most <= MAX_LIMIT:
            raise errors.ChatError(
                f"The limit of members is 1 to {MAX_LIMIT:,}, or off.",
                code="limit-out-of-range",
                most=MAX_LIMIT,
            )
        self.set(user, room, f"limit {most or 'off'}", "limit", most, limit=most)

    def set(
        self, user: User, room: Room, deed: str, mode: str, setting: int, **changes: Any
    ) -> None:
        """
        Set fields of the modes of ``room``.

        Args:
            deed: the name of this act in the audit trail.
            mode: the mode that the room is told of, with ``setting`` as of `ModeChanged`.

        Raises:
            NotAllowed: as in `with_changes`.
            TooMuch: as in `AuditLog.spend`.
        """
        modes = self.with_changes(user, room, **changes)
        self._audit.spend(user)
        # The line about history is the first one that is kept, or the last.
        room.timeline.is_kept = room.timeline.is_kept or modes.history
        # Users who were let in read this line; those who may read the room only from now on do
        # not.
        now = self._world.now()
        number = self._recorder.note(room, "mode", now, user, f"{mode} {setting}")
        id_ = number and self._recorder.last_id
        self._talk.post(ModeChanged(now, room.name, user.nick, mode, setting, id_), room)
        self._audit.note(user, room, deed)
        has_other_password = modes.password != room.modes.password
        if has_other_password:
            self._ranks.lock_out(room, user)
        becomes_private = modes.private and not room.modes.private
        # Members of a room that is closed already may have deleted the account that was let in.
        if becomes_private or (has_other_password and modes.password):
            self._ranks.let_members_in(room, is_private=becomes_private)
        elif room.modes.is_closed and not modes.is_closed:
            room.hide_past()
        room.modes = modes
        room.timeline.is_kept = modes.history
        room.guard()
        self._fanout.keep(room.state)

    def with_changes(self, user: User, room: Room, **changes: Any) -> Modes:
        """
        Return the modes of ``room`` with ``changes`` by ``user``.

        Raises:
            NotAllowed: ``user`` may not do this, or nothing would change.
        """
        policy.check(user, Permission.OPERATE, room)
        modes = evolve(room.modes, **changes)
        if modes == room.modes:
            raise errors.NotAllowed(
                f"#{room.name} is already set that way; /modes shows its modes.",
                code="mode-set-already",
                room=room.name,
            )
        if room.is_arrival and (modes.keeps_out or modes.limit):
            raise errors.NotAllowed(
                f"New users arrive in #{room.name}, so it must stay open.",
                code="must-stay-open",
                room=room.name,
            )
        return modes
