"""
The words of events: the sentence that a user reads for what happened, or for what they are told.

The members of each event stand in docs/protocol.md.  The caller cleans the text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from twisted_chat.client.show.line import Message

# What is read behind the name of who does it: of a mode that is switched on, and off.
_MODES = {
    "private": ("made this room private", "made this room public"),
    "lock": ("locked this room with a password", "removed the password of this room"),
    "moderated": (
        "turned moderation on: only users with a voice may speak",
        "turned moderation off: everybody may speak",
    ),
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
_ACCOUNT = {
    "registered": "{} is registered to you. From now on, that name needs your password.",
    "password-changed": "Your password was changed.",
    "unregistered": "Your account {} was deleted. What you said stays.",
    "logged-out": "You have logged out. Goodbye, {}.",
}
_CLOSED = {
    "quit": "Goodbye, {}.",
    "no-name": "Disconnected: no name was given in time.",
    "idle": "Disconnected: idle for too long.",
    "flooding": "Disconnected: too many lines for too long.",
    "guessing": "Disconnected: too many wrong passwords.",
    "ghost": "You closed this connection from another one.",
    "resumed": "You go on in another window or program.",
    "restart": "The server is restarting.",
    "shutdown": "The server is shutting down.",
}
_HINTS = {
    "not-encrypted": (
        "This connection is not encrypted: others on the network may read your password."
    ),
}
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


# -- what happened --------------------------------------------------------------------------------


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
    return f"{told['nick']} deleted {told['number']}{_in_brackets(which)}"


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


_NEWS: dict[str, Callable[[Message], str]] = {
    "joined": lambda told: f"{told['nick']} has joined #{told['room']}",
    "left": lambda told: f"{told['nick']} has left #{told['room']}{_departed(told)}",
    "quit": lambda told: f"{told['nick']} has left the chat{_departed(told)}",
    "renamed": lambda told: f"{told['nick']} is now known as {told['new_nick']}",
    "announced": lambda told: str(told["text"]),
    "broadcast": lambda told: f"{told['nick']} announces: {told['text']}",
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


# -- what the user is told ------------------------------------------------------------------------


def reply(told: Message) -> Iterable[str]:
    """
    Return the lines for an event that answers the user, or is for them alone.

    Raises:
        LookupError, TypeError, ValueError: a member is missing, or is something else.
    """
    words = _REPLIES.get(told["event"])
    if words is None:
        return []
    found = words(told)
    return [found] if isinstance(found, str) else found


def _entered(told: Message) -> Iterable[str]:
    if told["is_elsewhere"]:
        yield f"You have entered #{told['room']} from another connection."
        return
    others = told["members"]
    more = f" and {told['more']} more" if told["more"] else ""
    company = f" with {listed(others) if not more else ', '.join(others)}{more}"
    alone = ". Nobody else is here yet."
    yield f"You are in #{told['room']} as {told['nick']}{f'{company}.' if others else alone}"
    if told["topic"]:
        yield f"Topic: {told['topic']}"


def _away(told: Message) -> str:
    if not told["is_yours"]:
        return away_line(told["nick"], told["reason"])
    return (
        "Welcome back." if told["reason"] is None else "You are marked as away. /back ends that."
    )


def _ignoring(told: Message) -> str:
    if told["is_ignored"]:
        return f"You no longer see what {told['nick']} says. /unignore {told['nick']} ends that."
    return f"You see what {told['nick']} says again."


def _role_changed(told: Message) -> str:
    who = "You are" if told["is_yours"] else f"{told['account']} is"
    article = "an" if told["role"][:1] in "aeiou" else "a"
    return f"{who} {'now' if told['is_granted'] else 'no longer'} {article} {told['role']}."


def _connections_closed(told: Message) -> str:
    others = "connection" if told["count"] == 1 else "connections"
    return f"Closed {told['count']} other {others} of {told['account']}."


def _closes_soon(told: Message) -> str:
    when = span(told["seconds"])
    if told["cause"] == "idle":
        return f"You will be disconnected in {when} unless you type something."
    return f"The server is going down for a restart within {when}."


def _setting_changed(told: Message) -> str:
    if told["value"] is None:
        return f"The setting {told['name']} makes no difference to this program."
    return f"The setting {told['name']} is {set_to(told['value'])}."


def _welcome(told: Message) -> Iterable[str]:
    if told["refusal"]:
        yield f"Welcome, {told['nick']}. {told['refusal']['message']}"
    elif told["connections"] > 1:
        rooms = listed([f"#{each}" for each in told["rooms"]]) or "no room"
        yield f"You are in {rooms} as {told['nick']}, from {told['connections']} connections."


def _kicked(told: Message) -> str:
    place = f"#{told['room']}" if told["room"] else "this server"
    if told["is_yours"]:
        why = f": {told['reason']}" if told["reason"] else "."
        return f"You were kicked from {place} by {told['by']}{why}"
    return f"You kicked {told['nick']} from {place}."


def _sanctioned(told: Message) -> str:
    found = told["sanction"]
    done = {"ban": "banned", "mute": "muted"}[found["kind"]]
    place = f"in #{found['room']}" if found["room"] else "on this server"
    why = f": {found['reason']}" if found["reason"] else "."
    ends = f"until {moment(found['until'])}{why}"
    if told["is_yours"]:
        return f"You are {done} {place} by {found['by']} {ends}"
    return f"You {done} {found['target']} {place} {ends}"


def _lifted(told: Message) -> str:
    place = f"in #{told['room']}" if told["room"] else "on this server"
    if told["is_yours"]:
        return f"{told['by']} lifted your {told['kind']} {place}."
    done = {"ban": "banned", "mute": "muted"}[told["kind"]]
    return f"{told['target']} is no longer {done} {place}."


def reported(told: Message) -> str:
    """
    Return what a report says, without its time.
    """
    where = f" in #{told['room']}" if told["room"] else ""
    return f"{told['nick']} reports {told['target']}{where}: {told['reason']}"


def _report_taken(told: Message) -> str:
    is_read = told["is_read"]
    who = "The operators who are here have" if is_read else "The next operator who comes will"
    return f"{who} read your report."


def _saved(told: Message) -> str:
    target = f" {told['target']}" if told["target"] else ""
    where = f" in #{told['room']}" if told["room"] else ""
    what = f"{told['by']}: {told['deed']}{target}{where}"
    if told["is_saved"]:
        return f"(saved now) {what}"
    return f"(not saved yet) {what}. The disk fails; if the server stops now, this is undone."


def _alarm(told: Message) -> str:
    size = f"{told['size'] >> 20} MiB"
    is_disk = told["what"] == "disk"
    what = f"The disk of the database has {size} left" if is_disk else f"The database takes {size}"
    limit = "" if told["is_over"] else f"; the limit is {told['limit'] >> 20} MiB"
    return f"{what}{limit}."


def _outage(told: Message) -> str:
    if told["is_over"]:
        return f"Messages are saved again; {told['lost']} lines were lost."
    return "Messages are not saved at the moment: the disk fails. The log says why."


def _certificate_ends(told: Message) -> str:
    left = told["ends_at"] - told["at"]
    when = "has ended" if left <= 0 else f"ends in {span(max(left, 3600) // 3600 * 3600)}"
    return f"The TLS certificate in {told['file']} {when}. Renew it, and reload the server."


def _was_missed(told: Message) -> str:
    lines = counted(told["lines"], told["mentions"], is_at_least=told["is_at_least"])
    return f"{lines}, since {moment(told['since'])}: /catchup"


def _lines_wait(told: Message) -> str:
    more = "line" if told["lines"] == 1 else "lines"
    return f"{told['lines']} more {more} will follow, slowly."


def _stopped(told: Message) -> str:
    what = "line was" if told["lines"] == 1 else "lines were"
    return f"Stopped: {told['lines']} {what} not sent."


def _rooms_restored(told: Message) -> str:
    rooms = listed([f"#{each}" for each in told["rooms"]])
    return f"You are also in {rooms}; /join room switches rooms."


def _closed(told: Message) -> str:
    return _CLOSED.get(told["cause"], "The server has closed the connection.").format(told["nick"])


def _key(told: Message) -> str:
    label = told["key"].get("label")
    return f"{told['key']['fingerprint']}{f' ({label})' if label else ''}"


_REPLIES: dict[str, Callable[[Message], Iterable[str] | str]] = {
    "account-changed": lambda told: _ACCOUNT[told["change"]].format(told["account"]),
    "away": _away,
    "certificate-ends": _certificate_ends,
    "closed": _closed,
    "closes-soon": _closes_soon,
    "connections-closed": _connections_closed,
    "current-room": lambda told: f"You are now talking in #{told['room']}.",
    "entered": _entered,
    "exported": lambda told: (
        f"What is kept about you is in {told['file']}. Ask the server's operator for it."
    ),
    "ignoring": _ignoring,
    "key-added": lambda told: f"The SSH key {_key(told)} opens your account from now on.",
    "key-removed": lambda told: f"The SSH key {_key(told)} opens your account no more.",
    "kicked": _kicked,
    "lifted": _lifted,
    "lines-stopped": _stopped,
    "lines-wait": _lines_wait,
    "looks-registered": lambda told: (
        f"{told['nick']} looks like {told['account']}, which is registered."
    ),
    "message-waits": lambda told: f"{told['recipient']} is offline and will see it on returning.",
    "notice": lambda told: str(told["text"]),
    "outage": _outage,
    "report": reported,
    "report-taken": _report_taken,
    "role-changed": _role_changed,
    "rooms-restored": _rooms_restored,
    "sanctioned": _sanctioned,
    "saved": _saved,
    "setting-changed": _setting_changed,
    "storage-alarm": _alarm,
    "topic": lambda told: (
        f"Topic: {told['topic']}" if told["topic"] else f"#{told['room']} has no topic."
    ),
    "unlinked": lambda told: f"{told['device']['name'] or 'A program'} needs your password again.",
    "unsaved": lambda _: "The latest lines are not saved yet and are missing below.",
    "warned": lambda told: _HINTS.get(told["hint"], ""),
    "was-missed": _was_missed,
    "welcome": _welcome,
}


# -- pieces of sentences --------------------------------------------------------------------------


def set_to(value: bool | int | None) -> str:
    """
    Return the value of a setting, as a user writes it.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return "-" if value is None else str(value)


