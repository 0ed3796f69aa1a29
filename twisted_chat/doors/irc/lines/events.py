"""
The messages of events: what each reader is told, without the tags that all have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted_chat.doors.event_words import told
from twisted_chat.doors.irc.lines.said import (
    Line,
    fit,
    in_one,
    lines_of_action,
    lines_of_message,
    lines_of_text,
    notices,
    spoken,
)
from twisted_chat.doors.irc.lines.times import time_tag
from twisted_chat.doors.irc.message import written_tags
from twisted_chat.doors.irc.numerics import RPL_INVITING
from twisted_chat.doors.irc.site import RANK_MODES, ROOM_MODES
from twisted_chat.events import (
    Acted,
    Broadcast,
    Deleted,
    Departure,
    Event,
    Invited,
    Joined,
    Left,
    ModeChanged,
    Quit,
    RankChanged,
    Reacted,
    Renamed,
    Said,
    Told,
    TopicChanged,
    Unreacted,
    Wallops,
)
from twisted_chat.replies.programs import Attention, PrivateReadUpTo, ReadUpTo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted_chat.doors.irc.negotiated import Negotiated

#: Why users have to leave a room, where that is told as a kick.
KICKED = frozenset({"kicked", "banned"})


def lines_of_event(how: Negotiated, event: Event, reader: str) -> Iterable[Line]:
    """
    Return the messages of ``event``, which is no reply.
    """
    site = how.site
    match event:
        case Said():
            return lines_of_text(how, event)
        case Acted():
            return lines_of_action(how, event)
        case Told():
            return lines_of_message(how, event, reader)
        case Invited() if event.recipient == reader:
            source = site.source(fit(event.nick))
            return [(f":{source} INVITE {fit(event.recipient)} :#{fit(event.room)}", "")]
        case Invited():
            names = f"{fit(event.nick)} {fit(event.recipient)} #{fit(event.room)}"
            return [(f":{site.name} {RPL_INVITING} {names}", "")]
        case ReadUpTo() | PrivateReadUpTo() | Attention():
            return _marked(how, reader, event)
        case Broadcast():
            return notices(f":{site.name} NOTICE *", told(event))
        case Wallops():
            return spoken(f":{site.source(fit(event.nick))} WALLOPS", event.text)
        case Joined() | Left() | Quit() | Renamed():
            return _of_presence(how, event)
        case _:
            return _of_room(how, event)


def _marked(
    how: Negotiated, reader: str, event: ReadUpTo | PrivateReadUpTo | Attention
) -> Iterable[Line]:
    # Clients have highlights of their own, and ask for the markers of users one by one.
    target = f"#{event.room}" if isinstance(event, ReadUpTo) else getattr(event, "nick", "")
    if not target or how.site.marker(reader, target) is None:
        # Without a time it would say what its client was told as it entered.
        return []
    return marker(how, reader, target)


def _of_presence(how: Negotiated, event: Joined | Left | Quit | Renamed) -> list[Line]:
    source = how.site.source(fit(event.nick))
    match event:
        case Joined():
            return [(joined(how, event.nick, event.room), "")]
        case Left():
            return [(_left(how, event), "")]
        case Quit():
            return [(f":{source} QUIT :{_why(event)}", "")]
        case Renamed():
            return [(f":{source} NICK :{fit(event.new_nick)}", "")]


def _of_room(how: Negotiated, event: Event) -> Iterable[Line]:
    match event:
        case TopicChanged():
            source, room = how.site.source(fit(event.nick)), fit(event.room)
            line = in_one(f":{source} TOPIC #{room} :", event.topic)
            return [(line, _change_tags(how, event))]
        case ModeChanged():
            return [(_mode(how, event), _change_tags(how, event))]
        case RankChanged():
            sign, letter = "+" if event.is_held else "-", RANK_MODES[event.rank]
            source, room = how.site.source(fit(event.nick)), fit(event.room)
            change = f"{sign}{letter} {fit(event.member)}"
            return [(f":{source} MODE #{room} {change}", _change_tags(how, event))]
        case Deleted() if "draft/message-redaction" in how.caps:
            return _redacted(how, event)
        case Reacted() | Unreacted():
            return _reacted(how, event)
        case _:
            room = fit(getattr(event, "room", ""))
            return notices(f":{how.site.name} NOTICE {f'#{room}' if room else '*'}", told(event))


def _change_tags(how: Negotiated, event: TopicChanged | ModeChanged | RankChanged) -> str:
    id_ = how.site.change_id(event.room, event.id) if how.has_tags else ""
    return f"msgid={id_}" if id_ else ""


def marker(how: Negotiated, reader: str, target: str) -> Iterator[Line]:
    """
    Yield up to which time ``reader`` has read ``target`` (draft/read-marker).
    """
    if "draft/read-marker" in how.caps:
        at = how.site.marker(reader, target)
        # A time that a client gave is not cut to the millisecond before.
        told = "*" if at is None else f"timestamp={time_tag(at + 1e-6)}"
        yield f":{how.site.name} MARKREAD {fit(target)} {told}", ""


def joined(how: Negotiated, nick: str, room: str, *, is_own: bool = False) -> str:
    """
    Return the message that ``nick`` has joined ``room``.

    Args:
        is_own: they read it themselves.  What others read of their real name would tell them
            whether they are ignored.
    """
    start = f":{how.site.source(fit(nick))} JOIN"
    if "extended-join" in how.caps:
        site = how.site
        realname = site.own_realname(nick) if is_own else site.realname_of(nick)
        return f"{start} #{fit(room)} {site.account_of(nick)} :{fit(realname)}"
    return f"{start} :#{fit(room)}"


def away(how: Negotiated, nick: str, reason: str | None) -> Line:
    """
    Return the message that ``nick`` is away for ``reason``; None if they are back.
    """
    start = f":{how.site.source(fit(nick))} AWAY"
    # Without a reason it would say that they are back.
    return (start if reason is None else in_one(f"{start} :", fit(reason) or "away")), ""


def _left(how: Negotiated, event: Left) -> str:
    if event.cause in KICKED:
        return kicked(how, event.by, event.room, event.nick, _why(event))
    source, why = how.site.source(fit(event.nick)), _why(event)
    return f":{source} PART #{fit(event.room)}" + (f" :{why}" if why else "")


def kicked(how: Negotiated, by: str, room: str, nick: str, reason: str) -> str:
    """
    Return the message that ``nick`` was kicked from ``room``; without ``by``, by the server.
    """
    source = how.site.source(fit(by)) if by else how.site.name
    return in_one(
        f":{source} KICK #{fit(room)} {fit(nick)} :", fit(reason) or fit(by) or fit(nick)
    )


def _why(event: Left | Quit | Departure) -> str:
    if event.cause == "logged-in":
        return fit(f"is {event.by}")
    if event.cause in {"", "kicked"}:
        return fit(event.reason)
    cause = event.cause.replace("-", " ")
    return fit(f"{cause}: {event.reason}" if event.reason else cause)


def _mode(how: Negotiated, event: ModeChanged) -> str:
    letters = ROOM_MODES[event.mode]
    is_on = bool(event.setting) != (event.mode == "keephistory")
    param = ""
    if event.mode == "lock":
        param = " *"
    elif event.mode in {"slow", "limit"} and is_on:
        param = f" {event.setting}"
    source, room = how.site.source(fit(event.nick)), fit(event.room)
    return f":{source} MODE #{room} {'+' if is_on else '-'}{letters}{param}"


def _redacted(how: Negotiated, event: Deleted) -> Iterable[Line]:
    id_ = how.site.message_id(event.room, event.number)
    if not id_:
        return ()
    why = f" :{fit(event.reason)}" if event.reason else ""
    return [(f":{how.site.source(fit(event.nick))} REDACT #{fit(event.room)} {id_}{why}", "")]


def _reacted(how: Negotiated, event: Reacted | Unreacted) -> Iterable[Line]:
    lines = reaction(how, event)
    if not how.is_rich:
        lines += notices(f":{how.site.name} NOTICE #{fit(event.room)}", told(event))
    return lines


def reaction(how: Negotiated, event: Reacted | Unreacted) -> list[Line]:
    """
    Return a reaction as a message of tags alone; nothing for clients that know none.
    """
    id_ = how.site.message_id(event.room, event.number) if how.has_tags else ""
    if not id_:
        return []
    tag = "+draft/react" if isinstance(event, Reacted) else "+draft/unreact"
    tags = written_tags({tag: fit(event.symbol), "+reply": id_, "+draft/reply": id_})
    return [(f":{how.site.source(fit(event.nick))} TAGMSG #{fit(event.room)}", tags)]
