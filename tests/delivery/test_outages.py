"""
Outages: operators read at once that the disk fails, and at most once a minute that it works again.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from attrs import define, field
from twisted.internet.task import Clock

from twisted_chat.delivery.outages import INTERVAL, Outages


@define(eq=False)
class Disk:
    """
    A disk that fails and mends, and what is told of it: when, and whether it fails.
    """

    clock: Clock = field(factory=Clock)
    told: list[tuple[float, bool]] = field(factory=list)
    outages: Outages = field(init=False)
    lost: int = 0

    def __attrs_post_init__(self) -> None:
        self.outages = Outages(self.clock, self._note)

    def _note(self, fails: bool) -> None:
        self.told.append((self.clock.seconds(), fails))

    def fails_for(self, seconds: int, lost: int = 0) -> None:
        self.outages.begin()
        self.works_for(seconds)
        self.lost += lost
        self.outages.end(self.lost)

    def works_for(self, seconds: int) -> None:
        self.clock.pump([1] * seconds)


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_a_trouble_is_told_when_it_begins_and_when_it_ends(disk):
    disk.fails_for(5, lost=3)
    assert disk.told == [(0, True), (5, False)]
    disk.works_for(100)
    disk.fails_for(500)
    assert disk.told[2:] == [(105, True), (605, False)]


def test_a_disk_that_fails_and_mends_all_the_time_is_told_to_work_once_a_minute(disk):
    for _ in range(60):
        disk.fails_for(2)
        disk.works_for(8)
    ends = [at for at, fails in disk.told if not fails]
    assert len(ends) == 10
    assert all(later - sooner >= INTERVAL for sooner, later in pairwise(ends))
    assert [fails for _, fails in disk.told] == [True, False] * 10 + [True]


def test_an_outage_soon_after_another_is_told_at_once_and_its_end_when_the_minute_is_over(disk):
    disk.fails_for(2)
    disk.works_for(8)
    disk.fails_for(5)
    assert disk.told == [(0, True), (2, False), (10, True)]
    disk.works_for(100)
    assert disk.told[3:] == [(62, False)]


def test_while_an_end_is_not_told_yet_another_outage_is_the_same_to_those_who_read(disk):
    disk.fails_for(2)
    disk.fails_for(2)
    disk.works_for(36)
    disk.fails_for(50)
    assert disk.told == [(0, True), (2, False), (2, True), (90, False)]


def test_lines_lost_in_an_outage_are_told_with_its_end(disk):
    disk.fails_for(2)
    disk.works_for(8)
    disk.fails_for(2, lost=7)
    disk.works_for(100)
    assert disk.told == [(0, True), (2, False), (10, True), (62, False)]


def test_at_the_end_nothing_is_left_to_tell(disk):
    disk.fails_for(2)
    disk.outages.begin()
    disk.outages.stop()
    assert disk.clock.getDelayedCalls() == []


def test_what_is_lost_without_a_trouble_is_told_at_once_and_then_once_a_minute(disk):
    for lost in range(1, 31):
        disk.outages.note(lost)
        disk.works_for(1)
    assert disk.told == [(0, False)]
    disk.works_for(60)
    assert disk.told == [(0, False), (60, False)]
    # What is told with an end is not told again.
    disk.lost = 31
    disk.outages.begin()
    disk.outages.note(31)
    disk.outages.end(31)
    disk.outages.note(31)
    disk.works_for(100)
    assert disk.told[2:] == [(90, True), (120, False)]
