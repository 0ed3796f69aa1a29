"""
Programs are started, started again when they end, and stopped with the server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.server.programs import keeper as module
from twisted_chat.server.programs.keeper import FIRST_WAIT, LONGEST_WAIT, Keeper
from twisted_chat.testing import Chat


@define(eq=False)
class Played:
    """
    A process that ends when the test says so.
    """

    name: str
    on_ended: Any
    pid: int = 7
    is_ending: bool = False
    started: tuple[Any, ...] = ()
    ended: Deferred[None] = field(factory=Deferred)

    def start(self, *given: Any) -> None:
        if given[0] == ("missing",):
            raise FileNotFoundError(2, "No such file or directory")
        self.started = given

    def end(self) -> None:
        self.is_ending = True

    def ends(self, status: int = 0) -> None:
        self.on_ended(status)
        self.ended.callback(None)


@define(eq=False)
class Stage:
    chat: Chat
    clock: Clock
    keeper: Keeper
    played: list[Played]

    def service(self, name: str = "dice") -> Any:
        return self.chat.plugins.services.by_name[name]

    @property
    def running(self) -> Played:
        return self.played[-1]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    played: list[Played] = []

    def make(_reactor: Any, name: str, on_ended: Any) -> Played:
        played.append(Played(name, on_ended))
        return played[-1]

    monkeypatch.setattr(module, "Process", make)
    options = {
        "dice": {"run": ["./dice", "-v"], "environment": ["SIDES=6"]},
        "lost": {"run": ["missing"]},
    }
    chat = Chat(options=options)
    clock = Clock()
    keeper = Keeper(clock, chat.hub, chat.dispatcher, MessageLimits(), Path("/srv/chat"))
    return Stage(chat, clock, keeper, played)


def test_a_program_is_started_as_the_operator_says(stage: Stage) -> None:
    with capturedLogs() as logged:
        stage.keeper.start(stage.service())
    run, variables, where, protocol = stage.running.started
    assert (run, where) == (("./dice", "-v"), Path("/srv/chat"))
    assert (variables["CHAT_PLUGIN"], variables["SIDES"]) == ("dice", "6")
    assert protocol.door == "json"
    assert [formatEvent(each) for each in logged] == ["Program dice is started, process 7"]


def test_one_that_ends_is_started_again_later_each_time(stage: Stage) -> None:
    stage.keeper.start(stage.service())
    waits = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    for count, wait in enumerate(waits, 1):
        with capturedLogs() as logged:
            stage.running.ends(1)
        expected = f"Program dice ended with status 1; it is started again in {wait:g} s"
        assert [formatEvent(each) for each in logged] == [expected]
        assert stage.service().why == "It ended with status 1; the log has what it said."
        stage.clock.advance(wait - 0.01)
        assert len(stage.played) == count
        stage.clock.advance(0.01)
        assert len(stage.played) == count + 1
    # Once it has run for a while, its next end is a first one.
    stage.clock.advance(LONGEST_WAIT)
    with capturedLogs() as logged:
        stage.running.ends(-9)
    assert formatEvent(logged[0]) == (
        f"Program dice ended by signal 9; it is started again in {FIRST_WAIT:g} s"
    )


def test_one_that_cannot_be_started_is_named_and_tried_again(stage: Stage) -> None:
    with capturedLogs() as logged:
        stage.keeper.start(stage.service("lost"))
        stage.clock.advance(FIRST_WAIT)
    expected = "Program lost cannot be started: 'missing': No such file or directory"
    assert [formatEvent(each) for each in logged] == [expected] * 2
    why = "'missing' cannot be started: No such file or directory."
    assert stage.service("lost").why == why


def test_starting_what_runs_starts_it_again_when_it_has_ended(stage: Stage) -> None:
    stage.keeper.start(stage.service())
    stage.keeper.start(stage.service())
    assert stage.running.is_ending
    assert len(stage.played) == 1
    with capturedLogs() as logged:
        stage.running.ends(-15)
    assert len(stage.played) == 2
    # That it ended is no fault of its own.
    assert [(each["log_level"].name, formatEvent(each)) for each in logged] == [
        ("info", "Program dice has ended, to be started again"),
        ("info", "Program dice is started, process 7"),
    ]
    # And one that waits for its next start begins at once.
    stage.running.ends(1)
    stage.keeper.start(stage.service())
    stage.clock.advance(0)
    assert len(stage.played) == 3


def test_what_is_stopped_stays_stopped(stage: Stage) -> None:
    stage.keeper.start(stage.service())
    stage.keeper.stop(stage.service())
    stage.keeper.stop(stage.service())
    assert stage.running.is_ending
    with capturedLogs() as logged:
        stage.running.ends(-15)
    assert [formatEvent(each) for each in logged] == ["Program dice has ended"]
    stage.clock.advance(1000)
    assert len(stage.played) == 1
    assert stage.clock.getDelayedCalls() == []


def test_all_are_stopped_with_the_server_which_waits_for_them(stage: Stage) -> None:
    stage.keeper.start(stage.service())
    stage.keeper.start(stage.service("lost"))
    done: list[Any] = []
    stage.keeper.stop_all().addCallback(done.append)
    assert done == []
    stage.played[0].ends(-15)
    assert len(done) == 1
    stage.clock.advance(1000)
    assert stage.clock.getDelayedCalls() == []


def test_another_service_of_the_same_name_takes_its_place(stage: Stage) -> None:
    first = stage.service()
    stage.keeper.start(first)
    stage.chat.plugins.services.remove("dice")
    stage.chat.plugins.services.add("dice", first.grant)
    stage.keeper.start(stage.service())
    assert [each.is_ending for each in stage.played] == [True, False]
    stage.played[0].ends(-15)
    assert len(stage.played) == 2


def test_new_limits_count_for_the_next_messages(stage: Stage) -> None:
    stage.keeper.start(stage.service())
    stage.keeper.refresh(MessageLimits(max_message=100))
    protocol = stage.running.started[3]
    assert protocol.factory.limits.max_message == 100
