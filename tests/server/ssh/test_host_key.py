"""
The host key: made once, for the server alone to read, and its fingerprint is in the log.
"""

import os
import subprocess
from base64 import b64decode, b64encode
from functools import partial
from pathlib import Path

import pytest
from needs import need
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
    shown = subprocess.run(
        [need("ssh-keygen"), "-lf", path], check=True, capture_output=True, text=True
    )
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
    made = [need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / FILE]
    subprocess.run(made, check=True)
    _, (told,) = begun(tmp_path)
    assert told.endswith(fingerprint(tmp_path / FILE))


@pytest.mark.parametrize(
    "made",
    [
        ["-t", "rsa", "-N", ""],
        ["-t", "ed25519", "-N", "secret"],
    ],
    ids=["of another kind", "with a passphrase"],
)
def test_one_that_cannot_be_used_stops_the_start_with_a_sentence(
    made: list[str], tmp_path: Path
) -> None:
    subprocess.run([need("ssh-keygen"), "-q", *made, "-f", tmp_path / FILE], check=True)
    with pytest.raises(BadSetting, match="is no Ed25519 key without a passphrase"):
        begun(tmp_path)


@pytest.mark.parametrize("garbage", [b"", b"x", b"\xff\n" * 10])
def test_garbage_stops_the_start_with_a_sentence(garbage: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(garbage)
    with pytest.raises(BadSetting, match="is no Ed25519 key"):
        begun(tmp_path)


def refusal(folder: Path) -> str:
    try:
        begun(folder)
    except BadSetting as refused:
        return str(refused)
    return ""


def armoured(data: bytes) -> bytes:
    head, foot = (f"-----{word} OPENSSH PRIVATE KEY-----" for word in ("BEGIN", "END"))
    return f"{head}\n{b64encode(data).decode()}\n{foot}\n".encode()


def test_one_whose_private_part_is_damaged_stops_the_start_and_not_each_client(
    tmp_path: Path,
) -> None:
    begun(tmp_path)
    path = tmp_path / FILE
    _, *lines, _ = path.read_text().splitlines()
    data = b64decode("".join(lines))
    path.write_bytes(armoured(data))
    begun(tmp_path)
    # What follows the public part: a length, two numbers, the keys, a comment and padding.
    private = data.index(b"ssh-ed25519") + len(b"ssh-ed25519") + 4 + 32
    places = {
        "length": private + 3,
        "number": private + 5,
        "kind": private + 20,
        "public key": private + 40,
        "size": private + 4 + 8 + 51 + 3,
        "copy": private + 4 + 8 + 51 + 4 + 32 + 5,
        "padding": len(data) - 1,
    }
    for what, place in places.items():
        damaged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        path.write_bytes(armoured(damaged))
        assert "is damaged; put back a copy" in refusal(tmp_path), what
    for size in range(private, len(data), 7):
        path.write_bytes(armoured(data[:size]))
        assert "is damaged; put back a copy" in refusal(tmp_path), size


def test_what_a_start_that_was_killed_has_left_stops_no_later_one(tmp_path: Path) -> None:
    # In containers, the server has the same number each time.
    (tmp_path / f"{FILE}.{os.getpid()}").write_bytes(b"half")
    key, _ = begun(tmp_path)
    assert Key.fromString(key.read()).sshType() == b"ssh-ed25519"


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
