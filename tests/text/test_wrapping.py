"""
Wrapping: at words, with an indent, and so that nobody writes a row of the server's.
"""

import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth, wcwidth

from twisted_chat.text.clean import clean
from twisted_chat.text.wrapping import columns_of, wrapped

INDENT = "    "
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LONG = "alice: hello there, this is a line of many words"
# Each row, and the rows that it becomes at 20 columns.
ROWS = [
    ("alice: hi", ["alice: hi"]),
    (LONG, ["alice: hello there,", "    this is a line", "    of many words"]),
    ("", [""]),
    ("a" * 20, ["a" * 20]),
    ("a" * 21, ["a" * 20, "    a"]),
    ("bob: " + "x" * 40, ["bob: " + "x" * 15, INDENT + "x" * 16, INDENT + "x" * 9]),
    # What stands between two words stays, but not where the row ends.
    ("bob: a   b   c  d  e  f", ["bob: a   b   c  d  e", "    f"]),
    ("  1. one two three four", ["  1. one two three", "    four"]),
    # To begin the next row as the server does.
    ("m: " + " " * 17 + "*** bob has left ***", ["m:", "    *** bob has left", "    ***"]),
    ("m: " + "\u00a0" * 17 + "***", ["m: " + "\u00a0" * 17, "    ***"]),
    # A letter of two columns, and one of none.
    ("\u6771\u4eac" * 6, ["\u6771\u4eac" * 5, "    \u6771\u4eac"]),
    ("e\u0301" * 21, ["e\u0301" * 20, "    e\u0301"]),
    # A tab goes on to the next of the places that terminals have every eight columns.
    ("m:\ta", ["m:\ta"]),
    ("m:\ta\tb\t***", ["m: a b ***"]),
    # Terminals show these in no column, in one or in two.
    ("m: " + "\u00ad" * 18, ["m: " + "\u00ad" * 17, "    \u00ad"]),
    ("m: " + "\u2764\ufe0f" * 9, ["m: " + "\u2764\ufe0f" * 8 + "\u2764", "    \ufe0f"]),
    ("m: " + "\U0001f1e9 " * 6, ["m: " + "\U0001f1e9 " * 5 + "\U0001f1e9"]),
    ("m: " + "\U0001f1e9 " * 7, ["m: " + "\U0001f1e9 " * 5 + "\U0001f1e9", "    \U0001f1e9"]),
]


@pytest.mark.parametrize(("row", "rows"), ROWS)
def test_a_row_is_broken_at_words_and_goes_on_behind_an_indent(row: str, rows: list[str]) -> None:
    assert wrapped(row, 20, INDENT) == rows


def test_colours_take_no_room_and_are_kept() -> None:
    coloured = LONG.replace("alice", "\x1b[31malice\x1b[0m").replace("many", "\x1b[2mmany\x1b[0m")
    rows = wrapped(coloured, 20, INDENT)
    assert [COLOUR.sub("", row) for row in rows] == wrapped(LONG, 20, INDENT)
    assert "".join(rows).count("\x1b[") == 4


@given(st.text(), st.integers(20, 60))
def test_nothing_is_lost_and_no_row_is_too_long(text: str, columns: int) -> None:
    row = clean(text).replace("\t", " ")
    rows = wrapped(row, columns, INDENT)
    assert all(columns_of(each) <= columns for each in rows)
    assert all(each.startswith(INDENT) for each in rows[1:])
    assert "".join(rows).replace(" ", "") == row.replace(" ", "")


def test_no_terminal_that_knows_unicode_shows_a_character_wider_than_is_thought() -> None:
    # `wcwidth` is what many of them go by.
    assert [
        hex(code)
        for code in range(0x110000)
        if wcwidth(chr(code)) > columns_of(chr(code))
        or wcswidth(chr(code) + "\ufe0f") > columns_of(chr(code) + "\ufe0f")
    ] == []


@given(
    st.text(
        alphabet="* ab-\t\u00a0\u00ad\u3000\u6771\u0301\u2764\ufe0f\u200d\U0001f600\U0001f1e9",
        max_size=300,
    )
)
def test_on_a_terminal_of_that_width_each_row_is_one(text: str) -> None:
    rows = wrapped(f"m: {clean(text)}", 40, INDENT)
    screen = pyte.Screen(40, 200)
    pyte.Stream(screen).feed("\r\n".join(rows))
    shown = [line.rstrip() for line in screen.display]
    # The first row is the user's by its name, and nothing of theirs begins another.
    assert all(not line or line.startswith(INDENT) for line in shown[1:])


@given(st.text(alphabet="ab  ", max_size=120), st.integers(20, 40))
def test_colours_make_no_difference(text: str, columns: int) -> None:
    # Rows with colours, and letters of several columns, go another way.
    coloured = [COLOUR.sub("", row) for row in wrapped(f"\x1b[2mm\x1b[0m{text}", columns, INDENT)]
    assert [row.rstrip() for row in coloured] == [
        row.rstrip() for row in wrapped(f"m{text}", columns, INDENT)
    ]


LINK, LINK_ENDS = "\x1b]8;id=1;http://example.org/a/b\x1b\\", "\x1b]8;;\x1b\\"


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        # It takes no room.
        (f"bob: {LINK}0123456789{LINK_ENDS} end", [f"bob: {LINK}0123456789{LINK_ENDS} end"]),
        # It begins in the row in which its first word stands.
        (
            f"bob: hello {LINK}0123456789{LINK_ENDS} end",
            ["bob: hello", f"{INDENT}{LINK}0123456789{LINK_ENDS} end"],
        ),
        # It goes on, with the same beginning, and is no part of the indent.
        (
            f"bob: {LINK}{'x' * 40}{LINK_ENDS} end",
            [
                f"bob: {LINK}{'x' * 15}{LINK_ENDS}",
                f"{INDENT}{LINK}{'x' * 16}{LINK_ENDS}",
                f"{INDENT}{LINK}{'x' * 9}{LINK_ENDS} end",
            ],
        ),
        # It may end where the row ends.
        (
            f"bob: {LINK}{'x' * 15}{LINK_ENDS} end",
            [f"bob: {LINK}{'x' * 15}{LINK_ENDS}", f"{INDENT}end"],
        ),
    ],
)
def test_a_link_takes_no_room_and_each_of_its_rows_is_one(row: str, rows: list[str]) -> None:
    assert wrapped(row, 20, INDENT) == rows
