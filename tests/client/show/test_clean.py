"""
Cleaning: nothing that arrives moves the cursor or hides.
"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.client.show.clean import clean, rows_of, sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("größe 太郎 👩‍👩‍👧 ❤️", "größe 太郎 👩‍👩‍👧 ❤️"),
        ("\x1b[2J", "^[[2J"),
        ("\x00\x07\r\x7f", "^@^G^M^?"),
        ("\x9b2J", "<U+009B>2J"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\u2028b", "a<U+2028>b"),
        ("a\ud800b", "a<U+D800>b"),
        ("a\tb", "a    b"),
        ("\U000e0041", "<U+E0041>"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("one\ntwo", "one^Jtwo"),
    ],
)
def test_each_character_is_seen(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_rows_end_where_lines_do() -> None:
    assert rows_of("one\r\ntwo\n\x1bthree") == ["one", "two", "^[three"]


@given(st.text(st.sampled_from("ab\r\n\x1b\x9b\u2028\u202e\ud800") | st.characters()))
def test_no_row_of_a_sentence_can_be_taken_for_another_one(text: str) -> None:
    first, *others = sentence(text).split("\n")
    assert first.startswith("twisted-chat: ")
    assert all(row.startswith("  | ") for row in others)
    for row in (first, *others):
        assert not {unicodedata.category(each) for each in row} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.text())
def test_nothing_is_left_that_moves_a_cursor(text: str) -> None:
    left = {unicodedata.category(each) for each in clean(text)}
    assert not left & {"Cc", "Cs", "Zl", "Zp"}
