"""
Accounts in IRC: the verbs LINK and REGISTER.
"""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from shared_accounts import registered
from shared_irc import Clients

from twisted_chat.testing import NO_LIMITS, Chat, Person

PASSWORD = "correct-horse"


def code_of(person: Person) -> str:
    person.reads()
    person.types("/link")
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", person.reads()[0])
    assert found is not None
    return found[0]


@pytest.fixture
def chat() -> Chat:
    return Chat()


def test_a_guest_with_a_code_goes_over_to_its_owner(chat: Chat) -> None:
    alice = registered(chat, "alice")
    guest = Clients(chat).arrive("guest", host="10.0.0.7")
    (told,) = guest.asks(f"LINK {code_of(alice)}")
    assert told.startswith(":chat.example NOTICE guest :Now type /link yes where alice made")
    assert "a client of IRC, from 10.0.0.7" in alice.reads()[-2]
    alice.types("/link yes")
    assert guest.reads()[:3] == [
        ":guest!~u@chat PART #lobby :logging in",
        ":guest!~u@chat NICK alice",
        ":alice!~u@chat JOIN :#lobby",
    ]


def test_an_owner_answers_in_the_words_of_their_client(chat: Chat) -> None:
    here = Clients(chat)
    owner = here.arrive("tina")
    owner.sends(f"REGISTER {PASSWORD}")
    owner.reads()
    (code,) = re.findall(r"[A-Z]{4}-[A-Z]{4}", owner.asks("LINK")[0])
    phone = chat.connect("10.0.0.7")
    phone.types(f"/link {code}")
    assert owner.reads()[-1] == (
        ":chat.example NOTICE tina :Is it yours? Type /quote LINK yes or /quote LINK no within "
        "120 seconds."
    )
    owner.sends("LINK no")
    assert phone.reads()[-1] == "The owner of the account has said no."


def test_a_device_without_a_nick_comes_in_with_a_code(chat: Chat) -> None:
    alice = registered(chat, "alice")
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off")
    phone = Clients(chat).connect()
    (refused,) = phone.asks("NICK phone", "USER p 0 * :p")
    assert refused == (
        ":chat.example 464 * :Guests are not let in: log in by SASL, or with the server password "
        "name:password, or register: /quote REGISTER password."
    )
    phone.sends(f"LINK {code_of(alice)}")
    alice.types("/link yes")
    lines = phone.reads()
    assert ":chat.example 001 alice" in "\n".join(lines)
    assert ":alice!~u@chat JOIN :#lobby" in lines


def test_a_wrong_code_is_a_refusal(chat: Chat) -> None:
    guest = Clients(chat).arrive("guest", "standard-replies")
    (told,) = guest.asks("LINK BCDF-GHJK")
    # Nothing that was typed is repeated.
    assert told.startswith(":chat.example FAIL LINK WRONG_CODE :That code is wrong, used or over;")
    (told,) = guest.asks("REGISTER short")
    assert "short" not in told.partition(" :")[0]


@pytest.mark.parametrize("registration", ["open", "invite", "closed"])
def test_a_newcomer_registers_before_they_have_a_nick(chat: Chat, registration: str) -> None:
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off", registration=registration)
    here = Clients(chat)
    client = here.connect()
    (told,) = client.asks(f"REGISTER {PASSWORD}")
    assert "Send NICK and USER first" in told
    client.asks("NICK tina", "USER tina 0 * :tina")
    lines = client.asks(f"REGISTER {PASSWORD}")
    match registration:
        case "open":
            assert lines[0].startswith(":chat.example 001 tina ")
            assert "tina is registered to you" in lines[-1]
        case "invite":
            assert "you need an invitation code" in lines[0]
        case _:
            assert "No accounts are made here now" in lines[0]


def test_no_password_goes_where_others_may_read_it(chat: Chat) -> None:
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off")
    client = Clients(chat).connect("10.0.0.7")
    client.asks("NICK tina", "USER tina 0 * :tina")
    (told,) = client.asks(f"REGISTER {PASSWORD}")
    assert "This connection is not encrypted." in told
    chat.hub.world.limits = NO_LIMITS
    guest = Clients(chat).arrive("guest", host="10.0.0.8")
    (told,) = guest.asks(f"REGISTER {PASSWORD}")
    assert "This connection is not encrypted." in told
