"""
Programs: passwords come with their requests, as a program cannot be asked for one.
"""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from logins import SECRET, come
from programs import Program, arrive, labels_of, plain, sentences
from shared_command import chat_with
from twisted.logger import capturedLogs

from twisted_chat import Context, Secret, command
from twisted_chat.replies.people import AccountChange, AccountChanged, ConnectionsClosed
from twisted_chat.testing import NO_LIMITS, Chat


def account(chat: Chat, nick: str = "robot", **facts: Any) -> Program:
    robot = arrive(chat, nick)
    for name, value in facts.items():
        setattr(robot, name, value)
    return robot


def test_a_program_gives_passwords_with_its_requests() -> None:
    chat = Chat()
    robot = account(chat)
    read = robot.runs("register", "1", password=SECRET)
    assert plain(read) == [AccountChanged(chat.hub.now(), "robot", AccountChange.REGISTERED)]
    assert set(labels_of(read)) == {"1"}
    user = robot.session.require_user()
    assert user.account is not None
    assert sentences(robot.runs("passwd", old="wrong one", new="another secret")) == [
        "Wrong name or password."
    ]
    assert sentences(robot.runs("passwd", old=SECRET, new="x")) == [
        "A password needs at least 8 characters."
    ]
    assert plain(robot.runs("passwd", old=SECRET, new="another secret")) == [
        AccountChanged(chat.hub.now(), "robot", AccountChange.PASSWORD_CHANGED)
    ]
    second = account(chat, "guest")
    second.runs("login", nick="robot", password="another secret")
    assert second.session.user is user
    assert plain(second.runs("ghost", nick="robot", password="another secret")) == [
        ConnectionsClosed(chat.hub.now(), "robot", 1)
    ]
    assert robot.closed == "ghost"
    assert plain(second.runs("unregister", password="another secret")) == [
        AccountChanged(chat.hub.now(), "robot", AccountChange.UNREGISTERED)
    ]
    assert chat.hub.world.find_account("robot") is None


def test_a_program_locks_and_enters_a_room_by_its_password() -> None:
    chat = Chat()
    owner, guest = account(chat, "owner"), account(chat, "guest")
    owner.runs("register", password=SECRET)
    owner.runs("join", room="vault", password="needed by nobody")
    assert sentences(owner.runs("lock", password="open sesame")) == []
    assert sentences(guest.runs("join", "1", room="vault"))[0].startswith("#vault is locked")
    assert sentences(guest.runs("join", "2", room="vault", password="close sesame")) == [
        "That is not the password of #vault."
    ]
    guest.runs("join", "3", room="vault", password="open sesame")
    assert chat.hub.rooms["vault"] in guest.session.require_user().rooms


def test_a_private_room_is_not_found_by_its_password() -> None:
    chat = Chat()
    owner, guest = account(chat, "owner"), account(chat, "guest")
    owner.runs("register", password=SECRET)
    owner.runs("join", room="vault")
    owner.runs("private", setting=True)
    told = sentences(guest.runs("join", room="vault", password="open sesame"))
    assert told == sentences(guest.runs("join", room="vault"))
    assert chat.hub.rooms["vault"] not in guest.session.require_user().rooms


@pytest.mark.parametrize("name", ["register", "login", "passwd", "ghost", "unregister", "lock"])
def test_a_program_that_gives_no_password_is_refused_and_its_next_line_is_talk(name: str) -> None:
    chat = Chat()
    bob = come(chat, "bob")
    robot = account(chat)
    if name in ("passwd", "unregister", "lock"):
        robot.runs("register", password=SECRET)
    robot.runs("join", room="vault")
    bob.types("/join vault")
    bob.reads()
    args = {"nick": "bob"} if name in ("login", "ghost") else {}
    read = robot.runs(name, "r", **args)
    assert sentences(read) == ["A password is needed for that, and none was given."]
    assert robot.session.question is None
    chat.dispatcher.say(robot.session, "hello")
    chat.advance()
    assert bob.reads()[-1].endswith("robot: hello")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("register", {"password": SECRET}),
        ("login", {"nick": "bob", "password": SECRET}),
        ("ghost", {"nick": "bob", "password": SECRET}),
        ("lock", {"password": SECRET}),
    ],
)
def test_a_password_over_a_connection_that_others_read_is_refused_where_that_may_not_be(
    name: str, args: dict[str, Any]
) -> None:
    chat = Chat(limits=evolve(NO_LIMITS, password_over_cleartext="deny"))
    come(chat, "bob")
    robot = account(chat, is_private=False)
    robot.runs("join", room="vault")
    assert sentences(robot.runs(name, **args)) == [
        "This connection is not encrypted. To give a password, please connect over TLS."
    ]
    assert robot.session.require_user().account is None
    assert not chat.hub.rooms["vault"].modes.password


def test_wrong_passwords_of_a_program_are_counted_like_those_of_a_person() -> None:
    chat = Chat()
    come(chat, "bob")
    robot = account(chat)
    for _ in range(5):
        robot.runs("login", nick="bob", password="wrong one")
    assert robot.closed == "too-many-wrong-passwords"


def test_no_password_reaches_the_log() -> None:
    @command
    def leak(ctx: Context, password: Secret | None = None) -> None:
        """Fail with a password at hand."""
        raise ValueError(f"{password} {password!r}")

    chat = chat_with(leak)
    robot = account(chat)
    with capturedLogs() as logged:
        robot.runs("leak", password="hunter2 and more")
    assert logged
    assert "hunter2" not in str(logged)
