"""
The words of replies: each kind has some, and they hold what it tells.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.client.show import lists, news, replies
from twisted_chat.client.talk import telling

pytestmark = pytest.mark.usefixtures("utc")
AT = 1_700_000_000.0
PROTOCOL = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text("utf-8")

BAN = {"kind": "ban", "room": "den", "target": "dan", "by": "eve", "reason": "", "until": AT}
REPLIES: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"event": "account-changed", "account": "ada", "change": "unregistered"},
        ["Your account ada was deleted. What you said stays."],
    ),
    (
        {"event": "away", "nick": "ada", "reason": "", "is_yours": True},
        ["You are marked as away. /back ends that."],
    ),
    ({"event": "away", "nick": "ada", "reason": None, "is_yours": True}, ["Welcome back."]),
    ({"event": "away", "nick": "bob", "reason": "tea", "is_yours": False}, ["bob is away: tea"]),
    ({"event": "away", "nick": "bob", "reason": "", "is_yours": False}, ["bob is away."]),
    ({"event": "away", "nick": "bob", "reason": None, "is_yours": False}, ["bob is back."]),
    (
        {"event": "certificate-ends", "file": "a.pem", "ends_at": AT + 86400, "at": AT},
        ["The TLS certificate in a.pem ends in 1d. Renew it, and reload the server."],
    ),
    ({"event": "closed", "cause": "quit", "nick": "ada"}, ["Goodbye, ada."]),
    (
        {"event": "closes-soon", "cause": "idle", "seconds": 60},
        ["You will be disconnected in 1m unless you type something."],
    ),
    (
        {"event": "closes-soon", "cause": "restart", "seconds": 60},
        ["The server is going down for a restart within 1m."],
    ),
    (
        {"event": "connections-closed", "account": "ada", "count": 1},
        ["Closed 1 other connection of ada."],
    ),
    ({"event": "current-room", "room": "den"}, ["You are now talking in #den."]),
    (
        {
            "event": "entered",
            "room": "den",
            "nick": "ada",
            "topic": "tea",
            "members": ["bob", "eve"],
            "more": 0,
            "is_elsewhere": False,
        },
        ["You are in #den as ada with bob and eve.", "Topic: tea"],
    ),
    (
        {
            "event": "entered",
            "room": "den",
            "nick": "ada",
            "topic": "",
            "members": ["bob"],
            "more": 7,
            "is_elsewhere": False,
        },
        ["You are in #den as ada with bob and 7 more."],
    ),
    (
        {"event": "entered", "room": "den", "is_elsewhere": True},
        ["You have entered #den from another connection."],
    ),
    (
        {"event": "exported", "file": "ada.json"},
        ["What is kept about you is in ada.json. Ask the server's operator for it."],
    ),
    (
        {"event": "ignoring", "nick": "bob", "is_ignored": True},
        ["You no longer see what bob says. /unignore bob ends that."],
    ),
    ({"event": "ignoring", "nick": "bob", "is_ignored": False}, ["You see what bob says again."]),
    (
        {"event": "kicked", "nick": "bob", "room": "den", "is_yours": False},
        ["You kicked bob from #den."],
    ),
    (
        {"event": "kicked", "room": "den", "by": "eve", "reason": "", "is_yours": True},
        ["You were kicked from #den by eve."],
    ),
    (
        {"event": "lifted", "kind": "mute", "room": "", "by": "eve", "is_yours": True},
        ["eve lifted your mute on this server."],
    ),
    (
        {"event": "lifted", "kind": "ban", "room": "den", "target": "bob", "is_yours": False},
        ["bob is no longer banned in #den."],
    ),
    ({"event": "lines-stopped", "lines": 2}, ["Stopped: 2 lines were not sent."]),
    ({"event": "lines-wait", "lines": 1}, ["1 more line will follow, slowly."]),
    (
        {"event": "looks-registered", "nick": "Ada", "account": "ada"},
        ["Ada looks like ada, which is registered."],
    ),
    (
        {"event": "message-waits", "recipient": "bob"},
        ["bob is offline and will see it on returning."],
    ),
    ({"event": "notice", "text": "Tea is ready."}, ["Tea is ready."]),
    (
        {"event": "outage", "is_over": False},
        ["Messages are not saved at the moment: the disk fails. The log says why."],
    ),
    (
        {"event": "outage", "is_over": True, "lost": 3},
        ["Messages are saved again; 3 lines were lost."],
    ),
    (
        {"event": "report", "nick": "bob", "target": "eve", "room": "den", "reason": "spam"},
        ["bob reports eve in #den: spam"],
    ),
    (
        {"event": "report-taken", "is_read": False},
        ["The next operator who comes will read your report."],
    ),
    (
        {"event": "role-changed", "role": "operator", "is_yours": True, "is_granted": True},
        ["You are now an operator."],
    ),
    (
        {"event": "rooms-restored", "rooms": ["den", "tea"]},
        ["You are also in #den and #tea; /join room switches rooms."],
    ),
    (
        {"event": "sanctioned", "sanction": BAN, "is_yours": True},
        ["You are banned in #den by eve until 2023-11-14 22:13."],
    ),
    (
        {"event": "sanctioned", "sanction": {**BAN, "reason": "spam"}, "is_yours": False},
        ["You banned dan in #den until 2023-11-14 22:13: spam"],
    ),
    (
        {
            "event": "saved",
            "by": "eve",
            "deed": "ban",
            "target": "dan",
            "room": "den",
            "is_saved": True,
        },
        ["(saved now) eve: ban dan in #den"],
    ),
    (
        {
            "event": "saved",
            "by": "eve",
            "deed": "ban",
            "target": "",
            "room": "",
            "is_saved": False,
        },
        ["(not saved yet) eve: ban. The disk fails; if the server stops now, this is undone."],
    ),
    ({"event": "setting-changed", "name": "time", "value": True}, ["The setting time is on."]),
    ({"event": "setting-changed", "name": "links", "value": False}, ["The setting links is off."]),
    (
        {"event": "setting-changed", "name": "width", "value": 80},
        ["The setting width is 80 for telnet and SSH; this program goes by its configuration."],
    ),
    (
        {"event": "setting-changed", "name": "color", "value": None},
        ["The setting color makes no difference to this program."],
    ),
    (
        {
            "event": "storage-alarm",
            "what": "disk",
            "is_over": False,
            "size": 2**21,
            "limit": 2**23,
        },
        ["The disk of the database has 2 MiB left; the limit is 8 MiB."],
    ),
    (
        {"event": "key-added", "key": {"fingerprint": "SHA256:x", "label": "laptop"}},
        ["The SSH key SHA256:x (laptop) opens your account from now on."],
    ),
    (
        {"event": "closed", "cause": "something-new", "nick": "ada"},
        ["The server has closed the connection."],
    ),
    ({"event": "topic", "room": "den", "topic": ""}, ["#den has no topic."]),
    ({"event": "unlinked", "device": {"name": "laptop"}}, ["laptop needs your password again."]),
    (
        {"event": "unsaved", "lines": 3},
        ["The latest lines are not saved yet and are missing below."],
    ),
    (
        {"event": "warned", "hint": "not-encrypted"},
        ["This connection is not encrypted: others on the network may read your password."],
    ),
    (
        {"event": "was-missed", "lines": 1, "since": AT, "mentions": 1, "is_at_least": True},
        ["at least 1 line, 1 names you, since 2023-11-14 22:13: /catchup"],
    ),
    ({"event": "welcome", "nick": "ada", "rooms": ["den"], "connections": 1, "refusal": None}, []),
    (
        {"event": "welcome", "nick": "ada", "rooms": [], "connections": 2, "refusal": None},
        ["You are in no room as ada, from 2 connections."],
    ),
    (
        {"event": "welcome", "nick": "ada", "refusal": {"message": "#lobby is full."}},
        ["Welcome, ada. #lobby is full."],
    ),
    (
        {"event": "link-asked", "sentence": "*** A device wants in. ***\nIs it yours?"},
        ["*** A device wants in. ***", "Is it yours?"],
    ),
    (
        {"event": "unread-shown", "sentence": "2 lines in #den.\n/read den marks it as read."},
        ["2 lines in #den.", "/read den marks it as read."],
    ),
    (
        {"event": "notify-set", "sentence": "You are told of no line in #den."},
        ["You are told of no line in #den."],
    ),
    ({"event": "something-new"}, []),
]


@pytest.mark.parametrize(("told", "rows"), REPLIES, ids=str)
def test_replies_are_told(told: dict[str, Any], rows: list[str]) -> None:
    assert list(replies.reply(told)) == rows


def test_every_event_of_the_protocol_has_words() -> None:
    table = PROTOCOL.split("## Events")[1]
    events = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    assert len(events) > 50
    talk = {"said", "acted", "told", "transcript", "recalled"}
    # For the client, not for its user.
    quiet = telling._QUIET | {"attention"}
    # The client asks its user, and takes the question back.
    questions = {"asked", "question-ended"}
    # For programs that are plugins, and at a prompt.
    others = {"call", "check", "checks-ended", "choices"}
    worded = {*news._NEWS, *replies._REPLIES, *lists._LISTS}
    assert events - talk - quiet - questions - others - worded == set()
