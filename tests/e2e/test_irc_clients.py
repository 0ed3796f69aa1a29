"""
The clients of IRC that people have, and a user at a terminal, on the one port.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import UNLIMITED, WITHIN, Server, running
from tmux import Tmux


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


@pytest.fixture
def irssi(server: Server, tmp_path: Path) -> Iterator[Tmux]:
    with run_irssi(server, tmp_path) as client:
        yield client


@contextmanager
def run_irssi(server: Server, home: Path) -> Iterator[Tmux]:
    """
    Run irssi, whose user is tina.
    """
    command = f"irssi --home={home} -n tina".split()
    with Tmux.running(home, *command, columns=80, rows=24) as client:
        client.shows("[(status)]")
        # Of the connections that come then: of this one, each command would wait for 2.5 seconds.
        client.types(f"/set cmd_queue_speed 10msec\r/connect 127.0.0.1 {server.address}\r")
        client.shows("People meet in #lobby")
        yield client
        client.ends("/quit\r")


@pytest.fixture
def weechat(server: Server, tmp_path: Path) -> Iterator[Tmux]:
    with run_weechat(server, tmp_path / "weechat") as client:
        yield client


@contextmanager
def run_weechat(server: Server, folder: Path) -> Iterator[Tmux]:
    """
    Run WeeChat, whose user is wendy and enters #lobby.
    """
    settings = [
        f"/server add chat 127.0.0.1/{server.address} -notls -nicks=wendy",
        "/set irc.server.chat.autojoin #lobby",
        # Rows are as wide as the window.
        *("/buflist disable", "/set weechat.bar.nicklist.hidden on"),
        # Several lines at once are typed, and not asked about.
        "/set weechat.look.paste_max_lines -1",
        "/connect chat",
    ]
    command = ["weechat", "-d", str(folder)]
    for setting in settings:
        command += ["-r", setting]
    with Tmux.running(folder.parent, *command, columns=80, rows=24) as client:
        client.shows("| wendy", "has joined #lobby")
        yield client
        client.ends("/quit\r")


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


def test_irssi_and_a_user_at_a_terminal_talk(ada: Any, irssi: Tmux) -> None:
    irssi.types("/join #lobby\r")
    reads_until(ada, "tina has joined #lobby")
    ada.types("hello irssi", "/me waves", "/msg tina a secret word")
    irssi.shows("hello irssi")
    irssi.shows("ada waves")
    irssi.types("hello terminal\r")
    reads_until(ada, "tina: hello terminal")
    irssi.types("/me grins\r/msg ada what?\r/topic green tea\r")
    reads_until(ada, "* tina grins")
    reads_until(ada, "[tina -> you] what?")
    reads_until(ada, "*** tina set the topic of #lobby: green tea ***")
    ada.types("/topic black tea")
    irssi.shows("ada changed the topic of #lobby to: black tea")
    irssi.types("/join #den\r")
    irssi.shows("Total of 1 nicks [1 ops")
    ada.types("/join den", "may I?")
    irssi.shows("may I?")
    irssi.types("/kick ada not now\r")
    reads_until(ada, "You were kicked from #den by tina: not now")
    irssi.shows("was kicked from #den by tina")
    # What the server says to a user alone stands in the first window.
    irssi.types("/window 1\r/quote search secretless\r")
    irssi.shows("Nothing was found.")


def test_weechat_and_a_user_at_a_terminal_talk(ada: Any, weechat: Tmux) -> None:
    reads_until(ada, "wendy has joined #lobby")
    ada.types("hello weechat", "/me waves", "/msg wendy psst")
    weechat.shows("ada | hello weechat", "* | ada waves")
    weechat.types("hello terminal\r/me grins\r/msg ada what?\r/nick winnie\r")
    reads_until(ada, "wendy: hello terminal")
    reads_until(ada, "* wendy grins")
    reads_until(ada, "[wendy -> you] what?")
    reads_until(ada, "*** wendy is now known as winnie ***")
    ada.types("/topic green tea")
    # The topic stands above all lines.
    weechat.shows("ada has changed topic", "green tea")
    weechat.types("/buffer chat.ada\r")
    weechat.shows("ada | psst", "what?")


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
        irssi.types("/join #lobby\r")
        reads_until(ada, "tina has joined #lobby")
        irssi.types("tea?\r")
        asked = number_in(reads_until(ada, "tina: tea?")[-1])
        ada.types(f"/re {asked} yes please", f"/react {asked} +1")
        irssi.shows("(re tina: tea?) yes please")
        irssi.shows(f"ada reacts to {asked} (tina: tea?) with +1")
        answered = number_in(reads_until(ada, "is your line")[-1])
        irssi.types(f"/quote re {answered} at four\r/quote react {answered} cake\r")
        irssi.shows("< tina> (re ada: yes please) at four")
        irssi.shows(f"tina reacts to {answered} (ada: yes please) with cake")
        reads_until(ada, f"tina (re {answered} ada: yes please): at four")
        reads_until(ada, f"tina reacts to {answered} (ada: yes please) with cake")
    ada.types("it is four")
    with run_irssi(remembering, tmp_path) as irssi:
        irssi.types("/join #lobby\r")
        irssi.shows("] it is four")
        irssi.shows("] (re ada: yes please) at four")


def test_weechat_answers_and_reacts_and_reads_what_was_said_while_it_was_away(
    remembering: Server, tmp_path: Path
) -> None:
    ada = numbered(remembering)
    with run_weechat(remembering, tmp_path / "weechat") as weechat:
        weechat.types("tea?\r")
        asked = number_in(reads_until(ada, "wendy: tea?")[-1])
        ada.types(f"/re {asked} yes please", f"/react {asked} +1")
        weechat.shows("ada | (re wendy: tea?) yes please", f"ada reacts to {asked} (wendy: tea?)")
        answered = number_in(reads_until(ada, "is your line")[-1])
        weechat.types(f"/quote re {answered} at four\r/quote react {answered} cake\r")
        weechat.shows(
            "wendy | (re ada: yes please) at four", f"wendy reacts to {answered} (ada: yes"
        )
        # What the server says to a user alone stands in its window.
        weechat.types("/quote search from:ada please\r/buffer server.chat\r")
        weechat.shows(f"[{answered}] [#lobby] ada (re {asked} wendy: tea?):")
        reads_until(ada, f"wendy (re {answered} ada: yes please): at four")
        reads_until(ada, f"wendy reacts to {answered} (ada: yes please) with cake")
    ada.types("it is four")
    with run_weechat(remembering, tmp_path / "again") as weechat:
        weechat.shows("] it is four", "] (re ada: yes please) at four")
