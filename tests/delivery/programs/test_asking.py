"""
Questions that programs are told, and those of a program that was away or goes on elsewhere.
"""

import pytest
from programs import arrive, sentences

from twisted_chat.replies import questions as replies
from twisted_chat.testing import Chat


def program(chat):
    found = arrive(chat, "robot")
    found.takes_questions = True
    return found


def test_a_program_is_told_a_question_and_answers_it():
    chat, answers = Chat(), []
    robot = program(chat)
    chat.hub.ask(robot.session, "Which tea? ", answers.append, within=30)
    assert robot.reads() == [
        replies.Asked(chat.hub.now(), 1, "Which tea?", "text", (), "", is_secret=False, seconds=30)
    ]
    chat.hub.answer(robot.session, "Assam")
    chat.hub.answer(robot.session, "Earl Grey")
    chat.advance(30)
    assert (answers, robot.reads()) == (["Assam"], [])


@pytest.mark.parametrize(("why", "code"), [("Never mind.", "cancelled"), (None, "no-answer")])
def test_a_program_is_told_that_and_why_a_question_is_asked_no_more(why, code):
    chat, answers = Chat(), []
    robot = program(chat)
    question = chat.hub.ask(robot.session, "Which tea? ", answers.append, within=30)
    robot.reads()
    if why:
        question.cancel(why)
    else:
        chat.advance(30)
    ended, said = robot.reads()
    assert (ended.question, ended.code) == (1, code)
    assert sentences([said]) == [why or "No answer came within 30 seconds."]
    chat.hub.answer(robot.session, "Assam")
    assert answers == []


def test_a_program_that_comes_back_is_told_its_question_again_with_the_time_that_is_left():
    chat, answers = Chat(), []
    robot = program(chat)
    chat.hub.questions.programs.resume(robot.session)
    assert robot.reads() == []
    chat.hub.ask(robot.session, "Which tea? ", answers.append, within=30)
    robot.reads()
    chat.advance(10)
    chat.hub.questions.programs.resume(robot.session)
    (again,) = robot.reads()
    assert (again.text, again.seconds) == ("Which tea?", 20)
    robot.takes_questions = False
    chat.hub.questions.programs.resume(robot.session)
    assert robot.session.question is None
    assert sentences(robot.reads()) == ["That asks a question, and your client cannot show it."]


def test_a_question_goes_on_in_the_session_in_which_its_user_does():
    chat = Chat()
    before, after = program(chat), arrive(chat, "android")
    chat.hub.ask(before.session, "Which tea? ", lambda tea: f"{tea} it is.")
    before.reads()
    chat.hub.questions.programs.move(before.session, after.session)
    chat.hub.answer(before.session, "Assam")
    chat.hub.answer(after.session, "Earl Grey")
    assert before.reads() == []
    assert sentences(after.reads()) == ["Earl Grey it is."]
