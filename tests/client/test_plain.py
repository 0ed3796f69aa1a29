"""
The plain front: lines in, lines out.
"""

import asyncio
import io

import pytest
from shared_client import PLAIN, MemoryWire, come
from shared_json import Programs

from twisted_chat.client.errors import NotConnected, NotLoggedIn
from twisted_chat.client.net.link import Link
from twisted_chat.client.plain import Plain
from twisted_chat.client.show.line import Kind, Line
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation


def run(here: Programs, typed: str, monkeypatch: pytest.MonkeyPatch, name: str = "bob") -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    async def opens() -> MemoryWire:
        return MemoryWire(here)

    async def story() -> None:
        talk = Conversation(Identity(name), can_ask=False)
        front = Plain(talk, PLAIN)
        await front.run(Link(talk, opens, front.show))

    asyncio.run(story())


def test_each_line_of_a_pipe_is_said_and_at_its_end_the_user_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Programs()
    ada = come(here, "ada")
    run(here, "hello\n/me waves\n/topicc\n", monkeypatch)
    assert capsys.readouterr().out.splitlines() == [
        "You are in #lobby as bob with ada.",
        "bob: hello",
        "* bob waves",
        "! No such command: /topicc. Did you mean /topic?",
        "Goodbye, bob.",
    ]
    assert ada.reads() == [
        "* bob has joined #lobby", "bob: hello", "* bob waves", "* bob has left the chat",
    ]  # fmt: skip


def test_a_name_that_is_refused_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Programs()
    come(here, "ada")
    with pytest.raises(NotLoggedIn, match="The name ada is taken"):
        run(here, "hello\n", monkeypatch, name="ada")


def test_quit_ends_it_before_the_input_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(Programs(), "/quit tea\nnot said\n", monkeypatch)
    assert capsys.readouterr().out.splitlines()[-1] == "Goodbye, bob."


def test_a_bell_rings_where_it_is_wished(capsys: pytest.CaptureFixture[str]) -> None:
    front = Plain(Conversation(Identity("ada")), PLAIN, "bell")
    front.show([Line(Kind.TALK, 0, "hi ada", nick="bob", rings=True)])
    assert capsys.readouterr().out == "bob: hi ada\n\a"


def test_where_no_server_is_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    async def opens() -> MemoryWire:
        raise NotConnected("Nobody there.")

    async def story() -> None:
        talk = Conversation(Identity("ada"))
        front = Plain(talk, PLAIN)
        await front.run(Link(talk, opens, front.show))

    with pytest.raises(NotConnected, match="Nobody there"):
        asyncio.run(story())
