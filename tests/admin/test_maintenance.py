"""
Maintenance: checks for damage, and the deletion of what is old.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from shared_main import does, hurt, refusal, run
from shared_store import bench_of
from stores import line, opened

from twisted_chat.admin.__main__ import main
from twisted_chat.admin.accounts import export_account
from twisted_chat.admin.maintenance import back_up, check, prune
from twisted_chat.store.records import AccountMade, RoomOpened
from twisted_chat.store.snapshot import KnownRoom
from twisted_chat.store.sqlite.database import open_database
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.transactions import write


def test_a_sound_database_has_no_faults(path):
    assert check(path) == []


def test_a_damaged_index_is_found(path):
    hurt(path)
    assert "row 1 missing from index lines_by_text" in check(path)


def test_a_row_that_refers_to_nothing_is_found(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("INSERT INTO lines VALUES (1000, 7, 'nowhere')")
        database.commit()
    assert check(path) == ["row 1000 of lines refers to none in rooms"]


def test_an_index_of_words_that_is_not_that_of_the_lines_is_found(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM lines WHERE id = 5")
        database.commit()
    (found,) = check(path)
    assert found.startswith("the index words does not match its text: ")


def test_missing_pages_are_found(path):
    data = path.read_bytes()
    path.write_bytes(data[:8192] + bytes(4096) + data[12288:])
    assert check(path)


def test_what_sqlite_says_in_two_lines_is_told_in_one(path, tmp_path):
    data = bytearray(path.read_bytes())
    # How many bytes lie fragmented in the 4th page, see https://sqlite.org/fileformat2.html.
    data[3 * 4096 + 7] = 0x7F
    path.write_bytes(data)
    (found,) = check(path)
    assert found.startswith("*** in database main *** ")
    assert "\n" not in found
    assert f": {found}; restore a copy" in refusal(path, tmp_path / "copy.db")


def test_names_that_are_no_longer_text_are_found(path):
    path.write_bytes(path.read_bytes().replace(b"lines_by_text", b"lines\xff\x1by_text"))
    assert check(path)


def test_a_check_without_room_for_its_copy_says_so(path, steps):
    with closing(open_database(path, steps)) as database:
        database.execute("CREATE TABLE large AS SELECT zeroblob(5000000)")
    done = run("check", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (99999, -1)))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"twisted_chat.admin: a temporary copy cannot be used: disk I/O error.\n"


def test_a_check_does_not_stop_a_server_from_writing(path, steps):
    with closing(open_database(path, steps)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO rooms (name) VALUES ('kitchen')")
        assert check(path) == []
        database.execute("COMMIT")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")
@pytest.mark.parametrize("ends_well", [True, False])
def test_a_database_on_a_read_only_disk_is_read(chat_db, capsys, tmp_path, ends_well):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", disk], check=False).returncode:
        pytest.skip("this root may not mount anything")
    try:
        with closing(open_database(chat_db)) as server:
            write(server, [RoomOpened(2, "attic", "attic")])
            if not ends_well:
                # With what was written last beside it.
                for file in tmp_path.glob("chat.db*"):
                    shutil.copy(file, disk)
        if ends_well:
            shutil.copy(chat_db, disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        here = "--database=sqlite:///disk/chat.db"
        assert does(capsys, "check", here) == ["disk/chat.db is not damaged."]
        assert len(does(capsys, "accounts", here)) == 3
        assert does(capsys, "export", "alice", here)
        assert does(capsys, "backup", "copy.db", here)
        assert main(["grant", "alice", "operator", here]) == 1
        assert "cannot be read and written" in capsys.readouterr().err
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_check_says_that_a_database_is_of_a_newer_version(path, steps, capsys):
    for number in range(2, len(read_migrations(SCHEMA)) + 2):
        (steps / f"{number:04}.sql").write_text(f"CREATE TABLE later_{number} (id INTEGER);")
    open_database(path, steps).close()
    assert main(["check"]) == 0
    assert capsys.readouterr().out == (
        "chat.db is not damaged, but was written by a newer Twisted Chat; "
        "install that one to use it.\n"
    )


# -- beside a server that has something in its journal file ---------------------------------------


@pytest.fixture
def beside(tmp_path):
    """
    A server's store, whose journal file has two lines of Alice.
    """
    with bench_of("sqlite", tmp_path) as bench:
        bench.write(AccountMade(5, "alice", "alice", "hash"))
        bench.write(opened(), line(1, "tea", author=5), line(2, "more tea", author=5))
        assert texts_in(tmp_path / "chat.db") == []
        yield bench


def texts_in(path):
    with closing(sqlite3.connect(path)) as database:
        return [text for (text,) in database.execute("SELECT text FROM line ORDER BY id")]


def test_a_copy_has_what_was_said_a_moment_ago(beside, tmp_path):
    back_up(tmp_path / "chat.db", tmp_path / "copy.db")
    assert texts_in(tmp_path / "copy.db") == ["tea", "more tea"]
    # The server moves it itself.
    assert texts_in(tmp_path / "chat.db") == []
    beside.write(line(3, "and more"))
    assert [each.number for each in beside.lines()] == [1, 2, 3]
    back_up(tmp_path / "chat.db", tmp_path / "another.db")
    assert texts_in(tmp_path / "another.db") == ["tea", "more tea", "and more"]


def test_a_copy_is_a_database_that_a_server_goes_on_with(beside, tmp_path):
    copy = tmp_path / "restored" / "chat.db"
    copy.parent.mkdir()
    back_up(tmp_path / "chat.db", copy)
    with bench_of("sqlite", copy.parent) as restored:
        restored.write(line(3, "and more"))
        assert [each.text for each in restored.lines()] == ["tea", "more tea", "and more"]
        assert restored.reopen().rooms == (KnownRoom(1, "room1", "Room1", 3),)
    assert check(copy) == []


def test_an_export_has_what_was_said_a_moment_ago_and_the_server_does_it_no_second_time(
    beside, tmp_path
):
    written = export_account(tmp_path / "chat.db", "alice", tmp_path / "exports").read_text()
    assert written.count('"type":"line"') == 2
    beside.write(line(3, "and more"))
    assert [each.number for each in beside.lines()] == [1, 2, 3]


def test_what_is_deleted_is_deleted_also_if_it_was_said_a_moment_ago(beside, tmp_path):
    assert prune(tmp_path / "chat.db", 1_700_000_002_000_000) == 1
    assert [each.text for each in beside.lines()] == ["more tea"]
