"""
The world: everybody who is here, every room, and every account there is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.limits import Limits
from twisted_chat.text.names import Taken, key_of, read_room, shortened, shows, without_hash
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission
from twisted_chat.world.sanctions import Sanctions

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.world.model import Account, Room, Session, User

#: Bans, and mutes, of the whole server.
MAX_SANCTIONS = 10_000


@define(eq=False, repr=False)
class World:
    """
    The tables of rooms, users, sessions and accounts; the `Host` of rooms and users.

    Args:
        clock: ends turns and times people out.
        now: returns the wall-clock time, in seconds since the epoch.
        limits: what people may use.
        arrival_room: the name of the room where people arrive; it never goes away.

    Attributes:
        rooms: by folded name.
        users: by folded nick.
        sessions: every connection, named or not, in the order in which they came.
        accounts: by folded name, whether their owners are here or not.
        nicks: what everybody who is here is called.
        bans: of the whole server: who may not come.
        mutes: of the whole server: who may not speak anywhere.
        notify: tells a session alone a text; what delivers events sets it.
        announce: tells a room a text; what talks in rooms sets it.
    """

    clock: IReactorTime
    now: Callable[[], float] = time.time
    limits: Limits = field(factory=Limits)
    arrival_room: str = field(default="lobby", converter=read_room)
    rooms: dict[str, Room] = field(init=False, factory=dict)
    users: dict[str, User] = field(init=False, factory=dict)
    sessions: dict[Session, None] = field(init=False, factory=dict)
    accounts: dict[str, Account] = field(init=False, factory=dict)
    nicks: Taken = field(init=False, factory=Taken)
    bans: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    mutes: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    notify: Callable[[Session, str], None] = field(init=False)
    announce: Callable[[Room, str], None] = field(init=False)

    def seconds(self) -> float:
        """
        Return the time in seconds, of a clock that never steps back.
        """
        return float(self.clock.seconds())

    def add_user(self, user: User) -> None:
        """
        Add ``user``, who is here by their nick from here on.
        """
        self.users[user.key] = user
        self.nicks.add(user.nick)

    def remove_user(self, user: User) -> None:
        """
        Undo `add_user`.
        """
        del self.users[user.key]
        self.nicks.remove(user.nick)

    def find_user(self, nick: str) -> User:
        """
        Return who is called ``nick``, up to case and width.

        Raises:
            NoSuchUser: nobody is.
        """
        user = self.users.get(key_of(nick))
        if user is None:
            raise errors.NoSuchUser(_named(nick))
        return user

    def find_room(self, name: str, *, seen_by: User | None = None) -> Room:
        """
        Return the room of this name, with or without ``#``, up to case and width.

        Args:
            seen_by: who asks; a room that they may not know of is none.

        Raises:
            NoSuchRoom: there is none.
        """
        room = self.rooms.get(key_of(name))
        if room is None or (seen_by is not None and not seen_by.sees(room)):
            raise errors.NoSuchRoom(_named(without_hash(name)))
        return room

    def find_account(self, name: str) -> Account | None:
        """
        Return the account of this name, up to case and width; None if there is none.
        """
        return self.accounts.get(key_of(name))

    def author_of(self, name: str) -> int:
        """
        Return whose ``name`` is: of somebody who is here, or of an account; 0 for nobody's.
        """
        user, account = self.users.get(key_of(name)), self.find_account(name)
        return user.author if user else account.id if account else 0

    def may_speak(self, user: User, room: Room) -> bool:
        """
        Return whether ``user`` may speak in ``room`` now.
        """
        return policy.may(user, Permission.SPEAK, room)


def _named(typed: str) -> str:
    """
    Return what a user typed for a name, as a refusal quotes it; empty if it shows no name.
    """
    return shortened(typed) if shows(without_hash(typed)) else ""
