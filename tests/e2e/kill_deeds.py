"""
What people do beside talking in rooms, and how it is found again in the database.
"""

from __future__ import annotations

import sqlite3

from attrs import frozen

#: Who operates the server and owns rooms, and those who are mostly away.
WARDEN, AWAY = "warden", ("amber", "birch", "cedar", "doris")
#: Everybody's.
PASSWORD = "nobody guesses this"

_LINE = "SELECT count(*) FROM line JOIN room ON room.id = line.room WHERE key = ? AND number = ?"
_SANCTION = (
    "SELECT count(*) FROM sanction JOIN audit ON audit.room = sanction.room"
    " AND deed = kind AND target = shown AND audit.reason = sanction.reason"
    " WHERE kind = ? AND mask = ? AND sanction.reason = ?"
)
_SETTING = (
    "SELECT count(*) FROM setting JOIN account ON account.id = account"
    " WHERE account.name = ? AND setting.name = ? AND value = ?"
)
_IGNORED = (
    "SELECT count(DISTINCT ignored.key) FROM ignored JOIN account ON account.id = account"
    " WHERE account.name = ? AND ignored.key = ?"
)
_OWNER = (
    "SELECT count(*) FROM standing JOIN room ON room.id = standing.room"
    " WHERE key = ? AND standing.name = ? AND rank = 3"
)
_STATE = (
    "SELECT count(*) FROM room_state JOIN room ON room.id = room_state.room"
    " JOIN audit ON audit.room = room.id WHERE key = ? AND deed = ?"
)
# What one types, what the room reads then, what is kept of it, and what /modes shows.
_MODES = (
    ("/private on", "made this room private", "private = 1", "private"),
    (
        "/moderated on",
        "turned moderation on: only users with a voice may speak",
        "moderated = 1",
        "moderated",
    ),
    ("/topiclock on", "lets only operators set the topic", "topic_locked = 1", "topic by"),
    ("/slow 7s", "turned slow mode on: each user may speak once in 7s", "slow = 7", "slow (7s)"),
)


@frozen
class Deed:
    """
    Something that a user does, and that holds for good once any user is told of it.

    Attributes:
        kind: what it is counted as.
        typed: the lines that do it.
        told: what a line contains that some user reads then.
        found: SQL that counts how often it is kept, and its values.
        unsaved: what they read with "(not saved yet)" while the disk fails; empty if it is refused
            then, and None if operators alone are told that nothing is saved.
        reader: who reads that it is done; empty for any user.
        asked: what a user types after a restart to see it; empty for nothing.
        answer: what they read then.
    """

    kind: str
    typed: tuple[str, ...]
    told: str
    found: tuple[str, tuple[str | int, ...]]
    unsaved: str | None = None
    reader: str = ""
    asked: tuple[str, ...] = ()
    answer: str = ""

    def count(self, connection: sqlite3.Connection) -> int:
        """
        Return how often it is kept.
        """
        (count,) = connection.execute(*self.found).fetchone()
        return int(count)


def registers(nick: str) -> Deed:
    return Deed(
        "accounts",
        (nick, "/register", PASSWORD, PASSWORD),
        f"{nick} is registered to you",
        ("SELECT count(*) FROM account WHERE name = ?", (nick,)),
        unsaved="",
        # A user who could connect without a password cannot log out.
        asked=(nick, PASSWORD, "/logout"),
        answer=f"Goodbye, {nick}.",
    )


def sets_width(nick: str, columns: int) -> Deed:
    return Deed(
        "settings",
        # Only what was set last holds.
        ("/set width default", f"/set width {columns + 1}", f"/set width {columns}"),
        f"wrapped at {columns} columns.",
        (_SETTING, (nick, "width", str(columns))),
        unsaved=f"{nick}: set width",
        reader=nick,
        asked=(nick, PASSWORD, "/set width"),
        # Of a window that is wider than any, as much is used as is useful.
        answer="width 160  ",
    )


def sets_a_bell(nick: str) -> Deed:
    return Deed(
        "settings",
        ("/set bell off", "/set bell on"),
        "The bell is on.",
        (_SETTING, (nick, "bell", "on")),
        unsaved=f"{nick}: set bell",
        reader=nick,
        asked=(nick, PASSWORD, "/set bell"),
        answer="bell on  ",
    )


def ignores(nick: str, other: str) -> Deed:
    return Deed(
        "ignores",
        (f"/ignore {other}",),
        f"You no longer see what {other} says.",
        (_IGNORED, (nick, other)),
        unsaved=f"{nick}: ignore {other}",
        reader=nick,
        asked=(nick, PASSWORD, "/set"),
        answer=f"You ignore {other}; ",
    )


