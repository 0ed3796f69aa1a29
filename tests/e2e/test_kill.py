"""
A server that is killed loses nothing that a user has read, and needs no repair.
"""

import time
from pathlib import Path

from kill import LOGIN_WITHIN, kill_often

KILLS = 50


def test_a_kill_of_the_server_while_people_are_busy_loses_nothing_that_was_read(
    tmp_path: Path, capsys
):
    seed = time.time_ns()
    figures = kill_often(tmp_path, KILLS, seed=seed)
    with capsys.disabled():
        print(f"\nseed {seed}: {figures}")  # noqa: T201  # what one wants to know of it
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
    assert figures.login < LOGIN_WITHIN
