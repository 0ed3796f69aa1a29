"""
The command line of the client.
"""

from pathlib import Path

import pytest

from twisted_chat.client.errors import UsageError
from twisted_chat.client.options import COMMANDS, Options, parser, read


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("chat.example", Options("chat.example")),
        ("chat.example 23", Options("chat.example", "23")),
        ("h --name ada --plain", Options("h", name="ada", is_plain=True)),
        ("h send lobby hi there", Options("h", "", "send", ("lobby", "hi", "there"))),
        ("h 23 tail lobby -n 5 -f", Options("h", "23", "tail", ("lobby",), "", 5, True)),
        ("h tail lobby --json", Options("h", "", "tail", ("lobby",), is_json=True)),
        ("--insecure h who", Options("h", "", "who", is_insecure=True)),
        ("h rooms --config c --log l", Options("h", "", "rooms", config=Path("c"), log=Path("l"))),
        (f"h --fingerprint {'aB' * 32}", Options("h", fingerprint=":".join(["AB"] * 32))),
        (
            f"h --fingerprint {':'.join(['01'] * 32)}",
            Options("h", fingerprint=":".join(["01"] * 32)),
        ),
        ("h send lobby -- -f", Options("h", "", "send", ("lobby", "-f"))),
    ],
)
def test_a_command_line_is_read(line: str, options: Options) -> None:
    assert read(line.split()) == options


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "SERVER"),
        (
            "h dance",
            "dance is not a command; commands are send, say, msg, tail, who, rooms, history",
        ),
        ("h tail", "tail needs a ROOM"),
        ("h msg", "msg needs a NICK"),
        ("h tail lobby dev", "tail does not take so many words: lobby dev"),
        ("h rooms x", "rooms does not take so many words"),
        ("h tail lobby -n 0", "-n must be a number from 1 to 10000"),
        ("h tail lobby -n x", "invalid int value"),
        ("h --nonsense", "--nonsense"),
        ("h send lobby use -n 5", "-n is for tail and history; -- stands before a text"),
        ("h send lobby rm -f", "-f is for tail; -- stands before a text"),
        ("h history lobby -f", "-f is for tail"),
        ("h --js rooms", "--js"),
        ("h who --fingerprint AB:CD", "--fingerprint must be a SHA-256: 64 hexadecimal digits"),
        (f"h who --insecure --fingerprint {'ab' * 32}", "exclude each other"),
    ],
)
def test_what_is_wrong_is_said(line: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read(line.split())


def test_the_help_names_every_command() -> None:
    text = parser().format_help()
    for command in COMMANDS:
        assert f"\n  {command} " in text or f", {command} " in text
    assert max(map(len, text.splitlines())) <= 90
