"""
Unread lines: how much was said behind what a user has read, in their rooms and to them alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat.history.access import heard, mentions, unignored
from twisted_chat.history.programs.spans import SPOKEN
from twisted_chat.replies.people import UnreadShown
from twisted_chat.replies.programs import PrivateUnread, RoomUnread, Unread
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import LAST_ID, Line, Message
from twisted_chat.store.settings import EVERYBODY
from twisted_chat.text.names import fold
from twisted_chat.world import readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.reader import Reader
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.world.model import Account, Room, Session, User
    from twisted_chat.world.world import World

#: Lines of a room that are counted, and how many are read at once, as of messages.
MOST = 200
#: Pages that are looked at: whom one ignores may have written most of it.
PAGES = 10


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
        user = session.require_user()
        rooms, private, is_at_least = await self._count(user, {})
        self._fanout.tell(session, Unread(self._world.now(), rooms, private, is_at_least))

    @in_time
    async def show(self, session: Session) -> None:
        """
        Show the user of ``session`` where something is unread.

        Raises:
            Unavailable: the store does not answer.
        """
        # What was said since it has come, it was shown.
        user = session.require_user()
        rooms, private, is_at_least = await self._count(user, session.behind)
        unread = tuple(each for each in rooms if each.lines or each.is_at_least)
        self._fanout.tell(session, UnreadShown(self._world.now(), unread, private, is_at_least))

    async def _count(
        self, user: User, behind: Mapping[int, int]
    ) -> tuple[tuple[RoomUnread, ...], tuple[PrivateUnread, ...], bool]:
        """
        Return what ``user`` has not read in their rooms, who wrote, and whether more have.

        What comes while that is read does not count: their sessions are told of it by itself.

        Args:
            behind: the last line that counts of a room, by its number; else it is the latest.

        Raises:
            Unavailable: the store does not answer.
        """
        last_id = self._recorder.last_id
        lasts = [(room, behind.get(room.timeline.id, room.timeline.number)) for room in user.rooms]
        rooms = [await self.of(user, room, last) for room, last in lasts]
        return tuple(rooms), *await self._private(user, last_id)

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
        is_marked = timeline.id in user.settings.read
        first = readable.first_readable(user, room) or LAST_ID
        if not is_marked or read >= last or first > last:
            return RoomUnread(room.name, read, last, 0, 0, is_at_least=False)
        first, before, pages = max(read + 1, first), last + 1, 0
        has_more, lines = True, list[Line]()
        while has_more and len(lines) < MOST and pages < PAGES:
            found = await self._reader.before(timeline, before, MOST, SPOKEN)
            page = [line for line in found if line.number >= first]
            lines[:0] = [line for line in heard(user, page) if not user.owns(line.author)]
            has_more, pages = len(page) == MOST, pages + 1
            before = page[0].number if page else 0
        del lines[:-MOST]
        named = await mentions(user, room, lines, self._deadlines)
        return RoomUnread(
            *(room.name, read, last, len(lines), named),
            is_at_least=has_more,
            first=lines[0].number if lines else 0,
        )

    async def _private(self, user: User, last: int) -> tuple[tuple[PrivateUnread, ...], bool]:
        """
        Return who wrote to ``user`` what they have not read, and whether there may be more.

        Args:
            last: the id of the last message that counts.

        Raises:
            Unavailable: the store does not answer.
        """
        if user.account is None:
            # They are told at once, or never.
            return (), False
        marks = user.settings.read_in_private
        messages, has_more = await self._received(user, user.account, last + 1)
        found: dict[str, PrivateUnread] = {}
        for message in reversed(unignored(user, messages)):
            key = fold(message.nick)
            mark = marks.get(key)
            if (mark is None or message.id > mark.number) and not user.owns(message.author):
                each = found.get(key) or PrivateUnread(message.nick, 0, 0, message.id)
                found[key] = evolve(each, messages=each.messages + 1, first=message.id)
        return tuple(reversed(found.values())), has_more

    async def writers(self, user: User, account: Account) -> set[str]:
        """
        Return the folded nicks of those whose messages could be unread to ``user``.

        Args:
            account: that of the user.

        Raises:
            Unavailable: the store does not answer.
        """
        messages, _ = await self._received(user, account, LAST_ID)
        return {fold(message.nick) for message in messages}

    async def _received(
        self, user: User, account: Account, before: int
    ) -> tuple[list[Message], bool]:
        """
        Return the messages before an id that count, oldest first, and whether there may be more.

        These are those behind what ``user`` has read of everybody.
        """
        marks = user.settings.read_in_private
        # The number of an account is the id behind all that was before it.
        everybody = marks[EVERYBODY].number if EVERYBODY in marks else account.id
        has_more, found = True, list[Message]()
        while has_more and len(found) < PAGES * MOST:
            page = await self._reader.messages_to(account.id, everybody, before, MOST)
            found[:0] = page
            has_more = len(page) == MOST
            before = found[0].id if found else 0
        return found, has_more
