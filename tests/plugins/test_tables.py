"""
Each table of the operator's file belongs to one plugin or program.
"""

from types import ModuleType
from typing import Any

import pytest
from attrs import frozen

from twisted_chat import option
from twisted_chat.options import BadSetting
from twisted_chat.plugins.plugin import Plugin, PluginError
from twisted_chat.plugins.programs.grant import Grant
from twisted_chat.plugins.tables import options_of


@frozen
class Options:
    """
    The options of a plugin.
    """

    run: int = option(3, "How far it runs.")


def plugin(name: str, *, declares: bool = True) -> Plugin:
    module = ModuleType(__name__)
    if declares:
        vars(module)["Options"] = Options
    return Plugin.of(module, name)


def refusal_of(plugins: list[Plugin], tables: dict[str, dict[str, Any]]) -> str:
    with pytest.raises((BadSetting, PluginError)) as raised:
        options_of(plugins, tables)
    return str(raised.value)


def test_plugins_and_programs_have_their_tables() -> None:
    tables: dict[str, dict[str, Any]] = {"a": {"run": 5}, "bot": {"run": ["./bot"]}}
    found = options_of([plugin("a.py"), plugin("b.py"), plugin("c", declares=False)], tables)
    assert found == {"a": Options(5), "b": Options(3), "bot": Grant(run=("./bot",))}


def test_what_belongs_to_no_plugin_is_refused_with_what_was_meant() -> None:
    assert refusal_of([plugin("dice.py")], {"dcie": {"sides": 5}}) == (
        "[plugins.dcie]: no plugin of this name has options. Did you mean dice?"
    )


@pytest.mark.parametrize("option", ["rights", "filter-fails", "filter_fails"])
def test_a_program_without_its_command_or_token_is_told_what_is_missing(option: str) -> None:
    assert refusal_of([], {"ext": {option: ["hear"]}}) == (
        "[plugins.ext]: no plugin of this name has options. If it is a program, it needs run, "
        "the command that starts it, or token, with which it connects."
    )
    # One that has no options is no program.
    assert refusal_of([plugin("ext", declares=False)], {"ext": {option: ["hear"]}}) == (
        "[plugins.ext]: no plugin of this name has options."
    )


def test_two_plugins_cannot_share_a_table() -> None:
    assert refusal_of([plugin("x/a.py"), plugin("y/a.py")], {}) == (
        "Plugin y/a.py: another plugin has the options [plugins.a] already; rename one of them."
    )
    assert refusal_of([plugin("a", declares=False)], {"a": {"run": ["./bot"]}}) == (
        "[plugins.a]: another plugin has this name already; give the program another one."
    )


def test_of_a_plugin_that_cannot_be_loaded_nobody_knows_the_options() -> None:
    assert options_of([], {"a": {"run": 5}, "b": {"x": 1}}, ["a", "b"]) == {}
