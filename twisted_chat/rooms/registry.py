"""
Registry: which rooms stay, and what outlasts those that go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import define, evolve, field

from twisted_chat.store.decisions import Modes, RoomGone, RoomState, StandingEnded
from twisted_chat.text.names import fold
from twisted_chat.world.model import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.timelines import Timelines
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.store.decisions import Sanction, Standing
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.world import World

_Decided = TypeVar("_Decided", "Standing", "Sanction")


@define(eq=False)
class Registry:
    """
    Restores rooms at the start, and forgets the decisions about deleted ones.

    Args:
        world: holds the rooms.
        fanout: has decisions kept with the turn.
        timelines: the kept lines of rooms, also of those that are gone.
        ranks: the users' ranks in rooms.

    Attributes:
        on_closed: called with each room that is deleted.
    """

    _world: World
    _fanout: Fanout
    _timelines: Timelines
    _ranks: Ranks
    on_closed: Callable[[Room], None] = field(init=False)

    def begin(self, kept: Snapshot) -> None:
        """
        Open the arrival room, restore the rooms that stay, and delete those that a crash left.
        """
        arrival = self._world.arrival_room
        self.open(fold(arrival), arrival).is_arrival = True
        states = {state.room: state for state in kept.states}
        accounts = {account.id for account in kept.accounts}
        standings = _by_room(each for each in kept.standings if each.author in accounts)
        for orphan in (each for each in kept.standings if each.author not in accounts):
            # Of an account that was given up just before a crash.
            self._fanout.keep(StandingEnded(orphan.room, orphan.author))
        sanctions = _by_room(kept.sanctions)
        for known in kept.rooms:
            state = states.get(known.id) or RoomState(known.id, "", Modes(), 1)
            decided = standings.get(known.id, []), sanctions.get(known.id, [])
            room = self._world.rooms.get(known.key)
            if room is None and (any(decided) or state.topic or state.modes != Modes()):
                room = self.open(known.key, known.name)
            if room is not None:
                self._bring_back(room, state, *decided)
                self.release(room)
            elif state.public_from > 1:
                self._timelines.hidden[known.id] = state.public_from
                self._timelines.on_ended(known.id)
        there_are = {known.id for known in kept.rooms}
        for state in kept.states:
            if state.room not in there_are:
                self._timelines.hidden[state.room] = state.public_from

    def _bring_back(
        self, room: Room, state: RoomState, standings: list[Standing], sanctions: list[Sanction]
    ) -> None:
        room.topic, room.topic_by = state.topic, (state.topic_by, state.topic_author)
        room.kept_topic = room.topic, *room.topic_by
        room.public_from = state.public_from
        room.modes = state.modes
        if room.is_arrival and state.modes.keeps_out:
            # It was not the arrival room then.
            if state.modes.is_closed:
                _hide_all(room)
            room.modes = evolve(state.modes, private=False, password="", members=False)
            self._fanout.keep(room.state)
        room.timeline.is_kept = room.modes.history
        self._ranks.bring_back(room, standings)
        for sanction in sanctions:
            (room.bans if sanction.kind == "ban" else room.mutes).add(sanction)
        room.guard()

    def open(self, key: str, name: str) -> Room:
        """
        Return a new empty room called ``name``, without an owner.

        Args:
            key: the folded form of its name.
        """
        timeline = self._timelines.open(key, name, self._world.limits.history_lines)
        room = Room(self._world, key, name, timeline)
        self._world.add_room(room)
        room.public_from = self._timelines.hidden.pop(timeline.id, 1)
        if room.public_from > 1:
            # Nothing else limits a new room.
            self._world.note_limits(room)
        return room

    def release(self, room: Room) -> None:
        """
        Delete ``room``, if it is empty and has no owner.
        """
        if not (room.members or room.is_arrival or room.is_owned):
            self._world.remove_room(room)
            self._close(room)
            if room.modes.keeps_out:
                self._timelines.retire(room.key, room.name)
            else:
                self._timelines.close(room.key, room.name)

    def _close(self, room: Room) -> None:
        """
        Forget the decisions about ``room``, which was deleted.
        """
        if room.modes.keeps_out:
            _hide_all(room)
        first = room.public_from
        if first > 1:
            self._timelines.hidden[room.timeline.id] = first
            # A later room of its name may have other members.
            self._timelines.on_ended(room.timeline.id)
        # Of visits, the authors are negative.
        lasting = max(room.standings, default=0) > 0
        decided = (room.topic, lasting, room.bans.exist, room.mutes.exist)
        if any(decided) or room.modes != Modes():
            self._fanout.keep(RoomGone(room.timeline.id, first, room.modes.keeps_out))
        self._ranks.close(room)
        self.on_closed(room)
        room.timeline.is_kept = True


def _hide_all(room: Room) -> None:
    # The audit trail already uses the next number, so no line may have it.
    room.timeline.number += 1
    room.hide_past()


def _by_room(decisions: Iterable[_Decided]) -> dict[int, list[_Decided]]:
    found: dict[int, list[_Decided]] = {}
    for decision in decisions:
        found.setdefault(decision.room, []).append(decision)
    return found
