"""
Emoji by name.
"""

import pytest

from twisted_chat.client.emoji import MOST, _of_unicode, begun, find


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (":tad", "tad"),
        ("yes :Tad", "tad"),
        ("at 10:30", ""),
        ("http://x", ""),
        (":", ""),
        (":t", ""),
    ],
)
def test_a_name_begins_with_a_colon(text: str, name: str) -> None:
    assert begun(text) == name


def test_names_that_people_use_come_first() -> None:
    # Another test may have read them.
    _of_unicode.cache_clear()
    assert list(find("tad")) == [("\U0001f389", "tada")]
    assert next(find("heart")) == ("\u2764\ufe0f", "heart")
    assert ("\U0001f49a", "green_heart") in list(find("heart"))
    assert ("\U0001f389", "party_popper") in list(find("popper"))
    assert next(find("+1"))[0] == "\U0001f44d"
    assert list(find("zzzz")) == []
    assert len(list(find("face"))) == MOST
