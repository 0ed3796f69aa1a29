"""
Registering the nick as an account, by a verb of its own.
"""

import re
from pathlib import Path

import pytest
from attrs import evolve
from shared_accounts import registered
from shared_irc import Clients
from shared_irc_tls import Secure

from twisted_chat.limits import Limits
from twisted_chat.testing import NO_LIMITS, Chat, Person

CAP = "draft/account-registration"
PASSWORD = "correct-horse"


def test_it_is_offered_and_needs_no_address() -> None:
    lines = Clients().connect().asks("CAP LS 302")
    assert any(f" {CAP} " in line for line in lines)


@pytest.mark.parametrize("name", ["*", "tina", "TINA"])
def test_the_nick_is_registered_with_a_password_that_may_have_spaces(name: str) -> None:
    here = Clients()
    client = here.arrive("tina", CAP)
    client.sends(f"REGISTER {name} * :correct horse battery")
    assert client.reads() == [
        ":chat.example 900 tina tina!~u@chat tina :You are now logged in as tina",
        ":chat.example REGISTER SUCCESS tina :Your name is registered",
    ]
    client.sends("QUIT")
    again = here.connect()
    lines = again.asks("PASS :correct horse battery", "NICK tina", "USER t 0 * :T")
    assert " 001 tina " in lines[0]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("REGISTER foo * correct-horse", "REGISTER ACCOUNT_NAME_MUST_BE_NICK foo"),
        ("REGISTER * * short", "REGISTER WEAK_PASSWORD *"),
        ("REGISTER * * password1", "REGISTER WEAK_PASSWORD *"),
        (f"REGISTER * * {'x' * 1025}", "REGISTER UNACCEPTABLE_PASSWORD *"),
        ("VERIFY tina 123456", "VERIFY INVALID_CODE tina"),
    ],
)
def test_what_cannot_be_is_a_failure_with_its_code_for_every_client(sent: str, told: str) -> None:
    client = Clients().arrive("tina")
    (line,) = client.asks(sent)
    assert line.startswith(f":chat.example FAIL {told} :")


def test_a_second_account_is_refused() -> None:
    client = Clients().arrive("tina")
    client.asks(f"REGISTER * * {PASSWORD}")
    (line,) = client.asks(f"REGISTER * * {PASSWORD}")
    assert line.startswith(":chat.example FAIL REGISTER ALREADY_AUTHENTICATED * :")


def test_who_has_no_nick_yet_comes_in_first() -> None:
    client = Clients().connect()
    for sent in (f"REGISTER * * {PASSWORD}", "VERIFY tina 123456"):
        verb, name = sent.split()[:2]
        (line,) = client.asks("NICK tina", sent)
        assert line.startswith(f":chat.example FAIL {verb} COMPLETE_CONNECTION_REQUIRED {name} :")


def test_a_password_in_the_clear_is_refused_and_over_tls_it_is_taken(tmp_path: Path) -> None:
    here = Clients(Chat(limits=Limits(password_over_cleartext="deny")))
    client = here.arrive("tina", host="192.0.2.1")
    (line,) = client.asks(f"REGISTER * * {PASSWORD}")
    assert line.startswith(":chat.example FAIL REGISTER ")
    secure = Secure(tmp_path).connect()
    secure.asks("NICK tina", "USER t 0 * :T")
    assert any(" REGISTER SUCCESS " in line for line in secure.asks(f"REGISTER * * {PASSWORD}"))


def test_a_password_alone_is_too_little() -> None:
    client = Clients().arrive("tina")
    assert client.asks(f"REGISTER {PASSWORD}") == [
        ":chat.example 461 tina REGISTER :REGISTER needs 3 parameters"
    ]


# Codes, and who may come.


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
    assert (
        "A device at 10.0.0.7 wants to come in to your account: a client of IRC."
        in alice.reads()[-2]
    )
    alice.types("/link yes")
    assert guest.reads()[:3] == [
        ":guest!~u@chat PART #lobby :logging in",
        ":guest!~u@chat NICK alice",
        ":alice!~u@chat JOIN :#lobby",
    ]


def test_an_owner_answers_in_the_words_of_their_client(chat: Chat) -> None:
    here = Clients(chat)
    owner = here.arrive("tina")
    owner.sends(f"REGISTER * * {PASSWORD}")
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
        "name:password, or register: /quote REGISTER * * password."
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


@pytest.mark.parametrize("registration", ["open", "invite", "closed"])
def test_a_newcomer_registers_before_they_have_a_nick(chat: Chat, registration: str) -> None:
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off", registration=registration)
    here = Clients(chat)
    client = here.connect()
    (told,) = client.asks(f"REGISTER * * {PASSWORD}")
    assert told.startswith(":chat.example FAIL REGISTER NEED_NICK * :Send NICK and USER first")
    client.asks("NICK tina", "USER tina 0 * :tina")
    lines = client.asks(f"REGISTER * * {PASSWORD}")
    match registration:
        case "open":
            assert lines[:2] == [
                ":chat.example REGISTER SUCCESS tina :Your name is registered",
                ":chat.example 900 * tina!~u@chat tina :You are now logged in as tina",
            ]
            assert lines[2].startswith(":chat.example 001 tina ")
            assert [line for line in lines if " 900 " in line] == lines[1:2]
        case "invite":
            assert "you need an invitation code" in lines[0]
        case _:
            assert "No accounts are made here now" in lines[0]


def test_who_registers_while_they_negotiate_comes_in_when_that_has_ended(chat: Chat) -> None:
    chat.hub.world.limits = evolve(NO_LIMITS, guests="off")
    here = Clients(chat)
    client = here.connect()
    offered = " ".join(client.asks("CAP LS 302", "NICK tina", "USER tina 0 * :tina")).split()
    assert "draft/account-registration=before-connect" in offered
    lines = client.asks(f"REGISTER * * {PASSWORD}")
    assert [line.split()[1] for line in lines] == ["REGISTER", "900"]
    assert "tina" not in chat.hub.users
    (refused,) = client.asks(f"REGISTER * * {PASSWORD}")
    assert "You are already logged in as tina." in refused
    lines = client.asks("CAP END")
    assert lines[0].startswith(":chat.example 001 tina ")
    account = chat.hub.world.find_account("tina")
    assert account is not None
    assert account.user is chat.hub.users["tina"]


@pytest.mark.parametrize("is_here", [False, True])
def test_who_is_let_in_by_a_code_is_told_the_account_once(chat: Chat, *, is_here: bool) -> None:
    alice = registered(chat, "alice")
    phone = Clients(chat).arrive("phone") if is_here else Clients(chat).connect()
    phone.sends(f"LINK {code_of(alice)}")
    phone.reads()
    alice.types("/link yes")
    assert [line for line in phone.reads() if " 900 " in line] == [
        ":chat.example 900 alice alice!~u@chat alice :You are now logged in as alice"
    ]
