"""
Recall: what was kept, as it is read again.
"""

import pytest
from stores import line
from twisted.internet.task import Clock

from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Event,
    Joined,
    Left,
    ModeChanged,
    RankChanged,
    Renamed,
    Said,
    Told,
    TopicChanged,
)
from twisted_chat.history.recall import QUOTED, event_of, quote_of, recall, recall_message
from twisted_chat.store.records import Line, Message
from twisted_chat.world.model import Account
from twisted_chat.world.world import World

AT = 1_700_000_007.5


@pytest.mark.parametrize(
    ("kept", "event"),
    [
        (line(7, "tea?"), Said(AT, "den", "alice", "tea?", 7, id=7001)),
        (line(7, "waves", kind="acted"), Acted(AT, "den", "alice", "waves", 7, id=7001)),
        (line(7, "soon", kind="announced", nick=""), Announced(AT, "den", "soon", 7, 7001)),
        (line(7, kind="joined"), Joined(AT, "den", "alice")),
        (line(7, "tired", kind="left"), Left(AT, "den", "alice", "tired")),
        (line(7, "alicia", kind="renamed"), Renamed(AT, "alice", "alicia")),
        (line(7, "tea", kind="topic"), TopicChanged(AT, "den", "alice", "tea")),
        (line(7, "slow 90", kind="mode"), ModeChanged(AT, "den", "alice", "slow", 90)),
        (
            line(7, "operator + bob", kind="rank"),
            RankChanged(AT, "den", "alice", "bob", "operator", True),
        ),
        (
            line(7, "voiced - bob", kind="rank"),
            RankChanged(AT, "den", "alice", "bob", "voiced", False),
        ),
        (line(7, state="deleted", by="bob"), Deleted(AT, "den", "bob", 7, "alice", AT)),
    ],
)
def test_a_line_is_the_event_that_it_was(kept: Line, event: Event) -> None:
    assert event_of(kept, "den") == event


def test_an_action_that_answers_quotes_as_what_is_said() -> None:
    action, asked = line(7, "nods", kind="acted", re=3), line(3, "tea?", nick="bob")
    assert event_of(action, "den", asked) == Acted(
        AT, "den", "alice", "nods", 7, id=7001, re=3, quote="bob: tea?", quoted="bob"
    )
    assert event_of(action, "den") == Acted(AT, "den", "alice", "nods", 7, id=7001, re=3)


def test_an_answer_quotes_the_line_that_it_answers_if_that_may_be_read() -> None:
    answer, asked = line(7, "yes", re=3), line(3, "tea?", nick="bob")
    assert event_of(answer, "den", asked) == Said(
        AT, "den", "alice", "yes", 7, 3, "bob: tea?", "bob", id=7001
    )
    assert event_of(answer, "den") == Said(AT, "den", "alice", "yes", 7, 3, id=7001)


def test_an_unknown_kind_of_line_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="no event is kept as 'sung'"):
        event_of(line(7, kind="sung"), "den")


@pytest.mark.parametrize(
    ("kept", "quote"),
    [
        (line(7, "tea?"), "alice: tea?"),
        (line(7, "waves", kind="acted"), "alice waves"),
        (line(7, "soon", kind="announced", nick=""), "soon"),
        (line(7, state="deleted", by="bob"), ""),
        (line(7, "tea", state="edited", by="alice"), "alice: tea"),
        # As older versions let operators do.
        (line(7, "tea", state="edited", by="bob"), "alice: tea (edited by bob)"),
        (line(7, "x" * QUOTED), f"alice: {'x' * QUOTED}"),
        (line(7, "x" * (QUOTED + 1)), f"alice: {'x' * QUOTED}..."),
        (line(7, "x" * (QUOTED - 1) + " y"), f"alice: {'x' * (QUOTED - 1)}..."),
    ],
)
def test_a_quote_is_short_and_says_who_it_was(kept: Line, quote: str) -> None:
    assert quote_of(kept) == quote


def test_a_page_has_what_became_of_each_line() -> None:
    lines = [line(3, "tea?").with_reaction("+1", 5), line(7, "yes", re=3).edited("yes", "bob")]
    world = World(Clock())
    world.add_account(Account(5, "Alice", "alice"))
    lines[1] = lines[1]._replace(author=5)
    first, second = recall(world, "den", lines, {3: lines[0]})
    assert (first.number, first.edited_by, first.reactions) == (3, "", (("+1", 1),))
    assert first.id == lines[0].id
    assert (second.number, second.edited_by, second.reactions) == (7, "bob", ())
    assert second.event == Said(
        *(AT, "den", "alice", "yes", 7, 3, "alice: tea?", "alice", "Alice", 7001)
    )


def test_a_page_shares_with_its_lines_who_reacted() -> None:
    kept = line(7).with_reaction("+1", 5).with_reaction("+1", -9)
    (recalled,) = recall(World(Clock()), "den", [kept], {})
    assert recalled.reactions == (("+1", 2),)
    # The thousand of a long list are not there twice.
    assert recalled.reacted is kept.reacted


def test_a_message_is_read_as_it_was_told() -> None:
    world = World(Clock())
    world.add_account(Account(8, "Bob", "bob", frozenset()))
    told = recall_message(world, Message(4, 60.0, "alice", -7, "bob", 8, "psst"))
    assert (told.at, told.event, told.number) == (60.0, Told(60.0, "alice", "bob", "psst"), 0)
    told = recall_message(world, Message(4, 60.0, "bob", 8, "alice", -7, "psst"))
    assert told.event == Told(60.0, "bob", "alice", "psst", "Bob")
