"""
A plugin: a Python module with its commands, hooks, options, and what it answers by HTTP.
"""

from __future__ import annotations

import inspect
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.commands.command import Command, command_of
from twisted_chat.delivery.hooks import Hook, hooks_of
from twisted_chat.http.routes import PREFIX, Route, routes_of
from twisted_chat.plugins import options
from twisted_chat.plugins.registry import Offer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from attrs import AttrsInstance

    from twisted_chat.hub import Hub

# Characters of a version.
_LONGEST_VERSION = 32


class PluginError(Exception):
    """
    A plugin cannot be loaded.  The text is one sentence that names it and says why.
    """


@frozen
class Plugin:
    """
    A module with its commands and hooks.

    Attributes:
        name: the name that the operator knows it by.
        options: its class of options; None if it has none.
        routes: what it answers by HTTP.
    """

    name: str
    module: ModuleType
    commands: tuple[Command, ...]
    hooks: tuple[Hook, ...]
    options: type[AttrsInstance] | None = None
    routes: tuple[Route, ...] = ()

    @classmethod
    def of(cls, module: ModuleType, name: str) -> Plugin:
        """
        Collect the commands and hooks that ``module`` defines, without those it imported.
        """
        members = [member for member in vars(module).values() if _is_defined_in(module, member)]
        found = [each for each in map(command_of, members) if each and not each.is_under]
        hooks = [hook for member in members for hook in hooks_of(member)]
        return cls(
            name,
            module,
            tuple(dict.fromkeys(found)),
            tuple(dict.fromkeys(hooks)),
            options.declared_in(module),
            tuple(dict.fromkeys(route for member in members for route in routes_of(member))),
        )

    @property
    def table(self) -> str:
        """
        The name of the table of its options: that of its file or module, without its folders.
        """
        return self.table_of(self.name)

    @staticmethod
    def table_of(name: str) -> str:
        """
        Return the name of the table of the plugin called ``name``.
        """
        return Path(name).stem if is_file(name) else name.rpartition(".")[2]

    @property
    def offer(self) -> Offer:
        """
        What it gives to the chat.
        """
        start = f"{PREFIX}{self.table}"
        routes = [(f"{start}{route.path}", route) for route in self.routes]
        return Offer(self.name, self.commands, self.hooks, routes)

    @property
    def names(self) -> set[str]:
        """
        What its commands, hooks and routes are called in the log.
        """
        commands = {f"/{each.name}" for command in self.commands for each in command.walk()}
        hooks = {hook.name for hook in self.hooks}
        return commands | hooks | {route.name for route in self.routes}

    @property
    def version(self) -> str:
        """
        What the module says in ``__version__``; empty if it says nothing.
        """
        found = vars(self.module).get("__version__", "")
        return found[:_LONGEST_VERSION] if type(found) is str and found.isprintable() else ""

    def set_up(self, hub: Hub, state: object = None) -> None:
        """
        Call its ``setup``, if it has one, with the hub and, if it takes that, ``state``.

        Its errors are raised.

        Args:
            state: what the ``teardown`` of the plugin that it takes the place of has returned.
        """
        for name in ("setup", "teardown"):
            # One of these would hand over nothing, and nobody would wait for it.
            if inspect.iscoroutinefunction(getattr(self.module, name, None)):
                raise TypeError(f"{name} cannot be a coroutine")
        setup = getattr(self.module, "setup", None)
        if setup is None:
            return
        if "state" in inspect.signature(setup).parameters:
            setup(hub, state=state)
        else:
            setup(hub)

    def tear_down(self, hub: Hub) -> object:
        """
        Call its ``teardown``, if it has one, with the hub if it takes that; return its result.
        """
        teardown = getattr(self.module, "teardown", None)
        if teardown is None:
            return None
        return teardown(hub) if inspect.signature(teardown).parameters else teardown()


def is_file(source: str) -> bool:
    """
    Return whether ``source`` is the path of a file, and not the name of a module.
    """
    return source.endswith(".py") or "/" in source


def modules_of(plugins: Iterable[Plugin]) -> dict[str, ModuleType]:
    """
    Return the modules of ``plugins``, by the names under which they keep things.

    Two of one name would read what the other keeps: neither is there.
    """
    found = tuple(plugins)
    count = Counter(plugin.table for plugin in found)
    return {each.table: each.module for each in found if count[each.table] == 1}


def _is_defined_in(module: ModuleType, member: object) -> bool:
    try:
        return f"{member.__module__}.".startswith(f"{module.__name__}.")
    except BaseException:  # an object may refuse to be looked at
        return False


def reason_of(error: BaseException) -> str:
    """
    Return what ``error`` is, on one line; it may be one that cannot be shown.
    """
    try:
        words = " ".join(str(error).split())
    except BaseException:
        words = ""
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
