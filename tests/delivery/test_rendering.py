"""
Rendering: what one event is to one reader.
"""

from __future__ import annotations

from shared_fanout import room_of, say


def test_an_event_that_cannot_be_rendered_is_left_out_and_the_rest_is_read() -> None:
    clock, hub, sessions, clients = room_of(2)
    for text in ("a", "unspeakable", "b"):
        say(hub, sessions[0], text)
    clock.advance(0)
    assert clients[1].writes == [b"a;b;"]
