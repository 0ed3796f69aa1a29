"""
Delivery: turns the log of a turn into the bytes of each client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.delivery.reading import Reading
from twisted_chat.delivery.rendering import named_in
from twisted_chat.delivery.turn import Awaited, Piece
from twisted_chat.world.client import Prompt
from twisted_chat.world.model import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from twisted_chat.delivery.turn import Turn
    from twisted_chat.log import LimitedLogger
    from twisted_chat.world.client import Client, Dialect
    from twisted_chat.world.model import Room, Session

#: Sessions that are served before other work gets a turn; that takes 10 to 20 ms.
AT_ONCE = 2000
# Rendering so many lines for one session costs as much as serving another session.
_LINES_AS_ONE = 16
# To take a session out of a copied table costs as much as to look at so many in it.
_COPIED = 4


@define(eq=False)
class Delivery:
    """
    The delivery of one turn.

    Args:
        backlogs: what sessions are still to read, which wait for lines of the store; changed here.
    """

    _turn: Turn
    _log: LimitedLogger
    _backlogs: dict[Session, list[Piece]]
    _reading: Reading = field(init=False)
    # Who did something in the turn, or is quoted: who ignores none of them reads as all do.
    _named: frozenset[str] = field(init=False, default=frozenset())
    _shares: list[tuple[bytes, list[Session]]] = field(init=False, factory=list)
    broken: dict[Session, None] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._reading = Reading(self._turn, self._log)

    def settle(self) -> None:
        """
        Settle who reads what; later changes belong to the next delivery.
        """
        for session in self._backlogs:
            # Whatever happens now stands behind what it waits for.
            self._turn.own_of(session)
        try:
            self._shares = self._shared()
        finally:
            for session, own in self._turn.own.items():
                if own.start != len(self._turn.log):
                    self._turn.close_stretch(own, session.view)
                if session.user is not None:
                    own.reader, own.settings = session.user.nick, session.user.settings

    def serve(self) -> Iterator[None]:
        """
        Serve every session; afterwards ``broken`` holds those whose client raised.

        Yields after each `AT_ONCE` sessions, so that other work gets a turn.
        """
        served = 0
        closing = {session for session, _ in self._turn.closing}
        for data, sessions in self._shares:
            for start in range(0, len(sessions), AT_ONCE):
                if served >= AT_ONCE:
                    yield
                    served = 0
                part = sessions[start : start + AT_ONCE]
                served += len(part)
                self._send(data, part)
        for session, own in self._turn.own.items():
            if served >= AT_ONCE:
                yield
                served = 0
            # Some sessions read the whole log.
            served += 1 + len(self._turn.log) // _LINES_AS_ONE
            if not (own.pieces or session in self._backlogs):
                # Nearly always: its user spoke, and reads nothing of it.
                continue
            pieces = self._backlogs.pop(session, []) + self._reading.pieces_of(own)
            if session not in closing and _lacks_any(pieces):
                self._backlogs[session] = pieces
                continue
            try:
                data = _joined(pieces, session.client)
            except Exception:
                # Of its client, whose failure is its own.
                self._log.report("A connection failed to show a prompt")
                self.broken[session] = None
                continue
            if data:
                self._write(session, data)

    def _shared(self) -> list[tuple[bytes, list[Session]]]:
        """
        Return the bytes that several sessions share, with these sessions.
        """
        turn = self._turn
        if any(room.apart for room in turn.positions):
            self._named = named_in(event for event, _ in turn.log)
        audiences = [(room, self._audience(room)) for room in turn.positions]
        shares: list[tuple[bytes, list[Session]]] = []
        merged: dict[Session, None] = {}
        for room, audience_of in audiences:
            elsewhere = room.elsewhere if len(turn.positions) > 1 else {}
            for dialect, audience in audience_of.items():
                sessions = _all_but(audience, turn.own, elsewhere)
                # Of a signal, readers of most dialects are told nothing.
                if sessions and (data := self._reading.of_room(room, dialect)):
                    shares.append((data, sessions))
            merged.update(elsewhere)
        if merged:
            for each in turn.own:
                merged.pop(each, None)
            shares += self._merged(merged)
        return shares

    def _merged(self, sessions: Iterable[Session]) -> Iterator[tuple[bytes, list[Session]]]:
        """
        Yield the shares of sessions in several rooms of the turn: same rooms, same bytes.
        """
        order = {room: place for place, room in enumerate(self._turn.positions)}
        alike: dict[tuple[Dialect, tuple[Room, ...]], list[Session]] = {}
        for session in sessions:
            view = session.view
            active = [room for room in view.rooms if room in order]
            if len(active) > 1:
                active.sort(key=order.__getitem__)
            alike.setdefault((view.dialect, tuple(active)), []).append(session)
        for (dialect, rooms), readers in alike.items():
            if data := self._reading.joined(View(dialect, rooms)):
                yield data, readers

    def _send(self, data: bytes, sessions: Sequence[Session]) -> None:
        """
        Send ``data`` to each of ``sessions``.
        """
        size = len(data)
        # Looked up together, as each send leaves the processor's cache to the kernel: a session
        # that is touched between two costs some 3 % of a send.  No send changes another's way.
        for number, send in enumerate([session.send for session in sessions]):
            try:
                sent = send(data)
            except Exception:
                session = sessions[number]
                if send == session.client.write:
                    self._break(session)
                    continue
                # A socket that is full, or lost: its client finds out which.
                sent = 0
            if sent != size and sent is not None:
                self._write(sessions[number], data[sent:])

    def _write(self, session: Session, data: bytes) -> None:
        try:
            session.client.write(data)
        except Exception:
            self._break(session)

    def _break(self, session: Session) -> None:
        # The failure of one client concerns no other.
        self._log.report("A connection failed to write")
        self.broken[session] = None

    def _audience(self, room: Room) -> dict[Dialect, dict[Session, None]]:
        """
        Return the sessions that read the same of ``room``, as `Room.audience` does.

        Marked to be served alone are those that ignore users of this turn, or get a bell.
        """
        audience = dict(room.audience) if room.apart else room.audience
        for session in room.apart:
            if self._named.isdisjoint(session.view.ignored):
                dialect = session.view.dialect
                if audience.get(dialect) is room.audience.get(dialect):
                    audience[dialect] = dict(room.audience.get(dialect, ()))
                audience[dialect][session] = None
            else:
                self._turn.own_of(session)
        for dialect, sessions in audience.items():
            if dialect.is_personal:
                spoken, number = self._turn.spoken_in(room), room.timeline.id
                for session in sessions:
                    user = session.user
                    if user and user.settings.deserves(user.key, number, spoken):
                        self._turn.own_of(session)
        return audience


def _lacks_any(pieces: Sequence[Piece]) -> bool:
    """
    Return whether some of ``pieces`` have not come yet.
    """
    return Awaited in map(type, pieces) and any(
        isinstance(piece, Awaited) and piece.data is None for piece in pieces
    )


def _joined(pieces: Iterable[Piece], client: Client) -> bytes:
    """
    Return what ``pieces`` are at ``client``, without lines that have not come.
    """
    parts: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            parts.append(piece)
        elif piece is None or isinstance(piece, Prompt):
            parts.append(client.prompt(piece))
        else:
            parts.append(piece.data or b"")
    return b"".join(parts)


def _all_but(audience: dict[Session, None], *others: Mapping[Session, object]) -> list[Session]:
    """
    Return ``audience`` but ``others``; few of many, in the time of a copy.
    """
    if sum(map(len, others)) * _COPIED < len(audience):
        left = audience.copy()
        for each in (each for some in others for each in some):
            left.pop(each, None)
        return list(left)
    one, other = others
    return [each for each in audience if each not in one and each not in other]
