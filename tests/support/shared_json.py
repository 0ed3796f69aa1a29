"""
Programs that come to a server in memory by the JSON door.
"""

from __future__ import annotations

import json
from typing import Any

from attrs import define, field

from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.doors.json.protocol import JsonFactory, JsonProtocol
from twisted_chat.testing import Chat, MemoryTransport


@define(eq=False)
class Bot:
    """
    A program: sends objects, and reads objects.
    """

    chat: Chat
    protocol: JsonProtocol
    transport: MemoryTransport
    _seen: int = field(init=False, default=0)

    def sends(self, data: bytes) -> None:
        """
        Send bytes as they are, and let the server process them.
        """
        self.transport.receive(data)
        self.chat.advance()

    def asks(self, request: str, **members: Any) -> list[dict[str, Any]]:
        """
        Ask for something, and return what came since the last look.
        """
        self.sends(json.dumps({"request": request, **members}).encode() + b"\n")
        return self.reads()

    def asks_nothing(self, line: str) -> None:
        """
        Type a line as a user does, and read nothing yet.
        """
        self.sends(json.dumps({"request": "command", "text": line}).encode() + b"\n")

    def receives(self) -> bytes:
        """
        Return the bytes that came since the last look.
        """
        data = bytes(self.transport.value()[self._seen :])
        self._seen += len(data)
        return data

    def reads(self) -> list[dict[str, Any]]:
        """
        Return the objects that came since the last look.
        """
        return [json.loads(line) for line in self.receives().splitlines()]

    @property
    def is_connected(self) -> bool:
        """
        Whether the server has not closed the connection.
        """
        return self.transport.protocol is not None


class Programs:
    """
    The JSON door of ``chat``.
    """

    def __init__(self, chat: Chat | None = None, limits: MessageLimits | None = None) -> None:
        self.chat = chat or Chat()
        self.factory = JsonFactory(
            self.chat.hub, self.chat.dispatcher, limits, self.chat.plugins.services
        )

    def connect(self, host: str = "127.0.0.1") -> Bot:
        """
        Connect a program that has not said hello yet.
        """
        protocol = self.factory.buildProtocol(None)
        transport = MemoryTransport(self.chat.clock, host)
        transport.protocol = protocol
        protocol.makeConnection(transport)
        self.chat.advance()
        return Bot(self.chat, protocol, transport)

    def arrive(self, name: str, **members: Any) -> Bot:
        """
        Connect a program that has said hello, and has read the answer.
        """
        bot = self.connect()
        bot.asks("hello", name=name, **members)
        return bot


def two() -> tuple[Bot, Bot]:
    """
    Return two programs, both in #lobby, that have read all they were told.
    """
    here = Programs()
    alice, bob = here.arrive("alice"), here.arrive("bob")
    alice.reads()
    return alice, bob
