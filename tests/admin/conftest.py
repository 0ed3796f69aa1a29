"""
A database to administer.
"""

from contextlib import closing
from pathlib import Path

import pytest
from shared_main import TABLES

from twisted_chat.store.sqlite.database import open_database


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
