"""
A real process of a program: its input, output and errors, and its end with all that it started.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.server.programs.process import (
    ERRORS_EVERY,
    ERRORS_RATE,
    KILL_AFTER,
    LOOK_EVERY,
    Process,
    environment,
)

#: Seconds until a wait fails; many, for a busy machine.
WITHIN = 120.0


class Connected(Protocol):
    """
    As much of a connection of a program as a process needs.
    """

    _is_closed = False

    def __init__(self) -> None:
        self.received = b""

    def dataReceived(self, data: bytes) -> None:
        self.received += data

    def connectionLost(self, reason: object = None) -> None:
        self._is_closed = True

    def cut(self, reason: str) -> None:
        self._is_closed = True


@define(eq=False)
class Adopting(Clock):
    """
    A clock that the test moves, and connections from which the test reads.
    """

    adopted: list[tuple[socket.socket, Any]] = field(factory=list)
    taken: int = 0

    def __attrs_pre_init__(self) -> None:
        super().__init__()

    def adoptStreamConnection(self, descriptor: int, family: int, factory: Any) -> None:
        held = socket.socket(family, socket.SOCK_STREAM, fileno=os.dup(descriptor))
        protocol = factory.buildProtocol(None)
        protocol.makeConnection(StringTransport())
        self.adopted.append((held, protocol))

    def read(self) -> None:
        """
        Give what has come to the protocols.
        """
        for held, protocol in tuple(self.adopted):
            if protocol.transport.producerState == "paused":
                continue
            try:
                data = held.recv(65536)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                data = b""
            if data:
                self.taken += len(data)
                protocol.dataReceived(data)
            else:
                self.adopted.remove((held, protocol))
                held.close()
                protocol.connectionLost()


@define(eq=False)
class Stage:
    clock: Adopting
    process: Process
    protocol: Connected
    statuses: list[int]

    def starts(self, *run: str, **variables: str) -> None:
        given = {"PATH": os.environ["PATH"], **variables}
        self.process.start(run, given, Path("/"), self.protocol)

    def writes(self, data: bytes) -> None:
        self.clock.adopted[1][0].sendall(data)

    def until(self, condition: Callable[[], Any], step: float = 0.0) -> None:
        """
        Read, and let ``step`` seconds of the clock pass each time, until ``condition`` holds.
        """
        deadline = time.monotonic() + WITHIN
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            self.clock.read()
            self.clock.advance(step)
            time.sleep(0.002)


@pytest.fixture
def stage() -> Iterator[Stage]:
    clock, statuses = Adopting(), list[int]()
    process = Process(clock, "mine", statuses.append)
    stage = Stage(clock, process, Connected(), statuses)
    yield stage
    if process.pid:
        process.end()
        stage.until(lambda: statuses, step=1.0)
    for held, _ in clock.adopted:
        held.close()


def is_gone(pid: int) -> bool:
    """
    Return whether a process runs no more; one that only waits to be reaped does not run.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_its_input_and_output_are_the_connection_and_its_errors_are_logged(stage: Stage) -> None:
    with capturedLogs() as logged:
        stage.starts(
            "sh", "-c", 'read -r x; echo "got $x"; echo oops >&2; printf tail >&2; read -r y'
        )
        stage.writes(b"tea\n")
        stage.until(lambda: b"\n" in stage.protocol.received and logged)
    assert stage.protocol.received == b"got tea\n"
    assert formatEvent(logged[0]) == "Program mine wrote 'oops'"
    stage.process.end()
    stage.until(lambda: stage.statuses, step=0.02)
    assert stage.statuses == [-signal.SIGTERM]


def test_it_has_the_environment_that_it_is_given_and_no_other(stage: Stage) -> None:
    stage.starts("env", CHAT_PLUGIN="mine")
    stage.until(lambda: stage.statuses, step=LOOK_EVERY)
    assert sorted(stage.protocol.received.decode().split()) == [
        "CHAT_PLUGIN=mine",
        f"PATH={os.environ['PATH']}",
    ]
    assert stage.statuses == [0]


