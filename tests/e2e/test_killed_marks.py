"""
Read marks hold over kills, and never go back.
"""

import time
from pathlib import Path

import pytest
from marks_kill import killed

KILLS = 6


def test_what_one_was_told_is_read_stays_read_and_no_mark_goes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = time.time_ns()
    reading = killed(tmp_path, KILLS, seed)
    with capsys.disabled():
        print(f"\nseed {seed}: {capsys.readouterr().out}", end="")  # noqa: T201  # of interest
    assert reading.problems == []
    assert reading.is_complete(), reading.ways
