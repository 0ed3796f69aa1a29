"""
The page about running: its units are what systemd understands.
"""

import os
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
        timeout=120,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "chat." in line] == []
    assert done.returncode == 0


def test_the_hook_gives_the_server_copies_of_its_own_and_then_reloads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hook,) = re.findall(r"^```sh\n(#!/bin/sh\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    state, lineage, programs = (tmp_path / name for name in ("state", "live", "bin"))
    for folder in (state, lineage, programs):
        folder.mkdir()
    for name in ("fullchain.pem", "privkey.pem"):
        # As certbot leaves them.
        (lineage / f"1-{name}").write_text(f"renewed {name}")
        (lineage / name).symlink_to(f"1-{name}")
    (state / "privkey.pem").write_text("old")
    (state / "privkey.pem").chmod(0o600)
    reload = programs / "systemctl"
    reload.write_text('#!/bin/sh\necho "$@" $(cat fullchain.pem) > reloaded\n')
    reload.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("RENEWED_LINEAGE", str(lineage))
    script = hook.replace("/var/lib/private/chat", str(state))
    subprocess.run(["sh", "-c", script], check=True, timeout=120)
    for name in ("fullchain.pem", "privkey.pem"):
        copied = state / name
        assert copied.read_text() == f"renewed {name}"
        assert (copied.stat().st_mode & 0o777, copied.stat().st_uid) == (0o600, os.getuid())
    assert (state / "reloaded").read_text() == "reload chat renewed fullchain.pem\n"


def test_the_hook_is_of_the_folder_of_the_unit() -> None:
    assert "\nStateDirectory=chat\n" in units()["chat.service"]
    assert "\nDynamicUser=yes\n" in units()["chat.service"]
    assert "\ncd /var/lib/private/chat\n" in PAGE
