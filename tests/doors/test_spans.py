"""
Spans: the pieces of a line, their styles and colours.
"""

from __future__ import annotations

import pytest

from twisted_chat.doors.spans import Span, coloured, number_of, rows_of, spans_of
from twisted_chat.events import Acted, Announced, Deleted, Event, Joined, Said, Told
from twisted_chat.replies.pages import Recalled

SAID = Said(0, "lobby", "bob", "tea?", 7)
GONE = Deleted(0, "lobby", "own", 7, "bob")


@pytest.mark.parametrize(
    ("event", "spans"),
    [
        (SAID, [("nick", "bob"), ("", ": tea?")]),
        (
            Said(0, "lobby", "bob", "yes", 8, 7, "alice: tea?", "alice"),
            [("nick", "bob"), ("time", " (re 7 alice: tea?)"), ("", ": yes")],
        ),
        (
            Said(0, "lobby", "bob", "yes", 8, 7),
            [("nick", "bob"), ("time", " (re 7)"), ("", ": yes")],
        ),
        (Acted(0, "lobby", "bob", "waves"), [("", "* "), ("nick", "bob"), ("", " waves")]),
        (
            Acted(0, "lobby", "bob", "nods", 8, re=7, quote="alice: tea?", quoted="alice"),
            [("", "* "), ("nick", "bob"), ("time", " (re 7 alice: tea?)"), ("", " nods")],
        ),
        (Told(0, "bob", "alice", "psst"), [("private", "[bob -> you]"), ("", " psst")]),
        (Told(0, "alice", "bob", "psst"), [("private", "[you -> bob]"), ("", " psst")]),
        (Joined(0, "lobby", "bob"), [("system", "*** bob has joined #lobby ***")]),
        (
            Recalled(0, SAID, 7, "own", (("+1", 2), ("tea", 1))),
            [
                ("nick", "bob"),
                ("", ": tea?"),
                ("time", " (edited by own)"),
                ("label", "  +1 x2"),
                ("label", "  tea"),
            ],
        ),
        (Recalled(0, SAID, 7, "bob"), [("nick", "bob"), ("", ": tea?"), ("time", " (edited)")]),
        (Recalled(0, GONE, 7), [("nick", "bob"), ("", ": "), ("system", "(deleted by own)")]),
        (
            Recalled(0, Deleted(0, "lobby", "bob", 7, "bob"), 7),
            [("nick", "bob"), ("", ": "), ("system", "(deleted)")],
        ),
    ],
)
def test_a_line_is_its_spans(event: Event, spans: list[Span]) -> None:
    assert spans_of(event, "alice", labelled=False) == spans


def test_what_is_said_in_a_room_has_its_name_and_a_message_has_none() -> None:
    assert spans_of(SAID, "alice", labelled=True)[0] == ("label", "[#lobby] ")
    assert spans_of(Told(0, "bob", "alice", "psst"), "alice", labelled=True)[0][0] == "private"


def test_talk_has_a_number_and_who_comes_has_none() -> None:
    numbered = [SAID, Acted(0, "lobby", "bob", "waves", 7), Announced(0, "lobby", "tea", 7)]
    assert [number_of(event) for event in [*numbered, Recalled(0, SAID, 7)]] == [7] * 4
    assert number_of(Joined(0, "lobby", "bob")) == 0


def test_a_nick_keeps_its_colour_however_it_is_written() -> None:
    assert coloured("nick", "bob").replace("bob", "BOB") == coloured("nick", "BOB")
    assert coloured("", "bob") == "bob"
    assert coloured("time", "[22:13] ") == "\x1b[38;5;243m[22:13] \x1b[0m"


def test_each_further_line_of_a_text_is_a_row_that_is_marked_and_styled() -> None:
    assert rows_of("one\r\ntwo\nthr\x1bee") == "one\r\n  | two\r\n  | thr\ufffdee"
    assert rows_of("one\ntwo", "<", ">") == "<one>\r\n  | <two>"
