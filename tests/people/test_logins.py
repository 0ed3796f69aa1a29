"""
Logins: coming in by a password, as the owner of an account, and going again.
"""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from logins import SECRET
from shared_accounts import come_in, registered
from shared_json import Programs
from twisted.internet.defer import Deferred

from twisted_chat.auth.memory import MemoryHasher
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat

WARNING = "This connection is not encrypted: others on the network may read your password."


def test_the_name_prompt_asks_for_the_password_of_a_registered_name() -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    alice = come_in(chat, "ALICE")
    assert alice.reads() == [
        "You are in #lobby as alice. Nobody else is here yet.",
        "Type /help for help.",
    ]


def test_a_password_of_emoji_opens_its_account_from_every_keyboard() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    # With what makes a heart red, and without.
    alice.types("/register", "\u2764\ufe0f" * 8, "\u2764" * 8)
    alice.hangs_up()
    for typed in ("\u2764" * 8, "\u2764\ufe0f" * 8):
        alice = come_in(chat, "alice", typed)
        assert alice.reads()[-2].startswith("You are in #lobby as alice")
        alice.hangs_up()


def test_a_wrong_password_is_asked_for_again_and_the_fifth_closes() -> None:
    chat = Chat()
    registered(chat, "alice", "10.0.0.1").hangs_up()
    mallory = chat.connect("10.0.0.2")
    mallory.types("alice")
    assert mallory.reads() == [WARNING]
    for _ in range(4):
        mallory.types("wrong password")
        assert mallory.reads() == ["Wrong name or password."]
        assert (mallory.prompt, mallory.sees_typing) == ("Password: ", False)
        chat.advance(30)
    mallory.types("wrong password")
    assert mallory.reads()[0] == "Disconnected: too many wrong passwords or codes."
    assert not mallory.is_connected


def test_login_from_inside_gives_the_guest_the_name_and_tells_the_room() -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    bob, guest = chat.arrive("bob"), chat.arrive("guest")
    bob.reads()
    guest.types("/login alice", SECRET)
    assert guest.reads() == ["You are now known as alice."]
    assert bob.reads() == ["*** guest is now known as alice ***"]


def test_ghost_closes_the_other_connections_of_the_owner_alone() -> None:
    chat = Chat()
    desk = registered(chat, "alice")
    couch = come_in(chat, "alice")
    couch.types("/ghost alice")
    assert couch.reads()[-1] == "Closed 1 other connection of alice."
    assert desk.reads()[-1] == "You closed this connection from another one."
    assert not desk.is_connected
    bob = chat.arrive("bob")
    bob.types("/ghost alice", "wrong password")
    assert bob.reads() == ["Wrong name or password."]
    bob.types("/ghost alice", SECRET)
    assert "Closed 1 other connection of alice." in bob.reads()
    assert not couch.is_connected


def test_a_user_who_logs_out_is_asked_for_a_name_and_has_left() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    bob.reads()
    alice.reads()
    alice.types("/logout")
    assert alice.reads() == ["You have logged out. Goodbye, alice."]
    assert alice.prompt == "Enter your name: "
    assert bob.reads() == ["*** alice has left #lobby (logged out) ***"]
    alice.types("carol")
    assert alice.reads()[0] == "You are in #lobby as carol with bob."


def test_the_owner_comes_back_to_the_rooms_that_they_did_not_leave() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/join dev", "/join tea", "/join ops", "/leave tea")
    alice.hangs_up()
    alice = come_in(chat, "alice")
    assert alice.reads() == [
        "You are in #lobby as alice. Nobody else is here yet.",
        "Type /help for help.",
        "You are also in #dev and #ops; /join room switches rooms.",
        "You are now talking in #ops.",
    ]


def test_no_name_that_looks_like_the_rooms_keeps_a_user_from_coming_back_to_it() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    alice.types("/join dev0", "/disown", "/join café", "/disown")
    alice.hangs_up()
    bob.reads()
    bob.types("/join devO")
    assert bob.reads() == ["#devO looks like #dev0; please choose another name."]
    # Not even where no new room may be called so.
    chat = Chat(store=store, limits=evolve(NO_LIMITS, ascii_names=True))
    assert "You are also in #dev0 and #café; /join room switches rooms." in (
        come_in(chat, "alice").reads()
    )


@pytest.mark.parametrize(
    ("ending", "code"), [("/passwd", "login-ended"), ("/unregister", "wrong-password")]
)
def test_a_password_that_is_checked_while_it_is_changed_opens_nothing_more(
    monkeypatch: pytest.MonkeyPatch, ending: str, code: str
) -> None:
    chat = Chat()
    here = Programs(chat)
    alice = registered(chat, "alice")
    verify = MemoryHasher.verify
    held: list[Deferred[Any]] = []

    def wait(self: MemoryHasher, *given: Any) -> Deferred[Any]:
        held.append(waiting := Deferred())
        return waiting.addCallback(lambda _: verify(self, *given))

    monkeypatch.setattr(MemoryHasher, "verify", wait)
    robber = here.connect()
    robber.asks("hello", name="alice", password=SECRET)
    monkeypatch.setattr(MemoryHasher, "verify", verify)
    alice.types(ending, SECRET, *(["another horse"] * 2 if ending == "/passwd" else []))
    chat.advance(1)
    (waiting,) = held
    waiting.callback(None)
    chat.advance(1)
    (refused,) = robber.reads()
    assert refused["error"] == code
