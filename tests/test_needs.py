"""
The programs that tests need: found, or asked for by the names of Debian's packages.
"""

import os
import subprocess
import sys
from pathlib import Path

import needs
import pytest


def programs(folder: Path, *names: str) -> str:
    """
    Make programs, and return the one folder they are in.
    """
    for name in names:
        (folder / name).touch(mode=0o755)
    return str(folder)


def test_a_program_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(tmp_path, "catgirl"))
    monkeypatch.setattr(needs, "_ALSO", "")
    assert needs.find("catgirl") == str(tmp_path / "catgirl")
    assert needs.find("irssi") is None
    assert needs.need("catgirl") == str(tmp_path / "catgirl")


def test_another_program_does_where_the_first_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", programs(tmp_path, "chromium"))
    monkeypatch.setattr(needs, "_ALSO", "")
    assert needs.find("chromium-headless-shell") == str(tmp_path / "chromium")


def test_a_program_of_the_administrator_is_found_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setattr(needs, "_ALSO", programs(tmp_path, "nginx"))
    assert needs.find("nginx") == str(tmp_path / "nginx")


def test_a_program_that_is_not_on_the_list_is_a_mistake_of_the_test() -> None:
    with pytest.raises(AssertionError, match="emacs is not among"):
        needs.need("emacs")


def test_run_by_itself_it_names_each_missing_package_once(tmp_path: Path) -> None:
    here = {"PATH": programs(tmp_path, "ncat", "catgirl", "jq")}
    told = subprocess.run(
        [sys.executable, needs.__file__], env=here, capture_output=True, text=True, check=True
    )
    names = told.stdout.splitlines()
    assert {"ncat", "catgirl", "jq"}.isdisjoint(names)
    # ssh, scp and others are of one package.
    assert names.count("openssh-client") == 1
    assert {"gcc", "libc6-dev", "irssi"} <= set(names)
