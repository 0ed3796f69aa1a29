"""
What plugins keep holds over kills of the server: no count or vote that was told is lost, and what
was to be called later is called once.
"""

from pathlib import Path

from storage_kill import killed

KILLS = 6
#: The same choices at every run, if not the same moments; the program itself takes others.
SEED = 7


def test_a_kill_loses_nothing_that_a_plugin_keeps_and_calls_nothing_twice(
    tmp_path: Path, capsys
) -> None:
    tale = killed(tmp_path, KILLS, SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}: {capsys.readouterr().out}", end="")  # noqa: T201  # of interest
    assert tale.problems == []
    assert tale.is_complete(), tale
