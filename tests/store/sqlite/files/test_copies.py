"""
Copies of a database.
"""

import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from shared_main import WITHIN, count, hurt, make_database, make_schema, refusal

from twisted_chat.admin.maintenance import back_up, check
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.migrations import APPLICATION_ID

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
    assert refusal(path, target) == f"{target} already exists; name another file."
    assert refusal(path, path) == f"{path} already exists; name another file."
    assert refusal(path, tmp_path) == f"{tmp_path} already exists; name another file."
    assert target.read_text() == "Dear Alice"
    assert not list(tmp_path.glob("*.partial"))


def test_a_copy_replaces_no_link_either(path, tmp_path):
    target = tmp_path / "backup.db"
    target.symlink_to("elsewhere.db")
    assert refusal(path, target) == f"{target} already exists; name another file."
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
        f"There is no file {tmp_path}/other.db; name a database that exists."
    )
    (tmp_path / "text").write_text("hello")
    assert refusal(tmp_path / "text", tmp_path / "copy.db") == (
        f"{tmp_path}/text is not an SQLite database; name another file, or restore a copy."
    )
    assert "File name too long" in refusal(path, tmp_path / ("x" * 300))


def test_a_damaged_database_is_not_copied(path, tmp_path):
    hurt(path)
    sentence = refusal(path, tmp_path / "copy.db")
    assert sentence.startswith(f"{path} is damaged: ")
    assert not list(tmp_path.glob("copy.db*"))


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    return make_schema(tmp_path / "schema")


@pytest.fixture
def path(tmp_path: Path, steps: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Work in the folder of a database, which holds a hundred lines.
    """
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "chat.db"
    make_database(path, steps)
    return path
