"""
The start: what the command line, the configuration and the terminal make of a run.
"""

import asyncio
import io
import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import twisted_chat.client.start as starting
from twisted_chat.client.config import Config, ServerConfig
from twisted_chat.client.errors import NotConnected, UsageError
from twisted_chat.client.keeping import Keeping
from twisted_chat.client.net.address import parse
from twisted_chat.client.options import Options
from twisted_chat.client.plain import Plain
from twisted_chat.client.scripts import Script
from twisted_chat.client.show.line import Line
from twisted_chat.client.start import Start, start
from twisted_chat.client.terminal import Terminal

HELLO = {
    "event": "hello", "at": 0, "nick": "ada", "account": "", "token": "t", "is_resumed": False,
    "max_message": 16384,
}  # fmt: skip


class Tty(io.StringIO):
    """
    A file that says it is a terminal.
    """

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise io.UnsupportedOperation


@pytest.fixture
def begin(tmp_path: Path) -> Any:
    begun: list[Start] = []

    def make(**how: Any) -> Start:
        given = {"options": Options("x"), "config": Config(), "server": ServerConfig(), **how}
        given.setdefault("environment", {"TERM": "xterm"})
        address = given.pop("address", parse("chat://x.example"))
        begun.append(Start(address=address, keeping=Keeping(tmp_path), **given))
        return begun[-1]

    yield make
    for each in begun:
        each.keeping.release()


def sit_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Tty())
    monkeypatch.setattr("sys.stdout", Tty())


def name_of(began: Start) -> str:
    talk = began.conversation()
    talk.connected()
    return str(talk.outgoing.outbox[0]["name"])


def test_the_nearest_name_counts(begin: Any) -> None:
    server = ServerConfig("x", "configured")
    url = parse("chat://url@x.example")
    assert name_of(begin(server=server)) == "configured"
    assert name_of(begin(server=server, address=url)) == "url"
    assert name_of(begin(server=server, address=url, options=Options("x", name="me"))) == "me"


