"""
Lines wait for the verdict of a program, or are passed over.
"""

from typing import Any

import pytest
from services import sitting, tells
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.plugins.programs.checks import CHECK_WITHIN, FIRST_REST, LONGEST_REST


def only(found: list[dict[str, Any]], event: str) -> dict[str, Any]:
    """
    Return the one event of this name.
    """
    (one,) = [each for each in found if each.get("event") == event]
    return one


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


def test_a_filter_that_is_silent_is_passed_over_named_told_and_asked_again() -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("one", "two")
    bot.reads()
    with capturedLogs() as logged:
        table.chat.advance(CHECK_WITHIN)
    assert bob.reads() == ["alice: one", "alice: two"]
    assert [formatEvent(each) for each in logged] == [
        "Program dice did not check a line within 1 s: lines are said without it for 1 s"
    ]
    ended = only(bot.reads(), "checks-ended")
    assert (ended["checks"], ended["is_said"], ended["seconds"]) == ([1, 2], True, 1)
    # Its verdict is too late for these, and for the next second nothing waits.
    assert bot.asks("verdict", check=2)[0]["error"] == "check-ended"
    alice.types("three")
    assert bob.reads() == ["alice: three"]
    table.chat.advance(FIRST_REST)
    alice.types("four")
    assert bob.reads() == []
    tells(bot, "verdict", check=only(bot.reads(), "check")["check"], text="FOUR")
    assert bob.reads() == ["alice: FOUR"]


def test_a_filter_is_asked_more_and_more_rarely_until_it_answers() -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")

    def rest() -> float:
        alice.types("a line")
        assert bob.reads() == []
        bot.reads()
        table.chat.advance(CHECK_WITHIN)
        assert bob.reads() == ["alice: a line"]
        seconds: float = only(bot.reads(), "checks-ended")["seconds"]
        table.chat.advance(seconds)
        return seconds

    assert [rest() for _ in range(8)] == [1, 2, 4, 8, 16, 32, LONGEST_REST, LONGEST_REST]
    alice.types("a line")
    tells(bot, "verdict", check=only(bot.reads(), "check")["check"])
    assert bob.reads() == ["alice: a line"]
    assert rest() == FIRST_REST
    # One that registers again is asked at once.
    alice.types("a line")
    table.chat.advance(CHECK_WITHIN)
    bot.asks("register", filters=["said"])
    bob.reads()
    alice.types("a line")
    assert bob.reads() == []


def test_a_verdict_that_has_come_when_its_time_is_over_counts() -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("one")
    # It is read behind the timers that are due, as in a reactor.
    table.chat.clock.callLater(CHECK_WITHIN, tells, bot, "verdict", check=1, text="ONE")
    table.chat.advance(CHECK_WITHIN)
    assert bob.reads() == ["alice: ONE"]


def test_while_the_server_itself_stood_still_the_program_missed_nothing() -> None:
    table = sitting()
    bot = table.serve(filters=["said"])
    alice, bob = table.arrive("alice"), table.arrive("bob")
    alice.types("one")
    table.chat.advance(5 * CHECK_WITHIN)
    assert bob.reads() == []
    table.chat.advance(CHECK_WITHIN / 2)
    tells(bot, "verdict", check=1, text="ONE")
    assert bob.reads() == ["alice: ONE"]
    alice.types("two")
    table.chat.advance(5 * CHECK_WITHIN)
    table.chat.advance(CHECK_WITHIN)
    assert bob.reads() == ["alice: two"]


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
