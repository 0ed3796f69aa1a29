"""
The words of replies: the lines that a user reads for what they alone are told.

The members of each event stand in docs/protocol.md.  The caller cleans the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twisted_chat.client.show.line import Message
from twisted_chat.client.show.phrases import away_line, counted, listed, moment, set_to, span

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
    "guessing": "Disconnected: too many wrong passwords or codes.",
    "unlinked": "Disconnected: this device needs your password again.",
    "ghost": "You closed this connection from another one.",
    "resumed": "Your session continues in another window or program.",
    "restart": "The server is restarting.",
    "shutdown": "The server is shutting down.",
}
_HINTS = {
    "not-encrypted": (
        "This connection is not encrypted: others on the network may read your password."
    ),
}


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


def _sentence(told: Message) -> Iterable[str]:
    """
    Return the words of the server itself.
    """
    return str(told["sentence"]).split("\n")


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
    told_so = f"The setting {told['name']} is {set_to(told['value'])}"
    if told["name"] in {"numbers", "time", "links"}:
        return f"{told_so}."
    return f"{told_so} for telnet and SSH; this program goes by its configuration."


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
    key = told["key"]
    what = "TLS certificate" if key.get("kind") == "tls-certificate" else "SSH key"
    label = f" ({key['label']})" if key.get("label") else ""
    return f"{what} {key['fingerprint']}{label}"


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
    "key-added": lambda told: f"The {_key(told)} opens your account from now on.",
    "key-removed": lambda told: f"The {_key(told)} no longer opens your account.",
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
    **dict.fromkeys(
        (
            *("link-offered", "link-asked", "link-waits", "link-answered"),
            *("mail-shown", "mail-code-sent"),
            *("invitation-created", "invitation-list", "invitation-revoked"),
            *("highlights-shown", "marked-read", "notify-set", "unread-shown"),
            *("plugin-changed", "plugin-list"),
            *("webhook-added", "webhook-list", "webhook-removed"),
        ),
        _sentence,
    ),
}

#: The events that have words here, if there is anything to tell of them.
EVENTS = frozenset(_REPLIES)
