"""
The change-over from the plugins in force to those that are loaded: each stands by itself.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.errors import ChatError
from twisted_chat.log import report
from twisted_chat.plugins.plugin import PluginError, modules_of, reason_of
from twisted_chat.plugins.registry import NameTaken
from twisted_chat.text.clean import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from twisted_chat.hub import Hub
    from twisted_chat.plugins.plugin import Plugin
    from twisted_chat.plugins.registry import Trial

_log = Logger()


def require_none(problems: Mapping[str, PluginError]) -> None:
    """
    Raise the first of ``problems``, if there is one.
    """
    for problem in problems.values():
        raise problem


def tear_down(hub: Hub, plugin: Plugin) -> list[object]:
    """
    Call the ``teardown`` of ``plugin``, and return what it hands over; nothing if that fails.

    What it has asked is withdrawn before, and what runs of it is ended.
    """
    hub.isolation.end(plugin.names, _gone)
    hub.questions.withdraw(plugin.module.__name__, _gone("The question"))
    states: list[object] = []
    name = f"{plugin.name}.teardown"
    hub.isolation.run(name, plugin.tear_down, hub, done=states.append)
    hub.bots.release(plugin.module.__name__)
    return states


def _gone(name: str) -> ChatError:
    return ChatError(
        f"{name} has ended: its plugin was switched off or loaded again.", code="plugin-gone"
    )


@define(eq=False)
class ChangeOver:
    """
    One change-over.

    Args:
        hub: is given to each plugin.
        before: the plugins in force, by name.
        fresh: those that are loaded now.
        problems: what goes wrong is added here, by name.
        is_first: the server starts: whatever goes wrong is raised.

    Attributes:
        lost: the names of plugins whose ``teardown`` failed, so that they handed nothing over.
    """

    _hub: Hub
    _before: Mapping[str, Plugin]
    _fresh: Mapping[str, Plugin]
    _problems: dict[str, PluginError]
    _is_first: bool = field(kw_only=True)
    lost: set[str] = field(init=False, factory=set)

    def choose(self, trial: Trial, order: Sequence[str]) -> dict[str, Plugin]:
        """
        Return which plugins are to be in force; in the place of one that loses a name is its old.

        Args:
            trial: the names that are taken by others than plugins.
            order: the names of all plugins that may be in force.

        Raises:
            PluginError: the first one that goes wrong, at the start.
        """
        # What stays has its names already.
        stay = [name for name in order if name not in self._fresh and name in self._before]
        chosen: dict[str, Plugin] = {}
        for name in (*stay, *(name for name in order if name in self._fresh)):
            for plugin in (self._fresh.get(name), self._before.get(name)):
                if plugin is None:
                    continue
                try:
                    trial.add(name, plugin.offer)
                except NameTaken as error:
                    self._problems.setdefault(name, PluginError(str(error)))
                else:
                    chosen[name] = plugin
                    break
        if self._is_first:
            require_none(self._problems)
        return chosen

    def run(self, chosen: dict[str, Plugin]) -> None:
        """
        Tear down what is not chosen any more, and set up what is new.

        What cannot be set up is taken out of ``chosen``, or what was before takes its place.

        Raises:
            PluginError: one cannot be set up, at the start; the others are torn down.
        """
        # The old plugins see no events of the new ones.
        self._hub.hooks.replace(())
        states: dict[str, object] = {}
        for name, plugin in self._before.items():
            if chosen.get(name) is not plugin:
                handed_over = tear_down(self._hub, plugin)
                states.update((name, state) for state in handed_over)
                if not handed_over:
                    self.lost.add(name)
        done: list[Plugin] = []
        for name, plugin in tuple(chosen.items()):
            if plugin is self._before.get(name):
                continue
            schedules = self._hub.schedules.of(plugin.table)
            try:
                plugin.set_up(self._hub, states.get(name))
            except BaseException as error:
                # Nothing stays of what it has begun.
                self._hub.bots.release(plugin.module.__name__)
                self._hub.schedules.restore(plugin.table, schedules)
                report(_log, "Plugin {name} cannot be set up", name=name)
                reason = sentence(f"Plugin {name} cannot be set up: {reason_of(error)}")
                problem = self._problems[name] = PluginError(reason)
                problem.__cause__ = error
                if self._is_first:
                    for each in done:
                        tear_down(self._hub, each)
                    raise problem from error
                del chosen[name]
                self._go_back(name, states.get(name), chosen)
            else:
                done.append(plugin)

    def _go_back(self, name: str, state: object, chosen: dict[str, Plugin]) -> None:
        """
        Set up the plugin again that was torn down for one that cannot be set up.

        It stays out if another one has a name of its by now.
        """
        old = self._before.get(name)
        taken = {each for plugin in chosen.values() for each in plugin.offer.names}
        if old is not None and taken.isdisjoint(old.offer.names):
            chosen[name] = old
            # Its own functions are those that it plans.
            modules = modules_of(chosen.values())
            self._hub.values.modules = {**self._hub.values.modules, **modules}
            self._hub.isolation.run(f"{old.name}.setup", old.set_up, self._hub, state)

    def forget(self, chosen: Mapping[str, Plugin], known: Mapping[str, ModuleType]) -> None:
        """
        Let Python forget the modules that were loaded and are not ``chosen``.

        Args:
            known: the modules that there were before.
        """
        for name, plugin in self._fresh.items():
            module = plugin.module.__name__
            if chosen.get(name) is plugin or sys.modules.get(module) is not plugin.module:
                continue
            del sys.modules[module]
            if module in known:
                sys.modules[module] = known[module]
