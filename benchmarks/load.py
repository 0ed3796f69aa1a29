"""
The load generator: a process of its own that plays everybody who is connected to a server.

It reads a `Task` as JSON from its standard input and writes what it found to its standard output.
Whether it was the bottleneck itself is among that: `load_share` is its own share of a core.
"""

from __future__ import annotations

import gc
import json
import os
import re
import select
import ssl
import sys
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs
from attrs import define, field, frozen

from benchmarks import machine
from benchmarks.brokers import WIRES
from benchmarks.crowd import COUNTED, SAMPLED, CameToNothing, Crowd, Member
from benchmarks.figures import latency, percentile
from benchmarks.reset import reset
from benchmarks.wire import (
    MARK,
    PLAIN_TEXT,
    TEXT_SIZE,
    CommandWire,
    Irc,
    Step,
    names_in,
    now,
    stamped_text,
)
from benchmarks.wire import WIRES as CHAT_WIRES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Seconds before anything is measured, and in which all that was said must have come at the end.
_WARM_UP = 1.0
_COMPLETE_WITHIN = 20.0
# One of so many lines is stamped, where a window of lines is kept outstanding.
_STAMPED_OF = 16
# A window is topped up when so small a part of it is free: line by line would cost more calls.
_TOP_UP_OF = 10
# Members whose latencies are taken; spread evenly, as the first ones are served before the others.
_SAMPLED_MEMBERS = 100
# What a flooder sends at once, as often as it is taken.
_FLOOD = (b"y" * (TEXT_SIZE - 1) + b"\n") * 256
# What members say to fill the buffers of one who does not read: fewer lines than may be said at
# once with the limits as they are, and after how many one looks whether they are full.
_LONG_LINES_EACH = 7
_LOOK_EVERY = 20
# Lines that are said at once if they are late.
_LATE_AT_ONCE = 64
# Seconds in which an answer begins, and of silence after which it has ended.
_ANSWER_WITHIN = 20.0
_SILENCE = 0.1
# Those who join rooms and ask for their history, one after the other.
_HISTORY_READERS = 20
_REFUSAL = re.compile(rb"No such command: \S+(?=\. )")


@frozen(kw_only=True)
class Task:
    """
    What the load generator does.

    Attributes:
        kind: the name of one of `RUNS`.
        pid: the server's process.
        wire: by its name in `WIRES`.
        library: the compiled drain.c, if there is one.
        crowding: how many of them are on their way in at once.
        members: who comes.
        rooms: how many rooms they are spread over; 0 for the one where people arrive.
        speakers: how many of them speak, or give commands.
        window: lines, or commands, that are outstanding at once.
        rate: lines a second, in all.
        command: what commands are given: msg, nick or visit.
        neighbour: who else is there: deaf, flooding, or empty for no other.
        asked: lines whose answers one person waits for, one after the other; or what others type.
        after: what is typed after each of them, and not measured; nothing if it is empty.
        reads: how often in a second others type the next of ``asked``.
        staying: who is not cut off.
        ssh: how they come by SSH: with lines, or edited, with terminals whose lines the server
            edits, but for those who speak. Empty for not by SSH.
        is_marked: whether lines are counted by their mark, as other lines come between them.
        seconds: for how long is measured.
    """

    kind: str
    port: int
    pid: int
    wire: str
    tls: bool = False
    library: str = ""
    crowding: int = 256
    members: int = 200
    rooms: int = 0
    speakers: int = 20
    window: int = 200
    rate: float = 0.0
    command: str = ""
    neighbour: str = ""
    asked: Sequence[str] = ()
    after: str = ""
    reads: float = 0.0
    staying: int = 0
    ssh: str = ""
    is_marked: bool = False
    seconds: float = 5.0


@define(eq=False)
class Meter:
    """
    Measures a stretch of a run.
    """

    _pid: int
    _began: float = field(init=False, factory=time.monotonic)
    _cpu: float = field(init=False)
    _own: float = field(init=False, factory=time.process_time)

    def __attrs_post_init__(self) -> None:
        self._cpu = machine.cpu_seconds(self._pid)

    def read(self) -> dict[str, float]:
        """
        Return seconds, and the shares of the server and of this process in their cores.
        """
        seconds = time.monotonic() - self._began
        cpu = machine.cpu_seconds(self._pid) - self._cpu
        return {
            "seconds": seconds,
            "server_cpu_s": cpu,
            "server_share": cpu / seconds,
            "load_share": (time.process_time() - self._own) / seconds,
        }


