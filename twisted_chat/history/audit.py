"""
The audit trail: who did what to whom, kept as long as history and as it is in force.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.limits import HostRates
from twisted_chat.replies.moderation import AuditEntry, Listing, Subject
from twisted_chat.store.decisions import Audited, called
from twisted_chat.store.interface import StoreFailed
from twisted_chat.text.clean import one_line
from twisted_chat.text.names import without_hash
from twisted_chat.world import policy, readable, sanctioned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.access import Access
    from twisted_chat.history.pager import Pagers
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class AuditLog:
    """
    Writes the audit trail, and shows it to users who may read it.

    Args:
        world: holds the rooms.
        fanout: keeps the entries with the turn.
        store: holds them.
        recorder: numbers it.
        access: finds the rooms that a user may read.
        pagers: show it page by page.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _recorder: Recorder
    _access: Access
    _pagers: Pagers
    _deadlines: Deadlines
    _spent: HostRates = field(init=False, factory=HostRates)

    def spend(self, user: User) -> None:
        """
        Count one entry that ``user`` is about to cause, before anything is done.

        Without a limit, one user could fill the trail.  It is kept for the account, or for the
        address of a guest, so that to come again lifts it for nobody.

        Raises:
            TooMuch: they have caused as many as they may.
        """
        limits, now = self._world.limits, self._world.seconds()
        if not (limits.audit_rate.count and limits.rate):
            return
        host = next(sanctioned.hosts_of(user), str(user.visit))
        whose = f"account {user.account.id}" if user.account else host
        bucket = self._spent.bucket(whose, limits.audit_rate, now)
        wait = math.ceil(bucket.wait(now))
        if wait:
            raise errors.TooMuch(
                f"You moderate too often, please wait {wait} s.",
                code="too-often",
                command="moderate",
                seconds=wait,
            )
        bucket.spend()

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
        self._fanout.keep(entry, Decision(user, room, deed, target))

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
        rows = tuple(_row(each, policy.shown_to(user, each.target)) for each in entries)
        return Listing(self._world.now(), Subject.AUDIT, without_hash(name), rows, has_more)

    async def _read(self, name: str, session: Session, count: int, before: int) -> list[Audited]:
        user = session.require_user()
        room = self._access.find(user, name) if name else None
        policy.check_operator(user, room)
        rooms = self._world.rooms_of(user) if room is None else [room]
        firsts = {each.timeline.id: readable.first_readable(user, each) for each in rooms}
        found: list[Audited] = []
        while len(found) < count:
            rows = await self._ask(
                count,
                {number: first for number, first in firsts.items() if first},
                before,
                is_everywhere=room is None,
            )
            # The store may not know yet how a room is set.
            found[:0] = [row for row in rows if self._may_read(user, row)][len(found) - count :]
            if len(rows) < count:
                break
            before = rows[0].id
        return found

    def _may_read(self, user: User, entry: Audited) -> bool:
        return not entry.room or entry.number >= self._access.first_of(user, entry.room)

    async def _ask(
        self, count: int, rooms: Mapping[int, int], before: int, *, is_everywhere: bool
    ) -> list[Audited]:
        await self._deadlines.settle()
        reading = self._store.audit(count, rooms, before, is_everywhere=is_everywhere)
        try:
            return await self._deadlines.within(reading)
        except StoreFailed:
            raise errors.NotAllowed(
                "The audit trail cannot be read now.", code="audit-unavailable"
            ) from None


def _row(entry: Audited, target: str) -> AuditEntry:
    """
    Return ``entry`` as it is shown, with ``target`` as the reader may know it.
    """
    number, setting = 0, ""
    match entry.deed.split(" "):
        case [deed, "line", line, "of"]:
            number = int(line)
        case ["grant" | "revoke" as deed, setting, _]:
            pass
        case [deed, *rest]:
            setting = " ".join(rest)
    return AuditEntry(
        entry.at,
        called(entry.nick, entry.account),
        deed,
        target,
        entry.room_name,
        entry.reason,
        entry.until,
        number,
        setting,
    )
