"""
Programs that talk while the server is killed again and again.

Each says numbered lines in two rooms, edits some, and writes some to another one alone, each under
a label.  After a kill it comes back with its token and the largest id that it was told, and asks
again for what it has no answer for; now and then one stays away over two kills.  In the end every
line must have been said once, and heard once by everybody, in the order of the room and as it was
edited; and every message read once by whom it was for.

``PYTHONPATH=tests/e2e python tests/e2e/json_kill.py 200`` kills so often.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import define, field
from harness import UNLIMITED, WITHIN, Server

NICKS = ("ada", "bob", "cleo")
#: The second one they join, and so it is where they edit.
ROOMS = ("lobby", "den")
#: Seconds between two kills, at least and at most.
SPAN = (0.05, 0.6)
#: Requests of one program that have no answer yet, at most.
WINDOW = 20
#: Of so many requests one is a message, and one an edit.
TELL, EDIT = 20, 15
#: Of so many kills, one and the next are those over which a program stays away.
REST = 4


def _by_room() -> dict[str, dict[int, str]]:
    return {room: {} for room in ROOMS}


@define(eq=False)
class Talker:
    """
    A program that talks.

    Attributes:
        other: whom it writes to.
        asked: its requests without an answer, by label.
        count: the number of its lines.
        sent: the texts of its messages.
        heard: the text of each line by its number, by room.
        read: the text of each message that it was told, by id.
        own: the numbers of its lines that it may edit.
        seen: the largest id that it was told.
        coming: the same, before the answer to its hello has come to its end.
        gaps: the number of the last line before a gap that it has not read yet, by room.
        stale: rooms that it must read again, as too many of their lines were changed.
        problems: what it was told that must not be.
    """

    nick: str
    other: str
    port: int
    token: str = ""
    asked: dict[str, dict[str, Any]] = field(factory=dict)
    count: int = 0
    answered: int = 0
    resumed: int = 0
    sent: list[str] = field(factory=list)
    edits: int = 0
    heard: dict[str, dict[int, str]] = field(factory=_by_room)
    read: dict[int, str] = field(factory=dict)
    own: list[int] = field(factory=list)
    seen: int = 0
    coming: int = 0
    gaps: dict[str, int] = field(factory=dict)
    stale: set[str] = field(factory=set)
    problems: list[str] = field(factory=list)
    is_over: bool = False
    is_resting: bool = False
    has_ended: bool = False
    may_hear_again: bool = False
    more: set[str] = field(factory=set)
    _writer: asyncio.StreamWriter | None = None

    @property
    def is_quiet(self) -> bool:
        """
        Whether it has said and read everything.
        """
        return self.is_over and not (self.asked or self.gaps or self.stale)

    def ask(self, request: str, **members: Any) -> None:
        """
        Send a request.
        """
        assert self._writer is not None
        data = json.dumps({"request": request, **members}).encode()
        with suppress(OSError):
            self._writer.write(data + b"\n")

    def rest(self) -> None:
        """
        Lose the connection, and stay away.
        """
        self.is_resting = True
        if self._writer is not None:
            self._writer.transport.abort()

    async def talk(self) -> None:
        """
        Talk until it is over, whatever becomes of the connection.
        """
        while not self.has_ended:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    await self._go_on(reader)
                finally:
                    self._writer.close()
                    await self._writer.wait_closed()
            await asyncio.sleep(0.02)
            while self.is_resting:  # noqa: ASYNC110  # until the kills are over
                await asyncio.sleep(0.02)

    async def _go_on(self, reader: asyncio.StreamReader) -> None:
        given: dict[str, Any] = {"name": self.nick}
        if self.token:
            given = {"token": self.token, "seen": self.seen, "last": self.gaps}
            self.may_hear_again = bool(self.gaps) or self.coming > 0
        else:
            join = {"request": "command", "name": "join", "args": {"room": ROOMS[1]}}
            self.asked["join"] = {**join, "label": "join"}
        self.ask("hello", label="hello", **given)
        for room in ROOMS:
            self.gaps.setdefault(room, max(self.heard[room], default=0))
        is_in = False
        while line := await reader.readuntil(b"\n"):
            told = json.loads(line)
            self._hear(told)
            if told.get("event") == "done" and told.get("label") == "hello":
                is_in = True
                for request in self.asked.values():
                    self.ask(**request)
                for room in self.stale:
                    self._read_again(room, min(self.heard[room], default=1) - 1)
            if told.get("event") == "done" and told.get("label") == "end":
                self.has_ended = True
                return
            if is_in:
                self.seen, self.coming = max(self.seen, self.coming), 0
            while is_in and not self.is_over and len(self.asked) < WINDOW:
                self._say_more()

    def _say_more(self) -> None:
        total = self.count + len(self.sent) + self.edits + 1
        if total % TELL == 0:
            label = f"{self.nick} to {self.other} {len(self.sent) + 1}"
            self.sent.append(label)
            request = {"request": "tell", "nick": self.other, "text": label}
        elif total % EDIT == 0 and self.own:
            self.edits += 1
            label = f"{self.nick} edits {self.edits}"
            number = self.own.pop()
            args = {"number": number, "text": f"{self.heard[ROOMS[1]][number]}, rather"}
            request = {"request": "command", "name": "edit", "args": args}
        else:
            self.count += 1
            label = f"{self.nick} {self.count}"
            request = {"request": "say", "text": label, "room": ROOMS[self.count % 2]}
        self.asked[label] = {**request, "label": label}
        self.ask(**self.asked[label])

    def _read_again(self, room: str, after: int) -> None:
        self.ask("history", room=room, after=after, count=200, label=f"again {room}")

    def _hear(self, told: dict[str, Any]) -> None:
        event, label = told.get("event"), told.get("label")
        if "error" in told:
            self.problems.append(f"{self.nick}: {told}")
        if event == "hello":
            self.more.clear()
            if self.token and not (told["is_resumed"] and told["is_whole"]):
                self.problems.append(f"{self.nick} is another session, or not whole")
            self.resumed += told["is_resumed"]
            self.token = told["token"]
        if event == "transcript":
            self._turn(told)
        self._note(told)
        if event == "done" and label == "hello":
            for room in set(self.gaps) - self.more:
                del self.gaps[room]
        if event == "done" and label in self.asked:
            del self.asked[label]
            self.answered += 1

    def _turn(self, page: dict[str, Any]) -> None:
        """
        Read a page, and ask for the next one.
        """
        room, lines = page["room"], page["lines"]
        is_known = page["kind"] != "missed"
        for each in lines:
            self._note(each["event"], is_known=is_known)
        if page["kind"] == "changed":
            if page["has_more"]:
                self.stale.add(room)
        elif page.get("label") == f"again {room}":
            if page["has_more"]:
                self._read_again(room, lines[-1]["number"])
            else:
                self.stale.discard(room)
        elif page["has_more"]:
            self.more.add(room)
            if lines:
                self.gaps[room] = lines[-1]["number"]
            self.ask("history", room=room, after=self.gaps[room], count=200)
        else:
            self.gaps.pop(room, None)

    def _note(self, told: dict[str, Any], *, is_known: bool = False) -> None:
        self.coming = max(self.coming, told.get("id", 0))
        match told.get("event"):
            case "said" if "label" in told:
                self._answer(told)
            case "said":
                room, number = told["room"], told["number"]
                if number in self.heard[room] and not (is_known or self.may_hear_again):
                    self.problems.append(f"{self.nick} heard {room} {number} twice")
                self.heard[room][number] = told["text"]
            case "edited":
                if told["number"] in self.heard[told["room"]]:
                    self.heard[told["room"]][told["number"]] = told["text"]
            case "told" if told["recipient"] == self.nick:
                if told["id"] in self.read and not self.may_hear_again:
                    self.problems.append(f"{self.nick} read {told['text']} twice")
                self.read[told["id"]] = told["text"]
            case "quit" | "left":
                self.problems.append(f"{self.nick} was told that {told['nick']} left")

    def _answer(self, told: dict[str, Any]) -> None:
        """
        Note a line of its own, which it may have read: an answer that was lost comes again.
        """
        room, number, text = told["room"], told["number"], told["text"]
        if text != told["label"]:
            self.problems.append(f"{self.nick} was answered {text} for {told['label']}")
        if number not in self.heard[room]:
            self.heard[room][number] = text
            if room == ROOMS[1]:
                self.own.append(number)


async def _read_rooms(port: int) -> dict[str, dict[int, str]]:
    """
    Return what the rooms heard, as a newcomer reads it.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = _by_room()

    async def ask(**request: Any) -> list[dict[str, Any]]:
        writer.write(json.dumps({**request, "label": "x"}).encode() + b"\n")
        answers: list[dict[str, Any]] = []
        while not answers or answers[-1].get("event") != "done" or "label" not in answers[-1]:
            answers.append(json.loads(await reader.readuntil(b"\n")))
        return answers

    await ask(request="hello", name="reader")
    for room in ROOMS:
        after, has_more = 0, True
        while has_more:
            pages = await ask(request="history", room=room, after=after, count=200)
            page = next(each for each in pages if each.get("kind") == "history")
            for line in page["lines"]:
                after = line["number"]
                if line["event"]["event"] == "said":
                    found[room][after] = line["event"]["text"]
            has_more = page["has_more"]
    writer.close()
    return found


