"""
Typists: who is typing, as far as clients say and ask for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError
from twisted_chat.limits import Rate
from twisted_chat.signals import Typing
from twisted_chat.world import policy, sanctioned
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: So often one user is shown as typing: clients send it every 3 s.
RATE = Rate(6, 10)


@define(eq=False)
class Typists:
    """
    Tells who is typing.

    It is told as long as what is typed could be said, and not too often; else nobody is told
    anything, the typist neither: no user has asked for it, only a client.

    Args:
        world: tells the time.
        fanout: tells it.
    """

    _world: World
    _fanout: Fanout

    def tell_room(self, session: Session, room: Room, state: str) -> None:
        """
        Tell ``room`` that the user of ``session`` is typing, or has stopped.

        ``session`` itself is told if it is told its own words.

        Args:
            state: as in `Typing`.
        """
        user = session.require_user()
        if user in room.members and policy.may(user, Permission.SPEAK, room) and _spend(user):
            typing = Typing(self._world.now(), user.nick, state, room=room.name)
            but = () if session.client.echoes else (session,)
            self._fanout.post(typing, (room,), but)

    def tell_user(self, session: Session, recipient: User, state: str) -> None:
        """
        Tell ``recipient`` that the user of ``session`` is typing to them, or has stopped.

        ``session`` itself is told as in `tell_room`.

        Args:
            state: as in `Typing`.
        """
        user = session.require_user()
        try:
            sanctioned.check_voice(user)
        except ChatError:
            return
        if not _spend(user):
            return
        typing = Typing(self._world.now(), user.nick, state, recipient=recipient.nick)
        if session.client.echoes:
            # Whether they are ignored or not: they do not learn that.
            self._fanout.tell(session, typing)
        if not recipient.ignores(user):
            self._fanout.tell_all(recipient, typing, session)


def _spend(user: User) -> bool:
    """
    Count it, and return whether it is told.
    """
    try:
        user.spend("typing", RATE, "type")
    except ChatError:
        return False
    return True
