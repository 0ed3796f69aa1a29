"""
The file of the database: made, opened again, brought up to date, and refused in one sentence.
"""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from shared_database import (
    LINES,
    TABLES,
    count,
    disk_room,
    one_sentence,
    output,
    populate,
    pragma,
    refusal,
    running,
    schema,
)

from twisted_chat.store.sqlite.database import (
    BadDatabase,
    connect,
    connect_alone,
    open_database,
    require,
)
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.migrations import APPLICATION_ID

NICKS = "ALTER TABLE lines ADD COLUMN nick TEXT NOT NULL DEFAULT 'somebody';"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return schema(tmp_path / "first", TABLES)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return schema(tmp_path / "second", TABLES, NICKS)


@pytest.fixture
def populated(path: Path, first: Path) -> Path:
    populate(path, first)
    return path


# How it opens.


def test_a_new_file_is_for_its_owner_alone_and_opens_again(path, first):
    with closing(open_database(path, first)) as database:
        assert path.stat().st_mode & 0o777 == 0o600
        assert pragma(database, "application_id") == APPLICATION_ID
        assert pragma(database, "user_version") == 1
        assert pragma(database, "journal_mode") == "wal"
        assert pragma(database, "synchronous") == 1
        assert pragma(database, "foreign_keys") == 1
        assert pragma(database, "busy_timeout") == 5000
        database.execute("INSERT INTO rooms (name) VALUES ('lobby')")
    with closing(open_database(path, first)) as database:
        assert database.execute("SELECT name FROM rooms").fetchall() == [("lobby",)]
    assert {file.name for file in path.parent.glob("chat.db*")} == {"chat.db", "chat.db.lock"}


def test_leftovers_of_a_killed_first_start_do_no_harm(path, first):
    path.with_name("chat.db.partial").write_bytes(b"half a databa")
    open_database(path, first).close()
    assert {file.name for file in path.parent.glob("chat.db*")} == {"chat.db", "chat.db.lock"}


def test_a_file_is_not_there_at_all_when_its_first_start_fails(path, tmp_path):
    steps = schema(tmp_path / "steps", TABLES, "ALTER TABLE nowhere ADD COLUMN x;")
    assert refusal(path, steps) == (
        f"{path} was not changed: 0002.sql cannot be applied: no such table: nowhere."
    )
    assert not list(path.parent.glob("chat.db*[!k]"))


def test_a_server_that_was_killed_leaves_what_it_had_written(path, first):
    process = running(
        "database = open_database(path, steps)\n"
        "database.execute(\"INSERT INTO rooms (name) VALUES ('lobby')\")\n"
        "database.execute('BEGIN')\n"
        "database.execute(\"INSERT INTO rooms (name) VALUES ('kitchen')\")\n"
        "import os; os.kill(os.getpid(), 9)",
        path,
        first,
    )
    assert output(process) == ""
    assert process.returncode == -signal.SIGKILL
    assert path.with_name("chat.db-wal").stat().st_size
    with closing(open_database(path, first)) as database:
        assert database.execute("SELECT name FROM rooms").fetchall() == [("lobby",)]


@pytest.mark.parametrize("lost", ["-shm", "-wal"])
def test_a_lost_file_beside_the_database_does_no_harm(populated, first, tmp_path, lost):
    copy = tmp_path / "copy.db"
    with closing(open_database(populated, first)) as database:
        database.execute("INSERT INTO lines (room, text) VALUES (1, 'more')")
        for suffix in {"", "-shm", "-wal"} - {lost}:
            shutil.copy(f"{populated}{suffix}", f"{copy}{suffix}")
    with closing(open_database(copy, first)) as database:
        assert count(database) == LINES + (lost == "-shm")


def test_a_write_ahead_log_that_has_grown_is_cut_down(populated, first):
    log = populated.with_name("chat.db-wal")
    with closing(open_database(populated, first)) as database:
        with closing(connect(populated, first)) as reader:
            reader.execute("BEGIN")
            count(reader)
            database.execute("CREATE TABLE large AS SELECT zeroblob(20000000)")
        assert log.stat().st_size > 20_000_000
        database.execute("PRAGMA wal_checkpoint")
        database.execute("DROP TABLE large")
        database.execute("INSERT INTO rooms (name) VALUES ('kitchen')")
        assert log.stat().st_size <= 16 * 1024 * 1024


# Whom it lets in.


