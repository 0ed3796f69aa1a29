"""
One process of a program: its input and output are a connection, its errors go to the log.

It is in a process group of its own, so that what it starts ends with it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from typing import TYPE_CHECKING, Any, TypeAlias

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.logger import Logger

from twisted_chat.log import LimitedLogger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from twisted.internet.interfaces import IDelayedCall, IProtocol
    from twisted.python.failure import Failure

#: Seconds from the first signal to a process that is to end until it is killed.
KILL_AFTER = 2.0
#: Seconds between two looks whether a process still runs, and while it is about to end.
LOOK_EVERY, LOOK_ENDING = 1.0, 0.02
#: Variables that a program is given, where the server has them; none of ours is a secret.
INHERITED = ("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER")
#: Bytes of errors that are read in a second, and seconds between two looks for more: a program
#: that writes more has to wait, so that it takes little of the server.
ERRORS_RATE, ERRORS_EVERY = 1 << 15, 0.02
# Characters of one line of errors in the log.
_LONGEST = 1000

_log = Logger()
_Popen: TypeAlias = "subprocess.Popen[bytes]"


def environment(given: Sequence[str], name: str, ours: Mapping[str, str]) -> dict[str, str]:
    """
    Return the environment of a program.

    Args:
        given: what the operator gives it, as ``NAME=value``.
        name: of the plugin, which it finds in ``CHAT_PLUGIN``.
        ours: that of the server.
    """
    inherited = {key: ours[key] for key in INHERITED if key in ours}
    return {**inherited, "CHAT_PLUGIN": name, **dict(each.split("=", 1) for each in given)}


def unable(run: Sequence[str], variables: Mapping[str, str], where: Path) -> str:
    """
    Return why a program cannot be started, as far as that is seen without starting it.

    Args:
        run: as for `Process.start`, and so are ``variables`` and ``where``.

    Returns:
        part of a sentence; empty if it can.
    """
    word = run[0]
    if "/" not in word:
        found = shutil.which(word, path=variables.get("PATH", os.defpath))
        return "" if found else "there is no such program in PATH"
    file = where / word
    if not file.exists():
        return "there is no such file"
    return "" if file.is_file() and os.access(file, os.X_OK) else "it is not an executable file"


class _Errors(Protocol):
    """
    Logs what a program writes to its standard error, line by line and no faster than that is read.
    """

    transport: Any

    def __init__(self, reactor: Any, name: str, log: LimitedLogger) -> None:
        self._reactor = reactor
        self._name = name
        self._log = log
        self._begun = b""
        self._resume: IDelayedCall | None = None

    def dataReceived(self, data: bytes) -> None:
        """
        Log the lines that are complete; of one that is too long, its beginning.
        """
        *lines, begun = (self._begun + data).split(b"\n")
        for line in lines:
            self._tell(line)
        self._begun = begun[:_LONGEST]
        self.transport.pauseProducing()
        pause = max(ERRORS_EVERY, len(data) / ERRORS_RATE)
        self._resume = self._reactor.callLater(pause, self.transport.resumeProducing)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """
        Log the last line, if it has no end.
        """
        if self._resume is not None and self._resume.active():
            self._resume.cancel()
        self._tell(self._begun)

    def _tell(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()[:_LONGEST]
        if text:
            self._log.warn("Program {name} wrote {text!r}", name=self._name, text=text)


class _Adopted(Factory):
    """
    Gives a connection that is there already to one protocol.
    """

    noisy = False

    def __init__(self, protocol: IProtocol, on_lost: Callable[[], None] | None = None) -> None:
        self._protocol = protocol
        self._on_lost = on_lost

    def buildProtocol(self, addr: object) -> Any:
        """
        Return the protocol.
        """
        made: Any = self._protocol
        if self._on_lost is not None:
            lost, on_lost = made.connectionLost, self._on_lost

            def connection_lost(reason: Failure = connectionDone) -> None:
                lost(reason)
                on_lost()

            made.connectionLost = connection_lost
        return made


class Process:
    """
    A process of a program, from its start to its end.

    Args:
        reactor: adopts its connections, and tells the time.
        name: of the plugin, for the log.
        on_ended: called with its exit status when it has ended, and all that it started in its
            process group; negative for a signal.
    """

    def __init__(self, reactor: Any, name: str, on_ended: Callable[[int], None]) -> None:
        self._reactor = reactor
        self._name = name
        self._on_ended = on_ended
        self._popen: _Popen | None = None
        self._protocol: Any = None
        self._kill_at = 0.0
        self._look: Any = None
        self._log = LimitedLogger(_log, reactor.seconds)
        self.ended: Deferred[None] = Deferred()

    @property
    def pid(self) -> int:
        """
        Its number; 0 before it runs.
        """
        return 0 if self._popen is None else self._popen.pid

    def start(
        self, run: Sequence[str], variables: Mapping[str, str], where: Path, protocol: IProtocol
    ) -> None:
        """
        Start it.

        Args:
            run: its command.
            variables: its environment.
            where: the folder in which it is started.
            protocol: for its input and output.

        Raises:
            OSError: it cannot be started.
        """
        ours, theirs = socket.socketpair()
        heard, errors = socket.socketpair()
        with ours, theirs, heard, errors:
            self._popen = subprocess.Popen(
                list(run),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=errors.fileno(),
                cwd=where,
                env=dict(variables),
                start_new_session=True,
            )
            self._protocol = protocol
            self._adopt(heard, _Adopted(_Errors(self._reactor, self._name, self._log)))
            self._adopt(ours, _Adopted(protocol, self.end))
        self._look_later(LOOK_EVERY)

    def _adopt(self, held: socket.socket, factory: _Adopted) -> None:
        held.setblocking(False)
        self._reactor.adoptStreamConnection(held.fileno(), socket.AF_UNIX, factory)

    def end(self) -> None:
        """
        End it: it is signalled, and killed if it goes on; again does nothing.
        """
        if self._popen is None or self._kill_at:
            return
        self._kill_at = self._reactor.seconds() + KILL_AFTER
        self._signal(signal.SIGTERM)
        self._look_later(0)

    def _signal(self, number: signal.Signals) -> None:
        assert self._popen is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)

    def _look_later(self, seconds: float) -> None:
        if self._look is not None and self._look.active():
            self._look.cancel()
        self._look = self._reactor.callLater(seconds, self._look_now)

    def _look_now(self) -> None:
        assert self._popen is not None
        status = self._popen.poll()
        if status is not None:
            # What it has started does not outlive it.
            self._signal(signal.SIGKILL)
            self._popen = None
            if not self._protocol._is_closed:  # noqa: SLF001  # of ours
                self._protocol.cut("hung up")
            self._on_ended(status)
            self.ended.callback(None)
            return
        if self._kill_at and self._reactor.seconds() >= self._kill_at:
            self._signal(signal.SIGKILL)
        self._look_later(LOOK_ENDING if self._kill_at else LOOK_EVERY)
