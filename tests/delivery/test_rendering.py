"""
Rendering: what one event is to one reader.
"""

from __future__ import annotations

import pytest
from attrs import asdict
from shared_fanout import room_of, say

from twisted_chat.delivery.rendering import is_by, named_in, without_quote
from twisted_chat.events import (
    Acted,
    Announced,
    Broadcast,
    Edited,
    Event,
    Joined,
    Pinned,
    Reacted,
    Renamed,
    Said,
    TopicChanged,
    Unpinned,
    Unreacted,
)


def test_an_event_that_cannot_be_rendered_is_left_out_and_the_rest_is_read() -> None:
    clock, hub, sessions, clients = room_of(2)
    for text in ("a", "unspeakable", "b"):
        say(hub, sessions[0], text)
    clock.advance(0)
    assert clients[1].writes == [b"a;b;"]


@pytest.mark.parametrize(
    "event",
    [
        Said(0, "lobby", "Bob", "tea?"),
        Acted(0, "lobby", "Bob", "waves"),
        Edited(0, "lobby", "Bob", "coffee?", 3),
        Reacted(0, "lobby", "Bob", "+1", 3),
        Unreacted(0, "lobby", "Bob", "+1", 3),
        Renamed(0, "Bob", "you-fool"),
        TopicChanged(0, "lobby", "Bob", "read this"),
    ],
)
def test_words_of_a_user_are_theirs_however_their_name_is_written(event: Event) -> None:
    assert is_by(event, {"bob"})
    assert not is_by(event, {"carol"})


@pytest.mark.parametrize(
    "event",
    [
        Joined(0, "lobby", "bob"),
        Announced(0, "lobby", "bob rolled a 6"),
        Broadcast(0, "bob", "restart at four"),
        Unpinned(0, "lobby", "bob", 3),
    ],
)
def test_who_comes_and_what_operators_announce_are_no_words_of_a_user(event: Event) -> None:
    assert not is_by(event, {"bob"})


@pytest.mark.parametrize(
    "event",
    [
        Said(0, "lobby", "alice", "yes", 4, 3, "Bob: tea?", "Bob"),
        Acted(0, "lobby", "alice", "nods", 4, re=3, quote="Bob: tea?", quoted="Bob"),
        Edited(0, "lobby", "alice", "yes", 4, "Bob: tea?", "Bob"),
        Reacted(0, "lobby", "alice", "+1", 3, "Bob: tea?", "Bob"),
        Unreacted(0, "lobby", "alice", "+1", 3, "Bob: tea?", "Bob"),
        Pinned(0, "lobby", "alice", 3, "Bob: tea?", "Bob"),
    ],
)
def test_a_quote_is_left_out_for_those_who_ignore_who_is_quoted(event: Event) -> None:
    left = without_quote(event, {"bob"})
    assert asdict(left)["quote"] == ""
    assert type(left) is type(event)
    assert without_quote(event, {"carol"}) is event
    assert without_quote(event, ()) is event


def test_named_are_those_who_do_something_and_those_who_are_quoted() -> None:
    events = [
        Said(0, "lobby", "Alice", "yes", 4, 3, "Bob: tea?", "Bob"),
        Announced(0, "lobby", "carol rolled a 6"),
        Joined(0, "lobby", "Dora"),
    ]
    assert named_in(events) >= {"alice", "bob", "dora"}
    assert "carol" not in named_in(events)
