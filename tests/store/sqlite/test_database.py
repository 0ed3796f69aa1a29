"""
The file of the database: made, opened again, brought up to date, and refused in one sentence.
"""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.store.sqlite.database import (
    BadDatabase,
    connect,
    open_database,
    path_of,
    require,
)
from twisted_chat.store.sqlite.errors import in_words
from twisted_chat.store.sqlite.migrations import APPLICATION_ID, SCHEMA, read_migrations, shape

#: Seconds in which whatever is waited for must happen; much, for a machine that is busy.
WITHIN = 30.0
TABLES = """
CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE lines (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms,
    text TEXT NOT NULL
);
CREATE INDEX lines_by_room ON lines (room, id);
CREATE VIRTUAL TABLE words USING fts5(text, content='lines', content_rowid='id');
CREATE TRIGGER line_found AFTER INSERT ON lines BEGIN
    INSERT INTO words (rowid, text) VALUES (new.id, new.text);
END;
"""
NICKS = "ALTER TABLE lines ADD COLUMN nick TEXT NOT NULL DEFAULT 'somebody';"
LINES = 1000


def schema(folder: Path, *steps: str) -> Path:
    folder.mkdir()
    for number, sql in enumerate(steps, 1):
        (folder / f"{number:04}.sql").write_text(sql)
    return folder


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return schema(tmp_path / "first", TABLES)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return schema(tmp_path / "second", TABLES, NICKS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def populated(path: Path, first: Path) -> Path:
    populate(path, first)
    return path


def populate(path: Path, steps: Path) -> None:
    with closing(open_database(path, steps)) as database:
        database.execute("BEGIN")
        database.execute("INSERT INTO rooms (name) VALUES ('lobby')")
        database.executemany(
            "INSERT INTO lines (room, text) VALUES (1, ?)",
            ((f"line {number} about tea and cake",) for number in range(LINES)),
        )
        database.execute("COMMIT")


def pragma(connection: sqlite3.Connection, name: str) -> object:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value


def count(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM lines").fetchone()
    return number


def refusal(path: Path, steps: Path = SCHEMA) -> str:
    """
    Open what cannot be opened, and return the sentence that says why.
    """
    with pytest.raises(BadDatabase) as refused:
        open_database(path, steps).close()
    return one_sentence(refused.value)


def one_sentence(error: BadDatabase) -> str:
    sentence = str(error)
    assert sentence.endswith("."), sentence
    assert sentence.isprintable(), sentence
    return sentence


def running(code: str, *words: object, **how: Any) -> subprocess.Popen[bytes]:
    """
    Run Python in a process of its own, which can be killed; it is given ``path`` and ``steps``.
    """
    start = (
        "import sys; from pathlib import Path; path, steps = map(Path, sys.argv[1:]);"
        "from twisted_chat.store.sqlite.database import *\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start + code, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **how,
    )


def output(process: subprocess.Popen[bytes]) -> str:
    text, _ = process.communicate(timeout=WITHIN)
    return text.decode()


# Where it is.


def test_a_url_names_a_file_or_memory(tmp_path):
    assert path_of("sqlite:///chat.db") == Path("chat.db")
    assert path_of("sqlite:///data/chat.db", tmp_path) == tmp_path / "data" / "chat.db"
    assert path_of("sqlite:////srv/chat.db", tmp_path) == Path("/srv/chat.db")
    assert path_of("memory:") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "chat.db",
        "sqlite:",
        "sqlite://chat.db",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///chat.db?mode=ro",
        "sqlite:///chat\n.db",
        "sqlite:///chat\0.db",
        "postgresql://localhost/chat",
        "memory",
    ],
)
def test_another_url_is_refused(url):
    with pytest.raises(BadDatabase) as refused:
        path_of(url)
    assert one_sentence(refused.value) == (
        f"{url!r} is no database; "
        "write sqlite:///chat.db, sqlite:////srv/chat/chat.db, or memory:."
    )


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


def test_what_was_left_of_a_killed_first_start_is_no_hindrance(path, first):
    path.with_name("chat.db.partial").write_bytes(b"half a databa")
    open_database(path, first).close()
    assert {file.name for file in path.parent.glob("chat.db*")} == {"chat.db", "chat.db.lock"}


