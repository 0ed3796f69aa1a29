"""
The operator's page: its commands work as they stand there, in the order of the page.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from harness import Person, Server, wait_until

from twisted_chat.store.decisions import Audited, Sanction
from twisted_chat.store.plugins import Kind, PluginValue
from twisted_chat.store.records import AccountMade, Line, RoomOpened
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import load
from twisted_chat.store.sqlite.transactions import write

PASSWORD = "a kettle of fish"
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
# A server that ends without a goodbye, so that what it wrote is still beside the file.
KILLED = """
import os, sys
from pathlib import Path
from twisted_chat.store.sqlite.database import open_database
database = open_database(Path("chat.db"), Path(sys.argv[1]))
database.execute("INSERT INTO notes VALUES (?)", (sys.argv[2],))
os.kill(os.getpid(), 9)
"""


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def test_the_commands_copy_check_and_restore(tmp_path, monkeypatch):
    steps = tmp_path / "schema"
    steps.mkdir()
    (steps / "0001.sql").write_text("CREATE TABLE notes (text TEXT);")
    folder = tmp_path / "server"
    folder.mkdir()
    monkeypatch.chdir(folder)
    backup, check_copy, _, _, _, _, _, _, check, restore = BLOCKS

    run(sys.executable, "-c", KILLED, str(steps), "before")
    assert run("sh", "-ec", backup) == (0, "backup.db is a good copy of chat.db.\n")
    assert run("sh", "-ec", check_copy) == (0, "backup.db is not damaged.\n")
    run(sys.executable, "-c", KILLED, str(steps), "after")
    assert run("sh", "-ec", check) == (0, "chat.db is not damaged.\n")
    run(sys.executable, "-c", KILLED, str(steps), "long after")
    assert Path("chat.db-wal").exists()
    assert run("sh", "-ec", restore) == (0, "chat.db is not damaged.\n")

    with closing(open_database(Path("chat.db"), steps)) as database:
        assert database.execute("SELECT text FROM notes").fetchall() == [("before",)]
    (old,) = folder.glob("old-*")
    with closing(open_database(old / "chat.db", steps)) as database:
        assert database.execute("SELECT count(*) FROM notes").fetchone() == (3,)


def register(server: Server) -> Person:
    alice = server.arrive("alice")
    alice.types("/register")
    for prompt in (b"New password: ", b"Repeat the password: "):
        alice.expect_prompt(prompt)
        alice.types(PASSWORD)
    alice.skip_to("alice is registered to you. From now on, that name needs your password.")
    return alice


def log_in(server: Server) -> tuple[Person, list[str]]:
    """
    Let alice come back, and return what she had said, as she reads it when she enters.
    """
    alice = server.connect()
    alice.expect_prompt()
    alice.types("alice")
    alice.expect_prompt(b"Password: ")
    alice.types(PASSWORD)
    lines = alice.skip_to("Type /help for help.")
    return alice, [line.partition(" alice: ")[2] for line in lines if " alice: " in line]


def test_a_restore_as_it_is_written_brings_back_accounts_and_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    backup, _, _, _, _, _, _, _, _, restore = BLOCKS
    with killed(tmp_path) as server:
        alice = register(server)
        alice.types("before the copy")
        alice.expect_nothing_more()
        assert run("sh", "-ec", backup) == (0, "backup.db is a good copy of chat.db.\n")
        alice.types("after the copy")
        alice.expect_nothing_more()
    assert run("sh", "-ec", restore) == (0, "chat.db is not damaged.\n")
    with killed(tmp_path) as server:
        alice, said = log_in(server)
        assert said == ["before the copy"]
        alice.types("between two restores")
        alice.expect_nothing_more()
    (first,) = tmp_path.glob("old-*")
    assert {path.name for path in first.iterdir()} >= {"chat.db", "chat.db-wal"}
    # Once more: nothing of the first time is in the way, or lost.  The folder is named after the
    # second.
    wait_until(partial(is_past, first), "the next second")
    assert run("sh", "-ec", restore) == (0, "chat.db is not damaged.\n")
    assert len(list(tmp_path.glob("old-*/chat.db"))) == 2
    with killed(tmp_path) as server:
        assert log_in(server)[1] == ["before the copy"]


def is_past(old: Path) -> bool:
    return time.strftime("%FT%H%M%S") > old.name.removeprefix("old-")


@contextlib.contextmanager
def killed(folder: Path) -> Iterator[Server]:
    """
    Run a server, and kill it.
    """
    server = Server.start(folder, "--port=0")
    try:
        yield server
    finally:
        server.kill()
        # The next one is ready when its own log says so.
        (folder / "log").unlink()


def as_cron_runs(line: str) -> str:
    """
    Return the command of a line of a crontab, which begins after five fields; see crontab(5).
    """
    *when, command = line.split(None, 5)
    assert all(re.fullmatch(r"[\d*,/-]+", field) for field in when)
    # An unescaped one ends the command, and what follows is its input.
    command = re.split(r"(?<!\\)%", command)[0]
    return command.replace("\\%", "%")


def test_the_line_of_the_crontab_makes_a_copy_and_keeps_fourteen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_database(Path("chat.db")).close()
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    copies = tmp_path / "backups"
    copies.mkdir()
    days = [time.strftime("%F", time.localtime(time.time() - 86400 * age)) for age in range(1, 20)]
    for day in days:
        (copies / f"{day}.db").write_text(day)
    (line,) = re.findall(r"^```crontab\n(.*)\n```$", PAGE, re.MULTILINE)
    command = as_cron_runs(line.replace("/srv/chat", str(tmp_path)))
    assert run("sh", "-c", command) == (0, "")
    today = time.strftime("%F")
    kept = sorted(path.name for path in copies.iterdir())
    assert kept == sorted(f"{day}.db" for day in [today, *days[:13]])
    check = f"python -m twisted_chat.admin check --database sqlite:///backups/{today}.db"
    assert run("sh", "-ec", check) == (0, f"backups/{today}.db is not damaged.\n")
    # A copy that cannot be made is told, and no other one goes.
    (copies / f"{days[15]}.db").write_text("old")
    _, told = run("sh", "-c", command)
    assert told == f"twisted_chat.admin: backups/{today}.db already exists; name another file.\n"
    assert len(list(copies.iterdir())) == 15


def test_the_commands_delete_list_and_export(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    now = time.time()
    times = [(days, now - 86_400 * days) for days in range(100, 0, -1)]
    lines = [
        Line(int(at * 1_000_000), 1, 101 - days, at, "said", "alice", 5, "tea" * 1000)
        for days, at in times
    ]
    with closing(open_database(Path("chat.db"))) as database:
        write(database, [AccountMade(5, "alice", "alice", "$"), RoomOpened(1, "lobby", "lobby")])
        write(database, lines)
    _, _, prune, vacuum, accounts, _, _, _, _, _ = BLOCKS

    size = Path("chat.db").stat().st_size
    assert run("sh", "-ec", prune) == (0, "11 entries were deleted.\n")
    assert Path("chat.db").stat().st_size == size
    assert run("sh", "-ec", vacuum) == (0, "")
    assert Path("chat.db").stat().st_size < size

    status, shown = run("sh", "-ec", accounts)
    assert status == 0
    *_, alice, granted, revoked, name, gone = shown.splitlines()
    assert alice.endswith("alice")
    assert granted == "alice is operator from the next login on."
    assert revoked == "alice is operator until the next login."
    assert len(Path(name).read_text().splitlines()) == 1 + 89
    assert gone == "The account alice was deleted. What its owner said stays."


def test_the_commands_let_shut_out_users_in_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    now, network = time.time(), "192.0.2.0/24"
    with closing(open_database(Path("chat.db"))) as server:
        ban = Sanction(5, 0, "ban", network, 0, network, "oscar", "oops", now, now + 3600)
        deed = Audited(5, 0, "", 0, now, "oscar", "", "sban", network, "oops", now + 3600)
        write(server, [ban, deed])
        status, shown = run("sh", "-ec", BLOCKS[6])
    assert (status, shown.splitlines()) == (
        0,
        [
            f"ban of {network} {ban.told}",
            f"The ban of {network} ends when the server starts next.",
            deed.told,
        ],
    )
    with closing(open_database(Path("chat.db"))) as server:
        assert load(server).sanctions == ()


def test_the_commands_list_and_delete_what_a_plugin_keeps(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(open_database(Path("chat.db"))) as server:
        write(server, [PluginValue("poll", Kind.VALUE, 0, 0, "a", "1")])
    status, shown = run("sh", "-ec", BLOCKS[7])
    assert (status, shown.splitlines()) == (
        0,
        [
            "poll: 1 value, 0 schedules, 102 bytes",
            "All that the plugin poll kept was deleted.",
        ],
    )


def test_the_commands_make_list_and_end_an_invitation(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(open_database(Path("chat.db"))):
        status, shown = run("sh", "-ec", BLOCKS[5])
    made, listed, ended = shown.splitlines()
    assert status == 0
    assert " is good for 5 accounts until " in made
    assert listed.startswith("1 by this program on ")
    assert ended == "The invitation code 1 is good no more."
