"""
Inboxes: what one session alone was told lately, until its program has surely read it.

Beside that stand the rooms that its user has left, for what these said just before; and what its
last requests were answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from attrs import define, field, frozen

from twisted_chat.events import (
    Broadcast,
    Event,
    Invited,
    Left,
    Renamed,
    Told,
    ToldAsAction,
    ToldAsNotice,
    Wallops,
)
from twisted_chat.replies.moderation import Kicked, Lifted, Report, ReportTaken, Sanctioned, Saved
from twisted_chat.replies.people import AccountChanged, Exported, MessageWaits, RoleChanged
from twisted_chat.replies.reply import Marked, Notice
from twisted_chat.replies.rooms import CurrentRoom
from twisted_chat.replies.server import CertificateEnds, Outage, StorageAlarm
from twisted_chat.store.tokens import ToldAlone, ToldForgotten
from twisted_chat.world.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twisted_chat.store.records import Change

#: What is kept of one session: so many entries, and so many bytes of them.
MOST_KEPT, MOST_BYTES = 500, 65536
#: Seconds after which a program that is connected has read what it was told: a connection on which
#: nothing arrives is lost before that.
READ_WITHIN = 600.0
# What is told without being asked for; all else can be asked for again.
_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        *(Told, ToldAsAction, ToldAsNotice, Invited, Broadcast, Wallops, Left, Renamed),
        *(Notice, CurrentRoom, Kicked, Sanctioned, Lifted, Saved, Report, ReportTaken),
        *(AccountChanged, RoleChanged, Exported, MessageWaits),
        *(Outage, StorageAlarm, CertificateEnds),
    )
}
_PUT = frozenset(_KINDS.values())
_encode = msgspec.json.Encoder().encode


@frozen
class RoomLeft:
    """
    The user of the session has left a room, of which the program may not have heard all.

    Attributes:
        at: when, in seconds since the epoch.
        room: the number of the room in the store.
        name: of the room.
        first: the number of the line with which they entered.
        last: of the one with which they left.
    """

    at: float
    room: int
    name: str
    first: int
    last: int


_KEPT: dict[str, type[Event | RoomLeft]] = {**_KINDS, RoomLeft.__name__: RoomLeft}


class _Entry(NamedTuple):
    id: int
    what: Event | RoomLeft
    # Bytes.
    size: int


@define(eq=False)
class Inbox:
    """
    Keeps what its session alone is told.

    Args:
        hash: of the token of the session.
        next_id: returns an id for a time.
        keep: has a change kept.

    Attributes:
        lost: the id up to which something is kept no more, as it was read long ago or there was
            too much; 0 for none.
        held_from: the last id before the connection was lost; 0 while there is one.
        resumed_at: when the program came back last, in seconds since the epoch; 0 for never.
        read: the largest id that it had been told then; 0 if it did not say.
        answers: what its last requests were answered.
    """

    _hash: str
    _next_id: Callable[[float], int]
    _keep: Callable[[Change], None]
    lost: int = field(init=False, default=0)
    held_from: int = field(init=False, default=0)
    resumed_at: float = field(init=False, default=0.0)
    read: int = field(init=False, default=0)
    answers: Answers = field(init=False, factory=Answers)
    # Of nearly all sessions there are none.
    _entries: list[_Entry] | None = field(init=False, default=None)
    _size: int = field(init=False, default=0)

    @property
    def is_empty(self) -> bool:
        """
        Whether nothing is kept.
        """
        return not self._entries

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
        return Marked(event.at, event, self._add(event, data))

    def put_left(self, left: RoomLeft) -> None:
        """
        Keep that the user has left a room.
        """
        self._add(left, _encode(left))

    def _add(self, what: Event | RoomLeft, data: bytes) -> int:
        """
        Keep ``what``, which is ``data`` in JSON, and return its id.
        """
        id_ = self._next_id(what.at)
        entries = self._entries = self._entries or []
        entries.append(_Entry(id_, what, len(data)))
        self._size += len(data)
        forgotten = self._drop(self._read_long_ago(what.at))
        while len(entries) > MOST_KEPT or (self._size > MOST_BYTES and len(entries) > 1):
            forgotten = self._drop(1)
        kind = type(what).__name__
        self._keep(ToldAlone(self._hash, id_, kind, data.decode(), forgotten, self.lost))
        return id_

    def go_on(self, now: float, seen: int) -> None:
        """
        Note that the program has come back.

        Args:
            seen: the largest id that it was told; 0 if it does not say.
        """
        self.held_from, self.resumed_at, self.read = 0, now, seen
        self.forget(now)

    def forget(self, now: float) -> None:
        """
        Forget what the program has surely read by ``now``, in seconds since the epoch.

        That is kept for `READ_WITHIN` all the same: its own store may have been set back.
        """
        last = self._drop(self._read_long_ago(now))
        if last:
            self._keep(ToldForgotten(self._hash, last))

    def _read_long_ago(self, now: float) -> int:
        """
        Return how many of the first entries were surely read, and long ago.
        """
        before = now - READ_WITHIN
        # What was told to a connection that is lost may not have arrived.
        is_sure = not self.held_from and self.resumed_at < before
        return sum(
            each.what.at < before and (is_sure or each.id <= self.read)
            for each in self._entries or ()
        )

    def _drop(self, count: int) -> int:
        """
        Drop the first ``count`` entries, and return the id of the last of them; 0 for none.
        """
        if not count or self._entries is None:
            return 0
        dropped = self._entries[:count]
        del self._entries[:count]
        self._size -= sum(each.size for each in dropped)
        self.lost = dropped[-1].id
        return self.lost

    def load(self, kept: Iterable[ToldAlone]) -> None:
        """
        Put in what was kept when the server ended.
        """
        for each in kept:
            self.lost = max(self.lost, each.lost)
            try:
                what = msgspec.json.decode(each.event, type=_KEPT[each.kind])
            except (KeyError, msgspec.MsgspecError):
                # A later version has kept it; or it says only what is lost.
                continue
            size = len(each.event.encode())
            self._entries = [*(self._entries or ()), _Entry(each.id, what, size)]
            self._size += size

    def behind(self, seen: int) -> list[Marked]:
        """
        Return what was told behind the id ``seen``, in order.
        """
        return [
            Marked(each.what.at, each.what, each.id)
            for each in self._entries or ()
            if each.id > seen and isinstance(each.what, Event)
        ]

    def left_behind(self, seen: int) -> list[tuple[int, RoomLeft]]:
        """
        Return the rooms that were left behind the id ``seen``, each with its id, in order.
        """
        return [
            (each.id, each.what)
            for each in self._entries or ()
            if each.id > seen and isinstance(each.what, RoomLeft)
        ]
