"""
How long a line takes with several servers, in turn: ``python -m benchmarks.in_turn``.

All of them run at once, each with as many members in one room, and a line is said to one of them
when all have read the one before.  So other work on the machine hits all alike, from line to line,
where runs that follow each other need a quiet machine.  But the servers share a core: what one of
them does by itself, such as moving lines to a database, may delay a line of another.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from benchmarks import machine, servers
from benchmarks.brokers import WIRES
from benchmarks.crowd import CameToNothing
from benchmarks.figures import latency
from benchmarks.load import Task, bring, make_crowd
from benchmarks.wire import now, stamped_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.crowd import Crowd, Member
    from benchmarks.servers import Server

# Lines to each server before anything is measured, and seconds before each.
_WARM_UP, _EVERY = 20, 0.025
# Microseconds before a line is due that are waited for without sleeping, so as not to be late.
_AWAKE = 60
# Seconds in which all members must have read a line.
_READ_WITHIN = 5.0
_SPEAKERS = 20


@define(eq=False)
class Hall:
    """
    A server with its members, all in one room.

    Attributes:
        name: the server's.
        delays: of each line, the microseconds until those members had it that are sampled, in
            the order in which it came to them.
    """

    name: str
    _wire: Any
    _crowd: Crowd
    _members: Sequence[Member]
    delays: list[Sequence[int]] = field(init=False, factory=list)

    def say(self, number: int, due: int) -> None:
        """
        Say a line as one of the members, and wait until all others have read it.

        Args:
            due: when it should be said, in microseconds of the monotonic clock.

        Raises:
            CameToNothing: not everybody was sent it.
        """
        speaker = self._members[number % min(_SPEAKERS, len(self._members))]
        expected = len(self._members) - 1 + self._wire.echoes
        self._crowd.delays()
        self._crowd.send(speaker, self._wire.say(speaker.room, stamped_text(due)))
        came, give_up = 0, time.monotonic() + _READ_WITHIN
        while came < expected:
            if time.monotonic() > give_up:
                raise CameToNothing(f"{self.name}: {came} of {expected} members were sent a line")
            came += self._crowd.drain(0.002)
        self.delays.append(self._crowd.delays())


@contextlib.contextmanager
def halls(which: Sequence[Server], members: int) -> Iterator[list[Hall]]:
    """
    Start servers, and bring their members in.
    """
    with contextlib.ExitStack() as stack:
        tools = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        library = servers.build(tools)
        found = []
        for server in which:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
            site = servers.Site(folder=folder, tools=tools, port=servers.free_port())
            running = stack.enter_context(servers.running(server, site))
            task = Task(
                kind="steady",
                port=running.port,
                pid=running.pid,
                wire=server.wire,
                library=library,
                crowding=server.crowding,
                members=members,
                speakers=_SPEAKERS,
            )
            wire = WIRES[server.wire]
            crowd = make_crowd(task, wire.mark)
            stack.callback(crowd.close)
            found.append(Hall(server.name, wire, crowd, bring(task, crowd)))
        yield found


def measure(found: Sequence[Hall], lines: int) -> None:
    """
    Say so many lines to each, in an order that changes each time.
    """
    for number in range(_WARM_UP + lines):
        if number == _WARM_UP:
            for hall in found:
                hall.delays.clear()
        for hall in random.sample(found, len(found)):
            due = now() + int(_EVERY * 1e6)
            while (left := due - now()) > 0:
                if left > _AWAKE:
                    time.sleep((left - _AWAKE) / 1e6)
            hall.say(number, due)


def told(found: Sequence[Hall]) -> Iterator[str]:
    """
    Yield a line for each server, and how the others do beside the last one.
    """
    beside = found[-1]
    for hall in found:
        figures = latency(delay for line in hall.delays for delay in line)
        line = f"{hall.name:18} p50 {figures['p50_ms']:.2f} ms  p99 {figures['p99_ms']:.2f} ms"
        if hall is not beside:
            pairs = zip(hall.delays, beside.delays, strict=True)
            ratio = statistics.median(max(one) / max(other) for one, other in pairs)
            line += f"  last of those sampled, beside {beside.name}: {ratio:.3f}"
        yield line


def main() -> None:
    """
    Measure the servers that the arguments name.
    """
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--servers", default="twisted-chat irc,inspircd", metavar="NAME,NAME")
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=500, help="to each server")
    options = parser.parse_args()
    if options.members < 2 or options.lines < 1:
        parser.error("there must be 2 members and 1 line at least")
    by_name = {each.name: each for each in servers.SERVERS}
    which = []
    for name in options.servers.split(","):
        if name not in by_name:
            parser.error(f"there is no server {name!r}; there are: {', '.join(by_name)}")
        if why_not := by_name[name].why_not():
            parser.error(f"{name}: {why_not}")
        which.append(by_name[name])
    with halls(which, options.members) as found:
        # Only now: the servers were given the other core.
        os.sched_setaffinity(0, {machine.load_core()})
        measure(found, options.lines)
        print(f"{options.lines} lines to {options.members} members of each, in turn")
        for line in told(found):
            print(line)


if __name__ == "__main__":
    main()
