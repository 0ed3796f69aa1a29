"""
An inbox: what has come over a connection and was not looked at yet.
"""

from __future__ import annotations

import asyncio

from attrs import define, field

from twisted_chat.client.show.line import Message

#: So many messages are kept, or so many bytes of them; until they are taken, no more are read.
FULL, FULL_BYTES = 200, 4 * 1024 * 1024


@define(eq=False)
class Inbox:
    """
    Holds messages in order, and the end of the connection behind them.
    """

    _messages: list[Message] = field(init=False, factory=list)
    _size: int = field(init=False, default=0)
    _has_ended: bool = field(init=False, default=False)
    _changed: asyncio.Event = field(init=False, factory=asyncio.Event)
    _taken: asyncio.Event = field(init=False, factory=asyncio.Event)

    @property
    def is_full(self) -> bool:
        """
        Whether no more should be read for now.
        """
        return len(self._messages) >= FULL or self._size >= FULL_BYTES

    def put(self, message: Message, size: int) -> None:
        """
        Add a message.

        Args:
            size: its bytes, as they came.
        """
        self._messages.append(message)
        self._size += size
        self._changed.set()

    def end(self) -> None:
        """
        Note that no more will come.
        """
        self._has_ended = True
        self._changed.set()

    async def has_room(self) -> None:
        """
        Wait until more may be read.
        """
        while self.is_full:
            self._taken.clear()
            await self._taken.wait()

    async def take(self) -> list[Message]:
        """
        Wait for messages, and return all there are; none if the connection has ended.
        """
        await self._changed.wait()
        messages, self._messages, self._size = self._messages, [], 0
        self._taken.set()
        if not self._has_ended:
            self._changed.clear()
        return messages
