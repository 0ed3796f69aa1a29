"""
The program itself: its exit statuses, and one sentence for each thing that goes wrong.
"""

import errno
import os
import sys
from pathlib import Path

import pytest

from twisted_chat.client.__main__ import main
from twisted_chat.client.errors import Refused
from twisted_chat.version import VERSION


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ([], 2, "SERVER"),
        (["x", "dance"], 2, "dance is not a command"),
        (["http://x"], 2, "http:// is not known"),
        (["127.0.0.1", "1", "rooms"], 3, "127.0.0.1:1 cannot be reached"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_a_status(
    words: list[str],
    status: int,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["twisted-chat", *words])
    assert main() == status
    output, errors = capsys.readouterr()
    assert output == ""
    *_, last = errors.splitlines()
    assert last.startswith("twisted-chat: ")
    assert sentence in last


def test_a_sentence_of_the_server_moves_no_cursor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(running: object) -> None:
        running.close()  # type: ignore[attr-defined]
        raise Refused("No.\x1b[2J\nNo!")

    monkeypatch.setattr("asyncio.run", refused)
    assert main(["x"]) == 1
    assert capsys.readouterr().err == "twisted-chat: No.^[[2J\n  | No!\n"


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"twisted-chat {VERSION}\n"


@pytest.mark.parametrize(("raised", "status"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_an_end_from_outside_is_quiet(
    raised: type[BaseException], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(running: object) -> None:
        running.close()  # type: ignore[attr-defined]
        raise raised

    monkeypatch.setattr("asyncio.run", interrupted)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    assert main(["x"]) == status


def test_an_output_that_takes_nothing_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(running: object) -> None:
        running.close()  # type: ignore[attr-defined]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("asyncio.run", full)
    assert main(["x"]) == 1
    told = "twisted-chat: It cannot go on (No space left on device).\n"
    assert capsys.readouterr().err == told


def test_what_the_caller_has_closed_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert main(["127.0.0.1", "1"]) == 3
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()
