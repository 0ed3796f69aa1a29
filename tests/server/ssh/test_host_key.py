"""
The host key: made once, for the server alone to read, and its fingerprint is in the log.
"""

import subprocess
from functools import partial
from pathlib import Path

import pytest
from twisted.conch.ssh.keys import Key
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.options import BadSetting
from twisted_chat.server import settings as all_settings
from twisted_chat.server.identity import Identity
from twisted_chat.server.ssh.host_key import FILE, HostKey


def begun(folder: Path) -> tuple[HostKey, list[str]]:
    key = HostKey(Identity())
    with capturedLogs() as logs:
        key.begin(all_settings.Settings(database=f"sqlite:///{folder}/chat.db"))
    return key, [formatEvent(log) for log in logs]


def fingerprint(path: Path) -> str:
    shown = subprocess.run(["ssh-keygen", "-lf", path], check=True, capture_output=True, text=True)
    return shown.stdout.split()[1]


def test_it_is_made_at_the_first_start_beside_the_database(tmp_path: Path) -> None:
    key, (told,) = begun(tmp_path)
    path = tmp_path / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
    assert told.endswith(f"has the fingerprint {fingerprint(path)}")
    assert Key.fromString(key.read()).sshType() == b"ssh-ed25519"


def test_it_stays_the_same_and_no_library_is_needed_to_read_it(tmp_path: Path) -> None:
    first, told = begun(tmp_path)
    second, again = begun(tmp_path)
    assert first.read() == second.read()
    assert told == again


def test_one_that_ssh_keygen_has_made_will_do(tmp_path: Path) -> None:
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / FILE]
    subprocess.run(made, check=True)
    _, (told,) = begun(tmp_path)
    assert told.endswith(fingerprint(tmp_path / FILE))


@pytest.mark.parametrize(
    "made",
    [
        ["ssh-keygen", "-q", "-t", "rsa", "-N", ""],
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret"],
    ],
    ids=["of another kind", "with a passphrase"],
)
def test_one_that_cannot_be_used_stops_the_start_with_a_sentence(
    made: list[str], tmp_path: Path
) -> None:
    subprocess.run([*made, "-f", tmp_path / FILE], check=True)
    with pytest.raises(BadSetting, match="is no Ed25519 key without a passphrase"):
        begun(tmp_path)


@pytest.mark.parametrize("garbage", [b"", b"x", b"\xff\n" * 10])
def test_garbage_stops_the_start_with_a_sentence(garbage: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(garbage)
    with pytest.raises(BadSetting, match="is no Ed25519 key"):
        begun(tmp_path)


def test_a_folder_in_its_place_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(BadSetting, match=r"SSH: cannot use .*: Is a directory"):
        begun(tmp_path)


def test_with_a_database_in_memory_it_is_made_for_the_first_client() -> None:
    settings = partial(all_settings.Settings, database="memory:")
    key = HostKey(Identity())
    with capturedLogs() as logs:
        key.begin(settings())
        assert not logs
        assert key.read() == key.read()
    assert len(logs) == 1
    assert "in memory has the fingerprint SHA256:" in formatEvent(logs[0])
