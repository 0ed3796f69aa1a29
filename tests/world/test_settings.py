"""
Settings: the table, and the words that it takes.
"""

import pytest

from twisted_chat.testing import Chat
from twisted_chat.text.names import fold
from twisted_chat.text.words import Heard
from twisted_chat.world.settings import (
    SETTINGS,
    Notify,
    Preferences,
    UserSettings,
    as_text,
    read_switch,
    read_width,
)


def test_the_table_has_a_row_for_each_preference_with_its_help_and_words() -> None:
    assert list(SETTINGS) == ["color", "time", "bell", "numbers", "width", "editor", "links"]
    for each in SETTINGS.values():
        assert each.help.endswith(".")
        assert each.wanted
        with pytest.raises(ValueError, match="tea"):
            each.read("tea")


@pytest.mark.parametrize(
    ("word", "is_on"), [("on", True), ("YES", True), ("true", True), ("off", False), ("No", False)]
)
def test_a_switch_is_on_or_off(word: str, is_on: bool) -> None:
    assert read_switch(word) is is_on


@pytest.mark.parametrize(
    ("word", "width"),
    [("80", 80), ("20", 20), ("500", 500), ("off", 0), ("0", 0), ("\uff18\uff10", 80)],
)
def test_a_width_is_a_number_of_columns_or_off(word: str, width: int) -> None:
    assert read_width(word) == width


@pytest.mark.parametrize(
    "word", ["19", "501", "-80", "8e1", "80.0", "9" * 5000, "\u00b2", "on", ""]
)
def test_no_other_number_is_a_width(word: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_width(word)


@pytest.mark.parametrize(("value", "text"), [(True, "on"), (False, "off"), (72, "72")])
def test_a_value_is_kept_as_it_is_typed(value: bool | int, text: str) -> None:
    assert as_text(value) == text


def test_what_was_set_may_be_set_back() -> None:
    settings = UserSettings()
    settings.set("bell", value=True)
    assert settings.preferences == Preferences(bell=True)
    settings.set("bell", None)
    assert settings.preferences == Preferences()


# -- of what they are told ------------------------------------------------------------------------


def settings(*words: str, **notify: Notify) -> UserSettings:
    made = UserSettings()
    made.highlights = {fold(word): word for word in words}
    made.notify = {int(room.removeprefix("room_")): level for room, level in notify.items()}
    return made


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("alice, tea?", True),
        ("some TEA.", True),
        ("steam", False),
        ("team", False),
        ("C++ or C", True),
        ("ЧАЙ готов", True),
        ("чайник", False),
        ("我喝奶茶了", True),
        ("nothing", False),
        ("", False),
    ],
)
def test_whole_words_mention_in_any_script_as_the_name_does(text: str, *, is_so: bool) -> None:
    chosen = settings("Tea", "c++", "чай", "奶茶")
    assert chosen.is_mention("alice", Heard(text)) is is_so


def test_each_room_has_a_level_of_its_own() -> None:
    chosen = settings("tea", room_2=Notify.ALL, room_3=Notify.NONE)
    found = {
        (room, text): chosen.deserves("alice", room, Heard(text))
        for room in (1, 2, 3)
        for text in ("tea!", "coffee")
    }
    assert [each for each, is_so in found.items() if is_so] == [
        (1, "tea!"), (2, "tea!"), (2, "coffee"),
    ]  # fmt: skip


def test_the_bell_rings_for_what_one_wants_to_be_told_of() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/bell on", "/highlight tea")
    alice.receives()

    def rings(*lines: str) -> list[bool]:
        found = []
        for line in lines:
            bob.types(line)
            found.append(alice.receives().startswith(b"\a"))
        return found

    lines = ("alice?", "Tea?", "/me makes TEA", "steam", "/msg alice psst")
    assert rings(*lines) == [True, True, True, False, True]
    alice.types("/notify none")
    alice.receives()
    assert rings(*lines) == [False, False, False, False, True]
    alice.types("/notify all")
    alice.receives()
    assert rings(*lines) == [True, True, True, True, True]
    # Not for one's own.
    alice.receives()
    alice.types("/me says alice likes tea")
    assert b"\a" not in alice.receives()
