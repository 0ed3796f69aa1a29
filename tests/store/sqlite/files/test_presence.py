"""
Whether the files of a database are still there.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.presence import Presence


def test_a_file_that_is_removed_or_replaced_is_noticed_until_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "chat.db", tmp_path / "away.db"
    path.write_text("")
    presence = Presence(path)
    presence.check()
    path.rename(away)
    sentence = r"chat\.db was removed or replaced while the server runs; put it back, or stop"
    with pytest.raises(BadDatabase, match=sentence):
        presence.check()
    shutil.copy(away, path)
    with pytest.raises(BadDatabase, match=sentence):
        presence.check()
    away.replace(path)
    presence.check()
    path.with_name("link.db").symlink_to(path)
    presence.check()


def test_a_write_ahead_log_that_is_removed_is_noticed_too(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        presence = Presence(path)
        presence.check()
        connection.execute("CREATE TABLE lines (text)")
        presence.note_log()
        presence.note_log()
        presence.check()
        Path(f"{path}-wal").unlink()
        with pytest.raises(BadDatabase, match=r"chat\.db-wal was removed .* saves in chat\.db"):
            presence.check()
