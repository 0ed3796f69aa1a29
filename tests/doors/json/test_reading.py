"""
What a program reads, and what it marks as read.
"""

from __future__ import annotations

from typing import Any

import pytest
from shared_json import Bot, Programs, two

from twisted_chat.testing import BEGINNING, Chat

PASSWORD = "correct-horse"


# -- history --------------------------------------------------------------------------------------


def a_room_with_lines(count: int) -> tuple[Bot, list[dict[str, Any]]]:
    """
    Return a program, and what was told of each line that it said, a second after the other.
    """
    here = Programs()
    bot = here.arrive("bot")
    told = []
    for number in range(count):
        told += bot.asks("say", text=str(number))
        here.chat.advance(1)
    return bot, told


def read(bot: Bot, **members: Any) -> tuple[list[str], bool]:
    """
    Return the texts of a page, and whether there are more.
    """
    page, done = bot.asks("history", label="h", **members)
    assert (page["event"], page["kind"], done["event"]) == ("transcript", "history", "done")
    return [line["event"]["text"] for line in page["lines"]], page["has_more"]


@pytest.mark.parametrize("by", ["number", "id", "time"])
def test_history_is_read_at_a_place_by_number_id_or_time(by: str) -> None:
    bot, told = a_room_with_lines(10)
    place = told[5]["at" if by == "time" else by]
    assert read(bot, count=3, by=by, before=place) == (["2", "3", "4"], True)
    assert read(bot, count=3, by=by, after=place) == (["6", "7", "8"], True)
    assert read(bot, count=4, by=by, around=place) == (["3", "4", "5", "6"], True)
    assert read(bot, count=3, by=by, around=place) == (["4", "5", "6"], True)
    assert read(bot, count=1, by=by, around=place) == (["5"], True)
    assert read(bot, count=50, by=by, after=place) == (["6", "7", "8", "9"], False)


def test_what_ignored_users_said_leaves_no_empty_page() -> None:
    here = Programs()
    alice, bob, carol = (here.arrive(nick) for nick in ("alice", "bob", "carol"))
    carol.asks("say", text="before")
    (first,) = [each["number"] for each in alice.reads() if each["event"] == "said"]
    for number in range(40):
        bob.asks("say", text=f"noise {number}")
    carol.asks("say", text="behind")
    alice.asks("command", name="ignore", args={"nick": "bob"})
    alice.reads()
    assert read(alice, count=1) == (["behind"], True)
    assert read(alice, count=2) == (["before", "behind"], False)
    assert read(alice, count=1, before=first + 41) == (["before"], False)
    assert read(alice, count=1, after=first) == (["behind"], False)


def test_history_begins_with_the_last_lines_and_ends_at_both_ends() -> None:
    bot, told = a_room_with_lines(10)
    assert read(bot, count=2) == (["8", "9"], True)
    assert read(bot) == ([str(number) for number in range(10)], False)
    assert read(bot, before=told[0]["number"], room="lobby") == ([], False)
    assert read(bot, after=told[-1]["number"]) == ([], False)
    assert read(bot, after=10**15) == ([], False)


def test_private_messages_are_read_page_by_page_in_both_directions() -> None:
    alice, bob = two()
    alice.asks("command", name="register", args={"password": PASSWORD})
    for number in range(1, 6):
        (bob if number % 2 else alice).asks(
            "tell", nick="alice" if number % 2 else "bob", text=f"line {number}"
        )
    alice.reads()

    def page(**members: Any) -> tuple[list[str], list[int], bool]:
        found, done = alice.asks("history", nick="#Bob", label="h", **members)
        assert (found["kind"], found["nick"], done["event"]) == ("messages", "Bob", "done")
        lines = found["lines"]
        texts = [each["event"]["text"].removeprefix("line ") for each in lines]
        return texts, [each["id"] for each in lines], found["has_more"]

    texts, ids, has_more = page(count=2)
    assert (texts, has_more) == (["4", "5"], True)
    texts, ids, has_more = page(count=2, before=ids[0], by="id")
    assert (texts, has_more) == (["2", "3"], True)
    assert page(count=2, before=ids[0])[::2] == (["1"], False)
    assert page(count=1, after=ids[0], by="id")[::2] == (["3"], True)
    assert page(count=3, after=ids[0], by="id")[::2] == (["3", "4", "5"], False)
    assert page(before=BEGINNING, by="time") == ([], [], False)
    assert page(after=BEGINNING - 1, by="time")[0] == ["1", "2", "3", "4", "5"]
    # Nobody else reads them, nor learns that there are some.
    eve = Programs(alice.chat).arrive("eve")
    (found, _) = eve.asks("history", nick="bob", label="h")
    assert (found["lines"], found["has_more"]) == ([], False)


