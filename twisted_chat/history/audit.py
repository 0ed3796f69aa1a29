"""
The audit trail: who did what to whom, kept as long as what was said and as it is in force.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.history.pager import ROWS
from twisted_chat.store.deadlines import within
from twisted_chat.store.decisions import Audited
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import LAST_ID
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.hub import Hub
    from twisted_chat.store.decisions import Decision
    from twisted_chat.world.model import Room, Session, User

# More than the number of any line: nothing of a room may be read.
_NOTHING = 2**62


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
            where = (room.chronicle.id, room.name, room.next_number)
        account = user.account.name if user.account else ""
        entry_id = self._hub.history.next_id(now)
        entry = Audited(entry_id, *where, now, user.nick, account, deed, target, reason, until)
        self._keep(entry)

    async def listed(
        self, session: Session, user: User, count: int, name: str, before: int = LAST_ID
    ) -> str:
        """
        Return the latest of what was done before something, as ``user`` may read it.

        Of a room one reads the trail from where one reads its lines.

        Args:
            session: where they read it, and the page before that.
            name: of the room, which everybody may have left; empty for everywhere.

        Raises:
            NoSuchRoom: there is none that they may know of.
            NotAllowed: they may not read it, or it cannot be read.
        """
        room = self._hub.archive.shelf.find(user, name) if name else None
        policy.check_operator(user, room)
        first = dict(self._hub.lifetimes.hidden()) if room is None else {}
        for each in self._hub.rooms.values() if room is None else [room]:
            first[each.chronicle.id] = policy.first_readable(user, each) or _NOTHING
        number = None if room is None else room.chronicle.id
        try:
            # One more tells whether there is any.
            count = min(max(count, 1), ROWS)
            reading = self._hub.store.audit(count + 1, first, number, before)
            entries = await within(self._hub.clock, reading, self._hub.history.report)
        except StoreFailed:
            raise errors.NotAllowed("The audit trail cannot be read now.") from None
        next_page = None
        if len(entries) > count:
            entries = entries[-count:]
            next_page = partial(self.listed, session, user, count, name, entries[0].id)
        lines = [entry.told for entry in entries] or ["Nothing was done."]
        return self._hub.archive.page(session, lines, next_page)
