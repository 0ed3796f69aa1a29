"""
The turns: a quiet server delivers at once, a busy one rests in between.
"""

from __future__ import annotations

import pytest
from shared_fanout import ListClient, say
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, formatEvent

from twisted_chat.delivery.turns import WITHIN
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
    A room of two, on a server that may rest, after a quiet second; a test lets it.
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
        clock.advance(WITHIN)


def gets_busy(clock: Clock, hub: Hub, talker: Session, *clients: ListClient) -> list[float]:
    """
    Let more be said in one turn than a server that is not busy sends in a tenth of a second.

    Returns:
        for how long it rests, from then on; time does not pass by that.
    """
    rests: list[float] = []
    hub.turns._pause = rests.append
    for _ in range(110):
        say(hub, talker, "-")
    clock.advance(0)
    for client in clients:
        client.writes.clear()
    return rests


def test_a_busy_server_rests_after_a_turn_and_tells_at_once_what_was_said_meanwhile(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    rests = gets_busy(clock, hub, talker, reader)
    assert rests == [pytest.approx(0.004)]
    # They are read one after the other, in one turn of the reactor.
    for text in "bcd":
        clock.callLater(0, say, hub, talker, text)
    clock.advance(0)
    clock.advance(0)
    assert reader.writes == [b"b;c;d;"]


@pytest.mark.parametrize(
    ("took", "rest"), [(0.0005, 0.003), (0.0019, 0.0002), (0.0021, None), (0.05, None)]
)
def test_the_longer_a_turn_took_the_shorter_it_rests_so_that_lines_are_told_in_time(
    busy, took, rest
) -> None:
    clock, hub, (talker, _), _ = busy
    rests = gets_busy(clock, hub, talker)
    rests.clear()

    def take_long(_: object) -> None:
        clock.rightNow += took

    hub.turns.observers.append(take_long)
    say(hub, talker, "a")
    clock.advance(0)
    assert rests == ([] if rest is None else [pytest.approx(rest)])


def test_what_it_takes_to_read_a_line_is_a_part_of_its_turn(busy) -> None:
    clock, hub, (talker, _), _ = busy
    rests = gets_busy(clock, hub, talker)
    rests.clear()
    say(hub, talker, "a")
    # Others are read meanwhile.
    clock.rightNow += 0.001
    clock.advance(0)
    assert rests == [pytest.approx(0.002)]


def test_what_is_said_while_a_turn_is_delivered_waits_for_what_has_come_meanwhile(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    gets_busy(clock, hub, talker, reader)

    def answer(_: object) -> None:
        hub.turns.observers.clear()
        say(hub, talker, "b")
        clock.callLater(0, say, hub, talker, "c")

    hub.turns.observers.append(answer)
    say(hub, talker, "a")
    clock.advance(0)
    clock.advance(0)
    assert reader.writes == [b"a;", b"b;c;"]


def test_what_is_said_right_after_a_turn_of_a_quiet_server_is_told_at_once(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    # Nor does it wait for what others are answered between.
    for text in "abcd":
        hub.notify(talker, "hello")
        clock.advance(0.00025)
        say(hub, talker, text)
        clock.advance(0.00025)
    assert reader.writes == [b"a;", b"b;", b"c;", b"d;"]


@pytest.mark.parametrize(("interval", "rests"), [(0.0012, False), (0.0008, True)])
def test_a_server_is_busy_from_a_thousand_lines_a_second_on(
    busy, interval, rests, monkeypatch
) -> None:
    clock, hub, (talker, _), _ = busy
    rested: list[float] = []
    monkeypatch.setattr(hub.turns, "_pause", rested.append)
    for _ in range(500):
        say(hub, talker, "a")
        clock.advance(interval)
    assert bool(rested) == rests


def test_a_server_is_busy_no_more_when_it_was_quiet_for_a_moment(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    rests = gets_busy(clock, hub, talker, reader)
    rests.clear()
    clock.advance(0.1)
    for text in "bc":
        say(hub, talker, text)
        clock.advance(0)
    assert (reader.writes, rests) == ([b"b;", b"c;"], [])


def test_where_the_clock_steps_back_in_a_turn_it_does_not_rest_for_that(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    rests = gets_busy(clock, hub, talker, reader)
    rests.clear()

    def step_back(_: object) -> None:
        clock.rightNow -= 1000.0

    hub.turns.observers.append(step_back)
    say(hub, talker, "b")
    clock.advance(0)
    assert (reader.writes, rests) == ([b"b;"], [])


def test_the_end_does_not_wait(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    rests = gets_busy(clock, hub, talker, reader)
    rests.clear()
    say(hub, talker, "b")
    hub.shut_down()
    # Its timer is still set, and finds nothing to deliver.
    clock.advance(0)
    assert rests == []
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
    clock.advance(WITHIN)
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
    clock.advance(WITHIN)
    assert reader.writes == [b"."]
    assert [str(formatEvent(event)).splitlines()[0] for event in events] == [
        "An observer of turns failed:",
        "A connection failed to close:",
    ]
