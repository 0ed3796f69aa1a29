"""
A server that is stuck in a plugin: the log says where, and it ends so that it is started again.
"""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import WITHIN, Server, wait_until

PLUGIN = '''
import ctypes
import time

from twisted_chat import Context, command


@command
def spin(ctx: Context) -> None:
    """Loop for ever."""
    while True:
        pass


@command
def catch(ctx: Context) -> None:
    """Loop for ever, whatever is raised."""
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass


@command
def hold(ctx: Context) -> None:
    """Hold the interpreter in C for a hundred seconds."""
    ctypes.PyDLL(None).sleep(100)


@command
def nap(ctx: Context) -> None:
    """Sleep for a second."""
    time.sleep(1)
'''


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    path = tmp_path / "stuck.py"
    path.write_text(PLUGIN)
    return path


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
@pytest.mark.parametrize("command", ["spin", "catch", "hold"])
def test_a_server_that_stays_stuck_ends_and_nothing_that_was_read_is_lost(
    tmp_path: Path, plugin: Path, command: str, reactor: str
) -> None:
    # Where C code holds the interpreter it lasts twenty times as long.
    seconds = "0.1" if command == "hold" else "0.5"
    options = ("--port=0", f"--plugins={plugin}", f"--stuck-after={seconds}")
    server = Server.start(tmp_path, *options, reactor=reactor)
    try:
        alice, bob = server.arrive("alice"), server.arrive("bob")
        alice.expect("*** bob has joined #lobby ***")
        bob.types("shall we have tea?")
        alice.expect("bob: shall we have tea?")
        alice.types(f"/{command}")
        assert server.wait() == 1
        log = server.log
        # The stacks of the end, and before it a line, unless no Python code could run.
        assert f'File "{plugin}", line' in log.partition("Timeout (")[2]
        if command != "hold":
            assert f"in /{command} of plugin {plugin}; the server ends after 0.5 s" in log
        server.kill()
        (tmp_path / "log").unlink()
        # As a supervisor does.
        server = Server.start(tmp_path, *options, reactor=reactor)
        carol = server.connect()
        carol.expect_prompt()
        carol.types("carol")
        shown = carol.skip_to("Type /help for help.")
        assert [line for line in shown if line.endswith("bob: shall we have tea?")]
    finally:
        server.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stuck_can_be_stopped_though_it_would_never_end_by_itself(
    tmp_path: Path, plugin: Path, number: signal.Signals
) -> None:
    # Tests that run in the background of a shell ignore SIGINT, and so would the server.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        server = Server.start(tmp_path, "--port=0", f"--plugins={plugin}", "--stuck-after=0")
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        server.arrive("alice").types("/spin")
        wait_until(lambda: "in /spin of plugin" in server.log, "it is stuck")
        server.signals(number)
        assert server.wait() == 1
    finally:
        server.kill()


def test_a_long_turn_that_ends_is_logged_and_nobody_is_disconnected(
    start: Callable[..., Server], plugin: Path
) -> None:
    server = start("--port=0", f"--plugins={plugin}")
    alice = server.arrive("alice")
    alice.types("/nap", "hello")
    wait_until(lambda: "/nap blocked the server for" in server.log, "the turn is over")
    alice.expect_nothing_more()
    assert server.log.count("in /nap of plugin") == 1
    assert 'stuck.py", line' in server.log


@pytest.mark.parametrize("is_told", [True, False], ids=["Ctrl-Z", "kill -STOP"])
def test_a_server_that_was_only_suspended_goes_on_with_all_it_had(
    start: Callable[..., Server], is_told: bool
) -> None:
    server = start("--port=0", "--stuck-after=0.2")
    alice, bob = server.arrive("alice"), server.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    for text in ("once", "twice"):
        server.signals(signal.SIGTSTP if is_told else signal.SIGSTOP)
        _, status = wait_until(
            lambda: (found := os.waitpid(server.pid, os.WUNTRACED | os.WNOHANG))[0] and found,
            "it is suspended",
        )
        assert os.WIFSTOPPED(status)
        bob.types(text)
        over = time.monotonic() + 1.5
        wait_until(lambda over=over: time.monotonic() > over, "it would have been ended")
        server.signals(signal.SIGCONT)
        alice.expect(f"bob: {text}")
    assert "Timeout (" not in server.log


def test_a_server_that_is_suspended_in_its_terminal_goes_on_afterwards(
    start: Callable[..., Server],
) -> None:
    server = start("--port=0", "--stuck-after=0.1")
    alice = server.arrive("alice")
    server.signals(signal.SIGTSTP)
    _, status = wait_until(
        lambda: (found := os.waitpid(server.pid, os.WUNTRACED | os.WNOHANG))[0] and found,
        "it is suspended",
    )
    assert os.WIFSTOPPED(status)
    suspended = time.monotonic()
    wait_until(lambda: time.monotonic() - suspended > 1.5, "it would have been ended")
    server.signals(signal.SIGCONT)
    alice.expect_nothing_more()


@pytest.mark.parametrize("reactor", ["", "asyncio"], ids=["default reactor", "asyncio"])
def test_a_client_that_speaks_while_the_server_is_busy_is_not_taken_for_a_silent_one(
    start: Callable[..., Server], plugin: Path, reactor: str
) -> None:
    server = start("--port=0", f"--plugins={plugin}", reactor=reactor)
    alice = server.arrive("alice")
    with socket.create_connection(("127.0.0.1", int(server.address)), WITHIN) as browser:
        # It is accepted within that time; 0.4 s later, while the server naps, it has been silent.
        time.sleep(0.1)
        alice.types("/nap")
        time.sleep(0.2)
        browser.sendall(b"GET /health HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n")
        assert browser.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