async def _kill(
    server: Server, folder: Path, options: tuple[str, ...], port: str, talkers: list[Talker]
) -> Server:
    """
    Kill ``server``, and return the next one, when all who do not rest are back.
    """
    resumed = [each.resumed for each in talkers]
    server.process.kill()
    await asyncio.to_thread(server.process.wait)
    (folder / "log").unlink()
    listen = f"tcp:{port}:interface=127.0.0.1"
    again = await asyncio.to_thread(Server.start, folder, *options, listen)
    async with asyncio.timeout(WITHIN):
        # Nobody tells when they are back but they themselves.
        while any(  # noqa: ASYNC110
            each.token and not each.is_resting and each.resumed == before
            for each, before in zip(talkers, resumed, strict=True)
        ):
            await asyncio.sleep(0.01)
    return again


async def _run(
    folder: Path, kills: int, chance: random.Random
) -> tuple[list[Talker], dict[str, dict[int, str]]]:
    options = (*UNLIMITED, "--send-queue=0", "--listen")
    server = await asyncio.to_thread(Server.start, folder, *options, "tcp:0:interface=127.0.0.1")
    port = server.addresses[0]
    others = (*NICKS[1:], NICKS[0])
    talkers = [Talker(*each, int(port)) for each in zip(NICKS, others, strict=True)]
    tasks = [asyncio.create_task(each.talk()) for each in talkers]
    try:
        for number in range(kills):
            await asyncio.sleep(chance.uniform(*SPAN))
            if number % REST == REST - 2:
                chance.choice([each for each in talkers if each.token]).rest()
            server = await _kill(server, folder, options, port, talkers)
            if number % REST == REST - 1:
                for each in talkers:
                    each.is_resting = False
        for each in talkers:
            each.is_over, each.is_resting = True, False
        async with asyncio.timeout(2 * WITHIN):
            while not all(each.is_quiet for each in talkers):  # noqa: ASYNC110  # likewise
                await asyncio.sleep(0.01)
            for each in talkers:
                # Its answer is behind all that was told until then.
                each.ask("ping", label="end")
            await asyncio.gather(*tasks)
            rooms = await _read_rooms(int(port))
    finally:
        for task in tasks:
            task.cancel()
        server.kill()
    return talkers, rooms


