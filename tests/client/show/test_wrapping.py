"""
Rows that fit the terminal.
"""

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from twisted_chat.client.show.wrapping import width_of, wrapped


def test_a_row_is_broken_at_words() -> None:
    assert wrapped("one two three four", 9, 10) == ["one two", "three four"]
    assert wrapped("one two", 7, 1) == ["one two"]
    assert wrapped("one   two", 6, 6) == ["one", "two"]
    assert wrapped("    code that is long", 12, 12) == ["    code", "that is long"]
    assert wrapped("", 0, 0) == [""]


def test_wide_letters_take_two_columns() -> None:
    assert width_of("太郎") == 4
    assert wrapped("太郎 太郎 太郎", 9, 9) == ["太郎 太郎", "太郎"]


def test_a_word_that_is_longer_than_a_row_is_broken() -> None:
    assert wrapped("see https://chat.example/a now", 10, 10) == [
        "see https:", "//chat.exa", "mple/a now",
    ]  # fmt: skip
    # One that fits the next row is whole, and one without spaces begins at once.
    assert wrapped("see chat.example", 8, 12) == ["see", "chat.example"]
    assert wrapped("chat.example", 8, 12) == ["", "chat.example"]
    assert wrapped("太郎と花子", 4, 6) == ["太郎", "と花子"]
    assert wrapped("a\u00a0b\u00a0c", 2, 2) == ["a\u00a0", "b\u00a0", "c"]
    # Accents stay where they are.
    assert wrapped("e\u0301" * 4, 2, 3) == ["e\u0301" * 2, "e\u0301" * 2]
    # No indent moves the text to where another row begins.
    assert wrapped(f"{' ' * 30}eve: hi", 10, 8) == ["", "eve: hi"]


@given(
    st.text(st.sampled_from("ab 太\u0301\u00a0\u200d👩❤\ufe0f🇩🇪"), max_size=60),
    st.integers(0, 20),
    st.integers(3, 20),
)
def test_no_row_is_too_long_and_nothing_is_lost_but_blanks(
    text: str, first: int, others: int
) -> None:
    rows = wrapped(text, first, others)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    for place, row in enumerate(rows):
        assert wcswidth(row) <= (others if place else first), rows
        assert width_of(row) >= wcswidth(row)
