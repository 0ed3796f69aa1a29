"""
The search queue: many search at once, and no user waits for all searches of another.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from logins import told
from stores import SlowStore

from twisted_chat.store.deadlines import ALL_WITHIN, ANSWER_WITHIN
from twisted_chat.testing import Chat, Person

BUSY = "Other users are searching, please try again in a moment."
READING = "History cannot be read at the moment, please try again later."
CROWD = "192.0.2.1"


@pytest.fixture
def store() -> SlowStore:
    return SlowStore(is_slow=False)


@pytest.fixture
def chat(store: SlowStore) -> Iterator[Chat]:
    """
    A chat in which each search waits until the store is told to answer it, and none at the end.
    """
    chat = Chat(store=store)
    chat.arrive("bob").types("tea for two")
    store.is_slow, store.slow = True, ("search",)
    yield chat
    chat.advance(ALL_WITHIN)


def crowd(chat: Chat, count: int, host: str | None = CROWD) -> list[Person]:
    """
    Connect users from one address, all of whom search.
    """
    people = [chat.arrive(f"c{number}", host) for number in range(count)]
    for person in people:
        person.types("/search tea", "/search for", "/search two")
    return people


def has_found(person: Person) -> bool:
    return "--- end of search results ---" in person.reads()


def test_a_user_who_searches_waits_for_one_search_of_a_crowd_from_one_address(chat, store):
    crowd(chat, 15)
    alice = chat.arrive("alice")
    assert told(alice, "/search tea") == []
    store.answers(2)
    chat.advance()
    assert has_found(alice)


def test_a_crowd_from_one_address_is_served_too_one_after_the_other(chat, store):
    people = crowd(chat, 3)
    for _ in range(9):
        assert len(store.asked) == 1
        store.answers()
        chat.advance()
    assert [person.reads().count("--- end of search results ---") for person in people] == [
        3,
        3,
        3,
    ]


def test_without_addresses_each_user_has_a_turn(chat, store):
    for person in crowd(chat, 2):
        person.protocol.session.host = None
    alice, bob = chat.arrive("alice"), chat.arrive("ben")
    for person in (alice, bob):
        person.protocol.session.host = None
        person.types("/search tea")
    store.answers(4)
    chat.advance()
    assert has_found(alice)
    assert has_found(bob)


def test_nothing_is_asked_for_people_who_have_gone(chat, store):
    people = crowd(chat, 15)
    alice = chat.arrive("alice")
    told(alice, "/search tea")
    for person in people:
        person.hangs_up()
    store.answers(2)
    chat.advance()
    assert has_found(alice)
    assert not store.asked


def test_a_user_who_waits_too_long_for_others_is_told_so_and_not_that_the_disk_fails(chat, store):
    people = [chat.arrive(nick, f"192.0.2.{n}") for n, nick in enumerate(("alice", "ben", "cleo"))]
    alice, ben, cleo = people
    told(alice, "/search tea")
    chat.advance(1)
    told(ben, "/search tea")
    told(cleo, "/search tea")
    chat.advance(ANSWER_WITHIN - 1)
    # The disk has let alice down, and now ben waits for it.
    assert alice.reads() == [READING]
    chat.advance(1)
    assert cleo.reads() == [BUSY]
    chat.advance(ANSWER_WITHIN - 1)
    assert ben.reads() == [READING]
    # No search was made for cleo, and the next user is served.
    store.answers(2)
    told(cleo, "/search tea")
    store.answers()
    chat.advance()
    assert has_found(cleo)


def test_no_search_begins_while_the_store_is_at_one_that_no_user_waits_for(chat, store):
    people = [chat.arrive(nick, f"192.0.2.{n}") for n, nick in enumerate(("alice", "ben", "cleo"))]
    alice, ben, cleo = people
    told(ben, "/search tea")
    chat.advance(0.5)
    # The second one waits for the first, which waits for ben's.
    told(alice, "/search tea", "/search two")
    chat.advance(ANSWER_WITHIN - 0.5)
    chat.advance(ANSWER_WITHIN)
    told(cleo, "/search tea")
    chat.advance(0.5)
    assert alice.reads() == [READING] * 2
    assert len(store.asked) == 3
    store.answers(3)
    chat.advance()
    store.answers()
    chat.advance()
    assert has_found(cleo)
