"""
The turns: a quiet server delivers at once, a busy one gathers for a moment.
"""

from __future__ import annotations

import pytest
from shared_fanout import ListClient, say
from twisted.internet.task import Clock

from twisted_chat.delivery.turns import GATHER
from twisted_chat.hub import Hub
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, MemoryHasher
from twisted_chat.world.model import Session


@pytest.fixture
def busy() -> tuple[Clock, Hub, list[Session], list[ListClient]]:
    """
    A room of two, on a server that gathers, after a quiet second.
    """
    clock = Clock()
    hub = Hub(clock, MemoryStore(), MemoryHasher(), NO_LIMITS, gather=GATHER)
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


def test_what_is_said_right_after_a_turn_is_gathered(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    say(hub, talker, "a")
    clock.advance(0)
    for text in "bcde":
        say(hub, talker, text)
        clock.advance(GATHER / 8)
    assert reader.writes == [b"a;"]
    clock.advance(GATHER / 2)
    assert reader.writes == [b"a;", b"b;c;d;e;"]
    say(hub, talker, "f")
    clock.advance(GATHER)
    assert reader.writes[2:] == [b"f;"]


def test_where_the_clock_steps_back_nobody_waits_for_it(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    say(hub, talker, "a")
    clock.advance(0)
    clock.rightNow -= 1000.0
    say(hub, talker, "b")
    clock.advance(0)
    assert reader.writes == [b"a;", b"b;"]


def test_the_end_does_not_wait(busy) -> None:
    clock, hub, (talker, _), (_, reader) = busy
    say(hub, talker, "a")
    clock.advance(0)
    say(hub, talker, "b")
    hub.shut_down()
    assert reader.writes == [b"a;", b"b;."]


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
