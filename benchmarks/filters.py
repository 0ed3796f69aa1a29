"""
What plugins cost that see every line: ``python -m benchmarks.filters``.

Three ways of one line are timed, in an order that changes each time: in a server without plugins,
in one with a program that filters another room, and in the room that it filters.  The filter
answers at once, so that what is measured is the server's and the way between the two.  Both
servers have two rooms in which as much is said, and so little that none is busy: a busy one
rests for some 3 ms after each turn, in every room.

Then servers whose plugins hear every line are saturated, in turns with one without plugins: by
many lines at once, which all members of a room read.  Their processor time is compared, which
other work on the machine changes least.

Where other work runs, ``chrt -r 1 python -m benchmarks.filters`` (as root) goes before it.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Rounds, and lines that are timed in each room in one.
ROUNDS, LINES = 9, 400
#: Seconds after each line: each server is told fewer than 170 a second, where one that is told a
#: thousand is busy.
PAUSE = 0.003
# The filter, without anything that it could wait for.
_FILTER = """
import json, sys
print('{"request": "register", "filters": ["said"], "rooms": ["checked"]}', flush=True)
for line in sys.stdin:
    if line.startswith('{"event":"check"'):
        number = json.loads(line)["check"]
        print('{"request":"verdict","check":%d}' % number, flush=True)
"""
#: Members who read, lines that are said to them at once, how often to one server, and how many
#: servers are started: of two that do the same, one may be some per cent slower all its life.
MEMBERS, BURST, BURSTS, SERVERS = 200, 500, 20, 7
# What a plugin does that hears every line, as little as it can.
_HEARING = {
    "a plugin with @on(Said)": """
from twisted_chat import Hub, on
from twisted_chat.events import Said


@on(Said)
def hear(hub: Hub, event: Said) -> None:
    pass
""",
    "a plugin with @hears": """
from twisted_chat import Hub, hears
from twisted_chat.events import Said


@hears("* {who}++ *")
def hear(hub: Hub, event: Said, who: str) -> None:
    pass
