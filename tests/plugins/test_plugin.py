"""
One plugin: what its module defines, and how it is set up and torn down.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from twisted_chat import Context, Hub, command, events, filters, on
from twisted_chat.plugins.plugin import Plugin, is_file, reason_of
from twisted_chat.testing import Chat


def plugin(name: str = "mine", **members: Any) -> Plugin:
    module = ModuleType(__name__)
    vars(module).update(members)
    return Plugin.of(module, name)


class Shy:
    def __getattribute__(self, name: str) -> Any:
        raise SystemExit


def test_its_commands_and_hooks_are_those_that_its_module_defines() -> None:
    @command
    def ask(ctx: Context) -> None:
        """Ask."""

    @on(events.Said)
    @filters(events.Said)
    def hear(hub: Hub, event: events.Said) -> None: ...

    found = plugin(ask=ask, same=ask, hear=hear, number=7, path=Path, shy=Shy())
    assert [each.name for each in found.commands] == ["ask"]
    assert len(found.hooks) == 2
    assert found.options is None


@pytest.mark.parametrize(
    ("name", "table"),
    [("plugins/dice.py", "dice"), ("dice.py", "dice"), ("chat_dice.plugin", "plugin"), ("a", "a")],
)
def test_its_table_is_called_as_its_file_or_module(name: str, table: str) -> None:
    assert plugin(name).table == Plugin.table_of(name) == table


@pytest.mark.parametrize(
    ("said", "version"),
    [("1.2", "1.2"), (7, ""), ("a\nb", ""), (None, ""), ("x" * 100, "x" * 32)],
)
def test_its_version_is_what_the_module_says(said: Any, version: str) -> None:
    assert plugin(__version__=said).version == version
    assert plugin().version == ""


def test_it_is_set_up_with_the_hub_and_the_state_if_it_takes_that() -> None:
    hub, given = Chat().hub, list[Any]()

    def with_state(hub: Hub, state: object) -> None:
        given.append(state)

    def without(hub: Hub, verbose: int = 0) -> None:
        given.append(verbose)

    plugin(setup=with_state).set_up(hub, {"a": 1})
    plugin(setup=without).set_up(hub, {"a": 1})
    plugin().set_up(hub, {"a": 1})
    assert given == [{"a": 1}, 0]

    async def later(hub: Hub) -> None: ...

    with pytest.raises(TypeError, match=r"^setup cannot be a coroutine"):
        plugin(setup=later).set_up(hub)
    with pytest.raises(TypeError, match=r"^teardown cannot be a coroutine"):
        plugin(teardown=later).set_up(hub)


def test_it_is_torn_down_with_the_hub_if_it_takes_that_and_hands_over_what_it_returns() -> None:
    hub = Chat().hub
    assert plugin(teardown=lambda: 7).tear_down(hub) == 7
    assert plugin(teardown=lambda hub: hub).tear_down(hub) is hub
    assert plugin().tear_down(hub) is None


def test_a_file_is_told_from_a_module() -> None:
    assert [is_file(each) for each in ("a.py", "./a", "a.b", "a")] == [True, True, False, False]


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise SystemExit


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("one\ntwo"), "ValueError: one two"),
        (KeyError(), "KeyError"),
        (UnprintableError(), "UnprintableError"),
    ],
)
def test_a_reason_is_one_line(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
