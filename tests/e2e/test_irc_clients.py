"""
The clients of IRC that people have, and a user at a terminal, on the one port.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte
import pytest
from attrs import define
from harness import UNLIMITED, WITHIN, Server, running, wait_until
from needs import WEECHAT_FIFO, need
from test_one_port import Typed


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("irc"), "--port=0", *UNLIMITED) as started:
        yield started


@pytest.fixture
def ada(server: Server) -> Iterator[Any]:
    person = server.arrive("ada")
    yield person
    person.types("/quit")
    server.send_home()


class Screen(Typed):
    """
    A program with a terminal of its own, as its user sees it.
    """

    def __init__(self, server: Server, *command: str) -> None:
        super().__init__(server, *command)
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def expect(self, text: str) -> None:
        deadline = time.monotonic() + 2 * WITHIN
        while text not in "\n".join(self._screen.display):
            left = max(0.0, deadline - time.monotonic())
            shown = "\n".join(self._screen.display)
            assert select.select([self._ours], [], [], left)[0], f"{text!r} is not in\n{shown}"
            self._stream.feed(os.read(self._ours, 65536))


@pytest.fixture
def irssi(server: Server, tmp_path: Path) -> Iterator[Screen]:
    with run_irssi(server, tmp_path) as client:
        yield client


@contextmanager
def run_irssi(server: Server, home: Path) -> Iterator[Screen]:
    """
    Run irssi, whose user is tina.
    """
    need("irssi")
    client = Screen(server, *f"irssi --home={home} -n tina".split())
    try:
        client.expect("[(status)]")
        # Of the connections that come then: of this one, each command would wait for 2.5 seconds.
        client.types(f"/set cmd_queue_speed 10msec\r/connect 127.0.0.1 {server.address}\r")
        yield client
    finally:
        client.types("/quit\r")
        client.ends()


@define(eq=False)
class WeeChat:
    """
    WeeChat without a screen: what it reads stands in its logs.
    """

    folder: Path
    process: subprocess.Popen[bytes]

    def does(self, *deeds: str) -> None:
        """
        Have its user type commands.
        """
        pipe = self.folder / f"weechat_fifo_{self.process.pid}"
        wait_until(pipe.is_fifo, "WeeChat takes commands")
        # What stands behind the star is done in the window of the server.
        pipe.write_text("".join(f"*{deed}\n" for deed in deeds))

    def _shown(self) -> str:
        return "".join(log.read_text("utf-8") for log in self.folder.glob("logs/*"))

    def expect(self, *texts: str) -> None:
        wait_until(lambda: all(text in self._shown() for text in texts), f"WeeChat shows {texts}")


@pytest.fixture
def weechat(server: Server, tmp_path: Path) -> Iterator[WeeChat]:
    with run_weechat(server, tmp_path / "weechat") as client:
        yield client


@contextmanager
def run_weechat(server: Server, folder: Path) -> Iterator[WeeChat]:
    """
    Run WeeChat, whose user is wendy and enters #lobby.
    """
    need("weechat-headless", WEECHAT_FIFO)
    process = subprocess.Popen(
        [
            *("weechat-headless", "-d", str(folder)),
            *(
                "-r",
                f"/server add chat 127.0.0.1/{server.address} -notls -nicks=wendy",
            ),
            *("-r", "/set logger.file.flush_delay 0"),
            *("-r", "/set irc.server.chat.autojoin #lobby", "-r", "/connect chat"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield WeeChat(folder, process)
    finally:
        process.terminate()
        process.wait(WITHIN)


def reads_until(person: Any, text: str) -> list[str]:
    """
    Return what ``person`` reads up to the line with ``text``.
    """
    lines = []
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        lines.append(person.reads_line())
        if text in lines[-1]:
            return lines
    raise AssertionError(f"{text!r} is not in {lines}")


def test_irssi_and_a_user_at_a_terminal_talk(ada: Any, irssi: Screen) -> None:
    irssi.expect("People meet in #lobby")
    irssi.types("/join #lobby\r")
    reads_until(ada, "tina has joined #lobby")
    ada.types("hello irssi", "/me waves", "/msg tina a secret word")
    irssi.expect("hello irssi")
    irssi.expect("ada waves")
    irssi.types("hello terminal\r")
    reads_until(ada, "tina: hello terminal")
    irssi.types("/me grins\r/msg ada what?\r/topic green tea\r")
    reads_until(ada, "* tina grins")
    reads_until(ada, "[tina -> you] what?")
    reads_until(ada, "*** tina set the topic of #lobby: green tea ***")
    ada.types("/topic black tea")
    irssi.expect("ada changed the topic of #lobby to: black tea")
    irssi.types("/join #den\r")
    irssi.expect("Total of 1 nicks [1 ops")
    ada.types("/join den", "may I?")
    irssi.expect("may I?")
    irssi.types("/kick ada not now\r")
    reads_until(ada, "You were kicked from #den by tina: not now")
    irssi.expect("was kicked from #den by tina")
    # What the server says to a user alone stands in the first window.
    irssi.types("/window 1\r/quote search secretless\r")
    irssi.expect("Nothing was found.")


def test_weechat_and_a_user_at_a_terminal_talk(ada: Any, weechat: WeeChat) -> None:
    reads_until(ada, "wendy has joined #lobby")
    ada.types("hello weechat", "/me waves", "/msg wendy psst")
    weechat.expect("hello weechat", "ada waves", "psst")
    weechat.does(
        "/msg -server chat #lobby hello terminal",
        "/command -buffer irc.chat.#lobby irc /me grins",
        "/msg -server chat ada what?",
        "/command -buffer irc.chat.#lobby irc /nick winnie",
    )
    reads_until(ada, "wendy: hello terminal")
    reads_until(ada, "* wendy grins")
    reads_until(ada, "[wendy -> you] what?")
    reads_until(ada, "*** wendy is now known as winnie ***")
    ada.types("/topic green tea")
    weechat.expect("green tea")


# -- answers, reactions, and coming back ----------------------------------------------------------


@pytest.fixture
def remembering(tmp_path: Path) -> Iterator[Server]:
    """
    Return a server that shows who enters what was said before.
    """
    folder = tmp_path / "server"
    folder.mkdir()
    with running(folder, "--port=0", *UNLIMITED, "--history-lines=20") as started:
        yield started


def numbered(server: Server) -> Any:
    """
    Return a user at a terminal who sees the numbers of lines.
    """
    person = server.connect()
    person.types("ada", "/numbers on")
    reads_until(person, "Numbers are on.")
    return person


def number_in(line: str) -> str:
    found = re.match(r"\[(\d+)\]", line)
    assert found, line
    return found[1]


def test_irssi_answers_and_reacts_and_reads_what_was_said_while_it_was_away(
    remembering: Server, tmp_path: Path
) -> None:
    ada = numbered(remembering)
    with run_irssi(remembering, tmp_path) as irssi:
        irssi.expect("People meet in #lobby")
        irssi.types("/join #lobby\r")
        reads_until(ada, "tina has joined #lobby")
        irssi.types("tea?\r")
        asked = number_in(reads_until(ada, "tina: tea?")[-1])
        ada.types(f"/re {asked} yes please", f"/react {asked} +1")
        irssi.expect("(re tina: tea?) yes please")
        irssi.expect(f"ada reacts to {asked} (tina: tea?) with +1")
        answered = number_in(reads_until(ada, "is your line")[-1])
        irssi.types(f"/quote re {answered} at four\r/quote react {answered} cake\r")
        irssi.expect("< tina> (re ada: yes please) at four")
        irssi.expect(f"tina reacts to {answered} (ada: yes please) with cake")
        reads_until(ada, f"tina (re {answered} ada: yes please): at four")
        reads_until(ada, f"tina reacts to {answered} (ada: yes please) with cake")
    ada.types("it is four")
    with run_irssi(remembering, tmp_path) as irssi:
        irssi.expect("People meet in #lobby")
        irssi.types("/join #lobby\r")
        irssi.expect("] it is four")
        irssi.expect("] (re ada: yes please) at four")


def test_weechat_answers_and_reacts_and_reads_what_was_said_while_it_was_away(
    remembering: Server, tmp_path: Path
) -> None:
    ada = numbered(remembering)
    with run_weechat(remembering, tmp_path / "weechat") as weechat:
        weechat.expect("has joined #lobby")
        weechat.does("/msg -server chat #lobby tea?")
        asked = number_in(reads_until(ada, "wendy: tea?")[-1])
        ada.types(f"/re {asked} yes please", f"/react {asked} +1")
        weechat.expect(
            "(re wendy: tea?) yes please", f"ada reacts to {asked} (wendy: tea?) with +1"
        )
        answered = number_in(reads_until(ada, "is your line")[-1])
        weechat.does("/quote search from:ada please")
        weechat.expect(f"[{answered}] [#lobby] ada (re {asked} wendy: tea?): yes please")
        weechat.does(f"/quote re {answered} at four")
        weechat.does(f"/quote react {answered} cake")
        weechat.expect("(re ada: yes please) at four", f"wendy reacts to {answered} (ada: yes")
        reads_until(ada, f"wendy (re {answered} ada: yes please): at four")
        reads_until(ada, f"wendy reacts to {answered} (ada: yes please) with cake")
        weechat.does("/quit")
        reads_until(ada, "wendy has left #lobby")
    ada.types("it is four")
    with run_weechat(remembering, tmp_path / "again") as weechat:
        weechat.expect("] it is four", "] (re ada: yes please) at four")
