"""
Places of plugins: what the hub has for each of them, which is its options, storage and files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from twisted_chat.storage.storage import Storage
from twisted_chat.store.plugins import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twisted_chat.storage.values import Values
    from twisted_chat.world.world import World

_Options = TypeVar("_Options")


class PluginPlaces:
    """
    Gives plugins what is theirs.

    Args:
        data: the folder for their files, which need not exist yet.

    Attributes:
        plugin_options: the options of plugins, by their classes.
    """

    world: World
    values: Values

    def __init__(self, data: Path) -> None:
        self._data = data
        self.plugin_options: Mapping[type, object] = {}

    def options(self, declared: type[_Options]) -> _Options:
        """
        Return the options of the plugin that declares them by the class ``declared``.

        Raises:
            LookupError: no plugin in force does.
        """
        if declared not in self.plugin_options:
            raise LookupError(f"{declared.__qualname__} is the Options of no plugin in force")
        return cast("_Options", self.plugin_options[declared])

    def storage(self, plugin: str) -> Storage:
        """
        Return the storage of a plugin, for use outside of its commands.

        Args:
            plugin: its name, or that of its module: ``hub.storage(__name__)``.

        Raises:
            LookupError: there is none in force, or several share their name.
        """
        return Storage(self.world, self.values, Place(self.values.name_of(plugin)))

    @property
    def data(self) -> Path:
        """
        The folder in which plugins keep their files; it is made when this is first asked for.
        """
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._data
