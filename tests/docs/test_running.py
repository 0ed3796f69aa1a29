"""
The page about running: its units are what systemd understands.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "running.md").read_text("utf-8")


def units() -> dict[str, str]:
    """
    Return the text of each unit on the page, by its name.
    """
    found = re.findall(
        r"`/etc/systemd/system/([\w.]+)`.*?\n```ini\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
    )
    assert [name for name, _ in found] == ["chat.socket", "chat.service"]
    return dict(found)


def test_the_service_says_what_it_is_and_is_started_again_when_it_fails() -> None:
    for name, text in units().items():
        assert re.search("^Description=.*Twisted Chat", text, re.MULTILINE), name
    assert "\nRestart=on-failure\n" in units()["chat.service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    for name, text in units().items():
        # The only thing on the page that is not on this machine.
        (tmp_path / name).write_text(text.replace("/srv/chat/venv/bin/twistd", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "chat.socket", tmp_path / "chat.service"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "chat." in line] == []
    assert done.returncode == 0
