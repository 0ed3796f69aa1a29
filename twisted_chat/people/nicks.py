"""
Nicks: what everybody who is here is called, and taking another name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.events import Renamed
from twisted_chat.text.names import Taken, fold, key_of, meant, read_nick, require_ascii

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.hub import Hub
    from twisted_chat.people.accounts import Account
    from twisted_chat.world.model import User


@define(eq=False)
class Nicks:
    """
    The names of who is here, none of which looks like another, or like that of an account.

    Attributes:
        registered: names of accounts, whose owners may be here or not.
    """

    _hub: Hub
    _fanout: Fanout
    registered: Taken = field(init=False, factory=Taken)
    _taken: Taken = field(init=False, factory=Taken)

    def key_of(self, typed: str) -> str:
        """
        Return the folded nick or name of an account that is meant by what somebody typed.

        Every look-up of people goes by it: whatever looks like exactly one of them finds that one.
        """
        key = key_of(typed)
        return key if key in self._hub.users else meant(typed, self._taken, self.registered)

    def require_free(
        self, nick: str, user: User | None = None, account: Account | None = None
    ) -> None:
        """
        Refuse ``nick`` if it is, or looks like, that of anybody but ``user``, of ``account``.

        Raises:
            BadName: it looks like somebody's, or may not be used on this server.
            NickInUse: it is somebody's.
        """
        if self._hub.users.get(fold(nick), user) is not user:
            raise errors.NickInUse(nick)
        if self._hub.limits.ascii_names:
            require_ascii(nick)
        if account is not None and fold(nick) == account.key:
            # It was theirs before whatever looks like it.
            return
        other = self._taken.like(nick, own=user.nick if user else "")
        if other is not None:
            raise errors.LooksLike(nick, other, "who is here")
        other = self.registered.like(nick, own=account.name if account else "")
        if other is not None:
            if fold(nick) == fold(other):
                raise errors.NickRegistered(other)
            raise errors.LooksLike(nick, other, "which is registered")

    def add(self, user: User) -> None:
        """
        Let ``user`` be here by their nick.
        """
        self._hub.users[user.key] = user
        self._taken.add(user.nick)

    def remove(self, user: User) -> None:
        """
        Undo `add`.
        """
        del self._hub.users[user.key]
        self._taken.remove(user.nick)

    def author_of(self, name: str) -> int:
        """
        Return whose ``name`` is: of somebody who is here, or of an account; 0 for nobody's.
        """
        user = self._hub.users.get(self.key_of(name))
        account = self._hub.accounts.find(name)
        return user.author if user else account.id if account else 0

    def rename(self, user: User, name: str) -> None:
        """
        Call ``user`` by another name.

        Raises:
            BadName: ``name`` cannot be anybody's, or looks like somebody else's.
            NickInUse: it is somebody else's.
            TooMuch: they take names too often.
        """
        if not user.is_here:
            raise errors.NoSuchUser(user.nick)
        nick = read_nick(name)
        self.require_free(nick, user, user.account)
        if nick == user.nick:
            raise errors.NotAllowed(f"You are {nick} already.")
        self._hub.moderation.check_name(None, fold(nick))
        user.spend("nick", self._hub.limits.nick_rate, "change your name")
        self._call(user, nick)

    def become(self, user: User, account: Account) -> None:
        """
        Call ``user``, who is here under another name, by that of the account that is theirs.

        Raises:
            NickInUse: somebody has, or looks like, the name.
        """
        self.require_free(account.name, user, account)
        self._call(user, account.name)
        self._hub.accounts.own(user, account)

    def _call(self, user: User, nick: str) -> None:
        hub = self._hub
        event = Renamed(hub.now(), user.nick, nick)
        for room in user.rooms:
            room.record("renamed", event.at, user, nick)
        key = fold(nick)
        for other in hub.users.values():
            if user.key in other.ignored:
                other.ignored.discard(user.key)
                other.ignored.add(key)
                self._fanout.refresh(other)
        self.remove(user)
        user.nick, user.key = nick, key
        self.add(user)
        hub.ownership.rename(user)
        if user.rooms:
            # One who hears several of these rooms still reads it once.
            self._fanout.post(event, tuple(user.rooms), user.sessions[0])
        user.notify(f"You are now known as {nick}.")
        hub.hooks.after(hub, event)
        hub.moderation.expel_banned(user)
