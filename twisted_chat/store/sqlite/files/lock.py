"""
The lock of a server on its database: by the file's name, and on the file itself.

The name alone is not enough: the lock file may be removed, and a file may have several names.  The
file alone is not enough either: before it is made, there is none.

Both are locks of ``flock``, which belong to an open file.  SQLite uses those of ``fcntl``, and on
Linux neither kind sees the other, see flock(2).  But to close *any* descriptor of a file ends all
``fcntl`` locks of the process on it, so `Lock.release` comes after the last connection is closed.
"""

from __future__ import annotations

import fcntl
import os
import sys
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.store.sqlite.errors import BadDatabase

if TYPE_CHECKING:
    from pathlib import Path


@define(eq=False)
class Lock:
    """
    Keeps other servers away from a database.

    The kernel lets go when it is released, at the latest when the process ends, and those that it
    forks.

    Args:
        path: the one name of the file, see `real`.
        if_taken: the error's text if another server has it.
    """

    path: Path
    _if_taken: str
    _descriptors: list[int] = field(init=False, factory=list)

    def take_name(self) -> None:
        """
        Keep others from a file of this name, which need not be there yet.

        Raises:
            BadDatabase: another server has it.
            OSError: the lock file cannot be made.
        """
        descriptor = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if self.path.exists() and not os.geteuid():
            # As SQLite does with the files that it makes: the server's user is to use them too.
            owner = self.path.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        self._take(descriptor)

    def take_file(self) -> None:
        """
        Keep others from the file itself, whatever name they know it by.

        Raises:
            BadDatabase: another server has it.
            OSError: it cannot be read.
        """
        # On BSD systems it would keep SQLite itself from the file.
        if sys.platform == "linux":
            self._take(os.open(self.path, os.O_RDONLY))

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise BadDatabase(f"{self.path} is in use by {self._if_taken}") from error
        except OSError:
            os.close(descriptor)
            raise
        self._descriptors.append(descriptor)

    def release(self) -> None:
        """
        Let others have the file; again does nothing.
        """
        descriptors, self._descriptors = self._descriptors, []
        for descriptor in descriptors:
            os.close(descriptor)
