"""
Codes, tokens and addresses hold over kills: used once, ended for good, and none lost.
"""

from pathlib import Path

from code_kill import killed

KILLS = 12
#: The same choices at every run, if not the same moments; the program itself takes others.
SEED = 7


def test_a_kill_uses_no_code_twice_loses_no_account_and_opens_nothing_again(
    tmp_path: Path, capsys
) -> None:
    tale = killed(tmp_path, KILLS, SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}: {capsys.readouterr().out}", end="")  # noqa: T201  # of interest
    assert tale.problems == []
    assert tale.is_complete(), tale
    assert tale.returned
    assert len(tale.made_beside) >= KILLS
