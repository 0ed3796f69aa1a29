"""
Programs that talk while the server is killed again and again.

Each says numbered lines, each with a label.  After a kill it comes back with its token and its
last line, and says again what it has no answer for.  In the end every line must have been said
once, and heard once by everybody, in the order of the room.

``PYTHONPATH=tests/e2e python tests/e2e/json_kill.py 200`` kills so often.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import define, field
from harness import UNLIMITED, WITHIN, Server

NICKS = ("ada", "bob", "cleo")
#: Seconds between two kills, at least and at most.
SPAN = (0.05, 0.6)
#: Lines of one program that have no answer yet, at most.
WINDOW = 20


@define(eq=False)
class Talker:
    """
    A program that talks.

    Attributes:
        said: what it has asked for and has no answer for, by label.
        count: the number of its lines.
        answered: how many of them are done.
        heard: the text of each line by its number in the room.
        seen: the largest id that it was told.
        coming: the same, before the answer to its hello has come to its end.
        last: the number of the last line before a gap that it has not read yet; None for no gap.
        problems: what it was told that must not be.
    """

    nick: str
    port: int
    token: str = ""
    said: dict[str, str] = field(factory=dict)
    count: int = 0
    answered: int = 0
    resumed: int = 0
    heard: dict[int, str] = field(factory=dict)
    seen: int = 0
    coming: int = 0
    last: int | None = None
    problems: list[str] = field(factory=list)
    is_over: bool = False
    may_hear_again: bool = False
    has_more: bool = False
    live: int = 0
    _writer: asyncio.StreamWriter | None = None

    def _ask(self, request: str, **members: Any) -> None:
        assert self._writer is not None
        data = json.dumps({"request": request, **members}).encode()
        with suppress(OSError):
            self._writer.write(data + b"\n")

    def _say(self, label: str) -> None:
        self._ask("say", text=self.said[label], room="lobby", label=label)

    async def talk(self) -> None:
        """
        Talk until it is over, whatever becomes of the connection.
        """
        while not (self.is_over and not self.said and self.last is None):
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    await self._go_on(reader)
                finally:
                    self._writer.close()
                    await self._writer.wait_closed()
            await asyncio.sleep(0.02)

    async def _go_on(self, reader: asyncio.StreamReader) -> None:
        is_new = not self.token
        given: dict[str, Any] = {"name": self.nick}
        if not is_new:
            last = {} if self.last is None else {"lobby": self.last}
            given = {"token": self.token, "seen": self.seen, "last": last}
            self.may_hear_again = self.last is not None or self.coming > 0
            if self.last is None:
                self.last = max(self.heard, default=0)
        self._ask("hello", label="hello", **given)
        is_in = False
        while line := await reader.readuntil(b"\n"):
            told = json.loads(line)
            self._hear(told)
            if told.get("label") == "hello" and told.get("event") == "done":
                is_in = True
                for label in list(self.said):
                    self._say(label)
            if is_in:
                self.seen = max(self.seen, self.coming)
                self.coming = 0
            if is_in and self.is_over and not self.said and self.last is None:
                return
            while is_in and not self.is_over and len(self.said) < WINDOW:
                self.count += 1
                label = f"{self.nick} {self.count}"
                self.said[label] = label
                self._say(label)

    def _hear(self, told: dict[str, Any]) -> None:
        if "error" in told:
            self.problems.append(f"{self.nick}: {told}")
        if told.get("event") == "done" and told.get("label") == "hello":
            self.seen, self.coming = max(self.seen, self.coming), 0
            if not self.has_more:
                self.last = None
        if told.get("event") == "hello":
            self.has_more, self.live = False, 0
            if self.token and not told["is_resumed"]:
                self.problems.append(f"{self.nick} is another session")
            self.resumed += told["is_resumed"]
            self.token = told["token"]
        if told.get("event") == "transcript":
            self._read(told)
        self._note(told)
        if told.get("event") == "said":
            self.live = told["number"]
        if told.get("event") == "done" and told.get("label") in self.said:
            del self.said[told["label"]]
            self.answered += 1

    def _read(self, told: dict[str, Any]) -> None:
        for each in told["lines"]:
            # The pages that it asks for itself go on to the last line that there is.
            self._note(each["event"], is_asked=told["kind"] == "history")
        self.has_more = told["has_more"]
        if told["lines"] and self.last is not None:
            self.last = max(self.last, told["lines"][-1]["number"])
            # What it has heard behind the gap already it need not read.
            while self.last + 1 in self.heard:
                self.last += 1
        if told["has_more"] and not 0 < self.live <= (self.last or 0):
            self._ask("history", room="lobby", after=self.last, count=200)
        else:
            self.has_more, self.last = False, None

    def _note(self, told: dict[str, Any], *, is_asked: bool = False) -> None:
        self.coming = max(self.coming, told.get("id", 0))
        if told.get("event") == "said":
            number = told["number"]
            if number in self.heard and not (is_asked or self.may_hear_again):
                self.problems.append(f"{self.nick} heard {number} twice")
            self.heard[number] = told["text"]
        elif told.get("event") in {"quit", "left"}:
            self.problems.append(f"{self.nick} was told that {told['nick']} left")


async def _come_back(
    talkers: list[Talker], before: list[int], tasks: list[asyncio.Task[None]]
) -> None:
    """
    Wait until all programs are back.

    Raises:
        AssertionError: one of them does not come back; with what it was told.
    """
    deadline = time.monotonic() + 4 * WITHIN
    while missing := [
        each
        for each, count in zip(talkers, before, strict=True)
        if each.token and each.resumed == count
    ]:
        # Nobody tells when they are back but they themselves.
        await asyncio.sleep(0.01)
        for task in tasks:
            assert not task.done(), task.exception()
        assert time.monotonic() < deadline, [(each.nick, each.problems) for each in missing]


async def _run(folder: Path, kills: int, chance: random.Random) -> list[Talker]:
    options = (*UNLIMITED, "--send-queue=0", "--listen")
    server = await asyncio.to_thread(Server.start, folder, *options, "tcp:0:interface=127.0.0.1")
    port = server.addresses[0]
    talkers = [Talker(nick, int(port)) for nick in NICKS]
    tasks = [asyncio.create_task(each.talk()) for each in talkers]
    try:
        for _ in range(kills):
            resumed = [each.resumed for each in talkers]
            await asyncio.sleep(chance.uniform(*SPAN))
            server.process.kill()
            await asyncio.to_thread(server.process.wait)
            (folder / "log").unlink()
            server = await asyncio.to_thread(
                Server.start, folder, *options, f"tcp:{port}:interface=127.0.0.1"
            )
            await _come_back(talkers, resumed, tasks)
        for each in talkers:
            each.is_over = True
        async with asyncio.timeout(4 * WITHIN):
            await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        server.kill()
    return talkers


def killed(folder: Path, kills: int, seed: int) -> list[str]:
    """
    Return what was wrong after so many kills, and how much was said.
    """
    talkers = asyncio.run(_run(folder, kills, random.Random(seed)))
    problems = [problem for each in talkers for problem in each.problems]
    for each in talkers:
        wanted = [f"{each.nick} {number + 1}" for number in range(each.count)]
        if each.answered != each.count:
            problems.append(f"{each.nick} has {each.answered} answers for {each.count} lines")
        known = set(wanted)
        own = [text for _, text in sorted(each.heard.items()) if text in known]
        if own != wanted:
            problems.append(f"{each.nick} said {len(wanted)} lines, {len(own)} are in the room")
    longest = max(talkers, key=lambda each: max(each.heard)).heard
    for each in talkers:
        until = max(each.heard)
        first = min(each.heard)
        if each.heard != {n: text for n, text in longest.items() if first <= n <= until}:
            problems.append(f"{each.nick} has missed something")
    sys.stdout.write(f"{sum(each.count for each in talkers)} lines, {kills} kills\n")
    return problems


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = killed(Path(made), int(sys.argv[1]), 1)
    sys.exit("\n".join(found[:20]) or 0)
