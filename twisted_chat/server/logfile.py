"""
The log file, in place of twistd's own: only its owner reads it, and there are at most ten.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.python.logfile import LogFile

from twisted_chat.server.settings import BadSetting

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
    path = str(Path(name).absolute())
    try:
        folder, file = os.path.split(path)
        return LogFile(file, folder, SIZE, defaultMode=0o600, maxRotatedFiles=FILES - 1)
    except OSError as error:
        raise BadSetting(f"logfile: cannot write {path}: {error.strerror}.") from error
