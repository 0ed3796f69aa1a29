"""
The census: how many are here, for LUSERS (RFC 2812, section 3.4.2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted_chat.hub import Hub

# Seconds for which a count is good enough for those who come: many may come at once.
_GOOD_FOR = 1.0


@frozen
class _Count:
    at: float = -math.inf
    operators: int = 0
    unknown: int = 0
    channels: int = 0


@define(eq=False)
class Census:
    """
    Counts users, connections and channels.

    Args:
        hub: knows who is here.
    """

    _hub: Hub
    # Users who were here at once, since the start.
    _most: int = field(init=False, default=0)
    _count: _Count = field(init=False, default=_Count())

    def note(self) -> None:
        """
        Note that a user has come.
        """
        self._most = max(self._most, len(self._hub.world.users))

    def lines(self, nick: str, *, is_exact: bool) -> Iterator[str]:
        """
        Yield how many are here, as numerics without their beginning.

        Args:
            is_exact: it is counted now; otherwise a count of the last second is good enough.
        """
        now = self._hub.seconds()
        if is_exact or now - self._count.at > _GOOD_FOR:
            self._count = self._counted(now)
        users, most, count = len(self._hub.world.users), self._most, self._count
        # All users are invisible (mode i), and the others are counted apart from these.
        yield f"251 {nick} :There are 0 users and {users} invisible on 1 servers"
        yield f"252 {nick} {count.operators} :operators online"
        yield f"253 {nick} {count.unknown} :unknown connections"
        yield f"254 {nick} {count.channels} :channels formed"
        yield f"255 {nick} :I have {users} clients and 0 servers"
        yield f"265 {nick} {users} {most} :Current local users {users}, max {most}"
        yield f"266 {nick} {users} {most} :Current global users {users}, max {most}"

    def _counted(self, now: float) -> _Count:
        world = self._hub.world
        return _Count(
            now,
            sum(user.is_staff for user in world.users.values()),
            sum(session.user is None for session in world.sessions),
            sum(room.is_public and bool(room.members) for room in world.rooms.values()),
        )
