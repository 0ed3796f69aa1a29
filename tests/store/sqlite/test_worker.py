"""
The thread that does the jobs of a store.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from typing import Any

import pytest
from stores import ReactorThread, line, opened, result_of
from twisted.internet.defer import maybeDeferred
from twisted.logger import capturedLogs

from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite import worker as worker_module
from twisted_chat.store.sqlite.worker import Worker


def test_many_writes_that_were_not_waited_for_are_done_in_order(bench):
    done: list[int] = []
    for number in range(1, 101):
        write = maybeDeferred(bench.store.write, [opened(), line(number)])
        write.addCallback(lambda _, number=number: done.append(number))
    bench.reopen()
    assert done == list(range(1, 101))
    assert [each.number for each in bench.lines()] == done


def test_a_worker_that_cannot_connect_tries_again_for_the_next_job():
    reactor = ReactorThread()
    tries = iter([OSError("no"), sqlite3.OperationalError("unable to open"), None])

    def connect() -> sqlite3.Connection:
        if (error := next(tries)) is not None:
            raise error
        return sqlite3.connect(":memory:")

    worker = Worker("worker", connect, reactor)
    outcomes: list[Any] = []
    for _ in range(3):
        done = worker.do(lambda connection: connection.execute("SELECT 1").fetchone())
        done.addBoth(lambda found: outcomes.append(getattr(found, "value", found)))
        reactor.do_one()
    assert [type(outcome) for outcome in outcomes] == [OSError, StoreFailed, tuple]
    result_of(worker.stop(), reactor.do_one)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness on Linux alone")
def test_the_reactor_goes_first_where_both_want_the_same_processor() -> None:
    reactor = ReactorThread()
    worker = Worker("worker", lambda: sqlite3.connect(":memory:"), reactor)

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    # At 19 nothing is nicer.
    assert result_of(worker.do(lambda _: niceness()), reactor.do_one) == min(before + 5, 19)
    assert niceness() == before
    result_of(worker.stop(), reactor.do_one)


@pytest.mark.parametrize("is_busy", [False, True])
def test_where_much_is_to_be_done_a_short_pause_is_not_used_for_something_else(
    is_busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_QUIET", 0.001)
    monkeypatch.setattr(worker_module, "_AT_LATEST", 60.0)
    reactor, passed = ReactorThread(), threading.Event()

    def pass_time(_: sqlite3.Connection) -> bool:
        passed.set()
        return False

    worker = Worker("w", lambda: sqlite3.connect(":memory:"), reactor, pass_time, lambda: is_busy)
    assert result_of(worker.do(lambda _: 1), reactor.do_one) == 1
    # A pause of a hundred times as long as what is quiet.
    assert passed.wait(0.1 if is_busy else 60.0) is not is_busy
    result_of(worker.stop(), reactor.do_one)


def test_a_bug_in_what_passes_the_time_leaves_the_thread_to_its_jobs(tmp_path):
    def fail(_: sqlite3.Connection) -> bool:
        raise ValueError

    reactor = ReactorThread()
    worker = Worker("store-writer", lambda: sqlite3.connect(":memory:"), reactor, fail)
    with capturedLogs() as logged:
        assert result_of(worker.do(lambda _: 1), reactor.do_one) == 1
        # What it did wrong is told in the reactor's thread.
        reactor.do_one()
        assert result_of(worker.do(lambda _: 2), reactor.do_one) == 2
        result_of(worker.stop(), reactor.do_one)
    assert {event["name"] for event in logged} == {"store-writer"}
