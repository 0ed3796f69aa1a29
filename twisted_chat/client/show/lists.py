"""
The words of lists: the rows that a user reads for a list that they asked for.

The members of each event stand in docs/protocol.md.  The caller cleans the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from twisted_chat.client.show.line import Message
from twisted_chat.client.show.phrases import away_line, clock, moment, set_to, span
from twisted_chat.client.show.replies import reported

# The columns of a name beside its explanation; a longer one stands above it.
_LEFT = 24
# What a newcomer needs; the help begins with these.
_FIRST = ("join", "msg", "quit", "rooms", "who")
_EMPTY = {
    "sanctions": "There are no bans or mutes {}.",
    "audit": "The audit trail is empty.",
    "reports": "There are no reports.",
}


def rows(told: Message) -> Iterable[str]:
    """
    Return the rows of a list; none if ``told`` is not a list.

    Raises:
        LookupError, TypeError, ValueError: a member is missing, or is something else.
    """
    words = _LISTS.get(told["event"])
    return words(told) if words is not None else []


def _who(told: Message) -> Iterator[str]:
    names = [_marked(each) for each in told["members"]]
    yield f"In #{told['room']}: {', '.join(names) or 'nobody'}{_and_more(told['more'])}."


def _marked(member: Message) -> str:
    marks = [mark for mark in ("bot", "away") if member.get(f"is_{mark}")]
    return f"{member['nick']} ({', '.join(marks)})" if marks else str(member["nick"])


def _rooms(told: Message) -> Iterator[str]:
    for each in told["rooms"]:
        people = "1 person" if each["members"] == 1 else f"{each['members']} people"
        yield f"#{each['room']}: {people}" + (f" - {each['topic']}" if each["topic"] else "")
    if told["more"]:
        yield f"... and {told['more']} more."


def _whois(told: Message) -> Iterator[str]:
    nick = told["nick"]
    places = ", ".join(f"#{room}" for room in told["rooms"]) or "no room"
    here = f"{clock(told['since'])} ({span(told['online'])})"
    yield f"{nick} is in {places}, here since {here}, idle for {span(told['idle'])}."
    if told["away"] is not None:
        yield away_line(nick, told["away"])
    if told["hosts"] is not None:
        hosts = ", ".join(host or "this machine" for host in told["hosts"])
        yield f"{nick} comes from {hosts}."


def _connections(told: Message) -> Iterator[str]:
    for each in told["connections"]:
        here = f"{clock(each['since'])} ({span(each['online'])})"
        row = f"From {each['host'] or 'this machine'} since {here}, idle for {span(each['idle'])}."
        yield f"{row} This is the current one." if each["is_current"] else row


def _devices(told: Message) -> Iterator[str]:
    if not told["devices"]:
        yield "No device can log in to your account without a password."
    for each in told["devices"]:
        door = f" by {each['door']}" if each.get("door") else ""
        used = f"last used {moment(each['used_at'])}{door}" if each["used_at"] else "not used yet"
        here = ", here now" if each["is_here"] else ""
        key = each.get("fingerprint", "")
        name = each["name"] or ("a key" if key else "a program")
        what = f"{name} ({key})" if key else name
        yield f"{each['number']} {what}: since {moment(each['since'])}, {used}{here}"


def _keys(told: Message) -> Iterator[str]:
    if not told["keys"]:
        yield "No key opens your account."
    for each in told["keys"]:
        label = f" {each['label']}" if each.get("label") else ""
        used = f"last used {moment(each['used_at'])}" if each.get("used_at") else "not used yet"
        yield f"{each['fingerprint']}{label}: since {moment(each['added_at'])}, {used}"


def _modes(told: Message) -> Iterator[str]:
    words = {
        "private": told["is_private"],
        "locked": told["is_locked"],
        "moderated": told["is_moderated"],
        f"slow ({span(told['slow'])})": told["slow"],
        f"limit {told.get('limit', 0):,}": told.get("limit"),
        "members only": told["is_members_only"],
        "topic by operators": told["is_topic_locked"],
        "history off": not told["is_history_kept"],
    }
    shown = ", ".join(word for word, is_so in words.items() if is_so) or "open to everybody"
    people = {"Owner": "owners", "Operators": "operators", "Voices": "voiced"}
    titled = [f" {title}: {', '.join(told[key])}." for title, key in people.items() if told[key]]
    yield f"#{told['room']}: {shown}.{''.join(titled)}"


def _settings(told: Message) -> Iterator[str]:
    for row in told["settings"]:
        yield from _row(f"{row['name']} {set_to(row['value'])}", row["summary"])
    if told["ignored"]:
        yield f"You ignore {', '.join(told['ignored'])}; /unignore nick ends that."


def _listing(told: Message) -> Iterator[str]:
    if told["is_news"]:
        yield "Reports from while no operator was here:"
    entry = {"sanctions": _sanction, "audit": _audited, "reports": _report}[told["subject"]]
    yield from map(entry, told["rows"])
    if not told["rows"] and not told["has_more"]:
        place = f"in #{told['room']}" if told["room"] else "on this server"
        yield _EMPTY[told["subject"]].format(place)
    if told["has_more"]:
        yield "--- /more shows earlier lines ---"


def _sanction(row: Message) -> str:
    why = f": {row['reason']}" if row["reason"] else "."
    return f"{row['kind']} of {row['target']} by {row['by']} until {moment(row['until'])}{why}"


def _audited(row: Message) -> str:
    target = f" {row['target']}" if row["target"] else ""
    place = f" in #{row['room']}" if row["room"] else ""
    until = f" until {moment(row['until'])}" if row["until"] else ""
    why = f": {row['reason']}" if row["reason"] else ""
    deed = row["deed"]
    if row["number"]:
        deed = f"{deed} line {row['number']} of"
    elif row["setting"]:
        deed = f"{deed} {row['setting']}"
    return f"{moment(row['at'])} {row['nick']}: {deed}{target}{place}{until}{why}"


def _report(row: Message) -> str:
    return f"{moment(row['at'])} {reported(row)}"


def _stats(told: Message) -> Iterator[str]:
    yield f"Twisted Chat {told['version']}, up {span(told['up'])}."
    lines = f"Lines in public rooms since the start: {told['lines']}."
    yield f"People: {told['users']}. Rooms: {told['rooms']}. {lines}"
    if told["unsaved"] or told["lost"]:
        yield f"{told['unsaved']} lines are not saved yet, and {told['lost']} were lost."


def _help(told: Message) -> Iterator[str]:
    commands = told["commands"]
    if told["page"] == "command":
        for each in commands:
            also = ", ".join(f"/{alias}" for alias in each["aliases"])
            yield from (each["usage"], f"  {each['summary']}")
            if also:
                yield f"  Also: {also}"
        return
    is_overview = told["page"] == "overview"
    for each in commands:
        if not is_overview or each["name"] in _FIRST:
            yield from _row(each["usage"], each["summary"])
    if is_overview:
        yield "Anything else you type is said in the room you talk in. All commands:"
        topics: dict[str, str] = {}
        for each in commands:
            topics[each["topic"]] = f"{topics.get(each['topic'], '')} /{each['name']}".lstrip()
        for topic, names in sorted(topics.items()):
            yield from _row(topic, names)
        yield "/help all explains all of them, and /help join explains /join."


def _row(left: str, text: str) -> Iterator[str]:
    if len(left) > _LEFT - 2:
        yield left
        left = ""
    yield f"{left:<{_LEFT}}{text}"


def _and_more(count: int) -> str:
    return f" and {count} more" if count else ""


_LISTS: dict[str, Callable[[Message], Iterable[str]]] = {
    "connections": _connections,
    "devices": _devices,
    "help": _help,
    "key-list": _keys,
    "listing": _listing,
    "modes": _modes,
    "rooms": _rooms,
    "settings-shown": _settings,
    "stats": _stats,
    "who": _who,
    "whois": _whois,
}

#: The events that have words here, if there is anything to tell of them.
EVENTS = frozenset(_LISTS)
