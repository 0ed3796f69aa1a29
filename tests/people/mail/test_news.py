"""
News: who is told by mail of what, when, and how often.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product

import pytest
from logins import SECRET
from postman import ADDRESS, Postman, posted, wants_mail
from shared_accounts import come_in, operator, registered
from shared_json import Programs

from twisted_chat.people.mail.addresses import APART
from twisted_chat.people.mail.news import MOST_NAMED, UNREAD_FOR
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person

NAMED = "bob wrote in #lobby"


def away(chat: Chat, postman: Postman, nick: str = "alice") -> None:
    """
    Let the owner of an account want mail, and go.
    """
    wants_mail(chat, postman, nick).types("/quit")
    chat.advance()


def begun() -> tuple[Chat, Postman, Person]:
    """
    Return a chat that alice has left, and bob, who is there.
    """
    chat = Chat()
    postman = posted(chat)
    away(chat, postman)
    return chat, postman, chat.arrive("bob")


def test_who_is_written_to_while_away_is_told_once_it_is_unread_for_a_while() -> None:
    chat, postman, bob = begun()
    bob.types("/msg alice tea?", "alice: are you there?", "what a day")
    chat.advance(UNREAD_FOR - 1)
    assert postman.news == []
    chat.advance(1)
    assert postman.news == [f"bob wrote privately; {NAMED}"]
    assert postman.letters[-1].to == ADDRESS
    assert "tea" not in postman.letters[-1].text


def test_how_often_is_told_and_by_whom() -> None:
    chat, postman, bob = begun()
    carol = chat.arrive("carol")
    bob.types("alice", "alice", "/me looks for alice")
    carol.types("ALICE?")
    chat.advance(UNREAD_FOR)
    assert postman.news == ["bob wrote in #lobby, 3 times; carol wrote in #lobby"]


@pytest.mark.parametrize(
    "line", ["what a day", "malice", "/topic alice", "/notice alice hi", "/notice #lobby alice"]
)
def test_nobody_is_told_of_what_does_not_name_them(line: str) -> None:
    chat, postman, bob = begun()
    bob.types(line)
    chat.advance(APART)
    assert postman.news == []


def test_who_is_here_is_told_nothing_by_mail() -> None:
    chat = Chat()
    postman = posted(chat)
    wants_mail(chat, postman)
    chat.arrive("bob").types("alice: tea?", "/msg alice tea?")
    chat.advance(APART)
    assert postman.news == []


def test_who_comes_back_in_time_is_told_nothing_by_mail() -> None:
    chat, postman, bob = begun()
    bob.types("alice: tea?")
    chat.advance(UNREAD_FOR - 1)
    come_in(chat, "alice").types("/quit")
    chat.advance(APART)
    assert postman.news == []


def test_who_is_away_is_told_of_the_rooms_that_they_are_in_by_now() -> None:
    chat = Chat()
    postman = posted(chat)
    alice, bob = wants_mail(chat, postman), chat.arrive("bob")
    bob.types("/join den")
    alice.types("/away", "/join den")
    bob.types("alice: tea?")
    chat.advance(UNREAD_FOR)
    assert postman.news == ["bob wrote in #den"]
    bob.types("/kick alice", "alice: no tea")
    chat.advance(2 * APART)
    assert postman.news == ["bob wrote in #den"]
    # Elsewhere they are still.
    bob.types("/join lobby", "alice: tea?")
    chat.advance(APART)
    assert postman.news == ["bob wrote in #den", NAMED]


def test_who_is_away_is_told_unless_they_type_or_come_back() -> None:
    chat = Chat()
    postman = posted(chat)
    alice, bob = wants_mail(chat, postman), chat.arrive("bob")
    alice.types("/away")
    bob.types("alice: tea?")
    chat.advance(UNREAD_FOR)
    assert postman.news == [NAMED]
    chat.advance(APART)
    bob.types("alice: tea?")
    chat.advance(1)
    # They look, and stay away.
    alice.types("/who")
    chat.advance(APART)
    assert postman.news == [NAMED]
    bob.types("alice: tea?")
    chat.advance(1)
    alice.types("/back")
    chat.advance(APART)
    assert postman.news == [NAMED]
    bob.types("alice: tea?")
    chat.advance(APART)
    assert postman.news == [NAMED]


def test_one_mail_an_hour_also_over_a_restart_and_what_comes_meanwhile_is_in_the_next() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    away(chat, postman)
    bob = chat.arrive("bob")
    bob.types("alice?")
    chat.advance(UNREAD_FOR)
    bob.types("alice?")
    chat.advance(APART / 2)
    bob.types("/msg alice tea")
    assert len(postman.news) == 1
    chat.advance(APART / 2)
    assert postman.news == [NAMED, f"{NAMED}; bob wrote privately"]
    # The server ends, and another one goes on with what is kept.
    again = Chat(store=store, clock=chat.clock)
    postman = posted(again)
    again.arrive("carol").types("alice!")
    again.advance(APART - 1)
    assert postman.news == []
    again.advance(1)
    assert postman.news == ["carol wrote in #lobby"]


def test_what_was_not_sent_when_the_server_ended_is_not_sent() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    away(chat, posted(chat))
    chat.arrive("bob").types("/msg alice tea?")
    again = Chat(store=store)
    postman = posted(again)
    again.advance(APART)
    assert postman.news == []
    alice = come_in(again, "alice")
    assert any("tea?" in line for line in alice.reads())


def _ignores_bob(alice: Person) -> None:
    alice.types("/ignore bob")


def _ends_mail(alice: Person) -> None:
    alice.types("/mail off")


def _unregisters(alice: Person) -> None:
    alice.types("/unregister", SECRET)


def _leaves(alice: Person) -> None:
    alice.types("/leave lobby")


@pytest.mark.parametrize("does", [_ignores_bob, _ends_mail, _unregisters])
@pytest.mark.parametrize("is_anew", [False, True])
def test_who_does_not_want_it_is_told_nothing(
    does: Callable[[Person], None], is_anew: bool
) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    bob = registered(chat, "bob")
    alice = wants_mail(chat, postman)
    does(alice)
    alice.types("/quit")
    if is_anew:
        chat = Chat(store=store, clock=chat.clock)
        postman, bob = posted(chat), come_in(chat, "bob")
    bob.types("alice!", "/msg alice tea?")
    chat.advance(APART)
    assert postman.news == []


def test_who_has_left_the_room_is_told_of_messages_alone() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = wants_mail(chat, postman)
    _leaves(alice)
    alice.types("/quit")
    chat.arrive("bob").types("alice!", "/msg alice tea?")
    chat.advance(APART)
    assert postman.news == ["bob wrote privately"]


@pytest.mark.parametrize("does", [_ends_mail, _unregisters])
def test_a_letter_that_waits_is_wanted_until_its_reader_comes_back(
    does: Callable[[Person], None],
) -> None:
    chat, postman, bob = begun()
    bob.types("alice!")
    chat.advance(UNREAD_FOR)
    (letter,) = (each for each in postman.letters if "/mail off" in each.text)
    assert letter.is_wanted()
    alice = come_in(chat, "alice")
    assert not letter.is_wanted()
    does(alice)
    assert not letter.is_wanted()


def test_what_is_hidden_meanwhile_is_not_told() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    owner, alice = registered(chat, "owner"), wants_mail(chat, postman)
    owner.types("/join den")
    alice.types("/join den", "/quit")
    owner.types("alice, look", "/private on", "alice, look again")
    chat.advance(UNREAD_FOR)
    assert postman.news == []


def test_who_is_banned_meanwhile_is_told_nothing() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    op = operator(chat, store, "olga")
    away(chat, postman)
    op.types("alice?", "/serverban alice 1d")
    chat.advance(UNREAD_FOR)
    op.types("alice?")
    chat.advance(APART)
    assert postman.news == []


def test_a_room_that_everybody_has_left_is_told_of_all_the_same() -> None:
    chat = Chat()
    postman = posted(chat)
    alice, bob = wants_mail(chat, postman), chat.arrive("bob")
    bob.types("/join den")
    alice.types("/join den", "/quit")
    bob.types("alice!", "/leave den")
    chat.advance(UNREAD_FOR)
    assert postman.news == ["bob wrote in #den"]


def test_a_flood_fills_one_mail_with_so_many_rows_and_a_number() -> None:
    chat, postman, _ = begun()
    names = map("".join, product("abcde", repeat=2))
    for name in islice(names, MOST_NAMED + 3):
        chat.arrive(f"user-{name}").types("alice!", "alice!")
    chat.advance(UNREAD_FOR)
    (news,) = postman.news
    assert len(news.split("; ")) == MOST_NAMED + 1
    assert news.endswith("; and 6 more")


@pytest.mark.parametrize(
    ("line", "left"), [("/read lobby", ["bob wrote privately"]), ("/read all", [])]
)
def test_what_was_read_elsewhere_is_not_told(line: str, left: list[str]) -> None:
    here = Programs()
    postman = posted(here.chat)
    away(here.chat, postman)
    alice, bob = here.arrive("alice", password=SECRET), here.chat.arrive("bob")
    alice.asks_nothing("/away")
    bob.types("alice!", "/msg alice tea?")
    # That is typed, but the last line came later.
    alice.asks_nothing(line)
    here.chat.advance(1)
    here.chat.hub.news._gathered[here.chat.hub.find_user("alice").account].last_at += 1
    here.chat.advance(UNREAD_FOR)
    assert postman.news == left


@pytest.mark.parametrize("is_anew", [False, True])
@pytest.mark.parametrize(
    ("typed", "news"),
    [
        ("/notify none", ["bob wrote privately"]),
        ("/notify all", ["bob wrote privately; bob wrote in #lobby, 3 times"]),
        ("/highlight teapot", ["bob wrote privately; bob wrote in #lobby, 2 times"]),
    ],
)
def test_of_what_is_told_is_as_users_have_set_it(
    typed: str, news: list[str], is_anew: bool
) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    alice = wants_mail(chat, postman)
    alice.types(typed, "/quit")
    if is_anew:
        chat = Chat(store=store, clock=chat.clock)
        postman = posted(chat)
    chat.arrive("bob").types("alice!", "the teapot is hot", "what a day", "/msg alice tea?")
    chat.advance(UNREAD_FOR)
    assert postman.news == news


def test_nothing_is_looked_at_where_nobody_wants_mail() -> None:
    chat = Chat()
    posted(chat)
    registered(chat, "alice").types("/quit")
    chat.arrive("bob").types("alice!", "/msg alice tea?")
    news = chat.hub.news
    assert (news._watchers, news._gathered, news._seats) == ({}, {}, {})


def test_a_program_whose_connection_is_lost_is_away() -> None:
    here = Programs()
    postman = posted(here.chat)
    away(here.chat, postman)
    alice = here.arrive("alice", password=SECRET)
    bob = here.chat.arrive("bob")
    bob.types("alice!")
    here.chat.advance(APART)
    assert postman.news == []
    alice.transport.hang_up()
    here.chat.advance()
    bob.types("alice!", "/msg alice tea?")
    here.chat.advance(UNREAD_FOR)
    assert postman.news == ["bob wrote privately; bob wrote in #lobby"]


def test_who_is_away_is_told_of_the_lines_that_they_chose_in_each_room() -> None:
    chat = Chat()
    postman = posted(chat)
    alice, bob = wants_mail(chat, postman, "alice"), chat.arrive("bob")
    alice.types("/join den", "/notify none", "/join attic", "/notify all", "/highlight tea")
    alice.types("/quit")
    for room in ("lobby", "den", "attic"):
        bob.types(f"/join {room}", "hello alice", "TEA!", "coffee")
    chat.advance(UNREAD_FOR)
    assert postman.news == ["bob wrote in #lobby, 2 times; bob wrote in #attic, 3 times"]