def test_a_file_is_not_there_at_all_when_its_first_start_fails(path, tmp_path):
    steps = schema(tmp_path / "steps", TABLES, "ALTER TABLE nowhere ADD COLUMN x;")
    assert refusal(path, steps) == (
        f"{path} stays as it was: 0002.sql cannot be applied: no such table: nowhere."
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
def test_a_lost_file_beside_it_is_no_hindrance(populated, first, tmp_path, lost):
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
        f"There is no {tmp_path}/other.db; name a database that is there."
    )
    with pytest.raises(BadDatabase) as refused:
        connect(populated, second)
    assert one_sentence(refused.value) == (
        f"{populated} is of schema 1, not 2; start the server, which changes it."
    )


# What it refuses.


def test_a_folder_is_no_database(tmp_path, first):
    assert refusal(tmp_path, first) == f"{tmp_path} is no file; name another one."


def test_a_link_to_itself_is_no_database_and_stays(tmp_path, first):
    for path, target in ((tmp_path / "a.db", "a.db"), (tmp_path / "b.db", "c.db")):
        path.symlink_to(target)
    (tmp_path / "c.db").symlink_to("b.db")
    for name in ("a.db", "b.db"):
        path = tmp_path / name
        nowhere = f"{path} is a link that leads nowhere but to itself; name a file."
        assert refusal(path, first) == nowhere
        with pytest.raises(BadDatabase, match="leads nowhere"):
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


def test_a_pipe_is_no_database_and_nobody_waits_for_it(path, first):
    os.mkfifo(path)
    assert refusal(path, first) == f"{path} is no file; name another one."


def test_a_missing_folder_is_named(tmp_path, first):
    path = tmp_path / "nowhere" / "chat.db"
    assert refusal(path, first) == f"There is no folder {path.parent} for chat.db; make it."


def test_a_name_that_is_too_long_is_refused(tmp_path, first):
    assert "File name too long" in refusal(tmp_path / ("x" * 300), first)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_or_folder_that_may_not_be_written_is_refused(populated, first):
    populated.chmod(0o400)
    assert "let this user do both" in refusal(populated, first)
    populated.chmod(0o600)
    populated.parent.chmod(0o500)
    assert "may not be written" in refusal(populated, first)
    populated.parent.chmod(0o700)


@pytest.mark.parametrize(
    "data",
    [b"alice: hello bob\n", b"alice: hello bob\n" * 1000, b"\x89PNG\r\n\x1a\n" + bytes(5000)],
    ids=["short text", "text", "PNG"],
)
def test_a_file_of_another_kind_is_refused_and_left_alone(path, first, data):
    path.write_bytes(data)
    assert refusal(path, first) == (
        f"{path} is no SQLite database; name another file, or restore a copy."
    )
    assert path.read_bytes() == data
    assert not list(path.parent.glob("chat.db?*"))


def test_an_empty_file_is_not_taken_for_a_new_one(path, first):
    path.touch()
    assert refusal(path, first) == (
        f"{path} is empty; restore a copy, or remove it to begin anew."
    )


