"""
Unread lines: how much was said behind what a user has read, in their rooms and to them alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.history.access import heard, mentions, unignored
from twisted_chat.history.programs.spans import SPOKEN
from twisted_chat.replies.people import UnreadShown
from twisted_chat.replies.programs import PrivateUnread, RoomUnread, Unread
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import LAST_ID
from twisted_chat.store.settings import EVERYBODY
from twisted_chat.text.names import fold
from twisted_chat.world import readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.reader import Reader
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.records import Message
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: The latest lines of a room that are looked at, and the latest messages to a user.
MOST = 200


@define(eq=False)
class UnreadLines:
    """
    Counts what a user has not read.

    Args:
        world: tells the time.
        fanout: delivers the answer.
        reader: reads the lines.
        recorder: says which message was the last.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _recorder: Recorder
    _deadlines: Deadlines

    @in_time
    async def tell(self, session: Session) -> None:
        """
        Tell the program of ``session`` what is unread in each room that its user is in.

        Raises:
            Unavailable: the store does not answer.
        """
        rooms, private = await self._count(session.require_user(), {})
        self._fanout.tell(session, Unread(self._world.now(), rooms, private))

    @in_time
    async def show(self, session: Session) -> None:
        """
        Show the user of ``session`` where something is unread.

        Raises:
            Unavailable: the store does not answer.
        """
        # What was said since it has come, it was shown.
        rooms, private = await self._count(session.require_user(), session.behind)
        unread = tuple(each for each in rooms if each.lines)
        self._fanout.tell(session, UnreadShown(self._world.now(), unread, private))

    async def _count(
        self, user: User, behind: Mapping[int, int]
    ) -> tuple[tuple[RoomUnread, ...], tuple[PrivateUnread, ...]]:
        """
        Return what ``user`` has not read in their rooms, and what others wrote, up to now.

        What comes while that is read, their sessions are told by itself.

        Args:
            behind: the last line that counts of a room, by its number; else it is the latest.

        Raises:
            Unavailable: the store does not answer.
        """
        last_id = self._recorder.last_id
        lasts = [(room, behind.get(room.timeline.id, room.timeline.number)) for room in user.rooms]
        rooms = [await self.of(user, room, last) for room, last in lasts]
        return tuple(rooms), await self._private(user, last_id)

    async def of(self, user: User, room: Room, last: int) -> RoomUnread:
        """
        Return what ``user`` has not read of ``room``.

        Args:
            last: the number of the last line that counts.

        Raises:
            Unavailable: the store does not answer.
        """
        timeline = room.timeline
        read = user.settings.read_up_to(timeline.id)
        first = readable.first_readable(user, room) or LAST_ID
        if not read or read >= last or first > last:
            return RoomUnread(room.name, read, last, 0, 0, is_at_least=False)
        found = await self._reader.before(timeline, last + 1, MOST, SPOKEN)
        unread = [line for line in found if line.number >= max(read + 1, first)]
        lines = [line for line in heard(user, unread) if not user.owns(line.author)]
        named = await mentions(user, room, lines, self._deadlines)
        return RoomUnread(
            *(room.name, read, last, len(lines), named),
            is_at_least=len(unread) == MOST,
            first=lines[0].number if lines else 0,
        )

    async def _private(self, user: User, last: int) -> tuple[PrivateUnread, ...]:
        """
        Return who wrote to ``user`` what they have not read, up to the message ``last``.

        Raises:
            Unavailable: the store does not answer.
        """
        if user.account is None:
            # They are told at once, or never.
            return ()
        marks = user.settings.read_in_private
        # The number of an account is the id behind all that was before it.
        everybody = marks[EVERYBODY].number if EVERYBODY in marks else user.account.id
        found: dict[str, list[Message]] = {}
        for message in unignored(
            user, await self._reader.messages_to(user.account.id, everybody, MOST)
        ):
            key = fold(message.nick)
            mark = marks.get(key)
            is_new = (mark.number if mark else 0) < message.id <= last
            if is_new and not user.owns(message.author):
                found[key] = [*found.pop(key, ()), message]
        return tuple(
            PrivateUnread(each[-1].nick, len(each), each[0].id, each[-1].id)
            for each in found.values()
        )
