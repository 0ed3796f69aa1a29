"""
Plugins: finding, loading and reloading commands and hooks.

A plugin is a Python module.  Its functions that are decorated with `command`, `on` or `filters`
are used, and so is its class ``Options``.  Its ``setup(hub)`` is called when it is put in force,
and its ``teardown()`` or ``teardown(hub)`` when it is removed.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections import Counter
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from twisted.logger import Logger

from twisted_chat.commands.command import Command, command_of
from twisted_chat.delivery.hooks import Hook, hooks_of
from twisted_chat.log import report
from twisted_chat.options import BadSetting, meant
from twisted_chat.plugins import options
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from attrs import AttrsInstance

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub

#: The group of entry points under which an installed package names its plugin modules.
ENTRY_POINTS = "twisted_chat.plugins"

# Prefix of the module name of a plugin's file.
_FILE_PREFIX = "twisted_chat_plugins."

_log = Logger()


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
    """

    name: str
    module: ModuleType
    commands: tuple[Command, ...]
    hooks: tuple[Hook, ...]
    options: type[AttrsInstance] | None = None

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
        )

    @property
    def table(self) -> str:
        """
        The name of the table of its options: that of its file or module, without its folders.
        """
        return Path(self.name).stem if _is_file(self.name) else self.name.rpartition(".")[2]

    def set_up(self, hub: Hub) -> None:
        """
        Call its ``setup``, if it has one; its errors are raised.
        """
        setup = getattr(self.module, "setup", None)
        if inspect.iscoroutinefunction(setup):
            raise TypeError("setup cannot be a coroutine")
        if setup is not None:
            setup(hub)

    def tear_down(self, hub: Hub) -> object:
        """
        Call its ``teardown``, if it has one, with the hub if it takes that.
        """
        teardown = getattr(self.module, "teardown", None)
        if teardown is None:
            return None
        return teardown(hub) if inspect.signature(teardown).parameters else teardown()


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
    """

    _dispatcher: Dispatcher
    _builtin: Sequence[str]
    sources: Sequence[str | Path | ModuleType] = ()
    _installed: bool = True
    tables: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    _in_force: tuple[Plugin, ...] = field(init=False, default=())

    def load(self) -> None:
        """
        Find all plugins, and put them in force in place of the old ones, all or none.

        Raises:
            PluginError: one cannot be loaded or set up, or uses a name that is taken; the old
                plugins stay in force.
            BadSetting: a value of their options cannot be used; likewise.
        """
        known, hub = dict(sys.modules), self._dispatcher.hub
        before = hub.plugin_options
        try:
            fresh = tuple(find(self._builtin, self.sources, installed=self._installed))
            table = _table(fresh)
            values = {type(each): each for each in options_of(fresh, self.tables).values()}
            # Until the old plugins are torn down, they have theirs too.
            hub.plugin_options = {**before, **values}
            hub.bots.begin_reload()
            modules = self._modules(fresh)
            hub.values.modules = {**hub.values.modules, **modules}
            self._change_over(fresh)
        except (PluginError, BadSetting):
            hub.plugin_options = before
            hub.values.modules = self._modules(self._in_force)
            _restore(known)
            raise
        finally:
            hub.bots.end_reload()
        hub.plugin_options = values
        hub.values.modules = modules
        self._in_force = fresh
        self._dispatcher.replace(table)
        self._dispatcher.hub.hooks.replace(_hooks_of(fresh))
        self._dispatcher.hub.isolation.reset()
        hub.schedules.resume()

    def _modules(self, plugins: Iterable[Plugin]) -> dict[str, ModuleType]:
        """
        Return the modules of ``plugins``, by the names under which they keep things.

        Two of one name would read what the other keeps: neither is there.
        """
        others = [plugin for plugin in plugins if plugin.name not in self._builtin]
        count = Counter(plugin.table for plugin in others)
        return {each.table: each.module for each in others if count[each.table] == 1}

    def name_of(self, module: str) -> str:
        """
        Return the name of the plugin whose module is called ``module``; empty if it is none.
        """
        known = {plugin.module.__name__: plugin.name for plugin in self._in_force}
        return "" if module in self._builtin else known.get(module, "")

    def _change_over(self, fresh: Sequence[Plugin]) -> None:
        """
        Tear down the old plugins and set up ``fresh``; undo that if it fails.
        """
        # The old plugins see no events of the new ones.
        self._dispatcher.hub.hooks.replace(())
        self._tear_down(self._in_force)
        for count, plugin in enumerate(fresh):
            try:
                plugin.set_up(self._dispatcher.hub)
            except BaseException as error:
                report(_log, "Plugin {name} cannot be set up", name=plugin.name)
                self._tear_down(fresh[:count])
                for old in self._in_force:
                    call = partial(old.set_up, self._dispatcher.hub)
                    self._dispatcher.hub.isolation.run(f"{old.name}.setup", call)
                self._dispatcher.hub.hooks.replace(_hooks_of(self._in_force))
                reason = sentence(f"Plugin {plugin.name} cannot be set up: {_reason(error)}")
                raise PluginError(reason) from error

    def unload(self) -> None:
        """
        Tear down all plugins; for the end of the service.
        """
        self._dispatcher.hub.hooks.replace(())
        self._dispatcher.replace({})
        self._dispatcher.hub.schedules.pause()
        self._tear_down(self._in_force)
        self._in_force = ()
        self._dispatcher.hub.bots.begin_reload()
        self._dispatcher.hub.bots.end_reload()
        self._dispatcher.hub.isolation.reset()

    def _tear_down(self, plugins: Iterable[Plugin]) -> None:
        for plugin in plugins:
            hub = self._dispatcher.hub
            hub.isolation.run(f"{plugin.name}.teardown", partial(plugin.tear_down, hub))


def find(
    builtin: Sequence[str],
    sources: Sequence[str | Path | ModuleType],
    *,
    installed: bool = True,
) -> Iterator[Plugin]:
    """
    Yield all plugins, with their code as it is now; the arguments are those of `Plugins`.

    Raises:
        PluginError: one cannot be loaded.
    """
    for name in builtin:
        yield Plugin.of(importlib.import_module(name), name)
    for name, load in _named(sources, installed=installed):
        # A plugin's code is read each time, so that a reload sees edits.
        try:
            plugin = Plugin.of(load(), name)
        except PluginError:
            raise
        except BaseException as error:
            report(_log, "Plugin {name} cannot be loaded", name=name)
            raise PluginError(
                sentence(f"Plugin {name} cannot be loaded: {_reason(error)}")
            ) from error
        yield plugin


def _named(
    sources: Sequence[str | Path | ModuleType], *, installed: bool
) -> Iterator[tuple[str, Callable[[], ModuleType]]]:
    fresh: set[str] = set()
    if installed:
        for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
            yield point.name, partial(_import_fresh, point.name, point.module, fresh)
    for source in sources:
        if isinstance(source, ModuleType):
            yield source.__name__, partial(_itself, source)
            continue
        path = Path(source)
        if path.is_dir():
            for file in sorted(path.glob("*.py")):
                if file.name[0] not in "._":
                    yield str(file), partial(_run_file, file)
        elif isinstance(source, Path) or _is_file(source):
            yield str(source), partial(_run_file, path)
        else:
            yield source, partial(_import_fresh, source, source, fresh)


def options_of(
    plugins: Iterable[Plugin], tables: Mapping[str, Mapping[str, Any]]
) -> dict[str, AttrsInstance]:
    """
    Return the options of each plugin that has some, by `Plugin.table`.

    Args:
        tables: the values of the operator.

    Raises:
        BadSetting: a value cannot be used, or belongs to no plugin.
        PluginError: two plugins would have the same table.
    """
    found: dict[str, AttrsInstance] = {}
    for plugin in plugins:
        if plugin.options is None:
            continue
        name = plugin.table
        if name in found:
            raise PluginError(
                f"Plugin {plugin.name}: another plugin has the options [plugins.{name}] already; "
                "rename one of them."
            )
        found[name] = options.read(plugin.options, tables.get(name, {}), f"[plugins.{name}]")
    for name in tables:
        if name not in found:
            hint = meant(name, found)
            raise BadSetting(f"[plugins.{name}]: no plugin of this name has options.{hint}")
    return found


def anchored(source: str, directory: Path) -> str:
    """
    Return ``source`` for use from any directory: a path is taken relative to ``directory``.
    """
    path = directory / source
    return str(path) if path.is_dir() or _is_file(source) else source


def _is_file(source: str) -> bool:
    return source.endswith(".py") or "/" in source


def _is_defined_in(module: ModuleType, member: object) -> bool:
    try:
        return f"{member.__module__}.".startswith(f"{module.__name__}.")
    except BaseException:  # an object may refuse to be looked at
        return False


def _table(plugins: Iterable[Plugin]) -> dict[str, Command]:
    table: dict[str, Command] = {}
    owners: dict[str, str] = {}
    for plugin in plugins:
        for command in plugin.commands:
            for name in (command.name, *command.aliases):
                if name in table:
                    raise PluginError(
                        f"Plugin {plugin.name}: /{name} is taken by {owners[name]} already."
                    )
                table[name], owners[name] = command, plugin.name
    return table


def _hooks_of(plugins: Iterable[Plugin]) -> tuple[Hook, ...]:
    return tuple(hook for plugin in plugins for hook in plugin.hooks)


def _reason(error: BaseException) -> str:
    try:
        words = " ".join(str(error).split())
    except BaseException:
        words = ""
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _itself(module: ModuleType) -> ModuleType:
    return module


def _import_fresh(plugin: str, name: str, fresh: set[str]) -> ModuleType:
    # The other modules of its package are reloaded too, once for all plugins of the package.  No
    # bytecode is kept, because it would hide an edit made within a second of the last one.
    package = name.rpartition(".")[0] or name
    if package.partition(".")[0] == __name__.partition(".")[0]:
        package = name
    if package not in fresh:
        fresh.add(package)
        for known in list(sys.modules):
            if f"{known}.".startswith(f"{package}."):
                del sys.modules[known]
    importlib.invalidate_caches()
    writes_none, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Either the plugin or its package is missing, or something that the plugin imports.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise PluginError(
            f"Plugin {plugin} cannot be loaded: there is no module or folder {name}."
        ) from None
    finally:
        sys.dont_write_bytecode = writes_none


def _run_file(path: Path) -> ModuleType:
    # Compiled here for the same reason, and so that no cache is left in the operator's folder.
    module = ModuleType(f"{_FILE_PREFIX}{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    try:
        source = path.read_bytes()
    except OSError as error:
        raise PluginError(f"Plugin {path} cannot be read: {error.strerror}.") from None
    code = compile(source, str(path), "exec", dont_inherit=True)
    exec(code, vars(module))  # noqa: S102  # its purpose
    return module


def _restore(known: dict[str, ModuleType]) -> None:
    for name in set(sys.modules) - set(known):
        if name.startswith(_FILE_PREFIX):
            del sys.modules[name]
    sys.modules.update(known)
