"""
The archive: what rooms heard before, read by one session, page by page.

What somebody may not read is left out here, wherever it is read from; so is what those said whom
they ignore.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve

from twisted_chat import errors, policy
from twisted_chat.delivery import is_by, without_quote
from twisted_chat.events import Recalled, Transcript
from twisted_chat.history import recall, recall_message
from twisted_chat.names import fold, fold_text, mentions
from twisted_chat.readers import Hits, Place, Reader
from twisted_chat.records import LAST_ID, Query
from twisted_chat.retention import oldest_kept
from twisted_chat.searching import read_search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted_chat.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.people import Room, Session, User
    from twisted_chat.records import Line

#: Lines of one room that are counted, and shown if they fit, as missed.
MISSED = 1000
#: The most bytes of text on one page, but for a single line of more.
MAX_BYTES = 65536
#: Hits on one page.
HITS = 10
#: Lines shown before and after a hit.
AROUND = 5


@define(eq=False)
class Archive:
    """
    Shows sessions what was heard before.

    Args:
        hub: whose rooms and history it is.
        fanout: takes pages to their readers.
    """

    _hub: Hub
    _fanout: Fanout

    def find_room(self, user: User, name: str) -> Room:
        """
        Return the room of this name, of which ``user`` wants to read; everybody may have left it.

        Raises:
            NoSuchRoom: there is none that they may know of.
        """
        room = self._hub.asleep(name.removeprefix("#")[:64])
        return self._hub.find_room(name, seen_by=user) if room is None else room

    def show_earlier(self, session: Session, room: Room, before: int) -> None:
        """
        Let ``session``, which enters ``room``, read the latest talk from before line ``before``.
        """
        user, count = session.user, self._hub.limits.history_lines
        if user is None or not count:
            return
        span = range(policy.readable_from(user, room), before)

        def earlier(_: object) -> Transcript | None:
            now, chronicle = self._hub.now(), room.chronicle
            oldest = oldest_kept(self._hub.limits.keep_history, now)
            page = self._hub.history.earlier(chronicle, room.name, now, span, count, oldest)
            if page is None:
                return None
            _reader_of(session).place = Place(room, page.lines[0].number, chronicle.spoken)
            page = _without_ignored(user, page)
            return page if page.lines else None

        reading = self._hub.history.complete(room.chronicle)
        if reading is not None:
            self._fanout.tell_later(session, reading.addCallback(earlier))
        elif (page := earlier(None)) is not None:
            self._fanout.tell(session, page)

    async def read_back(self, session: Session, room: Room, count: int) -> None:
        """
        Let ``session`` read the ``count`` lines that ``room`` heard before what was read last.

        Where something was said since, that is the latest lines.

        Raises:
            NoSuchRoom: they may not know of the room.
            Unavailable: the store does not answer.
        """
        reader = _reader_of(session)
        async with reader.turning:
            place, chronicle = reader.place, room.chronicle
            is_same = place is not None and place.room.chronicle.id == chronicle.id
            if place is None or not is_same or place.spoken != chronicle.spoken:
                place = Place(room, chronicle.number + 1, chronicle.spoken)
            place.count = count
            await self._turn_back(session, place)
            reader.place = reader.paged = place

    async def more(self, session: Session) -> None:
        """
        Let ``session`` read the next page of what it asked for last.

        Raises:
            NotAllowed: that is nothing.
            ChatError: as for what was asked.
        """
        reader = _reader_of(session)
        async with reader.turning:
            if reader.paged is None:
                raise errors.NotAllowed("There is nothing to read on. /history begins.")
            if isinstance(reader.paged, Hits):
                await self._find_more(session, reader.paged)
            else:
                await self._turn_back(session, reader.paged)

    async def search(self, session: Session, text: str) -> None:
        """
        Let ``session`` read the latest lines that are found, in all rooms that it may read.

        Raises:
            BadSearch: ``text`` means nothing that could be found.
            ChatError: nothing was found, or that takes too long.
        """
        reader = _reader_of(session)
        async with reader.turning:
            search = read_search(text, self._hub.now())
            user = _user_of(session)
            room = self.find_room(user, search.room) if search.room else None
            before = LAST_ID if search.before is None else _id(search.before)
            hits = Hits(search, room, before)
            await self._find_more(session, hits)
            reader.hits = reader.paged = hits

    async def show(self, session: Session, number: int) -> None:
        """
        Let ``session`` read what was heard around a hit of its last search.

        Raises:
            NotAllowed: there is none of this number.
            NoSuchRoom: they may not know of its room any more.
            Unavailable: the store does not answer.
        """
        hits = _reader_of(session).hits
        if hits is None or number not in hits.places:
            raise errors.NotAllowed(f"No line {number} was found. /search finds some.")
        room, hit = hits.places[number]
        user, first = self._may_read(session, room)
        span = range(max(first, hit - AROUND), hit + AROUND + 1)
        history = self._hub.history
        found = await history.before(room.chronicle, span.stop, len(span))
        lines = [line for line in found if line.number in span]
        answered = await history.answered(room.chronicle, lines, first)
        recalled = tuple(
            evolve(line, label="> " if line.number == hit else "  ")
            for line in recall(room.name, lines, answered)
        )
        page = Transcript(self._hub.now(), f"--- in #{room.name} ---", recalled)
        self._show(session, user, page)

    async def catch_up(self, session: Session) -> None:
        """
        Let ``session`` read what its rooms heard while its owner was not here.

        Raises:
            NotAllowed: they have no account, were never away, or nothing was said.
            Unavailable: the store does not answer.
        """
        user = session.user
        if user is None or user.account is None:
            raise errors.NotAllowed("Only those with an account are missed; /register makes one.")
        after, before = user.account.missed
        pages, left = [], MAX_BYTES
        for room in tuple(user.rooms):
            first = _first_readable(user, room)
            missed = await self._hub.history.since(room.chronicle, after, before, MISSED)
            lines = [line for line in missed if line.number >= first > 0]
            if not lines:
                continue
            shown = _fitting(lines, left) if left > 0 else ()
            left -= sum(len(line.text.encode()) for line in shown)
            answered = await self._hub.history.answered(room.chronicle, shown, first)
            heading = _missed(user, room, lines, len(shown))
            recalled = recall(room.name, shown, answered)
            pages.append(Transcript(self._hub.now(), heading, recalled))
        if not pages:
            raise errors.NotAllowed("Nothing was said in your rooms while you were away.")
        for page in pages:
            self._show(session, user, page)

    async def show_messages(self, session: Session, nick: str, count: int) -> None:
        """
        Let ``session`` read the last messages between its user and somebody.

        Raises:
            NoSuchUser: there is nobody of this name, here or with an account.
            NotAllowed: there are none.
            Unavailable: the store does not answer.
        """
        user, account = session.user, self._hub.accounts.find(nick)
        if user is None:
            raise errors.NoSuchUser(session.nick)
        other = account.id if account else self._hub.find_user(nick).author
        messages = await self._hub.history.messages(user.author, other, count)
        if not messages:
            raise errors.NotAllowed(
                "Nothing is kept of that; messages are, where one side has an account."
            )
        lines = tuple(recall_message(message) for message in messages)
        self._show(session, user, Transcript(self._hub.now(), "--- messages ---", lines))

    async def _turn_back(self, session: Session, place: Place) -> None:
        room, history = place.room, self._hub.history
        user, first = self._may_read(session, room)
        # One more tells whether there is any.
        found = await history.before(room.chronicle, place.before, place.count + 1)
        readable = [line for line in found if line.number >= first]
        lines = _fitting(readable[-place.count :])
        if not lines:
            raise errors.NotAllowed(f"There is nothing before that in #{room.name}.")
        answered = await history.answered(room.chronicle, lines, first)
        place.before = lines[0].number
        is_all = len(lines) == len(readable)
        footing = (
            "--- that is where it begins ---" if is_all else "--- /more for what was before ---"
        )
        self._show(
            session,
            user,
            Transcript(
                self._hub.now(),
                f"--- in #{room.name} ---",
                recall(room.name, lines, answered),
                footing,
            ),
        )

    async def show_pins(self, session: Session, room: Room) -> None:
        """
        Let ``session`` read the lines of ``room`` that stay.

        Raises:
            NoSuchRoom: they may not know of the room.
            NotAllowed: there are none.
            Unavailable: the store does not answer.
        """
        history = self._hub.history
        user, first = self._may_read(session, room)
        pinned = await history.pinned(room.chronicle)
        lines = _fitting([line for line in pinned if line.number >= first])
        if not lines:
            raise errors.NotAllowed(f"Nothing is pinned in #{room.name}. /pin pins a line.")
        answered = await history.answered(room.chronicle, lines, first)
        recalled, heading = recall(room.name, lines, answered), f"--- pinned in #{room.name} ---"
        page = Transcript(self._hub.now(), heading, recalled, numbered=True)
        self._show(session, user, page)

    async def _find_more(self, session: Session, hits: Hits) -> None:
        user, firsts = self._readable(session, hits.room)
        search = hits.search
        query = Query(
            search.terms,
            firsts,
            search.nick,
            0 if search.after is None else _id(search.after),
            hits.before,
        )
        # One more tells whether there is any.
        found = await self._hub.history.search(query, HITS + 1)
        if not found:
            raise errors.NotAllowed(f"Nothing {'more ' if hits.count else ''}was found.")
        lines = found[:HITS]
        hits.before = lines[-1].id
        recalled = await self._recall_hits(user, hits, lines, firsts)
        is_all = len(found) <= HITS
        footing = "--- that is all ---" if is_all else "--- /more for what was before ---"
        page = Transcript(
            self._hub.now(), "--- found ---", recalled, footing, labelled=hits.room is None
        )
        self._show(session, user, page)

    async def _recall_hits(
        self, user: User, hits: Hits, lines: Sequence[Line], firsts: Mapping[int, int]
    ) -> tuple[Recalled, ...]:
        recalled: list[Recalled] = []
        for line in lines:
            room = self._room_of(line)
            if room is None:
                # Its store forgot it, or it was closed and left, while this was looked for.
                continue
            answered = await self._hub.history.answered(room.chronicle, [line], firsts[line.room])
            (found,) = recall(room.name, [line], answered)
            if not is_by(found.event, user.ignored):
                label = f"{hits.add(room, line.number)}. "
                recalled.append(evolve(found, label=label))
        return tuple(recalled)

    def _readable(self, session: Session, only: Room | None) -> tuple[User, dict[int, int]]:
        """
        Return who reads with ``session``, and from which line on they may read which rooms.

        These are told by their numbers in the store.
        """
        user, hub = _user_of(session), self._hub
        if only is not None:
            return user, {only.chronicle.id: self._may_read(session, only)[1]}
        firsts = policy.readable_asleep(hub.chronicles.ids(), hub.ownership.hidden())
        firsts.update(
            (room.chronicle.id, _first_readable(user, room)) for room in hub.rooms.values()
        )
        return user, {room: first for room, first in firsts.items() if first}

    def _may_read(self, session: Session, room: Room) -> tuple[User, int]:
        """
        Return who reads with ``session``, and the first line of ``room`` that they may read.

        Everybody may have left it since it was found, or somebody may have come.
        """
        now = self._hub.rooms.get(room.key) or self._hub.asleep(room.name)
        if session.user is None or now is None or now.chronicle.id != room.chronicle.id:
            raise errors.NoSuchRoom(room.name)
        return session.user, policy.readable_from(session.user, now)

    def _room_of(self, line: Line) -> Room | None:
        """
        Return the room that heard ``line``, which may be asleep; None if there is none any more.
        """
        names = self._hub.chronicles.names([line.room])
        return self._hub.rooms.get(fold(names[0])) or self._hub.asleep(names[0]) if names else None

    def _show(self, session: Session, user: User, page: Transcript) -> None:
        if not session.closed:
            self._fanout.tell(session, _without_ignored(user, page))


def _id(at: float) -> int:
    """
    Return the least id of what happens from ``at`` on.
    """
    return int(at * 1_000_000)


def _first_readable(user: User, room: Room) -> int:
    """
    Return the first line of ``room`` that ``user`` may read; 0 if there is none.
    """
    try:
        return policy.readable_from(user, room)
    except errors.ChatError:
        return 0


def _user_of(session: Session) -> User:
    if session.user is None:
        raise errors.NoSuchUser(session.nick)
    return session.user


def _reader_of(session: Session) -> Reader:
    if session.reader is None:
        session.reader = Reader()
    return session.reader


def _without_ignored(user: User, page: Transcript) -> Transcript:
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


def _missed(user: User, room: Room, lines: Sequence[Line], shown: int) -> str:
    """
    Return the line above what somebody has missed.
    """
    named = sum(mentions(fold_text(line.text), user.key) for line in lines)
    count = f"{len(lines)} line{'' if len(lines) == 1 else 's'} in #{room.name}"
    more = " or more" if len(lines) == MISSED else ""
    you = f", {named} name{'s' if named == 1 else ''} you" if named else ""
    last = f", the last {shown}" if shown < len(lines) else ""
    return f"--- {count}{more}{you}{last} ---"


def _fitting(lines: Sequence[Line], left: int = MAX_BYTES) -> Sequence[Line]:
    """
    Return the last of ``lines``: as many as fit into ``left`` bytes, and one at least.
    """
    start = len(lines)
    while start and left > 0:
        left -= len(lines[start - 1].text.encode())
        start -= 1
    return lines[start:]
