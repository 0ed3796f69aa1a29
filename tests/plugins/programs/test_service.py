"""
A program that is a plugin: its commands, what it hears, what it filters, and how it fails.
"""

from typing import Any

import pytest
from services import ROLL, sitting, tells
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.isolation import ANSWER_WITHIN
from twisted_chat.plugins.programs.service import CHECK_WITHIN, MOST_CALLS


def only(found: list[dict[str, Any]], event: str) -> dict[str, Any]:
    """
    Return the one event of this name.
    """
    (one,) = [each for each in found if each.get("event") == event]
    return one


# -- commands -------------------------------------------------------------------------------------


def test_a_user_types_a_command_and_reads_what_the_program_answers() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    alice.types("/roll 20")
    (call,) = bot.reads()
    assert call == {
        "event": "call",
        "at": call["at"],
        "call": 1,
        "command": "roll",
        "args": {"sides": 20},
        "nick": "alice",
        "account": "",
        "room": "lobby",
    }
    assert alice.reads() == []
    assert bot.asks("answer", call=1, text="You rolled 7.\nLucky.", label="a")[-1] == {
        "event": "done",
        "at": call["at"],
        "label": "a",
    }
    assert alice.reads() == ["You rolled 7.", "Lucky."]


def test_its_commands_are_as_all_others_in_help_errors_and_completion() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    alice.types("/help dice", "/dice many", "/roll 1 2", "/rol")
    assert alice.reads() == [
        "/roll [sides]",
        "  Roll a die.",
        "  Also: /dice",
        'sides must be a whole number, not "many".',
        "Usage: /roll [sides]",
        "/roll does not take so many words.",
        "Usage: /roll [sides]",
        "No such command: /rol. Did you mean /roll?",
    ]
    assert bot.reads() == []
    session = table.chat.hub.find_user("alice").sessions[0]
    assert table.chat.dispatcher.complete(session, "/ro", 3).words == ("/roll", "/rooms")
    alice.types("/help")
    assert any(line.split() == ["Dice", "/roll"] for line in alice.reads())


def test_an_answer_may_be_for_the_room_or_a_refusal_or_nothing() -> None:
    table = sitting()
    bot = table.serve(commands=[ROLL])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.reads()
    alice.types("/roll", "/roll", "/roll", "/roll")
    assert [each["call"] for each in bot.reads()] == [1, 2, 3, 4]
    # In any order.
    tells(bot, "answer", call=3, to="room", text="alice rolled 3.")
    tells(bot, "answer", call=1, refusal="There is no die.")
    tells(bot, "answer", call=2)
    assert alice.reads() == ["*** alice rolled 3. ***", "There is no die."]
    assert bob.reads() == ["*** alice rolled 3. ***"]
    assert bot.asks("answer", call=3, text="again")[0]["error"] == "no-such-call"


def test_an_answer_for_a_room_is_refused_where_the_user_may_not_speak() -> None:
    table = sitting()
    bot = table.serve(commands=[ROLL])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("/roll")
    table.chat.hub.membership.leave(
        table.chat.hub.find_user("alice"), table.chat.hub.find_room("lobby")
    )
    table.chat.advance()
    bob.reads()
    tells(bot, "answer", call=1, to="room", text="alice rolled 3.")
    assert bob.reads() == []
    assert alice.reads()[-1] == "The answer is for a room in which you may not speak."


def test_a_command_that_hangs_is_answered_within_ten_seconds_and_nobody_waits() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    bob = table.arrive("bob")
    alice.reads()
    alice.types("/roll", "hello")
    assert bob.reads() == ["alice: hello"]
    with capturedLogs() as logged:
        table.chat.advance(ANSWER_WITHIN)
    assert alice.reads() == ["/roll did not answer within 10 s."]
    assert [formatEvent(each) for each in logged] == [
        "Program dice did not answer /roll within 10 s"
    ]
    # What comes too late is told to nobody, and the command goes on.
    assert bot.asks("answer", call=1, text="late")[-1]["error"] == "no-such-call"
    alice.types("/roll")
    tells(bot, "answer", call=2, text="in time")
    assert alice.reads() == ["in time"]


def test_when_it_dies_its_commands_go_and_who_waits_is_told_and_they_come_back() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    alice.types("/roll")
    bot.transport.hang_up()
    table.chat.advance()
    alice.types("/roll", "/help roll", "/plugins")
    assert alice.reads() == [
        "/roll failed: its program has ended.",
        "No such command: /roll. Type /help for the list.",
        "No such command: /roll. Type /help for the list.",
        "dice: not connected",
    ]
    bot = table.serve(commands=[ROLL], version="2.1")
    alice.types("/plugins", "/roll")
    tells(bot, "answer", call=2, text="back")
    assert alice.reads() == ["dice 2.1: on; /roll", "back"]


def test_calls_that_wait_are_limited() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    alice.types(*["/roll"] * (MOST_CALLS + 1))
    table.chat.advance(1)
    assert alice.reads() == ["/roll is busy. Please try again later."]
    assert len(bot.reads()) == MOST_CALLS


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


