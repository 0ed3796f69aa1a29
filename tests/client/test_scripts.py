"""
One-shot commands, with a server in memory.
"""

import asyncio
import io
import json
from typing import Any

import pytest
from shared_client import PLAIN, MemoryWire, Talker, come
from shared_json import Programs

from twisted_chat.client.errors import NotConnected, Refused, UsageError
from twisted_chat.client.net.link import Link
from twisted_chat.client.options import read
from twisted_chat.client.scripts import Script
from twisted_chat.client.show.line import Kind, Line
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation


def run(
    here: Programs,
    line: str,
    *,
    name: str = "script",
    identity: Identity | None = None,
    until: int = 0,
    act: Any = None,
    leave: bool = False,
) -> list[str]:
    """
    Run a command, and return the rows that it writes.

    Args:
        until: so many rows are awaited of one that would go on for ever.
        act: is called when it follows.
        leave: it is ended as by a signal.
    """
    rows: list[str] = []
    wire = MemoryWire(here)

    async def opens() -> MemoryWire:
        return wire

    async def story() -> None:
        enough = asyncio.Event()

        def write(row: str) -> None:
            rows.append(row)
            if len(rows) == until:
                enough.set()

        talk = Conversation(identity or Identity(name), can_ask=False)
        script = Script(talk, read(["h", *line.split(" ")]), PLAIN, write)
        link = Link(talk, opens, script.show, script.hear, comes_back=False)
        running = asyncio.ensure_future(script.run(link))
        if not until:
            await running
            return
        while act is not None and script._held is not None:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0)  # it tells nobody
        if act is not None:
            act()
            wire.wake()
        await enough.wait()
        if leave:
            await link.leave()
        running.cancel()

    asyncio.run(story())
    return rows


def test_a_text_is_said_in_a_room_and_the_script_is_gone() -> None:
    here = Programs()
    ada = come(here, "ada")
    assert run(here, "send #Lobby hello  there") == []
    assert ada.reads() == [
        "* script has joined #lobby", "script: hello  there", "* script has left the chat",
    ]  # fmt: skip
    assert run(here, "msg ada psst") == []
    assert "[script -> you] psst" in ada.reads()


