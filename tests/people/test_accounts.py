"""
Accounts: a name that belongs to somebody, whoever else wants it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from stores import HangingStore
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent, globalLogPublisher

from twisted_chat.limits import Limits, Rate
from twisted_chat.store.records import AllowanceKept, Change, RolesSet
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, MemoryHasher, Person

SECRET = "correct horse"
FAR = "10.0.0.7"
WARNING = "This connection is not encrypted: who listens in can read your password."
CANNOT_CHECK = (
    "That password cannot be checked now, please try again later; "
    "the operator finds the reason in the log."
)
DENIED = "A password would pass unencrypted here; please connect over TLS for that."


class NotingStore(MemoryStore):
    """
    A store that notes what it is given.
    """

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Change] = []

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        self.noted += changes
        return super().write(changes)


def register(chat: Chat, nick: str, host: str = "127.0.0.1") -> Person:
    person = chat.arrive(nick, host)
    person.types("/register", SECRET, SECRET)
    assert person.reads()[-1].startswith(f"{nick} is yours from here on")
    return person


def come_in(chat: Chat, nick: str, password: str = SECRET, host: str = "127.0.0.1") -> Person:
    person = chat.connect(host)
    person.types(nick)
    assert person.prompt == "Password: "
    person.types(password)
    return person


# -- registering ----------------------------------------------------------------------------------


def test_whoever_registers_is_asked_for_a_password_twice_and_hidden_while_they_type() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/register")
    assert (alice.prompt, alice.sees_typing) == ("New password: ", False)
    alice.types(SECRET)
    assert (alice.prompt, alice.sees_typing) == ("Once more: ", False)
    alice.types(SECRET)
    assert alice.sees_typing
    assert alice.reads() == [
        "alice is yours from here on: whoever wants to be alice needs your password."
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["short"], "A password needs at least 8 characters."),
        (
            [SECRET, "correct hoarse"],
            "The two are not the same, please begin again; an empty line gives up.",
        ),
    ],
)
def test_a_password_that_cannot_be_one_registers_nothing(typed: list[str], answer: str) -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/register", *typed)
    # It is asked for again, so that what is typed behind it is no talk; an empty line ends that.
    assert (alice.reads(), alice.prompt) == ([answer], "New password: ")
    alice.types("")
    assert alice.reads() == ["Never mind."]
    alice.hangs_up()
    assert chat.arrive("alice").prompt == ""


def test_a_name_is_registered_once_and_so_is_one_that_looks_like_it() -> None:
    chat = Chat()
    alice = register(chat, "alice")
    alice.types("/register")
    assert alice.reads() == ["You are logged in as alice already."]
    alice.hangs_up()
    bob = chat.arrive("bob")
    bob.types("/nick a1ice")
    assert bob.reads() == [
        "The name a1ice looks like alice, which is registered; please choose another."
    ]


def test_a_registered_name_cannot_be_taken_by_renaming() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types("/nick alice")
    assert bob.reads() == ["The name alice is registered; /login alice takes it if it is yours."]


def test_the_owner_may_go_by_another_name_and_back() -> None:
    chat = Chat()
    alice = register(chat, "alice")
    alice.types("/nick ally", "/nick alice")
    assert alice.reads() == ["You are now known as ally.", "You are now known as alice."]


# -- coming in ------------------------------------------------------------------------------------


def test_the_name_prompt_asks_for_the_password_of_a_registered_name() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
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
    register(chat, "alice", "10.0.0.1").hangs_up()
    mallory = chat.connect("10.0.0.2")
    mallory.types("alice")
    assert mallory.reads() == [WARNING]
    for _ in range(4):
        mallory.types("wrong password")
        assert mallory.reads() == ["Wrong name or password."]
        assert (mallory.prompt, mallory.sees_typing) == ("Password: ", False)
        chat.advance(30)
    mallory.types("wrong password")
    assert mallory.reads()[0] == "Disconnected: too many wrong passwords."
    assert not mallory.is_connected


def test_one_address_makes_only_so_many_accounts_however_often_it_comes_anew() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, register_rate=Rate(2, 3600)))
    register(chat, "ada", FAR).hangs_up()
    register(chat, "ben", FAR).hangs_up()
    eve, carol = chat.arrive("eve", FAR), chat.arrive("carol")
    carol.reads()
    eve.types("/register", SECRET, SECRET)
    refused, *withheld = eve.reads()[-3:]
    assert refused == "Too many new accounts from your address, please wait 30 min."
    assert all("was not sent" in line for line in withheld)
    assert chat.hub.accounts.find("eve") is None
    chat.advance(2)
    eve.types("oh well")
    assert carol.reads() == ["eve: oh well"]
    carol.types("/register", SECRET, SECRET)
    assert carol.reads()[-1].startswith("carol is yours")
    chat.advance(1800)
    eve.types("/register", SECRET, SECRET)
    assert eve.reads()[-1].startswith("eve is yours")


def test_two_who_register_at_once_from_one_address_do_not_get_round_its_rate() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, register_rate=Rate(1, 3600)))
    ada, ben = chat.arrive("ada", FAR), chat.arrive("ben", FAR)
    for person in (ada, ben):
        person.types("/register", SECRET)
    ada.types(SECRET)
    ben.types(SECRET)
    assert ada.reads()[-1].startswith("ada is yours")
    assert ben.reads()[-1] == "Too many new accounts from your address, please wait 60 min."
    assert chat.hub.accounts.find("ben") is None


def test_whoever_comes_from_no_address_registers_as_they_like() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, register_rate=Rate(1, 3600)))
    for nick in ("ada", "ben"):
        person = chat.arrive(nick)
        # As over a UNIX socket.
        (session,) = chat.hub.users[nick].sessions
        session.host = None
        person.types("/register", SECRET, SECRET)
        assert "is yours" in person.reads()[-1]


def test_an_empty_line_in_place_of_a_password_leads_back_to_the_name() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob = chat.connect()
    bob.types("alice")
    bob.types("")
    assert bob.reads() == ["Never mind."]
    assert bob.prompt == "Enter your name: "
    bob.types("bob")
    assert bob.reads()[0] == "You are in #lobby as bob. Nobody else is here yet."


@pytest.mark.parametrize(
    "lines",
    [
        # The name prompt, with the right one behind a wrong one.
        ["alice", "wrong password", SECRET],
        ["alice", "short", SECRET],
        ["bob", "/register", "canary\x07 horse", SECRET, SECRET],
        ["bob", "/register", SECRET, "another password", SECRET],
        ["bob", "/login alice", "wrong password", SECRET],
    ],
)
def test_a_password_typed_ahead_is_never_said_nor_taken_for_a_name(lines: list[str]) -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    carol = chat.arrive("carol")
    person = chat.connect()
    person.sends("".join(f"{line}\n" for line in lines).encode())
    read = [*carol.reads(), *person.reads()]
    assert not [line for line in read if "horse" in line or "password:" in line], read
    assert all("horse" not in user.nick for user in chat.hub.users.values())


def test_a_password_for_a_login_that_is_none_or_not_allowed_is_not_said_either() -> None:
    chat = Chat()
    alice, carol = register(chat, "alice"), chat.arrive("carol")
    alice.types("/login alice", SECRET)
    assert alice.reads()[-1] == "You are logged in as alice already."
    denying = Chat(limits=evolve(NO_LIMITS, password_over_cleartext="deny"))
    bob, dora = denying.arrive("bob", FAR), denying.arrive("dora")
    bob.types("/register", SECRET)
    assert "was not sent" in bob.reads()[-1]
    for person in (carol, dora):
        assert not [line for line in person.reads() if "horse" in line]


def test_an_unknown_name_and_a_wrong_password_are_answered_with_the_same_words() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    answers = []
    for name in ("alice", "nobody-at-all"):
        bob.types(f"/login {name}")
        assert bob.prompt == "Password: "
        bob.types("wrong password")
        answers.append(bob.reads())
        bob.types("")
        bob.reads()
    assert answers == [["Wrong name or password."]] * 2


@pytest.mark.parametrize(
    "command",
    [
        "/login {}", "/ghost {}", "/whois {}", "/ban {} 1d", "/unban {}", "/unmute {}",
        "/kick {}", "/op {}", "/deop {}", "/voice {}", "/invite {}", "/ignore {}",
        "/unignore {}", "/search from:{}",
    ],
)  # fmt: skip
def test_only_what_reaches_somebody_who_is_not_here_tells_who_has_an_account(command: str) -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob = register(chat, "bob")
    bob.types("/join hall")
    answers = []
    for name in ("alice", "zorro"):
        bob.reads()
        bob.types(command.format(name))
        answers.append([line.replace(name, "...") for line in bob.reads()])
        bob.types("")
    assert answers[0] == answers[1]
    bob.reads()
    bob.types("/msg alice hello", "/msg zorro hello")
    assert bob.reads()[1:] == [
        "alice is not here, and reads it on coming back.",
        "Nobody here is called zorro.",
    ]


def test_login_from_inside_gives_the_guest_the_name_and_tells_the_room() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob, guest = chat.arrive("bob"), chat.arrive("guest")
    bob.reads()
    guest.types("/login alice", SECRET)
    assert guest.reads() == ["You are now known as alice."]
    assert bob.reads() == ["*** guest is now known as alice ***"]


def test_guesses_run_out_and_the_owner_comes_in_all_the_same_from_where_they_came_before() -> None:
    chat = Chat()
    register(chat, "alice", "10.0.0.1").hangs_up()
    mallory = chat.arrive("mallory", "10.0.0.2")
    for _ in range(5):
        mallory.types("/login alice", "wrong password")
    mallory = chat.arrive("mallory2", "10.0.0.2")
    mallory.types("/login alice", SECRET)
    assert mallory.reads()[-1:] == ["Too many wrong passwords, please wait 60 s."]
    alice = come_in(chat, "alice", host="10.0.0.1")
    assert alice.reads()[-1] == "Type /help for help."


def test_whoever_guesses_on_and_on_does_not_keep_the_owner_out_of_a_new_address() -> None:
    chat = Chat()
    register(chat, "alice", "10.0.0.1").hangs_up()

    def mallory_guesses() -> None:
        mallory = chat.arrive("mallory", "10.0.0.2")
        for _ in range(5):
            mallory.types("/login alice", "wrong password")
        mallory.hangs_up()

    mallory_guesses()
    guest = chat.arrive("guest", "10.9.0.1")
    guest.types("/login alice", SECRET)
    assert guest.reads()[-1] == "Too many wrong passwords, please wait 60 s."
    guest.hangs_up()
    for _ in range(6):
        chat.advance(10)
        mallory_guesses()
    guest = chat.arrive("guest", "10.9.0.1")
    guest.types("/login alice", SECRET)
    assert guest.reads()[-1] == "You are now known as alice."


def test_a_long_wait_for_a_guess_is_told_in_minutes() -> None:
    chat = Chat()
    register(chat, "alice", "10.0.0.1").hangs_up()
    waits = []
    for number in range(2, 10):
        mallory = chat.arrive("mallory", f"10.{number}.0.1")
        mallory.types("/login alice", "wrong password")
        waits.append(mallory.reads()[-1].rpartition("please wait ")[2])
        mallory.hangs_up()
    assert waits[5:] == ["60 s.", "120 s.", "3 min."]


def test_the_store_hears_of_guesses_but_of_none_that_is_one_too_many() -> None:
    store = NotingStore()
    chat = Chat(store=store)
    register(chat, "alice", "10.0.0.1").hangs_up()
    for place in range(2, 12):
        mallory = chat.arrive("mallory", f"10.0.0.{place}")
        store.noted.clear()
        mallory.types("/login alice", "wrong password")
        assert any(isinstance(change, AllowanceKept) for change in store.noted) == (place < 7)
        mallory.hangs_up()


def test_whoever_is_told_to_try_again_has_not_guessed() -> None:
    chat = Chat()
    register(chat, "alice", "10.0.0.1").hangs_up()
    bob = chat.arrive("bob", "10.0.0.2")
    hasher = chat.hub.hasher
    assert isinstance(hasher, MemoryHasher)
    hasher.is_busy = True
    for _ in range(6):
        bob.types("/login alice", SECRET)
        assert bob.reads()[-1].startswith("The server is busy with logins")
    hasher.is_busy = False
    bob.types("/login alice", SECRET)
    assert bob.reads()[-1] == "You are now known as alice."


def test_what_was_guessed_is_remembered_over_a_restart() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    register(chat, "alice", "10.0.0.1").hangs_up()
    mallory = chat.arrive("mallory", "10.0.0.2")
    for _ in range(5):
        mallory.types("/login alice", "wrong password")
    again = Chat(store=store)
    mallory = again.arrive("mallory", "10.0.0.2")
    mallory.types("/login alice", SECRET)
    assert mallory.reads()[-1:] == ["Too many wrong passwords, please wait 60 s."]


def test_a_name_stays_its_owners_over_a_restart() -> None:
    store = MemoryStore()
    register(Chat(store=store), "alice")
    alice = come_in(Chat(store=store), "alice")
    assert alice.reads()[-1] == "Type /help for help."


# -- several at once ------------------------------------------------------------------------------


def test_one_person_is_here_twice_and_reads_the_same_in_both_places() -> None:
    chat = Chat()
    desk, bob = register(chat, "alice"), chat.arrive("bob")
    desk.types("/join dev")
    bob.types("/join dev")
    couch = come_in(chat, "alice")
    assert couch.reads() == [
        "You are in #lobby and #dev as alice, from 2 connections.",
        "Type /help for help.",
    ]
    for person in (desk, bob, couch):
        person.reads()
    bob.types("hello")
    desk.types("hi bob")
    bob.types("/msg alice psst")
    couch.types("/msg bob what?")
    shared = ["[bob -> you] psst", "[you -> bob] what?"]
    assert desk.reads() == ["[#dev] bob: hello", *shared]
    assert couch.reads() == ["[#dev] bob: hello", "[#dev] alice: hi bob", *shared]


def test_whoever_enters_a_room_in_one_place_is_told_in_the_other() -> None:
    chat = Chat()
    desk = register(chat, "alice")
    couch = come_in(chat, "alice")
    desk.reads()
    couch.types("/join dev")
    assert desk.reads() == ["You have entered #dev from another connection."]


def test_a_person_goes_with_their_last_connection() -> None:
    chat = Chat()
    desk, bob = register(chat, "alice"), chat.arrive("bob")
    couch = come_in(chat, "alice")
    bob.reads()
    desk.hangs_up()
    assert bob.reads() == []
    couch.hangs_up()
    assert bob.reads() == ["*** alice has left #lobby ***"]


def test_ghost_closes_the_other_connections_of_the_owner_alone() -> None:
    chat = Chat()
    desk = register(chat, "alice")
    couch = come_in(chat, "alice")
    couch.types("/ghost alice")
    assert couch.reads()[-1] == "Closed 1 other connection of alice."
    assert desk.reads()[-1] == "Disconnected by yourself, from another connection."
    assert not desk.is_connected
    bob = chat.arrive("bob")
    bob.types("/ghost alice", "wrong password")
    assert bob.reads() == ["Wrong name or password."]
    bob.types("/ghost alice", SECRET)
    assert "Closed 1 other connection of alice." in bob.reads()
    assert not couch.is_connected


def test_sessions_lists_where_one_is_here_from() -> None:
    chat = Chat()
    register(chat, "alice", "10.0.0.1")
    couch = come_in(chat, "alice", host="10.0.0.2")
    chat.advance(30)
    couch.reads()
    couch.types("/sessions")
    desk, here = couch.reads()
    assert desk.startswith("From 10.0.0.1 since ")
    assert here.startswith("From 10.0.0.2 since ")
    assert here.endswith(" (30s), idle for 0s. This is the one.")


def test_whoever_logs_out_is_asked_for_a_name_and_has_left() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    bob.reads()
    alice.reads()
    alice.types("/logout")
    assert alice.reads() == ["You have logged out. Goodbye, alice."]
    assert alice.prompt == "Enter your name: "
    assert bob.reads() == ["*** alice has left #lobby (logged out) ***"]
    alice.types("carol")
    assert alice.reads()[0] == "You are in #lobby as carol with bob."


# -- rooms and messages that wait -----------------------------------------------------------------


def test_the_owner_comes_back_to_the_rooms_that_they_did_not_leave() -> None:
    chat = Chat()
    alice = register(chat, "alice")
    alice.types("/join dev", "/join tea", "/join ops", "/leave tea")
    alice.hangs_up()
    alice = come_in(chat, "alice")
    assert alice.reads() == [
        "You are in #lobby as alice. Nobody else is here yet.",
        "Type /help for help.",
        "You are also in #dev and #ops; /join room talks there.",
    ]


def test_the_way_back_to_a_room_is_barred_by_no_name_that_looks_like_its_own() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.types("/join dev0", "/disown", "/join café", "/disown")
    alice.hangs_up()
    bob.reads()
    bob.types("/join devO")
    assert bob.reads() == ["#devO looks like #dev0; please choose another name."]
    # Not even where no new room may be called so.
    chat = Chat(store=store, limits=evolve(NO_LIMITS, ascii_names=True))
    assert "You are also in #dev0 and #café; /join room talks there." in (
        come_in(chat, "alice").reads()
    )


def test_what_is_written_to_somebody_who_is_away_waits_for_them() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    register(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types("/msg alice tea?", "@alice:or coffee?")
    waits = "alice is not here, and reads it on coming back."
    assert bob.reads() == ["[you -> alice] tea?", waits, "[you -> alice] or coffee?", waits]
    # Over a restart, too.
    chat = Chat(store=store)
    alice = come_in(chat, "alice")
    read = alice.reads()
    assert read[2] == "--- 2 messages while you were away ---"
    assert [line.partition("] ")[2] for line in read[3:5]] == [
        "[bob -> you] tea?",
        "[bob -> you] or coffee?",
    ]
    assert read[5:] == ["--- now ---"]
    chat.advance(5)
    assert alice.reads() == []
    alice.hangs_up()
    assert come_in(chat, "alice").reads()[2:] == []


def test_what_could_not_be_written_to_the_disk_yet_is_read_all_the_same_and_once() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    register(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types("/msg alice written")
    store.holds = ("write",)
    bob.types("/msg alice on its way")
    # The disk hangs, and nobody waits for it any more.
    chat.advance(2)
    alice = come_in(chat, "alice")
    read = [line.partition("] ")[2] for line in alice.reads()]
    assert [line for line in read if "bob" in line] == [
        "[bob -> you] written",
        "[bob -> you] on its way",
    ]
    alice.hangs_up()
    alice = come_in(chat, "alice")
    assert not [line for line in alice.reads() if "bob ->" in line]


def test_whoever_is_gone_before_the_page_comes_reads_it_the_next_time() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    register(chat, "alice").hangs_up()
    chat.arrive("bob").types("/msg alice psst")
    store.holds = ("waiting",)
    come_in(chat, "alice").hangs_up()
    store.goes_on()
    assert come_in(chat, "alice").reads()[-2].endswith("[bob -> you] psst")


def test_of_very_many_messages_the_oldest_make_way_with_a_note() -> None:
    chat = Chat()
    register(chat, "alice").hangs_up()
    bob = chat.arrive("bob")
    bob.types(*[f"/msg alice {number}" for number in range(203)])
    read = come_in(chat, "alice").reads()
    assert read[2] == (
        "--- 200 messages while you were away, and 3 older ones that made way for them ---"
    )
    assert read[3].endswith("[bob -> you] 3")
    assert read[-2].endswith("[bob -> you] 202")


def test_whoever_goes_by_another_name_is_written_to_by_the_name_of_their_account_too() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.types("/nick ally")
    alice.reads()
    bob.types("/msg alice psst")
    assert alice.reads() == ["[bob -> you] psst"]


def test_catchup_reads_what_was_said_meanwhile_in_each_room_headed_by_a_count() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.types("/join dev", "/catchup")
    assert alice.reads()[-1] == "Nothing was said in your rooms while you were away."
    bob.types("/join dev", "before she went")
    alice.hangs_up()
    bob.types("alice, are you there?", "no?", "/join lobby", "ALICE!", "/join elsewhere", "hidden")
    alice = come_in(chat, "alice")
    bob.types("/join dev", "after she came")
    alice.reads()
    alice.types("/catchup")
    assert [line.partition("] ")[2] or line for line in alice.reads()] == [
        "--- 1 line in #lobby, 1 names you ---",
        "bob: ALICE!",
        "--- 2 lines in #dev, 1 names you ---",
        "bob: alice, are you there?",
        "bob: no?",
        "--- now ---",
    ]


def test_whoever_was_here_when_the_server_was_killed_catches_up_with_what_came_after() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    bob.types("heard")
    alice.reads()
    chat = Chat(store=store)
    chat.clock.advance(100)
    chat.arrive("bob").types("missed")
    alice = come_in(chat, "alice")
    alice.reads()
    alice.types("/catchup")
    assert [line.partition("] ")[2] or line for line in alice.reads()] == [
        "--- 1 line in #lobby ---",
        "bob: missed",
        "--- now ---",
    ]


def test_somebody_without_an_account_cannot_catch_up() -> None:
    bob = Chat().arrive("bob")
    bob.types("/catchup")
    assert bob.reads() == ["Only people with an account can catch up; /register makes one."]


def test_messages_between_two_are_read_again_by_the_two_alone() -> None:
    chat = Chat()
    alice, bob, eve = register(chat, "alice"), chat.arrive("bob"), chat.arrive("eve")
    bob.types("/msg alice psst")
    alice.types("/msg bob what?")
    for person, shown in (
        (alice, ["[bob -> you] psst", "[you -> bob] what?"]),
        (bob, ["[you -> alice] psst", "[alice -> you] what?"]),
    ):
        person.reads()
        person.types("/messages bob" if person is alice else "/messages alice")
        heading, *lines, footing = person.reads()
        assert (heading, footing) == ("--- messages ---", "--- that is where it begins ---")
        assert [line.partition("] ")[2] for line in lines] == shown
    eve.reads()
    # Nor does she learn who is here, has an account, or is nobody.
    for nick in ("alice", "bob", "nobody"):
        eve.types(f"/messages {nick}")
        assert eve.reads() == [
            f"No messages between you and {nick} are kept; that needs an account on one side."
        ]


def between(person: Person, nick: str) -> list[str]:
    """
    Return the messages that somebody reads again, without the time.
    """
    person.reads()
    person.types(f"/messages {nick}")
    heading, *lines, footing = person.reads()
    assert (heading, footing) == ("--- messages ---", "--- that is where it begins ---")
    return [line.partition("] ")[2] for line in lines]


def test_messages_with_a_guest_who_has_left_are_read_again_by_the_name_of_then() -> None:
    chat = Chat()
    alice, anna = register(chat, "alice"), chat.arrive("anna")
    anna.types("/msg alice psst")
    alice.types("/msg ANNA what?")
    anna.types("/nick ann", "/msg alice nothing", "/quit")
    shown = ["[anna -> you] psst", "[you -> anna] what?", "[ann -> you] nothing"]
    assert between(alice, "anna") == between(alice, "#Ann") == shown
    # And whoever has the name by now reads nothing of that.
    anna = chat.arrive("anna")
    anna.types("/messages alice")
    assert anna.reads()[0].startswith("No messages between you and alice are kept;")
    anna.types("/msg alice boo")
    assert between(alice, "anna") == [*shown, "[anna -> you] boo"]
    assert between(anna, "alice") == ["[you -> alice] boo"]


def test_messages_with_somebody_who_gave_their_account_up_are_read_again() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, anna = register(chat, "alice"), register(chat, "anna")
    anna.types("/msg alice psst", "/unregister", SECRET, "/quit")
    for person in (alice, come_in(Chat(store=store), "alice")):
        assert between(person, "anna") == ["[anna -> you] psst"]


def test_whoever_comes_next_on_a_connection_reads_nothing_of_whoever_was_there_before() -> None:
    chat = Chat()
    alice = register(chat, "alice")
    alice.types("/history", "/logout", "carol")
    alice.reads()
    alice.types("/more")
    assert alice.reads() == ["There is nothing to go on with; /history reads the latest lines."]


def test_export_writes_what_is_kept_on_oneself_for_the_operator(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.exports = tmp_path
    alice = register(chat, "alice")
    alice.types("what I said")
    alice.types("/export")
    (path,) = tmp_path.iterdir()
    assert alice.reads() == [f"All that is kept on you is in {path.name}; the operator has it."]
    text = path.read_text()
    assert "what I said" in text
    assert "memory$" not in text
    guest = chat.arrive("guest")
    guest.types("/export")
    assert guest.reads() == [
        "You have no account. /register makes your name your own, /login nick logs in."
    ]


def test_an_export_that_cannot_be_written_is_no_fault_of_the_database(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.exports = tmp_path / "exports"
    chat.hub.exports.write_text("no folder")
    alice = register(chat, "alice")
    with capturedLogs() as events:
        alice.types("/export")
    assert alice.reads() == [
        "The file cannot be written; the operator finds the reason in the log."
    ]
    (event,) = events
    assert re.fullmatch(
        r"A file for somebody is missing: .*/alice-.*\.jsonl cannot be written: File exists\.",
        formatEvent(event),
    )


def test_a_login_that_is_being_looked_at_does_not_outlive_the_account() -> None:
    store = HangingStore()
    chat = Chat(store=store)
    desk = register(chat, "alice")
    store.holds = ("credentials",)
    couch = chat.connect()
    couch.types("alice", SECRET)
    store.holds = ()
    desk.types("/unregister", SECRET)
    assert desk.reads()[-1].startswith("alice is nobody's any more.")
    store.goes_on()
    chat.advance()
    assert couch.reads() == ["Wrong name or password."]


def test_whoever_has_a_name_next_learns_nothing_of_its_owner_before(tmp_path: Path) -> None:
    chat = Chat()
    chat.hub.exports = tmp_path
    alice = register(chat, "alice", "10.0.0.1")
    alice.types("/unregister", SECRET)
    alice.hangs_up()
    alice = register(chat, "alice", "10.0.0.2")
    alice.types("/export")
    (path,) = tmp_path.iterdir()
    assert "10.0.0.1" not in path.read_text()


def test_a_password_typed_where_a_name_belongs_is_kept_nowhere() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    bob = chat.arrive("bob")
    bob.types(f"/login {SECRET.replace(' ', '-')}", "nothing", "/login correcthorse", "nothing")
    dump = "\n".join(store._connection.iterdump())
    assert "horse" not in dump


def test_what_one_said_before_registering_is_still_ones_own() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("lunhc?", "/register", SECRET, SECRET)
    alice.reads()
    alice.types("/edit 2 lunch?")
    assert alice.reads() == ["*** alice edited 2: lunch? ***"]


def test_a_reply_to_somebody_with_an_account_who_has_left_waits_for_them() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.types("/msg bob psst")
    alice.hangs_up()
    bob.reads()
    bob.types("/reply what?")
    assert bob.reads() == [
        "[you -> alice] what?",
        "alice is not here, and reads it on coming back.",
    ]


# -- changing and giving up -----------------------------------------------------------------------


def test_a_new_password_takes_the_place_of_the_old() -> None:
    chat = Chat()
    alice = register(chat, "alice")
    alice.types("/passwd", "wrong password")
    assert alice.reads() == ["Wrong name or password."]
    alice.types(SECRET, "battery staple", "battery staple")
    assert alice.reads() == ["Your password is changed."]
    alice.hangs_up()
    chat.advance(600)
    assert come_in(chat, "alice").reads() == ["Wrong name or password."]
    assert come_in(chat, "alice", "battery staple").reads()[-1] == "Type /help for help."


def test_an_account_that_is_given_up_is_nobodys() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice = register(chat, "alice")
    alice.types("/unregister", SECRET)
    assert alice.reads() == ["alice is nobody's any more. What you said stays where you said it."]
    alice.types("/logout")
    assert alice.reads() == [
        "You have no account. /register makes your name your own, /login nick logs in."
    ]
    alice.hangs_up()
    assert chat.arrive("alice").prompt == ""
    assert Chat(store=store).arrive("alice").prompt == ""


# -- operators ------------------------------------------------------------------------------------


def operator(chat: Chat, store: MemoryStore, nick: str) -> Person:
    register(chat, nick).hangs_up()
    account = chat.hub.accounts.find(nick)
    assert account is not None
    # As the shell does.
    store.write([RolesSet(account.id, frozenset({"operator"}))])
    person = come_in(chat, nick)
    person.reads()
    return person


def test_an_operator_of_the_shell_makes_others_and_takes_it_back() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    root = operator(chat, store, "ada")
    alice = register(chat, "alice")
    root.reads()
    alice.types("/grant alice operator")
    assert alice.reads() == ["Only an operator may use /grant."]
    root.types("/grant alice operator")
    assert root.reads() == ["alice is now an operator."]
    assert alice.reads() == ["You are now an operator."]
    alice.types("/revoke ada operator")
    assert alice.reads() == ["ada is no longer an operator."]
    root.reads()
    root.types("/grant ada operator")
    assert root.reads() == ["Only an operator may use /grant."]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/grant nobody operator", "There is no account nobody."),
        ("/grant ada king", "There is no role king; there is: operator."),
    ],
)
def test_what_cannot_be_granted_is_named(line: str, answer: str) -> None:
    store = MemoryStore()
    root = operator(Chat(store=store), store, "ada")
    root.types(line)
    assert root.reads() == [answer]


# -- what others could read -----------------------------------------------------------------------


def test_whoever_types_a_password_where_others_could_read_it_is_warned() -> None:
    chat = Chat(limits=NO_LIMITS)
    alice = chat.arrive("alice", FAR)
    alice.types("/register", SECRET, SECRET)
    assert alice.reads()[0] == WARNING


def test_an_operator_comes_in_only_where_nobody_can_read_the_password() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    operator(chat, store, "ada").hangs_up()
    for server in (chat, Chat(store=store)):
        far = server.connect(FAR)
        far.types("ada")
        assert far.reads() == [DENIED]
        assert far.prompt == "Enter your name: "


@pytest.mark.parametrize(("rule", "first"), [("deny", [DENIED]), ("allow", [])])
def test_the_operator_decides_about_passwords_that_others_could_read(
    rule: str, first: list[str]
) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, password_over_cleartext=rule))
    alice = chat.arrive("alice", FAR)
    alice.types("/register")
    assert alice.reads() == first


def test_no_password_is_logged_whatever_goes_wrong() -> None:
    lines: list[str] = []

    def keep(event: dict[str, object]) -> None:
        lines.append(str(formatEvent(event)) + repr(event))

    class Broken(MemoryStore):
        def credentials(self, account: int) -> object:  # type: ignore[override]
            raise RuntimeError(f"nothing for {SECRET}")

    globalLogPublisher.addObserver(keep)
    try:
        chat = Chat(store=Broken(), limits=Limits())
        alice = chat.arrive("alice")
        alice.types("/register", SECRET, SECRET)
        bob = chat.arrive("bob")
        bob.types("/login alice", SECRET)
        assert bob.reads()[-1] == CANNOT_CHECK
    finally:
        globalLogPublisher.removeObserver(keep)
    assert lines
    assert not [line for line in lines if "horse" in line]
