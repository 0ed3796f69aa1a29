"""
One run after the other: a fresh server, the load generator, and what they found.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from benchmarks import servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.measures import Case
    from benchmarks.past import Past
    from benchmarks.servers import Running, Server, Site

_IMPORT = """
import time
began = time.perf_counter()
import twisted_chat.server.tap
print(time.perf_counter() - began)
"""
_REPOSITORY = Path(__file__).parent.parent


@frozen
class Record:
    """
    What one run found.

    Attributes:
        found: figures by their keys; ``error`` alone if it came to nothing.
    """

    measure: int
    case: str
    server: str
    round: int
    found: dict[str, Any]


@define(eq=False)
class Runner:
    """
    Runs cases against servers.

    Args:
        tools: a folder for what is compiled.
        seconds: for how long each run measures.
    """

    _tools: Path
    _seconds: float
    _library: str = field(init=False)
    _hopeless: set[tuple[int, str, str]] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        self._library = servers.build(self._tools)

    def run(
        self,
        cases: Sequence[Case],
        candidates: Sequence[Server],
        rounds: int,
        done: Sequence[Record] = (),
    ) -> Iterator[Record]:
        """
        Yield what each run found; of every case all servers in turn, round after round.

        Args:
            done: runs of an earlier time, which are not run again.
        """
        there = {(each.measure, each.case, each.server, each.round) for each in done}
        self._hopeless.update(
            (each.measure, each.case, each.server) for each in done if "error" in each.found
        )
        for case in cases:
            for number in range(1, rounds + 1):
                for server in candidates:
                    key = (case.measure, case.name, server.name)
                    if not case.takes(server) or key in self._hopeless or (*key, number) in there:
                        continue
                    found = self._found(case, server)
                    if "error" in found:
                        # What cannot be done is tried once; it may take long to find out.
                        self._hopeless.add(key)
                    yield Record(case.measure, case.name, server.name, number, found)

    def _found(self, case: Case, server: Server) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            site = self._site(case, Path(folder))
            if case.past is not None:
                self._copy(case.past, site.folder / servers.DATABASE)
            try:
                with servers.running(server, site) as running:
                    if not case.task:
                        return {"start_s": running.start_s, "import_s": _import_seconds(server)}
                    return self._load(case, running)
            except servers.CannotStart as error:
                return {"error": str(error)}

    def _site(self, case: Case, folder: Path) -> Site:
        certificate = key = None
        if case.tls:
            certificate, key = servers.make_certificate(folder)
        return servers.Site(
            folder=folder,
            tools=self._tools,
            port=servers.free_port(),
            certificate=certificate,
            key=key,
            is_limited=case.is_limited,
        )

    def _copy(self, past: Past, target: Path) -> None:
        """
        Copy the database of a past, which is made only once.
        """
        path = self._tools / f"{past.lines}-{past.rooms}.db"
        if not path.exists():
            past.write(path)
        shutil.copyfile(path, target)
        # Else the server would wait for a hundred megabytes that are not its own.
        with target.open("rb") as copied:
            os.fsync(copied.fileno())

    def _load(self, case: Case, running: Running) -> dict[str, Any]:
        seconds = max(self._seconds, case.seconds_at_least)
        server = running.server
        task = {
            **case.task,
            "port": running.port,
            "pid": running.pid,
            # Idle users are in no channel.
            "wire": "irc-idle" if (server.wire, case.measure) == ("irc", 4) else server.wire,
            "tls": case.tls,
            "library": self._library,
            "crowding": server.crowding,
            "seconds": seconds,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            cwd=_REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            answer, complaint = process.communicate(
                json.dumps(task).encode(), timeout=seconds + case.overhead
            )
        except subprocess.TimeoutExpired:
            return {"error": f"not finished after {seconds + case.overhead:g} s"}
        finally:
            servers.end(process)
        if process.returncode:
            last = complaint.decode(errors="replace").strip().splitlines()[-1:]
            return {"error": f"the load generator failed: {' '.join(last)}"}
        found: dict[str, Any] = json.loads(answer)["found"]
        return found


def _import_seconds(server: Server) -> float:
    if server.wire != "chat":
        return float("nan")
    answer = subprocess.run(
        [sys.executable, "-c", _IMPORT], check=True, capture_output=True, timeout=60
    )
    return float(answer.stdout)


def today() -> str:
    """
    Return the date, for the report.
    """
    return time.strftime("%Y-%m-%d")
