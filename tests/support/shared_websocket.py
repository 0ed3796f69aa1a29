"""
Programs that come to a server in memory by a WebSocket, with the client of `websockets`.
"""

from __future__ import annotations

import json
from typing import Any

from attrs import define, field
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from twisted_chat.doors.json.limits import MessageLimits
from twisted_chat.doors.port.admission import Admission
from twisted_chat.server.doors import Given, open_port
from twisted_chat.server.settings import Settings
from twisted_chat.testing import Chat, MemoryTransport

URI = "ws://chat.example.org/ws"


@define(eq=False)
class Page:
    """
    A program at a WebSocket.
    """

    chat: Chat
    transport: MemoryTransport
    client: ClientProtocol
    _seen: int = field(init=False, default=0)
    _is_over: bool = field(init=False, default=False)
    frames: list[Frame] = field(init=False, factory=list)

    def flush(self) -> None:
        """
        Send what the client has to send, and take what came.
        """
        for data in self.client.data_to_send():
            self.transport.receive(data)
        self.chat.advance()
        data = bytes(self.transport.value()[self._seen :])
        self._seen += len(data)
        if self._is_over:
            return
        self.client.receive_data(data)
        if not self.is_connected:
            self._is_over = True
            self.client.receive_eof()
        for event in self.client.events_received():
            if isinstance(event, Frame):
                self.frames.append(event)
        # Answers to pings.
        for data in self.client.data_to_send():
            self.transport.receive(data)

    def asks(self, request: str, **members: Any) -> list[dict[str, Any]]:
        """
        Ask for something, and return what came since the last look.
        """
        self.client.send_text(json.dumps({"request": request, **members}).encode())
        return self.reads()

    def reads(self) -> list[dict[str, Any]]:
        """
        Return the objects that came since the last look.
        """
        self.flush()
        frames, self.frames = self.frames, []
        return [json.loads(each.data) for each in frames if each.opcode is Opcode.TEXT]

    @property
    def is_connected(self) -> bool:
        """
        Whether the server has not closed the connection.
        """
        return self.transport.protocol is not None


class Web:
    """
    The port for programs of ``chat``.
    """

    def __init__(
        self,
        chat: Chat | None = None,
        limits: MessageLimits | None = None,
        origins: tuple[str, ...] = (),
        *,
        trusted: tuple[str, ...] = (),
        is_proxied: bool = False,
    ) -> None:
        self.chat = chat or Chat()
        settings = Settings(
            web_origin=origins,
            trusted_proxy=trusted,
            max_message=(limits or MessageLimits()).max_message,
        )
        given = Given(self.chat.hub, self.chat.dispatcher, settings, is_proxied)
        self._admission = Admission(lambda: 0)
        self.factory = open_port(["web", "json"], given, self._admission)

    @property
    def connections(self) -> int:
        """
        How many there are.
        """
        return self._admission.total

    def open(self) -> MemoryTransport:
        """
        Open a connection.
        """
        protocol = self.factory.buildProtocol(None)
        transport = MemoryTransport(self.chat.clock, "127.0.0.1")
        transport.protocol = protocol
        protocol.makeConnection(transport)
        return transport

    def request(self, data: bytes) -> bytes:
        """
        Return the answer to a request of HTTP.
        """
        transport = self.open()
        transport.receive(data)
        self.chat.advance()
        return bytes(transport.value())

    def connect(
        self, *, subprotocols: list[Any] | None = None, origin: Any = None, uri: str = URI
    ) -> Page:
        """
        Open a WebSocket.
        """
        client = ClientProtocol(
            parse_uri(uri), subprotocols=subprotocols or ["chat.json"], origin=origin
        )
        client.send_request(client.connect())
        page = Page(self.chat, self.open(), client)
        page.flush()
        return page

    def arrive(self, name: str) -> Page:
        """
        Open a WebSocket, and say hello.
        """
        page = self.connect()
        page.asks("hello", name=name)
        return page
