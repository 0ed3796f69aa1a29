"""
One schedule: as it is kept, and when it comes next.
"""

import pytest
from attrs import evolve

from twisted_chat.storage.schedule import Schedule
from twisted_chat.store.plugins import Kind, Place

PLACE = Place("bells", Kind.SCHEDULE, 0, 7)
ONCE = Schedule(PLACE, "tea", "ring", '["tea",2]', 1_700_000_000.5)
HOURLY = evolve(ONCE, every=3600.0, tries=2)


def test_it_is_kept_as_json_and_read_again() -> None:
    assert ONCE.value == (
        '{"function":"ring","args":"[\\"tea\\",2]","at":1700000000.5,"every":0.0,"tries":0}'
    )
    for each in (ONCE, HOURLY):
        assert Schedule.of(PLACE, "tea", each.value) == each


def test_one_that_was_kept_by_an_earlier_version_is_read() -> None:
    earlier = '{"function":"ring","args":"[\\"tea\\",2]","at":1700000000.5}'
    assert Schedule.of(PLACE, "tea", earlier) == ONCE


def test_the_log_names_its_plugin() -> None:
    assert ONCE.name == "bells.ring"


@pytest.mark.parametrize(
    ("late", "hours"), [(0.0, 1), (1.0, 1), (3599.0, 1), (3600.0, 2), (3601.0, 2), (36_000.0, 11)]
)
def test_the_next_time_is_the_first_that_has_not_passed(late: float, hours: int) -> None:
    after = HOURLY.after(HOURLY.at + late)
    assert (after.at, after.tries) == (HOURLY.at + hours * 3600, 0)
    assert after.at > HOURLY.at + late


def test_the_same_again_is_known_from_another() -> None:
    again = evolve(HOURLY, tries=0)
    for counts in (False, True):
        assert HOURLY.is_same(again, counts=counts)
        assert HOURLY.is_same(evolve(again, at=HOURLY.at - 7200), counts=counts)
        assert not HOURLY.is_same(evolve(again, every=60.0), counts=counts)
        assert not HOURLY.is_same(evolve(again, args="[]"), counts=counts)
        assert HOURLY.is_same(evolve(again, at=HOURLY.at + 60), counts=counts) is not counts
