"""
Bans: the bans and mutes in force, in rooms and on the server, until they expire.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from twisted_chat.history.pager import ROWS
from twisted_chat.replies.moderation import Listing, Subject
from twisted_chat.signals import SanctionShown
from twisted_chat.store.decisions import SanctionEnded
from twisted_chat.world import policy
from twisted_chat.world.sanctions import entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.pager import Pagers
    from twisted_chat.store.decisions import Sanction
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.sanctions import Sanctions
    from twisted_chat.world.world import World

#: Seconds between two checks for expired ones.
INTERVAL = 60.0


@define(eq=False)
class Bans:
    """
    Adds, ends and lists bans and mutes; if the room is None, those of the whole server.

    Args:
        world: holds the rooms, and the bans and mutes of the server.
        fanout: has decisions kept with the turn, and tells who may list them.
        pagers: show them page by page.
    """

    _world: World
    _fanout: Fanout
    _pagers: Pagers
    _is_sweeping: bool = field(init=False, default=False)
    # By author, the places of sanctions of theirs: the numbers of rooms, 0 for the server; and all
    # places with sanctions.  Some may have ended since the last sweep.
    _places_of: dict[int, dict[int, None]] = field(init=False, factory=dict)
    _places: dict[int, None] = field(init=False, factory=dict)

    def begin(self, kept: Snapshot) -> None:
        """
        Restore those of the server; those of rooms are restored with the rooms.
        """
        for sanction in kept.sanctions:
            if not sanction.room:
                self.of(sanction.kind, None).add(sanction)
            self._note(sanction)
        if kept.sanctions:
            self._sweep()

    def _note(self, sanction: Sanction) -> None:
        """
        Note where to look for ``sanction`` later.
        """
        self._places[sanction.room] = None
        if sanction.author:
            self._places_of.setdefault(sanction.author, {})[sanction.room] = None

    def _rooms(self, places: Iterable[int]) -> Iterator[Room | None]:
        """
        Yield the rooms of these numbers that are still here; None for the server.
        """
        for place in places:
            room = self._world.numbered.get(place)
            if room is not None or not place:
                yield room

    def of(self, kind: str, room: Room | None) -> Sanctions:
        """
        Return the bans or the mutes of a room, or of the server.

        Args:
            kind: ``ban`` or ``mute``.
        """
        place = self._world if room is None else room
        return place.bans if kind == "ban" else place.mutes

    async def listed(self, session: Session, room: Room | None) -> Listing:
        """
        Return the latest bans and mutes of ``room``, or of the server.

        Raises:
            NotAllowed: the user of ``session`` may not know them.
        """
        return await self._pagers.listed(
            session, partial(self._read, room), partial(self._page, room), ROWS
        )

    async def _read(
        self, room: Room | None, session: Session, count: int, before: int
    ) -> list[Sanction]:
        policy.check_operator(session.require_user(), room)
        now = self._world.now()
        found = [
            each
            for kind in ("ban", "mute")
            for each in self.of(kind, room)
            if each.id < before and each.until > now
        ]
        found.sort(key=lambda each: each.id)
        return found[-count:]

    def _page(
        self, room: Room | None, session: Session, found: Sequence[Sanction], has_more: bool
    ) -> Listing:
        name, user = room.name if room else "", session.require_user()
        rows = tuple(
            evolve(entry_of(each, name), target=policy.shown_to(user, each.shown))
            for each in found
        )
        return Listing(self._world.now(), Subject.SANCTIONS, name, rows, has_more)

    def impose(self, sanction: Sanction, room: Room | None, by: User) -> None:
        """
        Add ``sanction`` of ``by``, which replaces any other for the same mask.

        Raises:
            TooMuch: the limit is reached.
        """
        sanctions = self.of(sanction.kind, room)
        self.end(sanction.kind, sanctions.expired(sanction.at), room)
        same = sanctions.of([sanction.mask])
        if not same:
            sanctions.require_place()
        self._remove(sanction.kind, same, room)
        sanctions.add(sanction)
        self._note(sanction)
        self._fanout.keep(sanction)
        if room is not None:
            room.guard()
            self._show([sanction], room, by, is_set=True)
        self._watch()

    def follow(self, before: int, after: int) -> None:
        """
        Move sanctions from one author to another, because they are the same user.
        """
        for room in self._rooms(self._places_of.pop(before, ())):
            for kind in ("ban", "mute"):
                sanctions = self.of(kind, room)
                for sanction in sanctions.of([before]):
                    moved = evolve(sanction, author=after)
                    sanctions.remove([sanction])
                    sanctions.add(moved)
                    self._note(moved)
                    self._fanout.keep(moved)

    def end(
        self, kind: str, ended: Sequence[Sanction], room: Room | None, by: User | None = None
    ) -> None:
        """
        End all of ``ended``, which ``by`` lifts; None if their time is over.
        """
        self._remove(kind, ended, room)
        if room is not None:
            self._show(ended, room, by, is_set=False)

    def _show(
        self, sanctions: Sequence[Sanction], room: Room, by: User | None, *, is_set: bool
    ) -> None:
        """
        Tell the clients that show the list of bans what is new in it, if their users may read it.
        """
        if not sanctions:
            return
        # Looked for once: a thousand may end together, in a room of ten thousand.
        readers = dict.fromkeys([*([by] if by else ()), *policy.operators_in(room)])
        now, nick = self._world.now(), by.nick if by else ""
        for each in sanctions:
            signal = SanctionShown(now, nick, room.name, each.kind, each.shown, is_set)
            for reader in readers:
                # An address that they may not know is none that a client could keep in a list.
                if policy.shown_to(reader, each.shown) == each.shown:
                    self._fanout.tell_all(reader, signal)

    def _remove(self, kind: str, ended: Sequence[Sanction], room: Room | None) -> None:
        if ended:
            self.of(kind, room).remove(ended)
            for sanction in ended:
                self._fanout.keep(SanctionEnded(sanction.id))
            if room is not None:
                room.guard()

    def _watch(self) -> None:
        if not self._is_sweeping:
            self._is_sweeping = True
            self._world.clock.callLater(INTERVAL, self._sweep)

    def _sweep(self) -> None:
        self._is_sweeping = False
        now = self._world.now()
        places, self._places = self._places, {}
        self._places_of.clear()
        for room in self._rooms(places):
            ended: list[Sanction] = []
            for kind in ("ban", "mute"):
                sanctions = self.of(kind, room)
                expired = sanctions.expired(now)
                self._remove(kind, expired, room)
                ended += expired
                for sanction in sanctions:
                    self._note(sanction)
            if room is not None:
                self._show(ended, room, None, is_set=False)
        if self._places:
            self._watch()
