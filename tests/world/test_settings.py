"""
Settings: the table, and the words that it takes.
"""

import pytest

from twisted_chat.world.settings import (
    SETTINGS,
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
