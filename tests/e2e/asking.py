"""
A program that asks a real server, in asyncio.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

# The last of so many lives is as long as 64 others.
_MORE = 6


def lives(
    chance: random.Random, span: tuple[float, float], kills: int, is_complete: Callable[[], bool]
) -> Iterator[float]:
    """
    Yield how many seconds each server is to live until it is killed: as many as ``kills``.

    On a busy machine, in which little comes to be in so short a time, there are a few more, each
    twice as long, until there was some of everything.

    Args:
        span: at least and at most.
        is_complete: returns whether there was.
    """
    for _ in range(kills):
        yield chance.uniform(*span)
    for more in range(1, _MORE + 1):
        if is_complete():
            return
        yield chance.uniform(*span) * 2**more


async def until_killed(doing: Awaitable[None]) -> None:
    """
    Wait until that is done, or the server is killed.
    """
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        await doing


@contextlib.asynccontextmanager
async def program(port: int, source: str = "127.0.0.1") -> AsyncIterator[Any]:
    """
    Connect a program, and yield what asks for something and returns what came up to the answer.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    label = 0

    async def ask(**request: Any) -> list[dict[str, Any]]:
        nonlocal label
        label += 1
        writer.write(json.dumps({**request, "label": str(label)}).encode() + b"\n")
        answers: list[dict[str, Any]] = []
        while True:
            told = json.loads(await reader.readuntil(b"\n"))
            answers.append(told)
            is_last = "error" in told or told.get("event") == "done"
            if is_last and told.get("label") == str(label):
                return answers

    try:
        yield ask
    finally:
        writer.close()
