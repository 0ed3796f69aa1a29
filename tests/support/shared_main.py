"""
What tests of several modules share.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.admin.__main__ import main
from twisted_chat.admin.maintenance import back_up
from twisted_chat.store.sqlite.database import BadDatabase, open_database

#: Seconds until a wait fails; many, for a busy machine.
WITHIN = 120.0

#: When the first account of the `chat_db` fixture was made, and a day, in microseconds.
REGISTERED = 1_700_000_000_000_000
DAY = 86_400_000_000


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


def make_schema(folder: Path) -> Path:
    """
    Make a folder of the schema's steps, and return it.
    """
    folder.mkdir()
    (folder / "0001.sql").write_text(TABLES)
    return folder


def make_database(path: Path, steps: Path) -> None:
    """
    Make a database at ``path`` by the schema in the folder ``steps``, with a hundred lines.
    """
    with closing(open_database(path, steps)) as database:
        database.execute("INSERT INTO rooms (name) VALUES ('lobby')")
        for number in range(100):
            database.execute(
                "INSERT INTO lines (room, text) VALUES (1, ?)", (f"line {number} of tea",)
            )


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


def hurt(path: Path) -> None:
    """
    Make an index differ from its table.
    """
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX lines_by_text ON lines (room)' "
            "WHERE name = 'lines_by_text'"
        )
        database.commit()


def does(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(words) == 0
    return capsys.readouterr().out.splitlines()


def roles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [each for (each,) in database.execute("SELECT roles FROM account ORDER BY id")]
