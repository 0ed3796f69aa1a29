"""
The words of news: each kind has some, and they hold what it tells.
"""

from typing import Any

import pytest

from twisted_chat.client.show.news import news

pytestmark = pytest.mark.usefixtures("utc")
AT = 1_700_000_000.0

NEWS: list[tuple[dict[str, Any], str]] = [
    ({"event": "joined", "nick": "bob", "room": "den"}, "bob has joined #den"),
    ({"event": "left", "nick": "bob", "room": "den", "reason": "tea"}, "bob has left #den (tea)"),
    ({"event": "left", "nick": "ada", "room": "den", "cause": ""}, "You have left #den."),
    (
        {"event": "left", "nick": "ada", "room": "den", "cause": "kicked", "by": "eve"},
        "ada has left #den (kicked by eve)",
    ),
    (
        {"event": "quit", "nick": "bob", "cause": "banned", "by": "eve", "reason": "spam"},
        "bob has left the chat (banned by eve: spam)",
    ),
    (
        {"event": "quit", "nick": "b", "cause": "logged-in", "by": "bob"},
        "b has left the chat (is bob)",
    ),
    ({"event": "renamed", "nick": "bob", "new_nick": "rob"}, "bob is now known as rob"),
    ({"event": "renamed", "nick": "a", "new_nick": "ada"}, "You are now known as ada."),
    ({"event": "announced", "text": "bob rolled 3"}, "bob rolled 3"),
    ({"event": "broadcast", "nick": "eve", "text": "tea"}, "eve announces: tea"),
    (
        {"event": "invited", "nick": "ada", "recipient": "bob", "room": "den"},
        "You have invited bob to #den.",
    ),
    (
        {"event": "topic-changed", "nick": "bob", "room": "den", "topic": "tea"},
        "bob set the topic of #den: tea",
    ),
    (
        {"event": "topic-changed", "nick": "bob", "room": "den", "topic": ""},
        "bob removed the topic of #den",
    ),
    (
        {"event": "mode-changed", "nick": "bob", "mode": "private", "setting": 1},
        "bob made this room private",
    ),
    (
        {"event": "mode-changed", "nick": "bob", "mode": "slow", "setting": 90},
        "bob turned slow mode on: each user may speak once in 1m30s",
    ),
    (
        {"event": "mode-changed", "nick": "bob", "mode": "slow", "setting": 0},
        "bob turned slow mode off",
    ),
    (
        {"event": "mode-changed", "nick": "bob", "mode": "limit", "setting": 5000},
        "bob set the limit of members of this room to 5,000",
    ),
    (
        {"event": "mode-changed", "nick": "bob", "mode": "limit", "setting": 0},
        "bob removed the limit of members of this room",
    ),
    (
        {
            "event": "rank-changed",
            "nick": "bob",
            "member": "ada",
            "rank": "voiced",
            "is_held": False,
        },
        "bob took the voice from ada",
    ),
    (
        {
            "event": "rank-changed",
            "nick": "bob",
            "member": "bob",
            "rank": "owner",
            "is_held": False,
        },
        "bob gave this room up; it is deleted when everybody has left",
    ),
    (
        {"event": "edited", "nick": "bob", "number": 3, "quote": "teh", "text": "the"},
        "bob edited 3 (teh): the",
    ),
    (
        {"event": "deleted", "nick": "bob", "number": 3, "quoted": "eve", "said_at": AT},
        "bob deleted 3 (eve, 22:13)",
    ),
    (
        {"event": "reacted", "nick": "bob", "number": 3, "quote": "hi", "symbol": "+1"},
        "bob reacts to 3 (hi) with +1",
    ),
    (
        {"event": "unreacted", "nick": "bob", "number": 3, "quote": "", "symbol": "+1"},
        "bob no longer reacts to 3 with +1",
    ),
    ({"event": "pinned", "nick": "bob", "number": 3, "quote": "hi"}, "bob pinned 3 (hi)"),
    ({"event": "unpinned", "nick": "bob", "number": 3}, "bob unpinned 3"),
    ({"event": "said"}, ""),
]


@pytest.mark.parametrize(("told", "sentence"), NEWS, ids=str)
def test_news_are_told(told: dict[str, Any], sentence: str) -> None:
    assert news(told, "ada") == sentence
