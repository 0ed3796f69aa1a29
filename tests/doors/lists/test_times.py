"""
Times as they stand in lists.
"""

import pytest

from twisted_chat.doors.lists.times import clock, day_and_time, span

pytestmark = pytest.mark.usefixtures("utc")

# 2023-11-14 22:13:20, a Tuesday.
AT = 1_700_000_000.0
DAY = 86_400


def test_a_time_of_day_has_hours_and_minutes() -> None:
    assert clock(AT) == "22:13"


def test_a_span_is_told_to_the_second() -> None:
    assert str(span(89.6)) == "1m30s"


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        (60, "22:13"),
        (DAY, "Tue 22:13"),
        (6 * DAY - 1, "Tue 22:13"),
        (6 * DAY, "2023-11-14 22:13"),
    ],
)
def test_the_day_is_named_where_it_is_another_and_the_date_where_a_week_has_gone(
    later: float, shown: str
) -> None:
    assert day_and_time(AT, AT + later) == shown
