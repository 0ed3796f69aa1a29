"""
The turns: a quiet server delivers at once, a busy one gathers for a moment.
"""

from __future__ import annotations

import pytest
from shared_fanout import ListClient, say
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, formatEvent

from twisted_chat.delivery.turns import GATHER
from twisted_chat.hub import Hub
from twisted_chat.log import LimitedLogger
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, MemoryHasher
from twisted_chat.world.model import Session


def _must_not_sleep(seconds: float) -> None:
    pytest.fail(f"it slept {seconds} s")


@pytest.fixture
def busy() -> tuple[Clock, Hub, list[Session], list[ListClient]]:
    """
    A room of two, on a server that gathers, after a quiet second; a test lets it sleep.
    """
    clock = Clock()
    hub = Hub(clock, MemoryStore(), MemoryHasher(), NO_LIMITS, pause=_must_not_sleep)
    clients = [ListClient(), ListClient()]
    sessions = [hub.connect(client, None) for client in clients]
    for number, session in enumerate(sessions):
        hub.arrivals.enter(session, f"p{number}")
    clock.advance(0)
    clock.advance(1)
    for client in clients:
        client.writes.clear()
    return clock, hub, sessions, clients


def test_what_is_said_on_a_quiet_server_is_told_at_once(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    for number in range(3):
        say(hub, talker, str(number))
        clock.advance(0)
        assert reader.writes[number:] == [f"{number};".encode()]
        clock.advance(GATHER)


def gets_busy(clock: Clock, hub: Hub, talker: Session, *clients: ListClient) -> None:
    """
    Let more be said in one turn than a server that is not busy sends in a tenth of a second.
    """
    for _ in range(101):
        say(hub, talker, "-")
    clock.advance(0)
    for client in clients:
        client.writes.clear()


def test_a_busy_server_sleeps_after_a_turn_and_gathers_what_is_said_meanwhile(
    busy, monkeypatch
) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.rightNow += seconds
        # They are read once it is over.
        for text in "cde":
            clock.callLater(0, say, hub, talker, text)

    monkeypatch.setattr(hub.turns, "_pause", sleep)
    clock.advance(GATHER / 4)
    say(hub, talker, "b")
    clock.advance(0)
    assert reader.writes == [b"b;c;d;e;"]
    assert slept == [pytest.approx(GATHER * 3 / 4)]


def test_a_busy_server_whose_last_turn_took_longer_reads_what_came_and_does_not_sleep(
    busy,
) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)
    clock.advance(GATHER)
    say(hub, talker, "b")
    # It came while the lines before it were taken.
    clock.callLater(0, say, hub, talker, "c")
    clock.advance(0)
    assert reader.writes == [b"b;c;"]


def test_what_is_said_right_after_a_turn_of_a_quiet_server_is_told_at_once(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    # Nor does it wait for what others are answered between.
    for text in "abcd":
        hub.notify(talker, "hello")
        clock.advance(GATHER / 8)
        say(hub, talker, text)
        clock.advance(GATHER / 8)
    assert reader.writes == [b"a;", b"b;", b"c;", b"d;"]


@pytest.mark.parametrize(("interval", "sleeps"), [(0.0012, False), (0.0008, True)])
def test_a_server_is_busy_from_a_thousand_lines_a_second_on(
    busy, interval, sleeps, monkeypatch
) -> None:
    clock, hub, (talker, _), _ = busy
    slept: list[float] = []
    monkeypatch.setattr(hub.turns, "_pause", slept.append)
    for _ in range(500):
        say(hub, talker, "a")
        clock.advance(interval)
    assert bool(slept) == sleeps


def test_a_server_is_busy_no_more_when_it_was_quiet_for_a_moment(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)
    say(hub, talker, "a")
    clock.advance(0.1)
    for text in "bc":
        say(hub, talker, text)
        clock.advance(0)
    assert reader.writes == [b"a;", b"b;", b"c;"]


def test_where_the_clock_steps_back_nobody_waits_for_it(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)
    clock.rightNow -= 1000.0
    say(hub, talker, "b")
    clock.advance(0)
    assert reader.writes == [b"b;"]


def test_the_end_does_not_wait(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)
    say(hub, talker, "b")
    hub.shut_down()
    assert reader.writes == [b"b;."]


def test_who_waits_for_what_is_queued_is_called_when_the_store_has_it(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    assert hub.turns.kept() is None
    say(hub, talker, "a")
    waiting = hub.turns.kept()
    assert waiting is not None
    seen: list[int] = []
    waiting.addCallback(lambda _: seen.append(hub.journal.unsaved))
    assert seen == []
    clock.advance(0)
    assert seen == [0]
    assert reader.writes == [b"a;"]
    assert hub.turns.kept() is None


def test_what_is_queued_is_finished_at_once_and_that_is_told(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)
    say(hub, talker, "b")
    done: list[object] = []
    hub.turns.finish().addCallback(done.append)
    assert (reader.writes, done) == ([b"b;"], [None])
    hub.turns.finish().addCallback(done.append)
    assert done == [None, None]


def test_a_session_that_is_gone_is_sent_nothing_of_what_is_queued(busy) -> None:
    clock, hub, (talker, listener), (_, reader) = busy
    say(hub, talker, "a")
    hub.notify(listener, "for you alone")
    hub.turns.forget(listener)
    clock.advance(GATHER)
    assert b"." not in b"".join(reader.writes)


def test_observers_and_connections_that_fail_hold_up_nobody(busy, monkeypatch) -> None:
    clock, hub, (talker, listener), (_, reader) = busy
    events: list[LogEvent] = []
    hub.turns._log = LimitedLogger(Logger(observer=events.append), clock.seconds)

    def fail(*_: object) -> None:
        raise LookupError

    hub.turns.observers.append(fail)
    monkeypatch.setattr(ListClient, "close", fail)
    hub.fanout.close(talker, "kicked")
    hub.notify(listener, "hello")
    clock.advance(GATHER)
    assert reader.writes == [b"."]
    assert [str(formatEvent(event)).splitlines()[0] for event in events] == [
        "An observer of turns failed:",
        "A connection failed to close:",
    ]
