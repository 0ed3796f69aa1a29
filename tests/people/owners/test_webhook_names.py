"""
Names of webhooks: which may be had, and which one that is given none has.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from shared_accounts import registered
from shared_webhooks import owner_of, say, token_of

from twisted_chat.errors import ChatError, LooksLike
from twisted_chat.testing import NO_LIMITS, Chat


def test_a_name_is_read_as_that_of_a_user_and_taken_by_nobody_else() -> None:
    chat = Chat()
    alice = owner_of(chat)
    registered(chat, "bob").hangs_up()
    chat.arrive("carl")
    # Their own name is nobody else's.
    token_of(alice, "alice")
    token_of(alice, "deploy")
    refused = {
        "DEPL0Y": "The name DEPL0Y looks like deploy, another webhook of the room; please choose "
        "another.",
        "b0b": "The name b0b looks like bob, which is registered; please choose another.",
        "carl": "The name carl looks like carl, who is here; please choose another.",
        "server": "The name server is reserved, please choose another.",
        "x[hook]": "A name may hold only letters, digits and the characters _ - ' and .",
        "a" * 19: "The name of a bot or webhook may be at most 18 characters long.",
    }
    for name, sentence in refused.items():
        alice.reads()
        alice.types(f"/webhook add {name}")
        assert alice.reads() == [sentence]


def test_those_without_a_name_are_numbered() -> None:
    chat = Chat()
    alice = owner_of(chat)
    tokens = [token_of(alice, "") for _ in range(3)]
    for token in tokens:
        say(chat, token, "hi")
    assert alice.reads() == [f"[#ops] {name}[hook]: hi" for name in ("news", "news2", "news3")]


def test_it_may_speak_under_another_name_that_is_nobody_elses() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token = token_of(alice)
    registered(chat, "bob")
    say(chat, token, "green", "ci")
    assert alice.reads()[-1] == "[#ops] ci[hook]: green"
    for name in ("bob", "BOB", "operator", "a b"):
        with pytest.raises(ChatError):
            say(chat, token, "green", name)
    assert alice.reads() == []


def test_nor_that_of_another_webhook_of_the_room() -> None:
    chat = Chat()
    alice = owner_of(chat)
    token, other = token_of(alice), token_of(alice, "alice")
    for name in ("DEPL0Y", "deploy"):
        with pytest.raises(LooksLike):
            say(chat, other, "green", name)
    # Also where that has the name of their maker.
    with pytest.raises(LooksLike):
        say(chat, token, "green", "alice")
    alice.reads()
    say(chat, token, "green", "deploy")
    assert alice.reads() == ["[#ops] deploy[hook]: green"]


def test_names_in_ascii_alone_hold_here_too() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, ascii_names=True))
    alice = owner_of(chat)
    alice.types("/webhook add élan")
    assert "may hold only the letters A to Z" in alice.reads()[0]
