"""
What is done for a request ends with it, also on asyncio's reactor, which keeps contexts.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Iterator

import pytest
from harness import WITHIN, Server, running

# More than may be said at once: the rest is done by timers.
LINES = 40


@pytest.fixture(scope="module", params=["", "asyncio"], ids=["default reactor", "asyncio"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("reactor")
    options = ("--port=0", "--rate=20", "--burst=10", "--doors=line,web,json,ssh,irc")
    with running(folder, *options, reactor=request.param) as started:
        yield started


@contextlib.contextmanager
def client(server: Server) -> Iterator[Callable[..., list[str]]]:
    """
    Connect, and yield what says lines at once and returns what comes up to ``last``.
    """
    with (
        socket.create_connection(("127.0.0.1", int(server.address)), WITHIN) as connection,
        connection.makefile("r", encoding="utf-8", newline="\n") as came,
    ):

        def says(*lines: str, last: str) -> list[str]:
            connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
            found = [""]
            while last not in found[-1]:
                found.append(came.readline())
                assert found[-1], "the server closed the connection"
            return found[1:]

        yield says


def test_a_label_is_on_the_replies_to_its_request_alone(server: Server) -> None:
    lines = [
        {"request": "say", "text": "first", "label": "first"},
        *({"request": "say", "text": f"line {number}"} for number in range(LINES)),
        {"request": "ping", "label": "last"},
    ]
    with client(server) as says:
        says('{"request": "hello", "name": "robot", "label": "in"}', last='"done"')
        replies = [json.loads(each) for each in says(*map(json.dumps, lines), last='"last"')]
    told = [(each.get("text"), each.get("label")) for each in replies if each["event"] == "said"]
    assert told == [("first", "first"), *((f"line {number}", None) for number in range(LINES))]


def test_a_client_of_irc_is_told_what_it_says_by_a_command_alone(server: Server) -> None:
    lines = ["ME grins", *(f"PRIVMSG #lobby :line {number}" for number in range(LINES))]
    with client(server) as says:
        says("NICK tina", "USER tina 0 * :tina", "JOIN #lobby", last=" 366 ")
        replies = says(*lines, "PING last", last=" PONG ")
    told = [line for line in replies if line.startswith(":tina!") and " PRIVMSG " in line]
    assert told == [":tina!~u@chat PRIVMSG #lobby :\x01ACTION grins\x01\r\n"]
