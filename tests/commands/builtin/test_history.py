"""
Commands that read what was said.
"""

from __future__ import annotations

import pytest
from shared_archive import pair, said

from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


@pytest.mark.parametrize(
    ("line", "heading", "lines"),
    [
        ("/history attic", "attic", ["one", "two", "three"]),
        ("/history #attic", "attic", ["one", "two", "three"]),
        ("/history attic 2", "attic", ["two", "three"]),
        ("/history 2 #ATTIC", "attic", ["two", "three"]),
        ("/history 2", "12", ["five", "six"]),
        ("/history #12", "12", ["four", "five", "six"]),
        ("/history", "12", ["four", "five", "six"]),
        ("/history 1 12", "12", ["six"]),
        ("/history #12 1", "12", ["six"]),
    ],
)
def test_the_room_and_how_many_lines_are_said_in_either_order(
    line: str, heading: str, lines: list[str]
) -> None:
    alice, bob = pair(Chat())
    bob.types("/join attic", "one", "two", "three", "/join 12")
    alice.types("/join 12")
    bob.types("four", "five", "six")
    alice.reads()
    alice.types(line)
    page = alice.reads()
    assert page[0] == f"--- in #{heading} ---"
    assert said(page) == lines


def test_what_was_found_is_shown_with_what_was_around_it() -> None:
    alice, bob = pair(Chat())
    bob.types("one", "lunch at noon", "two")
    alice.reads()
    alice.types("/search lunch", "/show 1", "/more")
    read = alice.reads()
    assert read[0] == "--- search results ---"
    assert [
        line.split("bob: ")[1] for line in read if line[:2] in ("> ", "  ") and "bob:" in line
    ] == [
        "one",
        "lunch at noon",
        "two",
    ]
    assert read[-1] == "Nothing more was found."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/history 0", "Ask for 1 to 200 lines of one room, such as /history 50 dev."),
        ("/history 201", "Ask for 1 to 200 lines of one room, such as /history 50 dev."),
        ("/messages bob 0", "Ask for 1 to 200 messages."),
        ("/catchup", "Only users with an account can catch up. /register makes one."),
    ],
)
def test_what_cannot_be_read_is_told(line: str, sentence: str) -> None:
    alice, _ = pair(Chat())
    alice.types(line)
    assert alice.reads() == [sentence]
