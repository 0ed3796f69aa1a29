"""
What commands ask the user of the client, and what is sent for their answers.
"""

from __future__ import annotations

from typing import Any

from attrs import define, field

from twisted_chat.client.show.line import Message
from twisted_chat.client.talk.asked import Asked
from twisted_chat.client.talk.questions import Questions


@define(eq=False)
class Desk:
    """
    A user who is asked.
    """

    questions: Questions = field(factory=Questions)
    sent: list[Message] = field(factory=list)
    done: list[str] = field(factory=list)
    asked: Asked = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.asked = Asked(self.questions, self.sent.append, self.done.append)

    def is_asked(self, **members: Any) -> list[str]:
        told = {"question": 7, "text": "Which tea?", "type": "text", "options": [], "default": ""}
        return self.asked.take({**told, "is_secret": False, **members})

    @property
    def prompt(self) -> str:
        return self.questions.current.prompt if self.questions.current else ""


def test_what_is_typed_is_the_answer() -> None:
    desk = Desk()
    assert desk.is_asked() == []
    assert desk.prompt == "Which tea? "
    desk.questions.answer("Earl Grey")
    assert desk.sent == [{"request": "respond", "question": 7, "text": "Earl Grey"}]
    assert desk.prompt == ""


def test_options_are_listed_and_a_default_and_a_choice_of_two_are_shown() -> None:
    desk = Desk()
    assert desk.is_asked(options=["Assam", "Earl Grey"]) == ["1 Assam", "2 Earl Grey"]
    desk.is_asked(type="boolean")
    assert desk.prompt == "Which tea? (yes/no) "
    desk.is_asked(default="Assam")
    assert desk.prompt == "Which tea? [Assam] "
    desk.questions.answer("")
    assert desk.sent == [{"request": "respond", "question": 7, "text": ""}]


def test_another_command_is_done_and_the_question_stands() -> None:
    desk = Desk()
    desk.is_asked()
    desk.questions.answer("/who")
    assert desk.done == ["/who"]
    assert desk.prompt == "Which tea? "
    desk.questions.answer("//tea")
    assert desk.sent == [{"request": "respond", "question": 7, "text": "/tea"}]


def test_it_can_be_cancelled() -> None:
    desk = Desk()
    desk.is_asked()
    desk.questions.answer(" /Cancel ")
    desk.is_asked(question=8)
    desk.asked.cancel()
    desk.asked.cancel()
    assert desk.sent == [
        {"request": "respond", "question": 7, "cancel": True},
        {"request": "respond", "question": 8, "cancel": True},
    ]
    assert desk.prompt == ""


def test_one_that_has_ended_is_taken_back_and_no_other() -> None:
    desk = Desk()
    desk.is_asked()
    desk.asked.ended(6)
    assert desk.prompt == "Which tea? "
    desk.asked.ended(7)
    assert desk.prompt == ""


def test_a_secret_is_sent_as_it_is() -> None:
    desk = Desk()
    desk.is_asked(is_secret=True)
    assert desk.questions.current is not None
    assert desk.questions.current.is_secret
    desk.questions.answer("/cancel")
    assert desk.sent == [{"request": "respond", "question": 7, "text": "/cancel"}]
