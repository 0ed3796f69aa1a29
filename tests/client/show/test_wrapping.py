"""
Rows that fit the terminal.
"""

from hypothesis import given
from hypothesis import strategies as st

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


def test_what_is_longer_than_a_row_is_whole() -> None:
    address = "https://chat.example/a/long/address"
    assert wrapped(f"see {address} now", 10, 10) == ["see", address, "now"]


@given(st.text("ab 太\u0301", max_size=60), st.integers(1, 20), st.integers(1, 20))
def test_nothing_is_lost_but_blanks(text: str, first: int, others: int) -> None:
    rows = wrapped(text, first, others)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    for place, row in enumerate(rows):
        assert width_of(row) <= (others if place else first) or " " not in row.strip()
