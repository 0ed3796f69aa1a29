"""
History: CHATHISTORY, by IRCv3's draft/chathistory, for channels.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from twisted_chat.doors.irc.site import MAX_HISTORY
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import ChatError
from twisted_chat.store.records import LAST_ID, id_at

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.world.model import Room


class _Refused(ChatError):
    """
    A request for history is none.
    """


def chathistory(ask: Ask) -> Awaitable[object] | None:
    """
    Show a part of the history of a channel.

    Raises:
        ChatError: it is nothing that can be asked for.
    """
    verb, target = ask.params[0].upper(), ask.param(1)
    if verb == "TARGETS":
        # Who writes in private is not listed: a client asks for those with whom it talks.
        ask.send(("BATCH", "+targets", "draft/chathistory-targets"), ("BATCH", "-targets"))
        return None
    if verb not in {"LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN"}:
        raise _Refused(f"There is no CHATHISTORY {verb}.", code="invalid-params")
    needed = 5 if verb == "BETWEEN" else 4
    if len(ask.params) < needed:
        raise _Refused(f"CHATHISTORY {verb} needs {needed} parameters.", code="need-more-params")
    try:
        room = ask.room(target)
    except ChatError:
        sentence = "Messages of this channel could not be found."
        raise _Refused(sentence, code="invalid-target") from None
    limit = ask.params[needed - 1]
    if not limit.isascii() or not limit.isdigit():
        raise _Refused(
            f"The limit must be a number, at most {MAX_HISTORY}.", code="invalid-params"
        )
    count = min(int(limit[:9]), MAX_HISTORY)
    ask.spend(count)
    return _show(ask, verb, room, count)


async def _show(ask: Ask, verb: str, room: Room, count: int) -> None:
    spans, session = ask.hub.spans, ask.session
    match verb:
        case "LATEST":
            after = 0 if ask.params[2] == "*" else await _last_until(ask, room, ask.params[2])
            await spans.show(session, room, count, after=after)
        case "BEFORE":
            before = await _first_from(ask, room, ask.params[2])
            await spans.show(session, room, count, before=before)
        case "AFTER":
            after = await _last_until(ask, room, ask.params[2])
            await spans.show(session, room, count, after=after, from_end=False)
        case "AROUND":
            number = await _first_from(ask, room, ask.params[2])
            await spans.show_around(session, room, count, number)
        case _:
            await _between(ask, room, count)


async def _between(ask: Ask, room: Room, count: int) -> None:
    start, end = ask.params[2:4]
    is_forwards = await _first_from(ask, room, start) <= await _first_from(ask, room, end)
    earlier, later = (start, end) if is_forwards else (end, start)
    await ask.hub.spans.show(
        ask.session,
        room,
        count,
        after=await _last_until(ask, room, earlier),
        before=await _first_from(ask, room, later),
        from_end=not is_forwards,
    )


async def _first_from(ask: Ask, room: Room, place: str) -> int:
    """
    Return the number of the line that ``place`` is, or of the first one not before it.
    """
    kind, _, value = place.partition("=")
    if kind == "msgid" and (number := ask.site.number_of(room, value)):
        return number
    if kind == "timestamp":
        return await ask.hub.reader.number_at(room.timeline, id_at(_read_time(value)))
    raise _Refused("That is no message of this channel, and no time.", code="invalid-msgreftype")


async def _last_until(ask: Ask, room: Room, place: str) -> int:
    """
    Return the number of the line that ``place`` is, or of the last one not behind it.
    """
    kind, _, value = place.partition("=")
    if kind != "timestamp":
        return await _first_from(ask, room, place)
    # Times of messages are told to the millisecond: a line within this one is not behind it.
    id_ = min(id_at(_read_time(value) + 0.001), LAST_ID)
    return await ask.hub.reader.number_at(room.timeline, id_) - 1


def _read_time(text: str) -> float:
    """
    Return a time as of server-time, in seconds since the epoch.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise _Refused(
            "A time must be such as 2026-11-28T12:00:00.000Z.", code="invalid-params"
        ) from None


VERBS = {"CHATHISTORY": Verb(chathistory, 1)}
