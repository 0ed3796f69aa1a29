"""
Schedules: called when their time has come, also after a restart, and contained when they fail.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from logins import SECRET, come
from shared_storage import kept_by, later, plugin_of, slow_chat
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent

from twisted_chat import ChatError, Hub
from twisted_chat.errors import StorageFull, TooManySchedules
from twisted_chat.plugins.plugin import PluginError
from twisted_chat.storage.schedules import MAX_SCHEDULES, TRIES
from twisted_chat.store.plugins import Kind
from twisted_chat.testing import BEGINNING, NO_LIMITS, Chat
from twisted_chat.text.sizes import Size

MINUTE = timedelta(minutes=1)


def bells(**more: Any) -> ModuleType:
    """
    Return a plugin whose functions note each call in its storage.
    """

    def ring(hub: Hub, *args: Any) -> None:
        kept = hub.storage("bells")
        kept.set("rung", [*kept.get("rung", []), list(args)])

    def fail(hub: Hub) -> None:
        raise RuntimeError("it failed")

    return plugin_of("bells", ring=ring, fail=fail, **more)


def rung(chat: Chat) -> list[list[Any]]:
    found: list[list[Any]] = kept_by(chat, "bells").get("rung", [])
    return found


def at(chat: Chat) -> datetime:
    return datetime.fromtimestamp(chat.hub.now(), UTC)


def schedules(chat: Chat) -> int:
    chat.advance()
    found = chat.hub.store.load().plugin_values
    return sum(each.kind is Kind.SCHEDULE for each in found)


# -- once -----------------------------------------------------------------------------------------


def test_a_function_is_called_once_when_its_time_has_come_with_its_arguments() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(at(chat) + MINUTE, plugin.ring, "tea", {"cups": 2})
    chat.hub.at(2 * MINUTE, plugin.ring, "cake")
    chat.advance(59)
    assert rung(chat) == []
    chat.advance(1)
    assert rung(chat) == [["tea", {"cups": 2}]]
    chat.advance(3600)
    assert rung(chat) == [["tea", {"cups": 2}], ["cake"]]
    assert schedules(chat) == 0


def test_a_time_may_have_any_zone() -> None:
    plugin = bells()
    chat = Chat(plugin)
    there = timezone(timedelta(hours=-7))
    chat.hub.at((at(chat) + MINUTE).astimezone(there), plugin.ring)
    chat.advance(59)
    assert rung(chat) == []
    chat.advance(1)
    assert rung(chat) == [[]]


def test_one_that_is_over_is_called_at_once() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(at(chat) - MINUTE, plugin.ring)
    assert rung(chat) == []
    chat.advance()
    assert rung(chat) == [[]]


def test_it_is_called_after_a_restart_and_once_if_it_is_late() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring, 1)
    chat.hub.at(2 * MINUTE, plugin.ring, 2)
    again = later(chat, bells())
    again.advance(60)
    assert rung(again) == [[1]]
    # It is down while the other is due.
    again.clock.advance(0)
    down = later(again)
    down.advance(600)
    late = later(down, bells())
    assert rung(late) == [[1]]
    late.advance()
    assert rung(late) == [[1], [2]]
    last = later(late, bells())
    last.advance(600)
    assert rung(last) == [[1], [2]]


def test_the_same_key_takes_the_place_of_what_had_it() -> None:
    plugin = bells()
    chat = Chat(plugin)
    # By default the key is what is called.
    assert chat.hub.at(MINUTE, plugin.ring, "a") == chat.hub.at(2 * MINUTE, plugin.ring, "a")
    chat.hub.at(MINUTE, plugin.ring, "b")
    assert chat.hub.at(MINUTE, plugin.ring, "c", key="tea") == "tea"
    chat.hub.at(3 * MINUTE, plugin.ring, "d", key="tea")
    chat.advance(60)
    assert rung(chat) == [["b"]]
    chat.advance(120)
    assert rung(chat) == [["b"], ["a"], ["d"]]


def test_the_same_for_another_account_is_another_one() -> None:
    plugin = bells()
    chat = Chat(plugin)
    for nick in ("alice", "bob"):
        come(chat, nick)
    accounts = [chat.hub.find_user(nick).account for nick in ("alice", "bob")]
    keys = [chat.hub.at(MINUTE, plugin.ring, "tea", account=each) for each in (*accounts, None)]
    keys += [chat.hub.every(MINUTE, plugin.ring, account=each) for each in (*accounts, None)]
    assert len(set(keys)) == schedules(chat) == 6
    # Of one account it is the same again.
    assert chat.hub.at(2 * MINUTE, plugin.ring, "tea", account=accounts[0]) == keys[0]
    assert schedules(chat) == 6
    assert chat.hub.cancel("bells", keys[1])
    chat.advance(60)
    assert sorted(rung(chat)) == [[], [], [], ["tea"]]
    chat.advance(60)
    assert rung(chat).count(["tea"]) == 2


def test_what_has_changed_since_is_undone() -> None:
    plugin = bells()
    chat = Chat(plugin)
    account = (come(chat, "alice"), chat.hub.find_user("alice").account)[1]
    chat.hub.at(MINUTE, plugin.ring, "stays", key="a")
    chat.hub.at(MINUTE, plugin.ring, "changed", key="b")
    chat.hub.at(MINUTE, plugin.ring, "cancelled", key="c")
    before = chat.hub.schedules.of("bells")
    chat.hub.at(MINUTE / 2, plugin.ring, "other", key="b", account=account)
    chat.hub.cancel("bells", "c")
    chat.hub.at(MINUTE, plugin.ring, "new", key="d")
    chat.hub.schedules.restore("bells", before)
    assert chat.hub.schedules.of("bells") == before
    assert schedules(chat) == 3
    chat.advance(60)
    assert sorted(rung(chat)) == [["cancelled"], ["changed"], ["stays"]]
    # Also as it is kept.
    assert schedules(chat) == 0


def test_what_is_cancelled_is_not_called() -> None:
    plugin = bells()
    chat = Chat(plugin)
    key = chat.hub.at(MINUTE, plugin.ring, "a")
    chat.hub.every(MINUTE, plugin.ring, key="b")
    assert chat.hub.cancel("bells", key)
    assert chat.hub.cancel("bells", "b")
    assert not chat.hub.cancel("bells", "b")
    chat.advance(120)
    assert rung(chat) == []
    assert schedules(chat) == 0


def test_the_time_of_day_may_be_set_meanwhile() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(timedelta(hours=10), plugin.ring)
    step = 0.0
    chat.hub.world.now = lambda: BEGINNING + chat.clock.seconds() + step
    chat.advance(60)
    step = 36000.0
    chat.advance(59)
    assert rung(chat) == []
    chat.advance(1)
    assert rung(chat) == [[]]


# -- again and again ------------------------------------------------------------------------------


def test_a_function_is_called_again_and_again() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.every(timedelta(hours=1), plugin.ring, "ding")
    for count in (0, 1, 2, 3):
        assert len(rung(chat)) == count
        chat.advance(3599)
        assert len(rung(chat)) == count
        chat.advance(1)


def test_times_that_have_passed_meanwhile_are_one_call() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.every(timedelta(hours=1), plugin.ring)
    down = later(chat)
    down.advance(3.5 * 3600)
    again = later(down, bells())
    again.advance()
    assert len(rung(again)) == 1
    # It goes on at the full hours.
    again.advance(1799)
    assert len(rung(again)) == 1
    again.advance(1)
    assert len(rung(again)) == 2


def test_the_same_again_as_in_setup_changes_nothing() -> None:
    def setup(hub: Hub) -> None:
        hub.every(timedelta(hours=1), plugin.ring)

    plugin = bells(setup=setup)
    chat = Chat(plugin)
    chat.advance(3000)
    chat.plugins.load()
    chat.advance(600)
    assert len(rung(chat)) == 1
    chat.advance(3000)
    again = later(chat, plugin)
    again.advance(600)
    assert len(rung(again)) == 2
    assert schedules(again) == 1


def test_another_interval_takes_the_place_of_the_first() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.every(timedelta(hours=1), plugin.ring)
    chat.hub.every(MINUTE, plugin.ring)
    chat.advance(120)
    assert len(rung(chat)) == 2 - 1  # Time went on in one step.
    chat.advance(60)
    assert len(rung(chat)) == 2


@pytest.mark.parametrize("hour", [3, 23])
def test_it_may_be_counted_from_a_time_of_day(hour: int) -> None:
    plugin = bells()
    chat = Chat(plugin)
    # It begins on 14 November 2023 at 22:13:20.
    since = datetime(2020, 1, 1, hour, tzinfo=UTC)
    for _ in range(2):
        chat.hub.every(timedelta(days=1), plugin.ring, since=since)
    wait = {3: 4 * 3600 + 46 * 60 + 40, 23: 46 * 60 + 40}[hour]
    chat.advance(wait - 1)
    assert rung(chat) == []
    chat.advance(1)
    assert rung(chat) == [[]]
    chat.advance(86400)
    assert rung(chat) == [[], []]


def test_it_may_begin_in_the_future_and_be_counted_from_elsewhere_later() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.every(MINUTE, plugin.ring, since=at(chat) + timedelta(hours=1))
    chat.advance(3599)
    assert rung(chat) == []
    chat.advance(1)
    assert rung(chat) == [[]]
    chat.hub.every(MINUTE, plugin.ring, since=at(chat) + timedelta(seconds=90))
    chat.advance(60)
    assert rung(chat) == [[]]
    chat.advance(30)
    assert rung(chat) == [[], []]


# -- what is refused ------------------------------------------------------------------------------


def test_a_time_needs_a_zone_and_an_interval_is_a_second_at_least() -> None:
    plugin = bells()
    chat = Chat(plugin)
    naive = datetime(2030, 1, 1)  # noqa: DTZ001  # that is the point
    with pytest.raises(ValueError, match="needs a time zone"):
        chat.hub.at(naive, plugin.ring)
    with pytest.raises(ValueError, match="needs a time zone"):
        chat.hub.every(MINUTE, plugin.ring, since=naive)
    with pytest.raises(ValueError, match=r"at least 1 s, not 0\.5 s"):
        chat.hub.every(timedelta(seconds=0.5), plugin.ring)


def test_a_function_must_be_found_again_by_its_name() -> None:
    plugin = bells()
    chat = Chat(plugin)

    def inner(hub: Hub) -> None:
        pass

    inner.__module__ = "bells"
    for function in (inner, functools.wraps(plugin.ring)(lambda hub: None)):
        with pytest.raises(ValueError, match="must stand at the top of the plugin's file"):
            chat.hub.at(MINUTE, function)
    with pytest.raises(LookupError, match="is no plugin in force"):
        chat.hub.at(MINUTE, bells)


def test_arguments_are_values_of_json() -> None:
    plugin = bells()
    chat = Chat(plugin)
    with pytest.raises(TypeError, match="not Hub"):
        chat.hub.at(MINUTE, plugin.ring, chat.hub)
    with pytest.raises(ValueError, match="1 to 200 characters"):
        chat.hub.at(MINUTE, plugin.ring, "x" * 200)
    assert chat.hub.at(MINUTE, plugin.ring, "x" * 200, key="x") == "x"
    assert schedules(chat) == 1


def test_a_plugin_has_so_many_schedules_and_they_count_for_its_storage() -> None:
    def ring(hub: Hub) -> None:
        pass

    plugin, other = bells(), plugin_of("other", ring=ring)
    chat = Chat(plugin, other)
    for number in range(MAX_SCHEDULES):
        chat.hub.at(MINUTE, plugin.ring, number)
    with pytest.raises(TooManySchedules, match="it has 1000 schedules already"):
        chat.hub.at(MINUTE, plugin.ring)
    # In the place of another, and for another plugin, there is room.
    chat.hub.at(2 * MINUTE, plugin.ring, 0)
    chat.hub.at(MINUTE, other.ring)
    chat.hub.cancel("bells", "ring[1]")
    with pytest.raises(StorageFull):
        chat.hub.at(MINUTE, plugin.ring, "x" * 2**20, key="x")
    chat.hub.at(MINUTE, plugin.ring)
    chat.advance(60)
    assert len(rung(chat)) == MAX_SCHEDULES - 1


def test_one_goes_on_where_the_storage_is_full() -> None:
    plugin = bells()
    chat = Chat(plugin)
    counted: list[float] = []
    plugin.count = lambda hub: counted.append(hub.now())
    plugin.count.__module__, plugin.count.__name__ = "bells", "count"
    chat.hub.every(timedelta(seconds=1.1), plugin.count)
    chat.hub.world.limits = evolve(NO_LIMITS, plugin_storage=Size(1))
    with pytest.raises(StorageFull):
        kept_by(chat, "bells").set("x", 1)
    for _ in range(100):
        chat.advance(1.2)
    assert len(counted) >= 99


# -- plugins that come and go ---------------------------------------------------------------------


def test_a_plugin_that_is_gone_finds_its_schedules_when_it_returns() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring, 1)
    chat.hub.at(timedelta(hours=1), plugin.ring, 2)
    without = later(chat)
    without.advance(600)
    assert schedules(without) == 2
    again = later(without, bells())
    again.advance()
    assert rung(again) == [[1]]
    again.advance(3000)
    assert rung(again) == [[1], [2]]


def test_nothing_is_called_while_no_plugin_is_in_force() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring)
    chat.plugins.unload()
    chat.advance(60)
    assert chat.hub.values.modules["bells"].ring is plugin.ring
    assert schedules(chat) == 1
    chat.plugins.load()
    chat.advance()
    assert rung(chat) == [[]]


def test_a_function_that_is_no_more_is_dropped_and_logged() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring)
    again = later(chat, plugin_of("bells"))
    with capturedLogs() as logged:
        again.advance(60)
    assert [formatEvent(event) for event in logged] == [
        "bells.ring is not called and dropped: the plugin has no such function any more"
    ]
    assert schedules(again) == 0


def test_a_reloaded_plugin_is_called_in_its_new_code() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring, 1)
    new = bells()
    chat.plugins.sources = (new,)
    chat.plugins.load()
    del plugin.ring
    chat.advance(60)
    assert rung(chat) == [[1]]


def test_a_plugin_whose_new_code_cannot_be_set_up_has_its_schedules_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bells.py"
    code = """
