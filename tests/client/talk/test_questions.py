"""
Questions at the user, and the passwords that commands need.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_json import Programs

from twisted_chat.client.talk.questions import (
    Passwords,
    Question,
    Questions,
    command_of,
    is_secret,
)


def test_a_question_is_answered_once() -> None:
    questions, answers = Questions(), []
    questions.ask(Question("Name: "), answers.append)
    assert questions.current == Question("Name: ")
    questions.answer("ada")
    questions.answer("again")
    assert answers == ["ada"]
    questions.ask(Question("Name: "), answers.append)
    questions.give_up()
    questions.answer("too late")
    assert (answers, questions.current) == (["ada"], None)


def test_a_prompt_has_no_character_that_moves_the_cursor() -> None:
    assert (
        Question("Password of \x1b[2Jada\n\u202e: ").prompt == "Password of ^[[2Jada^J<U+202E>: "
    )


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/join dev", ("join", "dev")),
        (" /J dev ", ("join", "dev")),
        ("\uff0flogin ada", ("login", "ada")),
        ("join dev", ("", "join dev")),
    ],
)
def test_a_command_is_read(text: str, command: tuple[str, str]) -> None:
    assert command_of(text) == command


def test_a_line_that_may_hold_a_password_is_known() -> None:
    for text in ("/login ada secret", "/register secret", "/passwd old new", "/j den secret"):
        assert is_secret(text), text
    for text in ("/login ada", "/register", "/join den", "/me is secret", "login ada secret"):
        assert not is_secret(text), text


SECRET_COMMANDS = ("register", "lock", "login", "ghost", "unregister", "passwd", "join")


@settings(deadline=None)
@given(
    st.sampled_from(SECRET_COMMANDS),
    st.integers(1, 10),
    st.sampled_from([" ", "\t", "\n", "\r\n", "  ", "\u3000", "\u00a0"]),
    st.sampled_from(["/", " /", "\uff0f", "//", "/ ", "\u200b/", "\x01/", "\u3001", "./"]),
    st.booleans(),
)
def test_no_line_that_begins_like_one_with_a_password_is_kept(
    name: str, length: int, space: str, slash: str, is_upper: bool
) -> None:
    begun = name[:length].upper() if is_upper else name[:length]
    assert is_secret(f"{slash}{begun}{space}ada{space}correct horse")
    assert is_secret(f"{slash}{name}{begun}{space}correct horse")


@pytest.fixture(scope="module")
def expects() -> Callable[[str], bool]:
    return Programs().chat.dispatcher.may_ask_secret


@settings(deadline=None)
@given(
    name=st.sampled_from(SECRET_COMMANDS), more=st.text("abcdefghijklmnopqrstuvwxyz", max_size=8)
)
def test_where_the_server_would_expect_a_password_no_line_is_kept(
    expects: Callable[[str], bool], name: str, more: str
) -> None:
    names = [name[:length] for length in range(1, len(name) + 1)]
    for typed in (*names, f"{name}{more}", more):
        if typed and expects(typed):
            assert is_secret(f"/{typed} ada secret"), typed


def test_what_the_server_takes_for_a_password_is_not_kept() -> None:
    for text in (
        "/regster secret",
        "/pasword secret",
        "/password old new",
        "/passwrd a b",
        "/lgoin ada secret",
        "/unregistre secret",
        "/ghst ada secret",
        "/lokc secret",
        "/locksecret",
        "/logi ada secret",
        "/jion den secret",
        "/\uff4c\uff4f\uff43\uff4b secret",
    ):
        assert is_secret(text), text
    for text in (
        "/help",
        "/me waves",
        "/msg bob hi there",
        "/topic tea time",
        "/away for tea",
        "/rooms",
        "/say hello there",
        "/kick bob too loud",
        "/invite bob",
        "/logout",
        "/unlock",
        "/",
        "//",
    ):
        assert not is_secret(text), text


def ask(request: dict[str, Any], *answers: str) -> list[dict[str, Any]]:
    questions, sent = Questions(), []
    assert Passwords(questions, sent.append).ask_for(request)
    for answer in answers:
        assert questions.current is not None
        assert questions.current.is_secret
        questions.answer(answer)
    return [each["args"] for each in sent]


def test_each_command_is_sent_with_what_it_needs() -> None:
    typed = {"request": "command"}
    assert ask({**typed, "text": "/login ada"}, "pw") == [{"nick": "ada", "password": "pw"}]
    assert ask({**typed, "text": "/unregister"}, "pw") == [{"password": "pw"}]
    assert ask({**typed, "text": "/passwd"}, "a", "b", "b") == [{"old": "a", "new": "b"}]
    assert ask({**typed, "text": "/register"}, "a", "x", "b", "b") == [{"password": "b"}]
    named = {**typed, "name": "join", "args": {"room": "den"}}
    assert ask(named, "pw") == [{"room": "den", "password": "pw"}]


def test_an_empty_answer_sends_nothing() -> None:
    assert ask({"text": "/login ada"}, "") == []
    assert ask({"text": "/register"}, "a", "") == []


def test_what_other_commands_need_is_not_known() -> None:
    assert not Passwords(Questions(), print).ask_for({"text": "/topic tea"})
