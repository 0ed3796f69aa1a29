"""
A server on its default listener, and its users.
"""

import contextlib
import socket

import pytest
from harness import Server


def _has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def test_two_people_talk(server: Server) -> None:
    alice = server.connect()
    alice.expect_prompt()
    alice.types("alice")
    alice.expect("You are in #lobby as alice. Nobody else is here yet.", "Type /help for help.")
    bob = server.connect()
    bob.expect_prompt()
    bob.types("#bob")
    bob.expect("You are in #lobby as bob with alice.", "Type /help for help.")
    alice.expect("*** bob has joined #lobby ***")
    alice.types("hello")
    bob.expect("alice: hello")
    bob.types("hello yourself")
    alice.expect("bob: hello yourself")
    alice.types("/quit")
    alice.expect("Goodbye, alice.")
    alice.expect_end()
    bob.expect("*** alice has left #lobby ***")


def test_the_default_listener_is_reached_by_ipv4_and_by_ipv6(server: Server) -> None:
    four = server.arrive("four", host="127.0.0.1")
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6; IPv4 alone was tested")
    six = server.arrive("six", host="::1")
    four.expect("*** six has joined #lobby ***")
    six.types("hello")
    four.expect("six: hello")


def test_names_are_asked_for_until_one_can_be_used(server: Server) -> None:
    person = server.connect()
    person.expect_prompt()
    for typed, sentence in [
        ("two words", "A name may hold only letters, digits and the characters _ - ' and ."),
        ("server", "The name server is reserved, please choose another."),
        ("/who", "Please give your name first; commands come after that."),
        ("x" * 30, "A name may be at most 24 characters long."),
    ]:
        person.types(typed)
        person.expect(sentence)
        person.expect_prompt()
    person.types("")
    person.expect_prompt()
    person.types("alice")
    person.expect("You are in #lobby as alice. Nobody else is here yet.", "Type /help for help.")


@pytest.mark.parametrize(
    ("opener", "answer"),
    [
        (b"GET /nothing HTTP/1.0\r\n\r\n", b"HTTP/1.1 404 Not Found\r\n"),
        (b"SSH-2.0-OpenSSH_9.6\r\nx" + bytes(16), b"SSH-2.0-TwistedChat\r\n"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"This port speaks plain text, not TLS"),
    ],
    ids=["HTTP", "SSH", "TLS"],
)
def test_another_protocol_is_answered_shortly_and_closed(
    server: Server, opener: bytes, answer: bytes
) -> None:
    person = server.connect()
    person.sends(opener)
    assert person.read_to_end().startswith(answer)


def test_a_line_that_is_too_long_is_dropped_and_its_writer_stays(server: Server) -> None:
    alice, bob = server.arrive("alice"), server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    alice.types("x" * 5000)
    alice.expect("That line was longer than 4096 bytes and was not sent.")
    alice.sends(b"y" * 1_000_000)
    alice.expect("That line was longer than 4096 bytes and was not sent.")
    alice.sends(b"the rest of it\nand the next one\n")
    bob.expect("alice: and the next one")
