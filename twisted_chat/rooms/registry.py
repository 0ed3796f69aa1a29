"""
Lifetimes: which rooms stay, and what outlasts those that go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import define, evolve, field

from twisted_chat.store.decisions import Modes, RoomGone, RoomState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from twisted_chat.hub import Hub
    from twisted_chat.store.decisions import Decision, Sanction, Standing
    from twisted_chat.store.interface import Kept
    from twisted_chat.world.model import Room

_Decided = TypeVar("_Decided", "Standing", "Sanction")


@define(eq=False)
class Lifetimes:
    """
    Brings rooms back as they were, and lets go of what was decided about those that are gone.

    Args:
        hub: holds the rooms.
        keep: called with each decision that is to be kept with the turn.
    """

    _hub: Hub
    _keep: Callable[[Decision], None]
    # Of rooms that are gone and had kept somebody out: from where on they may be read.
    _public_from: dict[int, int] = field(init=False, factory=dict)

    def begin(self, kept: Kept) -> None:
        """
        Bring back the rooms that stay, and let the others go that a crash left behind.
        """
        states = {state.room: state for state in kept.states}
        standings = _by_room(kept.standings)
        sanctions = _by_room(kept.sanctions)
        for known in kept.rooms:
            state = states.get(known.id) or RoomState(known.id, "", Modes(), 1)
            decided = standings.get(known.id, []), sanctions.get(known.id, [])
            room = self._hub.rooms.get(known.key)
            if room is None and (any(decided) or state.topic or state.modes != Modes()):
                room = self._hub.presence.open(known.name)
            if room is not None:
                self._bring_back(room, state, *decided)
                self._hub.presence.release(room)
            elif state.public_from > 1:
                self._public_from[known.id] = state.public_from

    def _bring_back(
        self, room: Room, state: RoomState, standings: list[Standing], sanctions: list[Sanction]
    ) -> None:
        room.topic, room.public_from = state.topic, state.public_from
        room.modes = state.modes
        if room.is_arrival and state.modes.keeps_out:
            # It was not where people arrive then.
            if state.modes.is_closed:
                _hide_all(room)
            room.modes = evolve(state.modes, private=False, password="", members=False)
            self._hub.modes.keep(room)
        room.chronicle.is_kept = room.modes.history
        self._hub.ownership.bring_back(room, standings)
        for sanction in sanctions:
            (room.bans if sanction.kind == "ban" else room.mutes).add(sanction)
        self._hub.modes.guard(room)

    def prepare(self, room: Room) -> None:
        """
        Let ``room``, just made, hide what a room of its name hid.
        """
        room.public_from = self._public_from.pop(room.chronicle.id, 1)
        self._hub.modes.guard(room)

    def close(self, room: Room) -> None:
        """
        Forget what was decided about ``room``, which is gone.
        """
        if room.modes.keeps_out:
            _hide_all(room)
        first = room.public_from
        if first > 1:
            self._public_from[room.chronicle.id] = first
        decided = (room.topic, room.standings, len(room.bans), len(room.mutes))
        if any(decided) or room.modes != Modes():
            self._keep(RoomGone(room.chronicle.id, first, room.modes.keeps_out))
        self._hub.ownership.close(room)
        room.chronicle.is_kept = True

    def hidden(self) -> Mapping[int, int]:
        """
        Return, of rooms that are gone and had kept somebody out, from where on they may be read.
        """
        return self._public_from


def _hide_all(room: Room) -> None:
    # The audit trail has come to the next number already, so no line has it.
    room.chronicle.number += 1
    room.hide_past()


def _by_room(decisions: Iterable[_Decided]) -> dict[int, list[_Decided]]:
    found: dict[int, list[_Decided]] = {}
    for decision in decisions:
        found.setdefault(decision.room, []).append(decision)
    return found
