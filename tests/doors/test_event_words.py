"""
The words of events that everybody reads.
"""

import pytest

from twisted_chat.doors.event_words import own_deed, told
from twisted_chat.events import (
    Announced,
    Broadcast,
    Deleted,
    Departure,
    Edited,
    Event,
    Invited,
    Joined,
    Left,
    ModeChanged,
    Pinned,
    Quit,
    RankChanged,
    Reacted,
    Renamed,
    TopicChanged,
    Unpinned,
    Unreacted,
)
from twisted_chat.replies.pages import Presence

pytestmark = pytest.mark.usefixtures("utc")


def mode(name: str, setting: int) -> ModeChanged:
    return ModeChanged(0, "den", "ada", name, setting)


def rank(name: str, member: str, is_held: bool) -> RankChanged:
    return RankChanged(0, "den", "ada", member, name, is_held)


WORDS: list[tuple[Event, str]] = [
    (mode("private", 1), "ada made this room private"),
    (mode("private", 0), "ada made this room public"),
    (mode("lock", 1), "ada locked this room with a password"),
    (mode("lock", 0), "ada removed the password of this room"),
    (mode("moderated", 1), "ada turned moderation on: only users with a voice may speak"),
    (mode("moderated", 0), "ada turned moderation off: everybody may speak"),
    (mode("members", 1), "ada lets in only users with an account"),
    (mode("members", 0), "ada lets in users without an account"),
    (mode("topiclock", 1), "ada lets only operators set the topic"),
    (mode("topiclock", 0), "ada lets everybody set the topic"),
    (mode("keephistory", 1), "ada turned history on: what is said from now on is kept"),
    (mode("keephistory", 0), "ada turned history off: what is said from now on is not kept"),
    (mode("slow", 90), "ada turned slow mode on: each user may speak once in 1m30s"),
    (mode("slow", 0), "ada turned slow mode off"),
    (mode("limit", 5000), "ada set the limit of members of this room to 5,000"),
    (mode("limit", 0), "ada removed the limit of members of this room"),
    (rank("operator", "bob", True), "ada made bob an operator"),
    (rank("operator", "bob", False), "ada removed bob as an operator"),
    (rank("voiced", "bob", True), "ada gave bob a voice"),
    (rank("voiced", "b{}b", False), "ada took the voice from b{}b"),
    (
        rank("owner", "ada", False),
        "ada gave this room up; it is deleted when everybody has left",
    ),
    (
        rank("owner", "bob", False),
        "ada took this room from bob; it is deleted when everybody has left",
    ),
    (Joined(0, "den", "ada"), "ada has joined #den"),
    (Left(0, "den", "ada", "tea"), "ada has left #den (tea)"),
    (Renamed(0, "ada", "eve"), "ada is now known as eve"),
    (TopicChanged(0, "den", "ada", "tea"), "ada set the topic of #den: tea"),
    (TopicChanged(0, "den", "ada", ""), "ada removed the topic of #den"),
    (Announced(0, "den", "the kettle boils"), "the kettle boils"),
    (Broadcast(0, "ada", "tea"), "ada announces: tea"),
    (Invited(0, "ada", "bob", "den"), "ada invites you to #den; /join den enters it"),
    (Edited(0, "den", "ada", "tea", 7), "ada edited 7: tea"),
    (Edited(0, "den", "ada", "", 7), "ada edited 7"),
    (Edited(0, "den", "ada", "tea", 7, "ada: te"), "ada edited 7 (ada: te): tea"),
    (Deleted(0, "den", "ada", 7), "ada deleted 7"),
    (Deleted(0, "den", "ada", 7, "bob", 90_000), "ada deleted 7 (bob, 01:00)"),
    (Deleted(0, "den", "ada", 7, "", 90_000), "ada deleted 7 (01:00)"),
    (
        Unreacted(0, "den", "ada", "+1", 7, "bob: hi"),
        "ada no longer reacts to 7 (bob: hi) with +1",
    ),
    (Reacted(0, "den", "ada", "+1", 7, "bob: hi"), "ada reacts to 7 (bob: hi) with +1"),
    (Pinned(0, "den", "ada", 7, ""), "ada pinned 7"),
    (Unpinned(0, "den", "ada", 7), "ada unpinned 7"),
    (
        Presence(
            0,
            "den",
            ("ada", "bob"),
            (("carl", Departure("tea")), ("dan", Departure(""))),
            large=False,
        ),
        "ada and bob have joined and carl (tea) and dan have left #den",
    ),
    (
        Presence(0, "den", (), (("carl", Departure("tea")),), large=True),
        "carl has left #den (tea)",
    ),
    (Left(0, "den", "carl", "tea", "kicked", "ada"), "carl has left #den (kicked by ada: tea)"),
    (Left(0, "den", "carl", "", "banned", "ada"), "carl has left #den (banned by ada)"),
    (Quit(0, "carl", cause="idle-timeout"), "carl has left the chat (idle timeout)"),
    (Quit(0, "carl", cause="logged-in", by="carla"), "carl has left the chat (is carla)"),
    (
        Presence(0, "den", ("ada", "bob"), (("carl", Departure("tea")),), large=True),
        "2 people have joined and 1 person has left #den",
    ),
    (Quit(0, "ada", "tea"), "ada has left the chat (tea)"),
    (Quit(0, "ada"), "ada has left the chat"),
]


@pytest.mark.parametrize(("event", "words"), WORDS)
def test_an_event_has_its_words(event: Event, words: str) -> None:
    assert told(event) == words


OWN: list[tuple[Event, str]] = [
    (Renamed(0, "ada", "eve"), "You are now known as eve."),
    (Left(0, "den", "eve"), "You have left #den."),
    (Invited(0, "eve", "bob", "den"), "You have invited bob to #den."),
]


@pytest.mark.parametrize(("event", "words"), OWN)
def test_a_user_reads_their_own_action_in_other_words(event: Event, words: str) -> None:
    assert own_deed(event, "eve") == words
    assert own_deed(event, "carl") is None
    assert own_deed(event, "") is None


def test_events_that_others_may_cause_too_have_no_words_for_the_user_alone() -> None:
    assert own_deed(Joined(0, "den", "eve"), "eve") is None


def test_an_event_of_no_kind_has_no_words() -> None:
    with pytest.raises(TypeError, match="no words for Event"):
        told(Event(0))
