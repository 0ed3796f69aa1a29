"""
Migrations: the schema, step by step.
"""

import random
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from shared_database import (
    LINES,
    TABLES,
    count,
    output,
    populate,
    pragma,
    refusal,
    running,
    schema,
)

from twisted_chat.store.settings import Ignored
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations, shape
from twisted_chat.store.sqlite.tables.settings import ignored_by

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


def test_a_step_may_rebuild_a_table_that_others_refer_to(populated, tmp_path):
    rebuild = (
        "CREATE TABLE halls (id INTEGER PRIMARY KEY, name TEXT NOT NULL, topic TEXT);"
        "INSERT INTO halls (id, name) SELECT id, name FROM rooms;"
        "DROP TABLE rooms; ALTER TABLE halls RENAME TO rooms;"
    )
    steps = schema(tmp_path / "steps", TABLES, rebuild)
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
        f"{populated} was not changed: 0002.sql {reason}."
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


def test_lines_that_were_edited_or_deleted_in_an_earlier_version_tell_by_whom(path, tmp_path):
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for name in ("0001.sql", "0002.sql"):
        shutil.copy(SCHEMA / name, earlier)
    with closing(open_database(path, earlier)) as database:
        for number, (text, state) in enumerate(
            [
                ("tea", ""),
                ("I stole the money", "edited"),
                ("coffee", "edited"),
                ("oscar", "deleted"),
            ]
        ):
            database.execute(
                "INSERT INTO line VALUES (?, 1, ?, 1.7e9, 'said', 'bob', -4, ?, 0, ?, '', 0)",
                (number + 10, number, text, state),
            )
        audited = "INSERT INTO audit VALUES (?, ?, 'den', 9, 1.7e9, ?, ?, ?, 'bob', '', 0)"
        database.execute(audited, (20, 1, "carol", "carol", "edit line 1 of"))
        database.execute(audited, (21, 1, "oscar", "oscar", "edit line 1 of"))
        database.execute(audited, (22, 2, "oscar", "oscar", "edit line 2 of"))
        database.execute(audited, (23, 1, "oscar", "oscar", "edit line 11 of"))
    with closing(open_database(path)) as database:
        lines = database.execute("SELECT text, state, by FROM line ORDER BY number").fetchall()
    assert lines == [
        ("tea", "", ""),
        ("I stole the money", "edited", "oscar"),
        ("coffee", "edited", "bob"),
        ("", "deleted", "oscar"),
    ]
    before = path.with_name("chat.db.before-0005")
    with closing(sqlite3.connect(before)) as database:
        assert pragma(database, "user_version") == 4
        assert database.execute("SELECT text FROM line WHERE number = 3").fetchone() == ("oscar",)


def test_who_is_ignored_and_who_set_a_topic_come_from_an_older_database(
    tmp_path: Path,
) -> None:
    steps, path = tmp_path / "steps", tmp_path / "chat.db"
    steps.mkdir()
    for step in read_migrations(SCHEMA)[:6]:
        (steps / step.name).write_text(step.sql)
    with closing(open_database(path, steps)) as database:
        database.executemany(
            "INSERT INTO ignored VALUES (7, ?, ?, ?)", [("eve", "Eve", -3), ("mal", "Mal", 8)]
        )
        database.executemany(
            "INSERT INTO room_state VALUES (?, ?, 1, 0, 0, 0, 0, 0, 1, '')",
            [(1, "tea"), (2, "cake"), (3, "")],
        )
        for number, room, kind, nick, author, text in (
            (1, 1, "topic", "bob", 8, "tea"),
            (2, 1, "topic", "eve", -3, "coffee"),
            (3, 1, "topic", "carol", 9, "tea"),
            (4, 1, "said", "dora", 10, "tea"),
            (5, 3, "topic", "bob", 8, ""),
        ):
            database.execute(
                "INSERT INTO line (id, room, number, at, kind, nick, author, text, state, reacted,"
                " pinned, re) VALUES (?, ?, ?, 1.7e9, ?, ?, ?, ?, '', '', 0, 0)",
                (number, room, number, kind, nick, author, text),
            )
    with closing(open_database(path)) as database:
        assert ignored_by(database, 7) == (
            Ignored("eve", "Eve", (-3,)),
            Ignored("mal", "Mal", (8,)),
        )
        rooms = database.execute(
            "SELECT room, topic, topic_by, topic_author FROM room_state ORDER BY room"
        ).fetchall()
    assert rooms == [(1, "tea", "carol", 9), (2, "cake", "", 0), (3, "", "", 0)]
