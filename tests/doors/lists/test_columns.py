"""
Texts in columns and lines.
"""

import textwrap

from hypothesis import example, given
from hypothesis import strategies as st

from twisted_chat.doors.lists.columns import table, wrapped


def test_rows_stand_in_two_columns() -> None:
    assert list(table([("/join room", "Enter a room."), ("/me", "Act.")])) == [
        "/join room  Enter a room.",
        "/me         Act.",
    ]
    assert list(table([])) == []


def test_what_is_too_long_for_the_left_column_stands_above_its_text() -> None:
    assert list(table([("/a", "Short."), ("/kick nick reason", "Put a user out.")], 30)) == [
        "/a        Short.",
        "/kick nick reason",
        "          Put a user out.",
    ]


def test_a_text_is_wrapped_behind_its_indent_and_no_word_is_broken() -> None:
    text = "one two three " + "x" * 12
    assert wrapped(text, "- ", "  ", columns=10) == ["- one two", "  three", f"  {'x' * 12}"]
    assert wrapped("one two three", "> ", columns=10) == ["> one two", "> three"]


@given(
    st.text("ab \t\n\u00a0\u3000\u05d0", max_size=14),
    st.sampled_from(["", "- ", "    "]),
    st.integers(6, 16),
)
@example("two  words", "- ", 12)
def test_a_text_that_fits_stands_as_the_one_that_is_wrapped_does(
    text: str, first: str, columns: int
) -> None:
    lines = textwrap.wrap(
        text, columns, initial_indent=first, subsequent_indent=first, break_long_words=False
    )
    assert wrapped(text, first, columns=columns) == lines
