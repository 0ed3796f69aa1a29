"""
The audit trail: who did what to whom, kept as long as what was said and as it is in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors, policy
from twisted_chat.decisions import Audited
from twisted_chat.patience import within
from twisted_chat.policy import Deed
from twisted_chat.records import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.decisions import Decision
    from twisted_chat.hub import Hub
    from twisted_chat.people import Room, User

# More than the number of any line: nothing of a room may be read.
_NOTHING = 2**62
# A long answer is cut here; see also the cost of the command.
_ROWS = 50


@define(eq=False)
class Trail:
    """
    Writes the audit trail, and reads it to those who may know it.

    Args:
        hub: holds the rooms.
        keep: called with each decision that is to be kept with the turn.
    """

    _hub: Hub
    _keep: Callable[[Decision], None]

    def note(
        self,
        user: User,
        room: Room | None,
        deed: str,
        target: str = "",
        reason: str = "",
        until: float = 0.0,
    ) -> None:
        """
        Write down what ``user`` does in ``room`` or, with None, on the whole server.

        Args:
            target: whom or what it is done to; empty for nobody.
            until: when it ends, by the wall clock; 0 for no end.
        """
        now = self._hub.now()
        where = (0, "", 0)
        if room is not None:
            where = (room.chronicle.id, room.name, room.chronicle.number + 1)
        account = user.account.name if user.account else ""
        entry_id = self._hub.history.next_id(now)
        entry = Audited(entry_id, *where, now, user.nick, account, deed, target, reason, until)
        self._keep(entry)

    async def listed(self, user: User, count: int, room: Room | None) -> str:
        """
        Return the latest of what was done in ``room`` or, with None, wherever ``user`` may see it.

        Of a room one reads the trail from where one reads its lines.

        Raises:
            NotAllowed: ``user`` may not read it, or it cannot be read.
        """
        policy.check_operator(user, room)
        first = self._hub.ownership.hidden() if room is None else {}
        for each in self._hub.rooms.values() if room is None else [room]:
            first[each.chronicle.id] = _first(user, each)
        number = None if room is None else room.chronicle.id
        try:
            reading = self._hub.store.audit(min(max(count, 1), _ROWS), first, number)
            entries = await within(self._hub.clock, reading, self._hub.history.report)
        except StoreFailed:
            raise errors.NotAllowed("The audit trail cannot be read now.") from None
        return "\n".join(entry.told for entry in entries) or "Nothing was done."


def _first(user: User, room: Room) -> int:
    if not policy.may(user, Deed.READ, room):
        return _NOTHING
    return policy.readable_from(user, room)
