"""
What is sent in a channel: no more than the client takes, and the rest waits.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.conch.ssh.connection import EXTENDED_DATA_STDERR

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IPushProducer


@define(eq=False)
class Sending:
    """
    Sends while the client's window is open, the socket takes it and no keys are exchanged.

    Otherwise the producer is paused, so that what it writes waits in its `Outbox`.

    Args:
        channel: in which it is sent.
        on_sent: called each time that nothing waits any more.

    Attributes:
        producer: is paused meanwhile; None for none.
    """

    _channel: Any
    _on_sent: Callable[[], None]
    producer: IPushProducer | None = field(init=False, default=None)
    # Whether it is an error, and the bytes; and how many of the first ones are sent.
    _waiting: deque[tuple[bool, bytes]] = field(init=False, factory=deque)
    _offset: int = field(init=False, default=0)
    _is_blocked: bool = field(init=False, default=False)

    def add(self, data: bytes, *, is_error: bool = False) -> None:
        """
        Send ``data`` behind what was added before.
        """
        if data and not self._channel.localClosed:
            self._waiting.append((is_error, data))
            self.go_on()

    def go_on(self) -> None:
        """
        Send what may be sent now.
        """
        channel, waiting = self._channel, self._waiting
        conn = channel.conn
        while waiting and channel.remoteWindowLeft > 0 and not conn.transport.is_blocked:
            is_error, data = waiting[0]
            size = min(channel.remoteWindowLeft, channel.remoteMaxPacket)
            piece = data[self._offset : self._offset + size]
            self._offset += len(piece)
            channel.remoteWindowLeft -= len(piece)
            if self._offset >= len(data):
                waiting.popleft()
                self._offset = 0
            if is_error:
                conn.sendExtendedData(channel, EXTENDED_DATA_STDERR, piece)
            else:
                conn.sendData(channel, piece)
        self._block(is_blocked=bool(waiting))
        if not waiting:
            self._on_sent()

    def _block(self, *, is_blocked: bool) -> None:
        if is_blocked == self._is_blocked:
            return
        self._is_blocked = is_blocked
        if self.producer is not None and is_blocked:
            self.producer.pauseProducing()
        elif self.producer is not None:
            self.producer.resumeProducing()

    def register(self, producer: IPushProducer) -> None:
        """
        Let ``producer`` wait while what was added waits.
        """
        self.producer = producer
        if self._is_blocked:
            producer.pauseProducing()

    def stop(self) -> None:
        """
        Send nothing more.
        """
        self._waiting.clear()
        self.producer = None
