"""
What tests of several modules share.
"""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from twisted_chat.store.sqlite.database import (
    BadDatabase,
    open_database,
)
from twisted_chat.store.sqlite.migrations import SCHEMA

#: Seconds until a wait fails; many, for a busy machine.
WITHIN = 120.0


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


LINES = 1000


def schema(folder: Path, *steps: str) -> Path:
    folder.mkdir()
    for number, sql in enumerate(steps, 1):
        (folder / f"{number:04}.sql").write_text(sql)
    return folder


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


def disk_room(disk: Path) -> int:
    return shutil.disk_usage(disk).free
