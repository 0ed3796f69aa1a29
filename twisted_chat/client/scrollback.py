"""
The scrollback of a terminal: what is read is written above what is typed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from typing import Any

from attrs import define, field
from prompt_toolkit.application import Application

from twisted_chat.client.show.alert import alert
from twisted_chat.client.show.line import Line
from twisted_chat.client.show.look import Painter

# Seconds in which what comes is gathered, so that a busy room does not keep the keys waiting.
_GATHER = 0.02
# Seconds for which lines are made ready to be written before keys are looked at again, and those
# in which that happens where more waits.
_AT_ONCE, _BETWEEN = 0.005, 0.001
# So many lines, of so many characters together, may wait; until some are written, no more are
# read.
_MOST_WAITING, _LONGEST_WAITING = 10_000, 2_000_000


@define(eq=False)
class Scrollback:
    """
    Writes lines above what is typed, a few at a time, so that the keys need not wait.

    Args:
        app: shows what is typed.
        painter: makes rows of lines.
        alert: what happens when the user is named, as in `show.alert`.
    """

    _app: Application[Any]
    _painter: Painter
    _alert: str
    _waiting: deque[Line] = field(init=False, factory=deque)
    # Their characters.
    _length: int = field(init=False, default=0)
    _changed: asyncio.Event = field(init=False, factory=asyncio.Event)
    _written: asyncio.Event = field(init=False, factory=asyncio.Event)

    def add(self, lines: list[Line]) -> None:
        """
        Write lines soon.
        """
        self._waiting += lines
        self._length += sum(len(line.text) for line in lines)
        self._changed.set()

    def wake(self) -> None:
        """
        Show what is typed again, soon: something of it has changed.
        """
        self._changed.set()

    async def keep_up(self) -> None:
        """
        Wait until not too many lines wait to be written.
        """
        while len(self._waiting) > _MOST_WAITING or self._length > _LONGEST_WAITING:
            self._written.clear()
            await self._written.wait()

    async def run(self) -> None:
        """
        Write what comes, for ever.
        """
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._app.is_running:
                self._app.invalidate()
            while self._waiting:
                self._write_some()
                await asyncio.sleep(_BETWEEN if self._waiting else _GATHER)

    def finish(self) -> None:
        """
        Write all that still waits.
        """
        rest = [row for line in self._waiting for row in self._painter.rows(line)]
        self._above("".join(f"{row}\n" for row in rest))

    def _write_some(self) -> None:
        """
        Write the first lines that wait, at least one, for which there is time.
        """
        self._painter.columns = self._app.output.get_size().columns
        lines: list[Line] = []
        rows: list[str] = []
        until = time.monotonic() + _AT_ONCE
        while self._waiting and (not lines or time.monotonic() < until):
            line = self._waiting.popleft()
            self._length -= len(line.text)
            lines.append(line)
            rows += self._painter.rows(line)
        self._above(alert(self._alert, lines) + "".join(f"{row}\n" for row in rows))
        self._written.set()

    def _above(self, text: str) -> None:
        # `run_in_terminal` would let the terminal echo the keys that are pressed meanwhile, also
        # those of a password.
        if self._app.is_running:
            self._app.renderer.erase()
        sys.stdout.write(text)
        sys.stdout.flush()
        if self._app.is_running:
            self._app.invalidate()