def away_line(nick: str, reason: str | None) -> str:
    """
    Return that ``nick`` is away, and why; with None, that they are back.
    """
    if reason is None:
        return f"{nick} is back."
    return f"{nick} is away: {reason}" if reason else f"{nick} is away."


def listed(names: Iterable[str]) -> str:
    """
    Return names as English lists them: ``ada, bob and eve``.
    """
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def counted(lines: int, mentions: int, *, is_at_least: bool) -> str:
    """
    Return how much was said: ``150 lines, 2 name you``.
    """
    count = f"{'at least ' if is_at_least else ''}{lines} line{'' if lines == 1 else 's'}"
    return f"{count}, {mentions} name{'s' if mentions == 1 else ''} you" if mentions else count


def span(seconds: float) -> str:
    """
    Return a time that passes, as ``1h30m``; ``0s`` for none.
    """
    left, parts = round(seconds), ""
    for unit, length in _UNITS:
        count, left = divmod(left, length)
        parts += f"{count}{unit}" if count else ""
    return parts or "0s"


def clock(at: float) -> str:
    """
    Return the time of a day, as ``09:12``, where this computer is.
    """
    return time.strftime("%H:%M", time.localtime(at))


def moment(at: float) -> str:
    """
    Return a time with its day, as ``2026-11-20 09:12``.
    """
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""
