"""
The operator's page: its commands work as they stand there, in the order of the page.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from twisted_chat.store.decisions import Audited, Sanction
from twisted_chat.store.records import AccountMade, Line, RoomOpened
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.sql import load, write

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
    backup, check_copy, _, _, _, _, check, restore = BLOCKS

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
    with closing(open_database(Path("old/chat.db"), steps)) as database:
        assert database.execute("SELECT count(*) FROM notes").fetchone() == (3,)


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
    _, _, prune, vacuum, accounts, _, _, _ = BLOCKS

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


def test_the_commands_let_in_again_who_is_shut_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    now, network = time.time(), "192.0.2.0/24"
    with closing(open_database(Path("chat.db"))) as server:
        ban = Sanction(5, 0, "ban", network, 0, network, "oscar", "oops", now, now + 3600)
        deed = Audited(5, 0, "", 0, now, "oscar", "", "sban", network, "oops", now + 3600)
        write(server, [ban, deed])
        status, shown = run("sh", "-ec", BLOCKS[5])
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