def test_text_on_stdin_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Programs()
    ada = come(here, "ada")
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n\n  two\n"))
    run(here, "send lobby")
    assert ada.reads()[1:4] == ["script: one", "  | ", "  |   two"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(UsageError, match="There is no text to be sent"):
        run(here, "send lobby")


def test_a_room_that_is_not_there_is_not_made() -> None:
    here = Programs()
    with pytest.raises(Refused, match="There is no room #attic"):
        run(here, "send attic hi")
    with pytest.raises(Refused, match="Nobody here is called bob"):
        run(here, "msg bob hi")
    with pytest.raises(Refused, match="A message may have at most 15872 bytes; nothing was sent"):
        run(here, f"send lobby {'x' * 16000}")


def test_lines_are_shown_and_as_objects_too() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.types("/join dev")
    for number in range(7):
        ada.types(f"line {number}")
    assert run(here, "tail dev -n 2") == ["ada: line 5", "ada: line 6"]
    assert run(here, "history DEV")[-7:] == [f"ada: line {number}" for number in range(7)]
    (said,) = [json.loads(row) for row in run(here, "tail dev --json -n 1")]
    assert (said["event"], said["nick"], said["text"]) == ("said", "ada", "line 6")


def test_reading_a_room_needs_no_visit() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.types("/join dev")
    ada.types("hi")
    ada.reads()
    assert run(here, "who dev") == ["In #dev: ada."]
    assert run(here, "history DEV") == ["ada: hi"]
    assert run(here, "tail dev") == ["ada: hi"]
    # In the room nobody was told anything.
    told = "* script has joined #lobby", "* script has left the chat"
    assert {row.removeprefix("#lobby ") for row in ada.reads()} == set(told)
    with pytest.raises(Refused, match="There is no room #attic"):
        run(here, "who attic")


def test_a_script_leaves_the_users_window_as_it_was() -> None:
    here = Programs()
    bob = come(here, "bob")
    bob.types("/join attic")
    ada = come(here, "ada")
    ada.types("/join dev")
    ada.types("/register")
    ada.answers("correct horse")
    ada.answers("correct horse")
    ada.types("/join lobby")
    bob.types("/join lobby")
    bob.types("is read by nobody")
    bob.types("/join attic")
    bob.reads()
    token = ada.talk.token
    for line in ("send attic hi", "send dev hi", "tail attic", "who attic", "history lobby"):
        run(here, line, identity=Identity("ada", token, resumes=False))
        ada.reads()
        rooms = ada.talk.rooms
        assert (rooms.current, sorted(rooms.unread)) == ("lobby", ["dev"]), line
    assert bob.reads() == ["* ada has joined #attic", "ada: hi", "* ada has left #attic"]
    # The next window begins where the last one was, and knows what was not read.
    ada.is_cut_off()
    ada.comes()
    assert ada.talk.rooms.current == "lobby"
    later = Talker(here, Conversation(Identity("ada", token, resumes=False)))
    assert sorted(later.talk.rooms.names) == ["dev", "lobby"]
    later.types("here?")
    assert ada.reads()[-1] == "ada: here?"


def test_a_room_that_was_followed_is_left() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.types("/join dev")
    ada.types("before")
    run(here, "tail dev -f", until=2, act=lambda: ada.types("now"), leave=True)
    assert "* script has left #dev" in ada.reads()


def test_a_long_history_is_read_page_by_page() -> None:
    here = Programs()
    ada = come(here, "ada")
    for number in range(450):
        ada.types(f"line {number}")
    assert run(here, "history lobby -n 430") == [
        f"ada: line {number}" for number in range(20, 450)
    ]


def test_a_room_is_followed() -> None:
    here = Programs()
    ada = come(here, "ada")
    ada.types("/join dev")
    ada.types("before")

    def act() -> None:
        ada.types("now")
        ada.types("/join lobby")
        ada.types("elsewhere")
        ada.types("/join dev")
        ada.types("/me waves")

    assert run(here, "tail dev -f", until=3, act=act) == ["ada: before", "ada: now", "* ada waves"]
    rows = run(here, "tail dev -f --json -n 1", name="other", until=3, act=act)
    told = [json.loads(row) for row in rows]
    assert [(each["event"], each.get("text")) for each in told] == [
        ("acted", "waves"), ("said", "now"), ("acted", "waves"),
    ]  # fmt: skip


def test_what_is_said_while_the_history_is_read_is_shown_once() -> None:
    rows: list[str] = []
    talk = Conversation(Identity("x"))
    script = Script(talk, read(["h", "tail", "dev", "-f"]), PLAIN, rows.append)
    script._followed, script._shown = "dev", 7
    for number in (7, 8):
        script.show([Line(Kind.TALK, 0, f"line {number}", nick="bob", room="dev", number=number)])
    assert rows == []
    script._go_on()
    script.show([Line(Kind.NEWS, 0, "bob pinned 3", room="dev")])
    script.show([Line(Kind.TALK, 0, "elsewhere", nick="bob", room="tea", number=9)])
    assert rows == ["bob: line 8", "* bob pinned 3"]


def test_who_and_rooms_are_listed() -> None:
    here = Programs()
    come(here, "ada")
    assert run(here, "who") == ["In #lobby: ada, script."]
    assert run(here, "who lobby") == ["In #lobby: ada, script."]
    assert run(here, "rooms") == ["#lobby: 2 people"]
    (told,) = [json.loads(row) for row in run(here, "rooms --json")]
    assert told["event"] == "rooms"
    assert "label" not in told


class OddWire:
    """
    Carries answers of a server that makes mistakes.
    """

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        self._answers = answers
        self._here = asyncio.Queue[list[dict[str, Any]]]()

    async def read(self) -> list[dict[str, Any]]:
        return await self._here.get()

    def write(self, message: dict[str, Any]) -> None:
        if message["request"] == "hello":
            answers = [HELLO]
        elif message["request"] == "bye":
            answers = []
        else:
            answers = [*self._answers, {"event": "done"}]
        self._here.put_nowait([{**each, "label": message.get("label")} for each in answers])

    async def close(self) -> None:
        self._here.put_nowait([])


HELLO = {
    "event": "hello", "at": 0, "nick": "script", "account": "", "token": "t", "is_resumed": False,
    "max_message": 16384,
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("rooms", {"event": "rooms", "at": 0}),
        ("rooms", {"event": "rooms", "at": 0, "rooms": ["den"], "more": 0}),
        ("who", {"event": "who", "at": 0, "room": "den", "members": 7, "more": 0}),
        ("history den", {"event": "transcript", "at": 0, "lines": [{}], "has_more": False}),
        ("history den", {"event": "transcript", "at": 0, "lines": 7}),
        ("tail den --json", {"event": "transcript", "at": 0, "lines": [[]], "has_more": False}),
    ],
)
def test_an_answer_that_is_not_as_it_should_be_is_one_sentence(
    line: str, answer: dict[str, Any]
) -> None:
    async def opens() -> OddWire:
        return OddWire([answer])

    async def story() -> None:
        talk = Conversation(Identity("script"), can_ask=False)
        script = Script(talk, read(["h", *line.split(" ")]), PLAIN, print)
        await script.run(Link(talk, opens, script.show, script.hear, comes_back=False))

    with pytest.raises(NotConnected, match="sent a message that is not understood"):
        asyncio.run(story())


def test_no_character_of_json_moves_a_cursor() -> None:
    rows: list[str] = []
    talk = Conversation(Identity("x"))
    script = Script(talk, read(["h", "tail", "dev", "--json"]), PLAIN, rows.append)
    script._show_json({"text": "\x1b[2J\x7f\x9b太"})
    assert rows == [r'{"text": "\u001b[2J\u007f\u009b\u592a"}']


def test_a_lost_connection_is_told() -> None:
    here = Programs()
    wire = MemoryWire(here)

    async def opens() -> MemoryWire:
        return wire

    async def story() -> None:
        talk = Conversation(Identity("script"), can_ask=False)
        script = Script(talk, read(["h", "tail", "lobby", "-f"]), PLAIN, print)
        link = Link(talk, opens, script.show, comes_back=False)
        running = asyncio.ensure_future(script.run(link))
        while script._held is not None:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0)  # it tells nobody
        await wire.close()
        await running

    with pytest.raises(NotConnected, match="The connection was lost"):
        asyncio.run(story())
