"""
Unread lines: how much was said in a user's rooms behind the lines that they have read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.history.access import heard
from twisted_chat.history.programs.spans import SPOKEN
from twisted_chat.replies.programs import RoomUnread, Unread
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import LAST_ID
from twisted_chat.text.words import Heard
from twisted_chat.world import readable

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.reader import Reader
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: The latest lines of a room that are looked at.
MOST = 200


@define(eq=False)
class UnreadLines:
    """
    Counts what a user has not read.

    Args:
        world: tells the time.
        fanout: delivers the answer.
        reader: reads the lines.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _deadlines: Deadlines

    @in_time
    async def tell(self, session: Session) -> None:
        """
        Tell ``session`` what is unread in each room that its user is in.

        Raises:
            Unavailable: the store does not answer.
        """
        user = session.require_user()
        rooms = [await self._of(user, room) for room in tuple(user.rooms)]
        self._fanout.tell(session, Unread(self._world.now(), tuple(rooms)))

    async def _of(self, user: User, room: Room) -> RoomUnread:
        timeline = room.timeline
        read, last = user.settings.read_up_to(timeline.id), timeline.number
        first = readable.first_readable(user, room) or LAST_ID
        if not read or read >= last or first > last:
            return RoomUnread(room.name, read, last, 0, 0, is_at_least=False)
        # What is said while it is read, the session is told by itself.
        found = await self._reader.before(timeline, last + 1, MOST, SPOKEN)
        unread = [line for line in found if line.number >= max(read + 1, first)]
        lines = [line for line in heard(user, unread) if not user.owns(line.author)]
        named = sum(Heard(line.text).names(user.key) for line in lines)
        is_at_least = len(unread) == MOST
        return RoomUnread(room.name, read, last, len(lines), named, is_at_least=is_at_least)
