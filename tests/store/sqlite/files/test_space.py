"""
How much a database takes, and what is left.
"""

import shutil
from pathlib import Path

import pytest

from twisted_chat.store.sqlite.files.space import usage_of


def test_the_file_and_its_write_ahead_log_count_and_the_disk_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    path.write_bytes(b"x" * 3000)
    Path(f"{path}-wal").write_bytes(b"x" * 500)
    Path(f"{path}.before-0002").write_bytes(b"x" * 9999)
    found = usage_of(path)
    assert found.size == 3500
    assert found.free is not None
    # Others write to the disk meanwhile.
    assert abs(found.free - shutil.disk_usage(tmp_path).free) < 10**9


def test_without_its_folder_it_cannot_be_known(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        usage_of(tmp_path / "gone" / "chat.db")
