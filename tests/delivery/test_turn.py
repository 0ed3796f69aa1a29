"""
Turns: what was queued, in its order.
"""

from __future__ import annotations

import pytest
from shared_fanout import ListClient, room_of, say, turn

from twisted_chat.delivery import delivery


def test_a_reply_stands_where_it_was_given_between_what_was_said() -> None:
    clock, hub, sessions, clients = room_of(3)
    say(hub, sessions[0], "a")
    hub.notify(sessions[2], "yours")
    say(hub, sessions[1], "b")
    say(hub, sessions[2], "own")
    say(hub, sessions[1], "c")
    clock.advance(0)
    assert clients[2].writes == [b"a;.b;c;"]
    assert clients[0].writes == [b"b;own;c;"]


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "AT_ONCE", 2)


@pytest.mark.usefixtures("two_at_once")
def test_a_user_who_joins_leaves_or_switches_rooms_meanwhile_reads_the_lines_of_their_time() -> (
    None
):
    clock, hub, sessions, clients = room_of(7)
    say(hub, sessions[0], "one")
    turn(clock)
    late = ListClient()
    hub.arrivals.enter(hub.connect(late, None), "late")
    hub.settings.set(sessions[5], "bell", True)
    hub.close(sessions[6], "", "tea")
    assert not clients[6].writes
    for _ in range(20):
        turn(clock)
    assert b"one;" not in b"".join(late.writes)
    assert [b"".join(client.writes).count(b"one;") for client in clients] == [0, *[1] * 6]
    assert clients[6].closed == "tea"
