"""
A link: connects again and again, with growing pauses, until the conversation is over.
"""

import asyncio
from itertools import islice
from typing import Any

import pytest
from attrs import define, field
from shared_client import rows

from twisted_chat.client.errors import NotConnected
from twisted_chat.client.net import link as module
from twisted_chat.client.net.link import LONGEST_PAUSE, Link, pauses
from twisted_chat.client.show.line import Line
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation

HELLO = {
    "event": "hello", "at": 0, "nick": "ada", "account": "", "token": "t", "is_resumed": False,
    "max_message": 16384,
}  # fmt: skip


def test_pauses_grow_to_a_limit_and_differ() -> None:
    assert list(islice(pauses(lambda: 1.0), 9)) == [0.5, 1, 2, 4, 8, 16, 32, LONGEST_PAUSE, 60]
    assert list(islice(pauses(lambda: 0.0), 3)) == [0.25, 0.5, 1.0]
    assert len(set(islice(pauses(), 20))) == 20


@define(eq=False)
class Scripted:
    """
    A wire on which these messages come; then the connection is lost.
    """

    comes: list[list[dict[str, Any]]]
    sent: list[dict[str, Any]] = field(factory=list)
    is_closed: bool = False

    async def read(self) -> list[dict[str, Any]]:
        return self.comes.pop(0) if self.comes else []

    def write(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def close(self) -> None:
        self.is_closed = True


def run(wires: list[Scripted | NotConnected], **how: Any) -> tuple[list[str], Conversation]:
    shown: list[Line] = []
    talk = Conversation(Identity("ada"))
    left = list(wires)

    async def opens() -> Scripted:
        wire = left.pop(0)
        if isinstance(wire, NotConnected):
            raise wire
        return wire

    link = Link(talk, opens, shown.extend, **how)
    # No test waits for a pause.
    link.hurry()
    asyncio.run(link.run())
    return rows(shown), talk


def test_a_connection_that_is_lost_is_made_again_and_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    closed = {"event": "closed", "at": 0, "cause": "quit", "nick": "ada"}
    first = Scripted([[HELLO]])
    last = Scripted([[{**HELLO, "is_resumed": True}], [closed]])
    heard: list[dict[str, Any]] = []
    shown, talk = run([first, NotConnected("no"), NotConnected("no"), last], hear=heard.append)
    assert shown == [
        "- The connection is lost; connecting again ...",
        "- Connected again.",
        "Goodbye, ada.",
    ]
    assert first.sent[0]["name"] == "ada"
    assert last.sent[0]["token"] == "t"
    assert first.is_closed
    assert last.is_closed
    assert [each["event"] for each in heard] == ["hello", "hello", "closed"]
    assert talk.is_over


def test_the_first_connection_has_to_succeed() -> None:
    with pytest.raises(NotConnected, match="no"):
        run([NotConnected("no")])


def test_what_closes_the_connection_at_once_is_no_chat() -> None:
    with pytest.raises(NotConnected, match="it may be no chat"):
        run([Scripted([])])


@define(eq=False)
class Silent(Scripted):
    """
    A wire on which nothing more comes, and that stays open.
    """

    async def read(self) -> list[dict[str, Any]]:
        if not self.comes:
            await asyncio.Event().wait()
        return await super().read()


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELLO_WITHIN", 0.01)
    with pytest.raises(NotConnected, match="does not answer; it may be no chat"):
        run([Silent([])])


def test_a_server_that_hangs_is_asked_whether_it_is_there_and_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("FIRST_PAUSE", "PING_AFTER", "ANSWER_WITHIN"):
        monkeypatch.setattr(module, name, 0.01)
    closed = {"event": "closed", "at": 0, "cause": "quit", "nick": "ada"}
    hanging = Silent([[HELLO]])
    shown, _ = run([hanging, Scripted([[{**HELLO, "is_resumed": True}], [closed]])])
    assert hanging.sent[-1]["request"] == "ping"
    assert "- The connection is lost; connecting again ..." in shown
    assert shown[-1] == "Goodbye, ada."


def test_a_server_that_closes_each_connection_is_left_alone_for_longer_and_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[float] = []
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)

    async def wait(_: Link, seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(Link, "_wait", wait)
    closed = {"event": "closed", "at": 0, "cause": "quit", "nick": "ada"}
    run([*(Scripted([[HELLO]]) for _ in range(5)), Scripted([[HELLO], [closed]])])
    assert taken == sorted(taken)
    assert taken[-1] >= 0.008
    # Of one that was steady, a restart is seen soon.
    taken.clear()
    monkeypatch.setattr(module, "STEADY", -1.0)
    run([*(Scripted([[HELLO]]) for _ in range(5)), Scripted([[HELLO], [closed]])])
    assert max(taken) <= 0.001


def test_a_script_does_not_come_back() -> None:
    with pytest.raises(NotConnected, match=r"^The connection was lost\.$"):
        run([Scripted([[HELLO]])], comes_back=False)


def test_why_it_ends_is_raised() -> None:
    idle = {"event": "closed", "at": 0, "cause": "idle", "nick": "ada"}
    with pytest.raises(NotConnected, match="idle for too long"):
        run([Scripted([[HELLO, idle]])])


def test_leaving_waits_for_the_farewell() -> None:
    async def story() -> None:
        talk = Conversation(Identity("ada"))
        farewell = asyncio.Event()

        class Waiting(Scripted):
            async def read(self) -> list[dict[str, Any]]:
                if not self.comes:
                    await farewell.wait()
                    return [{"event": "closed", "at": 0, "cause": "quit", "nick": "ada"}]
                return await super().read()

        wire = Waiting([[HELLO]])

        async def opens() -> Scripted:
            return wire

        connected = asyncio.Event()
        link = Link(talk, opens, lambda _: connected.set() if talk.is_connected else None)
        running = asyncio.ensure_future(link.run())
        await connected.wait()
        leaving = asyncio.ensure_future(link.leave())
        await asyncio.sleep(0)
        assert wire.sent[-1]["request"] == "bye"
        assert not running.done()
        farewell.set()
        await leaving
        await running

    asyncio.run(story())
