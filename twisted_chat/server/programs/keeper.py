"""
The keeper: starts programs, starts them again when they end, and stops them with the server.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.defer import Deferred, DeferredList
from twisted.logger import Logger

from twisted_chat.doors.json.protocol import JsonFactory
from twisted_chat.server.programs.process import Process, environment
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from pathlib import Path

    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.doors.json.limits import MessageLimits
    from twisted_chat.hub import Hub
    from twisted_chat.plugins.programs.service import Service

#: Seconds from the end of a program to its next start: at first, and at most; twice as long each
#: time, and as at first again once it has run for so long.
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0

_log = Logger()


@define(eq=False)
class _Kept:
    """
    One program that is kept running.

    Attributes:
        process: the one that runs; None between two.
        wait: seconds before the next start.
        since: when it was started.
        next: the next start.
        is_wanted: it is to run.
        is_restarted: it was ended to be started again at once.
    """

    service: Service
    process: Process | None = None
    wait: float = FIRST_WAIT
    since: float = 0.0
    next: IDelayedCall | None = None
    is_wanted: bool = True
    is_restarted: bool = False


@define(eq=False)
class Keeper:
    """
    Keeps the programs running that the server starts.

    Args:
        reactor: tells the time, and adopts connections.
        hub: has their sessions.
        dispatcher: as for all connections.
        limits: of messages.
        directory: the folder in which they are started.
    """

    _reactor: Any
    _hub: Hub
    _dispatcher: Any
    _limits: MessageLimits
    _directory: Path
    _kept: dict[str, _Kept] = field(init=False, factory=dict)
    # Those that are about to end.
    _ending: dict[Process, None] = field(init=False, factory=dict)
    _factory: JsonFactory = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._factory = JsonFactory(self._hub, self._dispatcher, self._limits)

    def refresh(self, limits: MessageLimits) -> None:
        """
        Apply new limits.
        """
        self._factory.refresh(limits, "")

    def start(self, service: Service) -> None:
        """
        Start the program of ``service``; if it runs, end it and start it again.
        """
        kept = self._kept.get(service.name)
        if kept is None or kept.service is not service:
            self.stop_named(service.name)
            kept = self._kept[service.name] = _Kept(service)
        kept.wait = FIRST_WAIT
        if kept.process is not None:
            kept.is_restarted = True
            kept.process.end()
        elif kept.next is None:
            self._start(kept)
        else:
            kept.next.reset(0)

    def _start(self, kept: _Kept) -> None:
        kept.next = None
        service = kept.service
        process = Process(self._reactor, service.name, lambda status: self._ended(kept, status))
        variables = environment(service.grant.environment, service.name, os.environ)
        protocol = self._factory.buildProtocol(None, service=service)
        try:
            process.start(service.grant.run, variables, self._directory, protocol)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            service.why = sentence(f"{service.grant.run[0]!r} cannot be started: {reason}")
            _log.error(
                "Program {name} cannot be started: {command!r}: {reason}",
                name=service.name,
                command=service.grant.run[0],
                reason=reason,
            )
            self._again(kept)
            return
        kept.process, kept.since = process, self._reactor.seconds()
        _log.info("Program {name} is started, process {pid}", name=service.name, pid=process.pid)

    def _ended(self, kept: _Kept, status: int) -> None:
        if kept.process is not None:
            self._ending.pop(kept.process, None)
        kept.process = None
        if kept.service.session is not None:
            # Its commands are gone before anybody reads that it has ended.
            kept.service.detach(kept.service.session)
        if not kept.is_wanted:
            _log.info("Program {name} has ended", name=kept.service.name)
            return
        if kept.is_restarted:
            kept.is_restarted = False
            _log.info("Program {name} has ended, to be started again", name=kept.service.name)
            self._start(kept)
            return
        if self._reactor.seconds() - kept.since >= LONGEST_WAIT:
            kept.wait = min(kept.wait, FIRST_WAIT)
        how = f"with status {status}" if status >= 0 else f"by signal {-status}"
        # It may have ended because of what was refused to it.
        kept.service.why = kept.service.why or f"It ended {how}; the log has what it said."
        _log.warn(
            "Program {name} ended {how}; it is started again in {wait:g} s",
            name=kept.service.name,
            how=how,
            wait=kept.wait,
        )
        self._again(kept)

    def _again(self, kept: _Kept) -> None:
        kept.next = self._reactor.callLater(kept.wait, self._start, kept)
        kept.wait = min(LONGEST_WAIT, kept.wait * 2)

    def stop(self, service: Service) -> None:
        """
        Stop the program of ``service``, if it runs.
        """
        self.stop_named(service.name)

    def stop_named(self, name: str) -> None:
        """
        Stop the program called ``name``, if there is one.
        """
        kept = self._kept.pop(name, None)
        if kept is None:
            return
        kept.is_wanted = False
        if kept.next is not None:
            kept.next.cancel()
            kept.next = None
        if kept.process is not None:
            self._ending[kept.process] = None
            kept.process.end()

    def stop_all(self) -> Deferred[Any]:
        """
        Stop all programs.

        Returns:
            fires when they have ended, within a few seconds.
        """
        for name in tuple(self._kept):
            self.stop_named(name)
        return DeferredList([process.ended for process in self._ending])
