"""
Read marks, while the server is killed again and again.

Bob talks in two rooms and writes to ada.  She reads by two programs, by a client of IRC that says
the time up to which she has read, and at a terminal that says nothing: there all counts that it
shows.  After each kill, whatever she was told is read must be so still, and no mark may have gone
back, nor ahead of what was said.

``PYTHONPATH=tests/e2e python tests/e2e/marks_kill.py 100`` kills so often.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asking import lives, program, until_killed
from attrs import define, field
from harness import UNLIMITED, Server

PASSWORD = "nobody-guesses-this"
ROOMS = ("lobby", "den")
OPTIONS = ("--port=0", "--password-over-cleartext=allow", *UNLIMITED)
#: How she reads.
WAYS = {"a program", "a program, of messages", "IRC", "a terminal"}
#: Seconds from the first request to the kill, at least and at most.
SPAN = (0.3, 1.5)
_SAID = re.compile(r"\[(\d+)\] \[#(\w+)\] bob: ")
# The last line of an answer that something is unread.
_REST = "/read room marks a room as read"
_MARKED = re.compile(r":\S+ MARKREAD (\S+) timestamp=(\S+)")


def _at(text: str) -> float:
    """
    Return a time of IRC in seconds since the epoch.
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@define(eq=False)
class Reading:
    """
    What was done, and what was wrong.

    Attributes:
        told: up to which line, message and time ada was told that she has read, by what it is.
        said: the last line of each room, as far as anybody was told.
        ways: how often each way of reading told her something.
    """

    folder: Path
    chance: random.Random
    told: dict[str, float] = field(factory=dict)
    said: dict[str, int] = field(factory=dict)
    ways: Counter[str] = field(factory=Counter)
    problems: list[str] = field(factory=list)
    kills: int = 0

    def _note(self, what: str, place: float, way: str) -> None:
        self.told[what] = max(place, self.told.get(what, 0))
        self.ways[way] += 1

    def is_complete(self) -> bool:
        """
        Return whether each way of reading has told her something.
        """
        return self.ways.keys() == WAYS

    async def live(self, kills: int) -> None:
        """
        Kill so many servers, and look at what each has left.
        """
        server = await asyncio.to_thread(Server.start, self.folder, *OPTIONS)
        try:
            await self._begin(int(server.address))
        finally:
            server.kill()
        for seconds in lives(self.chance, SPAN, kills, self.is_complete):
            server = await self._start()
            port = int(server.address)
            try:
                await self._check(port)
                doing = [
                    asyncio.create_task(until_killed(each(port)))
                    for each in (self._talk, self._mark, self._mark, self._mark_times, self._read)
                ]
                await asyncio.sleep(seconds)
                server.process.kill()
                await asyncio.to_thread(server.process.wait)
                await asyncio.gather(*doing)
                self.kills += 1
            finally:
                server.kill()
        server = await self._start()
        try:
            await self._check(int(server.address))
        finally:
            server.kill()

    async def _start(self) -> Server:
        (self.folder / "log").unlink(missing_ok=True)
        return await asyncio.to_thread(Server.start, self.folder, *OPTIONS)

    async def _begin(self, port: int) -> None:
        async with program(port) as ask:
            await ask(request="hello", name="ada", password=PASSWORD, register=True)
            await ask(request="command", text="/join den")
            await ask(request="command", text="/set numbers on")
            await ask(request="bye")
        # A guest's name would be held for who was cut off by the first kill.
        async with program(port) as ask:
            await ask(request="hello", name="bob", password=PASSWORD, register=True)
            await ask(request="bye")

    async def _check(self, port: int) -> None:
        """
        Check what the last server has left.
        """
        async with program(port, "127.9.0.1") as ask:
            answers = await ask(request="hello", name="ada", password=PASSWORD)
            found: dict[str, float] = {
                f"#{each['room']}": each["number"]
                for each in answers
                if each.get("event") == "read-up-to"
            }
            found |= {
                each["nick"]: each["id"]
                for each in answers
                if each.get("event") == "private-read-up-to"
            }
            (unread,) = [
                each for each in await ask(request="unread") if each.get("event") == "unread"
            ]
            for each in unread["rooms"]:
                name = each["room"]
                self.said[name] = each["last"]
                if found.get(f"#{name}", 0) > each["last"]:
                    self.problems.append(f"#{name}: more is read than was said")
        async with _irc(port, "127.9.0.2") as client:
            for target in (*[f"#{room}" for room in ROOMS], "bob"):
                found[f"at {target}"] = await client.asks(target)
        for what, place in self.told.items():
            if found.get(what, 0) < place:
                self.problems.append(f"{what}: {place} was read, and {found.get(what)} is now")
        # They never go back, whatever was told.
        self.told |= found

    # -- what people do ---------------------------------------------------------------------------

    async def _talk(self, port: int) -> None:
        async with program(port, "127.9.0.3") as ask:
            await ask(request="hello", name="bob", password=PASSWORD)
            await ask(request="command", text="/join den")
            for number in range(10_000):
                room = ROOMS[number % 2]
                for each in await ask(request="say", room=room, text=f"line {number}"):
                    if each.get("event") == "said":
                        self.said[room] = each["number"]
                if number % 3 == 0:
                    await ask(request="tell", nick="ada", text=f"message {number}")

    async def _mark(self, port: int) -> None:
        """
        Mark as read what was said, and now and then something that is long read.
        """
        letters: list[int] = []
        async with program(port, f"127.9.1.{self.chance.randrange(1, 250)}") as ask:
            answers = await ask(request="hello", name="ada", password=PASSWORD)
            while True:
                letters += [
                    each["kept_id"]
                    for each in answers
                    if each.get("event") == "told" and each["nick"] == "bob"
                ]
                room = self.chance.choice(ROOMS)
                number = self.said.get(room, 0) - self.chance.choice((0, 0, 1, 5, 1000))
                answers = []
                if number > 0:
                    answers += await ask(request="read", room=room, number=number)
                    self._note(f"#{room}", number, "a program")
                if letters:
                    id_ = self.chance.choice(letters[-5:])
                    answers += await ask(request="read", nick="Bob", id=id_)
                    self._note("bob", id_, "a program, of messages")
                answers += await ask(request="ping")
                await asyncio.sleep(self.chance.uniform(0, 0.02))

    async def _mark_times(self, port: int) -> None:
        async with _irc(port, "127.9.0.4") as client:
            while True:
                target = self.chance.choice((*[f"#{room}" for room in ROOMS], "bob"))
                at = await client.asks(target, time.time() - self.chance.uniform(0, 0.5))
                self._note(f"at {target}", at, "IRC")
                await asyncio.sleep(self.chance.uniform(0, 0.02))

    async def _read(self, port: int) -> None:
        """
        Read at a terminal, and ask what is unread.
        """
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, local_addr=("127.9.0.5", 0)
        )
        writer.write(f"ada\n{PASSWORD}\n/read all\n".encode())
        # What it was shown before it last asked, and since then.  That counts only at the next
        # answer: it may have come between the look at what is unread and the answer.
        asked: dict[str, int] = {}
        seen: dict[str, int] = {}
        try:
            while True:
                line = (await reader.readuntil(b"\r\n")).decode("utf-8", "replace")
                if found := _SAID.search(line):
                    seen[found[2]] = int(found[1])
                    continue
                if "are read." in line or "Nothing is unread." in line:
                    for room, number in asked.items():
                        self._note(f"#{room}", number, "a terminal")
                elif not line.startswith(_REST):
                    continue
                # With something unread, nothing is known of what it was shown.
                writer.write(b"/unread\n")
                asked, seen = seen, {}
        finally:
            writer.close()


