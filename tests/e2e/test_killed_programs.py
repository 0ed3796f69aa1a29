"""
What programs are told survives a kill of the server, and is told once.
"""

from pathlib import Path

from json_kill import killed

#: 200 as well, in some minutes: see `json_kill`.
KILLS = 4


def test_nothing_is_missed_doubled_or_told_twice_over_kills(tmp_path: Path) -> None:
    assert killed(tmp_path, KILLS, 7) == []