# -- filters --------------------------------------------------------------------------------------


def test_a_line_waits_for_its_verdict_in_its_room_alone_and_in_order() -> None:
    table = sitting()
    bot = table.serve(filters=["said"], rooms=["lobby"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("one", "two", "three")
    bob.types("/join den", "elsewhere", "/join lobby")
    carol = table.arrive("carol")
    assert [each["line"]["text"] for each in bot.reads()] == ["one", "two", "three"]
    alice.reads()
    tells(bot, "verdict", check=3)
    tells(bot, "verdict", check=2, refusal="Not that, please.")
    assert carol.reads() == []
    tells(bot, "verdict", check=1, text="ONE")
    assert carol.reads() == ["alice: ONE", "alice: three"]
    assert alice.reads() == ["Not that, please."]
    assert bot.asks("verdict", check=1)[0]["error"] == "no-such-check"


def test_what_a_user_types_behind_a_line_that_waits_is_done_behind_it() -> None:
    table = sitting()
    bot = table.serve(filters=["said", "acted"])
    bob = table.arrive("bob")
    alice = table.arrive("alice")
    bob.reads()
    alice.types("last words", "/me waves", "/quit bye")
    assert bob.reads() == []
    tells(bot, "verdict", check=1)
    tells(bot, "verdict", check=2)
    assert bob.reads() == [
        "alice: last words",
        "* alice waves",
        "*** alice has left #lobby (bye) ***",
    ]


def test_a_line_behind_a_command_that_waits_is_not_said_in_the_room_that_is_left() -> None:
    table = sitting()
    bot = table.serve(filters=["said"], rooms=["lobby"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("hello", "/join den", "secret", "/join lobby", "again")
    (check,) = bot.reads()
    tells(bot, "verdict", check=check["check"])
    assert bob.reads() == ["alice: hello"]
    (check,) = bot.reads()
    assert check["line"]["text"] == "again"
    tells(bot, "verdict", check=check["check"])
    assert bob.reads() == ["alice: again"]
    den = table.chat.hub.find_room("den").timeline.recent
    assert [line.text for line in den if line.kind == "said"] == ["secret"]


def test_lines_edits_actions_topics_and_answers_cannot_go_past_a_filter() -> None:
    table = sitting()
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("first")
    bot = table.serve(filters=["said", "acted", "edited", "topic-changed"])
    bob.reads()
    alice.types("/edit last bad", "/me bad", "/topic bad", "/re 3 bad", "/say bad", "bad")
    kinds = []
    for _ in range(6):
        for check in bot.reads():
            kinds.append(check["line"]["event"])
            tells(bot, "verdict", check=check["check"], refusal="Not that, please.")
    assert kinds == ["edited", "acted", "topic-changed", "said", "said", "said"]
    assert bob.reads() == []
    assert alice.reads()[-6:] == ["Not that, please."] * 6


def test_a_user_who_was_kicked_or_muted_meanwhile_does_not_speak() -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    table.chat.hub.find_user("alice").roles.add("operator")
    bob.types("one")
    alice.types("/serverkick bob")
    alice.reads()
    tells(bot, "verdict", check=1)
    assert alice.reads() == []


def test_a_filter_that_is_silent_is_passed_over_and_named() -> None:
    table = sitting()
    table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("one", "two")
    with capturedLogs() as logged:
        table.chat.advance(CHECK_WITHIN)
    assert bob.reads() == ["alice: one", "alice: two"]
    assert [formatEvent(each) for each in logged] == [
        "Program dice did not check a line within 1 s: it filters no more"
    ]
    alice.types("three")
    assert bob.reads() == ["alice: three"]


def test_a_filter_that_the_operator_wants_closed_lets_nothing_through() -> None:
    table = sitting(**{"filter-fails": "closed"})
    alice, bob = table.arrive("alice"), table.arrive("bob")
    sorry = "Lines cannot be checked here at the moment. Please try again later."
    alice.reads()
    # Before it comes, while it is silent, and when it is gone.
    alice.types("one")
    assert alice.reads() == [sorry]
    bot = table.serve(filters=["said"])
    alice.types("two")
    table.chat.advance(CHECK_WITHIN)
    assert alice.reads() == [sorry]
    bot.reads()
    alice.types("three")
    tells(bot, "verdict", check=bot.reads()[-1]["check"])
    assert bob.reads() == ["alice: three"]
    alice.types("four")
    bot.transport.hang_up()
    table.chat.advance()
    alice.types("five")
    assert alice.reads() == [sorry, sorry]
    assert bob.reads() == []


def test_lines_that_wait_when_the_program_dies_are_said() -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("one")
    bot.transport.hang_up()
    table.chat.advance()
    assert bob.reads() == ["alice: one"]


@pytest.mark.parametrize("text", ["", "   ", "x\n" * 600])
def test_a_verdict_with_a_text_that_is_none_is_refused(text: str) -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    table.arrive("alice").types("one")
    bot.reads()
    assert "error" in bot.asks("verdict", check=1, text=text)[0]
    assert bot.asks("verdict", check=1, text="uno") == []


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
