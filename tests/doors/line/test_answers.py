"""
Answers: secrets and what may be one.
"""

import pytest
from shared_protocol import two_people

from twisted_chat.testing import Chat

WITHHELD = "That line was not sent, because it may answer the last question."


def test_a_secret_is_asked_for_hidden_and_left_with_ctrl_c() -> None:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.receives()
    alice.types("/register")
    # WILL ECHO stands before the prompt, so that the client shows nothing that is typed.
    assert b"\xff\xfb\x01New password: " in alice.receives()
    # It agrees, and Ctrl-C comes as IP behind the beginning of a secret.
    alice.sends(b"\xff\xfd\x01corr\xff\xf4")
    assert alice.reads()[-1] == "Cancelled."
    assert alice.sees_typing
    alice.sends(b"still here\n")
    assert chat.arrive("bob").is_connected
    chat.advance(3)
    alice.types("/register", "x" * 5000)
    assert "That line was longer than 4096 bytes and was not sent." in alice.reads()


def asked(**how):
    chat, alice, bob = two_people()
    answers = []
    chat.hub.ask(alice.protocol.session, "Answer: ", answers.append, **how)
    chat.advance()
    alice.reads()
    return chat, alice, bob, answers


@pytest.mark.parametrize("stop", range(1, 12))
def test_ctrl_c_at_a_secret_gives_it_up_and_what_stands_behind_it_is_not_said(stop):
    _, alice, bob, answers = asked(secret=True)
    typed = b"hunt\x03er2 xyz\n"
    alice.sends(typed[:stop])
    alice.sends(typed[stop:])
    assert answers == [""]
    assert bob.reads() == []
    assert WITHHELD in "".join(alice.reads())


def test_ctrl_c_at_another_question_gives_it_up_and_the_rest_is_a_line():
    _, alice, bob, answers = asked()
    alice.sends(b"re\x03hello\n")
    assert answers == [""]
    assert bob.reads() == ["alice: hello"]


def test_a_key_alone_gives_nothing_up_and_enter_does():
    _, alice, bob, answers = asked(secret=True)
    alice.sends(b"\x1b[A\r\n")
    assert answers == []
    alice.types("")
    assert answers == [""]
    alice.types("may be a secret")
    assert bob.reads() == []


def test_a_new_question_takes_the_next_line_again():
    chat, alice, bob, answers = asked(secret=True)
    alice.types("")
    chat.advance(3)
    chat.hub.ask(alice.protocol.session, "Again: ", answers.append)
    alice.types("blue", "hello")
    assert answers == ["", "blue"]
    assert bob.reads() == ["alice: hello"]
