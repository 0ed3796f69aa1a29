"""
From the plugins in force to those that are loaded, each by itself.
"""

import sys
from types import ModuleType
from typing import Any

import pytest

from twisted_chat import Context, Hub, command
from twisted_chat.plugins.changeover import ChangeOver, require_none, tear_down
from twisted_chat.plugins.plugin import Plugin, PluginError
from twisted_chat.plugins.registry import Offer, Trial
from twisted_chat.testing import Chat

deeds: list[str] = []


@pytest.fixture(autouse=True)
def _fresh_deeds() -> None:
    deeds.clear()


def plugin(name: str, version: str, *names: str, fails: bool = False) -> Plugin:
    """
    Return a plugin with commands of these names, which notes what is done with it.
    """
    module = ModuleType(__name__)
    called = f"{name} {version}"

    def setup(hub: Hub, state: Any) -> None:
        deeds.append(f"{called} up with {state}")
        if fails:
            raise SystemExit

    def teardown() -> str:
        deeds.append(f"{called} down")
        return called

    vars(module).update(setup=setup, teardown=teardown)
    for each in names:

        @command(name=each)
        def do(ctx: Context) -> None:
            """Do it."""

        vars(module)[each] = do
    return Plugin.of(module, name)


def change(
    before: list[Plugin], fresh: list[Plugin], *, is_first: bool = False
) -> tuple[ChangeOver, dict[str, PluginError]]:
    problems: dict[str, PluginError] = {}
    given = [{each.name: each for each in some} for some in (before, fresh)]
    return ChangeOver(Chat().hub, *given, problems, is_first=is_first), problems


def test_the_new_take_the_place_of_the_old_with_their_state() -> None:
    old, new, gone = plugin("a", "1", "x"), plugin("a", "2", "x", "y"), plugin("b", "1", "z")
    over, problems = change([old, gone], [new])
    chosen = over.choose(Trial(), ["a"])
    assert chosen == {"a": new}
    over.run(chosen)
    assert deeds == ["a 1 down", "b 1 down", "a 2 up with a 1"]
    assert problems == {}


def test_what_loses_a_name_stays_as_it_was_and_is_not_even_torn_down() -> None:
    old, new, other = plugin("a", "1", "x"), plugin("a", "2", "taken"), plugin("b", "1", "y")
    trial = Trial()
    trial.add("server", Offer("the server", plugin("s", "1", "taken").commands))
    over, problems = change([old], [new, other])
    chosen = over.choose(trial, ["a", "b"])
    assert chosen == {"a": old, "b": other}
    over.run(chosen)
    assert deeds == ["b 1 up with None"]
    assert str(problems["a"]) == "Plugin a: /taken is taken by the server already."


def test_what_stays_has_its_names_before_what_is_new() -> None:
    stays, new = plugin("b", "1", "x"), plugin("a", "2", "x")
    over, problems = change([stays], [new])
    assert over.choose(Trial(), ["a", "b"]) == {"b": stays}
    assert list(problems) == ["a"]


def test_two_may_exchange_their_names() -> None:
    before = [plugin("a", "1", "x"), plugin("b", "1", "y")]
    fresh = [plugin("a", "2", "y"), plugin("b", "2", "x")]
    over, problems = change(before, fresh)
    assert list(over.choose(Trial(), ["a", "b"]).values()) == fresh
    assert problems == {}


def test_what_cannot_be_set_up_is_taken_back_alone() -> None:
    old, new, other = plugin("a", "1", "x"), plugin("a", "2", "x", fails=True), plugin("b", "1")
    over, problems = change([old], [new, other])
    chosen = over.choose(Trial(), ["a", "b"])
    over.run(chosen)
    assert chosen == {"a": old, "b": other}
    assert deeds == ["a 1 down", "a 2 up with a 1", "a 1 up with a 1", "b 1 up with None"]
    assert str(problems["a"]) == "Plugin a cannot be set up: SystemExit."
    assert isinstance(problems["a"].__cause__, SystemExit)


def test_what_cannot_go_back_stays_out() -> None:
    old, new, other = plugin("a", "1", "x"), plugin("a", "2", fails=True), plugin("b", "2", "x")
    over, problems = change([old], [new, other])
    chosen = over.choose(Trial(), ["a", "b"])
    over.run(chosen)
    assert chosen == {"b": other}
    assert list(problems) == ["a"]


def test_at_the_start_the_first_problem_is_raised_and_the_others_are_torn_down() -> None:
    one, two = plugin("a", "1", "x"), plugin("b", "1", "y", fails=True)
    over, _ = change([], [one, two], is_first=True)
    chosen = over.choose(Trial(), ["a", "b"])
    with pytest.raises(PluginError, match="Plugin b cannot be set up: SystemExit"):
        over.run(chosen)
    assert deeds[-1] == "a 1 down"
    over, _ = change([], [one, plugin("b", "1", "x")], is_first=True)
    with pytest.raises(PluginError, match="Plugin b: /x is taken by a already"):
        over.choose(Trial(), ["a", "b"])


def test_python_forgets_modules_that_are_not_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    before, new = ModuleType("chat_some"), ModuleType("chat_some")
    monkeypatch.setitem(sys.modules, "chat_some", new)
    fresh = Plugin.of(new, "a")
    over, _ = change([], [fresh])
    over.forget({"a": fresh}, {"chat_some": before})
    assert sys.modules["chat_some"] is new
    over.forget({}, {"chat_some": before})
    assert sys.modules["chat_some"] is before
    monkeypatch.setitem(sys.modules, "chat_some", new)
    over.forget({}, {})
    assert "chat_some" not in sys.modules


def test_a_teardown_that_fails_hands_over_nothing() -> None:
    module = ModuleType(__name__)

    def teardown() -> None:
        raise KeyboardInterrupt

    vars(module)["teardown"] = teardown
    assert tear_down(Chat().hub, Plugin.of(module, "a")) == []


def test_without_problems_nothing_is_raised() -> None:
    require_none({})
    with pytest.raises(PluginError, match="one"):
        require_none({"a": PluginError("one"), "b": PluginError("two")})
