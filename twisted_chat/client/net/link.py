"""
A link: connects a conversation to its server, again and again until it is over.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

from attrs import define, field

from twisted_chat.client.errors import NotConnected
from twisted_chat.client.net.wire import Wire
from twisted_chat.client.show.line import Line, Message
from twisted_chat.client.talk.conversation import Conversation

_log = logging.getLogger(__name__)
#: Seconds before the second try to come back, and at most; each pause is up to twice the last.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
#: Seconds after which the next pause is short again.
STEADY = 5.0
#: Seconds for the server to say goodbye; it may have much to do before.
FAREWELL = 5.0
#: Seconds for the answer to a hello; a server that is busy with logins may need some.
HELLO_WITHIN = 30.0
#: Seconds without a word from the server until it is asked whether it is there, and until it must
#: have said something then, or to what the user sent: it may hold that back, as too much at once.
PING_AFTER = ANSWER_WITHIN = 60.0
_SILENT = "The server does not answer; it may be no chat."
_NO_CHAT = "The server has closed the connection before it let you in; it may be no chat."


def pauses(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """
    Yield the seconds to wait before each try to come back.

    They grow, and differ from client to client, so that not all come back to a server at once.

    Args:
        chance: returns a number from 0 to 1.
    """
    pause = FIRST_PAUSE
    while True:
        yield pause * (0.5 + chance() / 2)
        pause = min(pause * 2, LONGEST_PAUSE)


@define(eq=False)
class Link:
    """
    Carries what a conversation asks for to its server, and back what the server tells.

    Args:
        conversation: lasts longer than a connection.
        open: connects.
        show: is given lines as they come, and called also when something has changed.
        hear: is given each message of the server as it is, behind the lines that it makes.
        keep_up: waits until more should be read.
        comes_back: whether a connection that was lost is made again.

    Attributes:
        is_waiting: there is a pause before the next try to connect.
    """

    conversation: Conversation
    _open: Callable[[], Awaitable[Wire]]
    _show: Callable[[list[Line]], None]
    _hear: Callable[[Message], None] | None = None
    _keep_up: Callable[[], Awaitable[None]] | None = None
    _comes_back: bool = True
    is_waiting: bool = field(init=False, default=False)
    _is_pinged: bool = field(init=False, default=False)
    _wire: Wire | None = field(init=False, default=None)
    _ended: asyncio.Event = field(init=False, factory=asyncio.Event)
    _hurry: asyncio.Event = field(init=False, factory=asyncio.Event)

    async def run(self) -> None:
        """
        Stay connected until the conversation is over.

        Raises:
            ClientError: why it cannot go on.
        """
        talk, waits = self.conversation, pauses()
        try:
            while not talk.is_over:
                try:
                    self._wire = await self._open()
                except NotConnected as error:
                    if error.is_final or not talk.nick:
                        raise
                else:
                    if await self._talk(self._wire) > STEADY:
                        waits = pauses()
                    await self._wire.close()
                if talk.is_over:
                    break
                if not self._comes_back:
                    raise NotConnected("The connection was lost.")
                await self._wait(next(waits))
        finally:
            self._ended.set()
            if self._wire is not None:
                await self._wire.close()
        if talk.end is not None:
            raise talk.end

    async def _talk(self, wire: Wire) -> float:
        """
        Talk over ``wire`` until it ends, and return for how many seconds that was.

        Raises:
            NotConnected: it has ended before it began.
        """
        talk, since = self.conversation, time.monotonic()
        talk.connected()
        self.flush()
        self._show([])
        self._is_pinged = is_silent = False
        while not (talk.is_over or talk.hangs_up):
            try:
                messages = await asyncio.wait_for(wire.read(), self._patience())
            except TimeoutError:
                if is_silent := self._is_owed():
                    break
                self._ping()
                continue
            self._is_pinged = False
            if not messages:
                break
            lines = []
            for message in messages:
                lines += talk.take(message)
                if self._hear is not None:
                    self._hear(message)
            self.flush()
            self._show(lines)
            if self._keep_up is not None:
                await self._keep_up()
        _log.info("the connection has ended")
        if not (talk.nick or talk.is_over or talk.question):
            raise NotConnected(_SILENT if is_silent else _NO_CHAT)
        self._show(talk.lost())
        return time.monotonic() - since

    def _patience(self) -> float | None:
        """
        Return the seconds to wait for the server; None for ever, while it waits for the user.
        """
        talk = self.conversation
        if not talk.is_connected:
            return HELLO_WITHIN if talk.question is None else None
        return ANSWER_WITHIN if self._is_owed() else PING_AFTER

    def _is_owed(self) -> bool:
        talk = self.conversation
        return not talk.is_connected or self._is_pinged or talk.outgoing.waiting > 0

    def _ping(self) -> None:
        self._is_pinged = True
        self.conversation.outgoing.ask({"request": "ping"}, lambda _: None)
        self.flush()

    def flush(self) -> None:
        """
        Send what the conversation wants to be sent.
        """
        if self._wire is not None:
            for message in self.conversation.outgoing.outbox:
                self._wire.write(message)
            self.conversation.outgoing.outbox.clear()

    def hurry(self) -> None:
        """
        Try to connect at once, if there is a pause.
        """
        self._hurry.set()

    async def leave(self) -> None:
        """
        Leave the server, and wait until it has said so, but not for long.
        """
        self._show(self.conversation.leave())
        self.flush()
        if self.conversation.is_connected:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), FAREWELL)

    async def _wait(self, seconds: float) -> None:
        self.is_waiting = True
        self._hurry.clear()
        self._show([])
        try:
            await asyncio.wait_for(self._hurry.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self.is_waiting = False
