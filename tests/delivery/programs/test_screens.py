"""
Lines wait for filters in other processes: in their room, in their order, and nowhere else.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import pytest
from attrs import define, evolve, field
from twisted.internet.defer import Deferred, fail, succeed

from twisted_chat.delivery.programs.screens import Screens
from twisted_chat.errors import ChatError
from twisted_chat.events import Event, Said
from twisted_chat.testing import Chat
from twisted_chat.world.model import Room


@define(eq=False)
class Asked:
    """
    A screen that answers when the test says so.
    """

    rooms: tuple[str, ...] = ("lobby",)
    waiting: list[tuple[str, Deferred[Event]]] = field(factory=list)

    def covers(self, room: Room, event: Event) -> bool:
        return room.name in self.rooms

    def check(self, event: Any) -> Deferred[Event]:
        checked: Deferred[Event] = Deferred()
        self.waiting.append((event, checked))
        return checked

    def answers(self, index: int = 0, text: str = "") -> None:
        event, checked = self.waiting.pop(index)
        checked.callback(evolve(event, text=text) if text else event)


def room(name: str = "lobby") -> Room:
    chat = Chat()
    alice = chat.arrive("alice")
    alice.types(f"/join {name}")
    return chat.hub.find_room(name)


def said(text: str) -> Said:
    return Said(0.0, "lobby", "alice", text)


def test_nobody_waits_without_a_screen_and_what_changes_is_told() -> None:
    changes: list[bool] = []
    screens = Screens(lambda: changes.append(screens.exist))
    assert screens.wait(room(), said("one"), changes.append) is None
    screen = Asked(rooms=("attic",))
    screens.add(screen)
    screens.add(screen)
    assert screens.wait(room(), said("one"), changes.append) is None
    screens.remove(screen)
    screens.remove(screen)
    assert changes == [True, True, False, False]


def test_lines_go_on_in_their_order_whatever_is_answered_first() -> None:
    screens, screen, lobby, told = Screens(lambda: None), Asked(), room(), list[str]()
    screens.add(screen)
    done = [
        screens.wait(lobby, said(text), lambda event: told.append(event.text) or len(told))  # type: ignore[func-returns-value]
        for text in ("one", "two", "three")
    ]
    screen.answers(2)
    screen.answers(1, "TWO")
    assert told == []
    screen.answers(0)
    assert told == ["one", "TWO", "three"]
    results: list[int] = []
    for each in done:
        assert each is not None
        each.addCallback(results.append)
    assert results == [1, 2, 3]
    assert screens._queues == {}


def test_a_refused_line_holds_up_nobody() -> None:
    screens, screen, lobby, told = Screens(lambda: None), Asked(), room(), list[str]()
    screens.add(screen)
    first = screens.wait(lobby, said("one"), lambda event: told.append(event.text))
    screens.wait(lobby, said("two"), lambda event: told.append(event.text))
    screen.answers(1)
    refusals: list[str] = []
    assert first is not None
    first.addErrback(lambda failure: refusals.append(str(failure.value)))
    screen.waiting[0][1].errback(ChatError("No."))
    assert (told, refusals) == (["two"], ["No."])


@pytest.mark.parametrize("error", [ChatError("No."), KeyError("a bug")])
def test_what_fails_when_it_goes_on_fails_for_who_waits(error: Exception) -> None:
    screens, screen, lobby, failures = Screens(lambda: None), Asked(), room(), list[Any]()
    screens.add(screen)

    def go(_: object) -> None:
        raise error

    done = screens.wait(lobby, said("one"), go)
    assert done is not None
    done.addErrback(lambda failure: failures.append(failure.value))
    screen.answers()
    assert failures == [error]


def test_several_screens_check_one_after_the_other() -> None:
    screens, lobby, told = Screens(lambda: None), room(), list[str]()
    first, second = Asked(), Asked()
    screens.add(first)
    screens.add(second)
    screens.wait(lobby, said("one"), lambda event: told.append(event.text))
    assert second.waiting == []
    first.answers(0, "uno")
    second.answers()
    assert told == ["uno"]


def test_what_answers_at_once_and_what_goes_on_later_is_waited_for() -> None:
    screens, lobby, later = Screens(lambda: None), room(), Deferred[str]()

    class Quick(Asked):
        def check(self, event: Any) -> Deferred[Event]:
            return succeed(event)

    screens.add(Quick())
    found: list[str] = []
    done = screens.wait(lobby, said("one"), lambda _: later)
    assert done is not None
    done.addCallback(found.append)
    assert found == []
    later.callback("done")
    assert found == ["done"]

    class Shut(Asked):
        def check(self, event: Any) -> Deferred[Event]:
            return fail(ChatError("No."))

    screens.add(Shut())
    done = screens.wait(lobby, said("one"), lambda _: None)
    assert done is not None
    done.addErrback(lambda failure: found.append(str(failure.value)))
    assert found == ["done", "No."]


def test_what_goes_on_is_given_what_it_was_said_with() -> None:
    screens, screen, lobby, told = Screens(lambda: None), Asked(), room(), list[Any]()
    screens.add(screen)
    screens.wait(lobby, said("one"), lambda *given: told.append(given), "alice", 7)
    screen.answers(0, "uno")
    assert told == [("alice", 7, said("uno"))]


def test_a_line_goes_on_as_a_part_of_its_own_request() -> None:
    request: ContextVar[str] = ContextVar("request", default="")
    screens, screen, lobby, seen = Screens(lambda: None), Asked(), room(), list[str]()
    screens.add(screen)
    token = request.set("mine")
    screens.wait(lobby, said("one"), lambda _: seen.append(request.get()))
    request.reset(token)
    screen.answers()
    assert seen == ["mine"]
