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


def lines_of_code(path: Path) -> int:
    """
    Return how many lines of a bot are neither blank nor documentation.
    """
    code = path.read_text()
    if path.suffix == ".py":
        code = code.split('"""', 2)[2]
    lines = [line.strip() for line in code.splitlines()]
    return sum(not line.startswith(("#", "//")) for line in lines if line)


def start(folder: Path, port: str = "0") -> Server:
    return Server.start(folder, *UNLIMITED, f"--listen=tcp:{port}:interface=127.0.0.1")


def test_a_bot_has_some_fifty_lines() -> None:
    for path in (BOTS / "echo.py", BOTS / "echo.mjs"):
        assert 30 < lines_of_code(path) <= 59


def test_a_bot_answers_and_comes_back_after_the_server_was_killed(
    bot: list[str], server: Server, tmp_path: Path
) -> None:
    port = server.addresses[0]
    ada = server.arrive("ada")
    with subprocess.Popen([*bot, "127.0.0.1", port, str(tmp_path / "kept")]) as process:
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_bot_that_is_stopped_leaves_and_can_be_started_again_at_once(
    bot: list[str], server: Server, tmp_path: Path, number: signal.Signals
) -> None:
    kept = tmp_path / "kept"
    command = [*bot, "127.0.0.1", server.address, str(kept)]
    ada = server.arrive("ada")
    for word in ("one", "two"):
        # Tests that run in the background of a shell ignore SIGINT, and so would the bot.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            started = subprocess.Popen(command)
        finally:
            signal.signal(signal.SIGINT, before)
        with started as process:
            try:
                ada.expect("*** echo has joined #lobby ***", within=LATER)
                ada.types(f"echo {word}")
                ada.expect(f"echo: {word}")
                process.send_signal(number)
                ada.expect("*** echo has left #lobby ***")
                assert process.wait(WITHIN) == 0
                assert not kept.exists()
            finally:
                process.kill()


def test_a_bot_that_was_killed_goes_on_where_it_was(
    bot: list[str], server: Server, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    command = [*bot, "127.0.0.1", server.address, str(kept)]
    ada = server.arrive("ada")
    with subprocess.Popen(command) as process:
        try:
            ada.expect("*** echo has joined #lobby ***", within=LATER)
            ada.types("echo one")
            ada.expect("echo: one")
            wait_until(lambda: "seen" in json.loads(kept.read_text()), "it keeps what it has seen")
            assert kept.stat().st_mode & 0o777 == 0o600
        finally:
            process.kill()
    ada.types("echo two")
    ada.expect_nothing_more()
    with subprocess.Popen(command) as process:
        try:
            # Nobody is told that it comes, and what it has missed it does once.
            ada.expect("echo: two", within=LATER)
            ada.types("echo three")
            ada.expect("echo: three")
        finally:
            process.kill()
    assert kept.stat().st_mode & 0o777 == 0o600


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


def test_a_bot_comes_back_as_the_protocol_says(bot: list[str], tmp_path: Path) -> None:
    played = Played()
    command = [*bot, "127.0.0.1", played.port, str(tmp_path / "kept")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
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
            # It was away for too long.
            refused = {"error": "unknown-token", "message": "Not known.", "label": "hello"}
            played.tell(refused)
            assert played.reads() == {"request": "hello", "label": "hello", "name": "echo"}
            played.tell({"error": "taken", "message": "It is taken.", "label": "hello"})
            assert process.stderr is not None
            assert process.stderr.read().decode().strip() == "It is taken."
            assert process.wait(WITHIN) == 1
        finally:
            process.kill()
            played.close()
