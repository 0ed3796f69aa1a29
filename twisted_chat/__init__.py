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
    from twisted_chat.commands.hearing import hears
    from twisted_chat.commands.parameters.params import ParamType, Secret
    from twisted_chat.commands.parameters.readers import Text
    from twisted_chat.delivery.hooks import filters, on
    from twisted_chat.errors import ChatError, HttpFailed, Unanswered
    from twisted_chat.http.client import HttpAnswer
    from twisted_chat.http.messages import HttpRequest, HttpResponse
    from twisted_chat.http.routes import http_route
    from twisted_chat.hub import Hub
    from twisted_chat.options import option
    from twisted_chat.people.programs.bots import Bot
    from twisted_chat.replies.rich import Link, Listing, Table
    from twisted_chat.storage.storage import Storage
    from twisted_chat.store.decisions import Rank
    from twisted_chat.text.durations import Duration
    from twisted_chat.text.names import fold
    from twisted_chat.world.model import Room, Session, User

_PLACES = {
    "Bot": "people.programs.bots",
    "ChatError": "errors",
    "Context": "commands.dispatcher",
    "Duration": "text.durations",
    "HttpAnswer": "http.client",
    "HttpFailed": "errors",
    "HttpRequest": "http.messages",
    "HttpResponse": "http.messages",
    "Hub": "hub",
    "Link": "replies.rich",
    "Listing": "replies.rich",
    "ParamType": "commands.parameters.params",
    "Rank": "store.decisions",
    "Room": "world.model",
    "Secret": "commands.parameters.params",
    "Session": "world.model",
    "Table": "replies.rich",
    "Storage": "storage.storage",
    "Text": "commands.parameters.readers",
    "Unanswered": "errors",
    "User": "world.model",
    "command": "commands.command",
    "filters": "delivery.hooks",
    "fold": "text.names",
    "http_route": "http.routes",
    "hears": "commands.hearing",
    "on": "delivery.hooks",
    "option": "options",
}

__all__ = [
    "Bot",
    "ChatError",
    "Context",
    "Duration",
    "HttpAnswer",
    "HttpFailed",
    "HttpRequest",
    "HttpResponse",
    "Hub",
    "Link",
    "Listing",
    "ParamType",
    "Rank",
    "Room",
    "Secret",
    "Session",
    "Storage",
    "Table",
    "Text",
    "Unanswered",
    "User",
    "command",
    "events",
    "filters",
    "fold",
    "hears",
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