def killed(folder: Path, kills: int, seed: int) -> list[str]:
    """
    Return what was wrong after so many kills, and print how much was said.
    """
    talkers, rooms = asyncio.run(_run(folder, kills, random.Random(seed)))
    problems = [problem for each in talkers for problem in each.problems]
    said = {
        room: [text.removesuffix(", rather") for text in lines.values()]
        for room, lines in rooms.items()
    }
    for each in talkers:
        asked = 1 + each.count + len(each.sent) + each.edits
        if each.answered != asked:
            problems.append(f"{each.nick} has {each.answered} answers for {asked} requests")
        for room, lines in rooms.items():
            numbers = [n + 1 for n in range(each.count) if ROOMS[(n + 1) % 2] == room]
            own = [text for text in said[room] if text.split()[0] == each.nick]
            if own != [f"{each.nick} {number}" for number in numbers]:
                problems.append(f"{each.nick} said {len(numbers)} lines in {room}, not {len(own)}")
            first = min(each.heard[room])
            if each.heard[room] != {n: text for n, text in lines.items() if n >= first}:
                problems.append(f"{each.nick} has missed something in {room}")
        (other,) = [one for one in talkers if one.other == each.nick]
        if sorted(each.read.values()) != sorted(other.sent):
            problems.append(f"{each.nick} read {len(each.read)} messages of {len(other.sent)}")
    sys.stdout.write(
        f"{sum(map(len, said.values()))} lines, {sum(each.edits for each in talkers)} edits, "
        f"{sum(len(each.sent) for each in talkers)} messages, {kills} kills\n"
    )
    return problems


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = killed(Path(made), int(sys.argv[1]), 1)
    sys.exit("\n".join(found[:20]) or 0)
