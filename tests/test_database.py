"""
The file of the database: made, opened again, refused in one sentence.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from twisted_chat.store.database import BadDatabase, open_database

LINES = "CREATE TABLE lines (id INTEGER PRIMARY KEY, text TEXT NOT NULL);"


def schema(folder: Path, *steps: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number, sql in enumerate(steps, 1):
        (folder / f"{number:04}.sql").write_text(sql)
    return folder


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return schema(tmp_path / "one", LINES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


def pragma(connection: sqlite3.Connection, name: str) -> object:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value


def test_a_new_file_is_made_for_its_owner_alone_and_opens_again(path, one):
    with closing(open_database(path, one)) as database:
        assert path.stat().st_mode & 0o777 == 0o600
        assert pragma(database, "user_version") == 1
        assert pragma(database, "journal_mode") == "wal"
        assert pragma(database, "foreign_keys") == 1
        assert pragma(database, "busy_timeout") == 5000
        database.execute("INSERT INTO lines (text) VALUES ('hello')")
    with closing(open_database(path, one)) as database:
        assert database.execute("SELECT text FROM lines").fetchall() == [("hello",)]


def test_a_second_server_on_the_same_file_is_refused_until_the_first_is_gone(path, one):
    with closing(open_database(path, one)), pytest.raises(BadDatabase) as refusal:
        open_database(path, one)
    assert str(refusal.value) == (
        f"{path} is in use by another server; stop that one, or name another file."
    )
    open_database(path, one).close()
