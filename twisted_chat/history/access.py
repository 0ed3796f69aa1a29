"""
Access: which rooms a user may read, open or empty, and from which line on.

Lines that a user may not read are left out here, and so are lines of users they ignore.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.events import OTHERS_REASONS
from twisted_chat.history.recall import recall
from twisted_chat.replies.server import Unsaved
from twisted_chat.store.records import LAST_ID, TALK
from twisted_chat.text.names import fold, without_hash
from twisted_chat.text.words import Heard
from twisted_chat.world import readable
from twisted_chat.world.settings import Notify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.history.reader import Reader
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.replies.pages import Recalled
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.records import Line, Message
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.timeline import Timeline
    from twisted_chat.world.world import World

# Lines that are looked at together where some are left out, and how often, for one page.
_TOGETHER, _MOST_PAGES = 100, 20
#: Characters in which names are looked for before others have a turn; that takes about 10 ms.
AT_ONCE = 10_000


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

    def names(self, user: User, numbers: Iterable[int]) -> dict[int, str]:
        """
        Return the names of those of these rooms, open or empty, that ``user`` may know of.
        """
        open_ones, found = self._world.numbered, {}
        for number in numbers:
            for name in self._timelines.names((number,)):
                room = open_ones.get(number) or self._timelines.asleep(name)
                if room is not None and user.sees(room):
                    found[number] = room.name
        return found

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

    def first_of(self, user: User, number: int) -> int:
        """
        Return the number of the first line that ``user`` may read of a room, here or gone.

        Args:
            number: of the room, in the store.

        Returns:
            more than the number of any line, if they may read nothing.
        """
        room = self._world.numbered.get(number)
        if room is None:
            return readable.readable_asleep([number], self._timelines.hidden)[number]
        return readable.first_readable(user, room) or LAST_ID

    def first_lines(self, user: User) -> dict[int, int]:
        """
        Return the first line that ``user`` may read, by the room's number in the store.

        Rooms that everybody may read from the first line on are left out, so that they cost
        nothing; of those that ``user`` may not read it is more than the number of any line.
        """
        firsts = dict.fromkeys(self._world.closed, LAST_ID) | self._timelines.hidden
        for room in self._world.rooms_of(user) | self._world.limited:
            firsts[room.timeline.id] = readable.first_readable(user, room) or LAST_ID
        return firsts

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

    def recall(
        self, user: User, room: str, lines: Iterable[Line], answered: Mapping[int, Line]
    ) -> tuple[Recalled, ...]:
        """
        Return ``lines`` of ``room`` for a page of ``user``, as `recall` does, as they are `heard`.
        """
        return recall(self._world, room, heard(user, lines), quotable(user, answered))


def heard(user: User, lines: Iterable[Line]) -> list[Line]:
    """
    Return ``lines`` without what users wrote whom ``user`` ignores.

    That they came, went or set the room is no word of theirs; why a user had to go may be.
    """
    if not user.ignored:
        return list(lines)
    found: list[Line] = []
    for line in lines:
        if line.kind == "removed":
            found.append(_without_reason(user, line))
        elif not user.ignores_author(line.nick, line.author):
            found.append(line.without_reactions(user.hidden_authors))
        elif line.kind == "left":
            found.append(line._replace(text=""))
        elif line.kind not in (*TALK, "renamed"):
            found.append(line)
    return found


def _together(user: User, count: int) -> int:
    return max(count, _TOGETHER) if user.ignored else count


async def heard_before(
    reader: Reader,
    user: User,
    timeline: Timeline,
    number: int,
    count: int,
    first: int,
    kinds: Sequence[str],
) -> list[Line]:
    """
    Return the last ``count`` lines before line ``number`` that ``user`` hears, or fewer.

    Past those of ignored users is read on: an empty page would be taken for the end.

    Args:
        first: the number of the first line that they may read.
        kinds: only lines of these kinds.
    """
    found: list[Line] = []
    most = _together(user, count)
    for _ in range(_MOST_PAGES if count else 0):
        page = await reader.before(timeline, number, most, kinds)
        readable = [line for line in page if line.number >= first]
        found[:0] = heard(user, readable)
        if len(found) >= count or len(readable) < most:
            break
        number = readable[0].number
    return found[-count:] if count else []


async def heard_after(
    reader: Reader,
    user: User,
    timeline: Timeline,
    number: int,
    last: int,
    count: int,
    kinds: Sequence[str],
) -> list[Line]:
    """
    Return the first ``count`` lines behind line ``number`` that ``user`` hears, or fewer.

    Args:
        last: the number of the last line that counts.
        kinds: only lines of these kinds.
    """
    found: list[Line] = []
    most = _together(user, count)
    for _ in range(_MOST_PAGES if count else 0):
        page = await reader.after(timeline, number, last, most, kinds)
        found += heard(user, page)
        if len(found) >= count or len(page) < most:
            break
        number = page[-1].number
    return found[:count]


def _without_reason(user: User, line: Line) -> Line:
    """
    Return ``line``, which says why a user had to go, as ``user`` reads it.
    """
    cause, by, _ = line.text.split(" ", 2)
    if cause in OTHERS_REASONS:
        return line._replace(text=f"{cause} {by} ") if fold(by) in user.hidden else line
    is_theirs = user.ignores_author(line.nick, line.author)
    return line._replace(kind="left", text="") if is_theirs else line


async def mentions(user: User, room: Room, lines: Iterable[Line], deadlines: Deadlines) -> int:
    """
    Return how many of ``lines``, which were said in ``room``, mention ``user``.

    None counts in a room of which they do not want to be told.

    Args:
        deadlines: give others a turn after some lines, as strangers wrote them.
    """
    settings, found, looked_at = user.settings, 0, 0
    if settings.notify.get(room.timeline.id) is Notify.NONE:
        return 0
    for line in lines:
        # ASCII costs hardly anything.
        looked_at += 1 if line.text.isascii() else len(line.text)
        if looked_at > AT_ONCE:
            await deadlines.rest()
            looked_at = 0
        found += settings.is_mention(user.key, Heard(line.text))
    return found


def quotable(user: User, lines: Mapping[int, Line]) -> Mapping[int, Line]:
    """
    Return those of ``lines``, by number, that ``user`` may read quotes of.
    """
    if not user.ignored:
        return lines
    return {
        number: line
        for number, line in lines.items()
        if not user.ignores_author(line.nick, line.author)
    }


def unignored(user: User, messages: Iterable[Message]) -> list[Message]:
    """
    Return ``messages`` without those of users whom ``user`` ignores.
    """
    return [each for each in messages if not user.ignores_author(each.nick, each.author)]