def test_the_database_of_another_program_is_refused_and_left_alone(path, first):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    data = path.read_bytes()
    assert refusal(path, first) == (
        f"{path} is no database of Twisted Chat; name another file, or restore a copy."
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


def test_damage_is_told_with_a_copy_to_restore(populated, first, second):
    open_database(populated, second).close()
    data = bytearray(populated.read_bytes())
    data[8192:12288] = bytes(4096)
    populated.write_bytes(data)
    sentence = refusal(populated, second)
    assert sentence.startswith(f"{populated} is damaged: ")
    assert sentence.endswith(f"; restore a copy, for example {populated}.before-0002.")
    shutil.copy(f"{populated}.before-0002", populated)
    with closing(open_database(populated, second)) as database:
        assert count(database) == LINES


def test_a_table_that_somebody_took_away_is_named(populated, first):
    with closing(sqlite3.connect(populated)) as connection:
        connection.execute("DROP INDEX lines_by_room")
    assert "its index lines_by_room is not as in schema 1" in refusal(populated, first)


def test_a_table_that_somebody_added_is_let_be(populated, first):
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
        f"{path} stays as it was: 0001.sql cannot be applied: disk I/O error.\n"
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
        assert refusal(path, first) == f"There is no room on the disk for {path}; make some."
        assert {file.name for file in disk.iterdir()} == {"filler", "chat.db.lock"}
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_leaves_a_database_as_it_was(populated, first, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    steps = schema(tmp_path / "large", TABLES, "CREATE TABLE large AS SELECT zeroblob(2000000);")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("this root may not mount anything")
    try:
        path = shutil.copy(populated, disk / "chat.db")
        assert refusal(path, steps) == (
            f"{path} stays as it was: 0002.sql cannot be applied: database or disk is full."
        )
        with closing(open_database(path, first)) as database:
            assert count(database) == LINES
        (disk / "filler").write_bytes(bytes(disk_room(disk) - 100_000))
        assert refusal(path, steps) == f"There is no room on the disk for {path}; make some."
        assert not list(disk.glob("*.partial"))
        with closing(open_database(path, first)) as database:
            assert count(database) == LINES
    finally:
        subprocess.run(["umount", disk], check=True)


def disk_room(disk: Path) -> int:
    return shutil.disk_usage(disk).free


# How it is brought up to date.


def test_the_steps_of_the_package_are_numbered_and_leave_transactions_alone(tmp_path):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        for step in read_migrations(SCHEMA):
            statements: list[str] = []
            database.set_trace_callback(statements.append)
            step.run(database)
            words = [statement.split()[0].upper() for statement in statements if statement.strip()]
            ends = {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"}
            assert [word for word in words if word in ends] == ["BEGIN", "COMMIT"], step.name


@pytest.mark.parametrize(
    "names", [[], ["0002"], ["0001", "0003"], ["0001", "1"], ["0001", "0001-again"], ["0000"]]
)
def test_a_gap_or_a_doubled_number_is_a_mistake_of_ours(tmp_path, names):
    for name in names:
        (tmp_path / f"{name}.sql").touch()
    with pytest.raises(ValueError, match=r"000\d\.sql"):
        read_migrations(tmp_path)


def test_a_step_is_taken_after_a_copy(populated, first, second):
    with closing(open_database(populated, second)) as database:
        assert pragma(database, "user_version") == 2
        assert database.execute("SELECT nick FROM lines").fetchone() == ("somebody",)
    before = populated.with_name("chat.db.before-0002")
    assert before.stat().st_mode & 0o777 == 0o600
    with closing(open_database(before, first)) as database:
        assert count(database) == LINES


def test_a_new_file_takes_every_step_without_copies(path, second):
    open_database(path, second).close()
    assert {file.name for file in path.parent.glob("chat.db*")} == {"chat.db", "chat.db.lock"}


def test_many_steps_are_taken_at_one_start_each_after_a_copy(populated, tmp_path):
    steps = schema(tmp_path / "steps", TABLES, NICKS, "DROP INDEX lines_by_room;")
    with closing(open_database(populated, steps)) as database:
        assert pragma(database, "user_version") == 3
    copies = sorted(populated.parent.glob("chat.db.before-*"))
    versions = []
    for copy in copies:
        with closing(sqlite3.connect(copy)) as database:
            versions.append((copy.name, pragma(database, "user_version")))
    assert versions == [("chat.db.before-0002", 1), ("chat.db.before-0003", 2)]


def test_a_step_may_make_a_table_anew_that_others_refer_to(populated, tmp_path):
    anew = (
        "CREATE TABLE halls (id INTEGER PRIMARY KEY, name TEXT NOT NULL, topic TEXT);"
        "INSERT INTO halls (id, name) SELECT id, name FROM rooms;"
        "DROP TABLE rooms; ALTER TABLE halls RENAME TO rooms;"
    )
    steps = schema(tmp_path / "steps", TABLES, anew)
    with closing(open_database(populated, steps)) as database:
        assert count(database) == LINES
        with pytest.raises(sqlite3.IntegrityError):
            database.execute("DELETE FROM rooms")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("DROP TABLE words; DROP TABLE nowhere;", "cannot be applied: no such table: nowhere"),
        ("DROP TABLE words; SELEKT;", 'cannot be applied: near "SELEKT": syntax error'),
        ("DELETE FROM rooms;", "leaves a row of lines without its rooms"),
    ],
)
def test_a_step_that_fails_leaves_everything_as_it_was(populated, first, tmp_path, sql, reason):
    with closing(open_database(populated, first)) as database:
        was = shape(database)
    assert refusal(populated, schema(tmp_path / "steps", TABLES, sql)) == (
        f"{populated} stays as it was: 0002.sql {reason}."
    )
    with closing(open_database(populated, first)) as database:
        assert shape(database) == was
        assert count(database) == LINES


def test_a_copy_gives_way_only_to_one_that_is_good(populated, first, second):
    before = populated.with_name("chat.db.before-0002")
    before.write_bytes(b"the copy of an earlier attempt")
    whole = populated.read_bytes()
    with closing(sqlite3.connect(populated)) as connection:
        # What only a look at the index finds.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX lines_by_room ON lines (text, id)' "
            "WHERE name = 'lines_by_room'"
        )
        connection.commit()
    sentence = refusal(populated, second)
    assert sentence.startswith(f"{populated} is damaged: ")
    assert before.read_bytes() == b"the copy of an earlier attempt"
    assert not list(populated.parent.glob("*.partial"))
    populated.write_bytes(whole)
    open_database(populated, second).close()
    with closing(open_database(before, first)) as database:
        assert count(database) == LINES


