"""
Arrivals: a connection gets a user, and may be one of several of that user.
"""

from __future__ import annotations

from shared_accounts import come_in, registered

from twisted_chat.testing import Chat


def test_one_person_is_here_twice_and_reads_the_same_in_both_places() -> None:
    chat = Chat()
    desk, bob = registered(chat, "alice"), chat.arrive("bob")
    desk.types("/join dev")
    bob.types("/join dev")
    couch = come_in(chat, "alice")
    assert couch.reads() == [
        "You are in #lobby and #dev as alice, from 2 connections.",
        "Type /help for help.",
        "You are now talking in #dev.",
    ]
    for person in (desk, bob, couch):
        person.reads()
    bob.types("hello")
    desk.types("hi bob")
    bob.types("/msg alice psst")
    couch.types("/msg bob what?")
    shared = ["[bob -> you] psst", "[you -> bob] what?"]
    assert desk.reads() == ["[#dev] bob: hello", *shared]
    assert couch.reads() == ["[#dev] bob: hello", "[#dev] alice: hi bob", *shared]


def test_a_user_who_enters_a_room_in_one_place_is_told_in_the_other() -> None:
    chat = Chat()
    desk = registered(chat, "alice")
    couch = come_in(chat, "alice")
    desk.reads()
    couch.types("/join dev")
    assert desk.reads() == ["You have entered #dev from another connection."]


def test_a_person_goes_with_their_last_connection() -> None:
    chat = Chat()
    desk, bob = registered(chat, "alice"), chat.arrive("bob")
    couch = come_in(chat, "alice")
    bob.reads()
    desk.hangs_up()
    assert bob.reads() == []
    couch.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]
