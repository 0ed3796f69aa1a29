"""
A program that is a plugin: its commands, what it hears, what it filters, and how it fails.
"""

from typing import Any

import pytest
from services import ROLL, sitting, tells
from twisted.logger import capturedLogs, formatEvent


def only(found: list[dict[str, Any]], event: str) -> dict[str, Any]:
    """
    Return the one event of this name.
    """
    (one,) = [each for each in found if each.get("event") == event]
    return one


# -- what it registers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"commands": [{"name": "who", "help": "Mine."}]}, "command-taken"),
        ({"commands": [ROLL, {"name": "dice", "help": "Mine."}]}, "command-taken"),
        ({"commands": [{"name": "Roll", "help": "Mine."}]}, "bad-declaration"),
        ({"commands": [{"name": "roll", "help": " "}]}, "bad-declaration"),
        ({"commands": [{"name": "roll"}]}, "bad-request"),
        ({"commands": [{"name": "roll", "help": "x", "cooldown": -1}]}, "bad-declaration"),
        ({"commands": [{"name": f"x{n}", "help": "x"} for n in range(51)]}, "bad-declaration"),
        ({"hears": ["told"]}, "bad-declaration"),
        ({"filters": ["joined"]}, "bad-declaration"),
        ({"commands": 7}, "bad-request"),
    ],
)
def test_what_it_cannot_register_is_refused_as_a_whole(wanted: dict[str, Any], code: str) -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    with capturedLogs() as logged:
        (refused,) = bot.asks("register", label="r2", **wanted)
    assert (refused["error"], refused["label"]) == (code, "r2")
    assert refused["message"].endswith(".")
    if code != "bad-request":
        assert formatEvent(logged[0]).startswith("Program dice cannot register: ")
    # What it had stays.
    alice.types("/roll")
    assert only(bot.reads(), "call")["command"] == "roll"


@pytest.mark.parametrize(
    ("right", "request_", "members"),
    [
        ("commands", "register", {"commands": [ROLL]}),
        ("hear", "register", {"hears": ["said"]}),
        ("filter", "register", {"filters": ["said"]}),
        ("say", "say", {"room": "lobby", "text": "hello"}),
    ],
)
def test_it_may_do_what_the_operator_has_granted(
    right: str, request_: str, members: dict[str, Any]
) -> None:
    others = [each for each in ("commands", "hear", "filter", "say") if each != right]
    (refused,) = sitting(rights=others).connect().asks(request_, **members)
    assert (refused["error"], refused["facts"]) == ("not-granted", {"right": right})
    assert sitting(rights=[right]).connect().asks(request_, **members) == []


# -- what it hears and says -----------------------------------------------------------------------


def test_it_hears_rooms_that_are_public_and_no_others_and_nothing_private() -> None:
    table = sitting()
    alice, bob = table.arrive("alice"), table.arrive("bob")
    bot = table.serve(hears=["said", "topic-changed", "joined"])
    alice.types("hello", "/topic tea", "/msg bob psst", "/join den", "/private on", "secret")
    heard = [
        (each["event"], each["room"], each.get("text", each.get("topic", "")))
        for each in bot.reads()
    ]
    assert heard == [
        ("said", "lobby", "hello"),
        ("topic-changed", "lobby", "tea"),
        ("joined", "den", ""),
    ]
    assert bot.asks("say", room="den", text="boo")[0]["error"] == "no-such-room"
    bob.reads()
    assert bot.asks("say", room="#Lobby", text="boo", label="s")[-1]["event"] == "done"
    assert bob.reads() == ["*** boo ***"]


def test_a_room_that_the_operator_names_is_heard_though_it_is_private() -> None:
    table = sitting(rooms=["#Den"])
    bot, alice = table.serve(hears=["said"]), table.arrive("alice")
    alice.types("hello", "/join den", "/private on", "secret")
    assert [each["text"] for each in bot.reads()] == ["secret"]


# -- its connection -------------------------------------------------------------------------------


def test_it_is_no_user_and_needs_no_name() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    alice.types("/who")
    assert alice.reads() == ["In #lobby: alice."]
    table.chat.advance(100_000)
    assert bot.is_connected
    (refused,) = bot.asks("who")
    assert refused["error"] == "not-for-plugins"
    assert bot.asks("hello", name="dice")[0]["error"] == "not-for-plugins"


def test_the_last_one_to_connect_is_the_program() -> None:
    table = sitting()
    first = table.serve(commands=[ROLL])
    second = table.serve(commands=[ROLL])
    assert first.reads()[-1]["cause"] == "resumed"
    table.chat.advance()
    assert not first.is_connected
    table.arrive("alice").types("/roll")
    assert only(second.reads(), "call")["command"] == "roll"


def test_it_is_limited_to_its_rate() -> None:
    table = sitting(rate=2.0)
    bot = table.serve(commands=[ROLL])
    for number in range(20):
        tells(bot, "ping", label=str(number))
    assert len(bot.reads()) < 5
    for _ in range(20):
        table.chat.advance(1)
    assert len(bot.reads()) > 15


def test_it_says_bye() -> None:
    table = sitting()
    bot = table.serve(commands=[ROLL])
    assert [each.get("event") for each in bot.asks("bye", label="b")] == ["done", "closed"]
    table.chat.advance()
    assert not bot.is_connected
