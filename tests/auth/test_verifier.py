"""
Verifier: whether a password is the right one, and how often one may be wrong.
"""

from logins import SECRET, register

from twisted_chat.auth.throttle import AT_ONCE
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

FAR = "10.0.0.7"


def test_a_guess_that_nobody_looked_at_is_given_back_also_over_a_restart() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    register(chat, "alice")
    chat.hub.verifier._hasher.is_busy = True
    eve = chat.connect(FAR)
    eve.types("alice", "a guess")
    assert "The server is busy with logins, please try again in a moment." in eve.reads()
    again = Chat(store=store)
    read = []
    for count in (3, AT_ONCE - 3):
        eve = again.connect(FAR)
        eve.types("alice", *["a guess"] * count)
        read += eve.reads()
    assert read.count("Wrong name or password.") == AT_ONCE
    assert not any("please wait" in line for line in read)


def test_the_password_is_the_right_one_however_it_is_typed() -> None:
    chat = Chat()
    register(chat, "alice")
    second = chat.connect()
    # A wide space is the same as a narrow one (RFC 8265, section 4.2).
    second.types("alice", SECRET.replace(" ", "\u3000"))
    assert "You are in #lobby as alice, from 2 connections." in second.reads()
