"""
The bots in `examples/bots`, as processes of their own, with a real server.
"""

import shutil
import signal
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


def test_a_bot_has_forty_lines_at_most() -> None:
    for path in (BOTS / "echo.py", BOTS / "echo.mjs"):
        assert len(path.read_text().splitlines()) <= 40


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
            server.signals(signal.SIGKILL)
            server.process.wait(WITHIN)
            # From it the next one tells where it listens.
            (tmp_path / "log").unlink()
            again = start(tmp_path, port)
            try:
                ada = again.arrive("ada")
                # Its session was held, so that nobody is told that it comes.
                ada.types("echo two")
                ada.expect("echo: two", within=LATER)
                ada.types("/who")
                ada.expect("In #lobby: ada, echo.")
            finally:
                again.kill()
        finally:
            process.kill()
    assert wait_until(lambda: process.poll() is not None, "the bot has ended")
