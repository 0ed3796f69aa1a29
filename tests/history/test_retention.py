"""
How long history is kept: what is old goes, a little at a time, and nothing else does.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_retention import KEEP_A_DAY, chat_with, let_pass, line, texts
from twisted.internet.defer import Deferred, execute, succeed
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.history.retention import INTERVAL, PAUSE, SOON, STEP, oldest_kept
from twisted_chat.limits import Limits
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import (
    RoomOpened,
)
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.sql import SQLStore, load
from twisted_chat.testing import BEGINNING, NO_LIMITS, Chat
from twisted_chat.text.durations import Duration

DAY = 86400.0


# What the store deletes.


# When.


def test_for_ever_is_the_default_and_nothing_is_older_than_that() -> None:
    assert Limits().keep_history == Duration(0)
    assert oldest_kept(Duration(0), BEGINNING) == 0
    assert oldest_kept(Duration(days=1), BEGINNING) == int((BEGINNING - DAY) * 1_000_000)
    assert oldest_kept(Duration(days=1), 86_401.0) == 1_000_000


def test_what_is_old_goes_soon_after_the_start_and_what_is_said_stays() -> None:
    store = MemoryStore()
    store.write([RoomOpened(1, "lobby", "lobby")])
    store.write([line(BEGINNING - 2 * DAY - at, number=1000 - at) for at in range(3 * STEP)])
    store.write([line(BEGINNING - DAY / 2, number=5000, text="yesterday")])
    chat, _ = chat_with(store)
    alice = chat.arrive("alice")
    alice.types("hello")
    chat.clock.advance(SOON)
    assert len(texts(store)) == 2 * STEP + 3
    alice.types("and again")
    chat.clock.pump([PAUSE] * 3)
    assert texts(store) == ["yesterday", "", "hello", "and again"]


def test_what_grows_old_goes_at_one_of_the_rounds() -> None:
    chat, _ = chat_with()
    alice = chat.arrive("alice")
    alice.types("hello")
    let_pass(chat, DAY - 2 * INTERVAL)
    assert texts(chat.hub.store) == ["", "hello"]
    let_pass(chat, 2 * INTERVAL)
    assert texts(chat.hub.store) == []


def test_what_is_too_old_is_not_shown_though_it_is_there_until_the_next_round() -> None:
    chat = Chat(limits=KEEP_A_DAY)
    alice = chat.arrive("alice")
    alice.types("hello")
    chat.advance(100)
    alice.types("tea?")
    chat.advance(DAY - 50)
    assert "hello" in texts(chat.hub.store)
    bob = chat.connect()
    bob.types("bob")
    read = " ".join(bob.reads())
    assert "tea?" in read
    assert "hello" not in read
    bob.types("/history", "/search from:alice", "/re 2 hello to you")
    read = " ".join(bob.reads())
    assert "alice: tea?" in read
    assert "alice: hello" not in read
    assert "There is no line 2 in #lobby." in read


def test_a_shorter_time_holds_from_the_next_round_on() -> None:
    chat, _ = chat_with(limits=NO_LIMITS)
    alice = chat.arrive("alice")
    alice.types("hello")
    let_pass(chat, 10 * DAY)
    assert texts(chat.hub.store) == ["", "hello"]
    chat.hub.world.limits = KEEP_A_DAY
    let_pass(chat, 0)
    assert texts(chat.hub.store) == []


def test_the_rounds_end_with_the_server() -> None:
    chat, retention = chat_with()
    chat.clock.advance(SOON)
    retention.stop()
    retention.stop()
    assert not chat.clock.getDelayedCalls()


class Failing(MemoryStore):
    """
    Cannot delete anything, as long as that is not mended.
    """

    error: Exception | None = None

    def prune(self, before: int, rows: int) -> Deferred[int]:
        if self.error is not None:
            return execute(self._fail)
        return super().prune(before, rows)

    def _fail(self) -> int:
        assert self.error is not None
        raise self.error


@pytest.mark.parametrize("error", [StoreFailed("database or disk is full"), KeyError("bug")])
def test_what_cannot_be_deleted_is_told_and_tried_again(error: Exception) -> None:
    store = Failing()
    store.error = error
    store.write([line(BEGINNING - 2 * DAY)])
    with capturedLogs() as logged:
        chat, _ = chat_with(store)
        chat.clock.advance(SOON)
    (told,) = [str(formatEvent(event)) for event in logged]
    assert told.startswith("Old history could not be deleted")
    assert texts(store) == ["tea"]
    store.error = None
    chat.clock.advance(INTERVAL)
    assert texts(store) == []


# A room that is opened while the store is about to forget it.


class Later:
    """
    Does jobs when it is told to, in order: a store's thread, at any pace.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._jobs: deque[tuple[Callable[[sqlite3.Connection], Any], Deferred[Any]]] = deque()

    def do(self, job: Callable[[sqlite3.Connection], Any]) -> Deferred[Any]:
        done: Deferred[Any] = Deferred()
        self._jobs.append((job, done))
        return done

    def stop(self) -> Deferred[None]:
        return succeed(None)

    def work(self) -> bool:
        """
        Do the next job, and return whether there was one.
        """
        if not self._jobs:
            return False
        job, done = self._jobs.popleft()
        execute(job, self._connection).chainDeferred(done)
        return True


class Slow(SQLStore):
    """
    A store with threads that work when they are told to.
    """

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        for step in read_migrations(SCHEMA):
            step.run(self.connection)
        self.workers = [Later(self.connection) for _ in range(4)]
        super().__init__(*self.workers)

    def load(self) -> Any:
        return load(self.connection)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(("writer", "aside", "round", "/join attic", "/leave attic", "hello")))
)
def test_no_line_is_ever_without_its_room(steps: list[str]) -> None:
    store = Slow()
    with contextlib.closing(store.connection):
        writer, _, aside, _ = store.workers
        chat, retention = chat_with(store)
        alice = chat.connect()
        alice.types("alice", "/join attic", "/leave attic")
        settle(chat, store)
        chat.advance(2 * DAY)
        # The old lines go, and the store is asked about the rooms.
        for _ in range(2):
            aside.work()
            chat.advance(PAUSE)
        for step in steps:
            if step == "writer":
                writer.work()
            elif step == "aside":
                aside.work()
                chat.advance(PAUSE)
            elif step == "round":
                chat.advance(INTERVAL)
            else:
                alice.types(step)
        settle(chat, store)
        retention.stop()
        rooms = {room.key: room.number for room in store.load().rooms}
        lines = store.connection.execute(
            "SELECT room.key, max(number) FROM line LEFT JOIN room ON room.id = room GROUP BY room"
        )
        assert set(lines.fetchall()) <= set(rooms.items())
        assert set(rooms) == set(chat.hub.timelines.rooms())


def settle(chat: Chat, store: Slow) -> None:
    """
    Wait until a store with threads has done all that it was given.
    """
    chat.advance(PAUSE)
    while sum(worker.work() for worker in store.workers):
        chat.advance(PAUSE)


# What is kept on one person.
