"""
Times as server-time writes them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.doors.irc.lines.times import read_time, time_tag


@pytest.mark.parametrize(
    ("at", "tag"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_700_000_000.5, "2023-11-14T22:13:20.500Z"),
        (1_700_000_000.9999, "2023-11-14T22:13:20.999Z"),
    ],
)
def test_a_time_is_written_to_the_millisecond(at, tag):
    assert time_tag(at) == tag


@given(st.integers(0, 4_000_000_000_000))
def test_a_time_that_was_written_is_read_again(milliseconds):
    at = read_time(time_tag(milliseconds / 1000 + 1e-6))
    assert round(at * 1000) == milliseconds


@pytest.mark.parametrize(
    "text", ["", "*", "yesterday", "2023-11-14", "2023-11-14T22:13:20Z", "2023-13-14T22:13:20.0Z"]
)
def test_what_is_no_time_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"^A time must be such as 2026-11-28T12:00:00\.000Z\.$"):
        read_time(text)
