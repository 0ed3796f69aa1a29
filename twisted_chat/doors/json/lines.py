"""
Lines: the wire on which each line is an object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define, field

from twisted_chat.doors.json.dialect import on_a_line

if TYPE_CHECKING:
    from collections.abc import Callable


@define(eq=False)
class Lines:
    """
    Splits a stream into lines, the same however it is cut into chunks.

    LF ends a line; a CR before it is white space to JSON.  Blank lines are left out.
    """

    # None while no line has begun, as nearly always.
    _begun: bytearray | None = field(init=False, default=None)
    # The line that is being read was too long, and its rest is left out.
    _is_dropping: bool = field(init=False, default=False)

    @property
    def frame(self) -> Callable[[bytes], bytes]:
        """
        Return an object as a line.
        """
        return on_a_line

    #: Lines begin at once, have no pings, and end with the connection.
    opening: ClassVar[bytes] = b""
    extra: ClassVar[int] = 0
    is_over: ClassVar[bool] = False

    def rest(self) -> list[bytes | None]:
        """
        Return the last line if it has no end: an object that is cut off is refused as none.
        """
        return self.messages(b"\n", 0)

    def replies(self) -> bytes:
        """
        Return nothing.
        """
        return b""

    ping = farewell = replies

    def messages(self, chunk: bytes, limit: int) -> list[bytes | None]:
        """
        Take a chunk, and return the lines that are complete now.

        None stands for one that is longer than ``limit``, in bytes (0 is no limit): it is told at
        once, and no more than ``limit`` bytes are kept.
        """
        *lines, rest = chunk.split(b"\n")
        if lines and self._is_dropping:
            self._is_dropping, lines[0] = False, b""
        elif lines and self._begun is not None:
            lines[0], self._begun = bytes(self._begun + lines[0]), None
        found: list[bytes | None] = []
        for line in lines:
            if limit and len(line) > limit:
                found.append(None)
            elif line.strip():
                found.append(line)
        if rest and not self._is_dropping:
            begun = self._begun = self._begun or bytearray()
            begun += rest
            if limit and len(begun) > limit:
                self._begun, self._is_dropping = None, True
                found.append(None)
        return found
