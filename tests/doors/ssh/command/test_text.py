"""
The text that is read from the standard input, from a pipe or a terminal.
"""

import pytest

from twisted_chat.doors.ssh.command.text import PipedText, TypedText


def test_what_is_piped_in_is_one_text_without_its_last_newlines() -> None:
    text = PipedText()
    assert text.feed("Grü".encode()[:-1], 0.0) == (None, "")
    assert text.feed("Grü".encode()[-1:] + b"\ntwo\r\n", 1.0) == (None, "")
    assert text.end() == "Grü\ntwo"
    assert text.size == len("Grü\ntwo".encode())


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (b"one\r\x04", "one"),
        (b"one\rtwo\r\x04", "one\ntwo"),
        # Within a line, it ends nothing.
        (b"one\x04\x04 more\r\x04", "one more"),
        (b"onx\x7fe\r\x04 and nothing behind", "one"),
        (b"\x04", ""),
    ],
)
def test_what_is_typed_ends_with_ctrl_d_at_the_beginning_of_a_line(
    typed: bytes, text: str
) -> None:
    assert TypedText(0).feed(typed, 0.0)[0] == text


def test_what_is_typed_is_shown_and_goes_on() -> None:
    text = TypedText(100)
    assert text.feed(b"on", 0.0) == (None, "on")
    assert text.feed(b"e\r", 0.0) == (None, "e\r\n")
    assert text.feed(b"tw", 0.0) == (None, "tw")
    assert text.end() == "one\ntw"
    assert text.size == 3
