"""
Registration: how accounts come to be, change and end.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from logins import SECRET
from shared_accounts import come_in, registered
from shared_json import Programs

from twisted_chat.limits import Rate
from twisted_chat.people.owners.newcomers import INTERVAL
from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import BEGINNING, NO_LIMITS, Chat
from twisted_chat.text.names import fold

FAR = "10.0.0.7"


def test_a_user_who_registers_is_asked_for_a_password_twice_and_hidden_while_they_type() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("/register")
    assert (alice.prompt, alice.sees_typing) == ("New password: ", False)
    alice.types(SECRET)
    assert (alice.prompt, alice.sees_typing) == ("Repeat the password: ", False)
    alice.types(SECRET)
    assert alice.sees_typing
    assert alice.reads() == [
        "alice is registered to you. From now on, that name needs your password."
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["short"], "A password needs at least 8 characters."),
        (["Password"], "That is one of the commonest passwords; please choose another one."),
        (
            ["alice-2026"],
            "That password is made of the name alice; please choose another one.",
        ),
        (
            [SECRET, "correct hoarse"],
            "The two passwords differ. Please start again, or press Enter to cancel.",
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
    assert alice.reads() == ["Cancelled."]
    alice.hangs_up()
    assert chat.arrive("alice").prompt == ""


def test_a_name_is_registered_once_and_so_is_one_that_looks_like_it() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/register")
    assert alice.reads() == ["You are already logged in as alice."]
    alice.hangs_up()
    bob = chat.arrive("bob")
    bob.types("/nick a1ice")
    assert bob.reads() == [
        "The name a1ice looks like alice, which is registered; please choose another."
    ]


@pytest.mark.parametrize(
    ("made", "answer"),
    [
        ("Alice", "The name Alice is registered. If it is yours, /login Alice takes it."),
        ("a1ice", "The name alice looks like a1ice, which is registered; please choose another."),
    ],
)
def test_a_name_that_the_admin_program_took_a_moment_ago_is_taken(made: str, answer: str) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    guest, newcomer = chat.arrive("alice"), Programs(chat).connect()
    elsewhere = AccountMade(int(BEGINNING * 1e6), made, fold(made), "hash", is_elsewhere=True)
    store.write([elsewhere])
    guest.types("/register", SECRET, SECRET)
    assert guest.reads() == [answer]
    assert guest.does("/nick eve") == ["You are now known as eve."]
    (*_, refused) = newcomer.asks("hello", name="alice", password=SECRET, register=True)
    assert refused["error"] in ("nick-registered", "nick-looks-alike")
    # A name that looks like none is free.
    guest.types("/register", SECRET, SECRET)
    assert guest.reads()[-1].startswith("eve is registered to you.")
    chat.hub.newcomers.start()
    chat.advance(INTERVAL)
    assert chat.hub.world.account_called(elsewhere.id) is not None
    assert chat.hub.world.registered.like("alice") == made
    chat.hub.newcomers.stop()


def test_one_address_makes_only_so_many_accounts_however_often_it_reconnects() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, register_rate=Rate(2, 3600)))
    registered(chat, "ada", FAR).hangs_up()
    registered(chat, "ben", FAR).hangs_up()
    eve, carol = chat.arrive("eve", FAR), chat.arrive("carol")
    carol.reads()
    eve.types("/register", SECRET, SECRET)
    refused, *withheld = eve.reads()[-2:]
    assert refused == "Too many new accounts from your address, please wait 30 min."
    assert all("not sent" in line for line in withheld)
    assert chat.hub.world.find_account("eve") is None
    chat.advance(2)
    eve.types("oh well")
    assert carol.reads() == ["eve: oh well"]
    carol.types("/register", SECRET, SECRET)
    assert carol.reads()[-1].startswith("carol is registered")
    chat.advance(1800)
    eve.types("/register", SECRET, SECRET)
    assert eve.reads()[-1].startswith("eve is registered")


def test_two_who_register_at_once_from_one_address_do_not_get_round_its_rate() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, register_rate=Rate(1, 3600)))
    ada, ben = chat.arrive("ada", FAR), chat.arrive("ben", FAR)
    for person in (ada, ben):
        person.types("/register", SECRET)
    ada.types(SECRET)
    ben.types(SECRET)
    assert ada.reads()[-1].startswith("ada is registered")
    assert ben.reads()[-1] == "Too many new accounts from your address, please wait 60 min."
    assert chat.hub.world.find_account("ben") is None


def test_a_user_who_comes_from_no_address_registers_as_they_like() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, register_rate=Rate(1, 3600)))
    for nick in ("ada", "ben"):
        person = chat.arrive(nick)
        # As over a UNIX socket.
        (session,) = chat.hub.users[nick].sessions
        session.host = None
        person.types("/register", SECRET, SECRET)
        assert "is registered" in person.reads()[-1]


def test_what_one_said_before_registering_is_still_ones_own() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types("lunhc?", "/register", SECRET, SECRET)
    alice.reads()
    alice.types("/edit 2 lunch?")
    assert alice.reads() == ["*** alice edited 2 (alice: lunhc?): lunch? ***"]


# Newcomers, where not everybody may come.


def strict(registration: str = "open") -> Chat:
    return Chat(limits=evolve(NO_LIMITS, guests="off", registration=registration))


@pytest.mark.parametrize(
    ("registration", "otherwise"),
    [
        ("open", ", or register with /register bob."),
        ("invite", ", or register with /register bob and an invitation code."),
        ("closed", "; no accounts are made here now."),
    ],
)
def test_a_guest_who_is_not_let_in_reads_what_would_be_right(
    registration: str, otherwise: str
) -> None:
    bob = strict(registration).connect()
    bob.types("bob")
    assert bob.reads() == [f"Guests are not let in: log in with /login name{otherwise}"]
    assert bob.prompt == "Enter your name: "


def test_a_newcomer_registers_in_the_place_of_a_name() -> None:
    chat = strict()
    bob = chat.connect()
    bob.types("/register bob")
    assert (bob.prompt, bob.sees_typing) == ("New password: ", False)
    bob.types(SECRET, SECRET)
    assert bob.reads() == [
        "You are in #lobby as bob. Nobody else is here yet.",
        "Type /help for help.",
        "bob is registered to you. From now on, that name needs your password.",
    ]
    bob.hangs_up()
    assert come_in(chat, "bob").reads()[-1] == "Type /help for help."


def test_a_newcomer_who_gives_up_is_asked_for_a_name_again() -> None:
    bob = strict().connect()
    bob.types("/register bob")
    bob.types("")
    assert (bob.reads(), bob.prompt) == (["Cancelled."], "Enter your name: ")


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("alice", "The name alice is registered. If it is yours, /login alice takes it."),
        ("a1ice", ("The name a1ice looks like alice, which is registered; "
                  "please choose another.")),
        ("admin", "The name admin is reserved, please choose another."),
        ("a b", "No code is needed here. Type /register alone; the password is asked for."),
    ],
)  # fmt: skip
def test_a_newcomer_has_no_name_that_others_have(name: str, answer: str) -> None:
    chat = Chat()
    registered(chat, "alice").hangs_up()
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off")
    eve = chat.connect()
    eve.types(f"/register {name}")
    assert eve.reads() == [answer]
    assert eve.prompt == "Enter your name: "


def test_of_two_newcomers_under_one_name_the_first_has_it() -> None:
    chat = strict()
    first, second = chat.connect(), chat.connect()
    for person in (first, second):
        person.types("/register bob", SECRET)
    first.types(SECRET)
    second.types(SECRET)
    assert first.reads()[-1].startswith("bob is registered to you.")
    assert second.reads()[-1] == "The name bob is taken, please choose another."
    assert second.prompt == "Enter your name: "


def test_nobody_registers_where_that_is_closed_however_they_ask() -> None:
    chat = strict("closed")
    told = "No accounts are made here now; ask the server's operator."
    bob = chat.connect()
    bob.types("/register bob")
    assert bob.reads() == [told]
    chat.hub.world.limits = evolve(NO_LIMITS, registration="closed")
    guest = chat.arrive("guest")
    guest.types("/register")
    assert guest.reads() == [told]
    program = Programs(chat).connect()
    (refused,) = program.asks("hello", name="eve", password=SECRET, register=True)
    assert (refused["error"], refused["message"]) == ("registration-closed", told)


def test_what_is_closed_while_a_password_is_typed_stays_closed() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    bob.types("/register", SECRET)
    chat.hub.world.limits = evolve(NO_LIMITS, registration="closed")
    bob.types(SECRET)
    assert bob.reads() == ["No accounts are made here now; ask the server's operator."]
    assert chat.hub.world.find_account("bob") is None


def test_a_program_registers_with_its_hello() -> None:
    chat = strict()
    here = Programs(chat)
    (refused,) = here.connect().asks("hello", name="bob")
    assert refused["message"] == (
        "Guests are not let in: log in to an account, or register the name bob."
    )
    assert refused["facts"] == {"nick": "bob", "registration": "open"}
    bob = here.connect()
    (needs,) = bob.asks("hello", name="bob", register=True)
    assert needs["error"] == "password-required"
    told = bob.asks("hello", name="bob", password=SECRET, register=True)
    (hello,) = [each for each in told if each["event"] == "hello"]
    assert hello["account"] == "bob"
    assert "account-changed" in [each["event"] for each in told]
    again = here.connect()
    assert "hello" in [each["event"] for each in again.asks("hello", token=hello["token"])]


def test_a_program_needs_a_code_where_people_do() -> None:
    here = Programs(strict("invite"))
    bob = here.connect()
    (refused,) = bob.asks("hello", name="bob", password=SECRET, register=True)
    assert refused["error"] == "invitation-needed"
    given = {"name": "bob", "password": SECRET, "register": True}
    (refused,) = bob.asks("hello", invitation="BCDF-GHJK-LMNP-QRST", **given)
    assert refused["error"] == "wrong-code"


def test_guests_who_are_there_stay_and_come_back_no_more() -> None:
    chat = Chat()
    bob = chat.arrive("bob")
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off")
    bob.types("/nick robert")
    assert bob.reads() == ["You are now known as robert."]
    bob.hangs_up()
    again = chat.connect()
    again.types("robert")
    assert again.reads()[0].startswith("Guests are not let in")


def test_who_gives_their_account_up_where_guests_are_not_let_in_is_out() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    desk = come_in(chat, "alice")
    desk.reads()
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off")
    alice.types("/unregister", SECRET)
    assert alice.reads() == ["Your account alice was deleted. What you said stays."]
    assert (alice.prompt, desk.prompt) == ("Enter your name: ", "Enter your name: ")
    alice.types("alice")
    assert alice.reads()[0].startswith("Guests are not let in")
    assert not chat.hub.users


def test_who_logs_out_where_guests_are_not_let_in_comes_back_by_their_account_only() -> None:
    chat = strict()
    bob = chat.connect()
    bob.types("/register bob", SECRET, SECRET, "/logout", "robert")
    assert bob.reads()[-1].startswith("Guests are not let in")
    bob.types("bob", SECRET)
    assert bob.reads()[-1] == "Type /help for help."


def test_the_sessions_of_guests_end_with_a_restart_that_lets_none_in() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    told = Programs(chat).connect().asks("hello", name="bob")
    (token,) = [each["token"] for each in told if each["event"] == "hello"]
    chat.advance(1)
    limits = evolve(NO_LIMITS, guests="off")
    again = Chat(store=store, limits=limits, clock=chat.clock)
    (refused,) = Programs(again).connect().asks("hello", token=token)
    assert refused["error"] == "unknown-token"
