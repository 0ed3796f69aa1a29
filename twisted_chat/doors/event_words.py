"""
The words of events: turns an event into the sentence that a user reads.

The caller cleans the text.
"""

from __future__ import annotations

import time

from twisted_chat.events import (
    Announced,
    Broadcast,
    Deleted,
    Departure,
    Edited,
    Event,
    Invited,
    Joined,
    Left,
    ModeChanged,
    Pinned,
    Quit,
    RankChanged,
    Reacted,
    Renamed,
    TopicChanged,
    Unpinned,
    Unreacted,
    Wallops,
)
from twisted_chat.replies.pages import Presence
from twisted_chat.text.durations import Duration
from twisted_chat.text.names import listed

# What is read behind the name of who does it: of a mode that is switched on, and off.
_MODES = {
    "private": ("made this room private", "made this room public"),
    "lock": ("locked this room with a password", "removed the password of this room"),
    "moderated": (
        "turned moderation on: only users with a voice may speak",
        "turned moderation off: everybody may speak",
    ),
    "limit": ("", "removed the limit of members of this room"),
    "members": ("lets in only users with an account", "lets in users without an account"),
    "topiclock": ("lets only operators set the topic", "lets everybody set the topic"),
    "keephistory": (
        "turned history on: what is said from now on is kept",
        "turned history off: what is said from now on is not kept",
    ),
}
# And of a rank that is given, and taken.
_RANKS = {
    "operator": ("made {} an operator", "removed {} as an operator"),
    "voiced": ("gave {} a voice", "took the voice from {}"),
}


def own_deed(event: Event, reader: str) -> str | None:
    """
    Return the sentence for an event of the reader's own; None if it is the same as for others.
    """
    match event:
        case Renamed(new_nick=nick) if nick == reader:
            return f"You are now known as {nick}."
        case Left(nick=nick) if nick == reader:
            return f"You have left #{event.room}."
        case Invited(nick=nick) if nick == reader:
            return f"You have invited {event.recipient} to #{event.room}."
        case _:
            return None


def told(event: Event) -> str:
    """
    Return the sentence for ``event``, which is not talk.

    Raises:
        TypeError: there are no words for it.
    """
    match event:
        case Presence():
            return f"{_came_and_went(event)} #{event.room}{_only_reason(event)}"
        case Joined():
            return f"{event.nick} has joined #{event.room}"
        case Left():
            return f"{event.nick} has left #{event.room}" + _departed(event)
        case Quit():
            return f"{event.nick} has left the chat" + _departed(event)
        case Renamed():
            return f"{event.nick} is now known as {event.new_nick}"
        case Announced():
            return event.text
        case Broadcast():
            return f"{event.nick} announces: {event.text}"
        case Wallops():
            return f"{event.nick} tells the operators: {event.text}"
        case Invited():
            return f"{event.nick} invites you to #{event.room}; /join {event.room} enters it"
        case _:
            return _told_of_room(event)


def _told_of_room(event: Event) -> str:
    match event:
        case TopicChanged(topic=""):
            return f"{event.nick} removed the topic of #{event.room}"
        case TopicChanged():
            return f"{event.nick} set the topic of #{event.room}: {event.topic}"
        case ModeChanged():
            return f"{event.nick} {_mode(event)}"
        case RankChanged():
            return f"{event.nick} {_rank(event)}"
        case _:
            return _told_of_line(event)


def _told_of_line(event: Event) -> str:
    match event:
        case Edited():
            what = f": {event.text}" if event.text else ""
            return f"{event.nick} edited {event.number}{_in_brackets(event.quote)}{what}"
        case Deleted():
            when = time.strftime("%H:%M", time.localtime(event.said_at)) if event.said_at else ""
            which = ", ".join(filter(None, [event.quoted, when]))
            why = f": {event.reason}" if event.reason else ""
            return f"{event.nick} deleted {event.number}{_in_brackets(which)}{why}"
        case Reacted():
            which = f"{event.number}{_in_brackets(event.quote)}"
            return f"{event.nick} reacts to {which} with {event.symbol}"
        case Unreacted():
            which = f"{event.number}{_in_brackets(event.quote)}"
            return f"{event.nick} no longer reacts to {which} with {event.symbol}"
        case Pinned():
            return f"{event.nick} pinned {event.number}{_in_brackets(event.quote)}"
        case Unpinned():
            return f"{event.nick} unpinned {event.number}"
        case _:
            raise TypeError(f"no words for {type(event).__name__}")


def _came_and_went(event: Presence) -> str:
    counted = event.large and len(event.joined) + len(event.left) > 1
    parts = []
    for people, deed in ((event.joined, "joined"), (event.left, "left")):
        if not people:
            continue
        if counted:
            # In a storm each reader has a count of their own: do not go through everybody.
            who = "1 person" if len(people) == 1 else f"{len(people)} people"
        elif deed == "joined":
            who = listed(event.joined)
        else:
            alone = len(event.joined) + len(event.left) == 1
            who = listed([nick + ("" if alone else _departed(why)) for nick, why in event.left])
        parts.append(f"{who} {'has' if len(people) == 1 else 'have'} {deed}")
    return " and ".join(parts)


def _only_reason(event: Presence) -> str:
    return _departed(event.left[0][1]) if not event.joined and len(event.left) == 1 else ""


def _departed(why: Departure | Left | Quit) -> str:
    if not why.cause:
        return _in_brackets(why.reason)
    if why.cause == "logged-in":
        return f" (is {why.by})"
    by = f" by {why.by}" if why.by else ""
    said = f": {why.reason}" if why.reason else ""
    return f" ({why.cause.replace('-', ' ')}{by}{said})"


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _mode(event: ModeChanged) -> str:
    if event.mode == "slow":
        pause = Duration(seconds=event.setting)
        once = f"turned slow mode on: each user may speak once in {pause}"
        return once if pause else "turned slow mode off"
    if event.mode == "limit" and event.setting:
        return f"set the limit of members of this room to {event.setting:,}"
    on, off = _MODES[event.mode]
    return on if event.setting else off


def _rank(event: RankChanged) -> str:
    if event.rank == "owner":
        is_own = event.member == event.nick
        done = "gave this room up" if is_own else f"took this room from {event.member}"
        return f"{done}; it is deleted when everybody has left"
    given, taken = _RANKS[event.rank]
    words, _, rest = (given if event.is_held else taken).partition("{}")
    return f"{words}{event.member}{rest}"
