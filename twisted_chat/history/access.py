"""
Access: which rooms a user may read, open or empty, and from which line on.

Lines that a user may not read are left out here, and so are lines of users they ignore.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors
from twisted_chat.delivery.rendering import is_by, without_quote
from twisted_chat.replies.server import Unsaved
from twisted_chat.text.names import fold, without_hash
from twisted_chat.world import readable

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.replies.pages import Transcript
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class Access:
    """
    Finds the rooms that a user may read, and shows pages.

    Args:
        world: holds the rooms that a user is in, or owns.
        timelines: know the others.
        journal: says how many lines are not kept yet.
        fanout: delivers the pages.
    """

    _world: World
    _timelines: Timelines
    _journal: Journal
    _fanout: Fanout

    def find(self, user: User, name: str) -> Room:
        """
        Return the room of this name, for ``user`` to read; it may be empty.

        Raises:
            NoSuchRoom: there is none that the user may know of.
        """
        room = self._timelines.asleep(without_hash(name)[:64])
        return self._world.find_room(name, seen_by=user) if room is None else room

    def first_line(self, user: User, room: Room) -> int:
        """
        Return the number of the first line of ``room`` that ``user`` may read.

        All users may have left it since it was found, or some may have entered.

        Raises:
            NoSuchRoom: the user may not know of it, or it was deleted.
            NotAllowed: they may not read it.
        """
        now = self._world.rooms.get(room.key) or self._timelines.asleep(room.name)
        if now is None or now.timeline.id != room.timeline.id:
            raise errors.NoSuchRoom(room.name)
        return readable.readable_from(user, now)

    def first_lines(self, user: User) -> dict[int, int]:
        """
        Return the first line that ``user`` may read, by the room's number in the store.
        """
        firsts = readable.readable_asleep(self._timelines.ids(), self._timelines.hidden)
        firsts.update(
            (room.timeline.id, readable.first_readable(user, room))
            for room in self._world.rooms.values()
        )
        return {room: first for room, first in firsts.items() if first}

    def room_of(self, line: Line) -> Room | None:
        """
        Return the room of ``line``, which may be empty; None if it was deleted.
        """
        names = self._timelines.names([line.room])
        return (
            self._world.rooms.get(fold(names[0])) or self._timelines.asleep(names[0])
            if names
            else None
        )

    def tell_unsaved(self, session: Session) -> None:
        """
        Tell ``session``, which reads the latest lines, if some are not kept yet.
        """
        if self._journal.unsaved:
            self._fanout.tell(session, Unsaved(self._world.now(), self._journal.unsaved))

    def show(self, session: Session, user: User, page: Transcript) -> None:
        """
        Show ``page`` to ``session`` of ``user``.
        """
        self._fanout.tell(session, without_ignored(user, page))


def without_ignored(user: User, page: Transcript) -> Transcript:
    """
    Return ``page`` without lines of users that ``user`` ignores.
    """
    if not user.ignored:
        return page
    return evolve(
        page,
        lines=tuple(
            evolve(line, event=without_quote(line.event, user.ignored))
            for line in page.lines
            if not is_by(line.event, user.ignored)
        ),
    )
