"""
What was queued in one turn: the events of rooms, and what some sessions alone read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.defer import Deferred

    from twisted_chat.events import Event
    from twisted_chat.store.records import Change
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Room, Session, View


@define(eq=False)
class Awaited:
    """
    Lines that have yet to be read from the store; rendered when they are.
    """

    data: bytes = b""


@define(eq=False)
class Own:
    """
    What one session alone reads in this turn.

    Attributes:
        pieces: rendered lines of its own, lines that are awaited, prompts (None ends one), and
            ``(view, start, stop)`` stretches of the log.
        start: where in the log the stretch begins that is still open.
        reader: the nick that the session goes by at the end of the turn.
    """

    pieces: list[bytes | Awaited | Prompt | tuple[View, int, int] | None] = field(factory=list)
    start: int = 0
    reader: str = ""

    def close_stretch(self, view: View, stop: int) -> None:
        """
        End the open stretch, read with ``view``, before the log's entry ``stop``.
        """
        if view.rooms and stop > self.start:
            self.pieces.append((view, self.start, stop))
        self.start = stop


@define(eq=False)
class Turn:
    """
    What was queued in one turn.

    Attributes:
        log: every event with the rooms that hear it.
        positions: for each room, which entries of the log are its own, ascending.
        presence: for each room, which of its positions are joins and parts, ascending.
        sizes: for each room with presence, the most members it had meanwhile.
        own: the sessions that are served alone, and what each of them reads.
        closing: the sessions to close once they were served, and why.
        changes: what is to be kept before anybody is told.
        promises: of those changes, the ones that somebody waits for; each fires when it is kept.
        awaited: how many pieces are awaited.
    """

    log: list[tuple[Event, Sequence[Room]]] = field(factory=list)
    positions: dict[Room, list[int]] = field(factory=dict)
    own: dict[Session, Own] = field(factory=dict)
    closing: list[tuple[Session, str]] = field(factory=list)
    presence: dict[Room, list[int]] = field(factory=dict)
    sizes: dict[Room, int] = field(factory=dict)
    changes: list[Change] = field(factory=list)
    promises: tuple[tuple[Change, Deferred[None]], ...] = ()
    awaited: int = 0

    def own_of(self, session: Session) -> Own:
        """
        Return what ``session`` alone reads in this turn; from here on it is served alone.
        """
        own = self.own.get(session)
        if own is None:
            own = self.own[session] = Own()
        return own
