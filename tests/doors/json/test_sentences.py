"""
The sentences of events, for programs that show them.
"""

import pytest

from twisted_chat.doors.json.sentences import sentence_of
from twisted_chat.errors import NickInUse
from twisted_chat.events import Acted, Event, Joined, Quit, Said, Told
from twisted_chat.replies import programs
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.replies.programs import Completed, Hello, ReadUpTo, TokenChanged, Unread
from twisted_chat.replies.reply import Done, Refused
from twisted_chat.replies.rooms import Rooms, RoomSummary


def test_what_happens_has_the_sentence_of_a_terminal_without_its_stars():
    assert sentence_of(Joined(1.0, "lobby", "bob")) == "bob has joined #lobby"
    assert sentence_of(Quit(1.0, "bob", "tea")) == "bob has left the chat (tea)"


def test_a_reply_may_have_several_lines():
    rooms = Rooms(1.0, (RoomSummary("lobby", 2, "tea"), RoomSummary("den", 1, "")), 0)
    assert sentence_of(rooms).split("\n") == ["#lobby: 2 people - tea", "#den: 1 person"]


@pytest.mark.parametrize(
    "event",
    [
        Said(1.0, "lobby", "bob", "hi"),
        Acted(1.0, "lobby", "bob", "waves"),
        Told(1.0, "bob", "ada", "psst"),
        Refused.of(NickInUse("bob"), 1.0),
        Transcript(1.0, PageKind.HISTORY, ()),
        Hello(1.0, 1, "1", "bob", "", "t", False, 0, True, 1),
        TokenChanged(1.0, "t"),
        Completed(1.0, 0, ("bob",)),
        ReadUpTo(1.0, "lobby", 2),
        Unread(1.0, ()),
        Done(1.0),
    ],
)
def test_talk_and_what_is_for_the_program_has_none(event):
    assert sentence_of(event) == ""


def test_whatever_a_program_alone_is_told_is_among_these():
    for kind in vars(programs).values():
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event:
            assert sentence_of(kind.__new__(kind)) == ""
