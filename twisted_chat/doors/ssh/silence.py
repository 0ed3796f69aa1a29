"""
The logger that Conch is given: it logs each packet, and the text of commands.
"""

from __future__ import annotations

from twisted.logger import ILogObserver, LogEvent, Logger
from zope.interface import provider


@provider(ILogObserver)
def _drop(event: LogEvent) -> None:
    pass


#: Logs nothing.
SILENT = Logger(namespace="twisted_chat.doors.ssh", observer=_drop)
