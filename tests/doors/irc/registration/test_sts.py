"""
Clients that are told to keep to TLS, where the operator asks for it.
"""

from pathlib import Path

import pytest
from shared_irc import Clients
from shared_irc_tls import Secure

from twisted_chat.doors.irc.registration.sts import Sts

VALUE = "port=6697,duration=86400"


def offered(lines: list[str]) -> dict[str, str]:
    """
    Return the capabilities of the answers to ``CAP LS``, with their values.
    """
    words = [word for line in lines for word in line.partition(" :")[2].split()]
    return dict(word.partition("=")[::2] for word in words)


def test_a_value_is_a_port_and_seconds_in_any_order() -> None:
    assert Sts.read("") is None
    assert Sts.read(VALUE) == Sts.read("duration=86400,port=6697") == Sts(6697, 86400)


@pytest.mark.parametrize(
    "text",
    [
        "6697", "port=6697", "duration=1", "port=0,duration=1", "port=65536,duration=1",
        "port=x,duration=1", "port=1,duration=-1", "port=1,duration=1d", "port=1,duration=",
        "port=1,duration=1,preload", "port=1,duration=9999999999", "port=²,duration=1",
    ],
)  # fmt: skip
def test_another_value_is_refused_with_one_that_would_do(text: str) -> None:
    with pytest.raises(ValueError, match="irc-sts must be such as port=6697,duration=86400"):
        Sts.read(text)


def test_who_comes_without_tls_is_told_the_port_and_who_comes_with_it_for_how_long(
    tmp_path: Path,
) -> None:
    secure = Secure(tmp_path, sts=VALUE)
    encrypted = secure.connect().asks("CAP LS 302")
    assert offered(encrypted)["sts"] == "duration=86400"
    client = secure.irc.connect("192.0.2.1")
    plain = client.asks("CAP LS 302")
    assert offered(plain)["sts"] == "port=6697"
    # It is information, and cannot be asked for.
    assert client.asks("CAP REQ sts", "CAP REQ :-sts") == [
        ":chat.example CAP * NAK sts",
        ":chat.example CAP * NAK -sts",
    ]


def test_clients_that_read_no_values_are_told_nothing_of_it() -> None:
    line = Clients(sts=VALUE).connect("192.0.2.1").asks("CAP LS")
    assert "sts" not in offered(line)


def test_nobody_on_the_same_machine_or_behind_a_proxy_is_locked_out_by_it() -> None:
    here = Clients(sts=VALUE)
    assert "sts" not in offered(here.connect("127.0.0.1").asks("CAP LS 302"))
    here.factory.is_proxied = True
    assert "sts" not in offered(here.connect("192.0.2.1").asks("CAP LS 302"))


def test_without_the_option_nothing_is_promised() -> None:
    assert "sts" not in offered(Clients().connect("192.0.2.1").asks("CAP LS 302"))


def test_a_promise_is_ended_with_tls_alone(tmp_path: Path) -> None:
    secure = Secure(tmp_path, sts="port=6697,duration=0")
    assert offered(secure.connect().asks("CAP LS 302"))["sts"] == "duration=0"
    assert "sts" not in offered(secure.irc.connect("192.0.2.1").asks("CAP LS 302"))
