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
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from twisted_chat.options import BadSetting
from twisted_chat.plugins.changeover import ChangeOver, require_none, tear_down
from twisted_chat.plugins.plugin import Plugin, PluginError, modules_of
from twisted_chat.plugins.programs.grant import Grant
from twisted_chat.plugins.programs.services import Services
from twisted_chat.plugins.registry import NameTaken, Offer, Registry, Trial
from twisted_chat.plugins.sources import find
from twisted_chat.plugins.tables import options_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from attrs import AttrsInstance

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.plugins.sources import Source


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
        lost: the names of those that handed nothing over when they were last removed, because
            their ``teardown`` failed.
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
    lost: set[str] = field(init=False, factory=set)
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
        self.lost = set() if tear_down(self._dispatcher.hub, plugin) else {name}
        self._dispatcher.hub.bots.remove_unclaimed()
        self._dispatcher.hub.values.modules = modules_of(self.in_force.values())

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
                for each, grant in _programs(table).items():
                    self.services.add(each, grant)
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
        self._dispatcher.hub.routes.replace({})
        self._dispatcher.replace({})
        self._dispatcher.hub.schedules.pause()
        for plugin in self.in_force.values():
            tear_down(self._dispatcher.hub, plugin)
        self.in_force = {}
        self._dispatcher.hub.bots.remove_all()
        self._dispatcher.hub.isolation.reset()

    def name_of(self, module: str) -> str:
        """
        Return the name of the plugin whose module is called ``module``; empty if it is none.
        """
        known = {plugin.module.__name__: name for name, plugin in self.in_force.items()}
        return "" if module in self._builtin else known.get(module, "")

    def _called(self, name: str) -> list[Source]:
        found = find(self.sources, installed=self._installed)
        sources = [source for source in found if source.name == name]
        if not sources:
            raise PluginError(f"Plugin {name} is not there any more.")
        return sources

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
                require_none(problems)
            values = self._options(fresh, order, problems)
            change = ChangeOver(hub, self.in_force, fresh, problems, is_first=not self._is_begun)
            chosen = change.choose(self._trial(), order)
            # Until the old plugins are torn down, they have their options and names too.
            hub.plugin_options = {**before, **{type(each): each for each in values.values()}}
            hub.values.modules = {**hub.values.modules, **modules_of(chosen.values())}
            change.run(chosen)
            self.lost = change.lost
        except (PluginError, BadSetting):
            hub.plugin_options = before
            hub.values.modules = modules_of(self.in_force.values())
            sys.modules.update(known)
            raise
        finally:
            hub.bots.remove_unclaimed()
        self.in_force = {name: chosen[name] for name in order if name in chosen}
        change.forget(chosen, known)
        hub.values.modules = modules_of(self.in_force.values())
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
            hub.isolation.forget({name for plugin in fresh.values() for name in plugin.names})
        hub.schedules.resume()
        return list(problems.values())

    def _trial(self) -> Trial:
        """
        Return the names that no plugin can have: those of the server, and of programs.
        """
        trial = self.registry.without(self.in_force)
        for name, offer in _own_offers(self._builtin).items():
            trial.add(name, offer)
        return trial

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

    def _arrange(self) -> None:
        offers = _own_offers(self._builtin)
        offers.update((name, plugin.offer) for name, plugin in self.in_force.items())
        self.registry.arrange(offers, self.services.by_name.values())


def require_names(builtin: Iterable[str], plugins: Iterable[Plugin]) -> None:
    """
    Check that each of ``plugins`` may have its names, beside the others.

    Args:
        builtin: as of `Plugins`.

    Raises:
        PluginError: a name is taken.
    """
    trial = Trial()
    try:
        for name, offer in _own_offers(builtin).items():
            trial.add(name, offer)
        for plugin in plugins:
            trial.add(plugin.name, plugin.offer)
    except NameTaken as error:
        raise PluginError(str(error)) from None


def _own_offers(builtin: Iterable[str]) -> dict[Hashable, Offer]:
    """
    Return what the modules offer that are always loaded.
    """
    modules = {name: importlib.import_module(name) for name in builtin}
    return {
        name: evolve(Plugin.of(module, name).offer, is_own=True)
        for name, module in modules.items()
    }


def _programs(values: Mapping[str, AttrsInstance]) -> dict[str, Grant]:
    return {name: each for name, each in values.items() if isinstance(each, Grant)}
