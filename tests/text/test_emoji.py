"""
Emoji by name.
"""

import pytest

from twisted_chat.text.emoji import _names, find, replaced

TADA, HEART, TEA = "\U0001f389", "\u2764\ufe0f", "\U0001f375"


@pytest.mark.parametrize("word", ["tad", "10:30", "x:tada", ":", ":t", "::", ":zzzz", ""])
def test_a_name_begins_with_a_colon_and_has_two_letters_at_least(word: str) -> None:
    assert find(word) == []


def test_names_that_people_use_come_first() -> None:
    # Another test may have read them.
    _names.cache_clear()
    assert find(":tad") == [(TADA, "tada")]
    assert find(":Tad") == [(TADA, "tada")]
    assert find(":heart")[0] == (HEART, "heart")
    assert ("\U0001f49a", "green_heart") in find(":heart")
    assert (TADA, "party_popper") in find(":popper")
    assert find(":+1") == [("\U0001f44d", "+1")]


def test_with_a_colon_behind_it_it_is_the_whole_name() -> None:
    assert find(":heart:") == [(HEART, "heart")]
    assert find(":hear:") == []
    # As input methods write it.
    assert find("\uff1aｔｅａ\uff1a") == [(TEA, "tea")]


@pytest.mark.parametrize(
    ("word", "emoji"),
    [
        (":tea:", TEA), ("\uff1atea\uff1a", TEA), (":tea", ":tea"), (":te", ":te"),
        (":nothing:", ":nothing:"), ("+1", "+1"), ("", ""), ("::", "::"),
    ],
)  # fmt: skip
def test_a_name_stands_for_its_emoji(word: str, emoji: str) -> None:
    assert replaced(word) == emoji
