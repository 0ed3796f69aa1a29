"""
What the operator does with a database, beside a running server or without one.
"""

import json
import math
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.admin.__main__ import main
from twisted_chat.admin.maintenance import back_up, check
from twisted_chat.store.decisions import Audited, Rank, Sanction, Standing
from twisted_chat.store.records import (
    AccountMade,
    Came,
    Change,
    Line,
    Message,
    RoomOpened,
    Seated,
    Went,
)
from twisted_chat.store.sqlite.database import BadDatabase, open_database
from twisted_chat.store.sqlite.migrations import APPLICATION_ID, SCHEMA, read_migrations
from twisted_chat.store.sqlite.sql import load, write

#: Seconds in which whatever is waited for must happen; much, for a machine that is busy.
WITHIN = 30.0
TABLES = """
CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE lines (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms,
    text TEXT NOT NULL
);
CREATE INDEX lines_by_text ON lines (text);
CREATE VIRTUAL TABLE words USING fts5(text, content='lines', content_rowid='id');
CREATE TRIGGER line_found AFTER INSERT ON lines BEGIN
    INSERT INTO words (rowid, text) VALUES (new.id, new.text);
END;
"""
# Two lines at a time: a copy with an odd number is not of one moment.
WRITER = """
import sys
from pathlib import Path
from twisted_chat.store.sqlite.database import open_database
database = open_database(*map(Path, sys.argv[1:]))
while True:
    database.execute("BEGIN IMMEDIATE")
    for text in ("first", "second"):
        database.execute("INSERT INTO lines (room, text) VALUES (1, ?)", (text * 100,))
    database.execute("COMMIT")
"""


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "0001.sql").write_text(TABLES)
    return folder


