"""
Twisted Chat: what the author of a plugin imports, and nothing else.
"""

from twisted_chat import events
from twisted_chat.commands.command import command
from twisted_chat.commands.dispatcher import Context
from twisted_chat.commands.params import Secret, Text
from twisted_chat.delivery.hooks import filters, on
from twisted_chat.errors import ChatError
from twisted_chat.hub import Hub
from twisted_chat.store.decisions import Rank
from twisted_chat.text.durations import Duration
from twisted_chat.world.model import Room, Session, User

__all__ = [
    "ChatError",
    "Context",
    "Duration",
    "Hub",
    "Rank",
    "Room",
    "Secret",
    "Session",
    "Text",
    "User",
    "command",
    "events",
    "filters",
    "on",
]
