"""
What plugins keep, while the server is killed again and again.

Programs count as fast as they can: for the plugin, for the room and for their accounts; they vote
in a poll, that of `examples/plugins/poll.py`, and have functions called a moment later.  After
each kill, what a program was told must be so: a count is the last that was told, or the one that
was asked for when the kill came; so is a vote; and a function that was promised has been called
once, not twice and not never.  What was told as not saved yet, because the disk was slow, may be
lost.

``PYTHONPATH=tests/e2e python tests/e2e/storage_kill.py 100`` kills so often.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from asking import lives
from attrs import define, field
from harness import UNLIMITED, WITHIN, Server

PASSWORD = "nobody guesses this"
POLL = Path(__file__).parents[2] / "examples" / "plugins" / "poll.py"
COUNT = '''
from typing import Literal
from twisted_chat import Context, Duration, Hub, command


@command
def add(ctx: Context, where: Literal["own", "room", "account"], key: str) -> str:
    """Count."""
    own = ctx.storage
    kept = own if where == "own" else getattr(own, where)
    kept.set(key, kept.get(key, 0) + 1)
    return str(kept.get(key))


@command
def ring(ctx: Context, key: str) -> str:
    """Note a key a moment later."""
    ctx.at(Duration(milliseconds=30), note, key)
    return "planned"


def note(hub: Hub, key: str) -> None:
    kept = hub.storage(__name__)
    kept.set(f"rung/{key}", kept.get(f"rung/{key}", 0) + 1)
'''
OPTIONS = (
    *("--port=0", "--plugins=count.py", f"--plugins={POLL}", "--plugin-storage=0"),
    *("--password-over-cleartext=allow", *UNLIMITED),
)
#: Seconds from the first request to the kill, at least and at most.
SPAN = (0.05, 1.0)
#: Who has an account, and who has none.
OWNERS, GUESTS = ("alice", "bob"), ("carol", "dave", "eve")
#: Answers of the poll.
ANSWERS = 5


class Refused(Exception):
    """
    A program was not let in: on a busy machine a password may take too long.
    """


@define(eq=False)
class Kept:
    """
    What a program was told of one key, and what it had asked for then.
    """

    told: int = 0
    asked: int = 0


@define(eq=False)
class Tale:
    """
    What was done, and what was wrong.
    """

    folder: Path
    chance: random.Random
    counts: dict[tuple[str, str], Kept] = field(factory=dict)
    votes: dict[str, Kept] = field(factory=dict)
    planned: dict[str, bool] = field(factory=dict)
    told: int = 0
    cut: int = 0
    # Who was told in this life that something is not saved yet.
    _unsaved: set[str] = field(factory=set)
    problems: list[str] = field(factory=list)
    _life: int = 0
    _programs: int = 0
    _is_killed: bool = False

    @property
    def database(self) -> Path:
        return self.folder / "chat.db"

    def is_complete(self) -> bool:
        """
        Return whether programs were told of everything that there is, and were cut off.
        """
        places = {where for (where, _), count in self.counts.items() if count.told}
        is_called = any(self.planned.values())
        return places == {"own", "room", "account"} and self.told > 0 < self.cut and is_called

    async def live(self, kills: int) -> None:
        """
        Kill so many servers, and look at what each has left when the next one has started.
        """
        (self.folder / "count.py").write_text(COUNT)
        for seconds in lives(self.chance, SPAN, kills, self.is_complete):
            self._life += 1
            async with self._served() as port:
                self._look()
                if self._life == 1:
                    await self._begin(port)
                doing = [asyncio.create_task(self._count(port, each)) for each in OWNERS]
                doing += [asyncio.create_task(self._count(port, each)) for each in GUESTS]
                await asyncio.sleep(seconds)
                self._is_killed = True
            await asyncio.gather(*doing)
        async with self._served() as port:
            self._look()
            await self._end(port)

    @contextlib.asynccontextmanager
    async def _served(self) -> AsyncIterator[int]:
        (self.folder / "log").unlink(missing_ok=True)
        self._is_killed = False
        server = await asyncio.to_thread(Server.start, self.folder, *OPTIONS)
        try:
            yield int(server.address)
            server.process.kill()
            await asyncio.to_thread(server.process.wait)
            for line in server.log.splitlines():
                if "Traceback" in line or "switched off" in line or "given up" in line:
                    self.problems.append(line)
        finally:
            server.kill()

    # -- what programs do -------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _program(self, port: int, nick: str, **hello: Any) -> AsyncIterator[Any]:
        """
        Connect a program, and yield what runs a command and returns the text of its answer.
        """
        # From addresses that have no wrong guesses yet.
        self._programs += 1
        source = f"127.1.{self._programs // 250}.{1 + self._programs % 250}"
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        label = 0

        async def ask(**request: Any) -> str:
            nonlocal label
            label += 1
            data = json.dumps({**request, "label": str(label)}).encode()
            writer.write(data + b"\n")
            text = ""
            while True:
                told = json.loads(await reader.readuntil(b"\n"))
                if told.get("event") == "saved" and not told["is_saved"]:
                    self._unsaved.add(nick)
                if told.get("label") != str(label):
                    continue
                if "error" in told and request["request"] == "hello":
                    raise Refused(f"{nick}: {told}")
                assert "error" not in told, f"{nick}: {told}"
                if told["event"] == "notice":
                    text = told["text"]
                if told["event"] == "done":
                    return text

        try:
            await ask(request="hello", name=nick, hold=False, **hello)
            yield ask
        finally:
            writer.close()

    async def _begin(self, port: int) -> None:
        for nick in OWNERS:
            # It may be registered though that took too long to be told.
            hello = {"password": PASSWORD, "register": True}
            until = time.monotonic() + WITHIN
            while True:
                try:
                    async with self._program(port, nick, **hello):
                        break
                except Refused:
                    hello["register"] = not hello["register"]
                    if time.monotonic() > until:
                        raise
        async with self._program(port, "asker") as ask:
            answers = " | ".join(f"answer {number}" for number in range(1, ANSWERS + 1))
            await ask(request="command", text=f"/poll ask Which? | {answers}")

    async def _count(self, port: int, nick: str) -> None:
        has_account = nick in OWNERS
        places = ["own", "room", *(["account"] if has_account else [])]
        try:
            hello = {"password": PASSWORD} if has_account else {}
            async with self._program(port, nick, **hello) as ask:
                for turn in range(1_000_000):
                    where = self.chance.choice(places)
                    count = self.counts.setdefault((where, nick), Kept())
                    count.asked = count.told + 1
                    count.told = int(await ask(request="command", text=f"/add {where} {nick}"))
                    vote = self.votes.setdefault(nick, Kept())
                    vote.asked = self.chance.randint(1, ANSWERS)
                    told = await ask(request="command", text=f"/poll vote answer {vote.asked}")
                    assert told == f"You are for answer {vote.asked}."
                    vote.told = vote.asked
                    key = f"{nick}/{self._life}/{turn}"
                    self.planned[key] = False
                    assert await ask(request="command", text=f"/ring {key}") == "planned"
                    self.planned[key] = True
                    self.told += 3
        except Refused:
            return
        except (OSError, asyncio.IncompleteReadError):
            if not self._is_killed:
                raise
            self.cut += 1

    # -- what must be so --------------------------------------------------------------------------

    def _values(self) -> dict[tuple[str, str, str], Any]:
        """
        Return all that plugins keep: by the plugin, where, and the key.
        """
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(
                "SELECT plugin, iif(room, 'room', iif(account, 'account', 'own')), key, value "
                "FROM plugin_value WHERE kind = 'value'"
            ).fetchall()
        return {(plugin, where, key): json.loads(value) for plugin, where, key, value in rows}

    def _look(self) -> None:
        """
        Compare what programs were told with what is kept, and continue from that.
        """
        if not self.database.exists() or self._life <= 1:
            return
        kept = self._values()
        for (where, nick), count in self.counts.items():
            self._compare(nick, count, kept.get(("count", where, nick), 0), where)
        votes = kept.get(("poll", "room", "poll"), {"votes": {}})["votes"]
        for nick, vote in self.votes.items():
            self._compare(nick, vote, int(votes.get(nick, "0").split()[-1]), "vote")
        for key, is_told in self.planned.items():
            self.planned[key] = is_told and key.partition("/")[0] not in self._unsaved
        self._unsaved.clear()

    def _compare(self, nick: str, known: Kept, found: int, where: str) -> None:
        if found not in {known.told, known.asked} and nick not in self._unsaved:
            what = f"{where} of {nick}"
            self.problems.append(f"{what}: told {known.told}, asked {known.asked}, kept {found}")
        known.told = known.asked = found

    async def _end(self, port: int) -> None:
        """
        Read the poll as a user does, and wait for all that was promised.
        """
        async with self._program(port, "carol") as ask:
            standing = await ask(request="command", text="/poll")
            vote = self.votes.get("carol", Kept()).told
            expected = ", ".join(
                f"{int(number == vote)} for answer {number}" for number in range(1, ANSWERS + 1)
            )
            if standing != f"Which? {expected}":
                self.problems.append(f"{standing} and not {expected}")
            until = time.monotonic() + WITHIN
            while True:
                # A request that changes something, so that there is a write behind all others.
                await ask(request="command", text="/add own last")
                await asyncio.sleep(1.5)
                kept = self._values()
                rung = {key: kept.get(("count", "own", f"rung/{key}"), 0) for key in self.planned}
                wrong = [
                    f"{key} was called {rung[key]} times"
                    for key, is_told in self.planned.items()
                    if rung[key] not in ({1} if is_told else {0, 1})
                ]
                if not wrong or time.monotonic() > until:
                    break
        self.problems += wrong


def killed(folder: Path, kills: int, seed: int) -> Tale:
    """
    Return what was done and wrong in so many lives.
    """
    tale = Tale(folder, random.Random(seed))
    asyncio.run(tale.live(kills))
    sys.stdout.write(
        f"{kills} kills, {tale.told} answers told, {tale.cut} programs cut off, "
        f"{len(tale.planned)} functions called later, {len(tale.problems)} problems\n"
    )
    return tale


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = killed(Path(made), int(sys.argv[1]), time.time_ns()).problems
    sys.exit("\n".join(found[:20]))