def test_its_end_is_noted_though_what_it_started_holds_its_output(stage: Stage) -> None:
    stage.starts("sh", "-c", "sleep 1000 & echo $!; exit 3")
    stage.until(lambda: b"\n" in stage.protocol.received)
    child = int(stage.protocol.received)
    ended: list[Any] = []
    stage.process.ended.addCallback(ended.append)
    stage.until(lambda: stage.statuses, step=LOOK_EVERY)
    assert (stage.statuses, ended) == ([3], [None])
    assert stage.protocol._is_closed
    # What it started ends with it.
    stage.until(lambda: is_gone(child))
    stage.process.end()


def test_one_that_closes_its_output_is_ended(stage: Stage) -> None:
    stage.starts("sh", "-c", "exec <&- >&-; sleep 1000")
    stage.until(lambda: stage.statuses, step=0.02)
    assert stage.statuses == [-signal.SIGTERM]


def test_one_that_does_not_end_is_killed_with_what_it_started(stage: Stage) -> None:
    stage.starts(
        "sh",
        "-c",
        "trap '' TERM; sh -c 'trap \"\" TERM; sleep 1000' & echo $!; while :; do sleep 1; done",
    )
    stage.until(lambda: b"\n" in stage.protocol.received)
    child = int(stage.protocol.received)
    stage.process.end()
    stage.process.end()
    for _ in range(5):
        stage.clock.advance(KILL_AFTER / 10)
    assert stage.statuses == []
    stage.until(lambda: stage.statuses, step=KILL_AFTER)
    assert stage.statuses == [-signal.SIGKILL]
    stage.until(lambda: is_gone(child))


@pytest.mark.parametrize("command", ["/nowhere/at/all", "/"])
def test_what_cannot_be_started_says_why(stage: Stage, command: str) -> None:
    with pytest.raises(OSError, match=command):
        stage.starts(command)
    assert stage.process.pid == 0


def test_a_line_of_errors_that_has_no_end_is_logged_in_part(stage: Stage) -> None:
    with capturedLogs() as logged:
        stage.starts("sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; read -r x")
        stage.until(lambda: logged, step=LOOK_EVERY)
    assert formatEvent(logged[0]) == f"Program mine wrote {'x' * 1000!r}"


def test_one_that_floods_its_errors_has_to_wait_and_is_heard_all_the_same(stage: Stage) -> None:
    with capturedLogs() as logged:
        stage.starts("sh", "-c", "yes oops >&2 & read -r x; echo got $x; read -r y")
        stage.until(lambda: stage.clock.taken)
        first = stage.clock.taken
        # While no time passes no more is taken, however much comes.
        stage.writes(b"tea\n")
        stage.until(lambda: stage.protocol.received)
        assert stage.protocol.received == b"got tea\n"
        assert stage.clock.taken == first + len(b"got tea\n")
        passed = stage.clock.seconds()
        for _ in range(1000):
            stage.clock.advance(ERRORS_EVERY)
            stage.clock.read()
        most = (stage.clock.seconds() - passed) * ERRORS_RATE + 2 * 65536
        assert first + len(b"got tea\n") < stage.clock.taken < most
    assert formatEvent(logged[0]) == "Program mine wrote 'oops'"


def test_an_environment_holds_none_of_our_secrets() -> None:
    ours = {"PATH": "/bin", "HOME": "/root", "DATABASE_PASSWORD": "x", "NOTIFY_SOCKET": "/run/n"}
    found = environment(("SIDES=6", "PATH=/opt", "EMPTY="), "mine", ours)
    assert found == {
        "PATH": "/opt",
        "HOME": "/root",
        "CHAT_PLUGIN": "mine",
        "SIDES": "6",
        "EMPTY": "",
    }
