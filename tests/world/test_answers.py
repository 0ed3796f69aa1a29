"""
What the last requests of a session were answered.
"""

import pytest

from twisted_chat.replies.reply import Notice
from twisted_chat.world.answers import MOST_BYTES, MOST_REQUESTS, Answers


def answer(answers: Answers, label: str, *texts: str, size: int = 10) -> None:
    answers.begin(label)
    for text in texts:
        answers.note(label, Notice(1.0, text), size)
    answers.end(label, is_done=True)


def texts(answers: Answers, label: str) -> list[str]:
    return [each.text for each in answers.to(label) if isinstance(each, Notice)]


def test_an_answer_is_kept_when_its_request_is_done() -> None:
    answers = Answers()
    answers.begin("a")
    answers.note("a", Notice(1.0, "one"), 10)
    assert texts(answers, "a") == []
    answers.end("a", is_done=True)
    assert texts(answers, "a") == ["one"]
    # It is done, and another request with this label is a reading.
    answers.note("a", Notice(1.0, "two"), 10)
    answers.end("a", is_done=True)
    assert texts(answers, "a") == ["one"]
    assert texts(answers, "b") == []


def test_what_is_refused_has_no_answer() -> None:
    answers = Answers()
    answers.begin("a")
    answers.note("a", Notice(1.0, "one"), 10)
    answers.end("a", is_done=False)
    assert texts(answers, "a") == []
    answer(answers, "a", "two")
    assert texts(answers, "a") == ["two"]


@pytest.mark.parametrize(("size", "is_kept"), [(MOST_BYTES // 2, True), (MOST_BYTES, False)])
def test_an_answer_that_is_too_long_is_not_kept_in_part(size: int, is_kept: bool) -> None:
    answers = Answers()
    answer(answers, "before", "one")
    answer(answers, "a", "one", "two", size=size)
    assert texts(answers, "a") == (["one", "two"] if is_kept else [])
    # Such a long one takes the place of all others.
    assert texts(answers, "before") == ([] if is_kept else ["one"])


def test_of_many_the_last_are_kept() -> None:
    answers = Answers()
    for number in range(MOST_REQUESTS + 2):
        answer(answers, str(number), "tea")
    assert [bool(texts(answers, str(number))) for number in range(4)] == [
        *(False, False, True, True),
    ]
    answer(answers, "long", "tea", size=MOST_BYTES - 10)
    kept = [number for number in range(MOST_REQUESTS + 2) if texts(answers, str(number))]
    assert kept == [MOST_REQUESTS + 1]


def test_requests_that_are_never_answered_do_not_add_up() -> None:
    answers = Answers()
    for number in range(MOST_REQUESTS + 1):
        answers.begin(str(number))
    for number in range(MOST_REQUESTS + 1):
        answers.note(str(number), Notice(1.0, "tea"), 10)
        answers.end(str(number), is_done=True)
    assert (texts(answers, "0"), texts(answers, "1")) == ([], ["tea"])
