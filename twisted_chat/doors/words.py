"""
The words of replies: turns a reply into the lines that a user reads.

All doors for users share them.  The caller cleans the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, singledispatch

from twisted_chat.doors.device_words import lines_about
from twisted_chat.doors.lists.rows import away_line, reported
from twisted_chat.replies import moderation, people, rooms, server
from twisted_chat.replies.people import AccountChange
from twisted_chat.replies.reply import Done, Notice, Refused, Reply
from twisted_chat.replies.rich import RichNotice
from twisted_chat.replies.server import Cause, Hint
from twisted_chat.store.decisions import deadline
from twisted_chat.text.durations import Duration, in_seconds
from twisted_chat.text.names import listed, with_article
from twisted_chat.text.sizes import in_units
from twisted_chat.world.sanctions import done_by, sentence_of, where


@singledispatch
def lines_of(reply: Reply) -> Iterable[str]:
    """
    Return the lines that a user reads for ``reply``.

    Raises:
        TypeError: there are no words for it.
    """
    return lines_about(reply)


@cache
def words_for(kind: type[Reply]) -> Callable[[Reply], Iterable[str]]:
    """
    Return what `lines_of` does with a ``kind`` of replies, found once and not for each of them.
    """
    return lines_of.dispatch(kind)


@lines_of.register
def _(reply: Notice) -> Iterable[str]:
    return [reply.text]


@lines_of.register
def _(reply: RichNotice) -> Iterable[str]:
    return reply.text.split("\n")


@lines_of.register
def _(_: Done) -> Iterable[str]:
    # A user has read what came of it.
    return []


@lines_of.register
def _(reply: Refused) -> Iterable[str]:
    return reply.sentence.replace("\r\n", "\n").removesuffix("\n").split("\n")


# -- coming and going -----------------------------------------------------------------------------


@lines_of.register
def _(reply: people.Welcome) -> Iterable[str]:
    if reply.refusal is not None:
        yield f"Welcome, {reply.nick}. {reply.refusal.sentence}"
    elif reply.connections > 1:
        rooms = _rooms(reply.rooms) or "no room"
        yield f"You are in {rooms} as {reply.nick}, from {reply.connections} connections."
    yield "Type /help for help."


@lines_of.register
def _(reply: rooms.Entered) -> Iterable[str]:
    if reply.is_elsewhere:
        yield f"You have entered #{reply.room} from another connection."
        return
    place = f"You are in #{reply.room} as {reply.nick}"
    if not reply.members:
        yield f"{place}. Nobody else is here yet."
    elif reply.more:
        yield f"{place} with {', '.join(reply.members)} and {reply.more} more."
    else:
        yield f"{place} with {listed(reply.members)}."
    if reply.topic:
        yield f"Topic: {reply.topic}"


@lines_of.register
def _(reply: rooms.CurrentRoom) -> Iterable[str]:
    return [f"You are now talking in #{reply.room}."]


@lines_of.register
def _(reply: rooms.Numbered) -> Iterable[str]:
    return [f"[{reply.number}] is your line."]


@lines_of.register
def _(reply: rooms.RoomsRestored) -> Iterable[str]:
    return [f"You are also in {_rooms(reply.rooms)}; /join room switches rooms."]


@lines_of.register
def _(reply: people.LooksRegistered) -> Iterable[str]:
    return [f"{reply.nick} looks like {reply.account}, which is registered."]


@lines_of.register
def _(reply: people.AccountChanged) -> Iterable[str]:
    name = reply.account
    match reply.change:
        case AccountChange.REGISTERED:
            return [f"{name} is registered to you. From now on, that name needs your password."]
        case AccountChange.PASSWORD_CHANGED:
            return ["Your password was changed."]
        case AccountChange.UNREGISTERED:
            return [f"Your account {name} was deleted. What you said stays."]
        case AccountChange.LOGGED_OUT:
            return [f"You have logged out. Goodbye, {name}."]


@lines_of.register
def _(reply: people.Exported) -> Iterable[str]:
    return [f"What is kept about you is in {reply.file}. Ask the server's operator for it."]


@lines_of.register
def _(reply: people.RoleChanged) -> Iterable[str]:
    who = "You are" if reply.is_yours else f"{reply.account} is"
    return [f"{who} {'now' if reply.is_granted else 'no longer'} {with_article(reply.role)}."]


@lines_of.register
def _(reply: people.ConnectionsClosed) -> Iterable[str]:
    others = "connection" if reply.count == 1 else "connections"
    return [f"Closed {reply.count} other {others} of {reply.account}."]


@lines_of.register
def _(reply: server.ClosesSoon) -> Iterable[str]:
    when = in_seconds(reply.seconds)
    if reply.cause is Cause.IDLE:
        return [f"You will be disconnected in {when} unless you type something."]
    return [
        f"*** The server is going down for a restart: you will be disconnected within {when}. ***"
    ]


@lines_of.register
def _(reply: server.Closed) -> Iterable[str]:
    match reply.cause:
        case Cause.QUIT:
            return [f"Goodbye, {reply.nick}." if reply.nick else "Goodbye."]
        case Cause.NO_NAME:
            return [f"Disconnected: no name was given within {in_seconds(reply.seconds)}."]
        case cause:
            return [_FAREWELLS[cause]]


_FAREWELLS = {
    Cause.IDLE: "Disconnected: idle for too long.",
    Cause.FLOODING: "Disconnected: too many lines for too long.",
    Cause.GUESSING: "Disconnected: too many wrong passwords or codes.",
    Cause.GHOST: "You closed this connection from another one.",
    Cause.UNLINKED: "Disconnected: this device needs your password again.",
    Cause.RESTART: "Disconnected: the server is restarting. Goodbye.",
    Cause.RESUMED: "Your session continues at another connection.",
    Cause.SHUTDOWN: "*** The server is shutting down. ***",
}


# -- users ----------------------------------------------------------------------------------------


@lines_of.register
def _(reply: people.Away) -> Iterable[str]:
    if reply.is_yours:
        is_back = reply.reason is None
        return ["Welcome back." if is_back else "You are marked as away. /back ends that."]
    return [away_line(reply.nick, reply.reason or "")]


@lines_of.register
def _(reply: people.Ignoring) -> Iterable[str]:
    nick = reply.nick
    if reply.is_ignored:
        return [f"You no longer see what {nick} says. /unignore {nick} ends that."]
    return [f"You see what {nick} says again."]


@lines_of.register
def _(reply: people.MessageWaits) -> Iterable[str]:
    return [f"{reply.recipient} is offline and will see it on returning."]


@lines_of.register
def _(reply: rooms.Topic) -> Iterable[str]:
    return [f"Topic: {reply.topic}" if reply.topic else f"#{reply.room} has no topic."]


# -- the server -----------------------------------------------------------------------------------


@lines_of.register
def _(_: server.Unsaved) -> Iterable[str]:
    return ["The latest lines are not saved yet and are missing below."]


@lines_of.register
def _(reply: server.Outage) -> Iterable[str]:
    if reply.is_over:
        return [f"*** Messages are saved again; {reply.lost} lines were lost. ***"]
    return ["*** Messages are not saved at the moment: the disk fails. The log says why. ***"]


@lines_of.register
def _(reply: server.LinesWait) -> Iterable[str]:
    more = "line" if reply.lines == 1 else "lines"
    speed = f"{reply.rate:g} a second" if reply.rate else "slowly, because you typed so much text"
    follow = f"{reply.lines} more {more} will follow, {speed}."
    return [f"{follow} To stop them, press Ctrl-C or type /quit."]


@lines_of.register
def _(reply: server.LinesStopped) -> Iterable[str]:
    what = "line was" if reply.lines == 1 else "lines were"
    return [f"Stopped: {reply.lines} {what} not sent."]


@lines_of.register
def _(reply: server.CertificateEnds) -> Iterable[str]:
    left = reply.ends_at - reply.at
    hours = max(1, round(left / 3600))
    when = "has ended" if left <= 0 else f"ends in {Duration(hours=hours)}"
    what = f"The TLS certificate in {reply.file} {when}"
    return [f"*** {what}. Renew it, and reload the server with SIGHUP. ***"]


@lines_of.register
def _(decided: moderation.Saved) -> Iterable[str]:
    target = f" {decided.target}" if decided.target else ""
    where = f" in #{decided.room}" if decided.room else ""
    what = f"{decided.by}: {decided.deed}{target}{where}"
    if decided.is_saved:
        return [f"(saved now) {what}"]
    return [f"(not saved yet) {what}. The disk fails; if the server stops now, this is undone."]


@lines_of.register
def _(alarm: server.StorageAlarm) -> Iterable[str]:
    is_disk = alarm.what is server.Storage.DISK
    told = "The disk of the database has {} left" if is_disk else "The database takes {}"
    limit = f", {'less' if is_disk else 'more'} than {in_units(alarm.limit)}"
    return [f"*** {told.format(in_units(alarm.size))}{' now' if alarm.is_over else limit}. ***"]


_HINTS = {
    Hint.NOT_ENCRYPTED: (
        "This connection is not encrypted: others on the network may read your password."
    ),
    Hint.TYPING_SHOWN: (
        "Your client shows what you type here: make sure that nobody is watching."
    ),
    Hint.LETTERS_LOST: (
        "Your client left out some letters of that line. "
        "It has been told to send all of them; please type that line again."
    ),
    Hint.LETTERS_STILL_LOST: (
        "Your client left out some letters of that line again. "
        "Another one, such as GNU telnet or nc, sends all of them."
    ),
}


@lines_of.register
def _(reply: server.Warned) -> Iterable[str]:
    if reply.hint is Hint.TYPING_SHOWN:
        # The prompt stands on the line.
        return ["", _HINTS[reply.hint]]
    return [_HINTS[reply.hint]]


# -- moderation -----------------------------------------------------------------------------------


@lines_of.register
def _(reply: moderation.Kicked) -> Iterable[str]:
    place = f"#{reply.room}" if reply.room else "this server"
    if reply.is_yours:
        why = f": {reply.reason}" if reply.reason else "."
        return [f"You were kicked from {place} by {reply.by}{why}"]
    return [f"You kicked {reply.nick} from {place}."]


@lines_of.register
def _(reply: moderation.Sanctioned) -> Iterable[str]:
    found = reply.sanction
    if reply.is_yours:
        return [sentence_of(found)]
    done, place = done_by(found.kind), where(found.kind, found.room)
    span = Duration(seconds=round(found.until - found.since))
    why = f": {found.reason}" if found.reason else "."
    ends = f"until {deadline(found.until)}{why}"
    return [f"You {done} {found.target} {place} for {span}, {ends}"]


@lines_of.register
def _(reply: moderation.Lifted) -> Iterable[str]:
    place = where(reply.kind, reply.room)
    if reply.is_yours:
        return [f"{reply.by} lifted your {reply.kind} {place}."]
    return [f"{reply.target} is no longer {done_by(reply.kind)} {place}."]


@lines_of.register
def _(reply: moderation.Report) -> Iterable[str]:
    return [f"*** {reported(reply)} ***"]


@lines_of.register
def _(reply: moderation.ReportTaken) -> Iterable[str]:
    is_read = reply.is_read
    who = "The operators who are here have" if is_read else "The next operator who comes will"
    return [f"{who} read your report."]


def _rooms(names: Iterable[str]) -> str:
    return listed([f"#{name}" for name in names])
