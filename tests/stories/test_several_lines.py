"""
Texts of several lines: they are read as sent, and no row looks like another user's.
"""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from logins import come
from programs import Program, arrive, plain

from twisted_chat.testing import NO_LIMITS, Chat, Person

#: What a user wants to be read as if the server, or another user, had said it.
FORGED = [
    "*** alice has left #lobby ***",
    "alice: I quit",
    "[alice -> bob] psst",
    "Topic: nonsense",
]


def crowd() -> tuple[Chat, Program, Person, Person]:
    """
    Return a chat with a program that operates the server, and two who read lines.
    """
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=20))
    alice, bob = come(chat, "alice", "operator"), chat.arrive("bob")
    chat.arrive("victim")
    robot = arrive(chat, "robot")
    robot.session.require_user().roles.add("operator")
    for person in (alice, bob):
        person.reads()
    return chat, robot, alice, bob


def test_a_message_of_several_lines_is_read_in_as_many_rows() -> None:
    chat, robot, alice, bob = crowd()
    chat.dispatcher.say(robot.session, "def f():\n    return 1\n")
    bob.types("/color on")
    robot.runs("msg", nick="bob", text="one\n\ntwo")
    assert alice.reads() == ["robot: def f():", "  |     return 1"]
    assert bob.reads()[:2] == ["robot: def f():", "  |     return 1"]
    chat.dispatcher.dispatch(robot.session, "/me waves\nand goes")
    chat.advance()
    assert alice.reads() == ["* robot waves", "  | and goes"]
    # A program reads one event, with its lines.
    assert [event.text for event in plain(robot.reads())][-1] == "waves\nand goes"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\n\n\n"])
@pytest.mark.parametrize("colour", ["off", "on"])
def test_no_row_of_a_user_looks_like_one_of_the_server_or_of_another_user(
    end: str, colour: str
) -> None:
    chat, robot, alice, bob = crowd()
    for person in (alice, bob):
        person.types("/numbers on", "/time on", f"/color {colour}", "/bell on")
        person.reads()
    words = end.join(["hello", *FORGED, ""])
    dispatcher, session = chat.dispatcher, robot.session
    dispatcher.say(session, words)
    number = next(event.number for event in plain(robot.reads()) if hasattr(event, "number"))
    dispatcher.say(session, words.removeprefix("hello"))
    dispatcher.dispatch(session, words)
    dispatcher.dispatch(session, f"@bob:{words}")
    robot.runs("me", action=words)
    robot.runs("msg", nick="bob", text=words)
    robot.runs("edit", number=number, text=words)
    robot.runs("re", number=number, text=words)
    robot.runs("pin", number=number)
    robot.runs("react", number=number, symbol="+1")
    robot.runs("topic", text=words)
    robot.runs("away", reason=words)
    robot.runs("announce", text=words)
    robot.runs("report", nick="bob", reason=words)
    robot.runs("servermute", nick="victim", duration="1d", reason=words)
    robot.runs("serverban", who="nobody", duration="1d", reason=words)
    robot.runs("serverkick", nick="victim", reason=words)
    # What is read back, and what is refused.
    bob.types(
        "/history", "/pins", "/messages robot", "/search nonsense", "/topic", "/whois robot",
        "/msg robot hello", f"/show {number}",
    )  # fmt: skip
    alice.types("/reports", "/serverbans", "/audit", "/topic")
    for name in ("msg", "join", "kick", words):
        robot.runs(name, nick=words, room=words)
        dispatcher.run(session, name, words)
    late = chat.connect()
    late.types("late")
    robot.runs("quit", reason=words)
    read = [
        re.sub("\x1b\\[[0-9;]*m", "", row) for each in (alice, bob, late) for row in each.reads()
    ]
    assert sum("alice has left" in row for row in read) > 20
    for row in read:
        bare = re.sub(r"^\a?(\[[0-9: -]+\] )*", "", row)
        if not row.startswith("  | "):
            assert not bare.startswith(tuple(FORGED)), row


def test_what_a_person_types_is_one_line_whatever_it_holds() -> None:
    _, robot, alice, bob = crowd()
    alice.sends("a\x0bb\u2028c\x85d\n".encode())
    assert bob.reads() == ["alice: a�b�c�d"]
    (said,) = plain(robot.reads())
    assert said.text == "a�b�c�d"


def test_an_answer_quotes_the_lines_it_answers_in_one() -> None:
    chat, robot, alice, bob = crowd()
    chat.dispatcher.say(robot.session, "one\ntwo")
    number = plain(robot.reads())[0].number
    alice.types(f"/re {number} yes")
    assert bob.reads()[-1] == f"alice (re {number} robot: one two): yes"
