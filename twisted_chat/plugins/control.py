"""
Control: plugins as users see them, and as operators switch them in the chat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define
from twisted.logger import Logger

from twisted_chat.errors import ChatError
from twisted_chat.options import BadSetting, meant
from twisted_chat.plugins.plugin import Plugin, PluginError
from twisted_chat.replies.plugins import PluginChanged, PluginList, PluginRow, PluginState
from twisted_chat.text.names import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twisted_chat.hub import Hub
    from twisted_chat.plugins.loader import Plugins
    from twisted_chat.plugins.programs.service import Service
    from twisted_chat.world.model import User

_log = Logger()


@define(eq=False)
class Control:
    """
    Lists plugins and switches them; as `Extensions` says.

    A plugin is called by its short name, that of its table of options.  Where two share that, it
    is called as the operator's options call it.
    """

    _hub: Hub
    _plugins: Plugins

    def listed(self, user: User) -> PluginList:
        """
        Return all plugins that there should be, in the order of the alphabet.
        """
        names = sorted(self._names(), key=lambda name: (self._short(name), name))
        return PluginList(self._hub.now(), tuple(self._row(name, user) for name in names))

    def switch_off(self, user: User, name: str) -> PluginChanged:
        """
        Remove a plugin, as `Plugins.switch_off`.
        """
        found = self._find(name)
        if found in self._plugins.off:
            raise ChatError(f"The plugin {name} is off already.", code="plugin-off", plugin=name)
        if found not in self._plugins.in_force and found not in self._plugins.services.by_name:
            raise ChatError(
                f"The plugin {name} is not in force, because it failed.",
                code="plugin-failed",
                plugin=name,
            )
        self._plugins.switch_off(found)
        return self._changed(user, found, "off")

    def switch_on(self, user: User, name: str) -> PluginChanged:
        """
        Load a plugin that is off, as `Plugins.switch_on`.
        """
        found = self._find(name)
        if found not in self._plugins.off:
            raise ChatError(
                f"The plugin {name} is not off; /plugin reload {name} loads it again.",
                code="plugin-on",
                plugin=name,
            )
        self._try(self._plugins.switch_on, found)
        return self._changed(user, found, "on")

    def reload(self, user: User, name: str) -> PluginChanged:
        """
        Load a plugin again, as `Plugins.load_again`.
        """
        found = self._find(name)
        if found in self._plugins.off:
            raise ChatError(
                f"The plugin {name} is off; /plugin on {name} loads it.",
                code="plugin-off",
                plugin=name,
            )
        self._try(self._plugins.load_again, found)
        return self._changed(user, found, "loaded again")

    def _try(self, do: Callable[[str], None], name: str) -> None:
        try:
            do(name)
        except (PluginError, BadSetting) as error:
            raise ChatError(str(error), code="plugin-failed", plugin=self._short(name)) from None

    def _changed(self, user: User, name: str, what: str) -> PluginChanged:
        short = self._short(name)
        _log.info(
            "Plugin {name} is {what}, as {nick!r} wishes", name=name, what=what, nick=user.nick
        )
        plugins = self._plugins
        is_program = name in plugins.services.by_name
        module = plugins.in_force.get(name)
        return PluginChanged(
            self._hub.now(),
            short,
            self._row(name, user).state,
            keeps_options=is_program or (module is not None and module.options is not None),
            loses_state=not is_program and what != "on" and name in plugins.lost,
        )

    def _names(self) -> Iterable[str]:
        plugins = self._plugins
        return {*plugins.in_force, *plugins.off, *plugins.failed, *plugins.services.by_name}

    def _find(self, name: str) -> str:
        names = self._names()
        found = [each for each in names if name in (each, self._short(each))]
        if len(found) > 1:
            raise ChatError(
                f"There are several plugins {shortened(name)}: {', '.join(sorted(found))}.",
                code="several-plugins",
                plugin=shortened(name),
            )
        if not found:
            hint = meant(name, map(self._short, names))
            raise ChatError(
                f"There is no plugin {shortened(name)}.{hint} /plugins lists them.",
                code="no-such-plugin",
                plugin=shortened(name),
            )
        return found[0]

    def _short(self, name: str) -> str:
        return name if name in self._plugins.services.by_name else Plugin.table_of(name)

    def _row(self, name: str, user: User) -> PluginRow:
        plugins = self._plugins
        module = plugins.in_force.get(name) or plugins.off.get(name)
        service = plugins.services.by_name.get(name)
        why, version = plugins.failed.get(name, ""), ""
        commands: tuple[str, ...] = ()
        if name in plugins.off:
            state = PluginState.OFF
        elif service is not None:
            version, why = service.version, service.why or service.trouble
            state = _state_of(service)
        elif module is None:
            state = PluginState.FAILED
        else:
            state = PluginState.OUTDATED if why else PluginState.ON
        if module is not None:
            version = module.version
        if state in (PluginState.ON, PluginState.OUTDATED):
            commands = plugins.registry.commands_of(name if module else service)
        told = why if user.is_staff else ""
        return PluginRow(self._short(name), version, state, commands, told)


def _state_of(service: Service) -> PluginState:
    if service.is_registered:
        return PluginState.OUTDATED if service.why else PluginState.ON
    return PluginState.FAILED if service.why else PluginState.WAITING
