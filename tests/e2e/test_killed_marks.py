"""
Read marks hold over kills, and never go back.
"""

from pathlib import Path

import pytest
from marks_kill import killed

KILLS = 6
#: The same choices at every run, if not the same moments.  Bob's session is held from the first
#: kill on, so that he talks in the first life alone: with this seed it is long.
SEED = 2


def test_what_one_was_told_is_read_stays_read_and_no_mark_goes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reading = killed(tmp_path, KILLS, SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}: {capsys.readouterr().out}", end="")  # noqa: T201  # of interest
    assert reading.problems == []
    assert reading.is_complete(), reading.ways
