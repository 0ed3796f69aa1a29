"""
Registering the nick as an account, by a verb of its own.
"""

from pathlib import Path

import pytest
from shared_irc import Clients
from shared_irc_tls import Secure

from twisted_chat.limits import Limits
from twisted_chat.testing import Chat

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
