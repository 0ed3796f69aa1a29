"""
The row in which a line is typed: the last one that is written, below everything that was said.

It is one row, whose text scrolls sideways where it is longer.  So whatever stands above is never
drawn again: it wraps, scrolls and is copied as the terminal does that by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Protocol

from attrs import define, field, frozen
from wcwidth import iter_graphemes, width

NEWLINE = "\r\n"
#: Asks a terminal to send what is pasted in brackets, and to do so no more.
BRACKETS, NO_BRACKETS = "\x1b[?2004h", "\x1b[?2004l"
BELL = "\a"
# Erases from the cursor to the end of its row, or of the screen.
_ERASE, _ERASE_ALL = "\x1b[K", "\x1b[J"
_CLEAR = "\x1b[H\x1b[2J"
# A width that is not known.
_USUAL = 80
# Columns that are needed for the signs at both sides, a wide character and the cursor.
_LEAST = 5
# Stands for what is cut off at a side, and for the end of a line within the text.
_CUT_LEFT, _CUT_RIGHT, _NEW_LINE = "<", ">", "\u21b5"
_UNFIT = "\ufffd"


@frozen
class Row:
    """
    A text as it is shown.

    Attributes:
        text: what was typed.
        cells: its characters as users see them.
        starts: the code points of ``text`` before each.
        columns: the columns before each, and those of all.
    """

    text: str
    cells: list[str]
    starts: list[int]
    columns: list[int]

    @classmethod
    def of(cls, text: str) -> Row:
        """
        Measure ``text``, which takes some milliseconds for thousands of characters.
        """
        row = cls(text, [], [], [0])
        start = column = 0
        for each in iter_graphemes(text):
            row.cells.append(_cell(each))
            row.starts.append(start)
            start += len(each)
            column += max(width(row.cells[-1]), 0)
            row.columns.append(column)
        return row


class Screen(Protocol):
    """
    Shows the line that is typed.
    """

    def draw(self, prompt: str, text: str, cursor: int) -> str:
        """
        Return what shows the line in place of what was there.

        Args:
            cursor: how many code points of ``text`` stand before the cursor.
        """

    def erase(self) -> str:
        """
        Return what removes the line, so that something else can be written in its place.
        """

    def finish(self, prompt: str, text: str) -> str:
        """
        Return what leaves the whole line where it is, now that it is entered.
        """

    def resize(self, columns: int) -> str:
        """
        Return what removes the line after the window has another width.
        """

    def clear(self) -> str:
        """
        Return what removes all that is shown.
        """

    @property
    def opening(self) -> str:
        """
        What is sent before all else.
        """

    @property
    def ending(self) -> str:
        """
        What is sent behind all else.
        """


@define(eq=False)
class RowScreen:
    """
    A terminal that moves its cursor.

    Args:
        columns: its width; 0 if that is not known.
    """

    _columns: int
    # The columns that are drawn, and where the cursor stands in them.
    _drawn: int = field(init=False, default=0)
    _at: int = field(init=False, default=0)
    # Measured once for each change of the text, and drawn once for each change of anything: it is
    # drawn again below each line that arrives.
    _row: Row = field(init=False, factory=lambda: Row.of(""))
    _last: tuple[object, str, int, int] = field(init=False, default=(None, "", 0, 0))
    opening: str = field(init=False, default=BRACKETS)
    ending: str = field(init=False, default=NO_BRACKETS)

    def draw(self, prompt: str, text: str, cursor: int) -> str:
        """
        Return what shows the line in place of what was there.
        """
        what = prompt, text, cursor, self._columns
        if self._last[0] != what:
            self._last = (what, *self._draw(prompt, text, cursor))
        _, shown, self._drawn, self._at = self._last
        return shown

    def _draw(self, prompt: str, text: str, cursor: int) -> tuple[str, int, int]:
        """
        Return what shows the line, its columns, and those before the cursor.
        """
        # The last column stays free: behind it, terminals differ.
        room = (self._columns or _USUAL) - 1
        if text != self._row.text:
            self._row = Row.of(text)
        taken = width(prompt)
        if taken > room // 2 and taken + self._row.columns[-1] >= room:
            prompt = ""
        place = bisect_left(self._row.starts, cursor)
        cells, used, at = _window(self._row, place, room - width(prompt))
        before, back = width(prompt), used - at
        shown = f"\r{prompt}{''.join(cells)}{_ERASE}" + (f"\x1b[{back}D" if back else "")
        return shown, before + used, before + at

    def erase(self) -> str:
        """
        Return what removes the line.
        """
        self._drawn = self._at = 0
        return f"\r{_ERASE}"

    def finish(self, prompt: str, text: str) -> str:
        """
        Return what leaves the whole line where it is.
        """
        self._drawn = self._at = 0
        # Erased first: behind a full row, that would take its last character.
        return f"\r{_ERASE}{prompt}{_shown(text)}{NEWLINE}"

    def resize(self, columns: int) -> str:
        """
        Return what removes the line; a terminal breaks one that is longer than its window.
        """
        self._columns = columns
        columns = columns or _USUAL
        rows = 0 if self._drawn < columns else self._at // columns
        self._drawn = self._at = 0
        return (f"\x1b[{rows}A" if rows else "") + f"\r{_ERASE_ALL}"

    def clear(self) -> str:
        """
        Return what removes all that is shown.
        """
        return _CLEAR


@define(eq=False)
class DumbScreen:
    """
    A terminal that knows no more than the keys of a typewriter.
    """

    # The prompt, and the characters behind it.
    _prompt: str = field(init=False, default="")
    _drawn: list[str] = field(init=False, factory=list)
    _row: Row = field(init=False, factory=lambda: Row.of(""))
    opening: str = field(init=False, default="")
    ending: str = field(init=False, default="")

    def draw(self, prompt: str, text: str, cursor: int) -> str:
        """
        Return what shows the line in place of what was there.
        """
        if text != self._row.text:
            self._row = Row.of(text)
        cells = self._row.cells
        before, self._drawn = self._drawn, cells
        if prompt != self._prompt or cells[: len(before)] != before[: len(cells)]:
            again = NEWLINE if self._prompt or before else ""
            self._prompt = prompt
            return again + prompt + "".join(cells)
        rubbed = sum(width(cell) for cell in before[len(cells) :])
        return "\b \b" * rubbed + "".join(cells[len(before) :])

    def erase(self) -> str:
        """
        Return what ends the row, if anything stands in it.
        """
        is_used = bool(self._prompt or self._drawn)
        self._prompt, self._drawn = "", []
        return NEWLINE if is_used else ""

    def finish(self, prompt: str, text: str) -> str:
        """
        Return what leaves the line where it is.
        """
        shown = self.draw(prompt, text, len(text))
        self._prompt, self._drawn = "", []
        return shown + NEWLINE

    def resize(self, columns: int) -> str:
        """
        Return nothing: the terminal breaks rows by itself.
        """
        return ""

    def clear(self) -> str:
        """
        Return nothing.
        """
        return ""


def _cell(grapheme: str) -> str:
    if grapheme == "\n":
        return _NEW_LINE
    if grapheme.isspace():
        return " "
    joined = grapheme.replace("\u200c", "").replace("\u200d", "")
    return grapheme if joined.isprintable() else _UNFIT


def _shown(text: str) -> str:
    """
    Return a whole text as it stays; its lines stand below each other.
    """
    lines = text.split("\n")
    return NEWLINE.join("".join(Row.of(line).cells) for line in lines)


def _window(row: Row, place: int, room: int) -> tuple[list[str], int, int]:
    """
    Return the part of ``row`` that fits in ``room`` columns, with the cursor within it.

    Args:
        place: how many cells stand before the cursor.

    Returns:
        also its columns, and those before the cursor.
    """
    cells, columns = row.cells, row.columns
    if room < _LEAST:
        # No more than what stands before the cursor.
        start = bisect_left(columns, columns[place] - room, 0, place)
        used = columns[place] - columns[start]
        return cells[start:place], used, used
    # The cursor itself takes a column at the end.
    if columns[-1] < room:
        return cells, columns[-1], columns[place]
    # Besides the cursor, a column is for each sign that more is there.
    most, start = room - 1 - (place < len(cells)), 0
    if columns[place] > most:
        start = bisect_left(columns, columns[place] - (most - 1), 0, place)
    left = [_CUT_LEFT] if start else []
    stop = bisect_right(columns, room - 1 - len(left) + columns[start], start) - 1
    right = [_CUT_RIGHT] if stop < len(cells) else []
    used = len(left) + columns[stop] - columns[start] + len(right)
    at = len(left) + columns[place] - columns[start]
    return [*left, *cells[start:stop], *right], used, at
