"""
History: CHATHISTORY, by IRCv3's draft/chathistory, for channels and for private messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from twisted_chat.doors.irc.lines.pages import PLAYBACK
from twisted_chat.doors.irc.lines.times import read_time, time_tag
from twisted_chat.doors.irc.site import MAX_HISTORY
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError
from twisted_chat.history.programs.spans import SPOKEN
from twisted_chat.store.records import LAST_ID, READ_LATER, id_at

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.world.model import Room

_VERBS = frozenset({"LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN"})
_BATCH = "targets"


class _Refused(ChatError):
    """
    A request for history is none.

    By IRCv3's chathistory ("Errors and Warnings").  Of an id that is unknown, such as one of
    before a new start, a client is told ``MESSAGE_ERROR``, and may ask by a time: it would take
    ``INVALID_MSGREFTYPE`` for a server without ids, and an empty batch for the end of history.
    """


class _Past(Protocol):
    """
    What was said in one place; lines have places, which are numbers that ascend.
    """

    async def first_from(self, place: str) -> int:
        """
        Return the place of the line that ``place`` names, or of the first one not before it.
        """

    async def last_until(self, place: str) -> int:
        """
        Return the place of the line that ``place`` names, or of the last one not behind it.
        """

    async def show(
        self, count: int, *, after: int = 0, before: int = LAST_ID, from_end: bool = True
    ) -> None:
        """
        Show at most ``count`` lines between two places, neither of them.
        """

    async def show_around(self, count: int, place: int) -> None:
        """
        Show at most ``count`` lines around a place, and that one.
        """


def chathistory(ask: Ask) -> Awaitable[object] | None:
    """
    Show a part of what was said in a channel, or between the user and another one.

    Raises:
        ChatError: it is nothing that can be asked for.
    """
    verb = ask.params[0].upper()
    if verb == "TARGETS":
        return _list_targets(ask)
    if verb not in _VERBS:
        raise _Refused(f"There is no CHATHISTORY {verb}.", code="invalid-params")
    count = _count(ask, verb, 5 if verb == "BETWEEN" else 4)
    return _show(ask, verb, _past(ask, ask.params[1]), count)


def _count(ask: Ask, verb: str, needed: int) -> int:
    """
    Return the limit, which is the last parameter, and count it as an answer of so many rows.
    """
    if len(ask.params) < needed:
        raise _Refused(f"CHATHISTORY {verb} needs {needed} parameters.", code="invalid-params")
    limit = ask.params[needed - 1]
    if not limit.isascii() or not limit.isdigit():
        raise _Refused(
            f"The limit must be a number, at most {MAX_HISTORY}.", code="invalid-params"
        )
    count = min(int(limit[:9]), MAX_HISTORY)
    ask.spend(count)
    return count


def _past(ask: Ask, target: str) -> _Past:
    if not target.startswith("#"):
        return _OfUser(ask, target)
    try:
        return _OfRoom(ask, ask.room(target))
    except ChatError:
        sentence = "Messages of this channel could not be found."
        raise _Refused(sentence, code="invalid-target") from None


async def _show(ask: Ask, verb: str, past: _Past, count: int) -> None:
    start = ask.params[2]
    match verb:
        case "LATEST":
            await past.show(count, after=0 if start == "*" else await past.last_until(start))
        case "BEFORE":
            await past.show(count, before=await past.first_from(start))
        case "AFTER":
            await past.show(count, after=await past.last_until(start), from_end=False)
        case "AROUND":
            await past.show_around(count, await past.first_from(start))
        case _:
            end = ask.params[3]
            is_forwards = await past.first_from(start) <= await past.first_from(end)
            earlier, later = (start, end) if is_forwards else (end, start)
            after, before = await past.last_until(earlier), await past.first_from(later)
            await past.show(count, after=after, before=before, from_end=not is_forwards)


@frozen
class _OfRoom:
    """
    The past of a channel; the places are the numbers of its lines.
    """

    ask: Ask
    room: Room

    @property
    def _kinds(self) -> tuple[str, ...]:
        return READ_LATER if PLAYBACK in self.ask.caps else SPOKEN

    async def first_from(self, place: str) -> int:
        """
        As of `_Past`.
        """
        site, timeline = self.ask.site, self.room.timeline
        kind, _, value = place.partition("=")
        if kind == "msgid" and (number := site.number_of(self.room, value)):
            return number
        if kind == "msgid" and (id_ := site.change_of(self.room, value)):
            return await self.ask.hub.reader.number_at(timeline, id_)
        if kind == "timestamp":
            return await self.ask.hub.reader.number_at(timeline, id_at(_read_time(value)))
        if kind == "msgid":
            raise _Refused("No message of this channel has that id.", code="message-error")
        raise _Refused("That is no id of a message, and no time.", code="invalid-msgreftype")

    async def last_until(self, place: str) -> int:
        """
        As of `_Past`.
        """
        if not place.startswith("timestamp="):
            return await self.first_from(place)
        return await self.ask.hub.reader.number_at(self.room.timeline, _id_behind(place)) - 1

    async def show(
        self, count: int, *, after: int = 0, before: int = LAST_ID, from_end: bool = True
    ) -> None:
        """
        As of `_Past`.
        """
        await self.ask.hub.spans.show(
            self.ask.session, self.room, count,
            after=after, before=before, from_end=from_end, kinds=self._kinds,
        )  # fmt: skip

    async def show_around(self, count: int, place: int) -> None:
        """
        As of `_Past`.
        """
        await self.ask.hub.spans.show_around(
            self.ask.session, self.room, count, place, self._kinds
        )


@frozen
class _OfUser:
    """
    What was written between the user and another one; the places are the ids of messages.
    """

    ask: Ask
    nick: str

    async def first_from(self, place: str) -> int:
        """
        As of `_Past`.
        """
        kind, _, value = place.partition("=")
        if kind == "msgid" and value.isascii() and value.isdigit() and len(value) <= 18:
            return int(value)
        if kind == "timestamp":
            return id_at(_read_time(value))
        if kind == "msgid":
            raise _Refused("No private message has that id.", code="message-error")
        raise _Refused("That is no id of a message, and no time.", code="invalid-msgreftype")

    async def last_until(self, place: str) -> int:
        """
        As of `_Past`.
        """
        if not place.startswith("timestamp="):
            return await self.first_from(place)
        return _id_behind(place) - 1

    async def show(
        self, count: int, *, after: int = 0, before: int = LAST_ID, from_end: bool = True
    ) -> None:
        """
        As of `_Past`.
        """
        await self.ask.hub.private_spans.show(
            self.ask.session, self.nick, count, after=after, before=before, from_end=from_end
        )

    async def show_around(self, count: int, place: int) -> None:
        """
        As of `_Past`.
        """
        await self.ask.hub.private_spans.show_around(self.ask.session, self.nick, count, place)


async def _list_targets(ask: Ask) -> None:
    """
    List the channels and users with a last message between two times, the oldest first.

    As by BETWEEN, they are counted from the first of the times ("TARGETS").
    """
    count = _count(ask, "TARGETS", 4)
    start, end = ask.params[1:3]
    is_forwards = _time_of(start) <= _time_of(end)
    if not is_forwards:
        start, end = end, start
    after, before = _id_behind(start) - 1, id_at(_time_of(end))
    hub, session = ask.hub, ask.session
    found = await hub.private_spans.correspondents(session, after, before)
    for room in tuple(ask.user.rooms):
        line = await hub.spans.last_spoken(ask.user, room)
        if line is not None and after < line.id < before:
            found.append((f"#{room.name}", line.at))
    found.sort(key=lambda each: each[1])
    found = found[:count] if is_forwards else found[max(len(found) - count, 0) :]
    lines = [("CHATHISTORY", "TARGETS", name, time_tag(at)) for name, at in found]
    ask.send_batch(_BATCH, "draft/chathistory-targets", lines)


def _time_of(place: str) -> float:
    kind, _, value = place.partition("=")
    if kind != "timestamp":
        raise _Refused("TARGETS needs two times.", code="invalid-params")
    return _read_time(value)


def _id_behind(place: str) -> int:
    """
    Return the first id behind a time: what is told with that time is not behind it.
    """
    # Times of messages are told to the millisecond.
    return min(id_at(_read_time(place.partition("=")[2]) + 0.001), LAST_ID)


def _read_time(text: str) -> float:
    try:
        return read_time(text)
    except ValueError as error:
        raise _Refused(str(error), code="invalid-params") from None


VERBS = {"CHATHISTORY": Verb(chathistory, 1, about=2)}
