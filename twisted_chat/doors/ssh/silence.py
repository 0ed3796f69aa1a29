"""
The logger that Conch is given: it logs each packet, and the text of commands.
"""

from __future__ import annotations

import time

from twisted.logger import ILogObserver, LogEvent, Logger
from zope.interface import provider

from twisted_chat.doors.ssh.garbage import is_own_fault
from twisted_chat.log import LimitedLogger

_log = LimitedLogger(Logger(), time.monotonic)


@provider(ILogObserver)
def _keep_bugs(event: LogEvent) -> None:
    """
    Drop ``event``, unless Conch has caught a bug of ours.
    """
    failure = event.get("log_failure")
    if failure is not None and is_own_fault(failure.value):
        try:
            raise failure.value
        except Exception as error:  # noqa: BLE001  # whatever it is
            _log.report("A request by SSH failed", secret=str(error))


#: Logs nothing but bugs of ours.
SILENT = Logger(namespace="twisted_chat.doors.ssh", observer=_keep_bugs)
