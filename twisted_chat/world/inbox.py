"""
Inboxes: what one session alone was told lately, until its program has surely read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from attrs import define, field

from twisted_chat.events import Broadcast, Event, Invited, Left, Renamed, Told
from twisted_chat.replies.moderation import Kicked, Lifted, Report, ReportTaken, Sanctioned, Saved
from twisted_chat.replies.people import AccountChanged, Exported, MessageWaits, RoleChanged
from twisted_chat.replies.reply import Marked, Notice
from twisted_chat.replies.rooms import CurrentRoom
from twisted_chat.replies.server import CertificateEnds, Outage, StorageAlarm
from twisted_chat.store.tokens import ToldAlone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twisted_chat.store.records import Change

#: What is kept of one session: so many events, and so many bytes of them.
MOST_KEPT, MOST_BYTES = 500, 65536
#: Seconds after which a program that is connected has read what it was told: a connection on which
#: nothing arrives is lost before that.
READ_WITHIN = 600.0
# What is told without being asked for; all else can be asked for again.
_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        *(Told, Invited, Broadcast, Left, Renamed, Notice, CurrentRoom),
        *(Kicked, Sanctioned, Lifted, Saved, Report, ReportTaken),
        *(AccountChanged, RoleChanged, Exported, MessageWaits),
        *(Outage, StorageAlarm, CertificateEnds),
    )
}
_PUT = frozenset(_KINDS.values())
_encode = msgspec.json.Encoder().encode


@define(eq=False)
class Inbox:
    """
    Keeps what its session alone is told.

    Args:
        hash: of the token of the session.
        next_id: returns an id for a time.
        keep: has a change kept.

    Attributes:
        lost: the id up to which there was too much to keep; 0 for none.
        held_from: the last id before the connection was lost; 0 while there is one.
    """

    _hash: str
    _next_id: Callable[[float], int]
    _keep: Callable[[Change], None]
    lost: int = field(init=False, default=0)
    held_from: int = field(init=False, default=0)
    # Each with its size; of nearly all sessions there are none.
    _marked: list[tuple[Marked, int]] | None = field(init=False, default=None)

    def put(self, event: Event) -> Event:
        """
        Keep ``event`` if it is of a kind that cannot be asked for, and return it with its id.
        """
        if type(event) not in _PUT:
            return event
        try:
            data = _encode(event).decode()
        except (TypeError, ValueError):
            # A plugin's; it is told once.
            return event
        marked = Marked(event.at, event, self._next_id(event.at))
        kept = self._marked = self._marked or []
        kept.append((marked, len(data)))
        forgotten = self._forget(kept, event.at)
        kind = type(event).__name__
        self._keep(ToldAlone(self._hash, marked.id, kind, data, forgotten, self.lost))
        return marked

    def _forget(self, kept: list[tuple[Marked, int]], now: float) -> int:
        """
        Forget what was read long ago, or is too much; return the id up to which that is.
        """
        old, size, last = 0, sum(size for _, size in kept), len(kept) - 1
        while old < last and not self.held_from and kept[old][0].at < now - READ_WITHIN:
            size -= kept[old][1]
            old += 1
        while old < last and (last - old >= MOST_KEPT or size > MOST_BYTES):
            size -= kept[old][1]
            self.lost = kept[old][0].id
            old += 1
        forgotten = kept[old - 1][0].id if old else 0
        del kept[:old]
        return forgotten

    def load(self, kept: Iterable[ToldAlone]) -> None:
        """
        Put in what was kept when the server ended.
        """
        for each in kept:
            self.lost = max(self.lost, each.lost)
            try:
                event = msgspec.json.decode(each.event, type=_KINDS[each.kind])
            except (KeyError, msgspec.MsgspecError):
                # A later version has kept it.
                continue
            marked = Marked(event.at, event, each.id)
            self._marked = [*(self._marked or ()), (marked, len(each.event))]

    def behind(self, seen: int) -> list[Marked]:
        """
        Return what was told behind the id ``seen``, in order.
        """
        return [each for each, _ in self._marked or () if each.id > seen]
