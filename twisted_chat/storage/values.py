"""
The values of all plugins: in memory, and kept with the turn in which they change.

A change goes to the journal with whatever else happens in its turn, before anybody is told of any
of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import StorageFull
from twisted_chat.storage.json_values import require_key
from twisted_chat.store.plugins import Place, PluginValue, RoomValuesEnded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.turn import Decision
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World

#: Bytes that each value counts besides those of its key and its JSON: about what it takes in
#: memory, so that many small ones are bounded too.
EACH = 100


@define(eq=False)
class Values:
    """
    All values that plugins keep, by their places.

    Args:
        world: says how much a plugin may keep.
        fanout: has changes kept with the turn.
        log: for plugins whose storage is full.

    Attributes:
        modules: of the plugins in force, by their names; what loads them sets it.
    """

    _world: World
    _fanout: Fanout
    _log: LimitedLogger
    modules: Mapping[str, ModuleType] = field(init=False, factory=dict)
    _values: dict[Place, dict[str, str]] = field(init=False, factory=dict)
    # Bytes, by the plugins' names.
    _sizes: dict[str, int] = field(init=False, factory=dict)

    def begin(self, kept: Snapshot) -> None:
        """
        Load what the store holds, also of plugins that are not in force now.
        """
        for each in kept.plugin_values:
            self._set(each.place, each.key, each.value)

    def name_of(self, module: str) -> str:
        """
        Return the name of the plugin in force that is called so, or has this module.

        Raises:
            LookupError: there is none, or several share their name.
        """
        for name, own in self.modules.items():
            if f"{module}.".startswith(f"{own.__name__}."):
                return name
        if module not in self.modules:
            raise LookupError(f"{module!r} is no plugin in force, or two have this name")
        return module

    def of(self, place: Place) -> Mapping[str, str]:
        """
        Return the values in ``place``, as JSON, by their keys.
        """
        return self._values.get(place, {})

    def put(
        self,
        place: Place,
        key: str,
        value: str,
        decision: Decision | None = None,
        *,
        is_limited: bool = True,
    ) -> None:
        """
        Keep ``value`` under ``key``, in place of an earlier one.

        Args:
            value: as JSON.
            decision: of which a user is told if it cannot be kept yet.
            is_limited: it is refused where the plugin would keep too much.

        Raises:
            StorageFull: the plugin would keep too much.
            TypeError: the key is no str.
            ValueError: the key is too long, or empty.
        """
        require_key(key)
        known = self.of(place).get(key)
        if value == known:
            return
        if is_limited:
            before = 0 if known is None else _size(key, known)
            self._require_room(place.plugin, _size(key, value) - before)
        self._set(place, key, value)
        self._fanout.keep(PluginValue(*place, key, value), decision)

    def remove(self, place: Place, key: str, decision: Decision | None = None) -> bool:
        """
        Keep nothing under ``key`` any more; return whether there was something.
        """
        if key not in self.of(place):
            return False
        self._unset(place, key)
        self._fanout.keep(PluginValue(*place, key, ""), decision)
        return True

    def end_room(self, room: int) -> None:
        """
        Forget what belongs to a room, by its number, that is gone for good.
        """
        if self._forget([place for place in self._values if place.room == room]):
            self._fanout.keep(RoomValuesEnded(room))

    def end_account(self, account: Account) -> None:
        """
        Forget what belongs to an account that was deleted; the store does so with the account.
        """
        self._forget([place for place in self._values if place.account == account.id])

    def _require_room(self, plugin: str, more: int) -> None:
        most = int(self._world.limits.plugin_storage)
        if most and more > 0 and self._sizes.get(plugin, 0) + more > most:
            self._log.warn(
                "The storage of plugin {plugin} is full: it may keep {most} bytes",
                plugin=plugin,
                most=most,
            )
            raise StorageFull(plugin, most)

    def _forget(self, places: list[Place]) -> bool:
        for place in places:
            for key in list(self._values[place]):
                self._unset(place, key)
        return bool(places)

    def _set(self, place: Place, key: str, value: str) -> None:
        self._unset(place, key)
        self._values.setdefault(place, {})[key] = value
        size = self._sizes.get(place.plugin, 0) + _size(key, value)
        self._sizes[place.plugin] = size

    def _unset(self, place: Place, key: str) -> None:
        values = self._values.get(place)
        if values is None or key not in values:
            return
        self._sizes[place.plugin] -= _size(key, values.pop(key))
        if not values:
            del self._values[place]


def _size(key: str, value: str) -> int:
    return EACH + len(key.encode()) + len(value.encode())
