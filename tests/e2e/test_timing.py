"""
No user learns from the answers to guessed passwords, or from their time, which accounts exist.
"""

from pathlib import Path
from statistics import quantiles

import pytest
from timing import ask_often, mann_whitney

COUNT = 60
#: Seconds that any answer may take; to compute a hash takes twenty milliseconds and more.
BRIEFLY = 0.005


def test_a_user_who_guesses_cannot_tell_by_words_or_time_which_accounts_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ask_often(tmp_path, COUNT)
    with capsys.disabled():
        for question, found in answers.items():
            print(f"\n{question}: {found}", end="")  # noqa: T201  # figures to be read
    assert len(answers) == 10
    for found in answers.values():
        assert found.has_same_words
        # A busy machine holds up all answers, but the quickest tenth of them least, and not so
        # unevenly; `timing.py` with a higher count looks more closely.
        quickest = [quantiles(times, n=10)[0] for times in (found.known, found.unknown)]
        assert max(quickest) < 3 * min(quickest) + BRIEFLY


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        # The ages at which five men and four women were found to have diabetes; by hand, U is 17
        # of 20, and its standard deviation the square root of 5 * 4 * 10 / 12.
        ([19, 22, 16, 29, 24], [20, 11, 17, 12], 0.1113),
        # Three twos have the rank 3; by hand, U is 1 of 9 and its variance 3 * 3 / 12 * 6.2.
        ([1, 2, 2], [2, 3, 4], 0.1642),
        ([1, 2, 3], [1, 2, 3], 1.0),
        ([5, 5], [5, 5], 1.0),
        (range(100), range(100, 200), 0.0),
    ],
)
def test_two_samples_are_compared_by_the_ranks_of_their_values(
    first: list[int], second: list[int], p: float
) -> None:
    assert mann_whitney(first, second) == pytest.approx(p, abs=1e-4)
    assert mann_whitney(second, first) == pytest.approx(p, abs=1e-4)