def test_a_kill_in_the_midst_of_a_step_leaves_the_old_schema_or_the_new(populated, tmp_path):
    slow = (
        "ALTER TABLE lines ADD COLUMN nick TEXT;"
        "UPDATE lines SET nick = 'n' || id;"
        "CREATE TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "LIMIT 30000) SELECT i, hex(randomblob(20)) AS text FROM n;"
        "CREATE INDEX numbers_by_text ON numbers (text);"
    )
    steps = schema(tmp_path / "steps", TABLES, slow)
    code = "print(flush=True); open_database(path, steps).close()"
    versions = set()

    def start(name: str) -> tuple[Path, subprocess.Popen[bytes]]:
        path = Path(shutil.copy(populated, tmp_path / name))
        process = running(code, path, steps)
        assert process.stdout.readline() == b"\n"
        return path, process

    _, process = start("whole.db")
    began = time.monotonic()
    assert output(process) == ""
    whole = time.monotonic() - began

    moments = random.Random(42)
    for number in range(6):
        path, process = start(f"killed-{number}.db")
        try:
            process.wait(whole * moments.uniform(0, 1))
        except subprocess.TimeoutExpired:
            process.kill()
        assert output(process) == ""
        with closing(sqlite3.connect(path)) as database:
            versions.add(version := pragma(database, "user_version"))
            is_new = {"table lines.nick", "index numbers_by_text"} <= shape(database)
            assert is_new == (version == 2)
            assert count(database) == LINES
        with closing(open_database(path, steps)) as database:
            assert pragma(database, "user_version") == 2
            assert pragma(database, "integrity_check") == "ok"
            assert database.execute("SELECT count(nick) FROM lines").fetchone() == (LINES,)
    assert 1 in versions


# What a bad disk does to it.


def opens_well_or_is_refused(path: Path, steps: Path) -> bool:
    try:
        database = open_database(path, steps)
    except BadDatabase as error:
        one_sentence(error)
        return False
    with closing(database):
        assert count(database) == LINES
        assert database.execute("SELECT count(*) FROM rooms").fetchone() == (1,)
    return True


def hurt(
    path: Path, steps: Path, times: int, harm: Callable[[bytearray, random.Random], None]
) -> int:
    """
    Harm a database so many times anew, open it, and return how often it was refused.
    """
    chance = random.Random(45)
    whole = path.read_bytes()
    refused = 0
    for _ in range(times):
        data = bytearray(whole)
        harm(data, chance)
        path.write_bytes(data)
        refused += not opens_well_or_is_refused(path, steps)
        assert path.stat().st_size
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(whole)
    return refused


def flip_a_bit(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def flip_a_bit_of_the_first_page(data: bytearray, chance: random.Random) -> None:
    data[chance.choice([chance.randrange(108), chance.randrange(4096)])] ^= 1 << chance.randrange(
        8
    )


def change_a_byte(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def cut_off(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


@pytest.mark.parametrize(
    ("harm", "times"),
    [
        (flip_a_bit, 350),
        (flip_a_bit_of_the_first_page, 350),
        (change_a_byte, 300),
        (cut_off, 50),
    ],
)
def test_a_damaged_file_opens_well_or_is_refused(populated, first, harm, times):
    refused = hurt(populated, first, times, harm)
    assert refused
    assert opens_well_or_is_refused(populated, first)
