"""
What a user has not read, as programs ask for it.
"""

from typing import Any

from shared_json import Bot, Programs

from twisted_chat.history.programs.unread import MOST
from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

PASSWORD = "correct horse battery"


def unread(bot: Bot) -> dict[str, dict[str, Any]]:
    answers = bot.asks("unread", label="u")
    (told,) = [each for each in answers if each.get("event") == "unread"]
    assert (answers[-1]["event"], answers[-1]["label"]) == ("done", "u")
    return {each.pop("room"): each for each in told["rooms"]}


def two(chat: Chat | None = None) -> tuple[Bot, Bot]:
    here = Programs(chat)
    ada, bob = here.arrive("ada"), here.arrive("bob")
    for each in (ada, bob):
        each.asks("command", text="/join dev")
        each.asks("command", text="/join lobby")
    return ada, bob


def test_what_others_said_behind_the_mark_is_counted_and_what_names_the_reader() -> None:
    ada, bob = two()
    bob.asks("say", room="dev", text="read already")
    last = unread(ada)["dev"]["last"]
    ada.asks("read", room="dev", number=last)
    for text in ("one", "ada: two", "three"):
        bob.asks("say", room="dev", text=text)
    ada.asks("say", room="dev", text="ada herself")
    bob.asks("command", text="/join dev")
    # That is no talk.
    bob.asks("command", text="/topic tea")
    found = unread(ada)
    assert found["dev"] == {
        "number": last, "last": last + 5, "lines": 3, "mentions": 1, "is_at_least": False,
        "first": last + 1,
    }  # fmt: skip
    # No program has ever marked this one.
    assert found["lobby"]["number"] == found["lobby"]["lines"] == 0


def test_a_room_that_is_read_has_none() -> None:
    ada, bob = two()
    bob.asks("say", room="dev", text="one")
    ada.asks("read", room="dev", number=99)
    assert unread(ada)["dev"]["lines"] == 0
    assert unread(ada)["dev"]["number"] == unread(ada)["dev"]["last"]


def test_whom_the_reader_ignores_is_not_counted() -> None:
    ada, bob = two()
    ada.asks("read", room="dev", number=1)
    bob.asks("say", room="dev", text="ada!")
    assert unread(ada)["dev"]["mentions"] == 1
    ada.asks("command", text="/ignore bob")
    assert (unread(ada)["dev"]["lines"], unread(ada)["dev"]["mentions"]) == (0, 0)


def test_of_very_many_the_latest_are_counted() -> None:
    chat = Chat(limits=Limits(rate=0.0))
    ada, bob = two(chat)
    ada.asks("read", room="dev", number=1)
    for number in range(MOST + 5):
        bob.asks("say", room="dev", text=f"{number}")
    found = unread(ada)["dev"]
    assert (found["lines"], found["is_at_least"]) == (MOST, True)


def test_what_was_said_while_an_account_was_away_is_counted_when_it_comes_again() -> None:
    here = Programs()
    ada, bob = here.arrive("ada"), here.arrive("bob")
    ada.asks("command", name="register", args={"password": PASSWORD})
    for each in (ada, bob):
        each.asks("command", text="/join dev")
    ada.asks("read", room="dev", number=99)
    ada.asks("bye")
    bob.asks("say", room="dev", text="where is ada?")
    again = here.arrive("ada", password=PASSWORD)
    assert (unread(again)["dev"]["lines"], unread(again)["dev"]["mentions"]) == (1, 1)


def test_it_costs_as_much_as_a_page_of_history_however_many_rooms_there_are() -> None:
    ada, _ = two(Chat(limits=Limits(rate=2.0)))
    session = ada.protocol.session
    assert session is not None
    before = session.line_bucket._tokens
    unread(ada)
    assert before - session.line_bucket._tokens == 4
