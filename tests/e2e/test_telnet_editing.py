"""
Telnet at a terminal whose lines the server edits: real clients, and their screens.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Server, TimedOut, wait_until
from tmux import Tmux

CLIENTS = {
    "inetutils": ["inetutils-telnet"],
    "netkit": ["telnet-ssl"],
    "BusyBox": ["busybox", "telnet"],
}
PASSWORD = "correct horse battery staple"


@contextlib.contextmanager
def telnet(
    server: Server, folder: Path, name: str, *command: str, term: str = "", columns: int = 40
) -> Iterator[Tmux]:
    """
    Come with telnet under a name.
    """
    words = [*(command or CLIENTS["inetutils"]), "127.0.0.1", server.address]
    with Tmux.running(folder, *words, columns=columns, rows=20, term=term) as window:
        wait_until(lambda: window.rows[-1] == "Enter your name:", "a name is asked for")
        window.types(name)
        window.presses("Enter")
        yield window


def is_edited(window: Tmux) -> bool:
    """
    Return whether the prompt of the editor is shown within a few seconds.
    """
    with contextlib.suppress(TimedOut, AssertionError):
        wait_until(lambda: window.rows[-1] == "#lobby>", "the line is edited", within=4)
    return window.rows[-1] == "#lobby>"


def edited(window: Tmux) -> Tmux:
    """
    Wait until the server edits the line; on a busy machine that is asked for.
    """
    if not is_edited(window):
        window.types("/editor on")
        window.presses("Enter")
        wait_until(lambda: window.rows[-1] == "#lobby>", "the line is edited")
        window.presses("C-l")
    return window


@pytest.mark.parametrize("client", CLIENTS)
def test_a_line_that_is_typed_is_not_torn_by_what_arrives(
    client: str, server: Server, tmp_path: Path
) -> None:
    bob = server.arrive("bob")
    with telnet(server, tmp_path, "alice", *CLIENTS[client]) as alice:
        bob.expect("*** alice has joined #lobby ***")
        edited(alice).types("größe 太郎")
        alice.expect("#lobby> größe 太郎")
        bob.types("this line is longer than forty columns are")
        alice.expect(
            "bob: this line is longer than forty", "    columns are", "#lobby> größe 太郎"
        )
        alice.presses("Left", "Left", "BSpace")
        alice.types("-")
        alice.expect("#lobby> größe-太郎")
        if client == "inetutils":
            # The others tell the size of their window once.
            alice.resizes(30, 20)

            def is_narrow() -> bool:
                # Nothing is shown of when the server has heard of the size.
                bob.types("another line that is too long here")
                time.sleep(0.3)
                return "    long here" in alice.rows

            wait_until(is_narrow, "lines are wrapped at thirty columns")
            alice.expect("    long here", "#lobby> größe-太郎")
        alice.presses("Enter")
        bob.expect("alice: größe-太郎")
        alice.expect("#lobby> größe-太郎", "#lobby>")
        alice.presses("C-d")
        wait_until(lambda: any("status" in row for row in alice.rows), "it has ended")
        assert "Goodbye, alice." in alice.rows


def test_it_is_offered_by_itself_at_a_terminal_near_by(server: Server, tmp_path: Path) -> None:
    # On a busy machine the client may answer too late, but not again and again.
    for number in range(20):
        with telnet(server, tmp_path, f"alice{number}") as alice:
            if is_edited(alice):
                return
        time.sleep(1)
    pytest.fail("it was not offered")


def test_a_paste_is_one_message_and_keys_edit(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with telnet(server, tmp_path, "alice") as alice:
        bob.expect("*** alice has joined #lobby ***")
        edited(alice).pastes("def f():\n    return 1\n")
        alice.presses("Enter")
        bob.expect("alice: def f():", "  |     return 1")
        alice.presses("Up", "C-u")
        alice.types("one two")
        alice.presses("C-w")
        alice.types("/ms")
        alice.presses("C-a", "C-k")
        alice.types("/ms")
        alice.presses("Tab")
        alice.types("b")
        alice.presses("Tab")
        alice.types("hi")
        alice.presses("Enter")
        bob.expect("[alice -> you] hi")
        alice.types("half a line")
        alice.presses("C-c")
        alice.types("whole")
        alice.presses("Enter")
        bob.expect("alice: whole")


def test_who_turns_it_off_types_at_their_own_terminal_now_and_when_they_come_again(
    server: Server, tmp_path: Path
) -> None:
    bob = server.arrive("bob")
    with telnet(server, tmp_path, "thea") as thea:
        bob.expect("*** thea has joined #lobby ***")
        edited(thea)
        for asked, line in (
            ("#lobby>", "/register"),
            ("New password:", PASSWORD),
            ("Repeat the password:", PASSWORD),
            ("#lobby>", "/editor off"),
        ):
            wait_until(lambda asked=asked: thea.rows[-1] == asked, f"{asked} stands there")
            thea.types(line)
            thea.presses("Enter")
        thea.expect("Editing by the server, in telnet, is", "    off.")
        assert not any(PASSWORD in row for row in thea.rows)
        thea.types("hello")
        thea.expect("hello")
        bob.types("torn")
        thea.expect("hellobob: torn")
        thea.presses("Enter")
        bob.expect("thea: hello")
    bob.expect("*** thea has left #lobby ***")
    with telnet(server, tmp_path, "thea") as thea:
        wait_until(lambda: thea.rows[-1] == "Password:", "the password is asked for")
        thea.types(PASSWORD)
        thea.presses("Enter")
        bob.expect("*** thea has joined #lobby ***")
        thea.types("again")
        thea.presses("Enter")
        bob.expect("thea: again")
        assert not any(row.startswith("#lobby>") or PASSWORD in row for row in thea.rows)


def test_a_dumb_terminal_edits_by_itself(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with telnet(server, tmp_path, "alice", term="dumb") as alice:
        alice.expect("Type /help for help.")
        bob.expect("*** alice has joined #lobby ***")
        alice.types("hello")
        alice.presses("Enter")
        bob.expect("alice: hello")
        alice.expect("Type /help for help.", "hello")


def test_telnets_own_command_takes_it_back(server: Server, tmp_path: Path) -> None:
    bob = server.arrive("bob")
    with telnet(server, tmp_path, "alice") as alice:
        bob.expect("*** alice has joined #lobby ***")
        edited(alice).presses("C-]")
        wait_until(lambda: alice.rows[-1].endswith("telnet>"), "telnet asks for a command")
        alice.types("mode line")
        alice.presses("Enter")
        alice.types("hello")
        alice.presses("Enter")
        bob.expect("alice: hello")
