"""
Segments: two files of a fixed size that take turns at holding frames.

One is written from its beginning to its end, then the other, and again the first once all that it
holds is in the database.  Their blocks are there from the beginning, so that a full disk takes
nothing from them.  What is written is in the memory of the operating system, which a kill of the
server does not touch; only a loss of power, or a crash of the whole system, does.
"""

from __future__ import annotations

import os
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.store.journal.frames import Frame, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Bytes of each file: at 3,000 lines a second, about two seconds.
SIZE = 1 << 20


def paths(database: Path) -> list[Path]:
    """
    Return where the two files of a database are.
    """
    real = os.path.realpath(database)
    return [Path(f"{real}.journal-{number}") for number in (0, 1)]


def read(database: Path) -> list[Frame]:
    """
    Return all frames that stand in the files, in the order of their numbers.

    A server may write meanwhile: all that it was told is there, or has been moved since.

    Raises:
        OSError: a file cannot be read.
    """
    there = [path for path in paths(database) if path.exists()]
    frames = [frame for path in there for frame in decode(path.read_bytes())]
    return sorted(frames, key=attrgetter("number"))


def following(frames: Iterable[Frame], number: int) -> list[Frame]:
    """
    Return those of ``frames`` that follow ``number`` without a gap.

    Args:
        frames: in the order of their numbers.
    """
    found: list[Frame] = []
    for frame in frames:
        if frame.number == number + 1 + len(found):
            found.append(frame)
    return found


def set_aside(database: Path) -> None:
    """
    Rename the files that are there, to such as ``chat.db.journal-0.left``.

    Raises:
        OSError: one cannot be renamed.
    """
    for path in paths(database):
        if path.exists():
            path.replace(f"{path}.left")


def remove(database: Path) -> None:
    """
    Remove the files that are there.

    Raises:
        OSError: one cannot be removed.
    """
    for path in paths(database):
        path.unlink(missing_ok=True)


@define(eq=False)
class _Segment:
    """
    One file, which is made when it is first written.
    """

    _path: Path
    _size: int
    _descriptor: int = -1
    end: int = 0
    # The number of its latest frame.
    last: int = 0

    def write(self, data: bytes) -> None:
        """
        Write at the end.

        Raises:
            OSError: it cannot be written; the end stays where it is.
        """
        if self._descriptor < 0:
            self._descriptor = _laid_out(self._path, self._size)
        written = os.pwrite(self._descriptor, data, self.end)
        if written < len(data):
            raise OSError(f"{self._path} took only {written} of {len(data)} bytes")
        self.end += written

    def close(self) -> None:
        """
        Close the file.
        """
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _laid_out(path: Path, size: int) -> int:
    """
    Return a descriptor of a new file of full size, which only its owner may read.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        # Written and not only reserved, so that no later write has to find a block.
        if os.pwrite(descriptor, bytes(size), 0) < size:
            raise OSError(f"there is no room for {path}")
    except OSError:
        os.close(descriptor)
        path.unlink()
        raise
    return descriptor


@define(eq=False)
class Segments:
    """
    Holds frames until they are in the database.

    Args:
        database: the path of the database, beside which the files are.
        size: bytes of each file.
    """

    _database: Path
    size: int = SIZE
    _segments: list[_Segment] = field(init=False)
    # The number of the latest frame that is in the database.
    _moved: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._segments = [_Segment(path, self.size) for path in paths(self._database)]

    def append(self, number: int, data: bytes) -> bool:
        """
        Append a frame.

        Args:
            number: the frame's number.

        Returns:
            whether there was room for it.

        Raises:
            OSError: the file cannot be written; the frame is not there.
        """
        segment = self._segments[0]
        if segment.end + len(data) > self.size:
            segment = self._segments[1]
            if segment.last > self._moved or len(data) > self.size:
                return False
            segment.end = 0
            self._segments.reverse()
        segment.write(data)
        segment.last = number
        return True

    def release(self, number: int) -> None:
        """
        Note that frames up to this number are in the database: their place is free.
        """
        self._moved = number
        current = self._segments[0]
        if current.last <= number:
            # From the beginning again, so that a quiet server writes the same few pages.
            current.end = 0

    def remove(self) -> None:
        """
        Remove the files, which hold nothing that is not in the database.

        Raises:
            OSError: one cannot be removed.
        """
        self.close()
        remove(self._database)

    def close(self) -> None:
        """
        Close the files.
        """
        for segment in self._segments:
            segment.close()