def ignores_no_more(nick: str, other: str) -> Deed:
    return Deed(
        "ignores",
        (f"/ignore {other}", f"/unignore {other}"),
        f"You see what {other} says again.",
        (f"SELECT NOT ({_IGNORED})", (nick, other)),
        unsaved=f"{nick}: unignore {other}",
        reader=nick,
    )


def writes(recipient: str, text: str) -> Deed:
    return Deed(
        "messages",
        (f"/msg {recipient} {text}",),
        f"] {text}\n",
        ("SELECT count(*) FROM message WHERE recipient = ? AND text = ?", (recipient, text)),
    )


def edits(room: str, number: int, before: str, text: str) -> Deed:
    return Deed(
        "edits",
        (f"/edit {number} {text}",),
        f"edited {number} (gardener: {before}): {text} ***",
        (f"{_LINE} AND state = 'edited' AND text = ?", (room, number, text)),
    )


def deletes(room: str, number: int) -> Deed:
    return Deed(
        "deletions",
        (f"/delete {number}",),
        f"deleted {number} (gardener, ",
        (f"{_LINE} AND state = 'deleted' AND text = '' AND by = ?", (room, number, WARDEN)),
    )


def reacts(room: str, number: int, text: str) -> Deed:
    return Deed(
        "reactions",
        (f"/react {number} +1",),
        f" to {number} (gardener: {text}) with +1 ***",
        (
            f"{_LINE} AND text = ? AND reacted LIKE '{{\"+1\": [%]}}' AND reacted NOT LIKE '%,%'",
            (room, number, text),
        ),
    )


def pins(room: str, number: int, text: str) -> Deed:
    return Deed(
        "pins",
        (f"/pin {number}",),
        f"pinned {number} (gardener: {text}) ***",
        (f"{_LINE} AND text = ? AND pinned", (room, number, text)),
        asked=("visitor", f"/join {room}", "/pins"),
        answer=f"gardener: {text}\r\n",
    )


def bans(room: str, nick: str, reason: str) -> Deed:
    return Deed(
        "bans",
        (f"/ban {nick} 1d {reason}",),
        f"You banned {nick} from #{room} for 1d, ",
        (_SANCTION, ("ban", nick, reason)),
        unsaved=f"{WARDEN}: ban {nick} in #{room}",
        asked=(nick, f"/join {room}"),
        answer=f"You are banned from #{room} by {WARDEN} ",
    )


def bans_from_the_server(nick: str, reason: str) -> Deed:
    return Deed(
        "server bans",
        (f"/serverban {nick} 1d {reason}",),
        f"You banned {nick} from this server for 1d, ",
        (_SANCTION, ("ban", nick, reason)),
        unsaved=f"{WARDEN}: ban {nick}",
        asked=(nick,),
        answer=f"You are banned from this server by {WARDEN} ",
    )


def mutes(room: str, nick: str, reason: str) -> Deed:
    return Deed(
        "mutes",
        (f"/mute {nick} 1d {reason}",),
        f"You muted {nick} in #{room} for 1d, ",
        (_SANCTION, ("mute", nick, reason)),
        unsaved=f"{WARDEN}: mute {nick} in #{room}",
        asked=(nick, f"/join {room}", "may I?"),
        answer=f"You are muted in #{room} by {WARDEN} ",
    )


def kicks(room: str, nick: str, reason: str) -> Deed:
    return Deed(
        "kicks",
        (f"/kick {nick} {reason}",),
        f"kicked by {WARDEN}: {reason})",
        (
            "SELECT count(*) FROM audit WHERE deed = 'kick' AND target = ? AND reason = ?",
            (nick, reason),
        ),
        unsaved=f"{WARDEN}: kick {nick} in #{room}",
    )


def founds(room: str) -> Deed:
    return Deed(
        "rooms",
        (f"/join {room}",),
        f"in #{room} as {WARDEN}",
        (_OWNER, (room, WARDEN)),
        unsaved=f"{WARDEN}: become owner in #{room}",
        asked=(WARDEN, PASSWORD, f"/join {room}", "/modes"),
        answer=f"Owner: {WARDEN}.",
    )


def sets_modes(room: str) -> list[Deed]:
    """
    Return all that can be set of a room in which one talks.
    """
    return [
        Deed(
            "modes",
            (typed,),
            f"[#{room}] *** {WARDEN} {said} ***",
            (f"{_STATE} AND {kept}", (room, typed[1:])),
            unsaved=f"{WARDEN}: {typed[1:]} in #{room}",
            asked=(WARDEN, PASSWORD, f"/join {room}", "/modes"),
            answer=shown,
        )
        for typed, said, kept, shown in _MODES
    ]


#: Everything that is counted.
KINDS = (
    *("accounts", "settings", "ignores", "messages", "edits", "deletions", "reactions", "pins"),
    *("bans", "server bans", "mutes", "kicks", "rooms", "modes"),
)
