"""
Links: a code made at one device lets another one in, when its owner says so.
"""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from logins import SECRET
from shared_accounts import come_in, registered
from shared_json import Programs

from twisted_chat.people.owners.links import ANSWER_WITHIN, GOOD_FOR
from twisted_chat.store.keys import PublicKey
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person

FAR = "10.0.0.7"
WAITS = (
    "Now type /link yes where alice made the code, within 120 seconds. "
    "Your address is shown there."
)
NO_CODE = "A code of /link has 8 letters, such as BCDF-GHJK, and none of them is a vowel or Y."
WRONG = "That code is wrong, used or over; /link at the other device makes a new one."


def code_of(person: Person) -> str:
    """
    Let a user make a code, and return it.
    """
    person.reads()
    person.types("/link")
    found = re.search(r"The code is ([A-Z]{4}-[A-Z]{4})\. ", person.reads()[0])
    assert found is not None
    return found[1]


def asks(chat: Chat, code: str, host: str = FAR) -> Person:
    """
    Return a newcomer who has typed a code in the place of a name.
    """
    phone = chat.connect(host)
    phone.types(f"/link {code}")
    return phone


def linked(chat: Chat) -> tuple[Person, Person]:
    """
    Return a user at two devices, the second of which came in by a code.
    """
    alice = registered(chat, "alice")
    phone = asks(chat, code_of(alice))
    alice.types("/link yes")
    return alice, phone


def test_a_device_comes_in_when_its_owner_has_read_what_it_is_and_from_where() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    code = code_of(alice)
    phone = asks(chat, code.lower().replace("-", ""))
    assert phone.reads() == [WAITS]
    assert alice.reads() == [
        "*** A device at 10.0.0.7 wants to come in to your account: telnet or nc. ***",
        "Is it yours? Type /link yes or /link no within 120 seconds.",
    ]
    alice.types("/link yes")
    assert alice.reads() == ["The device is let in. /devices lists what needs no password."]
    assert phone.reads()[0] == "You are in #lobby as alice, from 2 connections."


def test_a_device_that_its_owner_does_not_know_stays_out() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    code = code_of(alice)
    phone = asks(chat, code)
    phone.reads()
    alice.types("/link no")
    assert alice.reads()[-1] == "The device is not let in, and its code is good no more."
    assert phone.reads() == ["The owner of the account has said no."]
    assert phone.prompt == "Enter your name: "
    assert asks(chat, code).reads() == [WRONG]


def test_a_code_lets_one_device_in_and_no_second_one_at_the_same_moment() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    code = code_of(alice)
    phone, thief = asks(chat, code), asks(chat, code, "10.0.0.8")
    assert (phone.reads(), thief.reads()) == ([WAITS], [WRONG])
    alice.types("/link yes")
    assert phone.reads()[-1] == "Type /help for help."
    assert asks(chat, code, "10.0.0.9").reads() == [WRONG]
    alice.reads()
    alice.types("/link yes")
    assert alice.reads() == ["No device waits to be let in. /link makes a code for one."]


def test_a_code_ends_by_itself_with_a_newer_one_and_with_its_maker() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    first = code_of(alice)
    second = code_of(alice)
    assert asks(chat, first, "10.0.0.1").reads() == [WRONG]
    chat.advance(GOOD_FOR)
    assert asks(chat, second, "10.0.0.2").reads() == [WRONG]
    third = code_of(alice)
    alice.hangs_up()
    assert asks(chat, third, "10.0.0.3").reads() == [WRONG]


def test_nobody_waits_for_an_owner_for_ever_nor_is_timed_out_before() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, login_timeout=30.0))
    alice = registered(chat, "alice")
    phone = asks(chat, code_of(alice))
    for _ in range(int(ANSWER_WITHIN) - 1):
        chat.advance(1)
    assert phone.is_connected
    assert phone.reads() == [WAITS]
    chat.advance(1)
    assert phone.reads() == ["The owner did not answer within 120 seconds."]
    assert phone.prompt == "Enter your name: "
    # From now on it has as long as any other.
    for _ in range(31):
        chat.advance(1)
    assert not phone.is_connected
    alice.reads()
    alice.types("/link yes")
    assert alice.reads() == ["No device waits to be let in. /link makes a code for one."]


def test_who_waits_is_told_at_once_that_the_owner_has_gone() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    phone = asks(chat, code_of(alice))
    phone.reads()
    alice.types("/quit")
    assert phone.reads() == ["That code is good no more."]


def test_an_owner_who_says_yes_to_a_device_that_has_gone_is_told_so() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    phone = asks(chat, code_of(alice))
    phone.hangs_up()
    alice.reads()
    alice.types("/link yes")
    assert alice.reads() == ["That device has gone. /link makes a new code."]


