"""
Profile: how users are here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.limits import MAX_REASON, require_short
from twisted_chat.replies.people import Away
from twisted_chat.world import sanctioned

if TYPE_CHECKING:
    from twisted_chat.world.model import User
    from twisted_chat.world.world import World


@define(eq=False)
class Profile:
    """
    Marks users as away.

    Args:
        world: knows the time.
    """

    _world: World

    def set_away(self, user: User, reason: str | None) -> Away:
        """
        Mark ``user`` as away for ``reason`` (may be empty), or as back with None.

        Raises:
            Sanctioned: they are muted on the server, and so cannot give a reason.
            TooMuch: the reason is too long.
        """
        if reason:
            sanctioned.check_voice(user)
        require_short("reason", reason or "", MAX_REASON)
        user.away = reason
        return Away(self._world.now(), user.nick, reason, is_yours=True)
