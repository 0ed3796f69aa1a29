"""
The log file: who reads it, and how much of it is kept.
"""

import os
from pathlib import Path

import pytest

from twisted_chat.options import BadSetting
from twisted_chat.server import logfile
from twisted_chat.server.logfile import open_log


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "twistd.log"),
        ({"logfile": "chat.log"}, "chat.log"),
        ({"logfile": "chat.log", "nodaemon": True}, "chat.log"),
        ({"nodaemon": True}, ""),
        ({"nodaemon": True, "logfile": "-"}, ""),
        ({"syslog": True}, ""),
        ({"logger": print, "logfile": "chat.log"}, ""),
    ],
)
def test_the_log_goes_where_twistd_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, object], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    log = open_log(given)
    assert (log.path if log else "") == (str(tmp_path / name) if name else "")
    if log:
        log.close()
    assert [path.name for path in tmp_path.iterdir()] == [name] * bool(name)


@pytest.mark.parametrize("mode", [None, 0o644, 0o666])
def test_only_its_owner_reads_it_also_one_that_was_there(tmp_path: Path, mode: int | None) -> None:
    path = tmp_path / "twistd.log"
    if mode is not None:
        path.write_text("before\n")
        path.chmod(mode)
    log = open_log({"logfile": str(path)})
    assert log is not None
    log.write("after\n")
    log.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == ("before\nafter\n" if mode else "after\n")


def test_it_begins_a_new_file_and_keeps_ten_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "SIZE", 100)
    # Of a server that kept more.
    (tmp_path / "twistd.log.31").write_text("old")
    log = open_log({"logfile": str(tmp_path / "twistd.log")})
    assert log is not None
    for number in range(1000):
        log.write(f"line {number}\n")
    log.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == 10
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)
    assert (tmp_path / "twistd.log").read_text().splitlines()[-1] == "line 999"


@pytest.mark.parametrize(
    ("name", "fault"),
    [("missing/log", "{path}: No such file or directory"), ("", "{path}: Is a directory")],
)
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, name: str, fault: str) -> None:
    path = tmp_path / name
    with pytest.raises(BadSetting) as refused:
        open_log({"logfile": str(path)})
    assert str(refused.value) == f"logfile: cannot write {fault.format(path=path)}."


@pytest.mark.parametrize("name", ["chat", "[chat]", "a*b?", "a\udcffb"])
def test_it_keeps_ten_files_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "log.bak").write_text("not ours")
    log = open_log({"logfile": str(folder / "log")})
    assert log is not None
    for number in range(12):
        log.write(f"{number}\n")
        log.rotate()
    log.close()
    kept = {path.name: path.read_text() for path in folder.iterdir()}
    before = {f"log.{number}": f"{12 - number}\n" for number in range(1, 10)}
    assert kept == {"log": "", "log.bak": "not ours", **before}


def test_a_pipe_or_a_device_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "SIZE", 4)
    path = tmp_path / "pipe"
    os.mkfifo(path, 0o666)
    path.chmod(0o666)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    log = open_log({"logfile": str(path)})
    assert log is not None
    log.write("line 1\n")
    log.rotate()
    log.write("line 2\n")
    log.close()
    assert os.read(reader, 100) == b"line 1\nline 2\n"
    os.close(reader)
    assert path.stat().st_mode & 0o777 == 0o666
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]


def test_a_link_to_a_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "there")
    log = open_log({"logfile": str(tmp_path / "log")})
    assert log is not None
    log.write("before\n")
    log.rotate()
    log.close()
    assert (tmp_path / "log").readlink() == tmp_path / "there"
    assert (tmp_path / "there.1").read_text() == "before\n"
