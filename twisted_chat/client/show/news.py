"""
The words of news: the sentence that a user reads for what happened to a room or a user.

The members of each event stand in docs/protocol.md.  The caller cleans the text.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted_chat.client.show.line import Message
from twisted_chat.client.show.phrases import clock, span

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
_RANKS = {
    ("operator", True): "made {} an operator",
    ("operator", False): "removed {} as an operator",
    ("voiced", True): "gave {} a voice",
    ("voiced", False): "took the voice from {}",
}


def news(told: Message, reader: str) -> str:
    """
    Return the sentence for an event that ``reader`` is told of; empty if there are no words.

    Raises:
        LookupError, TypeError, ValueError: a member is missing, or is something else.
    """
    words = _NEWS.get(told["event"])
    return "" if words is None else _own(told, reader) or words(told)


def _own(told: Message, reader: str) -> str:
    """
    Return the sentence for what ``reader`` did; empty if it is the same as for others.
    """
    # The client has taken a new name by now.
    if reader not in {told.get("nick"), told.get("new_nick")}:
        return ""
    match told["event"]:
        case "left" if not told.get("cause"):
            return f"You have left #{told['room']}."
        case "renamed":
            return f"You are now known as {told['new_nick']}."
        case "invited":
            return f"You have invited {told['recipient']} to #{told['room']}."
        case _:
            return ""


def _invited(told: Message) -> str:
    room = told["room"]
    return f"{told['nick']} invites you to #{room}; /join {room} enters it"


def _topic_changed(told: Message) -> str:
    if not told["topic"]:
        return f"{told['nick']} removed the topic of #{told['room']}"
    return f"{told['nick']} set the topic of #{told['room']}: {told['topic']}"


def _mode_changed(told: Message) -> str:
    setting = told["setting"]
    if told["mode"] == "slow":
        pause = f"turned slow mode on: each user may speak once in {span(setting)}"
        return f"{told['nick']} {pause if setting else 'turned slow mode off'}"
    if told["mode"] == "limit" and setting:
        return f"{told['nick']} set the limit of members of this room to {setting:,}"
    on, off = _MODES[told["mode"]]
    return f"{told['nick']} {on if setting else off}"


def _rank_changed(told: Message) -> str:
    nick, member = told["nick"], told["member"]
    if told["rank"] == "owner":
        done = "gave this room up" if nick == member else f"took this room from {member}"
        return f"{nick} {done}; it is deleted when everybody has left"
    before, _, behind = _RANKS[told["rank"], told["is_held"]].partition("{}")
    return f"{nick} {before}{member}{behind}"


def _edited(told: Message) -> str:
    text = f": {told['text']}" if told["text"] else ""
    return f"{told['nick']} edited {_which(told)}{text}"


def _deleted(told: Message) -> str:
    when = clock(told["said_at"]) if told["said_at"] else ""
    which = ", ".join(filter(None, [told["quoted"], when]))
    why = f": {told['reason']}" if told.get("reason") else ""
    return f"{told['nick']} deleted {told['number']}{_in_brackets(which)}{why}"


def _which(told: Message) -> str:
    return f"{told['number']}{_in_brackets(told.get('quote', ''))}"


def _departed(told: Message) -> str:
    cause, by, reason = (told.get(each, "") for each in ("cause", "by", "reason"))
    if not cause:
        return _in_brackets(reason)
    if cause == "logged-in":
        return f" (is {by})"
    by = f" by {by}" if by else ""
    return f" ({cause.replace('-', ' ')}{by}{f': {reason}' if reason else ''})"


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


_NEWS: dict[str, Callable[[Message], str]] = {
    "joined": lambda told: f"{told['nick']} has joined #{told['room']}",
    "left": lambda told: f"{told['nick']} has left #{told['room']}{_departed(told)}",
    "quit": lambda told: f"{told['nick']} has left the chat{_departed(told)}",
    "renamed": lambda told: f"{told['nick']} is now known as {told['new_nick']}",
    "announced": lambda told: str(told["text"]),
    "broadcast": lambda told: f"{told['nick']} announces: {told['text']}",
    "wallops": lambda told: f"{told['nick']} tells the operators: {told['text']}",
    "invited": _invited,
    "topic-changed": _topic_changed,
    "mode-changed": _mode_changed,
    "rank-changed": _rank_changed,
    "edited": _edited,
    "deleted": _deleted,
    "reacted": lambda told: f"{told['nick']} reacts to {_which(told)} with {told['symbol']}",
    "unreacted": lambda told: (
        f"{told['nick']} no longer reacts to {_which(told)} with {told['symbol']}"
    ),
    "pinned": lambda told: f"{told['nick']} pinned {_which(told)}",
    "unpinned": lambda told: f"{told['nick']} unpinned {told['number']}",
}
