"""
Whatever a program that is a plugin does, the talk goes on, and the log names it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from services import ROLL, Table, sitting, tells
from shared_json import Bot
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.plugins.programs.checks import CHECK_WITHIN

WANTED = {"commands": [ROLL], "hears": ["said", "joined"], "filters": ["said", "acted"]}


def sends(data: bytes, times: int = 1) -> Callable[[Bot], None]:
    def body(bot: Bot) -> None:
        for _ in range(times):
            bot.sends(data)

    return body


def asks(request: str, times: int = 1, **members: Any) -> Callable[[Bot], None]:
    return sends(json.dumps({"request": request, **members}).encode() + b"\n", times)


def hangs_up(bot: Bot) -> None:
    bot.transport.hang_up()
    bot.chat.advance()


def answers_every_number(bot: Bot) -> None:
    for number in range(-3, 30):
        tells(bot, "answer", call=number, text="guessed")
        tells(bot, "verdict", check=number, text="guessed")


def registers_again_and_again(bot: Bot) -> None:
    for number in range(50):
        tells(bot, "register", **{**WANTED, "commands": [{**ROLL, "name": f"c{number}"}]})


def registers_nothing(bot: Bot) -> None:
    tells(bot, "register")


def says_bye(bot: Bot) -> None:
    tells(bot, "bye", reason="\x1b[2J")


HOSTILE: dict[str, Callable[[Bot], None]] = {
    "says nothing": lambda _: None,
    "hangs up": hangs_up,
    "says bye": says_bye,
    "says no JSON": sends(b"no JSON\n", 20),
    "says half of a line": sends(b'{"request": "ans'),
    "says blank lines": sends(b"\n" * 10_000),
    "says zeros": sends(b"\0" * 20_000 + b"\n"),
    "says no UTF-8": sends(b'{"request": "\xff"}\n'),
    "says half of a character": sends(b'{"request": "say", "room": "lobby", "text": "\\ud800"}\n'),
    "says a list": sends(b"[]\n"),
    "says a number": sends(b"1e999\n"),
    "says a nest": sends(b"[" * 16_000 + b"\n"),
    "says too long a line": sends(b"x" * 100_000 + b"\n"),
    "says a line without an end": sends(b"x" * 1_000_000),
    "floods with pings": asks("ping", 5000, label="p"),
    "floods with nonsense": sends(b"{}\n", 5000),
    "floods the room": asks("say", 500, room="lobby", text="x" * 1000),
    "says what moves the cursor": asks("say", room="lobby", text="\x1b[2J\r\x07"),
    "says nothing that shows": asks("say", room="lobby", text="\u200b"),
    "says too many lines": asks("say", room="lobby", text="x\n" * 1000),
    "speaks in no room": asks("say", room="nowhere", text="x"),
    "speaks in a room of no name": asks("say", room="\x1b\u202e", text="x"),
    "says hello": asks("hello", name="mallory"),
    "says hello again": asks("hello", service="x"),
    "runs a command": asks("command", text="/serverkick alice"),
    "acts as a user": asks("act", text="waves"),
    "writes to a user": asks("tell", nick="alice", text="psst"),
    "reads history": asks("history", room="lobby"),
    "asks for what there is not": asks("plugh"),
    "answers what nobody asked": answers_every_number,
    "answers with huge numbers": asks("answer", call=10**30),
    "answers with a text for a number": asks("answer", call="1"),
    "takes another's command": asks("register", commands=[{"name": "quit", "help": "Stay."}]),
    "takes one name twice": asks("register", commands=[ROLL, ROLL]),
    "declares nonsense": asks("register", commands=[{"name": "\x1b", "help": "\x1b"}]),
    "declares a huge help": asks("register", commands=[{**ROLL, "help": "x" * 15_000}]),
    "declares a huge name": asks("register", commands=[{**ROLL, "name": "x" * 15_000}]),
    "declares a dunder": asks(
        "register", commands=[{"name": "x", "help": "x", "parameters": [{"name": "__class__"}]}]
    ),
    "declares what is its context": asks(
        "register", commands=[{"name": "x", "help": "x", "parameters": [{"name": "ctx"}]}]
    ),
    "declares a huge version": asks("register", version="x\n" * 5000),
    "declares rooms that are none": asks("register", filters=["said"], rooms=["\x1b", ""] * 500),
    "registers again and again": registers_again_and_again,
    "registers nothing": registers_nothing,
}


def are_well(table: Table, people: list[Any]) -> None:
    """
    Check that everybody is here, and that each one's lines reach the others.
    """
    table.chat.advance(2 * CHECK_WITHIN)
    assert [person.is_connected for person in people] == [True, True]
    for person in people:
        person.reads()
    alice, bob = people
    bob.types("still here")
    # The filter may be silent.
    table.chat.advance(CHECK_WITHIN)
    assert "bob: still here" in alice.reads()


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_program_hurts_no_user(body: Callable[[Bot], None]) -> None:
    table = sitting()
    people = [table.arrive("alice"), table.arrive("bob")]
    bot = table.serve(**WANTED)
    people[0].types("hello", "/roll", "/me waves")
    body(bot)
    are_well(table, people)
    people[0].types("/roll", "/help", "/plugins")
    body(bot)
    # Whatever waits for an answer is answered by now.
    table.chat.advance(10)
    are_well(table, people)
    assert not [line for line in people[0].reads() if "Sorry" in line]
    assert people[0].protocol.session is not None
    assert people[0].protocol.session.running == 0


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_filter_keeps_a_line_for_a_second_at_most(
    body: Callable[[Bot], None], closed: bool
) -> None:
    table = sitting(**{"filter-fails": "closed" if closed else "open"})
    alice, bob = table.arrive("alice"), table.arrive("bob")
    program = table.serve(**WANTED)
    alice.types("a line that waits")
    body(program)
    table.chat.advance(CHECK_WITHIN)
    session = table.chat.hub.find_user("alice").sessions[0]
    assert (session.unsaid, session.running, session.queued) == (None, 0, ())
    said = [line for line in bob.reads() if line.startswith("alice: ")]
    refused = [line for line in alice.reads() if line.startswith("Lines cannot be checked here")]
    assert len(said) + len(refused) == 1


@pytest.mark.parametrize(
    ("body", "logged"),
    [
        ("says nothing", "Program dice did not answer /roll within 10 s"),
        ("says nothing", "Program dice did not check a line within 1 s: lines are said"),
        ("takes another's command", "Program dice cannot register: 'Plugin dice: /quit is taken"),
        ("declares nonsense", "Program dice cannot register: "),
    ],
)
def test_the_log_names_the_program(body: str, logged: str) -> None:
    table = sitting()
    alice = table.arrive("alice")
    bot = table.serve(**WANTED)
    with capturedLogs() as found:
        alice.types("hello", "/roll")
        HOSTILE[body](bot)
        table.chat.advance(CHECK_WITHIN)
        table.chat.advance(10)
    assert any(formatEvent(each).startswith(logged) for each in found)  # type: ignore[union-attr]
