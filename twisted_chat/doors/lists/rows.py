"""
The rows of lists: what a user reads for a list, or for one of its entries.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import singledispatch

from twisted_chat.doors.lists.columns import COLUMNS, table, wrapped
from twisted_chat.doors.lists.help import help_rows
from twisted_chat.doors.lists.times import clock, day_and_time, span
from twisted_chat.doors.page_words import MORE, counted
from twisted_chat.replies import moderation, people, plugins, rooms, server
from twisted_chat.replies.plugins import PluginState
from twisted_chat.store.decisions import deadline, moment
from twisted_chat.world.settings import SETTINGS, as_text

_LEVELS = {"all": "every line", "none": "no line"}
# Characters of a topic in a list; members of the room read all of it.
_TOPIC = 80
# Those of one rank who are named; the others are counted.
_NAMES = 20


@singledispatch
def rows_of(value: object) -> Iterable[str]:
    """
    Return the rows that a user reads for a list, or for one of its entries.

    Raises:
        TypeError: there are no words for it.
    """
    raise TypeError(f"no words for {type(value).__name__}")


# -- users and rooms ------------------------------------------------------------------------------


@rows_of.register
def _(reply: people.Whois) -> Iterable[str]:
    rooms = ", ".join(f"#{room}" for room in reply.rooms) or "no room"
    here = f"{clock(reply.since)} ({span(reply.online)})"
    yield f"{reply.nick} is in {rooms}, here since {here}, idle for {span(reply.idle)}."
    if reply.is_bot:
        yield f"{reply.nick} is a bot."
    if reply.away is not None:
        yield away_line(reply.nick, reply.away)
    if reply.hosts is not None:
        hosts = ", ".join(host or "this machine" for host in reply.hosts)
        yield f"{reply.nick} comes from {hosts}."
    if reply.is_operator:
        yield f"{reply.nick} is an operator of the server."


def away_line(nick: str, reason: str) -> str:
    """
    Return that ``nick`` is away, and why; ``reason`` may be empty.
    """
    return f"{nick} is away: {reason}" if reason else f"{nick} is away."


@rows_of.register
def _(reply: people.Connections) -> Iterable[str]:
    for each in reply.connections:
        here = f"{clock(each.since)} ({span(each.online)})"
        row = f"From {each.host or 'this machine'} since {here}, idle for {span(each.idle)}."
        yield f"{row} This is the current one." if each.is_current else row


@rows_of.register
def _(reply: rooms.Who) -> Iterable[str]:
    names = [_marked(each) for each in reply.members]
    more = f" and {reply.more} more" if reply.more else ""
    return [f"In #{reply.room}: {', '.join(names) or 'nobody'}{more}."]


def _marked(member: rooms.Member) -> str:
    marks = [name for name, has in (("bot", member.is_bot), ("away", member.is_away)) if has]
    return f"{member.nick} ({', '.join(marks)})" if marks else member.nick


@rows_of.register
def _(reply: rooms.Rooms) -> Iterable[str]:
    for each in reply.rooms:
        people = "1 person" if each.members == 1 else f"{each.members} people"
        yield f"#{each.room}: {people}" + (f" - {_cut(each.topic)}" if each.topic else "")
    if reply.more:
        yield f"... and {reply.more} more."


def _cut(topic: str) -> str:
    return topic if len(topic) <= _TOPIC else topic[: _TOPIC - 3] + "..."


@rows_of.register
def _(reply: rooms.Modes) -> Iterable[str]:
    words = {
        "private": reply.is_private,
        "locked": reply.is_locked,
        "moderated": reply.is_moderated,
        f"slow ({span(reply.slow)})": reply.slow,
        f"limit {reply.limit:,}": reply.limit,
        "members only": reply.is_members_only,
        "topic by operators": reply.is_topic_locked,
        "history off": not reply.is_history_kept,
    }
    shown = ", ".join(word for word, is_so in words.items() if is_so) or "open to everybody"
    people = {"Owner": reply.owners, "Operators": reply.operators, "Voices": reply.voiced}
    titled = [f"{title}: {_named(names)}." for title, names in people.items() if names]
    return [" ".join([f"#{reply.room}: {shown}.", *titled])]


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


_SETTINGS = {
    "color": "Colours are",
    "time": "Times are",
    "bell": "The bell is",
    "numbers": "Numbers are",
    "editor": "Editing by the server, in telnet, is",
    "links": "Links are",
}


@rows_of.register
def _(reply: people.SettingChanged) -> Iterable[str]:
    if reply.value is None:
        return [f"Your client is not shown {reply.name} either way."]
    if reply.name == "width":
        at = f"wrapped at {reply.value} columns" if reply.value else "not wrapped"
        return [f"Lines are {at}."]
    # The time of a line has no zone.
    zone = f", in {time.strftime('%Z', time.localtime(reply.at))}" if reply.name == "time" else ""
    return [f"{_SETTINGS[reply.name]} {as_text(reply.value)}{zone if reply.value else ''}."]


@rows_of.register
def _(reply: people.SettingsShown) -> Iterable[str]:
    yield from table([(f"{row.name} {_valued(row)}", row.summary) for row in reply.settings])
    if len(reply.settings) == 1:
        (row,) = reply.settings
        yield f"/set {row.name} takes {SETTINGS[row.name].wanted}, or default."
        return
    if reply.room:
        yield f"You talk in #{reply.room}; /join room changes that."
    if reply.ignored:
        yield from wrapped(
            f"You ignore {', '.join(reply.ignored)}; /unignore nick ends that.", later="  "
        )
    if reply.highlights:
        yield from wrapped(
            f"You highlight {', '.join(reply.highlights)}; /unhighlight word ends that.",
            later="  ",
        )
    for room, level in reply.notify:
        yield f"You are told of {_LEVELS[level]} in #{room}; /notify mentions ends that."
    yield "/set color on changes a setting, and /set color default sets it back." + (
        "" if reply.is_kept else " They last for this visit; /register keeps them."
    )


def _valued(row: people.SettingRow) -> str:
    # A width of 0 is none.
    return "-" if row.value is None else as_text(row.value or False)


@rows_of.register
def _(reply: people.UnreadShown) -> Iterable[str]:
    for room in reply.rooms:
        lines = counted(room.lines, room.mentions, room.is_at_least, room.room)
        yield (
            f"{lines}, from number {room.first} on."
            if room.lines
            else f"Lines in #{room.room} may be unread, before many of users you ignore."
        )
    for each in reply.private:
        count = f"{each.messages} message{'' if each.messages == 1 else 's'}"
        yield f"{count} of {each.nick}: /messages {each.nick}"
    if reply.is_at_least:
        yield "Others may have written to you before that."
    if reply.rooms or reply.private or reply.is_at_least:
        yield "/read room marks a room as read, and /read all all of this."
    else:
        yield "Nothing is unread."


@rows_of.register
def _(reply: people.MarkedRead) -> Iterable[str]:
    return [f"#{reply.room} is read." if reply.room else "All rooms and messages are read."]


@rows_of.register
def _(reply: people.NotifySet) -> Iterable[str]:
    return [
        {
            "all": f"You are told of every line in #{reply.room}.",
            "mentions": f"You are told of lines in #{reply.room} that mention you.",
            "none": f"You are told of no line in #{reply.room}.",
        }[reply.level]
    ]


@rows_of.register
def _(reply: people.HighlightsShown) -> Iterable[str]:
    if not reply.words:
        return ["You highlight no words; lines mention you by your name."]
    return wrapped(
        f"Lines mention you by your name, and by: {', '.join(reply.words)}.", later="  "
    )


@rows_of.register
def _(reply: people.WasMissed) -> Iterable[str]:
    lines = counted(reply.lines, reply.mentions, reply.is_at_least)
    since = f"since {day_and_time(reply.since, reply.at)}"
    first, comma, rest = lines.partition(",")
    return [f"{first} {since}{comma}{rest}: /catchup"]


# -- moderation -----------------------------------------------------------------------------------


@rows_of.register
def _(reply: moderation.Listing) -> Iterable[str]:
    if reply.is_news:
        yield "*** Reports from while no operator was here: ***"
    for each in reply.rows:
        yield from rows_of(each)
    if not reply.rows and not reply.has_more:
        where = f"in #{reply.room}" if reply.room else "on this server"
        yield {
            moderation.Subject.SANCTIONS: f"There are no bans or mutes {where}.",
            moderation.Subject.AUDIT: "The audit trail is empty.",
            moderation.Subject.REPORTS: "There are no reports.",
        }[reply.subject]
    if reply.has_more:
        yield MORE


@rows_of.register
def _(row: moderation.SanctionEntry) -> Iterable[str]:
    why = f": {row.reason}" if row.reason else "."
    return [f"{row.kind} of {row.target} by {row.by} until {deadline(row.until)}{why}"]


@rows_of.register
def _(row: moderation.AuditEntry) -> Iterable[str]:
    target = f" {row.target}" if row.target else ""
    where = f" in #{row.room}" if row.room else ""
    until = f" until {deadline(row.until)}" if row.until else ""
    why = f": {row.reason}" if row.reason else ""
    return [f"{moment(row.at)} {row.nick}: {_deed(row)}{target}{where}{until}{why}"]


def _deed(row: moderation.AuditEntry) -> str:
    if row.number:
        return f"{row.deed} line {row.number} of"
    between = {"grant": " to", "revoke": " from"}.get(row.deed, "")
    return f"{row.deed} {row.setting}{between}" if row.setting else row.deed


@rows_of.register
def _(row: moderation.Report) -> Iterable[str]:
    return [f"{moment(row.at)} {reported(row)}"]


def reported(report: moderation.Report) -> str:
    """
    Return what ``report`` says, without its time.
    """
    where = f" in #{report.room}" if report.room else ""
    return f"{report.nick} reports {report.target}{where}: {report.reason}"


# -- the server -----------------------------------------------------------------------------------


@rows_of.register
def _(reply: server.Stats) -> Iterable[str]:
    yield f"Twisted Chat {reply.version}, up {span(reply.up)}."
    yield (
        f"People: {reply.users}. Rooms: {reply.rooms}. "
        f"Lines in public rooms since the start: {reply.lines}."
    )
    if reply.unsaved or reply.lost:
        yield f"{reply.unsaved} lines are not saved yet, and {reply.lost} were lost."


@rows_of.register
def _(reply: server.Help) -> Iterable[str]:
    return help_rows(reply, COLUMNS)


_STATES = {
    PluginState.ON: "on",
    PluginState.OFF: "off",
    PluginState.OUTDATED: "on, as it was before it failed to load",
    PluginState.FAILED: "failed",
    PluginState.WAITING: "not connected",
}


@rows_of.register
def _(reply: plugins.PluginList) -> Iterable[str]:
    if not reply.plugins:
        yield "This server has no plugins."
    for each in reply.plugins:
        commands = " ".join(f"/{name}" for name in each.commands)
        yield from wrapped(
            " ".join(filter(None, (each.name, each.version)))
            + f": {_STATES[each.state]}"
            + (f"; {commands}" if commands else ""),
            later="  ",
        )
        if each.why:
            yield from wrapped(each.why, "  ")


@rows_of.register
def _(reply: plugins.PluginChanged) -> Iterable[str]:
    match reply.state:
        case PluginState.OFF:
            yield f"The plugin {reply.name} is off until /plugin on, or the next start."
        case PluginState.WAITING:
            yield f"The plugin {reply.name} is not connected yet."
        case PluginState.FAILED:
            yield f"The plugin {reply.name} has failed; /plugins says why."
        case state:
            yield f"The plugin {reply.name} is {_STATES[state]}."
    if reply.keeps_options:
        yield "Its options are as they were: the server reads its file again at SIGHUP."
    if reply.loses_state:
        yield "Its teardown failed, so nothing was handed over; the log says why."
