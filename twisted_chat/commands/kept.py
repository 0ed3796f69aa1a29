"""
What a command keeps: the storage of its plugin, and functions to be called later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from twisted_chat.delivery.turn import Decision
from twisted_chat.storage.storage import Storage
from twisted_chat.store.plugins import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from twisted_chat.commands.command import Command
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Account, Room, Session, User


@frozen
class CommandStorage(Storage):
    """
    The storage of a command's plugin, with that of the room and the account of who typed it.
    """

    _context: Keeps = field(repr=False, kw_only=True)

    @property
    def room(self) -> Storage:
        """
        What belongs to the current room.

        Raises:
            NoCurrentRoom: there is none.
        """
        return self.of(self._context.room)

    @property
    def account(self) -> Storage:
        """
        What belongs to the account of the user.

        Raises:
            NotAllowed: they have none, or are not logged in.
        """
        return self.of(self._context.session.require_account())


class Keeps:
    """
    The part of a `Context` that keeps things.

    While the disk fails, the user is told of each command that kept something not saved yet.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        hub: Hub
        session: Session
        user: User
        command: Command

        @property
        def room(self) -> Room: ...  # noqa: D102  # that of a `Context`

    @property
    def storage(self) -> CommandStorage:
        """
        The storage of the plugin.

        Raises:
            LookupError: the plugin is not in force, or another one has its name.
        """
        values = self.hub.values
        place = Place(values.name_of(self._module))
        return CommandStorage(self.hub.world, values, place, self._decision, context=self)

    def at(
        self,
        when: datetime | timedelta,
        function: Callable[..., object],
        *args: object,
        key: str = "",
        account: Account | None = None,
    ) -> str:
        """
        Call ``function(hub, *args)`` once, also after a restart, as `Schedules.at` does.
        """
        return self.hub.at(
            when, function, *args, key=key, account=account, decision=self._decision
        )

    def every(
        self,
        interval: timedelta,
        function: Callable[..., object],
        *args: object,
        key: str = "",
        since: datetime | None = None,
        account: Account | None = None,
    ) -> str:
        """
        Call ``function(hub, *args)`` again and again, as `Schedules.every` does.
        """
        return self.hub.every(
            interval,
            function,
            *args,
            key=key,
            since=since,
            account=account,
            decision=self._decision,
        )

    def cancel(self, key: str) -> bool:
        """
        Remove the schedule of this key, and return whether there was one.
        """
        return self.hub.cancel(self._module, key, self._decision)

    @property
    def _module(self) -> str:
        return self.command.function.__module__

    @property
    def _decision(self) -> Decision:
        return Decision(self.user, None, self.command.name, is_private=True)
