"""
Databases to administer.
"""

import time
from contextlib import closing
from pathlib import Path

import pytest
from shared_main import DAY, REGISTERED, make_database, make_schema

from twisted_chat.store.records import AccountMade, Change, Line, Message, RoomOpened, Went
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.transactions import write


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


@pytest.fixture
def chat_db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Work in the folder of a real database, in which two users have registered.
    """
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "chat.db"
    now = int(time.time() * 1_000_000)
    changes: list[Change] = [
        AccountMade(REGISTERED, "Alice", "alice", "$argon2id$canary"),
        AccountMade(REGISTERED + DAY, "Ольга", "ольга", "$argon2id$canary"),
        Went(REGISTERED, REGISTERED + 2 * DAY),
        RoomOpened(1, "lobby", "lobby"),
    ]
    for number in range(1, 1001):
        old = now - (1001 - number) * DAY // 10
        changes.append(Line(old, 1, number, old / 1e6, "said", "Alice", REGISTERED, "tea"))
    changes.append(Message(now - 95 * DAY, 1.0, "Ольга", REGISTERED + DAY, "bob", -1, "psst"))
    with closing(open_database(path)) as database:
        write(database, changes)
    return path
