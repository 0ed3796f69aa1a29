"""
Inboxes: what one session alone was told lately, until its program has surely read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from attrs import define, field

from twisted_chat.events import Broadcast, Event, Invited, Left, Renamed, Told, ToldAsNotice
from twisted_chat.replies.moderation import Kicked, Lifted, Report, ReportTaken, Sanctioned, Saved
from twisted_chat.replies.people import AccountChanged, Exported, MessageWaits, RoleChanged
from twisted_chat.replies.reply import Marked, Notice
from twisted_chat.replies.rooms import CurrentRoom
from twisted_chat.replies.server import CertificateEnds, Outage, StorageAlarm
from twisted_chat.store.tokens import ToldAlone, ToldForgotten

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
        *(Told, ToldAsNotice, Invited, Broadcast, Left, Renamed, Notice, CurrentRoom),
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
        resumed_at: when the program came back last, in seconds since the epoch; 0 for never.
    """

    _hash: str
    _next_id: Callable[[float], int]
    _keep: Callable[[Change], None]
    lost: int = field(init=False, default=0)
    held_from: int = field(init=False, default=0)
    resumed_at: float = field(init=False, default=0.0)
    # Each with its bytes, and all of those; of nearly all sessions there are none.
    _marked: list[tuple[Marked, int]] | None = field(init=False, default=None)
    _size: int = field(init=False, default=0)

    @property
    def is_empty(self) -> bool:
        """
        Whether nothing is kept.
        """
        return not self._marked

    def put(self, event: Event) -> Event:
        """
        Keep ``event`` if it is of a kind that cannot be asked for, and return it with its id.
        """
        if type(event) not in _PUT:
            return event
        try:
            data = _encode(event)
        except (TypeError, ValueError):
            # A plugin's; it is told once.
            return event
        marked = Marked(event.at, event, self._next_id(event.at))
        kept = self._marked = self._marked or []
        kept.append((marked, len(data)))
        self._size += len(data)
        forgotten = self._drop(self._read_long_ago(event.at))
        while len(kept) > MOST_KEPT or (self._size > MOST_BYTES and len(kept) > 1):
            forgotten = self.lost = self._drop(1)
        kind = type(event).__name__
        self._keep(ToldAlone(self._hash, marked.id, kind, data.decode(), forgotten, self.lost))
        return marked

    def go_on(self, now: float, seen: int) -> None:
        """
        Note that the program has come back, and forget what it has read.

        Args:
            seen: the largest id that it was told; 0 if it does not say.
        """
        self.held_from, self.resumed_at = 0, now
        read = sum(each.id <= seen for each, _ in self._marked or ())
        self._note_forgotten(self._drop(read))

    def forget(self, now: float) -> None:
        """
        Forget what the program has surely read by ``now``, in seconds since the epoch.
        """
        self._note_forgotten(self._drop(self._read_long_ago(now)))

    def _note_forgotten(self, last: int) -> None:
        if last:
            self._keep(ToldForgotten(self._hash, last))

    def _read_long_ago(self, now: float) -> int:
        """
        Return how many of the first events were surely read: not those told to a lost connection.
        """
        before = now - READ_WITHIN
        if self.held_from or self.resumed_at >= before:
            return 0
        return sum(each.at < before for each, _ in self._marked or ())

    def _drop(self, count: int) -> int:
        """
        Drop the first ``count`` events, and return the id of the last of them; 0 for none.
        """
        if not count or self._marked is None:
            return 0
        dropped = self._marked[:count]
        del self._marked[:count]
        self._size -= sum(size for _, size in dropped)
        return dropped[-1][0].id

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
            size = len(each.event.encode())
            self._marked = [*(self._marked or ()), (marked, size)]
            self._size += size

    def behind(self, seen: int) -> list[Marked]:
        """
        Return what was told behind the id ``seen``, in order.
        """
        return [each for each, _ in self._marked or () if each.id > seen]
