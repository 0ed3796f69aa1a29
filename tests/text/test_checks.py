"""
Checks of texts: how long they are, and whether they show something.
"""

import pytest

from twisted_chat.errors import ChatError, NotAllowed, TooMuch
from twisted_chat.text.checks import (
    MAX_LINES,
    MAX_TEXT,
    require_few_lines,
    require_sendable,
    require_short,
    require_text,
    require_words,
)


def test_a_reason_is_one_short_line_that_shows_something() -> None:
    for fine in ("", "lunch", "x" * 200):
        require_short("reason", fine, 200)
    for text, sentence in (
        ("\u200b", "That reason is invisible."),
        ("tea\ntime", "A reason must be one line."),
        ("x" * 201, "A reason may be at most 200 characters long, not 201."),
    ):
        with pytest.raises(ChatError) as refusal:
            require_short("reason", text, 200)
        assert str(refusal.value) == sentence


def test_a_message_has_only_so_many_lines() -> None:
    require_few_lines("\n" * (MAX_LINES - 1))
    with pytest.raises(TooMuch, match="at most 500 lines, not 501"):
        require_few_lines("\n" * MAX_LINES)


def test_a_plugin_sends_only_so_much_at_once() -> None:
    require_sendable("x" * MAX_TEXT)
    with pytest.raises(ValueError, match="at most 32768 characters, not 32769"):
        require_sendable("x" * (MAX_TEXT + 1))


@pytest.mark.parametrize("junk", [7, None, b"x"])
def test_what_is_no_text_is_an_error_of_the_caller(junk: object) -> None:
    require_text("")
    for check in (require_text, require_words):
        with pytest.raises(TypeError, match="text must be a string"):
            check(junk)


def test_what_a_user_says_shows_something_in_not_too_many_lines() -> None:
    for fine in ("hello", "\u00e9t\u00e9", " tea", "one\ntwo"):
        require_words(fine)
    for invisible in ("", " ", "\u200b\u200b", "\u2800"):
        with pytest.raises(NotAllowed, match="That line is invisible"):
            require_words(invisible)
    with pytest.raises(TooMuch):
        require_words("x" + "\n" * MAX_LINES)
    with pytest.raises(TooMuch):
        require_words("x" + "\u2028" * MAX_LINES)
