"""
Durations: spans of time as people type them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat import Duration


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0s"),
        (0.4, "0s"),
        (1, "1s"),
        (59.6, "1m"),
        (90, "1m30s"),
        (3600, "1h"),
        (5400, "1h30m"),
        (86400 * 9 + 1, "9d1s"),
    ],
)
def test_a_duration_is_shown_as_it_is_typed(seconds: float, shown: str) -> None:
    assert str(Duration(seconds=seconds)) == shown


@given(st.integers(0, 1000 * 86400))
def test_a_duration_is_read_as_it_is_shown(seconds: int) -> None:
    assert Duration.parse(str(Duration(seconds=seconds))).total_seconds() == seconds


@given(st.text(max_size=12))
def test_anything_else_is_no_duration(text: str) -> None:
    try:
        duration = Duration.parse(text)
    except ValueError:
        return
    assert 0 <= duration.total_seconds() <= 1000 * 86400
