"""
The client of `websockets`, in every mode that it has, at a real server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from harness import UNLIMITED, WITHIN, Server
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server.start(tmp_path_factory.mktemp("chat"), *UNLIMITED, "--port=0")
    try:
        yield started
    finally:
        started.kill()


@contextmanager
def client(server: Server, name: str, **options: Any) -> Iterator[ClientConnection]:
    """
    Connect a client that has said hello.
    """
    given = {"subprotocols": ["chat.json"], "open_timeout": WITHIN, **options}
    with connect(f"ws://127.0.0.1:{server.address}/ws", **given) as opened:
        ask(opened, "hello", name=name, label="hello")
        until_done(opened, "hello")
        yield opened


def ask(opened: ClientConnection, request: str, **members: Any) -> None:
    opened.send(json.dumps({"request": request, **members}))


def until_done(opened: ClientConnection, label: str) -> list[dict[str, Any]]:
    """
    Return what comes until the request with this label is answered.
    """
    found: list[dict[str, Any]] = []
    while True:
        found.append(json.loads(opened.recv(WITHIN)))
        if found[-1].get("label") == label and found[-1].get("event", "done") == "done":
            return found


@pytest.mark.parametrize("subprotocols", [["chat.json"], ["other", "chat.json"], None])
@pytest.mark.parametrize("compression", ["deflate", None])
def test_a_client_talks_whatever_it_offers(
    server: Server, compression: str | None, subprotocols: list[str] | None
) -> None:
    options = {"compression": compression, "subprotocols": subprotocols}
    with client(server, "ada", **options) as opened:
        assert opened.protocol.extensions == []
        assert opened.subprotocol == ("chat.json" if subprotocols else None)
        ask(opened, "say", text="x" * 9000, label="s")
        said = next(each for each in until_done(opened, "s") if each["event"] == "said")
        assert said["text"] == "x" * 9000
        ask(opened, "bye")


def test_a_client_sends_in_parts_and_as_binary_and_pings(server: Server) -> None:
    with client(server, "bob") as opened:
        opened.send(iter(['{"request":"say",', '"text":"in', ' parts",', '"label":"1"}']))
        assert [each["text"] for each in until_done(opened, "1")[:-1]] == ["in parts"]
        opened.send('{"request":"say","text":"Grüße","label":"2"}'.encode())
        assert [each["text"] for each in until_done(opened, "2")[:-1]] == ["Grüße"]
        for data in (b"", b"x" * 125):
            assert opened.ping(data).wait(WITHIN)
        ask(opened, "bye")


@pytest.mark.parametrize("code", [1000, 1001, 4999])
def test_a_client_that_closes_is_answered_and_may_come_back(server: Server, code: int) -> None:
    name = f"cleo{code}"
    with client(server, name) as opened:
        opened.close(code, "the page is left")
        assert (opened.close_code, opened.protocol.close_sent is not None) == (code, True)
    with client(server, f"dora{code}") as other:
        ask(other, "who", label="w")
        (who, _) = until_done(other, "w")
        assert {"nick": name, "is_away": True, "is_bot": False} in who["members"]
        ask(other, "bye")


def test_what_is_too_large_is_refused_and_what_is_far_too_large_closes(server: Server) -> None:
    with client(server, "eve") as opened:
        ask(opened, "say", text="x" * 20000, label="s")
        refused = json.loads(opened.recv(WITHIN))
        assert refused["error"] == "message-too-long"
        ask(opened, "ping", label="p")
        until_done(opened, "p")
        ask(opened, "say", text="x" * 100_000, label="s")
        with pytest.raises(ConnectionClosed):
            until_done(opened, "s")
        assert opened.close_code == 1009


def test_a_client_of_another_site_is_refused(server: Server) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        client(server, "x", origin="https://evil.example"),
    ):
        pass
    assert refused.value.response.status_code == 403
