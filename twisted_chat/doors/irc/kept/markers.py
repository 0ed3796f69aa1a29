"""
Markers: up to which time users have read channels and private messages (draft/read-marker).

A channel's marker is the place up to which the user has read the room, as programs mark it at
other doors, and is kept with the account.  The time itself, and the markers of private messages,
are in memory only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from attrs import define, field

from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.settings import UserSettings

#: Markers of one user whose times are known; of more, the one set first is forgotten.
MOST_MARKERS = 200


@define(eq=False)
class Markers:
    """
    Knows the markers of users, for all their clients.
    """

    _times: WeakKeyDictionary[UserSettings, dict[str, float]] = field(
        init=False, factory=WeakKeyDictionary
    )

    def of(self, user: User, target: str, room: Room | None) -> float | None:
        """
        Return up to which time ``user`` has read ``target``; None if that is not known.

        Args:
            room: that which the target is; None for a user.
        """
        marked = self._times.get(user.settings, {}).get(fold(target))
        number = 0 if room is None else user.settings.read_up_to(room.timeline.id)
        if room is None or not number:
            return marked
        # Marked at another door: the time of that line, if it is one of the latest.
        recent = room.timeline.recent
        read = next((line.at for line in reversed(recent) if line.number <= number), None)
        return marked if read is None else max(read, marked or read)

    def set(self, user: User, target: str, at: float) -> None:
        """
        Note that ``user`` has read ``target`` up to the time ``at``, in seconds since the epoch.
        """
        times = self._times.setdefault(user.settings, {})
        times.pop(fold(target), None)
        times[fold(target)] = at
        if len(times) > MOST_MARKERS:
            del times[next(iter(times))]
