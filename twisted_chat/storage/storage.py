"""
Storage: what a plugin is given to keep values with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from twisted_chat.errors import ChatError, NotAllowed
from twisted_chat.storage.json_values import as_json, of_json
from twisted_chat.world.model import Room, User

if TYPE_CHECKING:
    from twisted_chat.delivery.turn import Decision
    from twisted_chat.storage.values import Values
    from twisted_chat.store.plugins import Place
    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World


@frozen
class Storage:
    """
    Keeps JSON values of a plugin: its own, or those that belong to a room or an account.

    All of it returns at once.  What is set is kept before anybody reads what is told behind it.

    Args:
        world: knows which rooms and accounts there are.
        values: all that plugins keep.
        place: whose these are.
        decision: of which a user is told while the disk fails; None for nobody.
    """

    _world: World = field(repr=False)
    _values: Values = field(repr=False)
    _place: Place
    _decision: Decision | None = field(repr=False, default=None)

    def get(self, key: str, default: Any = None) -> Any:
        """
        Return the value under ``key``, as a copy, or ``default`` if there is none.
        """
        text = self._values.of(self._place).get(key)
        return default if text is None else of_json(text)

    def set(self, key: str, value: object) -> None:
        """
        Keep ``value`` under ``key``, in place of an earlier one.

        Args:
            key: 1 to 200 characters.
            value: None, a bool, int, float or str, or a list or dict of such.

        Raises:
            StorageFull: the plugin would keep more than the operator allows, 1 MiB by default.
            ChatError: the room or the account that it belongs to is gone.
            TypeError: the value or the key is something else.
            ValueError: the value is no JSON, or the key or the value is too large.
        """
        self._require_owner()
        self._values.put(self._place, key, as_json(value), self._decision)

    def delete(self, key: str) -> bool:
        """
        Keep nothing under ``key`` any more; return whether there was something.
        """
        return self._values.remove(self._place, key, self._decision)

    def items(self, prefix: str = "") -> list[tuple[str, Any]]:
        """
        Return the keys that begin with ``prefix``, in order, each with a copy of its value.
        """
        values = self._values.of(self._place)
        return [(key, of_json(values[key])) for key in sorted(values) if key.startswith(prefix)]

    def of(self, owner: Room | User | Account) -> Storage:
        """
        Return the storage of the same plugin for what belongs to a room or an account.

        Args:
            owner: a user stands for their account.

        Raises:
            NotAllowed: the user has no account.
        """
        if isinstance(owner, Room):
            return self._in(room=owner.timeline.id)
        if isinstance(owner, User):
            if owner.account is None:
                raise NotAllowed(
                    f"{owner.nick} has no account, so nothing can be kept for them.",
                    code="no-account",
                    nick=owner.nick,
                )
            return self.of(owner.account)
        return self._in(account=owner.id)

    def _in(self, *, room: int = 0, account: int = 0) -> Storage:
        place = self._place._replace(room=room, account=account)
        return Storage(self._world, self._values, place, self._decision)

    def _require_owner(self) -> None:
        room, account = self._place.room, self._place.account
        if room and room not in self._world.numbered:
            raise ChatError("The room is gone, so nothing can be kept for it.", code="room-gone")
        if account and self._world.account_called(account) is None:
            raise ChatError(
                "The account is gone, so nothing can be kept for it.", code="account-gone"
            )
