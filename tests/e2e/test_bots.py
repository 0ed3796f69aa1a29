"""
The bots in `examples/bots`, as processes of their own, with a real server.
"""

import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import UNLIMITED, WITHIN, Server, wait_until

BOTS = Path(__file__).parents[2] / "examples" / "bots"
#: A bot tries again every second.
LATER = 2 * WITHIN


def runner(bot: str) -> list[str]:
    """
    Return how ``bot`` is run; skip the test where that cannot be.
    """
    if bot.endswith(".py"):
        return [sys.executable, "-I", str(BOTS / bot)]
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    return [node, str(BOTS / bot)]


@pytest.fixture(params=["echo.py", "echo.mjs"])
def bot(request: pytest.FixtureRequest) -> list[str]:
    return runner(request.param)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = start(tmp_path)
    yield server
    server.kill()


def start(folder: Path, port: str = "0") -> Server:
    return Server.start(folder, *UNLIMITED, f"--listen=tcp:{port}:interface=127.0.0.1")


def test_a_bot_has_some_forty_lines() -> None:
    for path in (BOTS / "echo.py", BOTS / "echo.mjs"):
        assert len(path.read_text().splitlines()) <= 47


def test_a_bot_answers_and_comes_back_after_the_server_was_killed(
    bot: list[str], server: Server, tmp_path: Path
) -> None:
    port = server.addresses[0]
    ada = server.arrive("ada")
    with subprocess.Popen([*bot, "127.0.0.1", port]) as process:
        try:
            ada.skip_to("*** echo has joined #lobby ***")
            ada.types("echo one")
            ada.expect("echo: one")
            # Its own words are not repeated, and a refusal does not end it.
            ada.types("echo echo echo two", "echo   ", "echo three")
            ada.expect("echo: echo echo two")
            ada.expect("echo: three")
            server.signals(signal.SIGKILL)
            server.process.wait(WITHIN)
            # From it the next one tells where it listens.
            (tmp_path / "log").unlink()
            again = start(tmp_path, port)
            try:
                ada = again.arrive("ada")
                # Its session was held, so that nobody is told that it comes.
                ada.types("echo four")
                ada.expect("echo: four", within=LATER)
                ada.types("/who")
                ada.expect("In #lobby: ada, echo.")
            finally:
                again.kill()
        finally:
            process.kill()
    assert wait_until(lambda: process.poll() is not None, "the bot has ended")


class Played:
    """
    The server of one bot, played by hand: it accepts one connection after the other.
    """

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(LATER)
        self.port = str(self._listening.getsockname()[1])

    def accept(self) -> None:
        self._connection, _ = self._listening.accept()
        self._connection.settimeout(WITHIN)
        self._lines = self._connection.makefile("rb")

    def tell(self, *events: dict[str, object], end: bytes = b"\n") -> None:
        data = b"\n".join(json.dumps({"at": 1.0, **each}).encode() for each in events) + end
        self._connection.sendall(data)

    def reads(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self._lines.readline())
        return found

    def cut_off(self) -> None:
        """
        End the connection.
        """
        self._lines.close()
        self._connection.close()

    def close(self) -> None:
        self.cut_off()
        self._listening.close()


def hello(token: str) -> dict[str, object]:
    return {"event": "hello", "nick": "echo", "token": token, "id": 5, "label": "hello"}


def said(number: int, text: str, nick: str = "ada") -> dict[str, object]:
    return {"event": "said", "room": "lobby", "nick": nick, "text": text, "id": number}


DONE = {"event": "done", "label": "hello"}


def test_a_bot_comes_back_as_the_protocol_says(bot: list[str]) -> None:
    played = Played()
    with subprocess.Popen([*bot, "127.0.0.1", played.port], stderr=subprocess.PIPE) as process:
        try:
            played.accept()
            assert played.reads() == {"request": "hello", "label": "hello", "name": "echo"}
            played.tell(hello("t1"), DONE, said(6, "tea"), said(7, "echo one"))
            asked = played.reads()
            assert (asked["request"], asked["room"], asked["text"]) == ("say", "lobby", "one")
            played.tell({"error": "muted", "message": "You are muted.", "label": asked["label"]})
            played.tell(said(8, "echo two"), said(9, "echo two", nick="echo"))
            again = played.reads()
            # It ends within a line, and without an answer to what was asked last.
            played.tell(said(10, "echo three"), end=b"")
            played.cut_off()
            played.accept()
            back = {"request": "hello", "label": "hello", "token": "t1", "seen": 7}
            assert played.reads() == back
            # What answers a hello does not count before it is done.
            missed = [{"event": said(8, "echo two")}, {"event": said(10, "echo three")}]
            page = {"event": "transcript", "kind": "missed", "lines": missed, "room": "lobby"}
            played.tell(hello("t1"), {**page, "has_more": False, "label": "hello"})
            assert played.reads() == again
            assert played.reads()["text"] == "three"
            played.cut_off()
            played.accept()
            assert played.reads() == back
            refused = {"error": "unknown-token", "message": "Log in again.", "label": "hello"}
            played.tell(refused)
            assert process.stderr is not None
            assert process.stderr.read().decode().strip() == "Log in again."
            assert process.wait(WITHIN) == 1
        finally:
            process.kill()
            played.close()
