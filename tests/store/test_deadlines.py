"""
Deadlines: how long users wait for the store, and what is logged when no user waits.
"""

from collections.abc import Iterator

import pytest
from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, formatEvent

from twisted_chat.errors import ChatError, SearchNotReady, SearchTooLong, Unavailable
from twisted_chat.log import LimitedLogger
from twisted_chat.store.deadlines import ALL_WITHIN, ANSWER_WITHIN, Deadlines, in_time
from twisted_chat.store.interface import (
    ChangeRefused,
    NotReady,
    NotWritten,
    StoreFailed,
    TookTooLong,
    Unanswered,
)


@define(eq=False)
class Desk:
    clock: Clock = field(factory=Clock)
    events: list[LogEvent] = field(factory=list)
    _deadlines: Deadlines = field(init=False)

    def __attrs_post_init__(self) -> None:
        log = LimitedLogger(Logger(observer=self.events.append), self.clock.seconds)
        self._deadlines = Deadlines(self.clock, log)

    @property
    def deadlines(self) -> Deadlines:
        return self._deadlines

    @property
    def log(self) -> list[str]:
        return [formatEvent(event) for event in self.events]

    @in_time
    async def read_twice(self, first: Deferred[str], second: Deferred[str]) -> None:
        await first
        await second


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    assert not desk.clock.getDelayedCalls()


def outcome_of(deferred: Deferred[object]) -> list[object]:
    found: list[object] = []
    deferred.addBoth(lambda result: found.append(getattr(result, "value", result)))
    return found


def test_an_answer_in_time_is_the_answer(desk: Desk) -> None:
    asked: Deferred[str] = Deferred()
    found = outcome_of(desk.deadlines.within(asked))
    desk.clock.advance(ANSWER_WITHIN - 0.1)
    asked.callback("yes")
    assert found == ["yes"]
    assert desk.log == []


@pytest.mark.parametrize(
    ("error", "told", "logged"),
    [
        (TookTooLong("long"), SearchTooLong, []),
        (NotReady("not yet", 40), SearchNotReady, []),
        (StoreFailed("no disk"), Unavailable, ["History could not be read: no disk"]),
    ],
)
def test_history_that_cannot_be_read_is_told_so_and_a_fault_is_logged(
    desk: Desk, error: Exception, told: type[ChatError], logged: list[str]
) -> None:
    asked: Deferred[str] = Deferred()
    found = outcome_of(Deferred.fromCoroutine(desk.deadlines.read(asked)))
    asked.errback(error)
    assert [type(each) for each in found] == [told]
    assert desk.log == logged


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (StoreFailed("the disk is on fire"), "The database does not answer: the disk is on fire"),
        (NotWritten("no room"), "An export could not be written: no room"),
    ],
)
def test_a_failure_that_no_user_waits_for_any_longer_is_logged(
    desk: Desk, error: Exception, logged: str
) -> None:
    asked: Deferred[str] = Deferred()
    found = outcome_of(desk.deadlines.within(asked))
    desk.clock.advance(ANSWER_WITHIN)
    assert isinstance(found[0], Unanswered)
    asked.errback(error)
    assert desk.log == [logged]


def test_a_bug_is_logged_with_its_traceback(desk: Desk) -> None:
    asked: Deferred[str] = Deferred()
    outcome_of(desk.deadlines.within(asked))
    desk.clock.advance(ANSWER_WITHIN)
    asked.errback(ZeroDivisionError("ours"))
    assert desk.log[0].startswith("A request to the database failed:\n")
    assert desk.log[0].endswith("ZeroDivisionError: ours")


@pytest.mark.parametrize(
    ("error", "sentence", "lines"),
    [
        (StoreFailed("no"), "The database does not answer, please try again later.", 0),
        (
            NotWritten("no room"),
            "The file cannot be written. The server's log says why.",
            1,
        ),
    ],
)
def test_a_user_who_asks_is_told_in_a_sentence(
    desk: Desk, error: Exception, sentence: str, lines: int
) -> None:
    asked: Deferred[str] = Deferred()
    found = outcome_of(Deferred.fromCoroutine(desk.deadlines.answer(asked)))
    asked.errback(error)
    assert isinstance(found[0], ChatError)
    assert str(found[0]) == sentence
    assert len(desk.log) == lines


def test_a_user_who_waits_too_long_is_told_what_is_not_known(desk: Desk) -> None:
    asked: Deferred[str] = Deferred()
    unknown = ChatError("Nobody knows.")
    found = outcome_of(Deferred.fromCoroutine(desk.deadlines.answer(asked, unknown)))
    desk.clock.advance(ANSWER_WITHIN)
    assert found == [unknown]
    asked.callback("late")
    assert desk.log == []


def test_all_that_one_command_reads_ends_in_time(desk: Desk) -> None:
    first: Deferred[str] = Deferred()
    found = outcome_of(desk.read_twice(first, Deferred()))
    first.callback("one")
    desk.clock.advance(ALL_WITHIN)
    assert isinstance(found[0], Unavailable)
    both = Deferred[str](), Deferred[str]()
    found = outcome_of(desk.read_twice(*both))
    for each in both:
        each.callback("read")
    assert found == [None]


def test_a_change_that_was_refused_too_late_to_be_told_is_no_fault(desk: Desk) -> None:
    asked: Deferred[str] = Deferred()
    found = outcome_of(Deferred.fromCoroutine(desk.deadlines.answer(asked)))
    desk.clock.advance(ANSWER_WITHIN)
    asked.errback(ChangeRefused("the code is over"))
    assert isinstance(found[0], ChatError)
    assert desk.log == []


def test_others_have_a_turn_in_the_middle_of_long_work(desk: Desk) -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("one")
        await desk.deadlines.rest()
        done.append("two")

    desk.clock.callLater(0, done.append, "another")
    Deferred.fromCoroutine(work())
    desk.clock.advance(0)
    assert done == ["one", "another", "two"]
