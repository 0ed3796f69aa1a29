"""
Addresses: given, confirmed by a code that was sent there, and ended by one word.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from logins import SECRET
from postman import ADDRESS, posted, wants_mail
from shared_accounts import come_in, registered

from twisted_chat.people.mail.addresses import APART, GOOD_FOR
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

NOTHING = "You are told nothing by mail. /mail you@example.org begins that."
TOLD = (
    "When you are away, alice@example.org is told who wrote to you, once an hour at most.",
    "/mail off ends that.",
)
SENT = "A code is on its way to alice@example.org. Type /mail and the code within 60 minutes."
NEITHER = (
    "/mail takes an address such as you@example.org, the code that was sent there, such as "
    "BCDF-GHJK, or off."
)
WRONG = "That code is wrong or over; /mail you@example.org sends a new one."


def test_an_address_counts_once_the_code_that_was_sent_there_is_typed() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = registered(chat, "alice")
    alice.types("/mail")
    assert alice.reads() == [NOTHING]
    alice.types(f"/mail {ADDRESS}")
    assert alice.reads() == [SENT]
    assert [letter.to for letter in postman.letters] == [ADDRESS]
    alice.types("/mail")
    assert alice.reads() == [
        "A code was sent to alice@example.org. /mail and the code confirm that address."
    ]
    alice.types(f"/mail {postman.code.lower().replace('-', '')}")
    assert alice.reads() == [*TOLD]
    alice.types(f"/mail {postman.code}")
    assert alice.reads() == [WRONG]


def test_one_word_ends_it() -> None:
    chat = Chat()
    alice = wants_mail(chat, posted(chat))
    alice.types("/mail off")
    assert alice.reads() == [NOTHING]
    assert not chat.hub.addresses.kept


def test_one_word_ends_the_code_too() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = registered(chat, "alice")
    alice.types(f"/mail {ADDRESS}")
    code = postman.code
    alice.types("/mail off", f"/mail {code}")
    assert alice.reads()[-1] == WRONG
    assert not postman.letters[0].is_wanted()


def test_a_code_is_good_for_an_hour_and_a_new_one_ends_it() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = registered(chat, "alice")
    alice.types(f"/mail {ADDRESS}")
    first = postman.code
    alice.types(f"/mail {ADDRESS}")
    second = postman.code
    alice.types(f"/mail {first}")
    assert alice.reads()[-1] == WRONG
    assert [letter.is_wanted() for letter in postman.letters] == [False, True]
    chat.advance(GOOD_FOR)
    alice.types(f"/mail {second}")
    assert alice.reads() == [WRONG]
    assert not postman.letters[1].is_wanted()


def test_the_code_of_one_account_is_worth_nothing_to_another() -> None:
    chat = Chat()
    postman = posted(chat)
    registered(chat, "alice").types(f"/mail {ADDRESS}")
    bob = registered(chat, "bob")
    bob.types(f"/mail {postman.code}")
    assert bob.reads() == [WRONG]


def test_guesses_at_codes_are_guesses_at_passwords() -> None:
    chat = Chat()
    posted(chat)
    alice, bob = registered(chat, "alice", "10.0.0.7"), registered(chat, "bob", "10.0.0.7")
    alice.types(*["/mail BCDF-GHJK"] * 4)
    assert alice.reads()[1:] == [WRONG] * 4
    bob.types("/mail BCDF-GHJK", "/mail BCDF-GHJK")
    assert bob.reads() == [
        WRONG,
        "Too many wrong codes, please wait 60 s.",
    ]


def test_what_is_neither_is_no_guess() -> None:
    chat = Chat()
    posted(chat)
    alice = registered(chat, "alice")
    alice.types(*["/mail on"] * 9)
    assert alice.reads() == [NEITHER] * 9


def test_mail_needs_an_account_and_a_mail_server() -> None:
    chat = Chat()
    guest, alice = chat.arrive("guest"), registered(chat, "alice")
    guest.types(f"/mail {ADDRESS}")
    assert guest.reads()[-1].startswith("You are not logged in.")
    alice.types(f"/mail {ADDRESS}", "/mail", "/mail off")
    assert alice.reads() == ["This server sends no mail.", NOTHING, NOTHING]


def test_nobody_is_flooded_with_codes_by_one_account_from_one_host_or_at_one_address() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = registered(chat, "alice", "10.0.0.1")
    alice.types(*(f"/mail a{number}@example.org" for number in range(4)))
    assert alice.reads()[-1] == "Codes were sent often enough; please try again in 20 min."
    assert len(postman.letters) == 3
    # Others at the same host have two more, wherever they go.
    bob = registered(chat, "bob", "10.0.0.1")
    bob.types(*(f"/mail b{number}@example.org" for number in range(3)))
    assert bob.reads()[-1] == "Codes were sent often enough; please try again in 12 min."
    assert len(postman.letters) == 5
    # And one mailbox is sent a few, from all users together, and however it is spelled.
    for number, name in enumerate(("victim+a", "v.ictim", "V.I.C.tim+b", "victim", "vic.tim"), 2):
        person = registered(chat, f"person{number}", f"10.0.0.{number}")
        person.types(f"/mail {name}@gmail.com")
    assert person.reads() == ["Codes were sent often enough; please try again in 60 min."]
    assert len(postman.letters) == 9
    registered(chat, "owner", "10.0.0.9").types("/mail victim@googlemail.com")
    assert len(postman.letters) == 9


def test_strangers_keep_the_owner_of_a_mailbox_waiting_for_an_hour_at_most() -> None:
    chat = Chat()
    postman = posted(chat)
    for number in range(2):
        stranger = registered(chat, f"stranger{number}", f"10.0.0.{number}")
        stranger.types(*[f"/mail {ADDRESS}"] * 5)
    assert len(postman.letters) == 4
    chat.advance(3600)
    alice = registered(chat, "alice", "10.0.1.1")
    alice.types(f"/mail {ADDRESS}")
    alice.types(f"/mail {postman.code}")
    assert alice.reads() == [SENT, *TOLD]
    assert len(postman.letters) == 5


def test_one_account_asks_three_times_a_day_for_one_mailbox() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = registered(chat, "alice")
    alice.types(*[f"/mail {ADDRESS}"] * 3)
    chat.advance(4 * 3600)
    alice.types(f"/mail {ADDRESS}")
    assert alice.reads()[-1] == "Codes were sent often enough; please try again in 240 min."
    alice.types("/mail alice@example.com")
    assert len(postman.letters) == 4


def test_a_restart_brings_nobody_more_codes() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    alice = registered(chat, "alice")
    alice.types(*[f"/mail {ADDRESS}"] * 3)
    alice.types("/quit")
    assert len(postman.letters) == 3
    # The mailbox, which may be anybody's, is not in the store.
    assert "example.org" not in repr(store.load())
    chat = Chat(store=store)
    postman = posted(chat)
    alice = come_in(chat, "alice")
    alice.reads()
    alice.types(f"/mail {ADDRESS}")
    (told,) = alice.reads()
    assert told.startswith("Codes were sent often enough")
    assert postman.letters == []
    # They are no guesses at passwords.
    assert come_in(chat, "alice").reads()


def test_another_address_takes_the_place_of_the_first_and_brings_no_more_mail() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = wants_mail(chat, postman)
    account = chat.hub.world.find_account("alice")
    assert account is not None
    chat.hub.addresses.mailed(account)
    before = chat.hub.addresses.kept[account].mailed_at
    alice.types("/mail alice@example.com")
    alice.types(f"/mail {postman.code}")
    kept = chat.hub.addresses.kept[account]
    assert (kept.address, kept.mailed_at) == ("alice@example.com", before)


def test_to_end_it_and_begin_again_brings_no_more_mail_either() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    alice = wants_mail(chat, postman)
    account = chat.hub.world.find_account("alice")
    assert account is not None
    chat.hub.addresses.mailed(account)
    before = chat.hub.addresses.kept[account].mailed_at
    assert before == chat.hub.now()
    chat.advance(60)
    alice.types("/mail off", f"/mail {ADDRESS}")
    alice.types(f"/mail {postman.code}")
    assert chat.hub.addresses.kept[account].mailed_at == pytest.approx(before, abs=0.01)
    # Nor over a restart between the two.
    alice.types("/mail off", "/quit")
    chat = Chat(store=store)
    postman = posted(chat)
    alice = come_in(chat, "alice")
    alice.types("/mail alice@example.net")
    alice.types(f"/mail {postman.code}")
    account = chat.hub.world.find_account("alice")
    assert account is not None
    assert abs(chat.hub.now() - before) < APART
    assert chat.hub.addresses.kept[account].mailed_at == pytest.approx(before, abs=0.01)


def test_a_new_password_ends_a_code_and_leaves_the_address() -> None:
    chat = Chat()
    postman = posted(chat)
    alice = wants_mail(chat, postman)
    alice.types("/mail alice@example.com")
    code = postman.code
    alice.types("/passwd", SECRET, "another good secret", "another good secret")
    alice.reads()
    alice.types(f"/mail {code}")
    assert alice.reads() == [WRONG]
    alice.types("/mail")
    assert alice.reads() == [*TOLD]


def test_an_address_is_there_after_a_restart_and_gone_with_the_account() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    wants_mail(chat, posted(chat)).types("/quit")
    chat = Chat(store=store)
    alice = come_in(chat, "alice")
    alice.reads()
    alice.types("/mail")
    assert alice.reads() == [*TOLD]
    alice.types("/unregister", SECRET)
    assert not chat.hub.addresses.kept
    assert store.load().addresses == ()


def test_the_owner_alone_sees_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chat = Chat()
    alice = wants_mail(chat, posted(chat))
    bob = chat.arrive("bob")
    bob.types("/whois alice", "/who", "/finger alice", "/audit", "/devices", "/sessions")
    assert "example.org" not in "\n".join(bob.reads())
    alice.types("/export")
    (file,) = tmp_path.glob("exports/*.jsonl")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    (row,) = [row for row in rows if row["type"] == "mail"]
    assert row == {
        "type": "mail",
        "address": ADDRESS,
        "confirmed": "2023-11-14T22:13:20.000Z",
        "mailed": None,
    }


def test_what_cannot_be_kept_is_refused_and_may_be_tried_again() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    postman = posted(chat)
    alice = registered(chat, "alice")
    alice.types(f"/mail {ADDRESS}")
    alice.reads()
    code, chat.hub.journal.is_failing = postman.code, True
    alice.types(f"/mail {code}")
    assert alice.reads()[-1] == ("Nothing can be saved at the moment, please try again later.")
    chat.hub.journal.is_failing = False
    alice.types(f"/mail {code}")
    assert alice.reads() == [*TOLD]
