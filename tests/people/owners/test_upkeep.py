"""
Upkeep: how accounts change and end, and what is written down about their owners.
"""

from __future__ import annotations

import re
from pathlib import Path

from logins import SECRET
from shared_accounts import come_in, registered
from stores import HangingStore, SlowStore
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.auth.memory import _fingerprint
from twisted_chat.store.decisions import Rank, Standing
from twisted_chat.store.records import AccountMade, AccountRemoved
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat


def test_export_writes_what_is_kept_on_oneself_for_the_operator(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.upkeep.exports = tmp_path
    alice = registered(chat, "alice")
    alice.types("what I said", "/export")
    (path,) = tmp_path.iterdir()
    assert alice.reads() == [
        f"What is kept about you is in {path.name}. Ask the server's operator for it."
    ]
    text = path.read_text()
    assert "what I said" in text
    assert "memory$" not in text
    guest = chat.arrive("guest")
    guest.types("/export")
    assert guest.reads() == [
        "You are not logged in. /register registers your name, /login nick logs in."
    ]


def test_an_export_that_cannot_be_written_is_no_fault_of_the_database(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.upkeep.exports = tmp_path / "exports"
    chat.hub.upkeep.exports.write_text("no folder")
    alice = registered(chat, "alice")
    with capturedLogs() as events:
        alice.types("/export")
    assert alice.reads() == ["The file cannot be written. The server's log says why."]
    (event,) = events
    assert re.fullmatch(
        r"An export could not be written: .*/alice-.*\.jsonl cannot be written: File exists\.",
        formatEvent(event),
    )


def test_a_login_that_is_being_looked_at_does_not_outlive_the_account() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    desk = registered(chat, "alice")
    store.holds = ("credentials",)
    couch = chat.connect()
    couch.types("alice", SECRET)
    store.holds = ()
    desk.types("/unregister", SECRET)
    assert desk.reads()[-1].startswith("Your account alice was deleted.")
    store.goes_on()
    chat.advance()
    assert couch.reads() == ["Wrong name or password."]


def test_a_user_who_has_a_name_next_learns_nothing_of_its_owner_before(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.upkeep.exports = tmp_path
    alice = registered(chat, "alice", "10.0.0.1")
    alice.types("/unregister", SECRET)
    alice.hangs_up()
    alice = registered(chat, "alice", "10.0.0.2")
    alice.types("/export")
    (path,) = tmp_path.iterdir()
    assert "10.0.0.1" not in path.read_text()


def test_a_new_password_takes_the_place_of_the_old() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/passwd", "wrong password")
    assert alice.reads() == ["Wrong name or password."]
    alice.types(SECRET, "battery staple", "battery staple")
    assert alice.reads() == ["Your password was changed."]
    alice.hangs_up()
    chat.advance(600)
    assert come_in(chat, "alice").reads() == ["Wrong name or password."]
    assert come_in(chat, "alice", "battery staple").reads()[-1] == "Type /help for help."


def test_a_removed_account_has_no_owner() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = registered(chat, "alice")
    alice.types("/unregister", SECRET)
    assert alice.reads() == ["Your account alice was deleted. What you said stays."]
    alice.types("/logout")
    assert alice.reads() == [
        "You are not logged in. /register registers your name, /login nick logs in."
    ]
    alice.hangs_up()
    assert chat.arrive("alice").prompt == ""
    assert Chat(store=store).arrive("alice").prompt == ""


def test_an_account_that_is_being_given_up_does_not_come_to_own_a_room() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    alice = registered(chat, "alice")
    store.is_slow, store.slow = True, ("write",)
    alice.types("/unregister", SECRET)
    # While the disk is at that, what happens next waits for its turn.
    alice.types("/join den")
    while store.asked:
        store.answers()
        chat.advance()
    assert any(line.startswith("Your account alice was deleted.") for line in alice.reads())
    assert not chat.hub.rooms["den"].is_owned
    store.is_slow = False
    again = Chat(store=store)
    assert again.hub.world.find_account("alice") is None
    assert "den" not in again.hub.rooms


def test_what_was_kept_for_an_account_that_is_no_more_ends_at_the_next_start() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    registered(chat, "alice").types("/join den")
    account = chat.hub.world.find_account("alice")
    assert account is not None
    room = chat.hub.rooms["den"].timeline.id
    # As a crash leaves it, between the one and the other.
    owner = Standing(room, account.id, "alice", Rank.OWNER, 1)
    store.write([AccountRemoved(account.id), owner])
    assert "den" not in Chat(store=store).hub.rooms
    assert owner in store.load().standings
    again = Chat(store=store)
    again.advance()
    assert store.load().standings == ()


def test_an_account_with_a_common_password_logs_in_and_may_not_choose_another_such_one() -> None:
    store = MemoryStore()
    # Of a server that took it.
    hashed = _fingerprint("password")
    store.write([AccountMade(5, "alice", "alice", hashed)])
    chat = Chat(store=store)
    alice = chat.connect()
    alice.types("alice", "password")
    assert alice.reads()[-1] == "Type /help for help."
    alice.types("/passwd", "password", "Sunshine")
    common = "That is one of the commonest passwords; please choose another one."
    assert (alice.reads()[-1], alice.prompt) == (common, "New password: ")
    alice.types(SECRET, SECRET)
    assert alice.reads() == ["Your password was changed."]


def test_an_account_is_exported_once_a_minute_from_any_connection(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.upkeep.exports = tmp_path
    alice, bob = registered(chat, "alice"), registered(chat, "bob")
    alice.types("/export")
    chat.advance(20)
    alice.types("/quit")
    alice = come_in(chat, "alice", host="10.0.0.9")
    second = come_in(chat, "alice")
    for person in (alice, second):
        person.reads()
        person.types("/export")
        assert person.reads() == ["/export can be used again in 40 s."]
    # Others may.
    bob.types("/export")
    assert bob.reads()[-1].startswith("What is kept about you is in bob-")
    chat.advance(40)
    alice.types("/export")
    assert alice.reads()[-1].startswith("What is kept about you is in alice-")
