"""
Accounts: a name that belongs to one user, even if others want it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from logins import SECRET
from shared_accounts import come_in, registered
from twisted.internet.defer import Deferred

from twisted_chat.auth import keys
from twisted_chat.delivery.fanout import Fanout
from twisted_chat.store.keys import KeyKept
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

if TYPE_CHECKING:
    from twisted_chat.store.records import Change

# -- registering ----------------------------------------------------------------------------------


# -- coming in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "/login {}", "/ghost {}", "/whois {}", "/ban {} 1d", "/unban {}", "/unmute {}",
        "/kick {}", "/op {}", "/deop {}", "/voice {}", "/invite {}", "/ignore {}",
        "/unignore {}", "/search from:{}",
    ],
)  # fmt: skip
def test_only_commands_that_reach_absent_users_tell_who_has_an_account(command: str) -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    bob = registered(chat, "bob")
    bob.types("/join hall")
    answers = []
    for name in ("alice", "zorro"):
        bob.reads()
        bob.types(command.format(name))
        answers.append([line.replace(name, "...") for line in bob.reads()])
        bob.types("")
        chat.advance(3)
    assert answers[0] == answers[1]
    bob.reads()
    bob.types("/msg alice hello", "/msg zorro hello")
    assert bob.reads()[1:] == [
        "alice is offline and will see it on returning.",
        "Nobody here is called zorro.",
    ]


def test_a_name_stays_its_owners_over_a_restart() -> None:
    store = MemoryStore()
    registered(Chat(store=store), "alice")
    alice = come_in(Chat(store=store), "alice")
    assert alice.reads()[-1] == "Type /help for help."


# -- several at once ------------------------------------------------------------------------------


# -- rooms and messages that wait -----------------------------------------------------------------


# -- changing and giving up -----------------------------------------------------------------------


# -- operators ------------------------------------------------------------------------------------


# -- what others could read -----------------------------------------------------------------------


def test_a_user_who_registers_comes_back_to_the_rooms_that_they_were_in_then() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    bob, alice = chat.arrive("bob"), chat.arrive("alice")
    for person in (bob, alice):
        person.types("/join den")
    alice.types("/register", SECRET, SECRET)
    alice.hangs_up()
    alice = chat.connect()
    alice.types("alice", SECRET)
    assert "You are also in #den; /join room switches rooms." in alice.reads()


# -- going out ------------------------------------------------------------------------------------


def test_who_gives_their_account_up_is_a_guest_like_others_and_the_name_is_free() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), registered(chat, "bob")
    alice.types("/join hall")
    bob.types("/join hall", "/ignore alice")
    alice.types("/unregister", SECRET, "/nick anna", "boo")
    assert alice.reads()[-2:] == [
        "Your account alice was deleted. What you said stays.",
        "You are now known as anna.",
    ]
    assert "boo" not in " ".join(bob.reads())
    user = chat.hub.find_user("anna")
    assert (user.account, user.roles, user.author) == (None, set(), user.visit)
    assert chat.hub.world.find_account("alice") is None
    alice.types("/quit")
    chat.arrive("alice")
    assert chat.hub.find_user("alice").account is None


# -- keys -----------------------------------------------------------------------------------------

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlCH8GFnpGVHGMVqXKEJKrB0ixkFDO+Lpc3YYyDz9dK laptop"


def test_an_owner_adds_a_key_reads_it_and_removes_it() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = registered(chat, "alice")
    other = come_in(chat, "alice")
    other.reads()
    alice.types(f"/key add {KEY}")
    assert [("laptop" in line) for line in (alice.reads()[-1], other.reads()[-1])] == [True, True]
    again = come_in(Chat(store=store), "alice")
    again.reads()
    again.types("/keys")
    assert any("laptop" in line for line in again.reads())
    again.types("/key remove laptop")
    again.reads()
    again.types("/keys")
    assert again.reads() == ["No key opens your account. /key add ssh-ed25519 AAAA... adds one."]


def test_without_a_key_that_was_shown_one_must_be_given() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/key add", "/key remove laptop")
    shown, unknown = alice.reads()
    assert shown == "Your client has shown no key. Give one: /key add ssh-ed25519 AAAA..."
    assert unknown == "You have no such key. Give a label or a fingerprint, as /keys lists them."


def test_what_ends_all_that_opens_an_account_ends_its_keys() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types(f"/key add {KEY}")
    alice.reads()
    account = chat.hub.world.find_account("alice")
    assert account is not None
    chat.hub.accounts.revoke(account)
    alice.types("/keys")
    assert alice.reads()[-1] == "No key opens your account. /key add ssh-ed25519 AAAA... adds one."


@pytest.mark.parametrize(
    "ending", [["/passwd", SECRET, "another horse", "another horse"], ["/unregister", SECRET]]
)
def test_a_key_that_is_added_while_all_keys_are_ended_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, ending: list[str]
) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = registered(chat, "alice")
    robber = come_in(chat, "alice")
    robber.reads()
    commit, held = Fanout.commit, []

    def wait(self: Fanout, change: Change, *given: Any) -> Deferred[Any]:
        done = commit(self, change, *given)
        if not isinstance(change, KeyKept):
            return done
        held.append(waiting := Deferred())
        return waiting.addCallback(lambda _: done)

    monkeypatch.setattr(Fanout, "commit", wait)
    robber.types(f"/key add {KEY}")
    alice.types(*ending)
    chat.advance(1)
    (waiting,) = held
    waiting.callback(None)
    chat.advance(1)
    assert any("The key is not added" in line for line in robber.reads())
    assert not store.load().keys
    assert not Chat(store=store).hub.store.load().keys


def test_of_keys_that_are_added_at_once_no_more_are_kept_than_one_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys, "MOST_KEYS", 1)
    store = MemoryStore()
    chat = Chat(store=store)
    alice = registered(chat, "alice")
    alice.reads()
    added = [
        Deferred.fromCoroutine(chat.hub.accounts.add_key(session, line))
        for session in chat.hub.find_user("alice").sessions
        for line in (KEY, f"SHA256:{'ab' * 32}", KEY)
    ]
    chat.advance(1)
    found = [str(getattr(each.result, "value", "")) for each in added]
    for each in added:
        each.addErrback(lambda _: None)
    assert found[0] == ""
    assert "at most 1 keys" in found[1]
    assert "opens your account already" in found[2]
    assert [key.label for key in store.load().keys] == ["laptop"]
