"""
Locks: rooms with a password.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.auth.passwords import new_password
from twisted_chat.errors import ChatError, NotAllowed, PasswordNeeded, WrongPassword
from twisted_chat.store.decisions import Rank
from twisted_chat.text.name_rules import read_room
from twisted_chat.text.names import key_of
from twisted_chat.world import policy
from twisted_chat.world.client import Prompt
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from twisted_chat.auth.prompts import PasswordPrompts
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.questions import Questions
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.modes import RoomModes
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class Locks:
    """
    Locks rooms, and lets users with the password in.

    Args:
        world: holds the rooms.
        verifier: hashes passwords, and says whether one is right.
        questions: hold back what may be a password.
        prompts: ask for it.
        membership: brings users in.
        modes: set the mode.
        ranks: say who was let in.
    """

    _world: World
    _verifier: Verifier
    _questions: Questions
    _prompts: PasswordPrompts
    _membership: Membership
    _modes: RoomModes
    _ranks: Ranks

    def ask_to_lock(self, session: Session, user: User, room: Room) -> None:
        """
        Ask for a new password, twice, and protect ``room`` with it.

        Raises:
            NotAllowed: ``user`` may not do this, or the connection is not safe enough.
        """
        # Checked before they invent a password.
        self._modes.with_changes(user, room, password="...")  # noqa: S106  # none
        self._prompts.ask_new(session, room.name, partial(self._lock, user, room))

    async def lock(self, session: Session, user: User, room: Room, password: str) -> None:
        """
        Lock ``room`` with ``password``.

        Raises:
            BadPassword: it is not one that may be used.
            NotAllowed: ``user`` may not, the connection is not safe enough, or the room has gone
                meanwhile.
        """
        self._modes.with_changes(user, room, password="...")  # noqa: S106  # none
        self._prompts.require_safe(session)
        await self._lock(user, room, new_password(password, room.name))

    async def _lock(self, user: User, room: Room, password: str) -> None:
        hashed = await self._verifier.hash(password)
        self._require_there(room, room.name)
        self._modes.set(user, room, "lock", "lock", 1, password=hashed)

    def unlock(self, user: User, room: Room) -> None:
        """
        Remove the password of ``room``.

        Raises:
            NotAllowed: ``user`` may not do this, or the room has no password.
        """
        self._modes.set(user, room, "unlock", "lock", 0, password="")

    def ask_to_enter(self, session: Session, name: str) -> None:
        """
        Bring the session's user into a room, as `Membership.join` does; ask for a password first.

        Raises:
            ChatError: as for `Membership.join`.
        """
        try:
            self._membership.join(session, name)
        except PasswordNeeded:
            if not session.client.can_be_asked:
                raise
            room = self._world.find_room(name)
            # As they typed it: strangers to a private room do not learn how its name is written.
            name = read_room(name)
            answered = partial(self._knock, session, room, name)
            prompt = Prompt(code="room-password", room=name, secret=True)
            self._prompts.ask(session, prompt, answered)
        except ChatError:
            # What is typed behind the name does not reveal a locked room that the user may not
            # know of.
            locked = self._world.rooms.get(key_of(name))
            user = session.user
            if locked is not None and locked.modes.password and user and user.sees(locked):
                self._questions.withhold(session)
            raise

    async def enter(self, session: Session, name: str, password: str) -> None:
        """
        Bring the session's user into a room, by its ``password`` if it is locked for them.

        Raises:
            ChatError: as for `Membership.join`, the password is wrong, or the connection is not
                safe enough.
        """
        try:
            self._membership.join(session, name)
        except PasswordNeeded:
            self._prompts.require_safe(session)
            await self._knock(session, self._world.find_room(name), read_room(name), password)

    async def _knock(self, session: Session, room: Room, name: str, typed: str) -> None:
        password = room.modes.password

        async def known() -> str | None:
            return password or None

        refusal = WrongPassword(f"That is not the password of #{name}.", room=name)
        await self._verifier.verify(session, f"#{room.key}", typed, known, refusal, f"#{name}")
        self._require_there(room, name)
        if room.modes.password != password:
            # It was changed while the old one was verified.
            raise refusal
        if session.user is not None and not session.closed:
            self._admit(session, session.user, room)

    def _admit(self, session: Session, user: User, room: Room) -> None:
        # Otherwise a banned user would be let in, and read the lines said during the ban.
        policy.check(user, Permission.PASS, room)
        is_new = user.author not in room.standings
        self._ranks.let_in(user, room, rank=Rank.ADMITTED)
        try:
            self._membership.join(session, room.name)
        except ChatError:
            # Who does not come in, as the room is full, is not let in for later either.
            if is_new:
                self._ranks.put_out(user, room)
            raise

    def _require_there(self, room: Room, name: str) -> None:
        if self._world.rooms.get(room.key) is not room:
            raise NotAllowed(f"#{name} no longer exists.", code="room-gone", room=name)
