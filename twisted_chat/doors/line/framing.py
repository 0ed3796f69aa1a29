"""
Splitting a stream of bytes into lines.
"""

from attrs import define, field

# As a number, it is found in a chunk in an eighth of the time.
_CR = 0x0D


@define(eq=False)
class LineSplitter:
    """
    Splits chunks into lines, the same however the stream is cut into chunks.

    LF, CR LF, CR NUL (RFC 854, page 11) and a lone CR end a line.  A line that ends in a CR is
    returned at once; an LF or NUL after that CR is removed when it comes.

    Args:
        limit: the longest line, in bytes without its end; 0 is no limit.
    """

    limit: int
    # None while no line has begun, as nearly always.
    _partial: list[bytes] | None = field(init=False, default=None)
    _size: int = field(init=False, default=0)
    _after_cr: bool = field(init=False, default=False)
    _dropping: bool = field(init=False, default=False)

    def feed(self, chunk: bytes) -> list[bytes | None]:
        """
        Take a chunk, and return the lines that are complete now, without their ends.

        None stands for a line that is too long.  It is returned as soon as that is known, and
        everything up to the next line end is dropped.  At most ``limit`` bytes are kept.
        """
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[0] in b"\n\0":
                chunk = chunk[1:]
        if _CR in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r\0", b"\n").replace(b"\r", b"\n")
        pieces = chunk.split(b"\n")
        rest = pieces.pop()
        lines: list[bytes | None] = []
        if pieces:
            self._end_partial(pieces[0], lines)
            limit = self.limit
            if limit:
                lines += [piece if len(piece) <= limit else None for piece in pieces[1:]]
            else:
                lines += pieces[1:]
        if rest and not self._dropping:
            self._keep(rest, lines)
        return lines

    @property
    def begun(self) -> bytes:
        """
        The beginning of a line that is not complete yet.
        """
        return b"".join(self._partial or ())

    def drop_begun(self) -> None:
        """
        Drop the beginning of a line that is not complete yet; what comes of it is a line.
        """
        self._partial, self._size = None, 0

    def cut(self, mark: bytes) -> bytes:
        """
        Return the incomplete line up to the first ``mark``; empty if it holds none.
        """
        begun, found, rest = self.begun.partition(mark)
        if not found:
            return b""
        self._partial, self._size = [rest], len(rest)
        return begun + found

    def _end_partial(self, end: bytes, lines: list[bytes | None]) -> None:
        if self._dropping:
            self._dropping = False
            return
        size = self._size + len(end)
        if self.limit and size > self.limit:
            lines.append(None)
        else:
            lines.append(b"".join([*self._partial, end]) if self._partial else end)
        self._partial, self._size = None, 0

    def _keep(self, rest: bytes, lines: list[bytes | None]) -> None:
        self._size += len(rest)
        if self.limit and self._size > self.limit:
            lines.append(None)
            self._partial, self._size = None, 0
            self._dropping = True
        elif self._partial is None:
            self._partial = [rest]
        else:
            self._partial.append(rest)
