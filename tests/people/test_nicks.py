"""
Nicks: what people who are here are called.
"""

from logins import SECRET, register, told

from twisted_chat.testing import Chat


def test_each_connection_of_who_takes_another_name_reads_that_once() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    second = chat.connect()
    second.types("alice", SECRET)
    for person in (alice, second, bob):
        person.reads()
    assert told(alice, "/nick alicia") == ["You are now known as alicia."]
    assert second.reads() == ["You are now known as alicia."]
    assert bob.reads() == ["*** alice is now known as alicia ***"]


def test_who_hears_several_of_their_rooms_reads_a_new_name_once() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/join den")
    bob.types("/join den")
    alice.reads()
    bob.types("/nick bert")
    assert alice.reads() == ["*** bob is now known as bert ***"]
