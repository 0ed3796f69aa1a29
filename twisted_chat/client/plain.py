"""
The plain front: lines in and lines out, for screen readers, simple terminals and pipes.
"""

from __future__ import annotations

import asyncio
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from attrs import define, field

from twisted_chat.client.errors import UsageError
from twisted_chat.client.net.link import Link
from twisted_chat.client.show.alert import alert
from twisted_chat.client.show.line import Kind, Line, Message
from twisted_chat.client.show.look import Painter
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.questions import Question

# What the terminal has shown already when the user typed it.
_TYPED = frozenset({Kind.TALK, Kind.ACTION})


@define(eq=False)
class Plain:
    """
    Shows a conversation as lines, and never moves the cursor.

    Args:
        talk: is shown.
        painter: makes rows of lines.
        alert: what happens when the user is named, as in `show.alert`.
    """

    talk: Conversation
    painter: Painter
    alert: str = "off"
    _changed: asyncio.Event = field(init=False, factory=asyncio.Event)
    # What is read: lines, None at the end of the input, or why it cannot be read.
    _typed: asyncio.Queue[str | OSError | None] = field(init=False, factory=asyncio.Queue)
    _asked: Question | None = field(init=False, default=None)

    def show(self, lines: list[Line]) -> None:
        """
        Show lines, and ask what there is to be asked.
        """
        hides_own = sys.stdin.isatty()
        shown = [
            line
            for line in lines
            if not (hides_own and line.is_own and line.kind in _TYPED and not line.is_elsewhere)
        ]
        for line in shown:
            for row in self.painter.rows(line):
                print(row)
        print(alert(self.alert, shown), end="")
        question = self.talk.question
        if question is not None and question is not self._asked and sys.stdin.isatty():
            print(question.prompt, end="")
        if question is not self._asked:
            self._set_echo()
        self._asked = question
        sys.stdout.flush()
        self._changed.set()

    def hear(self, told: Message) -> None:
        """
        Show the following lines as a setting was changed, if ``told`` says so.
        """
        self.painter.follow(told)

    async def run(self, link: Link) -> None:
        """
        Read and write until the conversation is over, or the input ends and all is answered.

        Raises:
            ClientError: why it cannot go on.
        """
        loop = asyncio.get_running_loop()
        # A thread, as a terminal that is read without waiting would also be written so.
        threading.Thread(target=self._read, args=[loop], daemon=True).start()
        linked = asyncio.create_task(link.run())
        typing = asyncio.create_task(self._type(link))
        with _terminal_as_it_was():
            await asyncio.wait({linked, typing}, return_when=asyncio.FIRST_COMPLETED)
            if not linked.done():
                await link.leave()
            for task in (linked, typing):
                task.cancel()
            results = await asyncio.gather(linked, typing, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        def put(typed: str | OSError | None) -> None:
            loop.call_soon_threadsafe(self._typed.put_nowait, typed)

        with suppress(RuntimeError):
            # The loop may be closed by now.
            try:
                for line in sys.stdin:
                    put(line.rstrip("\r\n"))
                put(None)
            except OSError as error:
                put(error)

    async def _type(self, link: Link) -> None:
        while True:
            await self._until(lambda: self.talk.is_connected or self.talk.question is not None)
            text = await self._typed.get()
            if self.talk.is_over:
                return
            if isinstance(text, OSError):
                raise UsageError(f"What is typed cannot be read ({text.strerror}).")
            if text is None:
                break
            if self.talk.question is not None:
                if self.talk.question.is_secret and sys.stdin.isatty():
                    print()
                self.talk.questions.answer(text)
            else:
                self.show(self.talk.composer.typed(text))
            link.flush()
            link.hurry()
            self.show([])
        await self._until(lambda: not self.talk.outgoing.waiting)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not (condition() or self.talk.is_over):
            self._changed.clear()
            await self._changed.wait()

    def _set_echo(self) -> None:
        if not sys.stdin.isatty():
            return
        is_secret = self.talk.question is not None and self.talk.question.is_secret
        modes = termios.tcgetattr(sys.stdin)
        # Local modes, see termios(3).
        modes[3] = modes[3] & ~termios.ECHO if is_secret else modes[3] | termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, modes)


@contextmanager
def _terminal_as_it_was() -> Iterator[None]:
    if not sys.stdin.isatty():
        yield
        return
    modes = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, modes)
