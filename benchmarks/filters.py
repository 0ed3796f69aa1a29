"""
What a filter in another process costs: ``python -m benchmarks.filters``.

Three ways of one line are timed in turns, so that each has the same noise: in a server without
plugins, in one with a program that filters another room, and in the room that it filters.  The
filter answers at once, so that what is measured is the server's and the way between the two.
"""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Lines that are timed in each way.
LINES = 3000
#: Lines said before that, which are not timed.
WARM = 300
# The filter, without anything that it could wait for.
_FILTER = """
import json, sys
print('{"request": "register", "filters": ["said"], "rooms": ["checked"]}', flush=True)
for line in sys.stdin:
    if line.startswith('{"event":"check"'):
        number = json.loads(line)["check"]
        print('{"request":"verdict","check":%d}' % number, flush=True)
"""
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
        self._writer = self._arrive(port, f"writer{room}", room)
        self._reader = self._arrive(port, f"reader{room}", room)

    @staticmethod
    def _arrive(port: int, nick: str, room: str) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(f"{nick}\n/join {room}\n/leave lobby\n/zzz\n".encode())
        received = b""
        while b"No such command" not in received:
            received += connection.recv(65536)
        return connection

    def say(self, number: int) -> float:
        """
        Say a line, and return the seconds until the other one has read it.
        """
        text = f"line {number} "
        began = time.perf_counter()
        self._writer.sendall(f"{text}\n".encode())
        received = b""
        while text.encode() not in received:
            received += self._reader.recv(65536)
        return time.perf_counter() - began


@contextlib.contextmanager
def server(folder: Path, *options: str) -> Iterator[int]:
    """
    Run a server, and yield its port.
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
            yield int(found[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def main() -> None:
    """
    Measure, and print a table.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        (folder / "filter.py").write_text(_FILTER)
        config = folder / "chat.toml"
        config.write_text(
            f'[plugins.check]\nrun = ["{sys.executable}", "{folder}/filter.py"]\n'
            'rights = ["filter"]\n'
        )
        plain = stack.enter_context(server(folder / "plain"))
        filtered = stack.enter_context(server(folder / "filtered", f"--config={config}"))
        # Until the program has registered, nothing is checked.
        time.sleep(2)
        ways = {
            "without plugins": Pair(plain, "free"),
            "another room": Pair(filtered, "free"),
            "the room it filters": Pair(filtered, "checked"),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(WARM + LINES):
            for way, pair in ways.items():
                seconds = pair.say(number)
                if number >= WARM:
                    times[way].append(seconds)
    least = statistics.median(times["without plugins"])
    print(f"{LINES} lines each, in turns; milliseconds until a line is read")
    for way, found in times.items():
        cuts = statistics.quantiles(found, n=100)
        middle, late = statistics.median(found), cuts[98]
        print(
            f"{way:20} p50 {middle * 1000:.3f}  p99 {late * 1000:.3f}  "
            f"p50 beside none {middle / least:.2f}"
        )


if __name__ == "__main__":
    main()
