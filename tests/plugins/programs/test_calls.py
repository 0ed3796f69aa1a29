"""
Commands of a program: called, answered in time or given up, and gone with it.
"""

from typing import Any

from services import ROLL, sitting, tells
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.calls import ANSWER_WITHIN
from twisted_chat.plugins.programs.calls import MOST_CALLS


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


def test_one_that_answers_no_call_any_more_is_named_and_one_that_is_slow_is_not() -> None:
    table = sitting()
    bot, alice = table.serve(commands=[ROLL]), table.arrive("alice")
    service = table.chat.plugins.services.by_name["dice"]

    def hang() -> None:
        alice.types("/roll")
        table.chat.advance(ANSWER_WITHIN)

    hang()
    assert service.trouble == ""
    hang()
    assert service.trouble == "It has not answered its last 2 calls."
    # Too late is not never.
    assert bot.asks("answer", call=1, text="late")[-1]["error"] == "no-such-call"
    assert (service.calls.unanswered, service.trouble) == (0, "")


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
