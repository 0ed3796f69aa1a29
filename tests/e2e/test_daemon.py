"""
The server as a daemon, with a pid file and a log file as twistd users expect.
"""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import GOODBYE, TWISTD, WITHIN, Server, is_alive, run_twistd, wait_until


@contextlib.contextmanager
def running(tmp_path: Path, *options: str) -> Iterator[Server]:
    """
    Run a daemon with these options, those of twistd before ``chat``.
    """
    files = [f"--pidfile={tmp_path / 'pid'}", f"--logfile={tmp_path / 'log'}"]
    command = [TWISTD, *files, *options]
    with (tmp_path / "stderr").open("wb") as stderr:
        # The shell that started it gets its terminal back as soon as it serves.
        process = subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr
        )
        process.wait(WITHIN)
    pid = int((tmp_path / "pid").read_text())
    server = Server(tmp_path, process, pid)
    try:
        assert (tmp_path / "stderr").read_text() == ""
        assert process.returncode == 0
        server.wait_until_it_answers()
        yield server
    finally:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not is_alive(pid), "the daemon is gone")
        server.kill()


@pytest.fixture
def daemon(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    reactor = ["-r", request.param] if getattr(request, "param", "") else []
    with running(tmp_path, *reactor, "chat", "--port=0") as server:
        yield server


@pytest.mark.parametrize(
    "daemon", ["", "asyncio"], ids=["default reactor", "asyncio"], indirect=True
)
def test_a_daemon_writes_its_files_and_talks_and_stops(daemon: Server) -> None:
    assert daemon.pid != daemon.process.pid
    assert is_alive(daemon.pid)
    alice, bob = daemon.arrive("alice"), daemon.arrive("bob")
    alice.expect("*** bob has joined #lobby ***")
    bob.types("hello")
    alice.expect("bob: hello")
    assert "Chat is ready" in daemon.log
    daemon.signals(signal.SIGTERM)
    for person in (alice, bob):
        person.expect(GOODBYE)
        person.expect_end()
    wait_until(lambda: not is_alive(daemon.pid), "the daemon is gone")
    assert not (daemon.directory / "pid").exists()
    assert "Server Shut Down" in daemon.log
    assert "Unhandled" not in daemon.log


def test_a_daemon_that_cannot_listen_says_so_to_the_operator_who_started_it(
    tmp_path: Path,
) -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        files = [f"--pidfile={tmp_path / 'pid'}", f"--logfile={tmp_path / 'log'}"]
        outcome = run_twistd(tmp_path, *files, "chat", f"--port={port}")
    sentence = f"twistd chat: port: cannot listen on {port}: Address already in use.\n"
    assert (outcome.status, outcome.output, outcome.errors) == (1, "", sentence)
    assert not (tmp_path / "pid").exists()


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """
    The path of a UNIX socket, from the directory where the test runs.
    """
    monkeypatch.chdir(tmp_path)
    return "./door"


def test_a_second_server_does_not_take_over_the_socket_of_a_daemon(
    tmp_path: Path, door: str
) -> None:
    with running(tmp_path, "chat", f"--listen=unix:{door}") as first:
        alice = first.arrive("alice")
        outcome = run_twistd(
            tmp_path, "--pidfile=pid2", "chat", f"--listen=unix:{door}", "--database=memory:"
        )
        sentence = f"twistd chat: listen: cannot listen on unix:{door}: Cannot acquire lock.\n"
        assert (outcome.status, outcome.output, outcome.errors) == (1, "", sentence)
        first.arrive("bob")
        alice.expect("*** bob has joined #lobby ***")


def test_a_daemon_leaves_no_socket_behind_whatever_directory_it_runs_in(
    tmp_path: Path, door: str
) -> None:
    (tmp_path / "run").mkdir()
    with running(tmp_path, "--rundir=run", "chat", f"--listen=unix:{door}") as daemon:
        assert sorted(path.name for path in tmp_path.glob("door*")) == ["door", "door.lock"]
        daemon.signals(signal.SIGTERM)
        wait_until(lambda: not is_alive(daemon.pid), "the daemon is gone")
        assert "Unhandled" not in daemon.log
        assert not list(tmp_path.glob("door*"))


def test_the_socket_of_a_server_that_was_killed_is_taken_over(tmp_path: Path, door: str) -> None:
    # No daemon: it is our child, and until it is reaped, Twisted takes it to be alive.
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        server = Server.start(tmp_path / name, f"--listen=unix:{tmp_path / door}")
        server.arrive("alice")
        server.kill()
        assert (tmp_path / "door").is_socket()


def test_a_daemon_in_another_directory_finds_its_files_on_a_reload(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    plugin = 'from twisted_chat import command\n@command\ndef v(ctx):\n    "V."\n    return "{}"\n'
    (tmp_path / "v.py").write_text(plugin.format("old"))
    (tmp_path / "motd").write_text("old greeting\n")
    (tmp_path / "chat.toml").write_text('motd = "motd"\nplugins = ["v.py"]\n')
    options = ["--rundir=run", "chat", "--port=0", "--config=chat.toml"]
    with running(tmp_path, *options) as daemon:
        alice = daemon.arrive("alice")
        (tmp_path / "v.py").write_text(plugin.format("new"))
        (tmp_path / "motd").write_text("new greeting\n")
        daemon.signals(signal.SIGHUP)
        wait_until(lambda: "eloaded: " in daemon.log, "it has read its files")
        alice.types("/v")
        alice.expect("new")
        daemon.connect().expect("new greeting")
