"""
What the members of a message must be.
"""

from typing import Any

import pytest

from twisted_chat.client.show.members import is_sound

SAID = {"event": "said", "at": 1.5, "room": "den", "nick": "bob", "text": "hi", "number": 3}


@pytest.mark.parametrize(
    "message",
    [
        SAID,
        {"event": "done", "label": "x"},
        {"error": "no-such-room", "message": "No.", "at": 1},
        {"event": "rooms", "rooms": [{"room": "den", "members": 3, "topic": ""}]},
        {"event": "transcript", "lines": [{"event": SAID, "number": 3, "reactions": [["+1", 2]]}]},
        {"event": "something-new", "what": [{}, None, 1.5]},
        {**SAID, "nick": "n" * 100},
    ],
)
def test_what_a_server_sends_is_sound(message: dict[str, Any]) -> None:
    assert is_sound(message)


@pytest.mark.parametrize(
    "wrong",
    [
        {"room": ["den"]},
        {"room": None},
        {"nick": "n" * 101},
        {"nick": {"x": 1}},
        {"text": 3},
        {"number": "3"},
        {"number": True},
        {"number": 2**63},
        {"id": 1.5},
        {"at": "now"},
        {"at": float("nan")},
        {"at": float("inf")},
        {"event": ["said"]},
        {"label": 3},
        {"token": ["t"]},
    ],
)
def test_a_member_of_another_kind_is_found_wherever_it_is(wrong: dict[str, Any]) -> None:
    assert not is_sound({**SAID, **wrong})
    if "label" not in wrong and "event" not in wrong:
        assert not is_sound({"event": "transcript", "lines": [{"event": {**SAID, **wrong}}]})


def test_what_goes_too_deep_is_not_sound() -> None:
    deep: list[Any] = []
    for _ in range(20):
        deep = [deep]
    assert not is_sound({"event": "said", "new": deep})
