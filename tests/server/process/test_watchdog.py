"""
The watchdog: what it logs of a turn that lasts, and when it sets the alarm.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.logger import formatEvent, globalLogPublisher

from twisted_chat.server.process.watchdog import HELD_TIMES, SETS_EVERY, Watchdog
from twisted_chat.testing import Chat

#: Seconds in which whatever is waited for must happen; much, for a machine that is busy.
WITHIN = 60.0
# Each of these runs until the test has seen enough.
PLUGIN = '''
from twisted_chat import Context, command, events, filters, on

def is_enough():
    raise NotImplementedError

def loop():
    while not is_enough():
        pass

@command
def spin(ctx: Context):
    """Loop."""
    loop()

@command
async def spin_later(ctx: Context):
    """Loop in a coroutine."""
    loop()

@on(events.Acted)
def heard(hub, event):
    loop()
'''


class Reactor:
    """
    Has timers, which run when the turn of the test's thread ends.
    """

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], object]]] = []

    def callLater(self, seconds: float, function: Callable[[], object]) -> None:  # noqa: N802
        self.timers.append((time.monotonic() + seconds, function))

    def turns_until(self, condition: Callable[[], Any]) -> None:
        """
        Run short turns until ``condition`` holds.
        """
        deadline = time.monotonic() + WITHIN
        while not condition():
            assert time.monotonic() < deadline
            timers, self.timers = self.timers, []
            for at, function in timers:
                if at <= time.monotonic():
                    function()
                else:
                    self.timers.append((at, function))
            time.sleep(0.001)


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []

    def keep(event: Any) -> None:
        if "watchdog" in event.get("log_namespace", ""):
            lines.append(str(formatEvent(event)))

    globalLogPublisher.addObserver(keep)
    yield lines
    globalLogPublisher.removeObserver(keep)


class Kennel:
    """
    A watchdog and its reactor, with a server in memory that has a plugin.
    """

    def __init__(self, plugin: Path, stuck_after: float) -> None:
        plugin.write_text(PLUGIN)
        self.chat = Chat(plugin)
        self.reactor = Reactor()
        self.alarms: list[float] = []
        self.watchdog = Watchdog(
            self.reactor, self.chat.plugins.name_of, lambda: 2, stuck_after, self._alarm
        )
        self.thread = self.watchdog.start()

    def _alarm(self, seconds: float, **how: Any) -> None:
        assert how["exit"]
        os.fstat(how["file"])
        self.alarms.append(seconds)

    def loops_until(self, condition: Callable[[], Any]) -> None:
        """
        Say when the plugin's loop ends.
        """
        deadline = time.monotonic() + WITHIN
        *_, plugin = self.chat.plugins.in_force.values()
        plugin.module.is_enough = lambda: condition() or time.monotonic() > deadline


@pytest.fixture
def kennel(tmp_path: Path) -> Iterator[Callable[..., Kennel]]:
    kept = []

    def make(stuck_after: float = 0.0) -> Kennel:
        kept.append(Kennel(tmp_path / "loops.py", stuck_after))
        return kept[-1]

    yield make
    for each in kept:
        each.watchdog.stop()
        each.reactor.turns_until(lambda each=each: not each.thread.is_alive())


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("/spin", "/spin"),
        ("/spin_later", "/spin_later"),
        ("/me waves", "twisted_chat_plugins.loops.heard"),
    ],
)
def test_a_turn_that_lasts_is_logged_once_with_its_plugin_and_its_stack(
    kennel: Callable[..., Kennel], log: list[str], tmp_path: Path, typed: str, name: str
) -> None:
    house = kennel()
    alice = house.chat.arrive("alice")
    began = time.monotonic()
    house.loops_until(lambda: log and time.monotonic() - began > 1)
    alice.types(typed)
    (line,) = log
    first, *stack = line.splitlines()
    plugin = tmp_path / "loops.py"
    assert first == f"A turn lasts longer than 250 ms in {name} of plugin {plugin}:"
    assert any(f'File "{plugin}", line' in each and "in loop" in each for each in stack)
    # The reactor's own frames, which are always the same, are left out.
    assert not any("in test_a_turn_that_lasts" in each for each in stack)
    # The next one is another turn.
    house.loops_until(lambda: len(log) > 1)
    alice.types("hello")
    counted = house.watchdog._count
    house.reactor.turns_until(lambda: house.watchdog._count > counted + 2)
    alice.types(typed)
    assert len(log) == 2


def test_a_turn_of_the_server_itself_is_logged_without_a_plugin(
    kennel: Callable[..., Kennel], log: list[str]
) -> None:
    kennel(7)
    deadline = time.monotonic() + WITHIN
    while not log and time.monotonic() < deadline:
        pass
    first, *stack = log[0].splitlines()
    assert first == "A turn lasts longer than 250 ms; the server ends after 7 s:"
    assert any("test_a_turn_of_the_server_itself" in each for each in stack)


def test_while_turns_are_short_nothing_is_logged_and_the_alarm_is_put_off(
    kennel: Callable[..., Kennel], log: list[str]
) -> None:
    house = kennel(30)
    house.reactor.turns_until(lambda: len(house.alarms) >= 2)
    assert set(house.alarms) == {HELD_TIMES * 30 + SETS_EVERY}
    # A busy machine may have held up the test itself.
    assert not [line for line in log if "plugin" in line]


def test_the_alarm_is_not_put_off_while_a_turn_lasts(
    kennel: Callable[..., Kennel], log: list[str]
) -> None:
    house = kennel(30)
    began = time.monotonic()
    house.loops_until(lambda: log and time.monotonic() - began > 2 * SETS_EVERY)
    alice = house.chat.arrive("alice")
    before = len(house.alarms)
    alice.types("/spin")
    assert len(house.alarms) == before
    house.watchdog.stop()
    house.reactor.turns_until(lambda: not house.thread.is_alive())
    # The last one is for a process that does not end.
    assert house.alarms[before:]


def test_a_server_that_is_told_to_stop_has_seconds_for_the_turn_of_now(
    kennel: Callable[..., Kennel],
) -> None:
    house = kennel()
    house.watchdog.hurry()
    house.watchdog.hurry()
    assert house.alarms == [5 + SETS_EVERY]


def test_a_new_limit_holds_from_the_next_alarm_on(kennel: Callable[..., Kennel]) -> None:
    house = kennel(30)
    house.watchdog.stuck_after = 10
    house.reactor.turns_until(lambda: len(house.alarms) >= 2)
    assert house.alarms[1] == HELD_TIMES * 10 + SETS_EVERY


def test_a_turn_that_goes_on_ends_the_process_at_once(kennel: Callable[..., Kennel]) -> None:
    house = kennel(0.2)
    # The first is that of the start.
    house.loops_until(lambda: len(house.alarms) > 1)
    house.chat.arrive("alice").types("/spin")
    assert house.alarms[:2] == [HELD_TIMES * 0.2 + SETS_EVERY, 0.001]


def test_a_turn_that_goes_on_ends_nothing_where_it_may(
    kennel: Callable[..., Kennel], log: list[str]
) -> None:
    house = kennel(0)
    began = time.monotonic()
    house.loops_until(lambda: log and time.monotonic() - began > 2 * SETS_EVERY)
    house.chat.arrive("alice").types("/spin")
    assert house.alarms == []


def test_a_log_that_cannot_be_written_to_is_no_reason_to_fail() -> None:
    descriptors = []

    def closed() -> int:
        raise ValueError("I/O operation on closed file")

    watchdog = Watchdog(
        Reactor(), lambda _: "", closed, 30, lambda _, **how: descriptors.append(how["file"])
    )
    watchdog.stop()
    watchdog.start().join(WITHIN)
    # Both alarms, the first and the last, write where nobody reads it.
    assert descriptors == [watchdog._descriptor] * 2


def test_a_user_of_the_system_who_may_open_no_file_has_a_watchdog_too(
    kennel: Callable[..., Kennel], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "devnull", str(tmp_path / "missing"))
    house = kennel(30)
    assert house.alarms == [HELD_TIMES * 30 + SETS_EVERY]
    house.watchdog.hurry()
    assert house.alarms == [HELD_TIMES * 30 + SETS_EVERY, 5 + SETS_EVERY]
