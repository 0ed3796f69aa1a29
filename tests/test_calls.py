"""
Calls: what comes of one whose answer comes later or never, and what runs in it.
"""

from typing import Any

import pytest
from attrs import define, field
from shared_isolation import NEVER, Outcome, break_down
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from twisted_chat.calls import ANSWER_WITHIN, has_ended, waiting_for_user
from twisted_chat.isolation import Isolation

# -- answers that come later ----------------------------------------------------------------------


def test_a_deferred_answers_when_it_fires() -> None:
    outcome = Outcome()
    answer: Deferred[str] = Deferred()
    assert outcome.of(lambda: answer) == []
    outcome.advance(9)
    answer.callback("fine")
    assert outcome.advance(60) == []
    assert outcome.results == ["fine"]
    assert outcome.clock.getDelayedCalls() == []


@pytest.mark.parametrize("call", NEVER, ids=lambda call: call.__name__)
def test_an_answer_that_never_comes_is_given_up_after_ten_seconds(call: Any) -> None:
    outcome = Outcome()
    assert outcome.of(call) == []
    assert outcome.advance(9.99) == []
    assert outcome.failures == 0
    (event,) = outcome.advance(0.01)
    assert event["name"] == "/it"
    assert outcome.failures == 1
    assert outcome.advance(60) == []
    assert outcome.failures == 1


def test_an_answer_after_the_last_moment_is_dropped() -> None:
    outcome = Outcome()
    answer: Deferred[str] = Deferred()
    outcome.of(lambda: answer)
    outcome.advance(10)
    answer.callback("late")
    assert outcome.results == []
    assert outcome.failures == 1


def test_a_coroutine_that_is_given_up_can_clean_up() -> None:
    done: list[str] = []

    async def work() -> None:
        try:
            await Deferred()
        finally:
            done.append("cleaned up")

    outcome = Outcome()
    outcome.of(work)
    outcome.advance(10)
    assert done == ["cleaned up"]


def test_a_coroutine_is_given_what_it_waits_for() -> None:
    first: Deferred[int] = Deferred()

    async def work() -> list[Any]:
        found: list[Any] = [await first]
        try:
            await fail(KeyError("second"))
        except KeyError as error:
            found.append(error.args[0])
        found.append(await inner())
        return found

    async def inner() -> str:
        return await succeed("third")

    outcome = Outcome()
    outcome.of(work)
    first.callback(1)
    assert outcome.results == [[1, "second", "third"]]


# -- what runs in a call --------------------------------------------------------------------------


@define
class Question:
    """
    What a call waits for, beside its own time.
    """

    answer: Deferred[None] = field(factory=Deferred)
    withdrawn: int = 0

    def withdraw(self) -> None:
        self.withdrawn += 1

    async def ask(self) -> None:
        with waiting_for_user(self.withdraw):
            await self.answer

    def begin(self) -> Deferred[None]:
        return Deferred.fromCoroutine(self.ask())


@pytest.mark.parametrize("is_coroutine", [True, False])
def test_the_time_of_a_call_stands_still_while_it_asks_and_goes_on_then(
    is_coroutine: bool,
) -> None:
    outcome, question = Outcome(), Question()
    outcome.of(question.ask if is_coroutine else question.begin)
    assert outcome.advance(1000) == []
    question.answer.callback(None)
    assert outcome.results == [None]
    assert (outcome.failures, question.withdrawn) == (0, 0)


def test_a_call_that_has_asked_has_its_time_again() -> None:
    first, second = Question(), Question()

    async def work() -> None:
        await first.ask()
        await Deferred()

    async def work_on() -> None:
        await second.ask()
        assert not has_ended()

    outcome = Outcome()
    outcome.of(work)
    outcome.advance(1000)
    outcome.of(work_on)
    first.answer.callback(None)
    assert outcome.advance(ANSWER_WITHIN - 0.01) == []
    (event,) = outcome.advance(0.01)
    assert event["traceback"].endswith("TimeoutError: no answer within 10 s")
    second.answer.callback(None)
    assert (outcome.results, outcome.failures) == ([None], 1)


def test_what_a_call_has_begun_and_does_not_wait_for_has_ended_with_it() -> None:
    ended: list[bool] = []
    question = Question()

    async def work() -> None:
        ended.append(has_ended())
        await question.ask()
        ended.append(has_ended())

    def begin() -> None:
        Deferred.fromCoroutine(work())
        ended.append(has_ended())

    outcome = Outcome()
    assert outcome.of(begin) == []
    # Nobody answers the question of a call that is over.
    assert question.withdrawn == 1
    question.answer.callback(None)
    assert ended == [False, False, True]
    assert not has_ended()


def test_a_call_within_another_one_has_a_time_of_its_own() -> None:
    outcome, inner, ended = Outcome(), Question(), []

    async def outer() -> None:
        outcome.isolation.run("/inner", inner.ask, ended=lambda: ended.append("inner"))
        outcome.isolation.run("/quick", lambda: ended.append("quick"))
        assert not has_ended()
        await Deferred()

    outcome.of(outer)
    assert ended == ["quick"]
    (event,) = outcome.advance(ANSWER_WITHIN)
    assert (event["name"], outcome.failures) == ("/it", 1)
    inner.answer.callback(None)
    assert ended == ["quick", "inner"]


def test_a_coroutine_of_what_does_not_ask_itself_has_a_time_of_its_own() -> None:
    outcome, question, ended = Outcome(), Question(), []

    async def inner() -> None:
        ended.append(has_ended())
        await question.ask()
        ended.append(has_ended())

    async def outer() -> None:
        outcome.isolation.run("/inner", inner, asks=False)
        outcome.isolation.run("/quick", lambda: ended.append(has_ended()), asks=False)
        await Deferred()

    outcome.of(outer)
    (event,) = outcome.advance(1000)
    assert (event["name"], ended) == ("/it", [False, False])
    question.answer.callback(None)
    assert ended == [False, False, False]


@pytest.mark.parametrize("asks", [True, False])
def test_what_is_raised_or_comes_later_is_the_same_for_what_does_not_ask(asks: bool) -> None:
    isolation, results, late = Isolation(Clock()), [], Deferred[str]()
    done = results.append
    with capturedLogs() as logged:
        isolation.run("/it", break_down, done=done, asks=asks)
        isolation.run("/it", lambda: late, done=done, asks=asks)
        isolation.run("/it", lambda: "now", done=done, asks=asks)
        isolation.run("/it", lambda: None, done=done, asks=asks)
        late.callback("late")
    assert results == ["now", None, "late"]
    assert [event["name"] for event in logged] == ["/it"]


def test_a_question_is_withdrawn_from_a_call_that_fails_at_once() -> None:
    question = Question()

    def begin() -> None:
        question.begin()
        raise OSError

    outcome = Outcome()
    outcome.of(begin)
    assert (question.withdrawn, outcome.failures) == (1, 1)
