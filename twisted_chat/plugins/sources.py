"""
Sources: where plugins come from, and their code as it is now.
"""

from __future__ import annotations

import importlib
import sys
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from attrs import frozen
from twisted.logger import Logger

from twisted_chat.log import report
from twisted_chat.plugins.plugin import Plugin, PluginError, is_file, reason_of
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: The group of entry points under which an installed package names its plugin modules.
ENTRY_POINTS = "twisted_chat.plugins"

# Prefix of the module name of a plugin's file.
_FILE_PREFIX = "twisted_chat_plugins."

_log = Logger()


@frozen
class Source:
    """
    A plugin that can be loaded.

    Attributes:
        name: the name that the operator knows it by.
    """

    name: str
    _load: Callable[[], ModuleType]

    def load(self) -> Plugin:
        """
        Return the plugin, with its code as it is now.

        Raises:
            PluginError: it cannot be loaded; what was imported for it is forgotten.
        """
        known = dict(sys.modules)
        try:
            return Plugin.of(self._load(), self.name)
        except PluginError:
            _restore(known)
            raise
        except BaseException as error:
            _restore(known)
            report(_log, "Plugin {name} cannot be loaded", name=self.name)
            raise PluginError(
                sentence(f"Plugin {self.name} cannot be loaded: {reason_of(error)}")
            ) from error


def find(
    sources: Sequence[str | Path | ModuleType], *, installed: bool = True
) -> Iterator[Source]:
    """
    Yield all plugins that there are now.

    Args:
        sources: names of modules, paths of folders or ``.py`` files, or modules themselves.
        installed: those of installed packages too.
    """
    fresh: set[str] = set()
    if installed:
        for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
            yield Source(point.name, partial(_import_fresh, point.name, point.module, fresh))
    for source in sources:
        if isinstance(source, ModuleType):
            yield Source(source.__name__, partial(_itself, source))
            continue
        path = Path(source)
        if path.is_dir():
            for file in sorted(path.glob("*.py")):
                if file.name[0] not in "._":
                    yield Source(str(file), partial(_run_file, file))
        elif isinstance(source, Path) or is_file(source):
            yield Source(str(source), partial(_run_file, path))
        else:
            yield Source(source, partial(_import_fresh, source, source, fresh))


def anchored(source: str, directory: Path) -> str:
    """
    Return ``source`` for use from any directory: a path is taken relative to ``directory``.
    """
    path = directory / source
    return str(path) if path.is_dir() or is_file(source) else source


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
