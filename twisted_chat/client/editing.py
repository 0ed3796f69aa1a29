"""
What the editor of the line is made of: the terminal, the lines of before, and completion.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from pathlib import Path
from typing import TextIO

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.output import Output
from prompt_toolkit.output.vt100 import Vt100_Output

from twisted_chat.client.show.clean import clean
from twisted_chat.client.show.line import Message
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.questions import is_secret


class _Output(Vt100_Output):
    """
    A terminal that is not asked where its cursor is.

    The answer would come in between the keys, and each batch would wait for it; the status line
    stands just below what is typed, so nothing has to be known.
    """

    def get_rows_below_cursor_position(self) -> int:
        """
        Return that the line of the cursor is there.
        """
        return 1

    @property
    def responds_to_cpr(self) -> bool:
        """
        Whether it is asked: no.
        """
        return False


def _size() -> Size:
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    # Some terminals report no size.
    return Size(rows=rows or 24, columns=columns or 80)


def output_to(file: TextIO, size: Callable[[], Size] = _size) -> Output:
    """
    Return what draws on a terminal.

    Args:
        file: of the terminal.
        size: returns its rows and columns.
    """
    return _Output(file, size, term=os.environ.get("TERM"), enable_cpr=False)


class History(FileHistory):
    """
    The lines that were typed, over runs, but for passwords.

    Args:
        path: of the file.
        is_answer: returns whether what is typed now answers a question, or did.
    """

    def __init__(self, path: Path, is_answer: Callable[[], bool]) -> None:
        super().__init__(str(path))
        self._path = path
        self._is_answer = is_answer

    def append_string(self, string: str) -> None:
        """
        Add a line, unless it may hold a password.
        """
        if not (self._is_answer() or is_secret(string)):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """
        Write a line to the file; if that cannot be, it is known for this run.
        """
        rows = "".join(f"+{row}\n" for row in string.split("\n"))
        entry = f"\n# {time.strftime('%Y-%m-%d %H:%M:%S')}\n{rows}"
        with contextlib.suppress(OSError), self._path.open("ab", buffering=0) as file:
            # All at once: another window may write there too.
            file.write(entry.encode(errors="replace"))


class Asker(Completer):
    """
    Completes what is typed by asking the server.
    """

    def __init__(self, talk: Conversation, flush: Callable[[], None]) -> None:
        self._talk = talk
        self._flush = flush

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """
        Return nothing; `get_completions_async` asks the server.
        """
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """
        Yield what the server offers.
        """
        if self._talk.question is not None:
            # What is typed may be a password.
            return
        text = document.text_before_cursor
        answer: asyncio.Future[list[Message]] = asyncio.get_running_loop().create_future()

        def answered(messages: list[Message]) -> None:
            if not answer.done():
                answer.set_result(messages)

        self._talk.outgoing.ask({"request": "complete", "text": text}, answered)
        self._flush()
        for message in await answer:
            if message.get("event") == "completed":
                start, words = message.get("start"), message.get("words")
                if not isinstance(start, int) or not isinstance(words, list):
                    return
                names = message.get("names")
                if not isinstance(names, list) or len(names) != len(words):
                    names = [""] * len(words)
                for word, name in zip(map(str, words), map(str, names), strict=True):
                    # What the user would not see, they would send without knowing it.
                    if clean(word) == word:
                        shown = f"{word} {clean(name)}" if name else None
                        yield Completion(word, min(start - len(text), 0), display=shown)
