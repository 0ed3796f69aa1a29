"""
A conversation of the client with a server in memory, without a connection or a terminal.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from attrs import define, field
from shared_json import Bot, Programs

from twisted_chat.client.show.line import Line
from twisted_chat.client.show.look import Look, Painter
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation

PLAIN = Painter(Look(has_times=False))


def rows(lines: list[Line]) -> list[str]:
    """
    Return what a user reads of lines, without colours and times.
    """
    return [row for line in lines for row in PLAIN.rows(line)]


@define(eq=False)
class Talker:
    """
    A conversation, and the connection that it has at the moment.
    """

    here: Programs
    talk: Conversation
    bot: Bot = field(init=False)
    lines: list[Line] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.comes()

    def comes(self) -> None:
        """
        Connect, and say hello.
        """
        self.bot = self.here.connect()
        self.talk.connected()
        self.goes_on()

    def goes_on(self) -> None:
        """
        Let requests and answers travel until nothing more does.
        """
        while True:
            outbox = self.talk.outgoing.outbox
            requests, outbox[:] = list(outbox), []
            for request in requests:
                self.bot.sends(json.dumps(request).encode() + b"\n")
            messages = self.bot.reads()
            for message in messages:
                self.lines += self.talk.take(message)
            if not (requests or messages):
                return

    def is_cut_off(self) -> None:
        """
        Lose the connection.
        """
        self.bot.transport.hang_up()
        self.lines += self.talk.lost()

    def types(self, text: str) -> list[str]:
        """
        Type a message, and return the rows that come then.
        """
        self.lines += self.talk.composer.typed(text)
        return self.reads()

    def answers(self, text: str) -> list[str]:
        """
        Answer the question, and return the rows that come then.
        """
        self.talk.questions.answer(text)
        return self.reads()

    def reads(self) -> list[str]:
        """
        Return the rows that came since the last look.
        """
        self.goes_on()
        read = rows(self.lines)
        self.lines.clear()
        return read

    @property
    def prompt(self) -> str:
        """
        What the user is asked; empty for nothing.
        """
        question = self.talk.question
        return "" if question is None else question.prompt


def come(here: Programs, name: str, **how: Any) -> Talker:
    """
    Return a conversation of ``name``, who has just come in and read the greeting.
    """
    talker = Talker(here, Conversation(Identity(name), **how))
    talker.reads()
    return talker


class MemoryWire:
    """
    Carries messages to a server in memory and back.
    """

    def __init__(self, here: Programs) -> None:
        self.bot = here.connect()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """
        Read again, because another user has done something.
        """
        self._woken.set()

    async def read(self) -> list[dict[str, Any]]:
        while True:
            if messages := self.bot.reads():
                return messages
            if not self.bot.is_connected:
                return []
            self._woken.clear()
            await self._woken.wait()

    def write(self, message: dict[str, Any]) -> None:
        if self.bot.is_connected:
            self.bot.sends(json.dumps(message).encode() + b"\n")
        self.wake()

    async def close(self) -> None:
        if self.bot.is_connected:
            self.bot.transport.hang_up()
        self.wake()
