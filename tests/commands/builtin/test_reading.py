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


def test_editor_lets_the_server_edit_the_line_or_not() -> None:
    assert answers("/editor on", "/editor off") == [
        "Editing by the server, in telnet, is on.",
        "Editing by the server, in telnet, is off.",
    ]


def test_set_changes_one_setting_and_shows_it_or_all() -> None:
    changed, shown, *everything = answers("/set width 60", "/set width", "/set")
    assert changed == "Lines are wrapped at 60 columns."
    assert shown.startswith("width 60  ")
    assert [line.split()[:2] for line in everything if line.startswith(("color", "width"))] == [
        ["color", "off"],
        ["width", "60"],
    ]


def test_set_of_no_setting_says_which_one_may_be_meant_or_all_there_are() -> None:
    alike, unlike, *_ = answers("/set colours on", "/set nonsense on")
    assert alike == "There is no setting colours. Did you mean color?"
    assert unlike.startswith("There is no setting nonsense. There are color, time, bell,")


def test_notify_shows_and_changes_of_which_lines_of_a_room_one_is_told() -> None:
    mentions, none = (
        "You are told of lines in #lobby that mention you.",
        "You are told of no line in #lobby.",
    )
    assert answers("/notify", "/notify none", "/notify", "/notify mentions #lobby") == [
        mentions,
        none,
        none,
        mentions,
    ]


def test_a_highlighted_word_rings_until_it_is_none_any_more() -> None:
    alice, bob = pair()
    alice.types("/bell on", "/highlight tea")
    bob.types("tea is ready")
    alice.types("/highlight", "/unhighlight tea")
    bob.types("tea is over")
    alice.types("/unhighlight tea", "/highlight")
    with_tea = "Lines mention you by your name, and by: tea."
    without = "You highlight no words; lines mention you by your name."
    assert alice.receives().decode().splitlines() == [
        "The bell is on.",
        with_tea,
        "\abob: tea is ready",
        with_tea,
        without,
        "bob: tea is over",
        "You do not highlight tea.",
        without,
    ]
