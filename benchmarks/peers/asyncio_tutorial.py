"""
A chat server as every tutorial of asyncio's streams shows it.

For each recipient of a line there is a task that writes and drains.

Run by path, with the port to listen on.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

members: dict[asyncio.StreamWriter, None] = {}
tasks: set[asyncio.Task[None]] = set()


async def send(writer: asyncio.StreamWriter, data: bytes) -> None:
    """
    Send to one member, and wait until their buffer has room.
    """
    with contextlib.suppress(ConnectionError):
        writer.write(data)
        await writer.drain()


def broadcast(data: bytes, but: asyncio.StreamWriter) -> None:
    """
    Send to all members without one.
    """
    for member in members:
        if member is not but:
            task = asyncio.create_task(send(member, data))
            # The loop itself keeps only weak references to tasks.
            tasks.add(task)
            task.add_done_callback(tasks.discard)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """
    Serve one connection.
    """
    try:
        writer.write(b"Enter your name: ")
        name = (await reader.readline()).strip()
        members[writer] = None
        writer.write(b"Welcome.\r\n")
        while line := await reader.readline():
            broadcast(name + b": " + line.rstrip() + b"\r\n", writer)
    except ConnectionError:
        pass
    finally:
        members.pop(writer, None)
        writer.close()


async def main(port: int) -> None:
    """
    Listen and serve until killed.
    """
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
