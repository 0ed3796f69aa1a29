"""
The front for a terminal, with keys and a screen in memory.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pyte
import pytest
from attrs import define
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.base import PipeInput
from shared_client import PLAIN, MemoryWire, Talker, come
from shared_json import Programs

from twisted_chat.client.editing import output_to
from twisted_chat.client.errors import NotConnected
from twisted_chat.client.net.link import Link
from twisted_chat.client.show.line import Kind, Line
from twisted_chat.client.talk.arrival import Identity
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.questions import Question
from twisted_chat.client.terminal import Terminal


class Screen(io.StringIO):
    """
    A terminal in memory, to which is written as to stdout.
    """

    def __init__(self) -> None:
        super().__init__()
        self.screen = pyte.Screen(60, 12)
        self._stream = pyte.Stream(self.screen)
        self.written = ""

    def write(self, text: str) -> int:
        self.written += text
        # A terminal that is in use does this for each line end.
        self._stream.feed(text.replace("\n", "\r\n"))
        return len(text)

    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display if row.strip()]


@define(eq=False)
class Desk:
    """
    A user at a terminal, and another user who is at the same server.
    """

    keys: PipeInput
    screen: Screen
    wire: MemoryWire
    bob: Talker
    front: Terminal

    async def until(self, condition: Callable[[], object]) -> None:
        deadline = asyncio.get_running_loop().time() + 60
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, "\n".join(self.screen.rows())
            await asyncio.sleep(0.002)

    async def shows(self, *rows: str) -> None:
        """
        Wait until these are the last rows.
        """
        await self.until(lambda: self.screen.rows()[-len(rows) :] == list(rows))

    def says(self, text: str) -> None:
        self.bob.types(text)
        self.wire.wake()


def at_desk(
    story: Callable[[Desk], Awaitable[None]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str = "ada",
) -> None:
    here = Programs()
    bob, screen = come(here, "bob"), Screen()
    monkeypatch.setattr("sys.stdout", screen)
    with create_pipe_input() as keys:
        wire = MemoryWire(here)

        async def opens() -> MemoryWire:
            return wire

        async def run() -> None:
            talk = Conversation(Identity(name))
            output = output_to(screen, lambda: Size(rows=12, columns=60))
            front = Terminal(talk, PLAIN, "x", tmp_path / "history", "bell", keys, output)
            link = Link(talk, opens, front.show)
            running = asyncio.ensure_future(front.run(link))
            try:
                await story(Desk(keys, screen, wire, bob, front))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

        asyncio.run(run())


def test_a_user_types_while_others_talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows("You are in #lobby as ada with bob.", ">", "#lobby | ada at x")
        desk.keys.send_text("half a 太")
        await desk.shows("> half a 太", "#lobby | ada at x")
        desk.says("hello ada")
        await desk.shows("bob: hello ada", "> half a 太", "#lobby | ada at x")
        assert "\a" in desk.screen.written
        desk.keys.send_text(" line\r")
        await desk.shows("ada: half a 太 line", ">", "#lobby | ada at x")

    at_desk(story, tmp_path, monkeypatch)
    assert "+half a 太 line" in (tmp_path / "history").read_text()


def test_up_on_an_empty_line_edits_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("teh\r")
        await desk.shows("ada: teh", ">", "#lobby | ada at x")
        number, _ = desk.front.talk.composer.last_own or (0, "")
        desk.keys.send_text("\x1b[A")
        await desk.shows(f"edit {number}> teh", "#lobby | ada at x")
        # Ctrl-C gives it up, and Up begins again.
        desk.keys.send_text("\x03")
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("\x1b[A")
        await desk.shows(f"edit {number}> teh", "#lobby | ada at x")
        desk.keys.send_text("\x7f\x7fhe\r")
        await desk.shows(f"* ada edited {number} (ada: teh): the", ">", "#lobby | ada at x")

    at_desk(story, tmp_path, monkeypatch)


def test_up_waits_for_the_line_that_was_just_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("one\r")
        await desk.shows("ada: one", ">", "#lobby | ada at x")
        # The server has not answered yet.
        desk.front.talk.outgoing.send({"request": "say", "text": "two", "room": "lobby"})
        desk.keys.send_text("\x1b[A")
        told = "- Your last line has not reached the others yet"
        await desk.until(lambda: any(row.startswith(told) for row in desk.screen.rows()))
        assert not any(row.startswith("edit") for row in desk.screen.rows())

    at_desk(story, tmp_path, monkeypatch)


def test_an_earlier_line_is_never_taken_for_an_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("/msg bob a secret\r")
        await desk.shows("[you -> bob] a secret", ">", "#lobby | ada at x")
        desk.keys.send_text("teh\r")
        await desk.shows("ada: teh", ">", "#lobby | ada at x")
        number, _ = desk.front.talk.composer.last_own or (0, "")
        desk.keys.send_text("\x1b[A")
        await desk.shows(f"edit {number}> teh", "#lobby | ada at x")
        # Further back there is what was typed in private, and it is sent as it was then.
        desk.keys.send_text("\x1b[A")
        await desk.shows("> teh", "#lobby | ada at x")
        desk.keys.send_text("\x1b[A")
        await desk.shows("> /msg bob a secret", "#lobby | ada at x")
        desk.keys.send_text("\r")
        await desk.until(lambda: desk.screen.rows().count("[you -> bob] a secret") == 2)
        assert not any("edited" in row for row in desk.bob.reads())

    at_desk(story, tmp_path, monkeypatch)


@pytest.mark.parametrize("command", ["/msg bob psst", "\uff0fmsg bob psst", " /MSG bob psst"])
def test_a_command_is_never_the_text_of_an_edit(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("teh\r")
        await desk.shows("ada: teh", ">", "#lobby | ada at x")
        number, _ = desk.front.talk.composer.last_own or (0, "")
        desk.keys.send_text("\x1b[A")
        await desk.shows(f"edit {number}> teh", "#lobby | ada at x")
        desk.keys.send_text(f"\x15{command}\r")
        await desk.until(lambda: "[you -> bob] psst" in desk.screen.rows())
        assert not any("edited" in row for row in desk.bob.reads())

    at_desk(story, tmp_path, monkeypatch)


def test_tab_completes_by_asking_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("/who")
        desk.keys.send_text("is\t")
        desk.keys.send_text(" bo\t")
        await desk.until(lambda: "> /whois bob" in desk.screen.rows())

    at_desk(story, tmp_path, monkeypatch)


def test_a_question_sets_aside_what_is_half_typed_and_keeps_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("half")
        await desk.shows("> half", "#lobby | ada at x")
        # The answer to what was sent before comes only now.
        desk.front.talk.composer.typed("/register")
        desk.front.link.flush()
        await desk.shows("New password:", "#lobby | ada at x")
        desk.keys.send_text("correct horse\r")
        await desk.shows("New password again:", "#lobby | ada at x")
        desk.keys.send_text("correct horse\r")
        told = "ada is registered to you."
        await desk.until(lambda: any(row.startswith(told) for row in desk.screen.rows()))
        await desk.shows("> half", "#lobby | ada at x")
        assert "correct horse" not in desk.screen.written
        desk.keys.send_text(" a line\r")
        await desk.shows("ada: half a line", ">", "#lobby | ada at x")

    at_desk(story, tmp_path, monkeypatch)
    assert "correct horse" not in (tmp_path / "history").read_text()


def test_no_key_of_a_password_is_taken_for_talk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("half")
        await desk.shows("> half", "#lobby | ada at x")
        talk, buffer = desk.front.talk, desk.front._session.default_buffer
        answers: list[str] = []
        # A key may come before anything is drawn again.
        talk.questions.ask(Question("Password: ", is_secret=True), answers.append)
        desk.front.show([])
        buffer.insert_text("secret")
        await desk.until(lambda: "Password:" in "".join(desk.screen.rows()))
        desk.keys.send_text("\r")
        await desk.shows("> half", "#lobby | ada at x")
        assert answers == ["secret"]
        assert "secret" not in desk.screen.written

    at_desk(story, tmp_path, monkeypatch)


def test_what_is_typed_before_a_question_is_there_when_it_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("half")
        await desk.shows("> half", "#lobby | ada at x")
        desk.front.talk.composer.typed("/register")
        desk.front.link.flush()
        await desk.shows("New password:", "#lobby | ada at x")
        desk.keys.send_text("secr\x03")
        await desk.shows("> half", "#lobby | ada at x")
        assert "secr" not in desk.screen.written

    at_desk(story, tmp_path, monkeypatch)


def test_the_rest_of_a_password_is_hidden_when_its_question_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("half")
        await desk.shows("> half", "#lobby | ada at x")
        talk, buffer = desk.front.talk, desk.front._session.default_buffer
        answers: list[str] = []
        talk.questions.ask(Question("Password: ", is_secret=True), answers.append)
        desk.front.show([])
        desk.keys.send_text("secr")
        await desk.until(lambda: buffer.text == "secr")
        # As when the connection is lost.
        talk.questions.give_up()
        desk.front.show([])
        desk.keys.send_text("et")
        await desk.until(lambda: buffer.text == "secret")
        assert "not asked any more" in "".join(desk.screen.rows())
        desk.keys.send_text("\r")
        await desk.shows("> half", "#lobby | ada at x")
        assert answers == []
        assert "secr" not in desk.screen.written
        assert desk.bob.reads()[-1] == "* ada has joined #lobby"

    at_desk(story, tmp_path, monkeypatch)
    assert not (tmp_path / "history").exists()


@pytest.mark.parametrize("key", ["\x12", "\x1b[A", "\t"])
def test_no_earlier_line_becomes_a_password(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("earlier\r")
        await desk.shows("ada: earlier", ">", "#lobby | ada at x")
        answers: list[str] = []
        desk.front.talk.questions.ask(Question("Password: ", is_secret=True), answers.append)
        desk.front.show([])
        desk.keys.send_text(f"{key}secret\r")
        await desk.until(lambda: answers)
        assert answers == ["secret"]

    at_desk(story, tmp_path, monkeypatch)


def test_rooms_are_switched_with_a_key_and_several_lines_typed_with_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("/join dev\r")
        await desk.shows(">", "#dev | +1 room | ada at x")
        desk.says("who is there?")
        await desk.shows("#lobby bob: who is there?", ">", "#dev | #lobby 1 | ada at x")
        desk.keys.send_text("\x1bn")
        await desk.shows(">", "#lobby | +1 room | ada at x")
        desk.keys.send_text("one\x1b\rtwo\r")
        await desk.shows("ada: one", "  | two", ">", "#lobby | +1 room | ada at x")

    at_desk(story, tmp_path, monkeypatch)


def test_no_more_is_read_while_too_much_waits_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        lines = [Line(Kind.TALK, 0, f"line {n}", nick="bob") for n in range(12_000)]
        desk.front.show(lines)
        keeping_up = asyncio.ensure_future(desk.front.keep_up())
        await asyncio.sleep(0)
        assert not keeping_up.done()
        await keeping_up
        await desk.until(
            lambda: "bob: line 11999\r\n" in desk.screen.written.replace("\n", "\r\n")
        )

    at_desk(story, tmp_path, monkeypatch)


def test_ctrl_d_on_an_empty_line_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desk: Desk) -> None:
        await desk.shows(">", "#lobby | ada at x")
        desk.keys.send_text("\x04")
        await desk.until(lambda: "Goodbye, ada." in desk.screen.rows())

    at_desk(story, tmp_path, monkeypatch)


def test_why_it_ends_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def opens() -> MemoryWire:
        raise NotConnected("Nobody there.")

    async def run() -> None:
        talk = Conversation(Identity("ada"))
        with create_pipe_input() as keys:
            output = output_to(Screen(), lambda: Size(rows=12, columns=60))
            front = Terminal(talk, PLAIN, "x", tmp_path / "history", "off", keys, output)
            await front.run(Link(talk, opens, front.show))

    monkeypatch.setattr("sys.stdout", Screen())
    with pytest.raises(NotConnected, match="Nobody there"):
        asyncio.run(run())
