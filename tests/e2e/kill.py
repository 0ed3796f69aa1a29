"""
Kill the real server again and again while people talk, and look whether anything is lost.

    python tests/e2e/kill.py --kills 1000

Each house is one database: a server is started on it, people come and talk as fast as they can, it
is killed with SIGKILL at a random moment, and the next one is started on what it left.  Every line
has a text of its own, so that what each person read can be compared with what is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
import selectors
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attrs import asdict, define, field
from harness import TWISTD, UNLIMITED, WITHIN, Server

OPTIONS = ("--port=0", "--database", "sqlite:///chat.db", *UNLIMITED)
ROOMS = ("lobby", "dev", "ops")
#: How many talk in each room, and how many only read all of them.
TALKERS, LISTENERS = 2, 3
#: Kills on one file; then another is begun, so that to read all of it again and again stays quick.
ONE_FILE = 50
#: One in so many is killed while it starts, and with nobody there.
EARLY = 8
#: Seconds after which a server is killed: from the first line, and from its start.
TALKING, STARTING = (0.02, 0.4), (0.05, 0.9)
# What somebody says: the number of the life, of the line, and the room.
_TEXT = re.compile(r"\bz(\d+)\.(\d+)\.([a-z]+)\b")


@define
class Figures:
    """
    What was found, in all lives so far.

    Attributes:
        kept: lines in the database.
        read: lines that at least one person read.
        lost: of these, those that are not in the database.
        twice: lines that the database or a person has more than once.
        disordered: people who read lines of a room in another order than it has.
        gaps: people who missed a line between two that they read, and numbers that a room lacks.
        again: lines of an earlier life that came as new.
        damaged: files that ``PRAGMA integrity_check`` found fault with.
        stalled: lives in which the disk took more than a second, so that lines were told unsaved.
        login: the longest time from a name to its greeting, in seconds.
        start: the longest time from the start to the first greeting, in seconds.
    """

    kills: int = 0
    kept: int = 0
    read: int = 0
    lost: int = 0
    twice: int = 0
    disordered: int = 0
    gaps: int = 0
    again: int = 0
    damaged: int = 0
    stalled: int = 0
    login: float = 0.0
    start: float = 0.0

    @property
    def faults(self) -> dict[str, int]:
        names = ("lost", "twice", "disordered", "gaps", "again", "damaged")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def add(self, other: Figures) -> None:
        for name, value in asdict(other).items():
            mine = getattr(self, name)
            is_time = name in ("login", "start")
            setattr(self, name, max(mine, value) if is_time else mine + value)

    def __str__(self) -> str:
        values = asdict(self).items()
        return ", ".join(
            f"{name} {value:.3f} s" if isinstance(value, float) else f"{name} {value}"
            for name, value in values
        )


@define(eq=False)
class Visitor:
    """
    Somebody who reads all rooms, and perhaps talks in one.

    Attributes:
        talks_in: that room; empty for none.
        read: the texts that were read, in order.
    """

    nick: str
    talks_in: str
    socket: socket.socket
    read: list[str] = field(factory=list)
    is_over: bool = False
    _rest: bytes = b""

    @classmethod
    def enter(cls, nick: str, talks_in: str, port: str) -> Visitor:
        connection = socket.create_connection(("127.0.0.1", int(port)), WITHIN)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        visitor = cls(nick, talks_in, connection)
        visitor.types(nick)
        visitor.waits_for(b"Type /help for help.\r\n")
        rooms = [room for room in ROOMS[1:] if room != talks_in]
        # Whoever joins a room talks there from then on.
        visitor.types(*[f"/join {room}" for room in [*rooms, talks_in or ROOMS[0]]])
        last = talks_in if talks_in not in ("", ROOMS[0]) else ""
        visitor.waits_for(
            f"in #{last} as".encode() if last else f"now talking in #{ROOMS[0]}".encode()
        )
        connection.setblocking(False)
        return visitor

    def types(self, *lines: str) -> None:
        self.socket.sendall("".join(f"{line}\n" for line in lines).encode())

    def waits_for(self, words: bytes) -> None:
        came = b""
        while words not in came:
            data = self.socket.recv(65536)
            assert data, came
            came += data

    def reads_some(self) -> None:
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        self.is_over = not data
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            self.read += [match[0] for match in _TEXT.finditer(line.decode())]


@define(eq=False)
class House:
    """
    One database, and the servers that are killed on it one after the other.
    """

    folder: Path
    chance: random.Random
    figures: Figures = field(factory=Figures)
    life: int = 0
    _visitors: list[Visitor] = field(factory=list)
    _said: int = 0
    _is_stalled: bool = False
    _last_id: int = 0
    _numbers: Counter[str] = field(factory=Counter)

    def live(self, kills: int) -> Figures:
        """
        Kill so many servers, and look at what each left when the next one has come up.
        """
        for _ in range(kills):
            if self.chance.randrange(EARLY) == 0:
                self._start_and_kill()
            else:
                self._talk_and_kill()
            self.figures.kills += 1
        with self._served() as visitors:
            self._look()
        assert not any(visitor.read for visitor in visitors)
        return self.figures

    def _start_and_kill(self) -> None:
        command = [TWISTD, "--pidfile=twistd.pid", "--logfile=log", "-n", "chat", *OPTIONS]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self.chance.uniform(*STARTING))
                raise AssertionError((self.folder / "log").read_text())
            process.kill()

    def _talk_and_kill(self) -> None:
        with self._served() as visitors:
            # Whoever looks at what a kill left comes after the server that is to put it right.
            self._look()
            self.life += 1
            self._said = self._talk(visitors)
        self._visitors = visitors

    @contextlib.contextmanager
    def _served(self) -> Iterator[list[Visitor]]:
        """
        Start a server, and let everybody come; in the end it is killed, and they read what came.
        """
        log = self.folder / "log"
        # What was told unsaved, by a disk that took too long, may be lost.
        self._is_stalled = log.exists() and "The store" in log.read_text()
        log.unlink(missing_ok=True)
        began = time.monotonic()
        server = Server.start(self.folder, *OPTIONS)
        visitors: list[Visitor] = []
        try:
            for nick, room in self._people():
                asked = time.monotonic()
                visitors.append(Visitor.enter(nick, room, server.address))
                if len(visitors) == 1:
                    self.figures.login = max(self.figures.login, time.monotonic() - asked)
                    self.figures.start = max(self.figures.start, time.monotonic() - began)
            yield visitors
            server.process.kill()
            deadline = time.monotonic() + WITHIN
            while not all(visitor.is_over for visitor in visitors):
                assert time.monotonic() < deadline
                for visitor in visitors:
                    visitor.reads_some()
        finally:
            for visitor in visitors:
                visitor.socket.close()
            server.kill()

    def _people(self) -> Iterator[tuple[str, str]]:
        for number in range(LISTENERS):
            yield f"listener{number}", ""
        for room in ROOMS:
            for number in range(TALKERS):
                yield f"{room}{number}", room

    def _talk(self, visitors: list[Visitor]) -> int:
        """
        Let everybody talk until the server is to be killed; return how many lines were typed.
        """
        chance, said = self.chance, 0
        talkers = [visitor for visitor in visitors if visitor.talks_in]
        until = time.monotonic() + chance.uniform(*TALKING)
        with selectors.DefaultSelector() as selector:
            for visitor in visitors:
                selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            while (left := until - time.monotonic()) > 0:
                talker = chance.choice(talkers)
                lines = []
                for _ in range(chance.choice((1, 1, 2, 5))):
                    said += 1
                    verb = chance.choice(("", "", "", "", "/me ", "/topic "))
                    lines.append(f"{verb}z{self.life}.{said}.{talker.talks_in}")
                with contextlib.suppress(BlockingIOError):
                    talker.types(*lines)
                for key, _ in selector.select(min(left, chance.choice((0, 0.001, 0.005)))):
                    key.data.reads_some()
        return said

    def _look(self) -> None:
        """
        Compare what everybody read in the life that has ended with what is kept of it.
        """
        figures, visitors, self._visitors = self.figures, self._visitors, []
        with contextlib.closing(sqlite3.connect(self.folder / "chat.db")) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            rows = connection.execute(
                "SELECT line.id, room.name, number, kind, nick, text FROM line "
                "JOIN room ON room.id = line.room WHERE line.id > ? ORDER BY line.id",
                (self._last_id,),
            ).fetchall()
        figures.damaged += found != [("ok",)]
        figures.kept += len(rows)
        self._last_id = max([self._last_id, *[row[0] for row in rows]])
        if self._is_stalled:
            figures.stalled += 1
            for _, room, number, *_ in rows:
                self._numbers[room] = number
            return
        places: dict[str, int] = {}
        talk: dict[str, list[tuple[str, str]]] = {room: [] for room in ROOMS}
        for place, (_, room, number, kind, nick, text) in enumerate(rows):
            figures.gaps += number != self._numbers[room] + 1
            self._numbers[room] = number
            if (match := _TEXT.fullmatch(text)) is None:
                continue
            figures.again += int(match[1]) != self.life
            figures.twice += text in places
            assert match[3] == room
            assert int(match[2]) <= self._said
            places[text] = place
            talk[room].append((text, nick if kind == "said" else ""))
        everything: set[str] = set()
        for visitor in visitors:
            everything.update(visitor.read)
            figures.twice += len(visitor.read) - len(set(visitor.read))
            figures.again += sum(not text.startswith(f"z{self.life}.") for text in visitor.read)
            for room in ROOMS:
                read = [text for text in visitor.read if text.endswith(f".{room}")]
                at = [places[text] for text in read if text in places]
                figures.disordered += at != sorted(at)
                if read and read[0] in places:
                    # Nobody reads what they say themselves.
                    told = [text for text, by in talk[room] if by != visitor.nick]
                    first = told.index(read[0])
                    figures.gaps += told[first : first + len(read)] != read
        figures.read += len(everything)
        figures.lost += len(everything - places.keys())


def kill_often(folder: Path, kills: int, *, at_once: int = 2, seed: int = 0) -> Figures:
    """
    Kill so many servers, in so many houses at once.

    Returns:
        what was found.
    """
    chance = random.Random(seed)
    shares = [ONE_FILE] * (kills // ONE_FILE) + [kills % ONE_FILE] * bool(kills % ONE_FILE)
    if len(shares) < at_once:
        shares = [kills // at_once + (number < kills % at_once) for number in range(at_once)]
    houses = []
    for number in range(len(shares)):
        (folder / f"house-{number}").mkdir()
        houses.append(House(folder / f"house-{number}", random.Random(chance.random())))
    figures = Figures()
    with ThreadPoolExecutor(at_once) as pool:
        for found in pool.map(House.live, houses, shares):
            figures.add(found)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill the server while people talk.")
    parser.add_argument("--kills", type=int, default=100, help="how often")
    parser.add_argument("--at-once", type=int, default=2, help="how many servers")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="repeats a run, roughly")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = kill_often(
            Path(folder), options.kills, at_once=options.at_once, seed=options.seed
        )
    sys.stdout.write(f"seed {options.seed}: {figures}\n")
    sys.exit(1 if figures.faults else 0)


if __name__ == "__main__":
    main()
