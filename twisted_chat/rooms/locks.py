"""
Locks: rooms that a password lets into.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError, NotAllowed, PasswordNeeded
from twisted_chat.text.names import key_of, read_room
from twisted_chat.world import policy
from twisted_chat.world.policy import Deed

if TYPE_CHECKING:
    from twisted_chat.auth.prompts import Challenges
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Room, Session, User


@define(eq=False)
class Locks:
    """
    The locked rooms of a hub.
    """

    _hub: Hub
    _challenges: Challenges

    def lock(self, session: Session, user: User, room: Room) -> None:
        """
        Ask for a password, twice, without which nobody enters ``room`` from then on.

        Raises:
            NotAllowed: ``user`` may not, or the connection is not safe enough.
        """
        # Before they think of a password for nothing.
        self._hub.modes.with_changes(user, room, password="...")  # noqa: S106  # none
        self._challenges.ask_new(session, partial(self._lock, user, room))

    async def _lock(self, user: User, room: Room, password: str) -> None:
        hashed = await self._challenges.hash(password)
        self._require_there(room, room.name)
        said = "locked this room with a password"
        self._hub.modes.set(user, room, "lock", said, password=hashed)

    def unlock(self, user: User, room: Room) -> None:
        """
        Let people enter ``room`` without a password.

        Raises:
            NotAllowed: ``user`` may not, or it has none.
        """
        said = "took the password off this room"
        self._hub.modes.set(user, room, "unlock", said, password="")

    def enter(self, session: Session, name: str) -> None:
        """
        Bring the session's user into a room, as `Presence.join` does; ask for its password first.

        Raises:
            ChatError: as for `Presence.join`.
        """
        try:
            self._hub.presence.join(session, name)
        except PasswordNeeded:
            room = self._hub.find_room(name)
            # As they typed it: how it is written is nothing for strangers to a private room.
            name = read_room(name)
            answered = partial(self._knock, session, room, name)
            self._challenges.ask(session, f"Password of #{name}: ", answered)
        except ChatError:
            # Who may know of a locked room is not told of it by what they type behind.
            locked = self._hub.rooms.get(key_of(name))
            user = session.user
            if locked is not None and locked.modes.password and user and user.sees(locked):
                self._hub.withhold(session)
            raise

    async def _knock(self, session: Session, room: Room, name: str, typed: str) -> None:
        async def known() -> str | None:
            return room.modes.password or None

        await self._challenges.verify(
            session, f"#{room.key}", typed, known, f"That is not the password of #{name}."
        )
        self._require_there(room, name)
        if session.user is not None and not session.closed:
            # Else they would read, when a ban has ended, what was said meanwhile.
            policy.check(session.user, Deed.PASS, room)
            self._hub.ownership.let_in(session.user, room)
            self._hub.presence.join(session, room.name)

    def _require_there(self, room: Room, name: str) -> None:
        if self._hub.rooms.get(room.key) is not room:
            raise NotAllowed(f"#{name} has gone meanwhile.")
