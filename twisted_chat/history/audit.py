"""
The audit trail: who did what to whom, kept as long as history and as it is in force.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.replies.moderation import AuditEntry, Listing, Subject
from twisted_chat.store.decisions import Audited, called
from twisted_chat.store.interface import StoreFailed
from twisted_chat.text.clean import one_line
from twisted_chat.text.names import without_hash
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.access import Access
    from twisted_chat.history.pager import Pagers
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

# More than the number of any line: nothing of a room may be read.
_NOTHING = 2**62


@define(eq=False)
class AuditLog:
    """
    Writes the audit trail, and shows it to users who may read it.

    Args:
        world: holds the rooms.
        fanout: keeps the entries with the turn.
        store: holds them.
        recorder: numbers it.
        timelines: know the rooms that are gone.
        access: finds the rooms that a user may read.
        pagers: show it page by page.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _recorder: Recorder
    _timelines: Timelines
    _access: Access
    _pagers: Pagers
    _deadlines: Deadlines

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
        Add an entry: what ``user`` does in ``room`` or, with None, on the server.

        Args:
            target: the user or thing it is done to; empty for none.
            until: when it ends, by the wall clock; 0 for no end.
        """
        now = self._world.now()
        where = (0, "", 0)
        if room is not None:
            where = (room.timeline.id, room.name, room.next_number)
        account = user.account.name if user.account else ""
        entry_id = self._recorder.next_id(now)
        # An announcement may have several lines, and the trail is read from the shell too.
        why = one_line(reason)
        entry = Audited(entry_id, *where, now, user.nick, account, deed, target, why, until)
        self._fanout.keep(entry)

    async def listed(self, session: Session, count: int, name: str) -> Listing:
        """
        Return the latest entries that the user of ``session`` may read.

        In a room a user reads entries from the same line on as its history.

        Args:
            count: rows on a page.
            name: of the room, which everybody may have left; empty for everywhere.

        Raises:
            NoSuchRoom: there is none that the user may know of.
            NotAllowed: they may not read it, or it cannot be read.
        """
        return await self._pagers.listed(
            session, partial(self._read, name), partial(self._page, name), count
        )

    def _page(
        self, name: str, session: Session, entries: Sequence[Audited], has_more: bool
    ) -> Listing:
        user = session.require_user()
        rows = tuple(
            AuditEntry(
                each.at,
                called(each.nick, each.account),
                each.deed,
                policy.shown_to(user, each.target),
                each.room_name,
                each.reason,
                each.until,
            )
            for each in entries
        )
        return Listing(self._world.now(), Subject.AUDIT, without_hash(name), rows, has_more)

    async def _read(self, name: str, session: Session, count: int, before: int) -> list[Audited]:
        user = session.require_user()
        room = self._access.find(user, name) if name else None
        policy.check_operator(user, room)
        first = dict(self._timelines.hidden) if room is None else {}
        for each in self._world.rooms.values() if room is None else [room]:
            first[each.timeline.id] = policy.first_readable(user, each) or _NOTHING
        number = None if room is None else room.timeline.id
        try:
            reading = self._store.audit(count, first, number, before)
            return await self._deadlines.within(reading)
        except StoreFailed:
            raise errors.NotAllowed(
                "The audit trail cannot be read now.", code="audit-unavailable"
            ) from None
