"""
Programs that talk while connections are lost, and the server is killed again and again.

Each says numbered lines in two rooms, edits some, and writes some to another one alone, each under
a label.  After a kill it comes back with its token and the largest id that it was told, and asks
again for what it has no answer for; now and then one stays away over two kills.  Between two kills
connections are lost while requests run: one that the server is told is lost, or one that it still
believes in when its program is back.  In the end every line must have been said once, and heard
once by everybody, in the order of the room and as it was edited; and every message read once by
whom it was for.

``PYTHONPATH=tests/e2e python tests/e2e/json_kill.py 200`` kills so often.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from harness import STARTS_WITHIN, UNLIMITED, Server
from talker import ROOMS, Talker, by_room

NICKS = ("ada", "bob", "cleo")
#: Seconds between two kills, at least and at most.
SPAN = (0.05, 0.6)
#: Connections that are lost between two kills, at most, and seconds between two of them.
LOST, APART = 3, (0.02, 0.15)
#: Seconds until all have read everything; a room of which too much was changed is read again.
ENDS_WITHIN = 120.0
#: Of so many kills, one and the next are those over which a program stays away.
REST = 4


async def _read_rooms(port: int) -> dict[str, dict[int, str]]:
    """
    Return what the rooms heard, as a newcomer reads it.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = by_room()

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
    async with asyncio.timeout(STARTS_WITHIN):
        # Nobody tells when they are back but they themselves.
        while any(  # noqa: ASYNC110
            each.token and not each.is_resting and each.resumed == before
            for each, before in zip(talkers, resumed, strict=True)
        ):
            await asyncio.sleep(0.01)
    return again


async def _end(talkers: list[Talker]) -> None:
    """
    Wait until all have heard everything, and have them end.
    """
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            while not all(each.is_quiet for each in talkers):  # noqa: ASYNC110  # likewise
                await asyncio.sleep(0.01)
    except TimeoutError:
        for each in talkers:
            waits = f"{list(each.asked)[:3]}, {each.gaps} and {each.stale}"
            each.problems.append(f"{each.nick} still waits for {waits}")
    for each in talkers:
        # Its answer is behind all that was told until then.
        each.ask("ping", label="end")


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
            for _ in range(chance.randint(0, LOST)):
                await asyncio.sleep(chance.uniform(*APART))
                chance.choice(talkers).lose(is_told=chance.random() < 0.5)
            await asyncio.sleep(chance.uniform(*SPAN))
            if number % REST == REST - 2:
                chance.choice([each for each in talkers if each.token]).rest()
            server = await _kill(server, folder, options, port, talkers)
            if number % REST == REST - 1:
                for each in talkers:
                    each.is_resting = False
        for each in talkers:
            each.is_over, each.is_resting = True, False
        await _end(talkers)
        async with asyncio.timeout(ENDS_WITHIN):
            await asyncio.gather(*tasks)
        rooms = await _read_rooms(int(port))
    finally:
        for task in tasks:
            task.cancel()
        server.kill()
    return talkers, rooms


def _counted(found: list[str], expected: list[str]) -> tuple[int, int]:
    """
    Return how many of ``expected`` are missing in ``found``, and how many are there too often.
    """
    there, wanted = Counter(found), Counter(expected)
    return (wanted - there).total(), (there - wanted).total()


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
    lost = doubled = 0
    for each in talkers:
        asked = 1 + each.count + len(each.sent) + each.edits
        if each.answered != asked:
            problems.append(f"{each.nick} has {each.answered} answers for {asked} requests")
        (other,) = [one for one in talkers if one.other == each.nick]
        pairs = [(sorted(each.read.values()), sorted(other.sent))]
        for room, lines in rooms.items():
            numbers = [n + 1 for n in range(each.count) if ROOMS[(n + 1) % 2] == room]
            own = [text for text in said[room] if text.split()[0] == each.nick]
            pairs.append((own, [f"{each.nick} {number}" for number in numbers]))
            first = min(each.heard[room])
            if each.heard[room] != {n: text for n, text in lines.items() if n >= first}:
                problems.append(f"{each.nick} has missed something in {room}")
        for found, expected in pairs:
            if found != expected:
                problems.append(f"{each.nick}: {len(found)} lines or messages of {len(expected)}")
            missing, again = _counted(found, expected)
            lost, doubled = lost + missing, doubled + again
    running = [count for each in talkers for count in each.running]
    if not running:
        problems.append("no connection was lost while requests ran")
    sys.stdout.write(
        f"{sum(map(len, said.values()))} lines, {sum(each.edits for each in talkers)} edits, "
        f"{sum(len(each.sent) for each in talkers)} messages, {kills} kills, {len(running)} lost "
        f"connections with {sum(running)} requests that ran; {lost} lost, {doubled} doubled\n"
    )
    return problems


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = killed(Path(made), int(sys.argv[1]), 1)
    sys.exit("\n".join(found[:20]) or 0)
