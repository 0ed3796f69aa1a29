"""
What plugins import from the package itself.
"""

import pytest

import twisted_chat
from twisted_chat import events
from twisted_chat.hub import Hub
from twisted_chat.world.model import Room


def test_every_name_that_is_promised_is_there() -> None:
    vars(twisted_chat).pop("Hub", None)
    found = {name: getattr(twisted_chat, name) for name in twisted_chat.__all__}
    assert (found["Hub"], found["Room"], found["events"]) == (Hub, Room, events)
    assert twisted_chat.__getattr__("events") is events


def test_another_name_is_none_of_its() -> None:
    with pytest.raises(AttributeError, match="'twisted_chat' has no attribute 'hub_'"):
        _ = twisted_chat.hub_
