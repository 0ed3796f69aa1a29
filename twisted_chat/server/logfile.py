"""
The log file, in place of twistd's own: only its owner reads it, and there are at most ten.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.python.logfile import LogFile

from twisted_chat.options import BadSetting

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Bytes after which a new file is begun.
SIZE = 10_000_000
#: Files that are kept, the current one included.
FILES = 10

# As twistd calls it for a daemon.
_NAME = "twistd.log"


def open_log(given: Mapping[str, Any]) -> LogFile | None:
    """
    Return the log file that twistd's command line asks for, open at its end.

    Args:
        given: the options of ``twistd``.

    Returns:
        None if the log goes elsewhere: to the terminal, to syslog, or to an observer of the
        operator's.

    Raises:
        BadSetting: it cannot be written.
    """
    name = given.get("logfile") or ("" if given.get("nodaemon") else _NAME)
    if name in ("", "-") or given.get("syslog") or given.get("logger"):
        return None
    path = Path(name).absolute()
    try:
        if path.exists() and not path.is_file():
            return _Stream(path.name, str(path.parent))
        real = path.resolve()
        return _Files(
            real.name, str(real.parent), SIZE, defaultMode=0o600, maxRotatedFiles=FILES - 1
        )
    except OSError as error:
        raise BadSetting(f"logfile: cannot write {path}: {error.strerror}.") from error


class _Files(LogFile):
    """
    A file, and the ones before it.
    """

    def listLogs(self) -> list[int]:  # noqa: N802  # Twisted's
        """
        Return the numbers of the files before this one, ascending.

        Twisted's own takes the signs of the folder's name for a pattern.
        """
        before = f"{self.name}."
        ends = [
            each.removeprefix(before)
            for each in os.listdir(self.directory)  # noqa: PTH208  # names, of bytes too
            if each.startswith(before)
        ]
        return sorted(int(end) for end in ends if end.isascii() and end.isdigit() and int(end))


class _Stream(LogFile):
    """
    A device or a pipe, such as /dev/null or /dev/stdout, which stays as it is.

    Twisted's own would give it the mode of a log, and another name when a new one is begun.
    """

    def _openFile(self) -> None:  # noqa: N802  # Twisted's
        self.closed = False
        self._file = open(self.path, "ab", 0)  # noqa: PTH123, SIM115  # until the end
        self.size = 0

    def shouldRotate(self) -> bool:  # noqa: N802  # Twisted's
        """
        Return False.
        """
        return False

    def rotate(self) -> None:
        """
        Do nothing.
        """
