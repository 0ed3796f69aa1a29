"""
The requests of a program that is a plugin, at the JSON door.
"""

from typing import Any

import pytest
from services import ROLL, TOKEN, Table, granting, sitting, tells
from shared_json import Programs
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.limits import Limits
from twisted_chat.plugins.programs.service import Service
from twisted_chat.testing import NO_LIMITS, Chat


def test_a_token_lets_a_program_in_and_nothing_else_is_needed() -> None:
    bot = sitting().programs.connect()
    done = bot.asks("hello", service=TOKEN, label="h")
    assert [(each["event"], each["label"]) for each in done] == [("done", "h")]


@pytest.mark.parametrize("token", ["another", TOKEN[:-1], TOKEN + " "])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    (refused,) = sitting().programs.connect().asks("hello", service=token, label="h")
    assert (refused["error"], refused["label"]) == ("unknown-token", "h")


def test_where_there_are_no_programs_no_token_is_known() -> None:
    (refused,) = Programs(Chat()).connect().asks("hello", service=TOKEN)
    assert refused["error"] == "unknown-token"


def test_a_token_does_not_come_over_a_network_that_others_can_read() -> None:
    table = sitting()
    bot = table.programs.connect("192.0.2.1")
    (refused,) = bot.asks("hello", service=TOKEN)
    assert refused["error"] == "cleartext-password" or "not encrypted" in refused["message"]


def test_a_user_cannot_become_a_plugin_nor_ask_as_one() -> None:
    bot = sitting().programs.arrive("robot")
    for request, members in (
        ("hello", {"service": TOKEN}),
        ("register", {"commands": [ROLL]}),
        ("answer", {"call": 1}),
        ("verdict", {"check": 1}),
    ):
        (refused,) = bot.asks(request, label=request, **members)
        assert (refused["error"], refused["label"]) == ("no-plugin", request)


@pytest.mark.parametrize(
    ("request_", "members", "answer"),
    [
        ("ping", {}, "done"),
        ("register", {"commands": [ROLL]}, "done"),
        ("say", {"room": "lobby", "text": "hello"}, "done"),
        ("say", {"text": "hello"}, "no-such-room"),
        ("answer", {"call": 7}, "no-such-call"),
        ("verdict", {"check": 7}, "no-such-check"),
        ("who", {}, "not-for-plugins"),
        ("register", {"commands": [{"name": "quit", "help": "Stay."}]}, "command-taken"),
        ("verdict", {}, "bad-request"),
    ],
)
def test_each_request_is_answered_once_with_its_label(
    request_: str, members: dict[str, Any], answer: str
) -> None:
    bot = sitting().connect()
    (told,) = bot.asks(request_, label="x", **members)
    assert (told.get("error") or told["event"], told["label"]) == (answer, "x")


def test_what_breaks_within_the_server_is_logged_and_the_program_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    bot = sitting().connect()
    monkeypatch.setattr(Service, "say", broken)
    with capturedLogs() as logged:
        (refused,) = bot.asks("say", room="lobby", text="hello")
    assert refused["error"] == "failed"
    assert formatEvent(logged[0]).startswith("A request of program dice failed:")  # type: ignore[union-attr]
    assert bot.asks("ping", label="p")[0]["event"] == "done"


def test_what_a_room_reads_costs_more_than_other_messages() -> None:
    table = sitting(rate=100.0)
    bot, alice = table.connect(), table.arrive("alice")
    for _ in range(50):
        tells(bot, "say", room="lobby", text="x" * 160)
    # With 100 at once, of 30 each.
    assert len(alice.reads()) in (4, 5)
    for _ in range(10):
        table.chat.advance(1)
    assert 25 < len(alice.reads()) < 40


def in_force(table: Table, wanted: list[dict[str, Any]], seconds: int) -> int:
    """
    Return how many of 100 registrations are done at once and in so many seconds after that.
    """
    bot = table.connect()
    for number in range(100):
        tells(bot, "register", label=f"r{number}", **wanted[number % len(wanted)])
    for _ in range(seconds):
        table.chat.advance(1)
    return sum(each["event"] == "done" for each in bot.reads())


def test_a_registration_counts_by_its_size() -> None:
    few = {"commands": [ROLL]}
    many = {"commands": [{"name": f"roll{number}", "help": "Roll."} for number in range(50)]}
    worded = {"commands": [{**ROLL, "parameters": [{"name": "x", "choices": ["a"] * 200}]}]}
    roomy = {"filters": ["said"], "rooms": ["lobby"] * 199}
    # At 1,000 messages a second, each with 1,000 at once.
    assert in_force(sitting(), [few], 1) == 100
    for wanted in (many, worded, roomy):
        assert 8 <= in_force(sitting(), [wanted], 1) <= 12
        assert 50 <= in_force(sitting(), [wanted], 10) <= 60


def test_it_is_counted_as_a_connection_and_refused_where_there_are_too_many() -> None:
    limits = Limits(**{**_fields(), "max_per_host": 1})
    chat = Chat(limits=limits, options=granting())
    programs = Programs(chat)
    bot = programs.connect()
    bot.asks("hello", service=TOKEN)
    (refused,) = programs.connect().reads()
    assert refused["error"] == "too-many-connections"


def _fields() -> dict[str, Any]:
    return {name: getattr(NO_LIMITS, name) for name in vars(NO_LIMITS)}
