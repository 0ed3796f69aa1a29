"""
Connections: opened and closed.
"""

import pytest
from logins import SECRET, come, log_in, told
from shared_actions import server
from shared_hub import everybody

from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

pytestmark = pytest.mark.usefixtures("utc")


def test_a_ban_from_the_server_closes_and_refuses_with_one_sentence() -> None:
    store = MemoryStore()
    chat, oscar, gast = server(store)
    unnamed = chat.connect("192.0.2.2")
    oscar.types("/serverban 192.0.2.2 1d spam")
    sentence = "You are banned from this server by oscar until 2023-11-15 22:14: spam"
    assert gast.reads()[-1] == sentence
    assert not gast.is_connected
    assert unnamed.reads()[-1] == sentence
    assert not unnamed.is_connected
    for chat in (chat, Chat(store=store)):  # noqa: B020
        refused = chat.connect("192.0.2.2")
        assert refused.reads() == [sentence]
        assert not refused.is_connected
        chat.arrive("gast", "192.0.2.3")
    chat.advance(86400)
    assert chat.connect("192.0.2.2").is_connected


def test_a_name_that_is_banned_from_the_server_is_refused_at_the_name() -> None:
    chat, oscar, gast = server()
    oscar.types("/serverban gast 1d", "/serverban gina 1d")
    assert not gast.is_connected
    sentence = "You are banned from this server by oscar until 2023-11-15 22:14."
    gast = chat.connect()
    gast.types("gast")
    assert gast.reads() == [sentence]
    assert not gast.is_connected
    guest = chat.arrive("guest")
    assert told(guest, "/nick gina") == [sentence]
    bob = come(chat, "bob")
    bob.types("/nick robert")
    oscar.types("/serverban bob 1d")
    assert not bob.is_connected
    late = chat.arrive("late")
    log_in(late, "bob")
    assert late.reads()[-1] == sentence
    assert told(late, "/whois late")[0].startswith("late is in #lobby")
    bob = chat.connect()
    bob.types("bob", SECRET)
    assert bob.reads() == [sentence]
    assert not bob.is_connected


def test_the_others_read_when_a_user_goes_and_why() -> None:
    chat = Chat()
    alice, bob, carol, dave = everybody(chat, "alice", "bob", "carol", "dave")
    alice.types("/quit good night")
    bob.hangs_up()
    carol.types("/leave")
    assert dave.reads() == [
        "*** alice has left #lobby (good night) ***",
        "*** bob has left #lobby ***",
        "*** carol has left #lobby ***",
    ]
    assert alice.reads() == ["Goodbye, alice."]
    assert not alice.is_connected
    assert carol.is_connected


def test_the_shutdown_is_told_to_everybody_and_the_quits_it_causes_are_not() -> None:
    chat = Chat()
    alice, bob = everybody(chat, "alice", "bob")
    newcomer = chat.connect()
    newcomer.receives()
    chat.hub.shut_down()
    chat.advance()
    for person in (alice, bob, newcomer):
        assert person.reads() == ["*** The server is shutting down. ***"]
        assert not person.is_connected
    assert not chat.hub.sessions