""",
}
_LIMITS = (
    *("--rate=0", "--max-per-host=0", "--history-lines=0", "--idle-timeout=0"),
    "--listen=tcp:0:interface=127.0.0.1",
)
_STARTING = re.compile(r"Listening on .*?:(\d+)")


class Pair:
    """
    Two users in a room, of whom one talks and the other reads.
    """

    def __init__(self, port: int, room: str) -> None:
        self._writer = self.arrive(port, f"writer{room}", room)
        self._reader = self.arrive(port, f"reader{room}", room)

    @staticmethod
    def arrive(port: int, nick: str, room: str) -> socket.socket:
        """
        Connect a user, who is in ``room`` alone.
        """
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(f"{nick}\n/join {room}\n/leave lobby\n/zzz\n".encode())
        _read_to(connection, "No such command")
        return connection

    def say(self, number: int) -> float:
        """
        Say a line, and return the seconds until the other one has read it.
        """
        text = f"line {number} "
        began = time.perf_counter()
        self._writer.sendall(f"{text}\n".encode())
        _read_to(self._reader, text)
        return time.perf_counter() - began


class Crowd:
    """
    A room of a server that is saturated.
    """

    def __init__(self, server: Running) -> None:
        self._pid = server.pid
        self._writer, *self._readers = [
            Pair.arrive(server.port, f"member{number}", "full") for number in range(MEMBERS + 1)
        ]

    def burst(self, number: int) -> float:
        """
        Say lines until all have read them, and return the server's seconds on the processor.
        """
        began = processor_seconds(self._pid)
        last = f"the last of {number}."
        lines = [f"line {each} of a burst" for each in range(BURST - 1)]
        self._writer.sendall("".join(f"{line}\n" for line in [*lines, last]).encode())
        for reader in self._readers:
            _read_to(reader, last)
        return processor_seconds(self._pid) - began


class Running(NamedTuple):
    """
    A server that runs.
    """

    port: int
    pid: int


def processor_seconds(pid: int) -> float:
    """
    Return how long a process has run on a processor, as proc_pid_schedstat(5) says.
    """
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _read_to(connection: socket.socket, text: str) -> None:
    received = b""
    while text.encode() not in received:
        read = connection.recv(65536)
        assert read, f"the server hung up before {text!r}"
        received = received[-len(text) :] + read


def wait_for_program(port: int) -> None:
    """
    Wait until the program has registered: before that, nothing is checked.
    """
    with Pair.arrive(port, "watcher", "watch") as watcher:
        for number in range(600):
            watcher.sendall(f"/plugins\n/zz{number}\n".encode())
            received = b""
            while f"/zz{number}".encode() not in received:
                received += watcher.recv(65536)
            if b": on" in received:
                return
            time.sleep(0.1)
    raise AssertionError(f"the program does not register: {received!r}")


@contextlib.contextmanager
def server(folder: Path, *options: str) -> Iterator[Running]:
    """
    Run a server.
    """
    folder.mkdir()
    twistd = str(Path(sys.executable).parent / "twistd")
    log = folder / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [twistd, "-n", "--pidfile=pid", "chat", *_LIMITS, *options],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            while not (found := _STARTING.search(log.read_text())):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield Running(int(found[1]), process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def main() -> None:
    """
    Measure, and print two tables.
    """
    busy = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, on which {busy:.1f} processes ran or wanted to before this\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filtering(folder)
        print()
        hearing(folder)


def filtering(folder: Path) -> None:
    """
    Measure what a filter in another process costs a line.
    """
    (folder / "filter.py").write_text(_FILTER)
    config = folder / "chat.toml"
    config.write_text(
        f'[plugins.check]\nrun = ["{sys.executable}", "{folder}/filter.py"]\nrights = ["filter"]\n'
    )
    with (
        server(folder / "plain") as plain,
        server(folder / "filtered", f"--config={config}") as filtered,
    ):
        wait_for_program(filtered.port)
        none = "without plugins"
        pairs = [
            (none, Pair(plain.port, "free")),
            (none, Pair(plain.port, "checked")),
            ("another room", Pair(filtered.port, "free")),
            ("the room it filters", Pair(filtered.port, "checked")),
        ]
        rounds = [_round(pairs) for _ in range(ROUNDS + 1)]
    # The first is not counted.
    del rounds[0]
    print(
        f"{ROUNDS} rounds of {LINES} lines in each room; milliseconds until a line is read, "
        "medians of the rounds"
    )
    for way in rounds[0]:
        middle, late = (statistics.median(each[way][cut] for each in rounds) for cut in (0, 1))
        more = [
            statistics.median(each[way][cut] - each[none][cut] for each in rounds)
            for cut in (0, 1)
        ]
        print(
            f"{way:20} p50 {middle:.3f}  p99 {late:.3f}  "
            f"beside none p50 {more[0]:+.3f}  p99 {more[1]:+.3f}"
        )


def _round(pairs: list[tuple[str, Pair]]) -> dict[str, tuple[float, float]]:
    """
    Say lines in all rooms, and return the p50 and p99 of each way in milliseconds.
    """
    times: dict[str, list[float]] = {way: [] for way, _ in pairs}
    for number in range(LINES):
        for way, pair in random.sample(pairs, len(pairs)):
            times[way].append(pair.say(number) * 1000)
            time.sleep(PAUSE)
    return {
        way: (statistics.median(found), statistics.quantiles(found, n=100)[98])
        for way, found in times.items()
    }


def hearing(folder: Path) -> None:
    """
    Measure what a plugin that hears every line costs a saturated server.
    """
    used: dict[str, list[float]] = {way: [] for way in ("without plugins", *_HEARING)}
    for number in range(SERVERS):
        _saturate(folder / f"saturated{number}", used)
    deliveries = MEMBERS * BURST
    print(
        f"{BURSTS} times {BURST} lines at once to {MEMBERS} members, on {SERVERS} servers of each "
        "kind, in turns; medians"
    )
    for way, found in used.items():
        ratios = [least / each for least, each in zip(used["without plugins"], found, strict=True)]
        print(
            f"{way:24} {deliveries / statistics.median(found):,.0f} deliveries per second of "
            f"processor, beside none {statistics.median(ratios):.2f}"
        )


def _saturate(folder: Path, used: dict[str, list[float]]) -> None:
    """
    Saturate a server of each kind, and add the seconds that each burst took.
    """
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        crowds = {}
        for number, way in enumerate(used):
            options = []
            if way in _HEARING:
                plugin = folder / f"hearing{number}.py"
                plugin.write_text(_HEARING[way])
                options.append(f"--plugins={plugin}")
            crowds[way] = Crowd(stack.enter_context(server(folder / str(number), *options)))
        for number in range(BURSTS + 1):
            for way in random.sample(list(crowds), len(crowds)):
                seconds = crowds[way].burst(number)
                # The first is not counted.
                if number:
                    used[way].append(seconds)


if __name__ == "__main__":
    main()
