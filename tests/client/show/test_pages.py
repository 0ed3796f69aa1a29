"""
Pages of history, with what stands above and below.
"""

from typing import Any

import pytest
from shared_client import rows

from twisted_chat.client.show.pages import page, talk


def entry(event: dict[str, Any], **members: Any) -> dict[str, Any]:
    given = {"at": 0, "number": 3, "edited_by": "", "reactions": [], "hit": 0, **members}
    return {"event": {"at": 0, **event}, **given}


SAID = {"event": "said", "room": "den", "nick": "bob", "text": "hi", "number": 3}


def read(kind: str, *lines: dict[str, Any], **members: Any) -> list[str]:
    told = {
        "event": "transcript", "at": 0, "kind": kind, "lines": lines, "room": "den", "nick": "",
        "has_more": False, "count": 0, "is_at_least": False, "omitted": 0, "mentions": 0,
        "goes_on": False, **members,
    }  # fmt: skip
    return rows(list(page(told, "ada")))


@pytest.mark.parametrize(
    ("kind", "members", "heading", "footing"),
    [
        ("earlier", {}, "--- earlier in #den ---", "--- now ---"),
        ("history", {}, "--- in #den ---", "--- start of #den ---"),
        ("history", {"has_more": True}, "--- in #den ---", "--- /more shows earlier lines ---"),
        ("missed", {}, "--- in #den ---", "--- now ---"),
        (
            "missed",
            {"count": 150, "mentions": 2, "has_more": True},
            "--- 150 lines, 2 name you in #den ---",
            "--- /more shows later lines ---",
        ),
        ("found", {"room": ""}, "--- search results ---", "--- end of search results ---"),
        (
            "messages",
            {"nick": "bob", "room": ""},
            "--- messages with bob ---",
            "--- start of messages with bob ---",
        ),
        (
            "waiting",
            {"count": 2, "omitted": 1},
            "--- 2 messages while you were away; 1 older ones were dropped ---",
            "--- now ---",
        ),
    ],
)
def test_what_stands_around_a_page(
    kind: str, members: dict[str, Any], heading: str, footing: str
) -> None:
    shown = read(kind, **members)
    assert (shown[0], shown[-1]) == (heading, footing)


def test_pins_and_lines_around_a_hit_have_nothing_below() -> None:
    assert read("pins", entry(SAID)) == ["--- pinned in #den ---", "bob: hi"]
    assert read("around", entry(SAID, hit=1), entry(SAID)) == [
        "--- in #den ---", "> bob: hi", "  bob: hi",
    ]  # fmt: skip
    assert read("changed", entry(SAID)) == ["--- changed in #den ---", "bob: hi"]
    assert read("missed", goes_on=True) == ["--- in #den ---"]
    assert read("found", entry(SAID, hit=2))[1] == "2. bob: hi"


def test_what_became_of_a_line_stands_with_it() -> None:
    joined = {"event": "joined", "room": "den", "nick": "eve"}
    deleted = {"event": "deleted", "room": "den", "nick": "eve", "quoted": "bob", "number": 3}
    assert read(
        "pins",
        entry(SAID, edited_by="bob", reactions=[["+1", 2], ["tea", 1]]),
        entry(SAID, edited_by="eve"),
        entry(joined),
        entry(deleted),
        entry({**deleted, "nick": "bob"}),
        entry({**deleted, "quoted": ""}),
        entry({"event": "something-new"}),
    )[1:] == [
        "bob: hi (edited)  +1 x2  tea",
        "bob: hi (edited by eve)",
        "* eve has joined #den",
        "* bob: (deleted by eve)",
        "* bob: (deleted)",
        "* (deleted by eve)",
    ]


def test_a_number_is_one() -> None:
    deleted = {"event": "deleted", "nick": "eve", "quoted": "bob", "room": "den"}
    with pytest.raises(ValueError, match="invalid literal"):
        read("earlier", entry(deleted, number="\x1b[2J"))


def test_an_answer_names_the_line_that_it_answers() -> None:
    line = talk({**SAID, "at": 0, "re": 2, "quote": "ada: tea?"}, "bob")
    assert line is not None
    assert (line.is_own, rows([line])) == (True, ["bob (re 2 ada: tea?): hi"])
    assert talk({"event": "joined"}, "bob") is None
