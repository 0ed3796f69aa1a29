"""
The targets: what this server must reach beside the others, and whether it does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.figures import Spread
from benchmarks.measures import IDLE_BY_SSH
from benchmarks.report import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.measures import Case
    from benchmarks.report import Results

_OURS = "twisted-chat"
_FORGETFUL = "twisted-chat no history"
_IRC = "inspircd"
_FLOOR = "floor"
_NAIVE = "naive loop"
_LONG_FLOOR = "floor with json lengths"
_OURS_IRC = "twisted-chat irc"
_IRC_FLOOR = "floor with irc lengths"
# What an idle user of IRC may take, in KiB, and the largest p99 that is quick, in ms.
_IRC_KIB, _QUICK_MS = 7.0, 5.0
_BUN = "bun publish"
_NATS = "nats"
_MOSQUITTO = "mosquitto"
# What share of others' deliveries a second there must be; 0 where it is only told.
_SATURATED = {
    "200 members": {
        _FLOOR: 0.6,
        _NAIVE: 6.0,
        _FORGETFUL: 0.9,
        _NATS: 1.0,
        _MOSQUITTO: 0.0,
        _IRC: 5.0,
    },
    "1,000 members": {
        _FLOOR: 0.65,
        _NAIVE: 6.0,
        _FORGETFUL: 0.9,
        _NATS: 1.0,
        _MOSQUITTO: 0.0,
        _IRC: 6.0,
    },
}
# How much of another server's CPU a delivery in rooms of ten may take.
_ROOMS = {
    "1 room of 10": (_FLOOR, 2.0),
    "10 rooms of 10": (_FLOOR, 3.0),
    "100 rooms of 10": (_IRC, 1.5),
    "1,000 rooms of 10": (_IRC, 1.5),
}
_COMMANDS = {"message to one person": 2.0, "new name": 3.0, "join + leave": 3.0}
# What an idle user by SSH may take.
_SSH_KIB = 30.0
# The doors of programs, and the KiB that an idle one may take.
_PROGRAMS = {"twisted-chat json": 8.0, "twisted-chat websocket": 12.0}


@frozen
class Target:
    """
    One figure that must be reached; it is in ``most`` or ``least``.
    """

    what: str
    value: float
    least: float = -math.inf
    most: float = math.inf

    @property
    def is_met(self) -> bool:
        """
        Return whether it is reached.
        """
        return self.least <= self.value <= self.most

    @property
    def limit(self) -> str:
        """
        Return what it must reach, in words.
        """
        if self.most == math.inf:
            return f"at least {self.least:,g}"
        return f"at most {self.most:,g}"


@frozen
class _Figures:
    results: Results
    cases: Sequence[Case]

    def case(self, measure: int, name: str) -> Case | None:
        """
        Return a case, if it was to be run.
        """
        found = (case for case in self.cases if (case.measure, case.name) == (measure, name))
        return next(found, None)

    def value(self, measure: int, name: str, key: str, server: str = _OURS) -> float:
        """
        Return a median.
        """
        return self._spread(measure, name, key, server).median

    def highest(self, measure: int, name: str, key: str, server: str) -> float:
        """
        Return the highest of all rounds, of what is to happen in none.
        """
        return self._spread(measure, name, key, server).highest

    def _spread(self, measure: int, name: str, key: str, server: str) -> Spread:
        case = self.case(measure, name)
        return self.results.spread(case, server, key) if case else Spread.of(())

    def ratio(self, measure: int, name: str, key: str, to: str, ours: str = _OURS) -> float:
        """
        Return the median ratio of this server's figure to another server's.
        """
        case = self.case(measure, name)
        return self.results.ratio(case, key, ours, to) if case else math.nan


def targets(results: Results, cases: Sequence[Case]) -> Iterator[Target]:
    """
    Yield all targets; those that were not measured have the value NaN.
    """
    of = _Figures(results, cases)
    for name, least_of in _SATURATED.items():
        for server, least in least_of.items():
            ratio = of.ratio(1, name, "deliveries_per_s", server)
            yield Target(f"saturated, {name}: deliveries/s, of {server}'s", ratio, least=least)
        ratio = of.ratio(1, name, "p99_ms", _IRC)
        yield Target(f"saturated, {name}: p99, of {_IRC}'s", ratio, most=1.0)
        ratio = of.ratio(9, name, "deliveries_per_s", _IRC)
        yield Target(f"over TLS, {name}: deliveries/s, of {_IRC}'s", ratio, least=1.0)
    light = "50 lines/s"
    for server, most in ((_IRC, 1.0), (_FLOOR, 2.0)):
        ratio = of.ratio(2, light, "cpu_us", server)
        yield Target(f"light: CPU per delivery, of {server}'s", ratio, most=most)
    ratio = of.ratio(2, light, "cpu_us", _FORGETFUL)
    yield Target("light: CPU per delivery, of no history's", ratio, most=1.15)
    yield Target(f"light: p99, of {_IRC}'s", of.ratio(2, light, "p99_ms", _IRC), most=1.0)
    growth = of.value(3, "10,000 members", "cpu_us") / of.value(3, "100 members", "cpu_us")
    yield Target("CPU per delivery, 10,000 members of 100's", growth, most=1.2)
    growth = of.value(3, "1,000 rooms of 10", "cpu_us") / of.value(3, "1 room of 10", "cpu_us")
    yield Target("CPU per delivery, 1,000 rooms of 1's", growth, most=1.3)
    for name, (server, most) in _ROOMS.items():
        ratio = of.ratio(3, name, "cpu_us", server)
        yield Target(f"{name}: CPU per delivery, of {server}'s", ratio, most=most)
        ratio = of.ratio(3, name, "cpu_us", _FORGETFUL)
        yield Target(f"{name}: CPU per delivery, of no history's", ratio, most=1.15)
        late = max(5.0, of.value(3, name, "p99_ms", _IRC))
        yield Target(f"{name}: p99, ms", of.value(3, name, "p99_ms"), most=late)
    for case in cases:
        if case.measure == 4:
            value = of.value(4, case.name, "rss_kib_each")
            plain = _SSH_KIB if case.name == IDLE_BY_SSH else 4.0
            yield Target(f"KiB each of {case.name}", value, most=25.0 if case.tls else plain)
    yield Target("5,000 arrivals: s", of.value(5, "5,000 people", "seconds"), most=5.0)
    yield Target("5,000 arrivals: KiB each", of.value(5, "5,000 people", "max_kib"), most=64.0)
    for name, most in _COMMANDS.items():
        ratio = of.ratio(6, name, "cpu_us_each", _IRC)
        yield Target(f"{name}: CPU each, of {_IRC}'s", ratio, most=most)
    alone = of.value(7, "nobody", "p99_ms")
    for neighbour in ("one who never reads", "one who floods"):
        more = of.value(7, neighbour, "p99_ms") - alone
        yield Target(f"p99 beside {neighbour}: ms more", more, most=max(2.0, 0.1 * alone))
    yield Target("start: s to the first answer", of.value(8, "start", "start_s"), most=0.35)
    yield from _of_the_past(of)


def _of_the_past(of: _Figures) -> Iterator[Target]:
    """
    Yield the targets of what was said before, and of a reset.
    """
    for case in of.cases:
        if case.measure == 10:
            value = of.value(10, case.name, "max_ms")
            yield Target(f"joining, {case.name}: ms at most", value, most=20.0)
        if case.measure == 12 and case.name != "nobody reads":
            more = of.value(12, case.name, "p99_ms") - of.value(12, "nobody reads", "p99_ms")
            yield Target(f"p99 beside {case.name}: ms more", more, most=1.0)
        if case.measure == 13:
            value = of.value(13, case.name, "seconds")
            yield Target("10,000 are reset: s until 1,000 know", value, most=2.0)
        if case.measure == 11:
            value = of.value(11, case.name, "max_ms")
            yield Target(f"/search, {case.name}: ms at most", value, most=50.0)
    yield from _of_programs(of)
    yield from _of_irc(of)


def _of_irc(of: _Figures) -> Iterator[Target]:
    """
    Yield the targets of the IRC door, beside a server of IRC.
    """
    ours = _OURS_IRC
    for name, to, least in (("1,000 members", _IRC, 4.0), ("200 members", _IRC_FLOOR, 0.5)):
        ratio = of.ratio(1, name, "deliveries_per_s", to, ours)
        yield Target(f"saturated, {name}, {ours}: deliveries/s, of {to}'s", ratio, least=least)
    light = [(2, "50 lines/s"), *((3, f"{rooms} of 10") for rooms in ("100 rooms", "1,000 rooms"))]
    for measure, name in light:
        ratio = of.ratio(measure, name, "cpu_us", _IRC, ours)
        yield Target(f"{name}, {ours}: CPU per delivery, of {_IRC}'s", ratio, most=1.5)
        most = max(of.value(measure, name, "p99_ms", _IRC), _QUICK_MS)
        value = of.value(measure, name, "p99_ms", ours)
        yield Target(f"{name}, {ours}: p99 in ms", value, most=most)
    seconds = of.value(5, "5,000 people", "seconds", ours)
    yield Target(f"5,000 arrivals, {ours}: s", seconds, most=5.0)
    wrong = of.highest(5, "5,000 people", "wrong_names", ours)
    yield Target(f"5,000 arrivals, {ours}: wrong in the list of names", wrong, most=0)
    for case in of.cases:
        if case.measure == 4 and not case.tls and case.name != IDLE_BY_SSH:
            value = of.value(4, case.name, "rss_kib_each", ours)
            yield Target(f"KiB each of {case.name}, {ours}", value, most=_IRC_KIB)


def _of_programs(of: _Figures) -> Iterator[Target]:
    """
    Yield the targets of the doors of programs.
    """
    for server, most in _PROGRAMS.items():
        ratio = of.ratio(1, "200 members", "deliveries_per_s", _LONG_FLOOR, server)
        what = f"saturated, 200 members, {server}: deliveries/s, of the floor's"
        yield Target(what, ratio, least=0.6)
        beside = of.ratio(1, "200 members", "deliveries_per_s", _BUN, server)
        what = f"saturated, 200 members, {server}: deliveries/s, beside {_BUN}'s"
        yield Target(what, beside, least=0.0)
        for case in of.cases:
            if case.measure == 4 and not case.tls:
                value = of.value(4, case.name, "rss_kib_each", server)
                yield Target(f"KiB each of {case.name}, {server}", value, most=most)


def guards(results: Results, cases: Sequence[Case]) -> Iterator[Target]:
    """
    Yield what even a short run on a busy machine must reach.

    These are ratios of CPU seconds, with limits so far from the usual figures that chance does not
    pass them.
    """
    of = _Figures(results, cases)
    name = "200 members"
    ratio = of.ratio(1, name, "deliveries_per_cpu_s", _NAIVE)
    yield Target(f"saturated, {name}: deliveries/CPU s, of {_NAIVE}'s", ratio, least=3.0)
    name = "10 rooms of 10"
    ratio = of.ratio(3, name, "cpu_us", _FLOOR)
    yield Target(f"{name}: CPU per delivery, of {_FLOOR}'s", ratio, most=6.0)
    ratio = of.ratio(3, name, "cpu_us", _FORGETFUL)
    yield Target(f"{name}: CPU per delivery, of no history's", ratio, most=1.75)


def lines(results: Results, cases: Sequence[Case]) -> list[str]:
    """
    Return a table of the targets that were measured.
    """
    return told(target for target in targets(results, cases) if not math.isnan(target.value))


def told(measured: Iterable[Target]) -> list[str]:
    """
    Return a table of targets; nothing if there are none.
    """
    rows = [
        [target.what, target.limit, f"{target.value:,.2f}", "yes" if target.is_met else "NO"]
        for target in measured
    ]
    if not rows:
        return []
    return ["## Targets", "", *table([["target", "limit", "reached", "met"], *rows])]
