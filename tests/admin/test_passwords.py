"""
Passwords at the shell: typed twice, from a file, or from a pipe.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from twisted_chat.admin import passwords
from twisted_chat.errors import ChatError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[str]:
    """
    Let a user at a terminal type these passwords; return what they are asked.
    """
    asked: list[str] = []
    typed: Iterator[str] = iter(lines)

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return next(typed)

    monkeypatch.setattr(passwords, "getpass", getpass)
    monkeypatch.setattr("sys.stdin", Terminal())
    return asked


def test_a_password_is_typed_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = types(monkeypatch, "a good secret", "a good secret")
    assert passwords.read_typed_password(None) == "a good secret"
    assert asked == ["Password: ", "Again: "]


def test_two_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "a good secret", "a god secret")
    with pytest.raises(ChatError, match=r"^The two passwords differ; no account was made.$"):
        passwords.read_typed_password(None)


@pytest.mark.parametrize("data", [b"a good secr\xc3\xa9t", b"a good secr\xc3\xa9t\r\n"])
@pytest.mark.parametrize("file", ["secret", "-", None])
def test_a_password_is_read_from_a_file_or_a_pipe_without_the_end_of_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, file: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("secret").write_bytes(data)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert passwords.read_typed_password(None if file is None else Path(file)) == "a good secrét"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ChatError, match=r"cannot be read: No such file or directory.$"):
        passwords.read_typed_password(tmp_path / "secret")
