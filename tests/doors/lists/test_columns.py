"""
Texts in columns and lines.
"""

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
