"""
What commands may do with plugins: list them, and load or remove one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from twisted_chat.replies.plugins import PluginChanged, PluginList
    from twisted_chat.world.model import User


class Extensions(Protocol):
    """
    The plugins, as far as commands know them.
    """

    def listed(self, user: User) -> PluginList:
        """
        Return the plugins, as ``user`` may know of them.
        """

    def switch_off(self, user: User, name: str) -> PluginChanged:
        """
        Remove a plugin until it is switched on, or the server starts again.

        Args:
            user: who wants that, for the log.

        Raises:
            ChatError: there is no such plugin, or it is off.
        """

    def switch_on(self, user: User, name: str) -> PluginChanged:
        """
        Load a plugin that is off.

        Raises:
            ChatError: there is none, or it cannot be loaded.
        """

    def reload(self, user: User, name: str) -> PluginChanged:
        """
        Load a plugin again, with its code as it is now.

        Raises:
            ChatError: there is none, or it cannot be loaded; then it stays as it was.
        """
