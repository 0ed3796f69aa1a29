"""
Nicks: what people who are here are called.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from logins import SECRET, register, told
from shared_accounts import registered
from shared_hub import everybody, type_slowly
from stores import result_of

from twisted_chat.limits import Limits, Rate
from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, MemoryHasher


def test_each_connection_of_a_user_reads_their_new_name_once() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    second = chat.connect()
    second.types("alice", SECRET)
    for person in (alice, second, bob):
        person.reads()
    assert told(alice, "/nick alicia") == ["You are now known as alicia."]
    assert second.reads() == ["You are now known as alicia."]
    assert bob.reads() == ["*** alice is now known as alicia ***"]


def test_a_user_who_shares_several_rooms_with_them_reads_a_new_name_once() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/join den")
    bob.types("/join den")
    alice.reads()
    bob.types("/nick bert")
    assert alice.reads() == ["*** bob is now known as bert ***"]


def test_a_registered_name_cannot_be_taken_by_renaming() -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types("/nick alice")
    assert bob.reads() == ["The name alice is registered. If it is yours, /login alice takes it."]


def test_the_owner_may_go_by_another_name_and_back() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/nick ally", "/nick alice")
    assert alice.reads() == ["You are now known as ally.", "You are now known as alice."]


def test_a_name_is_taken_without_regard_to_case_and_width() -> None:
    chat = Chat()
    chat.arrive("Alice")
    for same in ("alice", "ALICE", "ａｌｉｃｅ"):
        other = chat.connect()
        other.receives()
        other.types(same)
        reason, prompt = other.receives().decode().split("\r\n")
        assert reason.endswith("is taken, please choose another.")
        assert prompt == "Enter your name: "


def test_a_name_that_looks_like_another_s_is_refused_with_the_reason() -> None:
    chat = Chat()
    everybody(chat, "alice", "Рома")
    likes = {"a1ice": "alice", "AIice": "alice", "ALlCE": "alice", "POMA": "Рома"}
    for name, like in likes.items():
        other = chat.connect()
        other.receives()
        other.types(name)
        assert other.receives().decode() == (
            f"The name {name} looks like {like}, who is here; please choose another.\r\n"
            "Enter your name: "
        )


def test_where_only_ascii_names_are_taken_others_are_refused() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, ascii_names=True))
    (bob,) = everybody(chat, "bob")
    type_slowly(chat, bob, "/nick Ольга", "/nick zoë", "/join чай", "/nick ｚｏｅ")
    sentence = (
        "On this server, a name may hold only the letters A to Z, digits and the characters "
        "_ - ' and ."
    )
    assert bob.reads() == [sentence, sentence, sentence, "You are now known as zoe."]


def test_users_and_rooms_of_before_stay_when_only_ascii_names_are_taken() -> None:
    chat = Chat()
    olga, bob = everybody(chat, "Ольга", "bob")
    olga.types("/join чай")
    chat.hub.world.limits = evolve(chat.hub.world.limits, ascii_names=True)
    bob.types("/join чай")
    assert bob.reads()[-1] == "You are in #чай as bob with Ольга."


def test_a_rename_is_read_once_by_one_who_shares_several_rooms() -> None:
    alice, bob = everybody(Chat(), "alice", "bob")
    for person in (alice, bob):
        person.types("/join dev")
        person.reads()
    alice.reads()
    alice.types("/nick alicia")
    assert bob.reads() == ["*** alice is now known as alicia ***"]


def test_a_name_that_looks_like_another_s_cannot_be_taken_later_but_one_s_own_can() -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    type_slowly(chat, bob, "/nick a1ice", "/nick B0b", "/nick bob")
    alice.types("/nick carol")
    bob.types("/nick a1ice")
    refused, *others = bob.reads()
    assert refused == "The name a1ice looks like alice, who is here; please choose another."
    assert others == [
        "You are now known as B0b.",
        "You are now known as bob.",
        "*** alice is now known as carol ***",
        "You are now known as a1ice.",
    ]


def test_a_name_that_looked_like_that_of_a_user_who_has_gone_is_free() -> None:
    chat = Chat()
    chat.arrive("alice").hangs_up()
    other = chat.connect()
    other.types("a1ice")
    assert other.reads()[0].startswith("You are in #lobby as a1ice")


def test_names_are_not_changed_all_the_time() -> None:
    chat = Chat(limits=Limits(rate=100.0, nick_rate=Rate(2, 60)))
    alice = chat.arrive("alice")
    alice.types("/nick a1", "/nick a2", "/nick a3")
    assert alice.reads() == [
        "You are now known as a1.",
        "You are now known as a2.",
        "You change your name too often, please wait 30 s.",
    ]
    chat.advance(30)
    alice.types("/nick a3")
    assert alice.reads() == ["You are now known as a3."]


def test_the_names_one_ignores_do_not_pile_up() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, max_ignored=2))
    alice, bob, _ = everybody(chat, "alice", "bob", "carol")
    alice.types("/ignore bob")
    for number in range(5):
        bob.types(f"/nick b{number}")
    dave = chat.arrive("b3")
    alice.reads()
    dave.types("hello")
    bob.types("hello")
    assert alice.reads() == ["b3: hello"]
    alice.types("/ignore carol")
    assert alice.reads()[0].startswith("You no longer see what carol says.")


RESERVED = "The name {} is reserved, please choose another."


@pytest.mark.parametrize("name", ["Admin1", "server_", "NickServ", "security", "5upport", "acme2"])
def test_no_user_takes_the_name_of_a_service(name: str) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, reserved_names=("acme",)))
    person = chat.connect()
    person.types(name)
    assert RESERVED.format(name) in person.reads()
    gast = chat.arrive("gast")
    assert told(gast, f"/nick {name}") == [RESERVED.format(name)]


def test_an_account_of_an_earlier_version_keeps_the_name_of_a_service() -> None:
    store = MemoryStore()
    hashed = result_of(MemoryHasher().hash(SECRET))
    store.write([AccountMade(7, "NickServ", "nickserv", hashed)])
    chat = Chat(store=store)
    owner = chat.connect()
    owner.types("nickserv", SECRET)
    assert "You are in #lobby as NickServ. Nobody else is here yet." in owner.reads()
    gast = chat.arrive("gast")
    gast.types("/login NickServ", SECRET, "/nick gast", "/nick NickServ")
    assert gast.reads()[-1] == "You are now known as NickServ."
