"""
What was said between two places.
"""

import pytest

from twisted_chat.replies.pages import Transcript
from twisted_chat.testing import Chat


@pytest.fixture
def chat():
    """
    Return a server with a reader, in whose #den "2" to "9" were said.
    """
    chat = Chat()
    reader = chat.program("ada")
    reader.types("/join den", *map(str, range(2, 10)))
    reader.reads()
    chat.reader = reader
    return chat


def shown(chat, **how):
    session = chat.reader.session
    room = chat.hub.find_room("den")
    show = chat.hub.spans.show_around if "number" in how else chat.hub.spans.show
    chat.hub.isolation.run("test", lambda: show(session, room, **how))
    chat.advance()
    (page,) = [each for each in chat.reader.reads() if isinstance(each, Transcript)]
    return " ".join(line.event.text for line in page.lines)


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"count": 3}, "7 8 9"),
        ({"count": 3, "from_end": False}, "2 3 4"),
        ({"count": 3, "after": 5}, "7 8 9"),
        ({"count": 9, "after": 7}, "8 9"),
        ({"count": 2, "after": 5, "from_end": False}, "6 7"),
        ({"count": 2, "before": 5}, "3 4"),
        ({"count": 9, "after": 3, "before": 6}, "4 5"),
        ({"count": 1, "after": 3, "before": 6, "from_end": False}, "4"),
        ({"count": 9, "after": 9}, ""),
        ({"count": 0}, ""),
        ({"count": 3, "number": 5}, "4 5 6"),
        ({"count": 4, "number": 2}, "2 3 4 5"),
        ({"count": 2, "number": 9}, "8 9"),
    ],
)
def test_a_span_holds_what_was_said_between(chat, how, found):
    assert shown(chat, **how) == found


def test_how_the_room_was_set_is_no_talk(chat):
    chat.reader.types("/topic tea", "/slow 10s", "/slow off")
    assert shown(chat, count=2) == "8 9"


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"count": 3}, "8 9 end"),
        ({"count": 1, "before": 36}, "9"),
        ({"count": 3, "before": 36}, "7 8 9"),
        ({"count": 2, "after": 8, "from_end": False}, "9 end"),
        ({"count": 4, "number": 20}, "8 9 end"),
    ],
)
def test_what_ignored_users_wrote_is_left_out_and_leaves_no_empty_page(chat, how, found):
    eve = chat.program("eve")
    # Line 10 is her join, and line 36 the end.
    eve.types("/join den", *(f"noise {number}" for number in range(11, 36)))
    chat.reader.types("end", "/ignore eve")
    chat.reader.reads()
    assert shown(chat, **how) == found


def test_who_came_later_reads_nothing_from_before_the_room_was_opened(chat):
    chat.reader.types("/private on", "secret", "/private off", "open")
    bob = chat.program("bob")
    chat.reader = bob
    assert shown(chat, count=50) == "open"


def test_the_latest_lines_are_read_from_memory_however_many_came_and_went_since(chat, monkeypatch):
    asked = []
    lines = chat.hub.store.lines
    monkeypatch.setattr(chat.hub.store, "lines", lambda *a: asked.append(a) or lines(*a))
    for _ in range(300):
        chat.reader.types("/leave den", "/join den")
    chat.reader.reads()
    assert shown(chat, count=3) == "7 8 9"
    assert shown(chat, count=50) == "2 3 4 5 6 7 8 9"
    assert not asked
    # More than memory holds is read from the store.
    chat.reader.types(*(f"line {number}" for number in range(300)))
    chat.reader.reads()
    assert len(shown(chat, count=200).split()) == 400
    assert asked
