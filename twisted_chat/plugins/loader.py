"""
Plugins: loaded, put in force, loaded again and removed, each by itself.

A plugin is a Python module, or a program that speaks the JSON wire.  Of a module, the functions
that are decorated with `command`, `on` or `filters` are used, and its class ``Options``.  Its
``setup(hub)`` is called when it is put in force, and its ``teardown()`` or ``teardown(hub)`` when
it is removed.  What that returns is given to ``setup(hub, state)`` of what takes its place.
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.log import report
from twisted_chat.options import BadSetting
from twisted_chat.plugins.plugin import Plugin, PluginError, reason_of
from twisted_chat.plugins.programs.grant import Grant
from twisted_chat.plugins.programs.services import Services
from twisted_chat.plugins.registry import NameTaken, Offer, Registry
from twisted_chat.plugins.sources import find
from twisted_chat.plugins.tables import options_of
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from attrs import AttrsInstance

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.plugins.sources import Source

_log = Logger()


@define(eq=False)
class Plugins:
    """
    The plugins in force, and their sources.

    Args:
        dispatcher: gets their commands, and its hub gets their hooks.
        builtin: modules that are always loaded, first.
        sources: names of modules, paths of folders or ``.py`` files, or modules themselves.
        installed: whether the entry points of installed packages are loaded.
        tables: the operator's values of their options, by `Plugin.table`.

    Attributes:
        registry: has what is in force.
        services: the plugins that are programs.
        in_force: the modules, by the name of their plugin.
        off: the names of those that an operator has switched off, until the server starts again;
            with the module, None for a program.
        failed: why some that are wanted are not in force, or not as they are by now, by name.
    """

    _dispatcher: Dispatcher
    _builtin: Sequence[str]
    sources: Sequence[str | Path | ModuleType] = ()
    _installed: bool = True
    tables: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    registry: Registry = field(init=False)
    services: Services = field(init=False)
    in_force: dict[str, Plugin] = field(init=False, factory=dict)
    off: dict[str, Plugin | None] = field(init=False, factory=dict)
    failed: dict[str, str] = field(init=False, factory=dict)
    _is_begun: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        self.registry = Registry(self._dispatcher)
        self.services = Services(self._dispatcher.hub, self.registry)

    # -- all of them ----------------------------------------------------------------------------

    def load(self) -> None:
        """
        Find all plugins, and put them in force in place of the old ones.

        The first time that is all or none.  Later each stands by itself: one that cannot be loaded
        or set up, or wants a name that is taken, stays as it was, and the others are in force.

        Raises:
            PluginError: that is so for one or more; the text has a sentence for each.
            BadSetting: a value of their options cannot be used; all stays as it was.
        """
        problems = self._load(find(self.sources, installed=self._installed))
        if problems:
            text = " ".join(map(str, problems))
            raise PluginError(text) from problems[0].__cause__

    def load_again(self, name: str) -> None:
        """
        Load the plugin called ``name`` again, which is not off.

        Raises:
            PluginError: it stays as it was.
            BadSetting: likewise, for a value of its options.
        """
        if name in self.services.by_name:
            self.services.add(name, self.services.by_name[name].grant)
            return
        problems = self._load(self._called(name), is_all=False)
        if problems:
            raise problems[0]

    def switch_off(self, name: str) -> None:
        """
        Remove the plugin called ``name`` from what is in force, until `switch_on`.
        """
        if name in self.services.by_name:
            self.off[name] = None
            self.services.remove(name)
            return
        plugin = self.in_force.pop(name)
        self.off[name] = plugin
        self.registry.remove(name)
        self._tear_down(plugin)
        self._dispatcher.hub.bots.remove_unclaimed()
        self._dispatcher.hub.values.modules = self._modules(self.in_force.values())

    def switch_on(self, name: str) -> None:
        """
        Undo `switch_off`: the plugin is loaded again.

        Raises:
            PluginError: it stays off.
            BadSetting: likewise.
        """
        plugin = self.off.pop(name)
        try:
            if plugin is None:
                table = options_of((), {name: self.tables[name]})
                self.services.grant({**self._grants(), **_programs(table)})
            else:
                problems = self._load(self._called(name), is_all=False)
                if problems:
                    raise problems[0]
        except (PluginError, BadSetting):
            self.off[name] = plugin
            self.failed.pop(name, None)
            raise

    def unload(self) -> None:
        """
        Tear down all plugins; for the end of the service.
        """
        self.services.grant({})
        self._dispatcher.hub.hooks.replace(())
        self._dispatcher.replace({})
        self._dispatcher.hub.schedules.pause()
        for plugin in self.in_force.values():
            self._tear_down(plugin)
        self.in_force = {}
        self._dispatcher.hub.bots.remove_all()
        self._dispatcher.hub.isolation.reset()

    def name_of(self, module: str) -> str:
        """
        Return the name of the plugin whose module is called ``module``; empty if it is none.
        """
        known = {plugin.module.__name__: name for name, plugin in self.in_force.items()}
        return "" if module in self._builtin else known.get(module, "")

    @staticmethod
    def _modules(plugins: Iterable[Plugin]) -> dict[str, ModuleType]:
        """
        Return the modules of ``plugins``, by the names under which they keep things.

        Two of one name would read what the other keeps: neither is there.
        """
        found = tuple(plugins)
        count = Counter(plugin.table for plugin in found)
        return {each.table: each.module for each in found if count[each.table] == 1}

    def _called(self, name: str) -> list[Source]:
        found = find(self.sources, installed=self._installed)
        sources = [source for source in found if source.name == name]
        if not sources:
            raise PluginError(f"Plugin {name} is not there any more.")
        return sources

    def _grants(self) -> dict[str, Grant]:
        return {name: service.grant for name, service in self.services.by_name.items()}

    # -- one change-over ------------------------------------------------------------------------

    def _load(self, sources: Iterable[Source], *, is_all: bool = True) -> list[PluginError]:
        """
        Load ``sources``, and put them in force; those that are off stay off.

        Args:
            is_all: other plugins, which are in force now, are to be there no more.

        Returns:
            what went wrong.
        """
        hub, known, sources = self._dispatcher.hub, dict(sys.modules), tuple(sources)
        before = hub.plugin_options
        problems: dict[str, PluginError] = {}
        fresh: dict[str, Plugin] = {}
        wanted = [source for source in sources if source.name not in self.off]
        for source in wanted:
            try:
                fresh[source.name] = source.load()
            except PluginError as error:
                problems[source.name] = error
        order = [source.name for source in wanted] if is_all else list(self.in_force)
        order += [name for name in fresh if name not in order]
        try:
            if not self._is_begun:
                self._require(problems)
            values = self._options(fresh, order, problems)
            chosen = self._choose(fresh, order, problems)
            # Until the old plugins are torn down, they have their options and names too.
            hub.plugin_options = {**before, **{type(each): each for each in values.values()}}
            hub.values.modules = {**hub.values.modules, **self._modules(chosen.values())}
            self._change_over(chosen, problems)
        except (PluginError, BadSetting):
            hub.plugin_options = before
            hub.values.modules = self._modules(self.in_force.values())
            sys.modules.update(known)
            raise
        finally:
            hub.bots.remove_unclaimed()
        self.in_force = {name: chosen[name] for name in order if name in chosen}
        self._put_back(fresh, known)
        hub.values.modules = self._modules(self.in_force.values())
        kept = {plugin.options for plugin in self.in_force.values() if plugin.options}
        hub.plugin_options = {k: v for k, v in hub.plugin_options.items() if k in kept}
        self.failed = {} if is_all else {k: v for k, v in self.failed.items() if k not in fresh}
        self.failed.update({name: str(problem) for name, problem in problems.items()})
        self._arrange()
        self._is_begun = True
        if is_all:
            hub.isolation.reset()
            programs = _programs(values)
            there = {*programs, *(source.name for source in sources)}
            self.off = {name: plugin for name, plugin in self.off.items() if name in there}
            self.services.grant({k: v for k, v in programs.items() if k not in self.off})
        else:
            hub.isolation.forget(_names_of(fresh.values()))
        hub.schedules.resume()
        return list(problems.values())

    @staticmethod
    def _require(problems: Mapping[str, PluginError]) -> None:
        """
        Raise the first of ``problems``, if there is one.
        """
        for problem in problems.values():
            raise problem

    def _options(
        self, fresh: Mapping[str, Plugin], order: Iterable[str], problems: Iterable[str]
    ) -> dict[str, AttrsInstance]:
        """
        Return the options of all that may be in force, also of what is off.
        """
        old = [self.in_force[name] for name in order if name in self.in_force]
        others = [plugin for plugin in old if plugin.name not in fresh]
        others += [plugin for plugin in self.off.values() if plugin is not None]
        unknown = {Plugin.table_of(name) for name in problems if name not in self.in_force}
        return options_of([*fresh.values(), *others], self.tables, unknown)

    def _choose(
        self, fresh: Mapping[str, Plugin], order: Sequence[str], problems: dict[str, PluginError]
    ) -> dict[str, Plugin]:
        """
        Return which plugins of ``order`` are to be in force; one that has lost a name is not.
        """
        trial = self.registry.without(self.in_force)
        for name in self._builtin:
            trial.add(name, _offer(Plugin.of(importlib.import_module(name), name)))
        # What stays has its names already.
        stay = [name for name in order if name not in fresh and name in self.in_force]
        chosen: dict[str, Plugin] = {}
        for name in (*stay, *(name for name in order if name in fresh)):
            for plugin in (fresh.get(name), self.in_force.get(name)):
                if plugin is None:
                    continue
                try:
                    trial.add(name, _offer(plugin))
                except NameTaken as error:
                    problems.setdefault(name, PluginError(str(error)))
                else:
                    chosen[name] = plugin
                    break
        if not self._is_begun:
            self._require(problems)
        return chosen

    def _change_over(self, chosen: dict[str, Plugin], problems: dict[str, PluginError]) -> None:
        """
        Tear down what is not chosen any more, and set up what is new.

        What cannot be set up is taken out of ``chosen``, or what was before takes its place.
        """
        hub = self._dispatcher.hub
        # The old plugins see no events of the new ones.
        hub.hooks.replace(())
        states: dict[str, object] = {}
        for name, plugin in self.in_force.items():
            if chosen.get(name) is not plugin:
                states[name] = self._tear_down(plugin)
        done: list[Plugin] = []
        for name, plugin in tuple(chosen.items()):
            old = self.in_force.get(name)
            if plugin is old:
                continue
            try:
                plugin.set_up(hub, states.get(name))
            except BaseException as error:
                report(_log, "Plugin {name} cannot be set up", name=name)
                reason = sentence(f"Plugin {name} cannot be set up: {reason_of(error)}")
                problems[name] = PluginError(reason)
                problems[name].__cause__ = error
                if not self._is_begun:
                    for each in done:
                        self._tear_down(each)
                    raise problems[name] from error
                del chosen[name]
                if old is not None and self._fits(name, old, chosen):
                    self._set_up_again(old, states.get(name), chosen)
            else:
                done.append(plugin)

    def _fits(self, name: str, old: Plugin, chosen: Mapping[str, Plugin]) -> bool:
        taken = {each for key, plugin in chosen.items() if key != name for each in _words(plugin)}
        return taken.isdisjoint(_words(old))

    def _set_up_again(self, old: Plugin, state: object, chosen: dict[str, Plugin]) -> None:
        """
        Set up ``old`` again, which was torn down for one that cannot be set up.
        """
        hub = self._dispatcher.hub
        chosen[old.name] = old
        # Its own functions are those that it plans.
        hub.values.modules = {**hub.values.modules, **self._modules(chosen.values())}
        hub.isolation.run(f"{old.name}.setup", partial(old.set_up, hub, state))

    def _tear_down(self, plugin: Plugin) -> object:
        """
        Call the ``teardown`` of ``plugin``, and return what it hands over.
        """
        hub, states = self._dispatcher.hub, list[object]()
        name = f"{plugin.name}.teardown"
        hub.isolation.run(name, partial(plugin.tear_down, hub), done=states.append)
        hub.bots.release(plugin.module.__name__)
        return states[0] if states else None

    def _put_back(self, fresh: Mapping[str, Plugin], known: Mapping[str, ModuleType]) -> None:
        """
        Let the modules of ``fresh`` that are not in force be forgotten by Python too.
        """
        for name, plugin in fresh.items():
            module = plugin.module.__name__
            if self.in_force.get(name) is plugin or sys.modules.get(module) is not plugin.module:
                continue
            del sys.modules[module]
            if module in known:
                sys.modules[module] = known[module]

    def _arrange(self) -> None:
        builtin: dict[Hashable, Offer] = {
            name: _offer(Plugin.of(importlib.import_module(name), name)) for name in self._builtin
        }
        own: dict[Hashable, Offer] = {
            name: _offer(plugin) for name, plugin in self.in_force.items()
        }
        self.registry.arrange({**builtin, **own}, self.services.by_name.values())


def _offer(plugin: Plugin) -> Offer:
    return Offer(plugin.name, plugin.commands, plugin.hooks)


def _words(plugin: Plugin) -> set[str]:
    return {name for each in plugin.commands for name in (each.name, *each.aliases)}


def _names_of(plugins: Iterable[Plugin]) -> set[str]:
    """
    Return what the commands and hooks of ``plugins`` are called in the log.
    """
    found = tuple(plugins)
    hooks = {hook.name for plugin in found for hook in plugin.hooks}
    return hooks | {f"/{command.name}" for plugin in found for command in plugin.commands}


def _programs(values: Mapping[str, AttrsInstance]) -> dict[str, Grant]:
    return {name: each for name, each in values.items() if isinstance(each, Grant)}
