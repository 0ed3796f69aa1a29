"""
The lock of a server on its database.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.lock import Lock

# Tells whether another process could write, at once.
WRITE = (
    "import sqlite3, sys\n"
    "connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
    "try: connection.execute('BEGIN IMMEDIATE'); print('writes')\n"
    "except sqlite3.OperationalError as error: print(error)"
)


def written(path: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", WRITE, path], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_name_belongs_to_one_lock_until_that_is_released(tmp_path: Path) -> None:
    one, other = (Lock(tmp_path / "chat.db", f"{name}.") for name in ("one", "another"))
    one.take_name()
    with pytest.raises(BadDatabase, match=r"chat.db is in use by another\.$"):
        other.take_name()
    one.release()
    one.release()
    other.take_name()
    other.release()


def test_a_file_belongs_to_one_lock_whatever_it_is_called(tmp_path: Path) -> None:
    path, link = tmp_path / "chat.db", tmp_path / "link.db"
    path.write_text("")
    link.hardlink_to(path)
    one, other = Lock(path, "one."), Lock(link, "another.")
    one.take_file()
    with pytest.raises(BadDatabase, match=r"link.db is in use by another\.$"):
        other.take_file()
    one.release()
    other.take_file()
    other.release()
    with pytest.raises(FileNotFoundError):
        Lock(tmp_path / "none.db", "").take_file()


def test_the_lock_and_those_of_sqlite_do_not_see_each_other(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    lock = Lock(path, "another.")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE lines (text)")
        lock.take_file()
        assert written(path) == "writes"
        connection.execute("BEGIN IMMEDIATE")
        assert written(path) == "database is locked"
    lock.release()
    assert written(path) == "writes"
