"""
Commands that set how lines look.
"""

import pytest
from shared_builtin import answers, pair, people

pytestmark = pytest.mark.usefixtures("utc")


def test_color_turns_colours_on_and_off() -> None:
    alice, bob = pair()
    alice.types("/color on")
    bob.types("/me waves")
    alice.types("/color off")
    bob.types("/me waves")
    with_colours, without = [line for line in alice.reads() if "waves" in line]
    assert "\x1b[" in with_colours
    assert without == "* bob waves"
    assert answers("/color on", "/color off") == ["Colours are on.", "Colours are off."]


def test_time_puts_the_time_before_each_line() -> None:
    chat, (alice, bob) = people("alice", "bob")
    alice.types("/time on")
    bob.types("one")
    chat.advance(3600)
    bob.types("two")
    alice.types("/time off")
    bob.types("three")
    assert alice.reads() == [
        "Times are on, in UTC.",
        "[22:13] bob: one",
        "[23:13] bob: two",
        "Times are off.",
        "bob: three",
    ]


def test_bell_rings_where_one_is_named_or_written_to() -> None:
    alice, bob = pair()
    alice.types("/bell on")
    bob.types("hello Alice!", "malice", "/msg alice psst")
    alice.types("/bell off")
    bob.types("alice?")
    assert alice.receives().decode().split("\r\n") == [
        "The bell is on.",
        "\abob: hello Alice!",
        "bob: malice",
        "\a[bob -> you] psst",
        "The bell is off.",
        "bob: alice?",
        "",
    ]
    assert b"\a" not in bob.receives()


def test_numbers_are_shown_before_lines_to_users_who_want_them() -> None:
    chat, (alice, bob) = people("alice", "bob")
    alice.types("/numbers on")
    number = chat.hub.rooms["lobby"].timeline.number + 1
    bob.types("hello")
    alice.types("/numbers off")
    bob.types("hello")
    assert alice.reads() == [
        "Numbers are on.",
        f"[{number}] bob: hello",
        "Numbers are off.",
        "bob: hello",
    ]
