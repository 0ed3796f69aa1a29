"""
The bans and mutes that hold, in rooms and on the whole server, until their time is over.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat.history.pager import ROWS
from twisted_chat.store.decisions import SanctionEnded
from twisted_chat.store.records import LAST_ID
from twisted_chat.world import policy
from twisted_chat.world.sanctions import Sanctions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.hub import Hub
    from twisted_chat.store.decisions import Decision, Sanction
    from twisted_chat.store.interface import Kept
    from twisted_chat.world.model import Room, Session, User

#: Bans, and mutes, of the whole server.
MAX_SANCTIONS = 10_000
#: Seconds between two looks for those that have expired.
INTERVAL = 60.0


@define(eq=False)
class Penalties:
    """
    Adds, ends and lists bans and mutes; where a room is None, those of the whole server.

    Args:
        hub: holds the rooms.
        keep: called with each decision that is to be kept with the turn.

    Attributes:
        bans: of the server: who may not come.
        mutes: of the server: who may not speak anywhere.
    """

    _hub: Hub
    _keep: Callable[[Decision], None]
    bans: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    mutes: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    _is_sweeping: bool = field(init=False, default=False)

    def begin(self, kept: Kept) -> None:
        """
        Bring back those of the server; those of the rooms came back with them.
        """
        for sanction in kept.sanctions:
            if not sanction.room:
                self.of(sanction.kind, None).add(sanction)
        if kept.sanctions:
            self._guard(None)
            self._sweep()

    def of(self, kind: str, room: Room | None) -> Sanctions:
        """
        Return the bans or the mutes of a room, or of the server.

        Args:
            kind: ``ban`` or ``mute``.
        """
        place = self if room is None else room
        return place.bans if kind == "ban" else place.mutes

    async def listed(
        self, session: Session, user: User, room: Room | None, before: int = LAST_ID
    ) -> str:
        """
        Return the latest bans and mutes of ``room``, or of the server, of those before something.

        Args:
            session: where ``user`` reads them, and those before.

        Raises:
            NotAllowed: ``user`` may not know them.
        """
        policy.check_operator(user, room)
        now = self._hub.now()
        found = [
            each
            for kind in ("ban", "mute")
            for each in self.of(kind, room)
            if each.id < before and each.until > now
        ]
        found.sort(key=lambda each: each.id)
        next_page = None
        if len(found) > ROWS:
            found = found[-ROWS:]
            next_page = partial(self.listed, session, user, room, found[0].id)
        lines = [f"{each.kind} of {each.shown} {each.told}" for each in found]
        place = f"#{room.name}" if room else "this server"
        nobody = [f"Nobody is banned from {place} or muted."]
        return self._hub.archive.page(session, lines or nobody, next_page)

    def impose(self, sanction: Sanction, room: Room | None) -> None:
        """
        Let ``sanction`` hold, in place of any other for the same.

        Raises:
            TooMuch: there are as many as there may be.
        """
        sanctions = self.of(sanction.kind, room)
        self.end(sanction.kind, sanctions.expired(sanction.at), room)
        same = sanctions.of([sanction.mask])
        if not same:
            sanctions.require_place()
        self.end(sanction.kind, same, room)
        sanctions.add(sanction)
        self._keep(sanction)
        self._guard(room)
        self._watch()

    def follow(self, before: int, after: int) -> None:
        """
        Let what holds against one author hold against another, for they are the same person.
        """
        for room in [None, *self._hub.rooms.values()]:
            for kind in ("ban", "mute"):
                sanctions = self.of(kind, room)
                for sanction in sanctions.of([before]):
                    moved = evolve(sanction, author=after)
                    sanctions.remove([sanction])
                    sanctions.add(moved)
                    self._keep(moved)

    def end(self, kind: str, ended: Sequence[Sanction], room: Room | None) -> None:
        """
        Let none of ``ended`` hold any more.
        """
        if ended:
            self.of(kind, room).remove(ended)
            for sanction in ended:
                self._keep(SanctionEnded(sanction.id))
            self._guard(room)

    def _guard(self, room: Room | None) -> None:
        for each in self._hub.rooms.values() if room is None else [room]:
            self._hub.modes.guard(each)

    def _watch(self) -> None:
        if not self._is_sweeping:
            self._is_sweeping = True
            self._hub.clock.callLater(INTERVAL, self._sweep)

    def _sweep(self) -> None:
        self._is_sweeping = False
        now = self._hub.now()
        places: list[Room | None] = [None, *self._hub.rooms.values()]
        left = 0
        for room in places:
            for kind in ("ban", "mute"):
                sanctions = self.of(kind, room)
                if len(sanctions):
                    self.end(kind, sanctions.expired(now), room)
                    left += len(sanctions)
        if left:
            self._watch()
