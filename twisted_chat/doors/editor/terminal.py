"""
The terminal at the other end of a connection, whose lines are edited here.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from twisted_chat.commands.completion import Completion
from twisted_chat.doors.device_words import question_of
from twisted_chat.doors.editor.editor import INTERRUPT, Editor
from twisted_chat.text.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.editor import editor
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session

_NAME = "Enter your name: "
# Where a prompt stands among what is written: no clean text holds this byte.
_HERE = b"\0"
# Bytes of keys that cost as much as a line: each may search the history, or draw a long line.
_KEYS_PER_LINE = 512
# Characters of the line being typed that cost as much, each time that some keys come: the line is
# measured then.
_CHARACTERS_PER_LINE = 32768
# Names of terminals that tell nothing of what they can.
_DUMB = frozenset({"", "dumb", "unknown", "network"})
# How the names of those begin that open links, or show nothing of what would.  Not of the console
# of Linux, of screen, nor of terminals of old, which may show it.
_OPENS_LINKS = re.compile(
    r"(?:xterm|tmux|alacritty|foot|ghostty|kitty|wezterm|contour|konsole|gnome|vte|iterm|mintty"
    r"|rxvt-unicode|st-)",
    re.IGNORECASE,
)


def opens_links(kind: str) -> bool:
    """
    Return whether the terminal called ``kind`` opens links (OSC 8).
    """
    return _OPENS_LINKS.match(kind) is not None


class EditedTerminal:
    """
    Turns keys into lines; what is written stands above the line that is typed, and never tears it.

    Args:
        limit: the longest line, in bytes; 0 is no limit.
        columns: the width of its window; 0 if that is not known.
        place: returns what stands before the line.
        complete: returns what may stand before the cursor.
        on_window: called when the window has another size.
        seconds: returns the time.
        kind: its name, such as ``xterm-256color``.

    Attributes:
        decode: takes what is no key out of what comes.
        opens_links: it opens links.
        prompt: what is asked; None for nothing.
    """

    #: It shows nothing by itself.
    hides_typing = True
    #: Each key comes as it is, and Ctrl-C is one.
    sends_keys = True

    def __init__(
        self,
        limit: int,
        columns: int,
        place: Callable[[], str],
        complete: Callable[[str, int], editor.Completion],
        on_window: Callable[[], None],
        seconds: Callable[[], float],
        *,
        kind: str = "xterm",
    ) -> None:
        self.limit = limit
        self.columns = columns
        self.opens_links = opens_links(kind)
        self.decode: Callable[[bytes], bytes] = bytes
        self.prompt: Prompt | None = None
        self._editor = Editor(limit, columns, place, complete, kind.lower() in _DUMB)
        self._on_window = on_window
        self._seconds = seconds
        self._send: Callable[[bytes], None] = _nowhere
        self._prompts: deque[Prompt | None] = deque()
        self._is_over = False

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what writes lines above the one that is typed, by ``send``.
        """
        self._send = send
        send(self._editor.opening.encode())
        return self.write

    def write(self, data: bytes) -> None:
        """
        Write lines above the one that is typed.
        """
        if self._is_over:
            return
        text, *behind = data.split(_HERE)
        shown = self._show(text)
        for each in behind:
            self._ask(self._prompts.popleft())
            shown += self._show(each)
        self._send((shown + self._editor.draw()).encode())

    def _show(self, text: bytes) -> str:
        return self._editor.show(text.decode("utf-8", "replace")) if text else ""

    def _ask(self, prompt: Prompt | None) -> None:
        self.prompt = prompt
        if prompt is None:
            self._editor.ask(None)
        elif prompt.wants_name:
            self._editor.ask(_NAME)
        elif not prompt.is_answered:
            self._editor.ask(clean(question_of(prompt)), is_secret=prompt.secret)

    def show(self, prompt: Prompt | None) -> bytes:
        """
        Return the place of ``prompt`` among what is written.
        """
        self._prompts.append(prompt)
        return _HERE

    def resize(self, columns: int) -> None:
        """
        Show the line in a window of another width.
        """
        self.columns = columns
        if not self._is_over:
            self._send(self._editor.resize(columns).encode())
            self._on_window()

    def finish(self) -> None:
        """
        Remove the line, and leave the terminal as it was.
        """
        if not self._is_over:
            self._is_over = True
            self._send(self._editor.end().encode())

    # -- what comes -------------------------------------------------------------------------------

    def split(self, data: bytes) -> list[bytes | None]:
        """
        Return the lines that are entered now; those that were pasted as one have newlines.
        """
        if self._is_over:
            return []
        lines, shown = self._editor.feed(data, self._seconds())
        if shown:
            self._send(shown.encode("utf-8", "replace"))
        if lines and self.prompt is not None and self.prompt.wants_name:
            # Nothing is told of a name that is taken but that its user is in.
            self._ask(None)
        return [line.encode("utf-8", "replace") for line in lines]

    def cost(self, size: int, lines: int) -> float:
        """
        Return what ``size`` bytes of keys cost, in lines, besides the ``lines`` that they entered.
        """
        return size / _KEYS_PER_LINE + len(self._editor.line.text) / _CHARACTERS_PER_LINE

    @property
    def has_begun_line(self) -> bool:
        """
        Whether a line has begun.
        """
        return bool(self._editor.line.text)

    def find_interrupt(self, data: bytes) -> int:
        """
        Return 0 if ``data`` is Ctrl-C, and else -1.
        """
        return 0 if data == INTERRUPT.encode() else -1

    def drop_begun(self) -> None:
        """
        Do nothing: the editor is given Ctrl-C itself.
        """

    def cut(self, mark: bytes) -> bytes:
        """
        Return nothing: an interrupt is a line here.
        """
        return b""

    def ask_for_window(self) -> bool:
        """
        Return False: it is known.
        """
        return False

    def ask_for_letters(self, line: bytes) -> int:
        """
        Return 0: none are lost.
        """
        return 0


def _nowhere(data: bytes) -> None:
    pass


def place_of(session: Session) -> str:
    """
    Return what stands before the line of ``session``: the room in which it talks.
    """
    return f"#{session.current.name}> " if session.current else "> "


def complete(dispatcher: Dispatcher, session: Session, text: str, cursor: int) -> Completion:
    """
    Return what may stand before the cursor; each time costs as much as a line.
    """
    # It goes through everybody who is here.
    if dispatcher.rates.wait(session):
        return Completion(cursor, ())
    session.line_bucket.spend()
    return dispatcher.complete(session, text, cursor)
