"""
Folders with odd names, terminals that show few letters, and a Python that drops docstrings.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from harness import TWISTD, WITHIN, Server, running, wait_until

# Each is one folder; Linux takes all bytes but / and NUL.
ODD = ["#?%23 100% &=:\"'[a]* 日本👍".encode(), b":memory:", b"two\nlines\xe9\x1b[2J\xff"]


def run(
    folder: Path, *words: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WITHIN,
        check=False,
    )


def admin(folder: Path, *words: str, env: dict[str, str] | None = None) -> tuple[int, bytes]:
    done = run(folder, sys.executable, "-m", "twisted_chat.admin", *words, env=env)
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_a_server_runs_in_any_folder(tmp_path: Path, name: bytes) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    folder.mkdir()
    # As the file of an older server, it is copied before it is upgraded.
    with closing(sqlite3.connect(folder / "chat.db")) as database:
        schema = Path(__file__).parents[2] / "twisted_chat/store/sqlite/schema/0001.sql"
        database.executescript(schema.read_text())
        database.executescript(
            f"PRAGMA application_id = {int.from_bytes(b'TwCh')}; PRAGMA user_version = 1;"
        )
    (folder / "motd").write_text("welcome\n")
    (folder / "chat.toml").write_text("burst = 20\n")
    with running(folder, "--port=0", "--motd=motd", "--config=chat.toml") as server:
        alice = server.connect()
        alice.expect("welcome")
        alice.types("alice", "this is kept")
        alice.skip_to("Type /help for help.")
        server.arrive("bob").types("hello")
        alice.skip_to("bob: hello")
        made = {os.fsdecode(path.name) for path in folder.iterdir()}
        assert {"chat.db", "chat.db-wal", "chat.db.lock", "chat.db.before-0002"} <= made
        # Beside the server, and with the whole path.
        whole = f"--database=sqlite:///{folder}/chat.db"
        assert admin(folder, "backup", "copy.db")[0] == 0
        assert admin(tmp_path, "accounts", whole) == (0, b"There are no accounts.\n")
    status, told = admin(tmp_path, "check", whole)
    assert status == 0
    assert told.endswith(b"is not damaged.\n")
    assert told.count(b"\n") == 1
    with closing(sqlite3.connect(folder / "copy.db")) as database:
        kept = database.execute("SELECT text FROM line WHERE kind = 'said' ORDER BY id").fetchall()
    assert kept == [("this is kept",), ("hello",)]
    # The settings are shown, as text that the terminal can show.
    shown = run(folder, TWISTD, "--pidfile=", "-n", "chat", "--check-config", "--config=chat.toml")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"burst = 20" in shown.stdout
    if b"\xff" not in name and b"\xe9" not in name:
        settings = tomllib.loads(shown.stdout.decode())
        assert settings["database"] == f"sqlite:///{folder}/chat.db"


SPARSE = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("env", SPARSE, ids=lambda env: next(iter(env.values())))
def test_the_settings_can_be_read_on_a_terminal_with_few_letters(
    tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "chat.toml").write_text(
        'room = "café"\nreserved-names = ["ж👍"]\nexports = "naïve"\n', "utf-8"
    )
    done = run(tmp_path, TWISTD, "-n", "chat", "--check-config", "--config=chat.toml", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    encoding = env.get("PYTHONIOENCODING", "utf-8" if "PYTHONUTF8" not in env else "ascii")
    shown = tomllib.loads(done.stdout.decode(encoding))
    # What is shown says the same, letter by letter.
    assert shown["room"] == "café"
    assert shown["exports"] == f"{tmp_path}/naïve"
    assert shown["reserved-names"] == ["ж👍"]


@pytest.mark.parametrize("env", SPARSE, ids=lambda env: next(iter(env.values())))
def test_help_names_and_refusals_come_without_a_traceback_on_such_a_terminal(
    tmp_path: Path, env: dict[str, str]
) -> None:
    assert run(tmp_path, TWISTD, "chat", "--help", env=env).stderr == b""
    assert admin(tmp_path, "--help", env=env)[0] == 0
    status, told = admin(tmp_path, "accounts", "--database=sqlite:///日本.db", env=env)
    assert (status, told.count(b"\n")) == (1, 1)
    status, told = admin(tmp_path, "grant", "alice", "Лук'янець", env=env)
    assert (status, told.count(b"\n")) == (2, 1)
    done = run(tmp_path, TWISTD, "-n", "chat", "--motd=日本👍", env=env)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    # A name out of the database.
    with running(tmp_path, "--port=0", "--register-rate=0") as server:
        person = server.connect()
        person.types("Zoë", "/register", "correct horse", "correct horse")
        wait_until(lambda: "Zoë" in admin(tmp_path, "accounts")[1].decode(), "there is an account")
    status, told = admin(tmp_path, "accounts", env=env)
    assert status == 0
    assert b"Zo" in told


def test_a_log_that_goes_to_such_a_terminal_tells_of_everybody(tmp_path: Path) -> None:
    env = SPARSE[0]
    command = [TWISTD, "--pidfile=", "-n", "chat", "--port=0"]
    with (tmp_path / "log").open("wb") as log, (tmp_path / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            command, cwd=tmp_path, env={**os.environ, **env}, stdout=log, stderr=stderr
        )
        server = Server(tmp_path, process, process.pid)
        try:
            server.wait_until_it_answers()
            server.arrive("жора").types("/quit")
            wait_until(lambda: "Connection 2 of" in server.log, "the log tells")
            assert r"is '\u0436\u043e\u0440\u0430'" in server.log
            server.signals(signal.SIGTERM)
            assert server.wait() == 0
        finally:
            server.kill()
    assert (tmp_path / "stderr").read_bytes() == b""


def test_without_docstrings_the_server_says_what_it_needs(tmp_path: Path) -> None:
    done = run(tmp_path, TWISTD, "-n", "chat", "--port=0", env={"PYTHONOPTIMIZE": "2"})
    assert done.returncode == 1
    assert done.stderr == (
        b"twistd chat: Python was told to drop docstrings, which are the help of the commands; "
        b"set PYTHONOPTIMIZE to 1 or nothing, or use -O in place of -OO.\n"
    )
    # Every program of twistd is listed, and the admin program needs none.
    assert run(tmp_path, TWISTD, "--help", env={"PYTHONOPTIMIZE": "2"}).stderr == b""
    assert admin(tmp_path, "--help", env={"PYTHONOPTIMIZE": "2"})[0] == 0


def test_without_asserts_the_server_runs(
    start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    server = start("--port=0")
    server.arrive("alice").expect_nothing_more()


def test_no_signal_begins_a_new_log_where_the_log_is_no_file(tmp_path: Path) -> None:
    command = [TWISTD, "--pidfile=", "-n", "chat", "--port=0"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log)
        server = Server(tmp_path, process, process.pid)
        try:
            server.wait_until_it_answers()
            server.signals(signal.SIGUSR1)
            server.arrive("alice").expect_nothing_more()
            server.signals(signal.SIGTERM)
            assert server.wait() == 0
        finally:
            server.kill()


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"PROXY UNKNOWN\r\n", "'PROXY UNKNOWN'"),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 x y\r\n", "'PROXY TCP4 192.0.2.1 192.0.2.2 x y'"),
        (b"PROXY TCP4 \x1b[2J\r\n", r"'PROXY TCP4 \x1b[2J'"),
        (b"alice\r\na secret\r\n", "something else"),
    ],
    ids=["short", "ports", "escape", "none"],
)
def test_a_header_of_a_proxy_that_cannot_be_read_is_told_in_the_log(
    start: Callable[..., Server], header: bytes, told: str
) -> None:
    server = start(
        "--listen=tcp:0:interface=127.0.0.1", "--listen=haproxy:tcp:0:interface=127.0.0.1"
    )
    proxied = server.addresses[1]
    for _ in range(3):
        person = server.connect(proxied)
        person.sends(header)
        person.expect_end()
    wanted = (
        f"A proxy began a connection with {told}, and not with the header of a client; "
        "set it to send-proxy-v2"
    )
    wait_until(lambda: server.log.count("A proxy began") == 1, "the log tells")
    assert wanted in server.log
    assert "secret" not in server.log
    assert "Traceback" not in server.log


def test_a_header_of_a_proxy_without_an_address_is_read(start: Callable[..., Server]) -> None:
    server = start(
        "--listen=tcp:0:interface=127.0.0.1", "--listen=haproxy:tcp:0:interface=127.0.0.1"
    )
    person = server.connect(server.addresses[1])
    person.sends(b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\nalice\n")
    person.skip_to("Type /help for help.")
