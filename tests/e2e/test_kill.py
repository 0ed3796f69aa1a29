"""
A server that is killed loses nothing that a user has read, and needs no repair.
"""

import re
import subprocess
import sys
from pathlib import Path

import kill
import pytest
from kill import LOGIN_WITHIN, UNAVAILABLE, kill_often

KILLS = 30
#: The same choices at every run, if not the same moments; the program itself takes others.
SEED = 7
#: On a disk that fails each takes a few seconds.
KILLS_ON_A_DISK = 10
#: Seconds in which a user is let in again, on a machine that may be busy.
PATIENCE = 10 * LOGIN_WITHIN


def test_a_kill_of_the_server_while_people_are_busy_loses_nothing_that_was_read(
    tmp_path: Path, capsys
):
    figures = kill_often(tmp_path, KILLS, seed=SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}: {figures}")  # noqa: T201  # what one wants to know of it
    assert figures.kills >= KILLS
    assert not figures.faults
    # A machine may be so busy that its disk takes a second, but not again and again.
    assert figures.stalled <= KILLS / 10
    assert figures.read > 1000
    # There was some of everything that may be lost.
    assert min(tally.done for tally in figures.deeds.values()) > 0
    assert figures.asked > 0
    # Only a kill that comes between marking and reading keeps a message from its reader.
    assert figures.unread < figures.returned
    assert figures.login < PATIENCE


@pytest.mark.parametrize("disk", ["full", "frozen"])
def test_on_a_disk_that_fails_a_kill_loses_nothing_but_what_was_told_as_not_saved(
    disk: str, capsys
) -> None:
    # A process of its own, which alone sees the disk.
    killing = [sys.executable, kill.__file__, "--disk", disk, "--kills", str(KILLS_ON_A_DISK)]
    killing += ["--login-within", str(PATIENCE), "--seed", str(SEED)]
    done = subprocess.run(killing, capture_output=True, check=False, text=True)
    with capsys.disabled():
        print(f"\n{done.stdout}", end="")  # noqa: T201  # what one wants to know of it
    if done.returncode == UNAVAILABLE:
        pytest.skip(done.stdout.strip())
    assert (done.returncode, done.stderr) == (0, "")
    figures = {name: int(count) for name, count in re.findall(r"(\w+) (\d+)[, ]", done.stdout)}
    assert figures["stalled"] > 0
    # There was some of both kinds.
    assert figures["unsaved"] > 0
    assert figures["kept"] > 0