def test_a_script_without_a_name_is_given_one_that_is_shown(
    begin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    began = begin(options=Options("x", command="rooms"))
    name = name_of(began)
    assert re.fullmatch(r"script-\d{4}", name)
    assert capsys.readouterr().err == (
        f"twisted-chat: Your name is {name}; --name gives another name.\n"
    )


def test_a_user_without_a_name_is_asked(begin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_a_terminal(monkeypatch)
    talk = begin().conversation()
    talk.connected()
    assert talk.question is not None


def test_the_front_is_that_for_the_terminal(begin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_a_terminal(monkeypatch)

    def front(**how: Any) -> type:
        began = begin(**{"options": Options("x", name="ada"), **how})
        return type(began.front(began.conversation()))

    assert front() is Terminal
    assert front(environment={"TERM": "dumb"}) is Plain
    assert front(environment={}) is Plain
    assert front(options=Options("x", name="ada", is_plain=True)) is Plain
    assert front(options=Options("x", name="ada", command="who")) is Script


def test_where_the_editor_is_not_installed_one_sentence_says_so(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "twisted_chat.client.terminal", None)
    began = begin(options=Options("x", name="ada"))
    with pytest.raises(UsageError, match="--plain does without"):
        began.front(began.conversation())


def test_in_a_pipe_there_are_no_colours(begin: Any) -> None:
    began = begin(options=Options("x", name="ada"))
    assert isinstance(began.front(began.conversation()), Plain)
    assert not began.painter().look.is_coloured


def test_colours_are_left_out_where_nobody_wants_them(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    assert begin().painter().look.is_coloured
    assert not begin(config=Config(has_colours=False)).painter().look.is_coloured
    no_color = {"TERM": "xterm", "NO_COLOR": "1"}
    assert not begin(environment=no_color).painter().look.is_coloured


class Shown:
    """
    A front that keeps what it is shown.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def show(self, lines: list[Line]) -> None:
        self.lines += [line.text for line in lines]

    async def run(self, link: object) -> None:
        raise AssertionError


def test_a_token_is_kept_when_it_comes_and_used_the_next_time(begin: Any) -> None:
    began, shown = begin(options=Options("x", name="ada")), Shown()
    talk = began.conversation()
    link = began.link(talk, shown)
    talk.connected()
    talk.take(HELLO)
    link._show([])
    assert began.keeping.token(began.address, "ada") == "t"
    # While that run goes on, another one leaves its visit alone.
    beside = begin(options=Options("x", name="ada")).conversation()
    beside.connected()
    assert beside.outgoing.outbox[0]["token"] == "t"
    assert beside.outgoing.outbox[0]["resume"] is False
    began.keeping.release()
    later = begin(options=Options("x", name="ada")).conversation()
    later.connected()
    assert "resume" not in later.outgoing.outbox[0]


def test_a_token_that_cannot_be_kept_is_told_once(begin: Any, tmp_path: Path) -> None:
    began, shown = begin(options=Options("x", name="ada")), Shown()
    talk = began.conversation()
    link = began.link(talk, shown)
    (tmp_path / "tokens").rename(tmp_path / "away")
    (tmp_path / "tokens").write_text("no folder")
    talk.connected()
    talk.take(HELLO)
    link._show([])
    link._show([])
    assert len(shown.lines) == 1
    assert shown.lines[0].startswith("You will be asked who you are again: ")


def test_insecure_is_loud(begin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shown = Shown()
    chats = parse("chats://x.example")
    began = begin(options=Options("x", name="ada", is_insecure=True), address=chats)
    began.link(began.conversation(), shown)
    assert "x.example:7342 is NOT checked" in shown.lines[0]
    script = begin(
        options=Options("x", name="ada", command="rooms", is_insecure=True), address=chats
    )
    script.link(script.conversation(), Shown())
    assert "is NOT checked" in capsys.readouterr().err


def test_a_fingerprint_is_shown_and_asked_about(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    began, shown = begin(options=Options("x", name="ada")), Shown()
    talk = began.conversation()

    async def answer(text: str) -> bool:
        tell = lambda line: shown.show([line])  # noqa: E731
        asked = asyncio.ensure_future(began._confirm(talk, tell, "AB:CD"))
        await asyncio.sleep(0)
        talk.questions.answer(text)
        return await asked

    assert asyncio.run(answer("yes"))
    assert not asyncio.run(answer(""))
    assert shown.lines[0].endswith("Its SHA-256 fingerprint is AB:CD.")


def test_where_no_user_can_be_asked_no_fingerprint_is_taken(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(began: Start) -> str:
        with pytest.raises(NotConnected) as raised:
            asyncio.run(began._confirm(began.conversation(), print, "AB:CD"))
        assert raised.value.is_final
        return str(raised.value)

    sentence = refused(begin(options=Options("x", name="ada")))
    assert "Its SHA-256 fingerprint is AB:CD. " in sentence
    assert "--fingerprint" in sentence
    # A script has nobody either, wherever it runs.
    sit_at_a_terminal(monkeypatch)
    assert refused(begin(options=Options("x", name="ada", command="rooms"))) == sentence


def test_a_token_goes_to_no_certificate_that_was_taken_later(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    began = begin(options=Options("x", name="ada"), address=parse("chats://x.example"))
    talk = began.conversation()
    talk.connected()
    talk.take(HELLO)
    assert talk.token == "t"

    async def trusted() -> bool:
        asked = asyncio.ensure_future(began._confirm(talk, lambda _: None, "AB:CD"))
        await asyncio.sleep(0)
        talk.questions.answer("yes")
        return await asked

    assert asyncio.run(trusted())
    talk.lost()
    talk.connected()
    hello = talk.outgoing.outbox[-1]
    assert (hello["request"], hello["name"], "token" in hello) == ("hello", "ada", False)


def test_a_fingerprint_is_for_a_connection_that_is_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="is for chats:// and wss://"):
        asyncio.run(start(Options("127.0.0.1", "1", "rooms", fingerprint="AB")))


def test_a_server_that_is_not_there_ends_it_and_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    log = tmp_path / "log"
    options = Options("127.0.0.1", "1", "rooms", name="ada", log=log)
    with pytest.raises(NotConnected):
        asyncio.run(start(options))
    assert "connecting to chat://127.0.0.1:1" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    for handler in list(logging.getLogger("twisted_chat.client").handlers):
        logging.getLogger("twisted_chat.client").removeHandler(handler)
        handler.close()
    with pytest.raises(UsageError, match="cannot be written"):
        asyncio.run(start(Options("127.0.0.1", "1", log=tmp_path / "none" / "log")))
    with pytest.raises(UsageError, match="no such file"):
        asyncio.run(start(Options("127.0.0.1", "1", config=tmp_path / "none")))


def test_what_goes_on_although_it_was_cancelled_is_cancelled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost: list[str] = []

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost.append("once")
        await asyncio.Event().wait()

    async def play() -> None:
        task = asyncio.ensure_future(run())
        await asyncio.sleep(0)
        starting._cancel(task)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 60)

    monkeypatch.setattr(starting, "_ENDS_WITHIN", 0.01)
    asyncio.run(play())
    assert lost == ["once"]
