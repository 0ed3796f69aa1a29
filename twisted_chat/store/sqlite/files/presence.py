"""
Whether the files of a database are still those that a server writes.

SQLite goes on to write a file that was removed, and nothing fails until all of it is gone.
"""

from __future__ import annotations

from pathlib import Path

from attrs import define, field

from twisted_chat.store.sqlite.errors import BadDatabase


@define(eq=False)
class Presence:
    """
    The files as they were found; a file is known by its device and its inode.

    Args:
        path: of the database, the one name of it, see `real`.
    """

    _path: Path
    _file: tuple[int, int] | None = field(init=False)
    # The write-ahead log, once there is one; it stays for as long as a connection is open.
    _log: tuple[int, int] | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self._file = _found(f"{self._path}")

    def note_log(self) -> None:
        """
        Note the write-ahead log, after something was written.
        """
        if self._log is None:
            self._log = _found(f"{self._path}-wal")

    def check(self) -> None:
        """
        Check that the files are those that were found; takes a few microseconds.

        Raises:
            BadDatabase: one is not.
        """
        if _found(f"{self._path}") != self._file:
            raise BadDatabase(
                f"{self._path} was removed or replaced while the server runs; "
                "put it back, or stop the server and restore a copy."
            )
        if self._log is not None and _found(f"{self._path}-wal") != self._log:
            raise BadDatabase(
                f"{self._path}-wal was removed while the server runs; "
                f"stop the server, which saves in {self._path.name} what it had written."
            )


def _found(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
