"""
Letters: their words, and the addresses that they go to.
"""

import pytest

from twisted_chat.errors import ChatError
from twisted_chat.people.mail.letters import (
    Missed,
    NoPost,
    code_letter,
    news_letter,
    read_address,
)

ASCII_ONLY = (
    "An address may have only ASCII letters here, such as you@example.org; a domain with others "
    "has a form that begins with xn--."
)
NO_ADDRESS = "That is not a mail address, such as you@example.org."


@pytest.mark.parametrize(
    "typed",
    [
        "you@example.org",
        "you.and.me+chat@mail.example.org",
        "root@localhost",
        "o'neil@xn--bcher-kva.example",
        f"{'a' * 64}@example.org",
    ],
)
def test_an_address_is_taken_as_it_is_typed(typed: str) -> None:
    assert read_address(f" {typed} ") == typed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("you", NO_ADDRESS),
        ("you@", NO_ADDRESS),
        ("@example.org", NO_ADDRESS),
        ("you@example..org", NO_ADDRESS),
        (".you@example.org", NO_ADDRESS),
        ("you@-example.org", NO_ADDRESS),
        ("you@[127.0.0.1]", NO_ADDRESS),
        ('"you"@example.org', NO_ADDRESS),
        ("You <you@example.org>", NO_ADDRESS),
        ("you@example.org, eve@example.org", NO_ADDRESS),
        ("you@example.org\r\nRCPT TO:<eve@example.org>", NO_ADDRESS),
        ("you@example.org\nBcc: eve@example.org", NO_ADDRESS),
        ("you@example.org\x00", NO_ADDRESS),
        ("you%eve@example.org@example.org", NO_ADDRESS),
        (f"{'a' * 65}@example.org", NO_ADDRESS),
        (f"you@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 63}", NO_ADDRESS),
        ("jürgen@example.org", ASCII_ONLY),
        ("you@bücher.example", ASCII_ONLY),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(typed: str, told: str) -> None:
    with pytest.raises(ChatError) as caught:
        read_address(typed)
    assert str(caught.value) == told


def test_the_letter_with_a_code_holds_no_word_of_a_user() -> None:
    letter = code_letter("you@example.org", "chat.example.org", "BCDF-GHJK", 60, lambda: True)
    assert letter.subject == "Your code for the chat at chat.example.org"
    assert letter.text == (
        "A user of the chat at chat.example.org gave this address, to be told\n"
        "there who writes to them while they are away. If that was you, type in\n"
        "the chat, within 60 minutes:\n"
        "\n"
        "/mail BCDF-GHJK\n"
        "\n"
        "If it was not, do nothing. Without that code, nothing is sent to you but\n"
        "another code if one is asked for again, and few of these.\n"
    )


def test_the_letter_with_news_says_who_and_where_and_how_it_ends() -> None:
    missed = [Missed("bob", "", 1), Missed("carol", "kitchen", 3)]
    letter = news_letter("you@example.org", "chat.example.org", missed, 4, lambda: True)
    assert letter.to == "you@example.org"
    assert letter.subject == "You were written to in the chat at chat.example.org"
    assert letter.text == (
        "While you were away from the chat at chat.example.org:\n"
        "\n"
        "- bob wrote privately\n"
        "- carol wrote in #kitchen, 3 times\n"
        "- and 4 more\n"
        "\n"
        "What they wrote is in the chat. No more than one such mail comes in an\n"
        "hour. To end these mails, type /mail off in the chat.\n"
    )


def test_no_row_of_a_letter_is_so_long_that_mail_breaks_it() -> None:
    place = f"chat.{'a' * 44}.example.org"
    missed = [Missed("b" * 24, "c" * 32, 9999)]
    for letter in (
        code_letter("you@example.org", place, "BCDF-GHJK", 60, lambda: True),
        news_letter("you@example.org", place, missed, 9999, lambda: True),
    ):
        assert max(map(len, letter.text.splitlines())) <= 76
        assert place in letter.text


def test_no_letter_shows_its_address_or_text_where_it_is_logged() -> None:
    letter = code_letter("you@example.org", "chat.example.org", "BCDF-GHJK", 60, lambda: True)
    assert "you@" not in repr(letter)
    assert "BCDF" not in repr(letter)


def test_a_server_without_mail_sends_nothing() -> None:
    post = NoPost()
    post.send(code_letter("you@example.org", "x", "BCDF-GHJK", 60, lambda: True))
    assert post.place == ""
