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
    " WHERE account.name = ? AND setting.name = 'width' AND value = ?"
)
_IGNORED = (
    "SELECT count(*) FROM ignored JOIN account ON account.id = account"
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
        asked: what a user types after a restart to see it; empty for nothing.
        answer: what they read then.
    """

    kind: str
    typed: tuple[str, ...]
    told: str
    found: tuple[str, tuple[str | int, ...]]
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
        # A user who could connect without a password cannot log out.
        (nick, PASSWORD, "/logout"),
        f"Goodbye, {nick}.",
    )


def sets_width(nick: str, columns: int) -> Deed:
    return Deed(
        "settings",
        (f"/set width {columns}",),
        f"wrapped at {columns} columns.",
        (_SETTING, (nick, str(columns))),
        (nick, PASSWORD, "/set width"),
        # Of a window that is wider than any, as much is used as is useful.
        "width 160  ",
    )


def ignores(nick: str, other: str) -> Deed:
    return Deed(
        "ignores",
        (f"/ignore {other}",),
        f"You no longer see what {other} says.",
        (_IGNORED, (nick, other)),
        (nick, PASSWORD, "/set"),
        f"You ignore {other}; ",
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
        ("visitor", f"/join {room}", "/pins"),
        f"gardener: {text}\r\n",
    )


def bans(room: str, nick: str, reason: str) -> Deed:
    return Deed(
        "bans",
        (f"/ban {nick} 1d {reason}",),
        f"You banned {nick} from #{room} for 1d, ",
        (_SANCTION, ("ban", nick, reason)),
        (nick, f"/join {room}"),
        f"You are banned from #{room} by {WARDEN} ",
    )


def bans_from_the_server(nick: str, reason: str) -> Deed:
    return Deed(
        "server bans",
        (f"/serverban {nick} 1d {reason}",),
        f"You banned {nick} from this server for 1d, ",
        (_SANCTION, ("ban", nick, reason)),
        (nick,),
        f"You are banned from this server by {WARDEN} ",
    )


def mutes(room: str, nick: str, reason: str) -> Deed:
    return Deed(
        "mutes",
        (f"/mute {nick} 1d {reason}",),
        f"You muted {nick} in #{room} for 1d, ",
        (_SANCTION, ("mute", nick, reason)),
        (nick, f"/join {room}", "may I?"),
        f"You are muted in #{room} by {WARDEN} ",
    )


def kicks(nick: str, reason: str) -> Deed:
    return Deed(
        "kicks",
        (f"/kick {nick} {reason}",),
        f"kicked by {WARDEN}: {reason})",
        (
            "SELECT count(*) FROM audit WHERE deed = 'kick' AND target = ? AND reason = ?",
            (nick, reason),
        ),
    )


def founds(room: str) -> Deed:
    return Deed(
        "rooms",
        (f"/join {room}",),
        f"in #{room} as {WARDEN}",
        (_OWNER, (room, WARDEN)),
        (WARDEN, PASSWORD, f"/join {room}", "/modes"),
        f"Owner: {WARDEN}.",
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
            (WARDEN, PASSWORD, f"/join {room}", "/modes"),
            shown,
        )
        for typed, said, kept, shown in _MODES
    ]


#: Everything that is counted.
KINDS = (
    *("accounts", "settings", "ignores", "messages", "edits", "deletions", "reactions", "pins"),
    *("bans", "server bans", "mutes", "kicks", "rooms", "modes"),
)
