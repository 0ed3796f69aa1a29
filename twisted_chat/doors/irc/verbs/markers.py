"""
Markers: MARKREAD, by IRCv3's draft/read-marker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.irc.kept.markers import marked_at
from twisted_chat.doors.irc.lines.times import read_time
from twisted_chat.doors.irc.negotiated import Negotiated
from twisted_chat.doors.irc.replies import MarkerOf
from twisted_chat.doors.irc.verbs.ask import Ask, Verb
from twisted_chat.errors import BadName, ChatError
from twisted_chat.store.records import id_at
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from twisted_chat.world.model import Room

MARKER = "draft/read-marker"


class _Refused(ChatError):
    """
    A request for a marker is none.
    """


def mark_read(ask: Ask) -> Awaitable[object] | None:
    """
    Tell up to which time a target has been read, or mark it as read up to a time.

    Raises:
        ChatError: it is no target of the user, or no time.
    """
    target = ask.param(0)
    if not target or " " in target:
        raise _Refused("MARKREAD needs a channel or a nick.", code="need-more-params")
    if not target.startswith("#"):
        _require_nick(target)
    room = _room(ask, target)
    if len(ask.params) == 1:
        return _tell(ask, target, room)
    if target.startswith("#") and room is None:
        raise _Refused("You are not in this channel.", code="invalid-params")
    kind, _, value = ask.params[1].partition("=")
    try:
        at = read_time(value if kind == "timestamp" else "")
    except ValueError as error:
        raise _Refused(str(error), code="invalid-params") from None
    return _mark(ask, target, room, at)


def _require_nick(target: str) -> None:
    try:
        read_nick(target)
    except BadName as refusal:
        raise _Refused(str(refusal), code="invalid-params") from None


def _room(ask: Ask, target: str) -> Room | None:
    found = ask.site.room_called(target.removeprefix("#")) if target.startswith("#") else None
    return found if found is not None and found in ask.user.rooms else None


async def _tell(ask: Ask, target: str, room: Room | None) -> None:
    hub, user = ask.hub, ask.user
    if room is not None and marked_at(user, target, room) is None:
        number = user.settings.read_up_to(room.timeline.id)
        lines = await hub.reader.before(room.timeline, number + 1, 1) if number else []
        if lines and room in user.rooms:
            # From now on that is its time.
            hub.marks.mark(ask.session, room, number, lines[-1].at)
    hub.tell(ask.session, MarkerOf(hub.now(), target))


async def _mark(ask: Ask, target: str, room: Room | None, at: float) -> None:
    hub, user = ask.hub, ask.user
    # Nothing is read before it is said: a mark never goes back.
    at = min(at, hub.now())
    if at > (marked_at(user, target, room) or 0.0):
        # Times of messages are told to the millisecond.
        until = id_at(at + 0.001)
        is_told = False
        if room is None:
            is_told = hub.marks.mark_private(ask.session, fold(target), until - 1, at)
        else:
            number = await hub.reader.number_at(room.timeline, until) - 1
            is_told = room in user.rooms and hub.marks.mark(ask.session, room, number, at)
        if not is_told:
            for other in user.sessions:
                dialect = other.view.dialect
                if other is not ask.session and isinstance(dialect, Negotiated):
                    hub.tell(other, MarkerOf(hub.now(), target))
    hub.tell(ask.session, MarkerOf(hub.now(), target))


VERBS = {"MARKREAD": Verb(mark_read)}
