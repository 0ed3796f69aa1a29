"""
The wire: messages as lines and as frames, over real sockets of this machine.
"""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import pytest
from cuts import cut
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from twisted_chat.client.errors import NotConnected
from twisted_chat.client.net.address import parse
from twisted_chat.client.net.wire import Lines, Wire, connect, encoded

Story = Callable[[Wire], Awaitable[None]]


def over_lines(serving: Callable[..., Awaitable[None]], story: Story) -> None:
    async def run() -> None:
        server = await asyncio.start_server(serving, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            wire = await connect(parse(f"127.0.0.1:{port}"), None)
            await story(wire)
            await wire.close()

    asyncio.run(run())


def test_lines_are_read_however_they_are_cut() -> None:
    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert json.loads(await reader.readline()) == {"request": "hello", "name": "ä"}
        for piece in (b'{"event": "a"}\n{"ev', b'ent": "b"}\nno json\n{"event"', b': "c"}\n'):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def story(wire: Wire) -> None:
        wire.write({"request": "hello", "name": "ä"})
        found = []
        while messages := await wire.read():
            found += messages
        assert [each["event"] for each in found] == ["a", "b", "c"]
        # Nothing happens then.
        wire.write({"request": "ping"})

    over_lines(serving, story)


@given(st.lists(st.integers(0, 200), max_size=8))
@settings(deadline=None)
def test_lines_are_the_same_however_small_the_pieces_are(places: list[int]) -> None:
    stream = '{"event": "größe"}\n\n{"event": "b"}\n{"event": "c", "text": "太郎"}\n{"ev'.encode()

    async def run() -> list[dict[str, object]]:
        lines = Lines()
        for piece in cut(stream, places):
            buffer = lines.get_buffer(-1)
            buffer[: len(piece)] = piece
            lines.buffer_updated(len(piece))
        return await lines.read()

    assert [each["event"] for each in asyncio.run(run())] == ["größe", "b", "c"]


def test_more_than_is_taken_is_not_read_for_ever() -> None:
    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(5000):
            writer.write(b'{"n": %d}\n' % number)
        await writer.drain()
        writer.close()

    async def story(wire: Wire) -> None:
        numbers = []
        while messages := await wire.read():
            numbers += [each["n"] for each in messages]
        assert numbers == list(range(5000))

    over_lines(serving, story)


def test_a_peer_that_is_gone_without_a_word_is_noticed() -> None:
    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def story(wire: Wire) -> None:
        connection = wire._transport.get_extra_info("socket")  # type: ignore[attr-defined]
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30

    over_lines(serving, story)


def test_frames_carry_the_same() -> None:
    async def serving(connection: ServerConnection) -> None:
        assert json.loads(await connection.recv()) == {"request": "hello"}
        await connection.send('{"event": "a"}')
        await connection.send("no json")
        await connection.send(b'{"event": "b"}')

    async def run() -> None:
        async with serve(serving, "127.0.0.1", 0, subprotocols=["chat.json"]) as server:
            port = server.sockets[0].getsockname()[1]
            wire = await connect(parse(f"ws://127.0.0.1:{port}"), None)
            wire.write({"request": "hello"})
            found = []
            while messages := await wire.read():
                found += messages
            assert [each["event"] for each in found] == ["a", "b"]
            await wire.close()

    asyncio.run(run())


def test_a_websocket_that_is_no_chat_is_refused() -> None:
    async def serving(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async def run() -> None:
        async with serve(serving, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(NotConnected, match="not a chat") as refused:
                await connect(parse(f"ws://127.0.0.1:{port}"), None)
            assert refused.value.is_final

    asyncio.run(run())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_server_that_sends_elsewhere_is_refused(status: int) -> None:
    came: list[str] = []

    async def serving(connection: ServerConnection) -> None:
        came.append("elsewhere")
        await connection.wait_closed()

    async def run() -> None:
        async with serve(serving, "127.0.0.1", 0, subprotocols=["chat.json"]) as other:
            there = other.sockets[0].getsockname()[1]

            def redirect(connection: ServerConnection, request: Request) -> Response:
                response = connection.respond(HTTPStatus(status), "")
                response.headers["Location"] = f"ws://127.0.0.1:{there}/ws"
                return response

            async with serve(serving, "127.0.0.1", 0, process_request=redirect) as server:
                port = server.sockets[0].getsockname()[1]
                with pytest.raises(NotConnected, match=f"is not a chat .*{status}") as refused:
                    await connect(parse(f"ws://127.0.0.1:{port}"), None)
                assert refused.value.is_final
        assert came == []

    asyncio.run(run())


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_proxy_whose_server_starts_again_is_tried_again(status: int) -> None:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(HTTPStatus(status), "")

    async def serving(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async def run() -> None:
        async with serve(serving, "127.0.0.1", 0, process_request=refuse) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(NotConnected, match=rf"cannot be reached \(HTTP {status}") as found:
                await connect(parse(f"ws://127.0.0.1:{port}"), None)
            assert not found.value.is_final

    asyncio.run(run())


def test_a_server_that_ends_within_the_handshake_is_tried_again() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(NotConnected) as found:
                await connect(parse(f"ws://127.0.0.1:{port}"), None)
            assert not found.value.is_final

    asyncio.run(run())


def test_where_no_server_is_the_sentence_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotConnected, match=rf"^127\.0\.0\.1:{port} cannot be reached \(.*\)\.$"):
        asyncio.run(connect(parse(f"127.0.0.1:{port}"), None))


def test_half_a_character_is_sent_as_a_question_mark() -> None:
    assert encoded({"text": "a\ud800\nb"}) == '{"text":"a?\\nb"}'