@pytest.mark.parametrize(
    "members",
    [{"room": "lobby"}, {"around": 1}, {"before": 1, "after": 1}, {"after": 0, "before": 0}],
)
def test_a_history_of_messages_has_no_room_and_one_place(members: dict[str, Any]) -> None:
    alice, _ = two()
    (refused,) = alice.asks("history", nick="bob", label="h", **members)
    assert (refused["error"], refused["label"]) == ("bad-request", "h")
    assert refused["message"] == (
        "A history with a nick needs no room, and at most one of before and after."
    )


def test_history_is_refused_where_it_cannot_be_read() -> None:
    bot, _ = a_room_with_lines(1)
    assert [each["error"] for each in bot.asks("history", room="attic")] == ["no-such-room"]
    (refused,) = bot.asks("history", before=1, after=2, label="h")
    assert (refused["error"], refused["label"]) == ("bad-request", "h")
    assert refused["message"] == "A history needs one of before, after and around."
    assert [each["error"] for each in bot.asks("history", count=201)] == ["bad-request"]
    (refused,) = bot.asks("history", by="letter")
    assert refused["error"] == "bad-request"


# -- marks ----------------------------------------------------------------------------------------


def test_what_was_read_is_told_to_the_other_programs_of_the_person() -> None:
    here = Programs()
    phone = here.arrive("alice")
    phone.asks("command", name="register", args={"password": PASSWORD})
    laptop = here.arrive("alice", password=PASSWORD)
    bob = here.arrive("bob")
    for text in ("tea?", "now?"):
        bob.asks("say", text=text)
    phone.reads()
    laptop.reads()
    assert [each["event"] for each in phone.asks("read", room="lobby", number=3, label="r")] == [
        "done"
    ]
    assert laptop.reads() == [
        {"event": "read-up-to", "at": BEGINNING, "room": "lobby", "number": 3}
    ]
    # A mark does not go back, nor beyond the last line.
    phone.asks("read", room="lobby", number=2)
    assert laptop.reads() == []
    phone.asks("read", room="lobby", number=99)
    assert [each["number"] for each in laptop.reads()] == [4]
    assert bob.reads() == []
    (refused,) = phone.asks("read", room="attic", number=1, label="x")
    assert (refused["error"], refused["label"]) == ("no-such-room", "x")


def test_marks_are_kept_with_the_account() -> None:
    here = Programs()
    phone = here.arrive("alice")
    phone.asks("command", name="register", args={"password": PASSWORD})
    phone.asks("say", text="one")
    phone.asks("read", room="lobby", number=2)
    phone.asks("bye")
    here = Programs(Chat(store=here.chat.hub.store))
    answers = here.connect().asks("hello", name="alice", password=PASSWORD)
    assert [
        (each["room"], each["number"]) for each in answers if each["event"] == "read-up-to"
    ] == [("lobby", 2)]


@pytest.mark.parametrize("members", [{}, {"room": "lobby", "nick": "bob", "number": 1}])
def test_a_read_is_of_a_room_or_of_a_user(members: dict[str, Any]) -> None:
    alice, _ = two()
    (refused,) = alice.asks("read", label="r", **members)
    assert (refused["error"], refused["label"]) == ("bad-request", "r")