def make_crowd(task: Task, mark: bytes = b"\n") -> Crowd:
    """
    Return an empty crowd.
    """
    tls = None
    if task.tls:
        tls = ssl.create_default_context()
        # The certificate is the benchmark's own.
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    limit = machine.raise_descriptor_limit()
    talkers = {f"n{number:05}" for number in range(task.speakers)}
    by_ssh = (lambda nick: task.ssh == "edited" and nick not in talkers) if task.ssh else None
    return Crowd(task.port, limit, tls, task.library, task.crowding, mark, by_ssh)


def people(task: Task, count: int, prefix: str = "n") -> Iterator[tuple[str, str, list[Step]]]:
    """
    Yield nick, room and way in of those who come.
    """
    wire = WIRES["ssh" if task.ssh else task.wire]
    for number in range(count):
        nick = f"{prefix}{number:05}"
        room = f"r{number % task.rooms}" if task.rooms else ""
        yield nick, room, wire.arrival(nick, room)


def bring(task: Task, crowd: Crowd) -> list[Member]:
    """
    Connect everybody, wait until nothing is sent, and count and sample from then on.
    """
    members = crowd.arrive(people(task, task.members))
    crowd.settle()
    every = max(1, len(members) // _SAMPLED_MEMBERS)
    for number, member in enumerate(members):
        is_sampled = number % every == every // 2
        crowd.flags[member.fd] = COUNTED | (SAMPLED if is_sampled else 0)
    # Little is allocated from now on, and a collection would look like latency.
    gc.collect()
    gc.freeze()
    gc.disable()
    return members


@define(eq=False)
class Account:
    """
    What was said, and so what must come.
    """

    _members: Sequence[Member]
    _echoes: bool = False
    _by_room: dict[str, int] = field(init=False, factory=dict)
    _by_member: dict[Member, int] = field(init=False, factory=dict)

    def say(self, member: Member, lines: int = 1) -> None:
        """
        Note that a member said something.
        """
        self._by_room[member.room] = self._by_room.get(member.room, 0) + lines
        self._by_member[member] = self._by_member.get(member, 0) + lines

    def expected(self, member: Member) -> int:
        """
        Return how many lines a member must have been sent: all of the room, perhaps but their own.
        """
        own = 0 if self._echoes else self._by_member.get(member, 0)
        return self._by_room.get(member.room, 0) - own

    def total(self) -> int:
        """
        Return the lines that must have come to all together.
        """
        return sum(map(self.expected, self._members))

    def verify(self, crowd: Crowd) -> dict[str, float]:
        """
        Return how many lines are missing, and how many came that were not said.
        """
        missing = surplus = 0
        for member in self._members:
            difference = self.expected(member) - crowd.marks[member.fd]
            missing += max(0, difference)
            surplus += max(0, -difference)
        return {"missing": missing, "surplus": surplus, "lost_connections": crowd.lost}


def complete(crowd: Crowd, came: int, expected: int) -> int:
    """
    Read until all that is expected has come, or nothing comes any more; return what came.
    """
    give_up = time.monotonic() + _COMPLETE_WITHIN
    while came < expected and time.monotonic() < give_up:
        came += crowd.drain(0.1)
    # Lines that are not expected.
    until = time.monotonic() + 0.1
    while time.monotonic() < until:
        came += crowd.drain(0.02)
    return came


def closed_loop(
    task: Task,
    crowd: Crowd,
    actors: Sequence[Member],
    act: Callable[[Member, int], bytes],
    marks_each: int,
) -> dict[str, float]:
    """
    Keep a window of actions outstanding.

    Args:
        act: returns the bytes of so many actions of a member.
        marks_each: how many marks come of one action, at all who are counted.
    """
    came = sent = turn = 0
    least = max(1, task.window // _TOP_UP_OF)
    start, end = time.monotonic() + _WARM_UP, time.monotonic() + _WARM_UP + task.seconds
    meter, before, sends = None, 0, 0
    while (moment := time.monotonic()) < end:
        if meter is None and moment >= start:
            crowd.delays()
            meter, before, sends = Meter(task.pid), came, crowd.segments()
        credit = task.window - (sent - came // marks_each)
        if credit >= least:
            sent += credit
            share, more = divmod(credit, len(actors))
            for number in range(min(credit, len(actors))):
                actor = actors[(turn + number) % len(actors)]
                crowd.send(actor, act(actor, share + (number < more)))
            turn = (turn + more) % len(actors)
        came += crowd.drain(0.1)
    if meter is None:
        raise CameToNothing("a single pass took longer than the whole run")
    figures = meter.read()
    measured = came - before
    figures["sends"] = crowd.segments() - sends
    figures |= latency(crowd.delays())
    came = complete(crowd, came, sent * marks_each)
    return figures | {
        "actions": measured / marks_each,
        "marks": measured,
        "unanswered": max(0, sent * marks_each - came),
    }


def saturated(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    Some members of one room speak, so fast that a window of lines is always outstanding.
    """
    wire = WIRES[task.wire]
    members = bring(task, crowd)
    account = Account(members, wire.echoes)
    plain = wire.say("", PLAIN_TEXT)
    lines = 0

    def speak(member: Member, count: int) -> bytes:
        nonlocal lines
        account.say(member, count)
        before, lines = lines // _STAMPED_OF, lines + count
        if lines // _STAMPED_OF == before:
            return plain * count
        return wire.say("", stamped_text(now())) + plain * (count - 1)

    figures = closed_loop(
        task, crowd, members[: task.speakers], speak, task.members - 1 + wire.echoes
    )
    return figures | per_delivery(figures) | per_send(figures) | account.verify(crowd)


def per_send(figures: dict[str, float]) -> dict[str, float]:
    """
    Return how many sends there were in a second, and how many lines each had.
    """
    sends = figures["sends"]
    return {
        "sends_per_s": sends / figures["seconds"],
        "lines_per_send": figures["marks"] / sends if sends else float("nan"),
    }


def per_delivery(figures: dict[str, float]) -> dict[str, float]:
    """
    Return what a delivery costs, and how many there are a second.
    """
    marks = figures["marks"]
    cpu = figures["server_cpu_s"]
    return {
        "deliveries_per_s": marks / figures["seconds"],
        "deliveries_per_cpu_s": marks / cpu if cpu else float("nan"),
        "cpu_us": 1e6 * cpu / marks if marks else float("nan"),
    }


def steady(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    Members speak in turn, at a fixed rate, however late the deliveries are.
    """
    wire = WIRES[task.wire]
    members = bring(task, crowd)
    neighbour = bring_neighbour(task, crowd)
    history = bring_readers(task, crowd)
    account = Account(members)
    speakers = members[: task.speakers] if task.speakers else members
    interval = 1e6 / task.rate
    begin = now() + 1000
    start, end = begin + 1e6 * _WARM_UP, begin + 1e6 * (_WARM_UP + task.seconds)
    due = float(begin)
    came = said = before = 0
    late: list[float] = []
    meter: Meter | None = None
    while (moment := now()) < end:
        if meter is None and moment >= start:
            crowd.delays()
            late.clear()
            meter, before = Meter(task.pid), came
        if moment < due:
            soon = due if history is None else min(due, history.due)
            crowd.wait(max(0.0, min(soon - moment, 50_000)) / 1e6)
        for _ in range(_LATE_AT_ONCE):
            if now() < due:
                break
            speaker = speakers[said % len(speakers)]
            # The time when it should be said: a generator that is late hides nothing.
            crowd.send(speaker, wire.say(speaker.room, stamped_text(int(due))))
            account.say(speaker)
            late.append(now() - due)
            said += 1
            due += interval
        _let_others(task, crowd, neighbour, history)
        came += crowd.drain(0)
    if meter is None:
        raise CameToNothing("a single pass took longer than the whole run")
    figures = meter.read()
    figures["marks"] = came - before
    complete(crowd, came, account.total())
    # Only now: what was said last is latency too.
    figures |= latency(crowd.delays())
    if neighbour is not None:
        port = neighbour.socket.getsockname()[1]
        figures["cut_off"] = not crowd.is_connected(neighbour)
        figures["waiting_kib"] = machine.unsent_bytes(task.port, port) / 1024
    figures["late_p99_ms"] = percentile(sorted(late), 0.99) / 1000
    figures |= history.figures() if history is not None else {}
    return figures | per_delivery(figures) | account.verify(crowd)


def _let_others(
    task: Task, crowd: Crowd, neighbour: Member | None, history: HistoryReaders | None
) -> None:
    """
    Let those who are not counted do what their time has come for.
    """
    if neighbour is not None and task.neighbour == "flooding" and not neighbour.unsent:
        crowd.send(neighbour, _FLOOD)
    if history is not None:
        history.read(now())


def bring_neighbour(task: Task, crowd: Crowd) -> Member | None:
    """
    Connect the bad neighbour, who is in the room but not counted.
    """
    if not task.neighbour:
        return None
    (neighbour,) = crowd.arrive(people(task, 1, "bad"))
    crowd.settle()
    if task.neighbour == "deaf":
        crowd.ignore(neighbour)
        _stuff(task, crowd, neighbour)
    return neighbour


def _stuff(task: Task, crowd: Crowd, deaf: Member) -> None:
    """
    Fill the buffers of a member who does not read, until the kernel takes nothing more for them.

    It takes megabytes; with no more than a line now and then the server would notice nothing.
    """
    wire = WIRES[task.wire]
    speakers = [member for member in crowd.members if member is not deaf]
    line = wire.say("", b"y" * wire.longest)
    port = deaf.socket.getsockname()[1]
    waiting = -1
    for number in range(_LONG_LINES_EACH * len(speakers)):
        crowd.send(speakers[number % len(speakers)], line)
        # All other members read, and must not be taken for the deaf one.
        crowd.drain(0.002)
        crowd.drain(0)
        if number % _LOOK_EVERY == 0:
            before, waiting = waiting, machine.unsent_bytes(task.port, port)
            # Nothing waits as long as the reader's own buffer takes it.
            if waiting == before > 0:
                break
    crowd.settle()


@define(eq=False)
class HistoryReaders:
    """
    People who read what was said in other rooms, at a fixed rate.

    Attributes:
        due: when the next of them does, in microseconds of the monotonic clock.
    """

    _crowd: Crowd
    _readers: Sequence[Member]
    _asked: Sequence[bytes]
    _interval: float
    due: float
    _read: int = field(init=False, default=0)
    _sizes: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._sizes = self._received()

    def _received(self) -> int:
        return sum(self._crowd.sizes[reader.fd] for reader in self._readers)

    def read(self, moment: float) -> None:
        """
        Let those read whose time has come.
        """
        while self.due <= moment:
            reader = self._readers[self._read % len(self._readers)]
            self._crowd.send(reader, self._asked[self._read % len(self._asked)])
            self._read += 1
            self.due += self._interval

    def figures(self) -> dict[str, float]:
        """
        Return how many there were, and how much they were shown each.
        """
        received = self._received() - self._sizes
        return {"reads": self._read, "kib_a_read": received / 1024 / max(1, self._read)}


def bring_readers(task: Task, crowd: Crowd) -> HistoryReaders | None:
    """
    Connect those who read history, who are in a room of their own and not counted.
    """
    if not task.reads:
        return None
    wire = WIRES[task.wire]
    nicks = [f"h{number:05}" for number in range(_HISTORY_READERS)]
    readers = crowd.arrive((nick, "readers", wire.arrival(nick, "readers")) for nick in nicks)
    crowd.settle()
    interval = 1e6 / task.reads
    asked = [f"{lines}\n".encode() for lines in task.asked]
    return HistoryReaders(crowd, readers, asked, interval, now() + interval)


def cut_off(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    Most people of a room are reset together.
    """
    members = bring(task, crowd)
    meter = Meter(task.pid)
    found = reset(crowd, members, task.staying)
    return found | {"server_cpu_s": meter.read()["server_cpu_s"]}


def idle(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    People come, give their name, and say nothing, so that their memory can be told.
    """
    # The first one brings what the server reads of its own program then, and that is no cost of
    # a connection.
    crowd.arrive(people(task, 1, "first"))
    crowd.settle()
    before = machine.resident_bytes(task.pid)
    crowd.arrive(people(task, task.members))
    crowd.settle()
    time.sleep(2.0)
    after = machine.resident_bytes(task.pid)
    return {
        "members": task.members,
        "rss_before_mib": before / 2**20,
        "rss_after_mib": after / 2**20,
        "rss_kib_each": (after - before) / 1024 / task.members,
        "lost_connections": crowd.lost,
    }


def wrong_names(named: Sequence[str], nicks: Sequence[str]) -> int:
    """
    Return how many names a list has too few, too many, or twice.
    """
    found, expected = Counter(named), Counter(nicks)
    return (found - expected).total() + (expected - found).total()


def arrivals(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    People come into one room as fast as they can; in IRC one more then reads the list of names.
    """
    meter = Meter(task.pid)
    members = crowd.arrive(people(task, task.members))
    figures = meter.read()
    crowd.settle()
    sizes = sorted(crowd.sizes[member.fd] for member in members)
    wire = WIRES[task.wire]
    if isinstance(wire, Irc):
        nicks = [*(member.nick for member in members), "reader"]
        named: list[str] = []
        # Of a list that cannot be read all names are missing; what was measured still counts.
        with suppress(OSError):
            named = names_in(task.port, wire.lobby, "reader")
        figures["wrong_names"] = wrong_names(named, nicks)
    return figures | {
        "arrivals_per_s": len(members) / figures["seconds"],
        "cpu_us_each": 1e6 * figures["server_cpu_s"] / len(members),
        "mean_kib": sum(sizes) / len(sizes) / 1024,
        "max_kib": sizes[-1] / 1024,
        "lost_connections": crowd.lost,
    }


def commands(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    People give one command again and again.
    """
    wire = CHAT_WIRES[task.wire]
    members = bring(task, crowd)
    actors, act = members, _renames(wire)
    if task.command == "msg":
        actors, act = _pairs(wire, crowd, members)
    elif task.command == "visit":
        act = _visits(wire)
    # What comes of one command, at all who are counted, differs from server to server.
    for actor in actors:
        crowd.send(actor, act(actor, 1))
    marks = 0
    quiet_at = time.monotonic() + 0.5
    while time.monotonic() < quiet_at:
        if more := crowd.drain(0.05):
            marks += more
            quiet_at = time.monotonic() + 0.5
    marks_each, rest = divmod(marks, len(actors))
    if rest or not marks_each:
        raise CameToNothing(f"{marks} lines came of {len(actors)} commands")
    figures = closed_loop(task, crowd, actors, act, marks_each)
    return figures | {
        "lines_each": marks_each,
        "commands_per_s": figures["actions"] / figures["seconds"],
        "cpu_us_each": 1e6 * figures["server_cpu_s"] / max(1.0, figures["actions"]),
        "lost_connections": crowd.lost,
    }


def _pairs(
    wire: CommandWire, crowd: Crowd, members: list[Member]
) -> tuple[list[Member], Callable[[Member, int], bytes]]:
    """
    Half of the people write to the other half, who alone are counted.
    """
    half = len(members) // 2
    writers, readers = members[:half], members[half:]
    for writer in writers:
        crowd.flags[writer.fd] = 0
    lines = {
        writer: wire.tell(reader.nick, PLAIN_TEXT)
        for writer, reader in zip(writers, readers, strict=True)
    }
    return writers, lambda writer, count: lines[writer] * count


def _renames(wire: CommandWire) -> Callable[[Member, int], bytes]:
    def rename(member: Member, count: int) -> bytes:
        data = b""
        for _ in range(count):
            member.nick = member.nick[:-1] if member.nick.endswith("b") else member.nick + "b"
            data += wire.rename(member.nick)
        return data

    return rename


def _visits(wire: CommandWire) -> Callable[[Member, int], bytes]:
    return lambda member, count: wire.visit(f"v{member.nick}") * count


def ask(task: Task, crowd: Crowd) -> dict[str, float]:
    """
    One person asks for something, waits until all of the answer is there, and asks again.
    """
    (person,) = crowd.arrive(people(task, 1))
    crowd.settle()
    microseconds: list[float] = []
    lines: list[int] = []
    for question in task.asked:
        took, answer = _answer(person, question)
        if refusal := _REFUSAL.search(answer):
            raise CameToNothing(refusal[0].decode())
        microseconds.append(took)
        lines.append(answer.count(b"\n"))
        if task.after:
            _answer(person, task.after)
    return latency(microseconds) | {
        "first_ms": microseconds[0] / 1000,
        "fewest_lines": min(lines),
        "lost_connections": crowd.lost,
    }


def _answer(person: Member, question: str) -> tuple[float, bytes]:
    """
    Return how many microseconds it took until the last of an answer came, and the answer.
    """
    asked = came = now()
    person.socket.send(question.encode() + b"\n")
    answer = b""
    # It is not known how an answer ends, but that nothing comes after it.
    while select.select([person.fd], [], [], _SILENCE if answer else _ANSWER_WITHIN)[0]:
        data = person.socket.recv(65536)
        if not data:
            raise CameToNothing(f"cut off after {question}")
        came = now()
        answer += data
    if not answer:
        raise CameToNothing(f"no answer to {question} within {_ANSWER_WITHIN:g} s")
    return came - asked, answer


#: What can be done, by name.
RUNS: dict[str, Callable[[Task, Crowd], dict[str, float]]] = {
    "saturated": saturated,
    "steady": steady,
    "idle": idle,
    "arrivals": arrivals,
    "commands": commands,
    "ask": ask,
    "reset": cut_off,
}


def main() -> None:
    """
    Do what the standard input says.
    """
    task = Task(**json.load(sys.stdin))
    os.sched_setaffinity(0, {machine.load_core()})
    crowd = make_crowd(task, MARK if task.is_marked else WIRES[task.wire].mark)
    found: dict[str, object]
    try:
        found = dict(RUNS[task.kind](task, crowd))
    except CameToNothing as error:
        found = {"error": str(error)}
    finally:
        crowd.close()
    json.dump({"task": attrs.asdict(task), "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
