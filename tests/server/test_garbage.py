"""
Ended connections are freed, and nobody waits while Python goes through the objects of all others.
"""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from twisted.internet.task import Clock

from twisted_chat.server.garbage import AT_LEAST_EVERY, FEW, INTERVAL, GarbageCollection, paused

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cycle:
    """
    An object that only the next collection frees, as that of a closed connection.
    """

    def __init__(self) -> None:
        self.itself = self


def lost_cycle() -> weakref.ref[Cycle]:
    return weakref.ref(Cycle())


class Server:
    """
    Counts of sessions that a test sets, and the collection that asks for them.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.sessions = (0, 0)
        self.collection = GarbageCollection(self.clock, lambda: self.sessions)


@pytest.fixture
def server() -> Iterator[Server]:
    before = gc.get_threshold()
    server = Server()
    server.collection.start()
    yield server
    server.collection.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_what_was_made_for_the_start_is_not_gone_through_again(server: Server) -> None:
    assert gc.get_freeze_count() > 10_000


def test_a_young_cycle_is_freed_within_seconds(server: Server) -> None:
    cycle = lost_cycle()
    server.clock.advance(INTERVAL)
    assert cycle() is None


def test_users_who_came_are_set_aside(server: Server) -> None:
    before = gc.get_freeze_count()
    users = [Cycle() for _ in range(1000)]
    server.clock.advance(INTERVAL)
    assert gc.get_freeze_count() >= before + len(users)


@pytest.mark.parametrize(
    ("still_open", "ended", "is_freed"),
    [
        (10, FEW, True),
        (10, FEW - 1, False),
        (5 * FEW, 5 * FEW, True),
        (5 * FEW, 5 * FEW - 1, False),
    ],
)
def test_ended_connections_are_freed_when_as_many_as_are_open_have_ended(
    server: Server, *, still_open: int, ended: int, is_freed: bool
) -> None:
    user = Cycle()
    server.clock.advance(INTERVAL)
    cycle = weakref.ref(user)
    del user
    server.sessions = (still_open, ended)
    server.clock.advance(INTERVAL)
    assert (cycle() is None) is is_freed


def test_they_are_counted_from_there_again(server: Server) -> None:
    server.sessions = (0, FEW)
    server.clock.advance(INTERVAL)
    user = Cycle()
    server.clock.advance(INTERVAL)
    cycle = weakref.ref(user)
    del user
    server.sessions = (0, 2 * FEW - 1)
    server.clock.advance(INTERVAL)
    assert cycle() is not None
    server.sessions = (0, 2 * FEW)
    server.clock.advance(INTERVAL)
    assert cycle() is None


def test_all_is_gone_through_every_hour_at_least(server: Server) -> None:
    user = Cycle()
    server.clock.advance(INTERVAL)
    cycle = weakref.ref(user)
    del user
    server.clock.pump([INTERVAL] * int(AT_LEAST_EVERY / INTERVAL))
    assert cycle() is None


def test_nothing_is_looked_for_while_a_start_imports() -> None:
    with paused():
        assert not gc.isenabled()
        with paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
