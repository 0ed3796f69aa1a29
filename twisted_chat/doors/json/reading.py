"""
What a program reads: pages of history; and what it marks as read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.errors import ChatError, NoCurrentRoom
from twisted_chat.store.records import id_at
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from twisted_chat.doors.json import requests
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session


#: So many lines a page of history counts as, for the rate of lines.
READING = 4


async def read(hub: Hub, session: Session, request: requests.History) -> None:
    """
    Read a page of history.

    Raises:
        ChatError: it is not said of what, or that cannot be read.
    """
    user = session.require_user()
    if request.nick:
        await _read_messages(hub, session, request)
        return
    room = hub.access.find(user, request.room) if request.room else session.current
    if room is None:
        raise NoCurrentRoom
    sides = request.before, request.after, request.around
    if sum(each is not None for each in sides) > 1:
        raise ChatError("A history needs one of before, after and around.", code="bad-request")
    place = next((each for each in sides if each is not None), None)
    number = None if place is None else await _number_of(hub, room, place, request)
    before = after = None
    if request.before is not None:
        before = number
    elif request.after is not None:
        after = number
    elif number is not None:
        before, after = number, number - 1
    await hub.archive.show_place(session, room, request.count, before=before, after=after)


async def _read_messages(hub: Hub, session: Session, request: requests.History) -> None:
    before, after = request.before, request.after
    if request.room or request.around is not None or None not in {before, after}:
        raise ChatError(
            "A history with a nick needs no room, and at most one of before and after.",
            code="bad-request",
        )

    def id_of(place: float | None) -> int | None:
        if place is None:
            return None
        return id_at(place) if request.by == "time" else int(place)

    await hub.messages.show_place(
        session, request.nick, request.count, before=id_of(before), after=id_of(after)
    )


async def _number_of(hub: Hub, room: Room, place: float, request: requests.History) -> int:
    """
    Return the number of the line at ``place``, or of the last one that may be before it.
    """
    if request.by == "number":
        return int(place)
    id_ = int(place) if request.by == "id" else id_at(place)
    if request.after is None:
        return await hub.reader.number_at(room.timeline, id_)
    # A line of that very id or time is not behind it.
    return await hub.reader.number_at(room.timeline, id_ + 1) - 1


def mark(hub: Hub, session: Session, request: requests.Read) -> None:
    """
    Mark something as read.

    Raises:
        ChatError: there is no such room, or they are not in it, or it is not said what.
    """
    if bool(request.room) == bool(request.nick):
        needed = "A read needs a room and a number, or a nick and an id."
        raise ChatError(needed, code="bad-request")
    if request.nick:
        key = fold(read_nick(request.nick))
        hub.marks.mark_private(session, key, request.id)
    else:
        room = hub.find_room(request.room, seen_by=session.user)
        hub.marks.mark(session, room, request.number)
