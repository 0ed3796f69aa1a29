"""
Outages: operators read that the disk fails, and that it works again, and not ten times a minute.
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


def test_a_disk_that_fails_and_mends_all_the_time_is_told_of_once_a_minute(disk):
    for _ in range(60):
        disk.fails_for(2)
        disk.works_for(8)
    begins = [at for at, fails in disk.told if fails]
    assert len(begins) == 10
    assert all(later - sooner >= INTERVAL for sooner, later in pairwise(begins))
    assert [fails for _, fails in disk.told] == [True, False] * 10


def test_a_trouble_that_comes_soon_after_another_is_told_if_it_goes_on(disk):
    disk.fails_for(2)
    disk.works_for(8)
    disk.fails_for(200)
    assert disk.told == [(0, True), (2, False), (60, True), (210, False)]


def test_lines_lost_in_an_unreported_outage_are_still_reported(disk):
    disk.fails_for(2)
    disk.works_for(8)
    disk.fails_for(2, lost=7)
    disk.works_for(100)
    assert disk.told == [(0, True), (2, False), (60, False)]
    disk.works_for(100)
    assert len(disk.told) == 3


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
    assert disk.told[2:] == [(90, True), (90, False)]
