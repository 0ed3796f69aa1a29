"""
Twisted Chat: what plugins import.

Each name is imported when it is asked for: the client is in this package too, and starts without
the server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twisted_chat import events
    from twisted_chat.commands.command import command
    from twisted_chat.commands.dispatcher import Context
    from twisted_chat.commands.params import Secret, Text
    from twisted_chat.delivery.hooks import filters, on
    from twisted_chat.errors import ChatError, HttpFailed
    from twisted_chat.http.client import HttpAnswer
    from twisted_chat.http.messages import HttpRequest, HttpResponse
    from twisted_chat.http.routes import http_route
    from twisted_chat.hub import Hub
    from twisted_chat.options import option
    from twisted_chat.storage.storage import Storage
    from twisted_chat.store.decisions import Rank
    from twisted_chat.text.durations import Duration
    from twisted_chat.world.model import Room, Session, User

_PLACES = {
    "ChatError": "errors",
    "Context": "commands.dispatcher",
    "Duration": "text.durations",
    "HttpAnswer": "http.client",
    "HttpFailed": "errors",
    "HttpRequest": "http.messages",
    "HttpResponse": "http.messages",
    "Hub": "hub",
    "Rank": "store.decisions",
    "Room": "world.model",
    "Secret": "commands.params",
    "Session": "world.model",
    "Storage": "storage.storage",
    "Text": "commands.params",
    "User": "world.model",
    "command": "commands.command",
    "filters": "delivery.hooks",
    "http_route": "http.routes",
    "on": "delivery.hooks",
    "option": "options",
}

__all__ = [
    "ChatError",
    "Context",
    "Duration",
    "HttpAnswer",
    "HttpFailed",
    "HttpRequest",
    "HttpResponse",
    "Hub",
    "Rank",
    "Room",
    "Secret",
    "Session",
    "Storage",
    "Text",
    "User",
    "command",
    "events",
    "filters",
    "http_route",
    "on",
    "option",
]


def __getattr__(name: str) -> object:
    """
    Import what a plugin asks for.
    """
    if name == "events":
        return import_module("twisted_chat.events")
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{place}"), name)
    return found