def test_a_second_server_on_the_same_file_is_refused_until_the_first_is_gone(path, first):
    link = path.with_name("link.db")
    link.symlink_to(path)
    sentence = f"{path} is in use by another server; stop that one, or name another file."
    with closing(open_database(path, first)):
        assert refusal(path, first) == sentence
        assert refusal(link, first) == sentence
    open_database(link, first).close()


def test_a_killed_server_lets_go_of_the_file(path, first):
    process = running(
        "database = open_database(path, steps); print(flush=True); sys.stdin.read()\n"
        "import signal; signal.pause()",
        path,
        first,
    )
    assert process.stdout.readline() == b"\n"
    assert "is in use by another server" in refusal(path, first)
    process.kill()
    output(process)
    open_database(path, first).close()


@pytest.mark.parametrize("other", ["link.db", "chat.db"], ids=["a hard link", "no lock file"])
def test_a_second_server_is_refused_by_the_file_itself(populated, first, other):
    same = populated.with_name(other)
    if not same.exists():
        same.hardlink_to(populated)
    with closing(open_database(populated, first)) as server:
        Path(f"{populated}.lock").unlink()
        second = output(running("open_database(path, steps)", same, first))
        assert f"{same} is in use by another server" in second
        # It took nothing from the first one: neither its lock nor those of SQLite.
        server.execute("DELETE FROM lines WHERE id > 10")
        again = output(running("connect_alone(path)", same, first))
        assert f"{same} is in use by a server; stop that one first." in again
    assert output(running("open_database(path, steps).close()", same, first)) == ""
    with closing(open_database(populated, first)) as server:
        assert count(server) == 10


def test_tools_read_and_write_beside_a_server(populated, first):
    with closing(open_database(populated, first)) as server:
        with closing(connect(populated, first)) as tool:
            assert count(tool) == LINES
            tool.execute("DELETE FROM lines WHERE id > 10")
        assert count(server) == 10


def test_tools_neither_make_nor_change_a_schema(populated, second, tmp_path):
    with pytest.raises(BadDatabase) as refused:
        connect(tmp_path / "other.db", second)
    assert one_sentence(refused.value) == (
        f"There is no file {tmp_path}/other.db; name a database that exists."
    )
    with pytest.raises(BadDatabase) as refused:
        connect(populated, second)
    assert one_sentence(refused.value) == (
        f"{populated} is of schema 1, not 2; start the server once to upgrade it."
    )


# What it refuses.


def test_a_folder_is_no_database(tmp_path, first):
    assert refusal(tmp_path, first) == f"{tmp_path} is not a file; name another one."


def test_a_link_to_itself_is_no_database_and_stays(tmp_path, first):
    for path, target in ((tmp_path / "a.db", "a.db"), (tmp_path / "b.db", "c.db")):
        path.symlink_to(target)
    (tmp_path / "c.db").symlink_to("b.db")
    for name in ("a.db", "b.db"):
        path = tmp_path / name
        nowhere = f"{path} is a link to itself; name a file."
        assert refusal(path, first) == nowhere
        with pytest.raises(BadDatabase, match="is a link to itself"):
            connect(path, first)
        assert path.is_symlink()


def test_a_link_to_a_file_that_is_not_there_yet_has_it_made(tmp_path, first):
    (tmp_path / "disk").mkdir()
    path = tmp_path / "chat.db"
    path.symlink_to("disk/chat.db")
    open_database(path, first).close()
    assert path.is_symlink()
    assert (tmp_path / "disk" / "chat.db").is_file()
    (tmp_path / "lost.db").symlink_to("no/chat.db")
    assert refusal(tmp_path / "lost.db", first).startswith(f"There is no folder {tmp_path}/no")


def test_a_pipe_is_no_database_and_is_not_waited_for(path, first):
    os.mkfifo(path)
    assert refusal(path, first) == f"{path} is not a file; name another one."


