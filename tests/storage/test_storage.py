"""
Storage as a plugin uses it: its own, and what belongs to rooms and accounts.
"""

from __future__ import annotations

import pytest
from logins import SECRET, come
from shared_storage import kept_by, later, plugin_of

from twisted_chat.errors import ChatError, NotAllowed
from twisted_chat.testing import Chat

POLL, DICE = plugin_of("poll"), plugin_of("dice")


def test_what_is_set_is_there_at_once_and_after_a_restart() -> None:
    chat = Chat(POLL)
    kept = kept_by(chat)
    assert kept.get("a") is None
    assert kept.get("a", 7) == 7
    kept.set("a", {"cups": [1, None]})
    assert kept.get("a", 7) == {"cups": [1, None]}
    kept.set("b", None)
    assert kept_by(later(chat, POLL)).items() == [("a", {"cups": [1, None]}), ("b", None)]


def test_items_are_those_of_a_prefix_in_order() -> None:
    kept = kept_by(Chat(POLL))
    for key in ("vote/bob", "vote/alice", "votes", "poll", "vote/"):
        kept.set(key, key.upper())
    assert kept.items("vote/") == [
        ("vote/", "VOTE/"),
        ("vote/alice", "VOTE/ALICE"),
        ("vote/bob", "VOTE/BOB"),
    ]
    assert [key for key, _ in kept.items()] == ["poll", "vote/", "vote/alice", "vote/bob", "votes"]
    assert kept.items("x") == []


def test_what_is_deleted_is_gone_also_after_a_restart() -> None:
    chat = Chat(POLL)
    kept = kept_by(chat)
    kept.set("a", 1)
    kept.set("b", 2)
    assert (kept.delete("a"), kept.delete("a")) == (True, False)
    assert kept.items() == kept_by(later(chat, POLL)).items() == [("b", 2)]


def test_a_plugin_cannot_change_a_value_behind_the_storages_back() -> None:
    kept = kept_by(Chat(POLL))
    given = {"cups": [1]}
    kept.set("a", given)
    given["cups"].append(2)
    kept.get("a")["cups"].append(3)
    kept.items()[0][1]["cups"].append(4)
    assert kept.get("a") == {"cups": [1]}


def test_a_plugin_reads_nothing_of_another() -> None:
    chat = Chat(POLL, DICE)
    kept_by(chat).set("a", 1)
    assert kept_by(chat, "dice").items() == []


def test_each_room_and_account_has_its_own() -> None:
    chat = Chat(POLL)
    alice, bob = come(chat, "alice"), come(chat, "bob")
    alice.types("/join den")
    kept, hub = kept_by(chat), chat.hub
    lobby, den = hub.find_room("lobby"), hub.find_room("den")
    for number, owner in enumerate((lobby, den, hub.find_user("alice"), hub.find_user("bob"))):
        kept.of(owner).set("a", number)
    kept.set("a", "own")
    again = later(chat, POLL)
    come(again, "alice").types("/join den")
    kept, hub = kept_by(again), again.hub
    alice_, bob_ = hub.world.find_account("alice"), hub.world.find_account("bob")
    assert alice_ is not None
    assert bob_ is not None
    owners = (hub.find_room("lobby"), hub.find_room("den"), alice_, bob_)
    assert [kept.of(owner).get("a") for owner in owners] == [0, 1, 2, 3]
    assert kept.of(hub.find_user("alice")).get("a") == 2
    assert kept.of(lobby).of(alice_).get("a") == 2
    assert kept.get("a") == "own"
    assert bob.is_connected


def test_nothing_can_be_kept_for_a_guest() -> None:
    chat = Chat(POLL)
    chat.arrive("gast")
    with pytest.raises(NotAllowed) as refused:
        kept_by(chat).of(chat.hub.find_user("gast"))
    assert str(refused.value) == "gast has no account, so nothing can be kept for them."


def test_what_belongs_to_a_room_stays_as_long_as_its_lines() -> None:
    chat = Chat(POLL)
    alice = chat.arrive("alice")
    alice.types("/join den", "hello")
    den = chat.hub.find_room("den")
    kept_by(chat).of(den).set("a", 1)
    alice.types("/leave")
    with pytest.raises(ChatError, match="The room is gone"):
        kept_by(chat).of(den).set("a", 2)
    alice.types("/join den")
    assert kept_by(chat).of(chat.hub.find_room("den")).get("a") == 1
    alice.types("/leave")
    again = later(chat, POLL)
    again.arrive("bob").types("/join den")
    assert kept_by(again).of(again.hub.find_room("den")).get("a") == 1


def test_a_room_that_was_private_takes_what_belongs_to_it_with_it_too() -> None:
    chat = Chat(POLL)
    alice = chat.arrive("alice")
    alice.types("/join den", "/private on", "hello", "/private off")
    kept_by(chat).of(chat.hub.find_room("den")).set("a", 1)
    # A kill: nobody has left.
    killed = later(chat, POLL)
    alice.types("/leave")
    for after in (chat, killed, later(chat, POLL)):
        after.arrive("mallory").types("/join den")
        assert kept_by(after).of(after.hub.find_room("den")).items() == []


def test_a_private_room_takes_what_belongs_to_it_with_it() -> None:
    chat = Chat(POLL)
    alice = chat.arrive("alice")
    alice.types("/join den", "/private on", "hello")
    kept_by(chat).of(chat.hub.find_room("den")).set("a", 1)
    alice.types("/leave")
    # A user who takes the name has another room.
    mallory = chat.arrive("mallory")
    mallory.types("/join den")
    assert kept_by(chat).of(chat.hub.find_room("den")).items() == []
    again = later(chat, POLL)
    again.arrive("mallory").types("/join den")
    assert kept_by(again).of(again.hub.find_room("den")).items() == []


def test_a_room_that_is_forgotten_takes_what_belongs_to_it_with_it() -> None:
    chat = Chat(POLL)
    alice = chat.arrive("alice")
    alice.types("/join den")
    room = chat.hub.find_room("den")
    kept_by(chat).of(room).set("a", 1)
    alice.types("/leave")
    # Nothing was said there.
    chat.hub.retention.start()
    chat.advance(2)
    chat.advance(300)
    assert kept_by(chat).of(room).items() == []
    assert not [each for each in chat.hub.store.load().plugin_values if each.room]


def test_what_belongs_to_an_account_is_deleted_with_it() -> None:
    chat = Chat(POLL)
    alice = come(chat, "alice")
    account = chat.hub.find_user("alice").account
    assert account is not None
    kept = kept_by(chat)
    kept.of(account).set("a", 1)
    kept.set("a", 2)
    alice.types("/unregister", SECRET)
    assert chat.hub.find_user("alice").account is None, alice.reads()
    assert kept.of(account).items() == []
    with pytest.raises(ChatError, match="The account is gone"):
        kept.of(account).set("a", 3)
    assert [each.value for each in chat.hub.store.load().plugin_values] == ["2"]


def test_each_test_of_a_plugin_begins_with_nothing() -> None:
    kept_by(Chat(POLL)).set("a", 1)
    assert kept_by(Chat(POLL)).items() == []
