"""
A database in a folder that is called anything.
"""

import contextlib
import os
from pathlib import Path

import pytest

from twisted_chat.admin.maintenance import back_up, check
from twisted_chat.store.sqlite.database import connect, open_database
from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.location import path_of

ODD = [
    *(b"a#b", b"a?b=c", b"a%23b", b"100%", b"q\"uote's", b"[a]*", b"a b:c", b":memory:", b"\\"),
    *(b"two\nlines", b"tab\there", b"caf\xe9", b"\xff\xfe", "日本👍".encode(), b"a\x1b[2Jb"),
]


@pytest.fixture(params=ODD, ids=ascii)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + request.param))
    folder.mkdir()
    return folder


def test_it_is_made_read_copied_and_checked_there(folder: Path) -> None:
    path = path_of(f"sqlite:///{folder}/chat.db")
    assert path == folder / "chat.db"
    with contextlib.closing(open_database(path)) as server:
        server.execute("INSERT INTO room (key, name) VALUES ('hall', 'hall')")
        with contextlib.closing(connect(path, reading=True)) as beside:
            assert beside.execute("SELECT name FROM room").fetchall() == [("hall",)]
        back_up(path, folder / "copy.db")
        made = {entry.name for entry in folder.iterdir()}
    assert {"chat.db", "chat.db-wal", "chat.db-shm", "chat.db.lock", "copy.db"} == made
    assert check(folder / "copy.db") == []


def test_a_relative_one_is_anchored_there_and_found_again(folder: Path) -> None:
    anchored = path_of("sqlite:///chat.db", folder)
    assert anchored == folder / "chat.db"
    assert path_of(f"sqlite:///{anchored}") == anchored


def test_a_copy_from_before_an_upgrade_is_named_when_the_file_is_damaged(folder: Path) -> None:
    path = folder / "chat.db"
    open_database(path).close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"x" * (len(content) - 4096)
    path.write_bytes(content)
    (folder / "chat.db.before-0002").touch()
    with pytest.raises(BadDatabase, match=r"chat\.db\.before-0002\.$") as refused:
        open_database(path)
    assert "\n" not in str(refused.value)