def test_a_missing_folder_is_named(tmp_path, first):
    path = tmp_path / "nowhere" / "chat.db"
    assert refusal(path, first) == f"There is no folder {path.parent} for chat.db; make it."


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may open the files of others")
def test_root_leaves_nothing_that_the_owner_of_the_file_cannot_open(path):
    somebody = 61_234
    open_database(path).close()
    os.chown(path, somebody, somebody)
    Path(f"{path}.lock").unlink()
    with closing(connect_alone(path)) as database:
        database.execute("INSERT INTO room (name, key) VALUES ('den', 'den')")
        owners = {each.name: each.stat().st_uid for each in path.parent.glob("*.db*")}
    assert owners == dict.fromkeys(
        [path.name, *(f"{path.name}{end}" for end in (".lock", "-wal", "-shm"))], somebody
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_or_folder_that_may_not_be_written_is_refused(populated, first):
    populated.chmod(0o400)
    assert "cannot be read and written" in refusal(populated, first)
    populated.chmod(0o600)
    populated.parent.chmod(0o500)
    assert "cannot be written" in refusal(populated, first)
    populated.parent.chmod(0o700)


@pytest.mark.parametrize(
    "data",
    [b"alice: hello bob\n", b"alice: hello bob\n" * 1000, b"\x89PNG\r\n\x1a\n" + bytes(5000)],
    ids=["short text", "text", "PNG"],
)
def test_a_file_of_another_kind_is_refused_and_left_alone(path, first, data):
    path.write_bytes(data)
    assert refusal(path, first) == (
        f"{path} is not an SQLite database; name another file, or restore a copy."
    )
    assert path.read_bytes() == data
    assert not list(path.parent.glob("chat.db?*"))


def test_an_empty_file_is_not_taken_for_a_new_one(path, first):
    path.touch()
    assert refusal(path, first) == (
        f"{path} is empty; restore a copy, or remove it to start with a new one."
    )


def test_the_database_of_another_program_is_refused_and_left_alone(path, first):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    data = path.read_bytes()
    assert refusal(path, first) == (
        f"{path} is not a database of Twisted Chat; name another file, or restore a copy."
    )
    assert path.read_bytes() == data


def test_a_newer_database_is_refused(populated, first):
    with closing(sqlite3.connect(populated)) as newer:
        newer.execute("PRAGMA user_version = 7")
    assert refusal(populated, first) == (
        f"{populated} was written by a newer Twisted Chat (schema 7, this one knows 1); "
        "install that one, or restore a copy."
    )


@pytest.mark.parametrize("number", [0, -1])
def test_a_schema_that_there_never_was_is_refused(populated, first, number):
    with closing(sqlite3.connect(populated)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    assert refusal(populated, first) == (
        f"{populated} is damaged: it claims to be of schema {number}; restore a copy."
    )


def test_a_table_that_was_removed_by_hand_is_named(populated, first):
    with closing(sqlite3.connect(populated)) as connection:
        connection.execute("DROP INDEX lines_by_room")
    assert "its index lines_by_room is not as in schema 1" in refusal(populated, first)


def test_a_table_that_was_added_by_hand_is_left_alone(populated, first):
    with closing(sqlite3.connect(populated)) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("ANALYZE")
    open_database(populated, first).close()


def test_what_this_sqlite_cannot_do_is_named():
    with pytest.raises(BadDatabase) as refused:
        require({"FTS99": "CREATE VIRTUAL TABLE found USING fts99(text)"})
    assert one_sentence(refused.value) == (
        f"This Python's SQLite {sqlite3.sqlite_version} has no FTS99; "
        "use a Python whose SQLite has it."
    )


def test_a_database_that_another_program_keeps_locked_is_told(populated):
    with (
        closing(sqlite3.connect(populated, isolation_level=None)) as other,
        closing(sqlite3.connect(populated, isolation_level=None, timeout=0)) as database,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BadDatabase) as refused, in_words(populated):
            database.execute("BEGIN IMMEDIATE")
    assert one_sentence(refused.value) == (
        f"{populated} is locked by another program; end that, and try again."
    )


def test_a_new_database_without_room_on_the_disk_is_refused(path, first):
    process = running(
        "try: open_database(path, steps)\nexcept BadDatabase as error: print(error)",
        path,
        first,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert output(process) == (
        f"{path} was not changed: 0001.sql cannot be applied: disk I/O error.\n"
    )
    assert {file.name for file in path.parent.glob("chat.db*")} == {"chat.db.lock"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_first_start_on_a_full_disk_asks_for_room(first, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("this root may not mount anything")
    try:
        (disk / "filler").write_bytes(bytes(disk_room(disk) - 8192))
        path = disk / "chat.db"
        assert refusal(path, first) == f"The disk has no room for {path}; make some."
        assert {file.name for file in disk.iterdir()} == {"filler", "chat.db.lock"}
    finally:
        subprocess.run(["umount", disk], check=True)


# How it is brought up to date.


# What a bad disk does to it.
