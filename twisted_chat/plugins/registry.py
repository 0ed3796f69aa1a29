"""
The registry: which commands, hooks and routes are in force, and whose they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twisted_chat.text.names import Taken

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from twisted_chat.commands.command import Command
    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.delivery.hooks import Hook
    from twisted_chat.http.routes import Route


class NameTaken(Exception):
    """
    A command has a name that another one has or looks like already, or a route a path.

    The text is a sentence.
    """


@frozen
class Offer:
    """
    What one plugin gives to the chat.

    Attributes:
        name: the plugin's, for the sentence that it has a command already.
        routes: each with its whole path.
        is_own: it is a part of the server, and not a plugin.
    """

    name: str
    commands: Sequence[Command] = ()
    hooks: Sequence[Hook] = ()
    routes: Sequence[tuple[str, Route]] = ()
    is_own: bool = False

    @property
    def names(self) -> Iterator[str]:
        """
        What nobody else may have: ``/roll``, and ``GET /plugin/dice/last``.
        """
        for command in self.commands:
            yield from (f"/{name}" for name in (command.name, *command.aliases))
        for path, route in self.routes:
            yield from (f"{method} {path}" for method in sorted(route.methods))


@define(eq=False)
class Trial:
    """
    Which names are taken, and by whom.
    """

    _keys: dict[str, Hashable] = field(init=False, factory=dict)
    _names: dict[str, str] = field(init=False, factory=dict)
    _looks: Taken = field(init=False, factory=Taken)

    def add(self, owner: Hashable, offer: Offer) -> None:
        """
        Let ``offer`` have its names.

        Raises:
            NameTaken: one is taken; then it has none of them.
        """
        wanted: dict[str, Hashable] = {}
        for name in offer.names:
            if name in wanted or self._keys.get(name, owner) != owner:
                holder = self._names.get(name, offer.name)
                raise NameTaken(f"Plugin {offer.name}: {name} is taken by {holder} already.")
            # A command that can be taken for another one could have what is meant for that.
            for like in () if offer.is_own else self._looks.alike(name):
                if self._keys[like] != owner:
                    raise NameTaken(
                        f"Plugin {offer.name}: {name} looks like {like}, "
                        f"which {self._names[like]} has already."
                    )
            wanted[name] = owner
        for name in wanted:
            if name not in self._keys:
                self._looks.add(name)
        self._keys.update(wanted)
        self._names.update(dict.fromkeys(wanted, offer.name))


@define(eq=False)
class Registry:
    """
    The offers in force, in the order in which their hooks are called.

    Args:
        dispatcher: is given the commands, and its hub the hooks and routes.
    """

    _dispatcher: Dispatcher
    _offers: dict[Hashable, Offer] = field(init=False, factory=dict)

    def put(self, owner: Hashable, offer: Offer) -> None:
        """
        Put ``offer`` in force in the place of what ``owner`` has there.

        Raises:
            NameTaken: a name in it is taken; all stays as it was.
        """
        self.without([owner]).add(owner, offer)
        self._offers[owner] = offer
        self._tell()

    def remove(self, owner: Hashable) -> None:
        """
        Remove what ``owner`` has there, if anything.
        """
        if self._offers.pop(owner, None) is not None:
            self._tell()

    def commands_of(self, owner: Hashable) -> tuple[str, ...]:
        """
        Return the names of the commands that ``owner`` has there.
        """
        offer = self._offers.get(owner)
        return tuple(sorted(each.name for each in offer.commands)) if offer else ()

    def without(self, owners: Collection[Hashable]) -> Trial:
        """
        Return which names are taken by others than ``owners``.
        """
        trial = Trial()
        for key, offer in self._offers.items():
            if key not in owners:
                trial.add(key, offer)
        return trial

    def arrange(self, offers: Mapping[Hashable, Offer], others: Iterable[Hashable]) -> None:
        """
        Put ``offers`` in force in their order, and behind them what ``others`` have, alone.
        """
        kept = {key: self._offers[key] for key in others if key in self._offers}
        self._offers = {**offers, **kept}
        self._tell()

    def _tell(self) -> None:
        commands: dict[str, Command] = {}
        own: set[str] = set()
        for offer in self._offers.values():
            found = {
                name: command
                for command in offer.commands
                for name in (command.name, *command.aliases)
            }
            commands.update(found)
            if offer.is_own:
                own.update(found)
        self._dispatcher.replace(commands, own)
        hooks = tuple(hook for offer in self._offers.values() for hook in offer.hooks)
        self._dispatcher.hub.hooks.replace(hooks)
        routes: dict[str, dict[str, Route]] = {}
        for offer in self._offers.values():
            for path, route in offer.routes:
                routes.setdefault(path, {}).update(dict.fromkeys(route.methods, route))
        self._dispatcher.hub.routes.replace(routes)