def test_ones_own_code_is_for_another_device_and_stays_good() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), registered(chat, "bob")
    code = code_of(alice)
    alice.types(f"/link {code}")
    assert alice.reads() == [
        "That is your own code. Type it at the device that you want to let in."
    ]
    bob.types(f"/link {code}")
    assert bob.reads()[-1] == "You are already logged in as bob."
    assert asks(chat, code).reads() == [WAITS]


def test_a_guest_becomes_the_owner_and_answers_at_any_device_of_theirs() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    couch = come_in(chat, "alice")
    guest = chat.arrive("phone", FAR)
    alice.reads()
    guest.types(f"/link {code_of(alice)}")
    couch.types("/link yes")
    assert couch.reads()[-1].startswith("The device is let in.")
    assert "as alice, from 3 connections." in guest.reads()[1]


def test_who_logs_in_elsewhere_meanwhile_is_not_moved() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    registered(chat, "bob").hangs_up()
    guest = chat.arrive("phone", FAR)
    guest.types(f"/link {code_of(alice)}", "/login bob", SECRET)
    alice.reads()
    alice.types("/link yes")
    assert alice.reads() == ["That device has gone. /link makes a new code."]
    assert chat.hub.users["bob"].account is not None


def test_wrong_codes_are_guesses_that_an_address_has_few_of_also_after_a_restart() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    registered(chat, "alice", FAR).hangs_up()
    thief = chat.connect(FAR)
    for number in range(5):
        thief.types(f"/link BCDF-GHJ{'BCDFG'[number]}")
    assert thief.reads()[:4] == [WRONG] * 4
    assert not thief.is_connected
    assert asks(chat, "BCDF-GHJK").reads() == ["Too many wrong codes, please wait 60 s."]
    chat.advance(1)
    again = Chat(store=store)
    assert asks(again, "BCDF-GHJK").reads() == ["Too many wrong codes, please wait 60 s."]
    # Nobody else is kept from theirs.
    assert asks(again, "BCDF-GHJK", "10.0.0.8").reads() == [WRONG]


@pytest.mark.parametrize("way", ["/passwd", "/unregister", "/serverban"])
def test_a_code_ends_with_what_opens_the_account(way: str) -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    code = code_of(alice)
    waiting = asks(chat, code)
    waiting.reads()
    match way:
        case "/passwd":
            alice.types("/passwd", SECRET, "battery staple", "battery staple")
        case "/unregister":
            alice.types("/unregister", SECRET)
        case _:
            boss = registered(chat, "boss")
            chat.hub.users["boss"].roles.add("operator")
            boss.types("/serverban alice 1d")
    assert waiting.reads()[-1] == "That code is good no more."
    assert asks(chat, code, "10.0.0.9").reads() == [WRONG]


@pytest.mark.parametrize("way", ["/passwd", "/unregister"])
def test_the_sessions_that_came_in_by_a_code_end_with_it(way: str) -> None:
    chat = Chat()
    alice, phone = linked(chat)
    phone.reads()
    alice.types(way, SECRET, *["battery staple"] * (2 * (way == "/passwd")))
    assert not phone.is_connected
    assert phone.reads()[-1] == "Disconnected: this device needs your password again."
    assert alice.is_connected


def test_a_program_with_a_code_gets_a_token_of_its_own() -> None:
    chat = Chat()
    here = Programs(chat)
    alice = registered(chat, "alice")
    phone = here.connect(FAR)
    told = phone.asks("hello", link=code_of(alice), device="phone", label="h")
    assert [(each["event"], each["account"], each["label"]) for each in told] == [
        ("link-waits", "alice", "h")
    ]
    assert alice.reads()[0] == (
        "*** A device at 10.0.0.7 wants to come in to your account: a program that calls itself "
        '"phone". ***'
    )
    # Nothing else is done before.
    assert phone.asks("ping", label="p") == []
    alice.types("/link yes")
    told = phone.reads()
    (hello,) = [each for each in told if each.get("event") == "hello"]
    assert (hello["account"], hello["label"]) == ("alice", "h")
    assert [each["label"] for each in told if each["event"] == "done"] == ["h", "p"]
    alice.reads()
    alice.types("/devices")
    assert alice.reads()[0].startswith("1 phone: since ")
    phone.transport.hang_up()
    back = here.connect(FAR)
    assert "hello" in [each["event"] for each in back.asks("hello", token=hello["token"])]


def test_a_program_that_is_refused_may_say_hello_again() -> None:
    chat = Chat()
    here = Programs(chat)
    alice = registered(chat, "alice")
    phone = here.connect(FAR)
    (wrong,) = phone.asks("hello", link="BCDF-GHJK", label="h1")
    assert (wrong["error"], wrong["label"]) == ("wrong-code", "h1")
    phone.asks("hello", link=code_of(alice), label="h2")
    alice.types("/link no")
    (refused,) = phone.reads()
    assert (refused["error"], refused["label"]) == ("link-refused", "h2")
    assert "hello" in [each.get("event") for each in phone.asks("hello", name="bob")]


