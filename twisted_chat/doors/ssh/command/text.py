"""
The text of a command that does not stand among its words: from the standard input.
"""

from __future__ import annotations

from attrs import define, field

from twisted_chat.commands.completion import Completion
from twisted_chat.doors.editor.editor import Editor

_END = b"\x04"


@define(eq=False)
class PipedText:
    """
    What is piped in, until the input ends.
    """

    _data: bytearray = field(init=False, factory=bytearray)

    def feed(self, data: bytes, now: float) -> tuple[str | None, str]:
        """
        Take ``data``, which may be followed by more.

        Returns:
            as `TypedText.feed`: it never ends by itself, and nothing is shown.
        """
        self._data += data
        return None, ""

    def end(self) -> str:
        """
        Return the whole, without the end of its last line.
        """
        return self._data.decode("utf-8", "replace").rstrip("\r\n")

    @property
    def size(self) -> int:
        """
        Bytes of what was taken, but two: its end may be no part of it.
        """
        return len(self._data) - 2


@define(eq=False)
class TypedText:
    """
    Lines that are typed at a terminal (`ssh -t`), until Ctrl-D on an empty one, as for `cat`.

    Such a terminal shows nothing by itself, and ends no line.

    Args:
        limit: bytes of one line; 0 is no limit.
    """

    _limit: int
    _editor: Editor = field(init=False)
    _lines: list[str] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self._editor = Editor(self._limit, 0, str, lambda _, cursor: Completion(cursor, ()), True)

    def feed(self, data: bytes, now: float) -> tuple[str | None, str]:
        """
        Take what was typed.

        Args:
            now: the time, in seconds of any clock.

        Returns:
            the whole text if it ends here, else None; and what is to be shown.
        """
        shown = ""
        *parts, rest = data.split(_END)
        for part in parts:
            shown += self._take(part, now)
            if not self._editor.line.text:
                return "\n".join(self._lines), shown
        return None, shown + self._take(rest, now)

    def _take(self, data: bytes, now: float) -> str:
        lines, shown = self._editor.feed(data, now)
        self._lines += lines
        return shown

    def end(self) -> str:
        """
        Return the whole, with the line that has begun.
        """
        return "\n".join([*self._lines, self._editor.line.text]).rstrip("\n")

    @property
    def size(self) -> int:
        """
        Bytes of the lines that were entered.
        """
        return len("\n".join(self._lines).encode("utf-8", "replace"))
