"""
Tables: what the operator has set for each plugin, in ``[plugins.NAME]`` of the server's file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.logger import Logger

from twisted_chat.log import report
from twisted_chat.options import BadSetting, meant
from twisted_chat.plugins import options
from twisted_chat.plugins.plugin import PluginError, reason_of
from twisted_chat.plugins.programs.grant import Grant, is_half_program, is_program
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from attrs import AttrsInstance

    from twisted_chat.plugins.plugin import Plugin


_log = Logger()


def options_of(
    plugins: Iterable[Plugin],
    tables: Mapping[str, Mapping[str, Any]],
    unknown: Collection[str] = (),
) -> dict[str, AttrsInstance]:
    """
    Return the options of each plugin that has some, by `Plugin.table`, and of each program.

    Args:
        tables: the values of the operator.
        unknown: names of plugins that cannot be loaded: nobody knows their options.

    Raises:
        BadSetting: a value cannot be used, or belongs to no plugin.
        PluginError: two plugins would have the same table.
    """
    found: dict[str, AttrsInstance] = {}
    plugins = tuple(plugins)
    for plugin in plugins:
        if plugin.options is None:
            continue
        name = plugin.table
        if name in found:
            raise PluginError(
                f"Plugin {plugin.name}: another plugin has the options [plugins.{name}] already; "
                "rename one of them."
            )
        found[name] = _read(plugin.options, tables.get(name, {}), name)
    taken = {plugin.table for plugin in plugins}
    for name, table in tables.items():
        if name not in found and is_program(table) and name not in unknown:
            if name in taken:
                raise BadSetting(
                    f"[plugins.{name}]: another plugin has this name already; give the program "
                    "another one."
                )
            found[name] = _read(Grant, table, name)
        if name not in found and name not in unknown:
            hint = meant(name, found)
            if not hint and name not in taken and is_half_program(table):
                hint = (
                    " If it is a program, it needs run, the command that starts it, or token, "
                    "with which it connects."
                )
            raise BadSetting(f"[plugins.{name}]: no plugin of this name has options.{hint}")
    return found


def _read(declared: type[AttrsInstance], table: Mapping[str, Any], name: str) -> AttrsInstance:
    """
    Return the options of a plugin, whose class is its own code, and may do anything.
    """
    where = f"[plugins.{name}]"
    try:
        return options.read(declared, table, where)
    except BadSetting:
        raise
    except BaseException as error:
        report(_log, "The options of plugin {name} cannot be made", name=name)
        reason = f"{where}: its options cannot be made: {reason_of(error)}"
        raise BadSetting(sentence(reason)) from error
