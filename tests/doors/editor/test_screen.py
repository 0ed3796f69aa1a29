"""
What a terminal shows of a line, as a terminal in memory shows it.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from screens import Window
from wcwidth import width

from twisted_chat.doors.editor.screen import DumbScreen, RowScreen


def drawn(text: str, cursor: int, columns: int = 20, prompt: str = "> ") -> Window:
    window = Window(columns)
    window.write(RowScreen(columns).draw(prompt, text, cursor))
    return window


def test_a_line_stands_behind_its_prompt_with_the_cursor_in_it() -> None:
    window = drawn("hello", 2)
    assert window.rows == ["> hello"]
    assert window.cursor == (4, 0)


def test_a_wide_character_takes_two_columns() -> None:
    window = drawn("世界!", 1)
    assert window.cursor == (4, 0)


@pytest.mark.parametrize(
    ("cursor", "row", "column"),
    [
        (0, "> abcdefghijklmnop>", 2),
        (15, "> abcdefghijklmnop>", 17),
        (26, "> <lmnopqrstuvwxyz", 18),
    ],
)
def test_a_long_line_scrolls_sideways(cursor: int, row: str, column: int) -> None:
    window = drawn("abcdefghijklmnopqrstuvwxyz", cursor)
    assert window.rows == [row]
    assert window.cursor == (column, 0)


def test_several_lines_stand_in_one_row_and_what_is_unsafe_is_not_shown() -> None:
    assert drawn("one\ntwo", 0).rows == ["> one\u21b5two"]
    assert drawn("a\x9bb\u202ec\td", 0).rows == ["> a\ufffdb\ufffdc d"]


def test_a_prompt_that_leaves_no_room_is_left_out() -> None:
    assert drawn("hi", 2, prompt="#a-room-with-a-long-name> ").rows == ["hi"]


def test_a_long_prompt_stands_there_while_there_is_room_for_the_text() -> None:
    assert drawn("", 0, 20, "Again, please: ").rows == ["Again, please:"]
    assert drawn("abc", 3, 20, "Again, please: ").rows == ["Again, please: abc"]
    assert drawn("abcd", 4, 20, "Again, please: ").rows == ["abcd"]


def test_a_line_that_was_entered_stays_as_a_whole() -> None:
    window, screen = Window(20), RowScreen(20)
    window.write(screen.draw("> ", "abcdefghijklmnopqrstuvwxyz", 3))
    window.write(screen.finish("> ", "abcdefghijklmnopqrstuvwxyz\nnext"))
    window.write(screen.draw("> ", "", 0))
    assert window.rows == ["> abcdefghijklmnopqr", "stuvwxyz", "next", ">"]
    exactly = Window(10)
    exactly.write(RowScreen(10).finish("> ", "12345678"))
    assert exactly.rows == ["> 12345678"]


def test_another_width_draws_no_second_line() -> None:
    window, screen = Window(20), RowScreen(20)
    window.write("above\r\n" + screen.draw("> ", "hello", 5))
    window.screen.resize(columns=10)
    window.write(screen.resize(10) + screen.draw("> ", "hello", 5))
    assert window.rows == ["above", "> hello"]


def test_a_width_that_is_not_known_any_more_erases_nothing_above() -> None:
    window, screen = Window(20), RowScreen(20)
    window.write("one\r\ntwo\r\nthree\r\n" + screen.draw("> ", "hello", 5))
    window.write(screen.resize(0) + screen.draw("> ", "hello", 5))
    assert window.rows == ["one", "two", "three", "> hello"]


@pytest.mark.parametrize(
    ("columns", "row"), [(1, ""), (2, "o"), (4, "llo"), (5, "> lo"), (6, "> llo")]
)
def test_a_window_too_narrow_for_a_line_shows_what_stands_before_the_cursor(
    columns: int, row: str
) -> None:
    window = drawn("hello", 5, columns)
    assert window.rows == ([row] if row else [])
    assert window.cursor == (len(row), 0)


def test_what_a_terminal_has_broken_at_another_width_is_removed() -> None:
    # As terminals do that reflow: 17 columns become two rows of 10, the cursor in the second.
    window, screen = Window(10), RowScreen(40)
    window.write("above\r\n")
    window.write(screen.draw("> ", "abcdefghijklmno", 15).replace("\x1b[K", ""))
    assert window.rows == ["above", "> abcdefgh", "ijklmno"]
    window.write(screen.resize(10) + screen.draw("> ", "abcdefghijklmno", 15))
    assert window.rows == ["above", "> <klmno"]


LETTERS = st.text("ab 世é\u0301👩\n\t\x9b\u202e\u200dx", max_size=30)


@settings(deadline=None)
@given(LETTERS, st.integers(0, 30), st.integers(0, 60))
def test_however_long_a_line_is_it_takes_one_row(text: str, cursor: int, columns: int) -> None:
    screen = RowScreen(columns)
    shown = screen.draw("> ", text, min(cursor, len(text)))
    row = shown.removeprefix("\r").partition("\x1b[K")[0]
    assert "\n" not in shown
    assert width(row) <= (columns or 80) - 1


def test_a_typewriter_shows_a_line_by_letters_and_backspaces() -> None:
    screen = DumbScreen()
    assert screen.draw("", "h", 1) == "h"
    assert screen.draw("", "he", 2) == "e"
    assert screen.draw("", "h", 1) == "\b \b"
    assert screen.draw("", "h世", 2) == "世"
    assert screen.draw("", "h", 1) == "\b \b\b \b"
    assert screen.erase() == "\r\n"
    assert screen.draw("", "h", 1) == "h"
    assert screen.finish("", "h") == "\r\n"
    assert screen.erase() == ""


def test_a_typewriter_shows_another_text_in_a_new_row() -> None:
    screen = DumbScreen()
    assert screen.draw("Name: ", "", 0) == "Name: "
    assert screen.draw("Name: ", "ab", 2) == "ab"
    assert screen.draw("Name: ", "xb", 2) == "\r\nName: xb"
