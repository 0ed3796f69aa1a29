"""
Pagers: what the next page is.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from logins import SECRET, register
from shared_archive import pair, said, say

from twisted_chat.testing import NO_LIMITS, Chat

pytestmark = pytest.mark.usefixtures("utc")


END = "--- /more shows earlier lines ---"


BEGINNING = "--- start of #lobby ---"


def test_more_goes_further_back_until_nothing_is_left() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 25)
    alice.reads()
    alice.types("/history 10")
    page = alice.reads()
    assert said(page) == [f"line {number}" for number in range(15, 25)]
    assert page[-1] == END
    alice.types("/more")
    assert said(alice.reads()) == [f"line {number}" for number in range(5, 15)]
    alice.types("/more")
    page = alice.reads()
    # And the two who joined before that.
    assert said(page) == [f"line {number}" for number in range(5)]
    assert len(page) == 1 + 5 + 1
    assert page[-1] == BEGINNING
    alice.types("/more", "/more")
    assert alice.reads() == ["There are no earlier lines in #lobby."] * 2


def test_pages_that_are_asked_for_at_once_follow_each_other() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 25)
    alice.reads()
    alice.types("/history 5", "/more", "/more")
    assert said(alice.reads()) == [
        f"line {number}" for number in (*range(20, 25), *range(15, 20), *range(10, 15))
    ]


def test_history_always_begins_with_the_latest_and_more_goes_on() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 8)
    alice.types("/history 2")
    bob.types("news")
    alice.reads()
    alice.types("/more")
    assert said(alice.reads()) == ["line 4", "line 5"]
    alice.types("/history 2", "/history 2")
    assert said(alice.reads()) == ["line 7", "news"] * 2


def test_a_user_who_has_read_to_the_beginning_starts_again_though_no_user_speaks() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 8)
    alice.reads()
    alice.types("/history 20", "/more")
    assert alice.reads()[-2:] == [
        BEGINNING,
        "There are no earlier lines in #lobby.",
    ]
    alice.types("/history 2", "/more")
    assert said(alice.reads()) == ["line 6", "line 7", "line 4", "line 5"]


def test_more_goes_on_from_what_was_shown_on_entering() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=3))
    bob = chat.arrive("bob")
    say(bob, 0, 10)
    alice = chat.connect()
    alice.types("alice")
    assert said(alice.reads()) == ["line 7", "line 8", "line 9"]
    alice.types("/more", "/more")
    assert said(alice.reads()) == [f"line {number}" for number in (4, 5, 6, 1, 2, 3)]


def test_without_a_page_there_is_no_more() -> None:
    alice, _ = pair(Chat())
    alice.types("/more")
    assert alice.reads() == ["There is nothing more to show. /history shows the latest lines."]


def test_more_after_messages_reads_on_in_the_messages() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    bob.types(*[f"/msg alice {word}" for word in ("one", "two", "three")], "hello, all")
    alice.types("/history 1")
    alice.reads()
    alice.types("/messages bob 2", "/more", "/more")
    assert alice.reads() == [
        "--- messages with bob ---",
        "[22:13] [bob -> you] two",
        "[22:13] [bob -> you] three",
        END,
        "--- messages with bob ---",
        "[22:13] [bob -> you] one",
        "--- start of messages with bob ---",
        "There are no earlier messages between you and bob.",
    ]
    alice.types("/messages nobody", "/more")
    assert alice.reads()[1] == "There are no earlier messages between you and bob."


def test_after_catching_up_there_is_nothing_to_go_on_with() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.hangs_up()
    chat.advance(1)
    bob.types("missed", "too")
    alice = chat.connect()
    alice.types("alice", SECRET, "/history 1")
    alice.reads()
    alice.types("/catchup", "/more")
    assert alice.reads() == [
        "--- 2 lines in #lobby ---",
        "[22:13] bob: missed",
        "[22:13] bob: too",
        "--- now ---",
        "There is nothing more to show. /history shows the latest lines.",
    ]
