"""
The world: all users here, all rooms, and all accounts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.limits import Limits
from twisted_chat.text.name_rules import read_room
from twisted_chat.text.names import Taken, fold, key_of, meant, shortened, shows, without_hash
from twisted_chat.world import policy
from twisted_chat.world.policy import Permission
from twisted_chat.world.sanctions import Sanctions

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IReactorTime

    from twisted_chat.signals import Signal
    from twisted_chat.world.model import Account, Room, Session, User

#: Bans of the whole server, and as many mutes.
MAX_SANCTIONS = 10_000


@define(eq=False, repr=False)
class World:
    """
    The tables of rooms, users, sessions and accounts; the `Host` of rooms and users.

    Args:
        clock: ends turns, and times clients out.
        now: returns the wall-clock time, in seconds since the epoch.
        limits: what users may use.
        arrival_room: the name of the room in which new users arrive; it always exists.

    Attributes:
        rooms: by folded name; `add_room` and `remove_room` change them.
        numbered: the same rooms, by their numbers in the store.
        let_in: the rooms that authors were let into, each the keys of a dict.
        closed: the numbers of the rooms that are entered and read by users who were let in.
        limited: the other rooms that not all users may read from the first line on.
        ignoring: by folded nick and by author number, the users here who ignore that one;
            `note_ignored` changes it.
        begun: the sessions that came, or got or lost their user or its account, since timeouts
            looked at them.
        users: by folded nick.
        present: the same users, by each of their author numbers.
        sessions: every connection, named or not, in the order in which they came.
        accounts: by folded name, whether their owners are here or not; `add_account` and
            `remove_account` change them.
        nicks: the nicks of all users here.
        registered: the names of all accounts.
        watchers: called with each user who comes or goes, or gets or gives up a nick, and whether
            they are here under it.
        followers: called with each user and each signal of theirs, as `Fanout.signal` sends it.
        bans: from the whole server.
        mutes: on the whole server.
        notify: tells a session alone a text; what delivers events sets it.
        announce: tells a room a text; what talks in rooms sets it.
    """

    clock: IReactorTime
    now: Callable[[], float] = time.time
    limits: Limits = field(factory=Limits)
    arrival_room: str = field(default="lobby", converter=read_room)
    rooms: dict[str, Room] = field(init=False, factory=dict)
    numbered: dict[int, Room] = field(init=False, factory=dict)
    let_in: dict[int, dict[Room, None]] = field(init=False, factory=dict)
    closed: dict[int, None] = field(init=False, factory=dict)
    limited: dict[Room, None] = field(init=False, factory=dict)
    ignoring: dict[str | int, dict[User, None]] = field(init=False, factory=dict)
    begun: dict[Session, None] = field(init=False, factory=dict)
    users: dict[str, User] = field(init=False, factory=dict)
    present: dict[int, User] = field(init=False, factory=dict)
    sessions: dict[Session, None] = field(init=False, factory=dict)
    accounts: dict[str, Account] = field(init=False, factory=dict)
    # The same accounts, by their numbers.
    _owners: dict[int, Account] = field(init=False, factory=dict)
    nicks: Taken = field(init=False, factory=Taken)
    registered: Taken = field(init=False, factory=Taken)
    watchers: list[Callable[[User, bool], None]] = field(init=False, factory=list)
    followers: list[Callable[[User, Signal], None]] = field(init=False, factory=list)
    bans: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    mutes: Sanctions = field(init=False, factory=lambda: Sanctions(MAX_SANCTIONS))
    # For each user who ignores others, the keys of `ignoring` under which they are.
    _ignored_by: dict[User, frozenset[str | int]] = field(init=False, factory=dict)
    notify: Callable[[Session, str], None] = field(init=False)
    announce: Callable[[Room, str], None] = field(init=False)

    def seconds(self) -> float:
        """
        Return the time in seconds, by a clock that never steps back.
        """
        return float(self.clock.seconds())

    def add_room(self, room: Room) -> None:
        """
        Add ``room`` under its name and number.
        """
        self.rooms[room.key] = self.numbered[room.timeline.id] = room

    def remove_room(self, room: Room) -> None:
        """
        Undo `add_room`.
        """
        del self.rooms[room.key], self.numbered[room.timeline.id]
        self.closed.pop(room.timeline.id, None)
        self.limited.pop(room, None)

    def note_limits(self, room: Room) -> None:
        """
        Note whether ``room``, which is here, is closed or limited.
        """
        self.closed.pop(room.timeline.id, None)
        self.limited.pop(room, None)
        if room.modes.is_closed:
            self.closed[room.timeline.id] = None
        elif room.modes.keeps_out or room.public_from > 1 or len(room.bans):
            self.limited[room] = None

    def rooms_of(self, user: User) -> dict[Room, None]:
        """
        Return the rooms that ``user`` is in, or was let into.
        """
        return dict.fromkeys(user.rooms) | self.let_in.get(user.author, {})

    def add_user(self, user: User) -> None:
        """
        Add ``user`` under their nick.
        """
        self._put_in(user)
        self._tell_watchers(user, is_here=True)

    def remove_user(self, user: User) -> None:
        """
        Undo `add_user`.
        """
        self._take_out(user)
        self._tell_watchers(user, is_here=False)

    def rename(self, user: User, nick: str) -> None:
        """
        Give ``user``, who is here, another nick.

        To watchers, another spelling of the same nick is none.
        """
        is_other = fold(nick) != user.key
        self._take_out(user)
        if is_other:
            self._tell_watchers(user, is_here=False)
        user.nick, user.key = nick, fold(nick)
        self._put_in(user)
        if is_other:
            self._tell_watchers(user, is_here=True)

    def _put_in(self, user: User) -> None:
        self.users[user.key] = user
        self.present.update(dict.fromkeys(user.authors, user))
        self.nicks.add(user.nick)

    def _take_out(self, user: User) -> None:
        del self.users[user.key]
        for author in set(user.authors):
            del self.present[author]
        self.nicks.remove(user.nick)

    def _tell_watchers(self, user: User, *, is_here: bool) -> None:
        for watch in self.watchers:
            watch(user, is_here)

    def log_in(self, user: User, account: Account | None) -> None:
        """
        Let ``user``, who is here, belong to ``account``, or with None be a guest.
        """
        self.present.pop(user.author)
        user.belong_to(account)
        self.present |= dict.fromkeys(user.authors, user)

    def add_account(self, account: Account) -> None:
        """
        Add ``account``, whose name nobody else may have from now on.
        """
        self.accounts[account.key] = self._owners[account.id] = account
        self.registered.add(account.name)

    def remove_account(self, account: Account) -> None:
        """
        Undo `add_account`.
        """
        # On a slow disk it may be deleted twice, and the name be registered again in between.
        if self.accounts.get(account.key) is account:
            del self.accounts[account.key], self._owners[account.id]
            self.registered.remove(account.name)

    def account_called(self, author: int) -> Account | None:
        """
        Return the account with this author number; None for a guest's.
        """
        return self._owners.get(author)

    def note_ignored(self, user: User, ignored: frozenset[str | int] = frozenset()) -> None:
        """
        Note that ``user`` ignores the users with these folded nicks or author numbers alone.
        """
        before = self._ignored_by.pop(user, frozenset())
        for mark in before - ignored:
            del self.ignoring[mark][user]
            if not self.ignoring[mark]:
                del self.ignoring[mark]
        for mark in ignored - before:
            self.ignoring.setdefault(mark, {})[user] = None
        if ignored:
            self._ignored_by[user] = ignored

    def who_ignore(self, user: User) -> dict[User, None]:
        """
        Return the users here who ignore ``user``, by name or as a person.
        """
        found: dict[User, None] = {}
        for mark in (user.key, *user.authors):
            found |= self.ignoring.get(mark, {})
        return found

    def key_of(self, typed: str) -> str:
        """
        Return the folded nick or account name that is meant by what a user typed.

        All look-ups of users use it: a name that looks like exactly one of them finds that one.
        """
        key = key_of(typed)
        return key if key in self.users else meant(typed, self.nicks, self.registered)

    def find_user(self, nick: str) -> User:
        """
        Return the user of this nick, or the only one whose nick looks like it.

        Raises:
            NoSuchUser: there is none.
        """
        user = self.users.get(self.key_of(nick))
        if user is None:
            raise errors.NoSuchUser(_named(nick))
        return user

    def find_room(self, name: str, *, seen_by: User | None = None) -> Room:
        """
        Return the room of this name, with or without ``#``, in any case and width.

        Args:
            seen_by: the user who asks; a room that they may not know of is not found.

        Raises:
            NoSuchRoom: there is none.
        """
        room = self.rooms.get(key_of(name))
        if room is None or (seen_by is not None and not seen_by.sees(room)):
            raise errors.NoSuchRoom(_named(without_hash(name)))
        return room

    def find_account(self, name: str) -> Account | None:
        """
        Return the account of this name, or the only one that looks like it; None if none.
        """
        return self.accounts.get(self.key_of(name))

    def author_of(self, name: str) -> int:
        """
        Return the author number of a user or an account called ``name``; 0 if there is none.
        """
        user, account = self.users.get(self.key_of(name)), self.find_account(name)
        return user.author if user else account.id if account else 0

    def may_speak(self, user: User, room: Room) -> bool:
        """
        Return whether ``user`` may speak in ``room`` now.
        """
        return policy.may(user, Permission.SPEAK, room)


def _named(typed: str) -> str:
    """
    Return a typed name as an error quotes it; empty if nothing of it is visible.
    """
    return shortened(typed) if shows(without_hash(typed)) else ""
