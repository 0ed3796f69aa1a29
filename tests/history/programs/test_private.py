"""
What two users wrote to each other between two places.
"""

import pytest

from twisted_chat.replies.pages import Transcript
from twisted_chat.testing import Chat

PASSWORD = "correct-horse"


@pytest.fixture
def chat():
    """
    Return a server on which the owner of an account and bob wrote "1" to "8" to each other.
    """
    chat = Chat()
    chat.ada, chat.bob = chat.program("ada"), chat.program("bob")
    chat.hub.isolation.run(
        "test", lambda: chat.hub.registration.register(chat.ada.session, PASSWORD)
    )
    chat.advance()
    assert chat.ada.session.user.account is not None
    for number in range(1, 9):
        chat.advance(1)
        (chat.ada if number % 2 else chat.bob).types(
            f"/msg {'bob' if number % 2 else 'ada'} {number}"
        )
    chat.ada.reads()
    return chat


def page(chat, person, show):
    chat.hub.isolation.run("test", show)
    chat.advance()
    (found,) = [each for each in person.reads() if isinstance(each, Transcript)]
    return found


def shown(chat, person, nick, **how):
    spans = chat.hub.private_spans
    call = spans.show_around if "id_" in how else spans.show
    found = page(chat, person, lambda: call(person.session, nick, **how))
    assert found.nick == nick
    return " ".join(line.event.text for line in found.lines)


def ids(chat):
    found = page(chat, chat.ada, lambda: chat.hub.private_spans.show(chat.ada.session, "bob", 100))
    return [0, *(line.id for line in found.lines)]


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"count": 3}, "6 7 8"),
        ({"count": 3, "from_end": False}, "1 2 3"),
        ({"count": 3, "after": 4}, "6 7 8"),
        ({"count": 2, "after": 4, "from_end": False}, "5 6"),
        ({"count": 2, "before": 4}, "2 3"),
        ({"count": 9, "after": 2, "before": 5}, "3 4"),
        ({"count": 9, "after": 8}, ""),
        ({"count": 0}, ""),
        ({"count": 3, "id_": 4}, "3 4 5"),
        ({"count": 1, "id_": 4}, "4"),
        ({"count": 4, "id_": 1}, "1 2 3 4"),
    ],
)
def test_a_span_holds_what_was_written_between(chat, how, found):
    places = ids(chat)
    how = {
        name: places[value] if name in {"after", "before", "id_"} else value
        for name, value in how.items()
    }
    assert shown(chat, chat.ada, "bob", **how) == found
    assert shown(chat, chat.bob, "ada", **how) == found


def test_nobody_else_reads_it_and_whether_there_is_such_a_user_is_not_told(chat):
    carol = chat.program("carol")
    for nick in ("ada", "bob", "nobody"):
        assert shown(chat, carol, nick, count=9) == ""


def test_of_who_is_ignored_nothing_is_shown(chat):
    chat.ada.types("/ignore bob")
    assert shown(chat, chat.ada, "bob", count=9) == "1 3 5 7"


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"count": 1}, "7"),
        ({"count": 3}, "3 5 7"),
        ({"count": 2, "after": 1, "from_end": False}, "3 5"),
        ({"count": 2, "id_": 4}, "3 5"),
        ({"count": 0}, ""),
    ],
)
def test_past_the_messages_of_who_is_ignored_is_read_on(chat, how, found):
    places = ids(chat)
    how = {
        name: places[value] if name in {"after", "id_"} else value for name, value in how.items()
    }
    chat.ada.types("/ignore bob")
    assert shown(chat, chat.ada, "bob", **how) == found


def correspondents(chat, person, after=0, before=2**62):
    found = []

    async def ask():
        found.extend(await chat.hub.private_spans.correspondents(person.session, after, before))

    chat.hub.isolation.run("test", ask)
    chat.advance()
    return [nick for nick, _ in found]


def test_with_whom_messages_were_exchanged_is_listed_by_the_last_one(chat):
    carol = chat.program("carol")
    assert correspondents(chat, chat.ada) == ["bob"]
    chat.advance(1)
    carol.types("/msg ada hello")
    assert correspondents(chat, chat.ada) == ["bob", "carol"]
    chat.advance(1)
    chat.bob.types("/msg ada again")
    assert correspondents(chat, chat.ada) == ["carol", "bob"]
    last = ids(chat)[-1]
    assert correspondents(chat, chat.ada, before=last) == ["carol"]
    assert correspondents(chat, chat.ada, after=last) == []
    chat.ada.types("/ignore bob")
    # What she wrote last to him is read on.
    assert correspondents(chat, chat.ada) == ["bob", "carol"]
    chat.ada.types("/ignore carol")
    assert correspondents(chat, chat.ada) == ["bob"]
    assert correspondents(chat, carol) == ["ada"]
