"""
Where the file of a database is, or is to be.
"""

from pathlib import Path

import pytest
from shared_database import one_sentence

from twisted_chat.store.sqlite.errors import BadDatabase
from twisted_chat.store.sqlite.files.location import look_at_folder, path_of, real


def test_a_url_names_a_file_or_memory(tmp_path):
    assert path_of("sqlite:///chat.db") == Path("chat.db")
    assert path_of("sqlite:///data/chat.db", tmp_path) == tmp_path / "data" / "chat.db"
    assert path_of("sqlite:////srv/chat.db", tmp_path) == Path("/srv/chat.db")
    assert path_of("memory:") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "chat.db",
        "sqlite:",
        "sqlite://chat.db",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///chat.db?mode=ro",
        "sqlite:///chat\n.db",
        "sqlite:///chat\0.db",
        "postgresql://localhost/chat",
        "memory",
    ],
)
def test_another_url_is_refused(url):
    with pytest.raises(BadDatabase) as refused:
        path_of(url)
    assert one_sentence(refused.value) == (
        f"{url!r} is not a database URL; "
        "write sqlite:///chat.db, sqlite:////srv/chat/chat.db, or memory:."
    )


def test_a_file_has_one_name_whatever_leads_to_it(tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert real(Path("link/link/chat.db")) == tmp_path / "chat.db"
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(BadDatabase, match="round is a link to itself; name a file"):
        real(Path("round"))


def test_a_new_file_needs_a_folder_and_a_name(tmp_path):
    look_at_folder(tmp_path / "chat.db")
    with pytest.raises(BadDatabase, match=r"There is no folder .*/attic for chat.db; make it"):
        look_at_folder(tmp_path / "attic" / "chat.db")
    with pytest.raises(BadDatabase, match="/ is a folder; name a file"):
        look_at_folder(Path("/"))