def test_each_command_with_a_code_ends_once_and_what_comes_later_has_no_label() -> None:
    chat = Chat()
    here = Programs(chat)
    alice = registered(chat, "alice")
    guest = here.arrive("guest")

    def asks(code: str, label: str) -> list[tuple[str, str]]:
        guest.asks_nothing("")
        guest.reads()
        told = guest.asks("command", name="link", args={"code": code}, label=label)
        return [(each.get("event") or each["error"], each.get("label", "")) for each in told]

    assert asks("BCDF-GHJK", "one") == [("wrong-code", "one")]
    assert asks("nonsense!", "two") == [("bad-code", "two")]
    assert asks(code_of(alice), "three") == [("link-waits", "three"), ("done", "three")]
    alice.types("/link no")
    (refused,) = guest.reads()
    assert refused["error"] == "link-refused"
    assert "label" not in refused
    assert asks(code_of(alice), "four")[-1] == ("done", "four")
    alice.types("/link yes")
    told = guest.reads()
    assert told
    assert [each for each in told if each.get("label")] == []


def test_what_a_device_calls_itself_moves_no_cursor_and_is_short() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    phone = Programs(chat).connect(FAR)
    phone.asks("hello", link=code_of(alice), device="evil\x1b[2J\n*** all is well" + "x" * 30)
    told = alice.reads()
    assert all(line.isprintable() for line in told)
    assert len(told) == 2
    assert len(told[0]) < 200


def test_no_code_is_kept_or_logged_anywhere() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    here = Programs(chat)
    registered(chat, "alice").hangs_up()
    alice = here.arrive("alice", password=SECRET)
    (offered,) = [
        each for each in alice.asks("command", text="/link") if each["event"] == "link-offered"
    ]
    chat.advance(1)
    dump = "\n".join(store._connection.iterdump())  # all that is kept
    assert offered["code"] not in dump
    assert offered["code"].replace("-", "") not in dump


def test_an_answer_at_the_wrong_device_is_no_guess() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    phone = asks(chat, code_of(alice))
    phone.reads()
    for _ in range(9):
        phone.types("/link yes")
    assert phone.reads() == [NO_CODE] * 9
    assert phone.is_connected
    alice.types("/link yes")
    assert phone.reads()[0] == "You are in #lobby as alice, from 2 connections."


@pytest.mark.parametrize(
    ("device", "shown"),
    [
        ('phone", from 127.0.0.1. It is you', "phone from 127.0.0.1. It is you"),
        ("a\u02ba\u201d\u2033\u00ab (home) \u202egnp", "a home gnp"),
        (
            "\u0422\u0435\u043b\u0435\u0444\u043e\u043d_2",
            "\u0422\u0435\u043b\u0435\u0444\u043e\u043d_2",
        ),
        ("\u05d0\u05d1 ***\n", ""),
        ("x" * 60, "x" * 40),
    ],
)
def test_what_a_device_calls_itself_is_never_taken_for_words_of_the_server(
    device: str, shown: str
) -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    Programs(chat).connect(FAR).asks("hello", link=code_of(alice), device=device)
    name = f' that calls itself "{shown}"' if shown else ""
    assert alice.reads()[0] == (
        f"*** A device at 10.0.0.7 wants to come in to your account: a program{name}. ***"
    )


def test_a_device_that_has_only_its_connection_is_listed_and_closed_by_its_number() -> None:
    chat = Chat()
    alice, phone = linked(chat)
    alice.reads()
    alice.types("/devices")
    (row,) = alice.reads()
    assert row.startswith("1 telnet or nc: since ")
    assert row.endswith(" by line, here now")
    phone.reads()
    phone.types("/unlink 1")
    assert phone.reads() == ["That is this device. /logout logs it out."]
    alice.types("/unlink 1")
    assert alice.reads() == ["Device 1 needs your password again."]
    assert not phone.is_connected
    alice.types("/devices")
    assert alice.reads() == ["No device can log in to your account without a password."]


def test_a_device_with_a_key_ends_with_its_key() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    code = code_of(alice)
    laptop = chat.arrive("gus", FAR)
    # As the door of SSH does it, for who has proven a key that opens nothing yet.
    laptop.protocol.session.key = PublicKey("ssh-ed25519", "SHA256:" + "k" * 43, "laptop")
    laptop.types(f"/link {code}")
    alice.types("/link yes")
    alice.reads()
    alice.types("/devices")
    (row,) = alice.reads()
    assert row.startswith("1 laptop (SHA256:k")
    assert row.endswith(", here now")
    alice.types("/unlink 1")
    assert alice.reads() == ["laptop needs your password again."]
    assert not laptop.is_connected
    alice.types("/devices")
    assert alice.reads() == ["No device can log in to your account without a password."]
