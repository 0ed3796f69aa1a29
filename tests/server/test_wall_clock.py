"""
The wall clock is watched, and its steps are told.
"""

from collections.abc import Iterator

import pytest
from twisted.internet.task import Clock
from twisted.logger import LogEvent, capturedLogs, formatEvent

from twisted_chat.server.wall_clock import INTERVAL, STEP, WallClock


class Watched:
    """
    A wall clock that a test sets, and what the log is told of it.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, log: list[LogEvent]) -> None:
        self.clock, self.wall, self._log = Clock(), 1000.0, log
        monkeypatch.setattr("twisted_chat.server.wall_clock.time.time", lambda: self.wall)
        self.watch = WallClock(self.clock)
        self.watch.start()

    def passes(self, seconds: float, step: float = 0.0) -> None:
        self.wall += seconds + step
        self.clock.advance(seconds)

    @property
    def told(self) -> list[str]:
        return [formatEvent(event) for event in self._log]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    with capturedLogs() as log:
        yield Watched(monkeypatch, log)


def test_time_that_passes_is_no_step(watched: Watched) -> None:
    for _ in range(5):
        watched.passes(INTERVAL, STEP - 0.1)
    assert watched.told == []


@pytest.mark.parametrize("step", [3600.0, -86400.0, 2.5])
def test_a_step_is_told_once(watched: Watched, step: float) -> None:
    watched.passes(INTERVAL, step)
    watched.passes(INTERVAL)
    assert watched.told == [f"The wall clock stepped by {step:.1f} s; timers are not affected"]


def test_nothing_is_watched_after_the_end(watched: Watched) -> None:
    watched.watch.stop()
    watched.passes(INTERVAL, 3600)
    assert watched.told == []
    assert watched.clock.getDelayedCalls() == []
