"""
Blocks: lines that a user pasted, told from those that they typed one by one.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Seconds within which nobody types two lines.  Telnet sends each line of a paste by itself, and
#: what it sends may be held up on the way by a packet that is confirmed late.
TOGETHER = 0.25
#: Blank lines that stay where several of them stand between two lines of a block.
MOST_BLANK = 16


#: A line without its end, None if it was too long; and whether it is one of a block.  One is made
#: for each line that comes, so it is a bare tuple.
Line = tuple[bytes | None, bool]

# How a command looks; a path does not.
_COMMAND = re.compile(rb"\s*/[A-Za-z?]+(?:\s|$)")
_BEGIN_COMMAND = b"/ \t"
_BLANK: Line = (b"", True)
#: Enter, pressed with nothing typed.
ENTER: Line = (b"", False)


@define(eq=False)
class Blocks:
    """
    Tells which lines of one connection belong together.

    Several lines in one read are a block, and so is a line that comes within `TOGETHER` of the one
    before it.  The first line of a block that comes by itself is not known to be one.
    """

    # When the last line came, in seconds.
    _came_at: float = field(init=False, default=-math.inf)
    # The last line with something in it is one of a text, and so many blank ones came behind it.
    _in_text: bool = field(init=False, default=False)
    _blank: int = field(init=False, default=0)

    def take(self, lines: list[bytes | None], now: float) -> list[Line]:
        """
        Return ``lines`` that were read at ``now``, in seconds, without blank ones around a block.

        Where nothing else was read, one of them stays: it is a press of Enter.
        """
        goes_on = now - self._came_at < TOGETHER
        self._came_at = now
        if not goes_on:
            self._in_text, self._blank = False, 0
        first = lines[0]
        if len(lines) == 1 and first and not first.isspace():
            # Nearly always.
            self._in_text = _is_said(first)
            blank, self._blank = self._blank, 0
            return [*[_BLANK] * (blank * self._in_text), (first, goes_on)]
        return self._block(lines, goes_on=goes_on) or [ENTER]

    def begin(self) -> None:
        """
        Begin with no line before: the last one was a name, and what follows is typed behind it.
        """
        self._came_at = -math.inf

    def _block(self, lines: Iterable[bytes | None], *, goes_on: bool) -> list[Line]:
        found: list[Line] = []
        for line in lines:
            if line is not None and (not line or line.isspace()):
                self._blank = min(self._blank + self._in_text, MOST_BLANK)
                continue
            in_text = line is not None and _is_said(line)
            if self._blank:
                found += [_BLANK] * self._blank if in_text else []
                self._blank = 0
            found.append((line, True))
            self._in_text = in_text
        if len(found) == 1 and not goes_on:
            # With nothing but blank lines, as when Enter is pressed twice.
            return [(found[0][0], False)]
        return found


def _is_said(line: bytes) -> bool:
    """
    Return whether a blank line beside ``line`` is a part of a text, and not between commands.
    """
    return line[0] not in _BEGIN_COMMAND or not _COMMAND.match(line)
