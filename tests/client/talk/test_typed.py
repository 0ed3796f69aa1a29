"""
What is typed becomes a request.
"""

import pytest

from twisted_chat.client.talk.typed import is_command, request_of, text_of


@pytest.mark.parametrize(
    "text",
    [
        "/join dev",
        " /join dev",
        "\uff0fjoin dev",
        "@bob :hi",
        "help",
        " Quit ",
        "/msg bob a\nb",
        "?",
    ],
)
def test_a_command_is_sent_as_it_is_typed(text: str) -> None:
    assert request_of(text, "lobby") == {"request": "command", "text": text}


@pytest.mark.parametrize(
    "text", ["hello", "help me", "/usr/bin\n/etc", "// x\ny", "exit\nhelp", "@app.route\ndef f():"]
)
def test_all_else_is_said(text: str) -> None:
    assert request_of(text, "lobby") == {"request": "say", "text": text, "room": "lobby"}


def test_without_a_room_the_server_says_so() -> None:
    assert request_of("hello", "") == {"request": "command", "text": "hello"}


def test_a_request_is_told_by_its_text() -> None:
    assert text_of(request_of("hello", "lobby")) == "hello"
    assert text_of({"request": "command", "name": "edit", "args": {"text": "x"}}) == "x"
    assert text_of({"request": "command", "name": "lock", "args": {"password": "x"}}) == "/lock"
    # What the client asks for by itself.
    assert text_of({"request": "command", "name": "join", "args": {"room": "x"}}) == ""
    assert text_of({"request": "history", "room": "x"}) == ""


def test_what_begins_with_a_command_is_known() -> None:
    for text in (
        "/msg bob x",
        "  /J den",
        "\uff0fme waves",
        "/quit",
        "/msg\tbob x",
        "/me\nx",
        "@bob x",
        "\uff20bob x",
    ):
        assert is_command(text), text
    for text in ("", "msg bob", "/usr/lib is full", "// a comment", "quit", "a /me", "太郎"):
        assert not is_command(text), text
