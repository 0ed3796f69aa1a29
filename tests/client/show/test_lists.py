"""
The rows of lists.
"""

from typing import Any

import pytest

from twisted_chat.client.show.lists import rows

pytestmark = pytest.mark.usefixtures("utc")
AT = 1_700_000_000.0
COMMAND = {
    "name": "msg", "usage": "/msg nick text", "summary": "Send a private message.",
    "topic": "Talk", "aliases": ["m", "tell"],
}  # fmt: skip
BAN = {
    "kind": "ban", "target": "dan", "by": "eve", "until": AT, "reason": "spam",
}  # fmt: skip
AUDIT = {
    "at": AT, "nick": "eve", "deed": "ban", "target": "dan", "room": "den", "reason": "spam",
    "until": AT, "number": 0, "setting": "",
}  # fmt: skip

LISTS: list[tuple[dict[str, Any], list[str]]] = [
    (
        {
            "event": "who", "room": "den", "more": 2,
            "members": [{"nick": "ada", "is_away": False}, {"nick": "bob", "is_away": True}],
        },
        ["In #den: ada, bob (away) and 2 more."],
    ),
    ({"event": "who", "room": "den", "more": 0, "members": []}, ["In #den: nobody."]),
    (
        {
            "event": "rooms", "more": 1,
            "rooms": [
                {"room": "den", "members": 1, "topic": "tea"},
                {"room": "lobby", "members": 2, "topic": ""},
            ],
        },
        ["#den: 1 person - tea", "#lobby: 2 people", "... and 1 more."],
    ),
    (
        {
            "event": "whois", "nick": "bob", "rooms": ["den"], "since": AT, "online": 60,
            "idle": 5, "away": "tea", "hosts": ["192.0.2.1", ""],
        },
        [
            "bob is in #den, here since 22:13 (1m), idle for 5s.",
            "bob is away: tea",
            "bob comes from 192.0.2.1, this machine.",
        ],
    ),
    (
        {
            "event": "connections",
            "connections": [
                {"host": "", "since": AT, "online": 60, "idle": 5, "is_current": True},
                {"host": "192.0.2.1", "since": AT, "online": 60, "idle": 5, "is_current": False},
            ],
        },
        [
            "From this machine since 22:13 (1m), idle for 5s. This is the current one.",
            "From 192.0.2.1 since 22:13 (1m), idle for 5s.",
        ],
    ),
    (
        {"event": "devices", "devices": []},
        ["No device can log in to your account without a password."],
    ),
    (
        {
            "event": "devices",
            "devices": [{"number": 1, "name": "", "since": AT, "used_at": AT, "is_here": True}],
        },
        ["1 a program: since 2023-11-14 22:13, last used 2023-11-14 22:13, here now"],
    ),
    ({"event": "key-list", "keys": []}, ["No key opens your account."]),
    (
        {
            "event": "key-list",
            "keys": [{"fingerprint": "SHA256:x", "label": "laptop", "added_at": AT}],
        },
        ["SHA256:x laptop: since 2023-11-14 22:13, not used yet"],
    ),
    (
        {
            "event": "modes", "room": "den", "is_private": True, "is_locked": False,
            "is_moderated": False, "slow": 10, "is_members_only": False,
            "is_topic_locked": False, "is_history_kept": True, "owners": ["ada"],
            "operators": [], "voiced": ["bob", "eve"],
        },
        ["#den: private, slow (10s). Owner: ada. Voices: bob, eve."],
    ),
    (
        {
            "event": "modes", "room": "den", "is_private": False, "is_locked": False,
            "is_moderated": False, "slow": 0, "is_members_only": True,
            "is_topic_locked": False, "is_history_kept": True, "owners": ["ada"],
            "operators": [], "voiced": [], "limit": 5000,
        },
        ["#den: limit 5,000, members only. Owner: ada."],
    ),
    (
        {
            "event": "settings-shown", "ignored": ["eve"],
            "settings": [
                {"name": "bell", "value": True, "summary": "Ring."},
                {"name": "color", "value": None, "summary": "Show colours."},
            ],
        },
        [
            "bell on                 Ring.",
            "color -                 Show colours.",
            "You ignore eve; /unignore nick ends that.",
        ],
    ),
    (
        {
            "event": "listing", "subject": "sanctions", "room": "den", "is_news": False,
            "has_more": True, "rows": [BAN],
        },
        ["ban of dan by eve until 2023-11-14 22:13: spam", "--- /more shows earlier lines ---"],
    ),
    (
        {
            "event": "listing", "subject": "sanctions", "room": "", "is_news": False,
            "has_more": False, "rows": [],
        },
        ["There are no bans or mutes on this server."],
    ),
    (
        {
            "event": "listing", "subject": "audit", "room": "", "is_news": False,
            "has_more": False,
            "rows": [
                AUDIT,
                {**AUDIT, "deed": "pin", "number": 3, "target": "", "until": 0, "reason": ""},
                {**AUDIT, "deed": "slow", "setting": "10s", "target": "", "until": 0},
            ],
        },
        [
            "2023-11-14 22:13 eve: ban dan in #den until 2023-11-14 22:13: spam",
            "2023-11-14 22:13 eve: pin line 3 of in #den",
            "2023-11-14 22:13 eve: slow 10s in #den: spam",
        ],
    ),
    (
        {
            "event": "listing", "subject": "reports", "room": "", "is_news": True,
            "has_more": False,
            "rows": [{"at": AT, "nick": "bob", "target": "eve", "room": "", "reason": "spam"}],
        },
        ["Reports from while no operator was here:", "2023-11-14 22:13 bob reports eve: spam"],
    ),
    (
        {
            "event": "stats", "version": "1.0", "up": 3600, "users": 2, "rooms": 1, "lines": 7,
            "unsaved": 1, "lost": 0,
        },
        [
            "Twisted Chat 1.0, up 1h.",
            "People: 2. Rooms: 1. Lines in public rooms since the start: 7.",
            "1 lines are not saved yet, and 0 were lost.",
        ],
    ),
    (
        {"event": "help", "page": "command", "commands": [COMMAND]},
        ["/msg nick text", "  Send a private message.", "  Also: /m, /tell"],
    ),
    (
        {
            "event": "help", "page": "overview",
            "commands": [COMMAND, {**COMMAND, "name": "me", "usage": "/me action"}],
        },
        [
            "/msg nick text          Send a private message.",
            "Anything else you type is said in the room you talk in. All commands:",
            "Talk                    /msg /me",
            "/help all explains all of them, and /help join explains /join.",
        ],
    ),
    (
        {
            "event": "help", "page": "all",
            "commands": [{**COMMAND, "usage": "/history [n] [room] [joins]"}],
        },
        ["/history [n] [room] [joins]", "                        Send a private message."],
    ),
    ({"event": "said"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("told", "shown"), LISTS, ids=str)
def test_each_list_has_its_rows(told: dict[str, Any], shown: list[str]) -> None:
    assert list(rows(told)) == shown
