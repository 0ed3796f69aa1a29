"""
The measures: what is done with every server, and which figures are shown of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from benchmarks import machine
from benchmarks.past import COMMON, LOUDEST, PAST_ROOMS, QUIETEST, RARE, Past

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.servers import Server

#: Deliveries a second at which the cost of one is compared over members and rooms.
EVEN_DELIVERIES = 30_000
#: Lines a second in a room of 1,000, for latency against load; measure 2 itself is the second.
LOADS = (10, 50, 100, 200, 400)
_ROOM_OF = 10
_MANY = 15_000
#: The case of measure 4 whose people come by SSH.
IDLE_BY_SSH = "1,000 by SSH"
_MILLION = 1_000_000
#: Joins, and as many `/history`, a second.
READS = 200
# Members and lines a second where ways in are compared.
_WAYS, _WAYS_RATE = 200, 50
# How often one thing is asked.
_TIMES = 20


@frozen
class Figure:
    """
    A column of the table.

    Args:
        key: its name in what the load generator finds.
        title: its heading, with the unit.
        form: how it is written.
    """

    key: str
    title: str
    form: str = ",.2f"


_SHARES = (
    Figure("server_share", "server's core, %", ".0%"),
    Figure("load_share", "generator's core, %", ".0%"),
)
_LATENCY = (
    Figure("p50_ms", "p50, ms"),
    Figure("p99_ms", "p99, ms"),
    Figure("max_ms", "max, ms"),
)
_MISSING = (Figure("missing", "missing", ",.0f"),)
_FULL = (
    Figure("deliveries_per_s", "deliveries/s", ",.0f"),
    Figure("deliveries_per_cpu_s", "deliveries/CPU s", ",.0f"),
    Figure("sends_per_s", "sends/s", ",.0f"),
    Figure("lines_per_send", "lines a send", ",.1f"),
    *_LATENCY,
    *_SHARES,
    *_MISSING,
)
_STEADY = (
    Figure("cpu_us", "CPU us/delivery"),
    Figure("deliveries_per_s", "deliveries/s", ",.0f"),
    *_LATENCY,
    *_SHARES,
    *_MISSING,
)
_NEIGHBOUR = (*_STEADY, Figure("cut_off", "neighbour cut off", ".0f"))
_IDLE = (
    Figure("rss_kib_each", "RSS KiB each"),
    Figure("rss_before_mib", "RSS MiB with none"),
    Figure("members", "connections", ",.0f"),
)
_ARRIVALS = (
    Figure("seconds", "s until all are in"),
    Figure("mean_kib", "mean KiB received"),
    Figure("max_kib", "max KiB received"),
    Figure("cpu_us_each", "CPU us each", ",.0f"),
    Figure("wrong_names", "wrong in the list of names", ",.0f"),
    *_SHARES,
)
_COMMANDS = (
    Figure("commands_per_s", "commands/s", ",.0f"),
    Figure("cpu_us_each", "CPU us each"),
    *_SHARES,
)
_START = (
    Figure("start_s", "s to the first answer"),
    Figure("import_s", "s to import"),
)
_READING = (
    *_STEADY,
    Figure("reads", "joins, /history", ",.0f"),
    Figure("kib_a_read", "KiB shown to each"),
)
_RESET = (
    Figure("seconds", "s until both"),
    Figure("read_s", "s until all is read"),
    Figure("quick_s", "s until answers are quick"),
    Figure("before_ms", "answer before, ms"),
    Figure("slowest_ms", "slowest answer, ms"),
    Figure("cut_s", "s to reset them"),
    Figure("left", "reset", ",.0f"),
    Figure("told", "told", ",.0f"),
)
_ASKED = (
    Figure("first_ms", "the first, ms"),
    Figure("p50_ms", "p50, ms"),
    Figure("max_ms", "max, ms"),
    Figure("fewest_lines", "fewest lines shown", ".0f"),
)


def _everybody(_: Server) -> bool:
    return True


def _people(server: Server) -> bool:
    return not server.is_for_programs


def _with_rooms(server: Server) -> bool:
    return server.has_rooms and not server.is_for_programs


def _with_commands(server: Server) -> bool:
    return server.has_commands and not server.is_for_programs


def _with_tls(server: Server) -> bool:
    return server.has_tls


def _with_tls_and_ssh(server: Server) -> bool:
    # Of those with TLS, this one alone has both.
    return server.has_tls and server.wire == "chat"


def _with_presence(server: Server) -> bool:
    # An IRC server tells each of who stays of each who went: ten million lines.
    return server.wire == "chat"


def _with_past(server: Server) -> bool:
    return server.has_past


@frozen(kw_only=True)
class Case:
    """
    One thing that is done with every server that can.

    Attributes:
        measure: the number of the measure.
        name: tells it from the other cases of the measure.
        figures: the columns of its table.
        task: what the load generator is told; nothing if it is not needed.
        past: what was said before the server starts; None for nothing.
        x: where it stands in a plot.
        seconds_at_least: what must happen takes so long.
        overhead: seconds that a run may take besides those in which it measures.
    """

    measure: int
    name: str
    figures: tuple[Figure, ...]
    task: Mapping[str, Any] = field(factory=dict)
    takes: Callable[[Server], bool] = _people
    past: Past | None = None
    tls: bool = False
    is_limited: bool = False
    x: float = 0.0
    seconds_at_least: float = 0.0
    overhead: float = 200.0


#: What each measure is about, in the order of its numbers.
TITLES = {
    1: "saturated: as many lines as the server takes",
    2: "light: 1,000 members of one room, lines at a fixed rate",
    3: f"how cost grows: {EVEN_DELIVERIES:,} deliveries a second, spread differently",
    4: "memory of an idle named connection",
    5: "arrival of 5,000 people in one room",
    6: "commands",
    7: "a bad neighbour: 199 members, 200 lines/s, rate limits as they are by default",
    8: "start",
    9: "saturated, over TLS",
    10: "joining a room, with a million lines of history",
    11: "/search in a million lines",
    12: "reading: 100 members, 190 lines/s, while others join rooms and read a million lines",
    13: "10,000 people of a room are reset together, 1,000 remain",
    14: f"the ways in: {_WAYS} members, {_WAYS_RATE} lines/s, plain, over TLS and by SSH",
}


def _saturated(measure: int, *, tls: bool) -> list[Case]:
    crowds = [(200, 20, 200), (1000, 50, 100)]
    return [
        Case(
            measure=measure,
            name=f"{members:,} members",
            figures=_FULL,
            task={
                "kind": "saturated", "members": members, "speakers": speakers, "window": window,
            },
            takes=_with_tls if tls else _everybody,
            tls=tls,
        )
        for members, speakers, window in crowds
    ]  # fmt: skip


def _light() -> list[Case]:
    return [
        Case(
            measure=2,
            name=f"{rate} lines/s",
            figures=_STEADY,
            task={"kind": "steady", "members": 1000, "speakers": 50, "rate": rate},
            x=rate,
        )
        for rate in LOADS
    ]


def _growth() -> list[Case]:
    by_members = [
        Case(
            measure=3,
            name=f"{members:,} members",
            figures=_STEADY,
            task={
                "kind": "steady", "members": members, "speakers": min(members, 50),
                "rate": EVEN_DELIVERIES / (members - 1),
            },
            x=members,
            # Of 10,000 members only three a second speak.
            seconds_at_least=10.0 if members == 10_000 else 0.0,
        )
        for members in (10, 100, 1000, 10_000)
    ]  # fmt: skip
    by_rooms = [
        Case(
            measure=3,
            name=f"{rooms:,} room{'s' * (rooms > 1)} of {_ROOM_OF}",
            figures=_STEADY,
            task={
                "kind": "steady", "members": rooms * _ROOM_OF, "rooms": rooms, "speakers": 0,
                "rate": EVEN_DELIVERIES / (_ROOM_OF - 1),
            },
            takes=_with_rooms,
            x=rooms,
        )
        for rooms in (1, 10, 100, 1000)
    ]  # fmt: skip
    return by_members + by_rooms


def _memory() -> list[Case]:
    most = min(_MANY, machine.most_descriptors() - machine.RESERVED_DESCRIPTORS)
    return [
        Case(
            measure=4,
            name=f"{members:,} {'over TLS' if tls else 'plain'}",
            figures=_IDLE,
            task={"kind": "idle", "members": members},
            takes=_with_tls if tls else _everybody,
            tls=tls,
            # Each of 15,000 shakes hands, and some of those who come are told to all before them.
            overhead=600.0 if tls else 200.0,
        )
        for tls in (False, True)
        for members in (1000, most)
    ] + [
        Case(
            measure=4,
            name=IDLE_BY_SSH,
            figures=_IDLE,
            task={"kind": "idle", "members": 1000, "ssh": "edited"},
            takes=_with_tls_and_ssh,
            # Each exchanges keys, one of ten at a time.
            overhead=600.0,
        )
    ]


def _commands() -> list[Case]:
    names = {"msg": "message to one person", "nick": "new name", "visit": "join + leave"}
    return [
        Case(
            measure=6,
            name=name,
            figures=_COMMANDS,
            # A new name is told to the room: to five people.
            task={
                "kind": "commands", "command": command, "members": 100, "window": 400,
                "rooms": 20 if command == "nick" else 0,
            },
            takes=_with_commands,
        )
        for command, name in names.items()
    ]  # fmt: skip


def _neighbour() -> list[Case]:
    names = {"": "nobody", "deaf": "one who never reads", "flooding": "one who floods"}
    return [
        Case(
            measure=7,
            name=name,
            figures=_NEIGHBOUR,
            task={
                "kind": "steady", "members": 199, "speakers": 0, "rate": 200.0,
                "neighbour": neighbour, "is_marked": True,
            },
            is_limited=True,
            # In 20 s this server has 256 KiB waiting, and cuts the connection.
            seconds_at_least=20.0 if neighbour == "deaf" else 8.0,
        )
        for neighbour, name in names.items()
    ]  # fmt: skip


def _join() -> list[Case]:
    rooms = {
        "one room of a million lines": ["r0"] * _TIMES,
        "20 rooms of a million lines": [f"r{number}" for number in range(PAST_ROOMS)],
    }
    return [
        Case(
            measure=10,
            name=name,
            figures=_ASKED,
            task={"kind": "ask", "asked": [f"/join {room}" for room in joined], "after": "/leave"},
            takes=_with_past,
            past=Past(_MILLION, rooms=len(set(joined))),
        )
        for name, joined in rooms.items()
    ]


def _search() -> list[Case]:
    searches = {
        "rare words": RARE,
        "common words": COMMON,
        "beginnings of two letters": [f"{word[:2]}*" for word in RARE],
        "common words in a room": [f"in:r1 {word}" for word in COMMON],
        "common words from the loudest": [f"from:{LOUDEST} {word}" for word in COMMON],
        "common words from the quietest": [f"from:{QUIETEST} {word}" for word in COMMON],
        "rare words in a room from somebody": [f"in:r1 from:{LOUDEST} {word}" for word in RARE],
    }
    return [
        Case(
            measure=11,
            name=name,
            figures=_ASKED,
            task={"kind": "ask", "asked": [f"/search {words}" for words in searched]},
            takes=_with_past,
            past=Past(_MILLION, rooms=PAST_ROOMS),
        )
        for name, searched in searches.items()
    ]


def _reading() -> list[Case]:
    return [
        Case(
            measure=12,
            name=f"{reads} joins and {reads} /history a second" if reads else "nobody reads",
            figures=_READING,
            task={
                "kind": "steady", "members": 100, "speakers": 0, "rate": 190.0,
                "reads": reads, "is_marked": True,
                "asked": [f"/join r{n}\n/history\n/leave r{n}" for n in range(PAST_ROOMS)],
            },
            takes=_with_past,
            past=Past(_MILLION, rooms=PAST_ROOMS),
        )
        for reads in (0, READS)
    ]  # fmt: skip


def _ways() -> list[Case]:
    ways = {
        "plain": "",
        "over TLS": "",
        "by SSH": "lines",
        "by SSH, edited by the server": "edited",
    }
    return [
        Case(
            measure=14,
            name=name,
            figures=_STEADY,
            task={
                "kind": "steady", "members": _WAYS, "speakers": 10, "rate": _WAYS_RATE,
                "ssh": ssh, "is_marked": True,
            },
            takes=_with_tls_and_ssh,
            tls=name == "over TLS",
            seconds_at_least=10.0,
        )
        for name, ssh in ways.items()
    ]  # fmt: skip


def _reset() -> Case:
    remain, most = 1000, machine.most_descriptors() - machine.RESERVED_DESCRIPTORS
    return Case(
        measure=13,
        name="reset",
        figures=_RESET,
        task={"kind": "reset", "members": min(11_000, most), "staying": remain},
        takes=_with_presence,
    )


def cases() -> list[Case]:
    """
    Return all cases of all measures.
    """
    arrival = Case(
        measure=5,
        name="5,000 people",
        figures=_ARRIVALS,
        task={"kind": "arrivals", "members": 5000},
    )
    return [
        *_saturated(1, tls=False),
        *_light(),
        *_growth(),
        *_memory(),
        arrival,
        *_commands(),
        *_neighbour(),
        Case(measure=8, name="start", figures=_START),
        Case(
            measure=8,
            name="start with a million lines",
            figures=_START,
            takes=_with_past,
            past=Past(_MILLION, rooms=PAST_ROOMS),
        ),
        *_saturated(9, tls=True),
        *_join(),
        *_search(),
        *_reading(),
        _reset(),
        *_ways(),
    ]