from datetime import timedelta

def setup(hub):
    hub.every(timedelta(minutes=1), ring)
    hub.storage(__name__).set("set up", hub.storage(__name__).get("set up", 0) + 1)
    {}

def ring(hub):
    kept = hub.storage(__name__)
    kept.set("rung", kept.get("rung", 0) + 1)
"""
    file.write_text(code.format(""))
    chat = Chat(file)
    file.write_text(code.format("1 / 0"))
    with pytest.raises(PluginError, match="bells"):
        chat.plugins.load()
    assert kept_by(chat, "bells").get("set up") == 3
    chat.advance(60)
    assert kept_by(chat, "bells").get("rung") == 1
    shown = capsys.readouterr().err
    assert (shown.count("Error: "), shown.count("ZeroDivisionError: ")) == (1, 1)


def test_one_that_is_switched_off_is_not_called_until_it_is_on_again() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring)
    chat.plugins.switch_off("bells")
    chat.advance(600)
    assert schedules(chat) == 1
    chat.plugins.switch_on("bells")
    chat.advance()
    assert rung(chat) == [[]]


def test_those_of_an_account_are_deleted_with_it() -> None:
    plugin = bells()
    chat = Chat(plugin)
    alice = come(chat, "alice")
    account = chat.hub.find_user("alice").account
    chat.hub.at(MINUTE, plugin.ring, 1, account=account)
    chat.hub.at(MINUTE, plugin.ring, 2, key="x")
    chat.hub.at(MINUTE, plugin.ring, 2, key="x", account=account)
    chat.hub.at(MINUTE, plugin.ring, 3)
    assert schedules(chat) == 3
    alice.types("/unregister", SECRET)
    assert schedules(chat) == 1
    chat.advance(60)
    assert rung(chat) == [[3]]


# -- when it goes wrong ---------------------------------------------------------------------------


def test_one_that_fails_is_logged_with_its_plugin_and_stops_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(hub: Hub) -> None:
        raise ChatError("No.")

    async def hang(hub: Hub) -> None:
        await Deferred()

    def leave(hub: Hub) -> None:
        raise SystemExit

    plugin = bells(refuse=refuse, hang=hang, leave=leave)
    chat = Chat(plugin)
    for name in ("fail", "refuse", "hang", "leave"):
        chat.hub.at(MINUTE, getattr(plugin, name))
    chat.hub.at(MINUTE, plugin.ring)
    with capturedLogs() as logged:
        chat.advance(60)
        assert rung(chat) == [[]]
        chat.advance(10)
    told = [formatEvent(event).splitlines()[0] for event in logged]
    assert told == [
        "bells.fail failed:",
        "bells.refuse refused, and there is no user to tell: 'No.'",
        "bells.leave failed:",
        "bells.hang failed:",
    ]
    assert schedules(chat) == 0
    assert "RuntimeError: it failed" in capsys.readouterr().err


def test_one_that_blocks_is_named() -> None:
    def block(hub: Hub) -> None:
        hub.clock.advance(10)  # type: ignore[attr-defined]

    plugin = bells(block=block)
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.block)
    chat.hub.at(MINUTE, plugin.ring)
    with capturedLogs() as logged:
        chat.advance(60)
    assert "bells.block blocked the server for 10000 ms" in [formatEvent(e) for e in logged]
    assert rung(chat) == [[]]


def test_one_that_keeps_failing_is_switched_off_until_a_reload(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.every(timedelta(seconds=2), plugin.fail)
    chat.hub.every(timedelta(seconds=2), plugin.ring)
    for _ in range(20):
        chat.advance(2)
    assert chat.hub.isolation.is_off("bells.fail")
    assert len(rung(chat)) == 20
    assert capsys.readouterr().err.count("RuntimeError: it failed") == 5
    quiet = len(chat.clock.getDelayedCalls())
    chat.plugins.load()
    assert not chat.hub.isolation.is_off("bells.fail")
    assert len(chat.clock.getDelayedCalls()) == quiet
    chat.advance()
    assert "it failed" in capsys.readouterr().err


def test_one_that_ends_the_server_each_time_is_given_up() -> None:
    plugin = bells()
    chat = Chat(plugin)
    chat.hub.at(MINUTE, plugin.ring, "bad")
    chat.hub.every(MINUTE, plugin.ring, "worse")
    chat.hub.at(timedelta(hours=1), plugin.ring, "good")
    for start in range(TRIES + 1):
        # All is kept that was to be kept before the call, and then the server ends.
        chat.hub.fanout.finish()
        clock = Clock()
        clock.advance(100)
        with capturedLogs() as logged:
            chat = Chat(bells(), store=chat.hub.store, clock=clock)
        assert bool(logged) == (start == TRIES)
    assert [formatEvent(event) for event in logged] == [
        "bells.ring is given up: the server has ended 3 times when it was to be called"
    ] * 2
    chat.advance()
    assert rung(chat) == []
    # The one goes on, at its next time.
    chat.advance(20)
    assert rung(chat) == [["worse"]]
    chat.advance(3600)
    assert sorted(rung(chat)) == [["good"], ["worse"], ["worse"]]


def test_what_a_function_keeps_and_that_it_was_called_are_kept_in_one_write() -> None:
    plugin = bells()
    chat, store = slow_chat(plugin)
    chat.hub.at(MINUTE, plugin.ring, 1)
    chat.advance()
    store.is_slow = True
    chat.advance(60)
    (write,) = [args[0] for name, args in store.asked if name == "write"]
    assert [(each.kind, each.key, bool(each.value)) for each in write] == [
        (Kind.SCHEDULE, "ring[1]", False),
        (Kind.VALUE, "rung", True),
    ]