@define(eq=False)
class _Irc:
    """
    A client of IRC that asks for markers.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def asks(self, target: str, at: float = 0.0) -> float:
        """
        Mark ``target`` as read up to a time, or ask, and return up to which one it is.
        """
        said = f" timestamp={_time(at)}" if at else ""
        self.writer.write(f"MARKREAD {target}{said}\r\nPING {target}\r\n".encode())
        found = 0.0
        while True:
            line = (await self.reader.readuntil(b"\r\n")).decode()
            if (marked := _MARKED.match(line)) and marked[1].lower() == target:
                found = _at(marked[2])
            if " PONG " in line:
                return found


@contextlib.asynccontextmanager
async def _irc(port: int, source: str) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    writer.write(
        f"CAP REQ :draft/read-marker\r\nCAP END\r\nPASS {PASSWORD}\r\nNICK ada\r\n"
        "USER a 0 * :a\r\nJOIN #lobby\r\nJOIN #den\r\nPING in\r\n".encode()
    )
    try:
        while b" PONG " not in await reader.readuntil(b"\r\n"):
            pass
        yield _Irc(reader, writer)
    finally:
        writer.close()


def killed(folder: Path, kills: int, seed: int) -> Reading:
    """
    Return what was found after so many kills, and print it.
    """
    reading = Reading(folder, random.Random(seed))
    asyncio.run(reading.live(kills))
    ways = ", ".join(f"{count} by {way}" for way, count in sorted(reading.ways.items()))
    sys.stdout.write(
        f"{reading.kills} kills; read marks: {ways}; {len(reading.problems)} problems\n"
    )
    return reading


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        made_of = killed(Path(made), int(sys.argv[1]), time.time_ns())
    sys.exit("\n".join(made_of.problems[:20]) or 0)
