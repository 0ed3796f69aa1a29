"""
A turn: the events of rooms that were queued, and what some sessions alone read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import define, field, frozen

from twisted_chat.events import Acted, Said
from twisted_chat.text.words import Heard
from twisted_chat.world.client import Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.defer import Deferred

    from twisted_chat.events import Event
    from twisted_chat.store.records import Change
    from twisted_chat.world.model import Room, Session, User, View
    from twisted_chat.world.settings import UserSettings


@define(eq=False)
class Awaited:
    """
    Lines that are being read from the store, and rendered then.

    Attributes:
        data: the rendered lines; empty if there are none after all, None until that is known.
    """

    data: bytes | None = None


#: What one session reads: rendered lines, lines that are awaited, and prompts; None ends one.
Piece: TypeAlias = bytes | Awaited | Prompt | None


@define(eq=False)
class Own:
    """
    The pieces of this turn for one session that is served alone.

    Attributes:
        pieces: what it alone reads, and ``(view, start, stop)`` stretches of the log.
        start: where the open stretch of the log begins.
        reader: the session's nick at the end of the turn.
        settings: those of its user; None without one.
    """

    pieces: list[Piece | tuple[View, int, int]] = field(factory=list)
    start: int = 0
    reader: str = ""
    settings: UserSettings | None = None


@frozen
class Decision:
    """
    A decision of a user, whose changes are kept with this turn.

    Attributes:
        room: where it holds; None for the whole server.
        deed: as in the audit trail, such as ``ban`` or ``topic``.
        target: the user or thing it is done to; empty for none.
        is_private: nobody but the user may know of it.
    """

    user: User
    room: Room | None
    deed: str
    target: str = ""
    is_private: bool = False


@define(eq=False)
class Turn:
    """
    Everything that was queued in one turn.

    Attributes:
        log: every event, with the rooms it is sent to.
        positions: for each room, the positions of its entries in the log, ascending.
        presence: for each room, which of its positions are joins and leaves, ascending.
        sizes: for each room with presence, the largest number of members in this turn.
        own: the sessions that are served alone, with what each reads.
        closing: the sessions to close after they were served, with the reasons.
        changes: what must be kept before anything is sent.
        promises: of those changes, the ones that a user waits for; each fires when it is kept.
        decisions: what users decided, each once, the keys of a dict.
        readers: each fires when the changes are kept, or no longer waited for.
    """

    log: list[tuple[Event, Sequence[Room]]] = field(factory=list)
    positions: dict[Room, list[int]] = field(factory=dict)
    own: dict[Session, Own] = field(factory=dict)
    closing: list[tuple[Session, str]] = field(factory=list)
    presence: dict[Room, list[int]] = field(factory=dict)
    sizes: dict[Room, int] = field(factory=dict)
    changes: list[Change] = field(factory=list)
    promises: tuple[tuple[Change, Deferred[None]], ...] = ()
    decisions: dict[Decision, None] = field(factory=dict)
    readers: tuple[Deferred[None], ...] = ()
    # What was said at a place of the log, and in a room; folded once, when it is looked for.
    _heard: dict[int, Heard] = field(init=False, factory=dict)
    _spoken: dict[Room, Heard] = field(init=False, factory=dict)

    def own_of(self, session: Session) -> Own:
        """
        Return the `Own` of ``session``, which is served alone from now on.
        """
        own = self.own.get(session)
        if own is None:
            own = self.own[session] = Own()
        return own

    def close_stretch(self, own: Own, view: View) -> None:
        """
        End the open stretch of ``own``, read with ``view``, before what is queued next.
        """
        start, own.start = own.start, len(self.log)
        for room in view.rooms:
            heard = self.positions.get(room)
            if heard is not None and heard[-1] >= start:
                own.pieces.append((view, start, own.start))
                return

    def heard(self, place: int) -> Heard | None:
        """
        Return what was said at ``place`` of the log, to look for names in it; None for nothing.
        """
        event = self.log[place][0]
        if not isinstance(event, (Said, Acted)):
            return None
        heard = self._heard.get(place)
        if heard is None:
            heard = self._heard[place] = Heard(event.text)
        return heard

    def spoken_in(self, room: Room) -> Heard:
        """
        Return all that was said in ``room``, which was sent something, likewise.

        It is asked once the turn is over.
        """
        spoken = self._spoken.get(room)
        if spoken is None:
            heard = list(filter(None, map(self.heard, self.positions[room])))
            spoken = self._spoken[room] = heard[0] if len(heard) == 1 else Heard(*heard)
        return spoken
