"""
The wire: carries messages as lines over TCP and TLS, or as frames of a WebSocket.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from contextlib import suppress
from typing import Any, Protocol

from twisted_chat.client.errors import NotConnected
from twisted_chat.client.net.address import Address
from twisted_chat.client.net.inbox import Inbox
from twisted_chat.client.show.line import Message, read

# Bytes that are read at once.
_PIECE = 16 * 1024
# Answers of HTTP after which another try may do: too many requests, and what a proxy says while
# nothing answers behind it (RFC 9110, section 15.6).
_BUSY = frozenset({429, 500, 502, 503, 504})
#: Seconds until a server that does not answer is given up.
CONNECT_WITHIN = 15.0
#: Bytes of one message of the server; a longer one ends the connection.
LONGEST = 16 * 1024 * 1024
#: Seconds for what was written to leave when a connection is closed.
_LINGER = 1.0


class Wire(Protocol):
    """
    A connection that carries messages.
    """

    async def read(self) -> list[Message]:
        """
        Wait for messages, and return all that have come; none at the end of the connection.
        """

    def write(self, message: Message) -> None:
        """
        Send ``message`` as soon as can be; nothing happens once the connection is lost.
        """

    async def close(self) -> None:
        """
        Close the connection, behind what was written.
        """


def encoded(message: Message) -> str:
    """
    Return ``message`` as JSON on one line; half of a character becomes a question mark.
    """
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace").decode()


class Lines(asyncio.BufferedProtocol):
    """
    Messages as lines, over TCP or TLS.

    It is read in small pieces, so that no key waits until many messages are understood.
    """

    def __init__(self) -> None:
        self._inbox = Inbox()
        self._buffer = bytearray(_PIECE)
        self._begun = bytearray()
        self._transport: Any = None
        self._gone = asyncio.Event()
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Take the transport.
        """
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        """
        Return where to put what is read.
        """
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """
        Take the lines that are complete.
        """
        *lines, rest = self._buffer[:nbytes].split(b"\n")
        if lines:
            lines[0] = self._begun + lines[0]
            self._begun = bytearray()
        self._begun += rest
        for line in lines:
            message = read(bytes(line))
            # What is not a message is left out, such as what a proxy says.
            if message is not None:
                self._inbox.put(message, len(line))
        if len(self._begun) > LONGEST:
            self._transport.abort()
        elif self._inbox.is_full and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Note the end.
        """
        self._inbox.end()
        self._gone.set()

    async def read(self) -> list[Message]:
        """
        Wait for messages.
        """
        messages = await self._inbox.take()
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()
        return messages

    def write(self, message: Message) -> None:
        """
        Send ``message``.
        """
        if not self._transport.is_closing():
            self._transport.write(encoded(message).encode() + b"\n")

    async def close(self) -> None:
        """
        Close the connection.
        """
        if self._gone.is_set():
            # In Python 3.11.2, TLS that has ended cannot be aborted.
            return
        self._transport.close()
        try:
            await asyncio.wait_for(self._gone.wait(), _LINGER)
        except TimeoutError:
            self._transport.abort()


class Frames:
    """
    Messages as text frames of a WebSocket.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._inbox = Inbox()
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._send())]

    async def _receive(self) -> None:
        try:
            async for data in self._connection:
                message = read(data)
                if message is not None:
                    self._inbox.put(message, len(data))
                await self._inbox.has_room()
        finally:
            self._inbox.end()

    async def _send(self) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415  # of this wire alone

        with suppress(ConnectionClosed):
            while True:
                await self._connection.send(await self._outbox.get())
                self._outbox.task_done()

    async def read(self) -> list[Message]:
        """
        Wait for messages.
        """
        return await self._inbox.take()

    def write(self, message: Message) -> None:
        """
        Send ``message``.
        """
        self._outbox.put_nowait(encoded(message))

    async def close(self) -> None:
        """
        Close the connection.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._outbox.join(), _LINGER)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._connection.close(), _LINGER)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def connect(address: Address, context: ssl.SSLContext | None) -> Wire:
    """
    Connect to a server.

    Args:
        context: checks its certificate; None for a connection that is not encrypted.

    Raises:
        NotConnected: it does not answer, or is not a chat.
        ssl.SSLError: its certificate is not the one it should be.
    """
    opening = _frames(address, context) if address.is_websocket else _lines(address, context)
    try:
        return await asyncio.wait_for(opening, CONNECT_WITHIN)
    except TimeoutError:
        raise NotConnected(
            f"{address.place} did not answer within {CONNECT_WITHIN:g} seconds."
        ) from None
    except ssl.SSLError:
        raise
    except OSError as error:
        raise NotConnected(f"{address.place} cannot be reached ({_reason(error)}).") from None


def _stay_alive(transport: Any) -> None:
    """
    Set TCP keepalive, so that a peer that is gone is noticed within about a minute.
    """
    connection = transport.get_extra_info("socket")
    # It may be closed again.
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        # Not every system has all of them; see tcp(7).
        for option, value in (
            ("TCP_KEEPIDLE", 30),
            ("TCP_KEEPINTVL", 10),
            ("TCP_KEEPCNT", 3),
            ("TCP_USER_TIMEOUT", 60_000),
        ):
            if hasattr(socket, option):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _reason(error: OSError) -> str:
    text = error.strerror or str(error) or type(error).__name__
    # asyncio says where it tried to connect to, which stands there already.
    if "Connect call failed" in text:
        text = "no server answers there"
    return text[:1].lower() + text[1:]


async def _lines(address: Address, context: ssl.SSLContext | None) -> Wire:
    loop = asyncio.get_running_loop()
    name = address.host if context is not None else None
    transport, lines = await loop.create_connection(
        Lines, address.host, address.port, ssl=context, server_hostname=name,
        happy_eyeballs_delay=0.25,
    )  # fmt: skip
    _stay_alive(transport)
    return lines


async def _frames(address: Address, context: ssl.SSLContext | None) -> Wire:
    # Costs a tenth of a second at the start, and most do without.
    from websockets.asyncio.client import connect as open_websocket  # noqa: PLC0415  # so
    from websockets.exceptions import (  # noqa: PLC0415  # likewise
        InvalidMessage,
        InvalidStatus,
        WebSocketException,
    )
    from websockets.typing import Subprotocol  # noqa: PLC0415  # likewise

    class Opening(open_websocket):
        def process_redirect(self, exc: Exception) -> Exception:
            # Another place is another server: it may be one without TLS, or without a pin.
            return exc

    try:
        connection = await Opening(
            str(address),
            ssl=context,
            subprotocols=[Subprotocol("chat.json")],
            compression=None,
            max_size=LONGEST,
            max_queue=2,
            proxy=None,
        )
    except InvalidMessage:
        raise NotConnected(f"{address.place} has closed the connection.") from None
    except WebSocketException as error:
        status = error.response.status_code if isinstance(error, InvalidStatus) else 0
        if status in _BUSY:
            # So a proxy answers while the server behind it starts again.
            raise NotConnected(f"{address.place} cannot be reached (HTTP {status}).") from None
        raise NotConnected(f"{address} is not a chat ({error}).", is_final=True) from None
    if connection.subprotocol != "chat.json":
        await connection.close()
        raise NotConnected(f"{address} is a WebSocket, but not a chat.", is_final=True)
    _stay_alive(connection.transport)
    return Frames(connection)