@pytest.fixture
def path(tmp_path: Path, steps: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Stand in the folder of a database, which holds a hundred lines.
    """
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "chat.db"
    with closing(open_database(path, steps)) as database:
        database.execute("INSERT INTO rooms (name) VALUES ('lobby')")
        for number in range(100):
            database.execute(
                "INSERT INTO lines (room, text) VALUES (1, ?)", (f"line {number} of tea",)
            )
    return path


@contextmanager
def writer(path: Path, steps: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, path, steps],
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_for_more(path, count(path))
        yield
    finally:
        process.kill()
        process.wait(WITHIN)


def wait_for_more(path: Path, than: int) -> None:
    """
    Wait until there are some more lines than these in a database.
    """
    deadline = time.monotonic() + WITHIN
    while count(path) < than + 20:
        assert time.monotonic() < deadline, "nobody writes"


def run(*words: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
    """
    Run the operator's program in a process of its own.
    """
    return subprocess.run(
        [sys.executable, "-m", "twisted_chat.admin", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WITHIN,
        check=False,
        **how,
    )


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        (number,) = database.execute("SELECT count(*) FROM lines").fetchone()
        return number


def refusal(source: Path, target: Path) -> str:
    with pytest.raises(BadDatabase) as refused:
        back_up(source, target)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence


# Copies.


def test_a_copy_is_one_whole_file_for_its_owner_alone(path, steps, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    back_up(path, folder / "copy.db")
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600
    with closing(open_database(folder / "copy.db", steps)) as database:
        assert database.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert database.execute("SELECT count(*) FROM words ('tea')").fetchone() == (100,)


def test_copies_of_a_database_that_a_server_writes_are_each_of_one_moment(path, steps, tmp_path):
    with writer(path, steps):
        for number in range(8):
            copy = tmp_path / f"copy-{number}.db"
            back_up(path, copy)
            wait_for_more(path, count(copy))
        assert check(path) == []
    counts = [count(tmp_path / f"copy-{number}.db") for number in range(8)]
    assert counts == sorted(set(counts))
    assert all(number % 2 == 0 for number in counts)
    assert all(check(tmp_path / f"copy-{number}.db") == [] for number in range(8))


def test_what_a_killed_server_had_written_is_in_the_copy(path, steps, tmp_path):
    with writer(path, steps):
        written = count(path)
    back_up(path, tmp_path / "copy.db")
    assert count(tmp_path / "copy.db") >= written > 100


def test_a_copy_overwrites_nothing(path, tmp_path):
    target = tmp_path / "letter.txt"
    target.write_text("Dear Alice")
    assert refusal(path, target) == f"{target} is there already; name another file."
    assert refusal(path, path) == f"{path} is there already; name another file."
    assert refusal(path, tmp_path) == f"{tmp_path} is there already; name another file."
    assert target.read_text() == "Dear Alice"
    assert not list(tmp_path.glob("*.partial"))


def test_a_copy_replaces_no_link_either(path, tmp_path):
    target = tmp_path / "backup.db"
    target.symlink_to("elsewhere.db")
    assert refusal(path, target) == f"{target} is there already; name another file."
    assert target.is_symlink()


def test_a_copy_that_is_being_made_is_left_alone(path, tmp_path):
    partial = tmp_path / "copy.db.partial"
    partial.touch()
    assert refusal(path, tmp_path / "copy.db") == (
        f"{partial} is in the way; remove it, unless another copy is being made there."
    )
    assert partial.exists()


def test_a_copy_needs_a_folder_and_a_database(path, tmp_path):
    assert refusal(path, tmp_path / "nowhere" / "copy.db") == (
        f"There is no folder {tmp_path}/nowhere for copy.db; make it."
    )
    assert refusal(tmp_path / "other.db", tmp_path / "copy.db") == (
        f"There is no {tmp_path}/other.db; name a database that is there."
    )
    (tmp_path / "text").write_text("hello")
    assert refusal(tmp_path / "text", tmp_path / "copy.db") == (
        f"{tmp_path}/text is no SQLite database; name another file, or restore a copy."
    )
    assert "File name too long" in refusal(path, tmp_path / ("x" * 300))


def test_a_damaged_database_is_not_copied(path, tmp_path):
    hurt(path)
    sentence = refusal(path, tmp_path / "copy.db")
    assert sentence.startswith(f"{path} is damaged: ")
    assert not list(tmp_path.glob("copy.db*"))


def hurt(path: Path) -> None:
    """
    Let an index say other things than its table.
    """
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX lines_by_text ON lines (room)' "
            "WHERE name = 'lines_by_text'"
        )
        database.commit()


# What is damaged.


def test_nothing_is_found_in_a_database_that_is_well(path):
    assert check(path) == []


def test_a_damaged_index_is_found(path):
    hurt(path)
    assert "row 1 missing from index lines_by_text" in check(path)


def test_a_row_that_refers_to_nothing_is_found(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO lines VALUES (1000, 7, 'nowhere')")
        database.commit()
    assert check(path) == ["row 1000 of lines refers to none in rooms"]


def test_an_index_of_words_that_is_not_that_of_the_lines_is_found(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM lines WHERE id = 5")
        database.commit()
    (found,) = check(path)
    assert found.startswith("the index words is not that of its text: ")


def test_pages_that_are_gone_are_found(path):
    data = path.read_bytes()
    path.write_bytes(data[:8192] + bytes(4096) + data[12288:])
    assert check(path)


def test_what_sqlite_says_in_two_lines_is_told_in_one(path, tmp_path):
    data = bytearray(path.read_bytes())
    # How many bytes lie fragmented in the 4th page, see https://sqlite.org/fileformat2.html.
    data[3 * 4096 + 7] = 0x7F
    path.write_bytes(data)
    (found,) = check(path)
    assert found.startswith("*** in database main *** ")
    assert "\n" not in found
    assert f": {found}; restore a copy" in refusal(path, tmp_path / "copy.db")


def test_names_that_are_no_text_any_more_are_found(path):
    path.write_bytes(path.read_bytes().replace(b"lines_by_text", b"lines\xff\x1by_text"))
    assert check(path)


def test_a_look_that_has_no_room_for_its_copy_is_told(path, steps):
    with closing(open_database(path, steps)) as database:
        database.execute("CREATE TABLE large AS SELECT zeroblob(5000000)")
    done = run("check", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (99999, -1)))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"twisted_chat.admin: a temporary copy cannot be used: disk I/O error.\n"


def test_a_look_keeps_no_server_from_writing(path, steps):
    with closing(open_database(path, steps)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO rooms (name) VALUES ('kitchen')")
        assert check(path) == []
        database.execute("COMMIT")


# The command line.


def test_backup_makes_a_copy_and_says_so(path, capsys):
    assert main(["backup", "copy.db"]) == 0
    assert capsys.readouterr().out == "copy.db is a good copy of chat.db.\n"
    assert count(Path("copy.db")) == 100


def test_check_says_what_is_damaged(path, capsys):
    shutil.copy(path, "other.db")
    hurt(Path("other.db"))
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "chat.db is well.\n"
    assert main(["check", "--database", "sqlite:///other.db"]) == 1
    assert "row 1 missing from index lines_by_text\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["backup", "chat.db"], 1, "chat.db is there already; name another file."),
        (["backup", ""], 1, ". is a folder; name a file."),
        (["backup", "."], 1, ". is a folder; name a file."),
        (["backup", "/"], 1, "/ is a folder; name a file."),
        (["backup", ".."], 1, ".. is there already; name another file."),
        (
            ["check", "--database", "sqlite:///other.db"],
            1,
            "There is no other.db; name a database that is there.",
        ),
        ([], 2, "the following arguments are required: command."),
        (["backup"], 2, "the following arguments are required: file."),
        (["check", "--database"], 2, "argument --database: expected one argument."),
        (
            ["check", "--database", "chat.db"],
            2,
            (
                "argument --database: 'chat.db' is no database; "
                "write sqlite:///chat.db or sqlite:////srv/chat/chat.db."
            ),
        ),
        (
            ["check", "--database", "memory:"],
            2,
            "argument --database: what is in memory is the server's alone; name a file.",
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(path, words, status, sentence):
    done = run(*words)
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.decode() == f"twisted_chat.admin: {sentence}\n"


def test_a_file_may_have_any_name(path, capsys):
    name = os.fsdecode(b"sauvegard\xe9\n.db")
    assert main(["backup", name]) == 0
    assert capsys.readouterr().out == "sauvegard\ufffd\ufffd.db is a good copy of chat.db.\n"
    assert count(Path(name)) == 100


# Accounts and what is kept on them.


REGISTERED = 1_700_000_000_000_000
DAY = 86_400_000_000


@pytest.fixture
def chat_db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Stand in the folder of a real database, in which two people have registered.
    """
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "chat.db"
    now = int(time.time() * 1_000_000)
    changes: list[Change] = [
        AccountMade(REGISTERED, "Alice", "alice", "$argon2id$canary"),
        AccountMade(REGISTERED + DAY, "Ольга", "ольга", "$argon2id$canary"),
        Went(REGISTERED, REGISTERED + 2 * DAY),
        RoomOpened(1, "lobby", "lobby"),
    ]
    for number in range(1, 1001):
        old = now - (1001 - number) * DAY // 10
        changes.append(Line(old, 1, number, old / 1e6, "said", "Alice", REGISTERED, "tea"))
    changes.append(Message(now - 95 * DAY, 1.0, "Ольга", REGISTERED + DAY, "bob", -1, "psst"))
    with closing(open_database(path)) as database:
        write(database, changes)
    return path


def does(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(words) == 0
    return capsys.readouterr().out.splitlines()


def test_accounts_are_listed_with_their_roles_and_when_they_were_here(chat_db, capsys):
    does(capsys, "grant", "ALICE", "operator")
    assert does(capsys, "accounts") == [
        "registered, UTC   last seen         roles     name",
        "2023-11-14 22:13  2023-11-16 22:13  operator  Alice",
        "2023-11-15 22:13  here                        Ольга",
    ]


def test_a_list_of_which_only_the_beginning_is_read_ends_without_a_word(chat_db):
    with closing(open_database(chat_db)) as database:
        # More than a pipe holds.
        write(database, [AccountMade(n, f"user{n}", f"user{n}", "") for n in range(10, 3000)])
    with subprocess.Popen(
        [sys.executable, "-m", "twisted_chat.admin", "accounts"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        assert listing.stdout is not None
        assert listing.stdout.readline().startswith(b"registered, UTC")
        listing.stdout.close()
        assert listing.wait(WITHIN) == -signal.SIGPIPE
        assert listing.stderr is not None
        assert listing.stderr.read() == b""


def test_of_no_accounts_that_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    open_database(Path("chat.db")).close()
    assert does(capsys, "accounts") == ["Nobody has registered."]


def test_a_role_is_given_and_taken_once(chat_db, capsys):
    assert does(capsys, "grant", "alice", "operator") == [
        "alice is operator from their next login on."
    ]
    assert does(capsys, "grant", "alice", "operator") == ["alice is operator already."]
    assert roles(chat_db) == ["operator", ""]
    assert does(capsys, "revoke", "alice", "operator") == [
        "alice is operator until their next login, and no more from then on."
    ]
    assert does(capsys, "revoke", "alice", "operator") == ["alice was not operator."]
    assert roles(chat_db) == ["", ""]


def roles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [each for (each,) in database.execute("SELECT roles FROM account ORDER BY id")]


def test_a_role_is_given_beside_a_server(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        write(server, [Came(REGISTERED)])
        does(capsys, "grant", "alice", "operator")
        write(server, [Went(REGISTERED, REGISTERED + DAY)])
        assert server.execute("SELECT roles FROM account").fetchone() == ("operator",)


def test_old_lines_and_messages_are_deleted_beside_a_server(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        assert does(capsys, "prune", "--older-than", "10d") == ["902 entries are deleted."]
        assert server.execute("SELECT min(number), count(*) FROM line").fetchone() == (902, 99)
        assert server.execute("SELECT count(*) FROM message").fetchone() == (0,)
        assert does(capsys, "prune", "--older-than", "10d") == ["0 entries are deleted."]


def test_what_is_deleted_cannot_be_found_in_the_file(chat_db, capsys):
    with closing(open_database(chat_db)) as server:
        write(server, [Line(7, 1, 5000, 7e-6, "said", "Alice", REGISTERED, "canary " * 900)])
    assert b"canary canary" in chat_db.read_bytes()
    assert does(capsys, "prune", "--older-than", "10d")
    assert b"canary canary" not in chat_db.read_bytes()


def test_what_is_kept_on_somebody_is_written_into_a_file(chat_db, capsys):
    (name,) = does(capsys, "export", "alice")
    assert name.startswith("exports/Alice-")
    rows = [json.loads(line) for line in Path(name).read_text().splitlines()]
    assert [row["type"] for row in rows] == ["account"] + ["line"] * 1000
    names = does(capsys, "export", "--all", "--folder", "all")
    assert [name.rpartition("-")[0] for name in names] == ["all/Alice", "all/Ольга"]
    assert sorted(map(str, Path("all").iterdir())) == sorted(names)
    assert all("canary" not in Path(name).read_text() for name in names)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (
            ["grant", "bob", "operator"],
            1,
            "Nobody is registered as 'bob'; `accounts` lists who is.",
        ),
        (["export", "\x1b"], 1, "Nobody is registered as '\\x1b'; `accounts` lists who is."),
        (
            ["export", os.fsdecode(b"caf\xe9")],
            1,
            "Nobody is registered as 'caf\\udce9'; `accounts` lists who is.",
        ),
        (["unregister", "bob"], 1, "Nobody is registered as 'bob'; `accounts` lists who is."),
        (["unban", "bob"], 1, "'bob' is not banned or muted; `bans` lists who is."),
        (["unban", "a b"], 1, "a b is neither a name nor an address."),
        (["audit", "0"], 2, "argument count: '0' is no number of deeds; write for example 50."),
        (["audit", "--room", "#"], 1, "A room name needs at least one letter or digit."),
        (
            ["export", "alice", "--folder", "chat.db"],
            1,
            "chat.db/... cannot be written: File exists.",
        ),
        (
            ["grant", "alice", "admin"],
            2,
            "argument role: 'admin' is no role; there is operator.",
        ),
        (
            ["prune", "--older-than", "0"],
            2,
            "argument --older-than: '0' is no time; write for example 90d or 12h.",
        ),
        (["prune"], 2, "the following arguments are required: --older-than."),
        (["export"], 2, "one of the arguments name --all is required."),
    ],
)
def test_what_cannot_be_done_with_accounts_is_told_in_one_sentence(
    chat_db, words, status, sentence
):
    done = run(*words)
    assert (done.returncode, done.stdout) == (status, b"")
    told = re.sub("Alice-.*jsonl", "...", done.stderr.decode())
    assert told == f"twisted_chat.admin: {sentence}\n"
    assert roles(chat_db) == ["", ""]


def test_an_account_is_given_up_and_its_name_free(chat_db, capsys):
    with closing(open_database(chat_db)) as database:
        write(database, [Seated(REGISTERED, 1), Standing(1, REGISTERED, "Alice", Rank.OWNER, 1)])
    assert does(capsys, "unregister", "ALICE") == [
        "Alice is nobody's any more. What they said stays where they said it."
    ]
    with closing(open_database(chat_db)) as server:
        kept = load(server)
        assert [each.name for each in kept.accounts] == ["Ольга"]
        assert kept.standings == ()
        assert server.execute("SELECT count(*) FROM line").fetchone() == (1000,)


def test_an_account_is_found_however_its_name_is_spelt(chat_db, capsys):
    assert does(capsys, "grant", "a1ice", "operator")
    assert roles(chat_db) == ["operator", ""]


def test_no_account_is_given_up_beside_a_server(chat_db, capsys):
    with closing(open_database(chat_db)):
        assert main(["unregister", "alice"]) == 1
        assert capsys.readouterr().err == (
            f"twisted_chat.admin: {chat_db} is in use by a server; stop that one first.\n"
        )
    assert does(capsys, "unregister", "alice")


# Whoever has shut themselves out.


NOW = time.time()


def ban(
    number: int,
    mask: str,
    *,
    kind: str = "ban",
    author: int = 0,
    until: float = NOW + 3600,
    room: int = 0,
) -> Sanction:
    return Sanction(number, room, kind, mask, author, mask, "oscar", "flood", NOW, until)


BANS = (
    *(ban(1, "192.0.2.0/24"), ban(2, "192.0.2.0/24", kind="mute"), ban(3, "alice")),
    *(ban(4, "guest", author=REGISTERED), ban(5, "over", until=1.0), ban(6, "eve", room=1)),
)


def test_the_bans_and_mutes_of_the_server_that_hold_are_listed(chat_db, capsys):
    assert does(capsys, "bans") == ["Nobody is banned from this server or muted."]
    with closing(open_database(chat_db)) as server:
        write(server, BANS)
        # In whole minutes, all of which have passed by then.
        end = time.localtime(math.ceil((NOW + 3600) / 60) * 60)
        told = f"by oscar until {time.strftime('%Y-%m-%d %H:%M', end)}: flood"
        assert does(capsys, "bans") == [
            f"ban of 192.0.2.0/24 {told}",
            f"mute of 192.0.2.0/24 {told}",
            f"ban of alice {told}",
            f"ban of guest {told}",
        ]


@pytest.mark.parametrize(
    ("who", "lifted", "left"),
    [
        ("192.0.2.7/24", ["ban of 192.0.2.0/24", "mute of 192.0.2.0/24"], [3, 4]),
        ("ALICE", ["ban of alice", "ban of guest"], [1, 2]),
        ("guest", ["ban of guest"], [1, 2, 3]),
        ("a1ice", ["ban of alice", "ban of guest"], [1, 2]),
    ],
)
def test_a_ban_is_lifted_from_the_next_start_of_the_server_on(chat_db, capsys, who, lifted, left):
    with closing(open_database(chat_db)) as server:
        write(server, BANS)
        assert does(capsys, "unban", who) == [
            f"The {what} holds no more from the server's next start on." for what in lifted
        ]
    with closing(open_database(chat_db)) as server:
        # What is of a room, or over, stays.
        assert [each.id for each in load(server).sanctions] == [*left, 5, 6]


def test_the_audit_trail_is_read_from_the_shell_the_latest_last(chat_db, capsys):
    assert does(capsys, "audit") == ["Nothing was done."]
    deeds = [
        Audited(n, n % 2, "Attic" * (n % 2), 1, n * 60.0, "oscar", "", f"deed {n}", "eve", "", 0)
        for n in range(1, 31)
    ]
    with closing(open_database(chat_db)) as server:
        write(server, deeds)
        told = [deed.told for deed in deeds]
        assert does(capsys, "audit") == told[-20:]
        assert does(capsys, "audit", "2") == told[-2:]
        assert does(capsys, "audit", "2", "--room", "#attic") == [told[-4], told[-2]]


# What may only be read.


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")
@pytest.mark.parametrize("ends_well", [True, False])
def test_what_is_on_a_disk_that_may_not_be_written_is_read(chat_db, capsys, tmp_path, ends_well):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", disk], check=False).returncode:
        pytest.skip("this root may not mount anything")
    try:
        with closing(open_database(chat_db)) as server:
            write(server, [RoomOpened(2, "attic", "attic")])
            if not ends_well:
                # With what was written last beside it.
                for file in tmp_path.glob("chat.db*"):
                    shutil.copy(file, disk)
        if ends_well:
            shutil.copy(chat_db, disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        here = "--database=sqlite:///disk/chat.db"
        assert does(capsys, "check", here) == ["disk/chat.db is well."]
        assert len(does(capsys, "accounts", here)) == 3
        assert does(capsys, "export", "alice", here)
        assert does(capsys, "backup", "copy.db", here)
        assert main(["grant", "alice", "operator", here]) == 1
        assert "may not be read and written" in capsys.readouterr().err
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_database_of_a_newer_version_is_well_and_that_is_said(path, steps, capsys):
    for number in range(2, len(read_migrations(SCHEMA)) + 2):
        (steps / f"{number:04}.sql").write_text(f"CREATE TABLE later_{number} (id INTEGER);")
    open_database(path, steps).close()
    assert main(["check"]) == 0
    assert capsys.readouterr().out == (
        "chat.db is well, but was written by a newer Twisted Chat; install that one to use it.\n"
    )


def test_every_command_has_help(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "backup    Copy the database into a new file." in shown
    assert "check     Look whether the database is damaged." in shown
