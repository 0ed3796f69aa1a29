"""
Nicks: the nicks of all users, and changing them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat import errors
from twisted_chat.events import Renamed
from twisted_chat.text.name_rules import read_nick, require_ascii
from twisted_chat.text.names import fold
from twisted_chat.text.services import service_like
from twisted_chat.world import policy

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.moderation.actions import Moderation
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.ignoring import Ignores
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.world.model import Account, User
    from twisted_chat.world.world import World


def registered(nick: str, other: str) -> errors.BadName:
    """
    Return the error for a ``nick`` that is or looks like that of an account, called ``other``.
    """
    if fold(nick) == fold(other):
        return errors.NickRegistered(other)
    return errors.LooksLike(nick, other, "which is registered")


@define(eq=False)
class Nicks:
    """
    Says which names are free, and gives users other ones.

    No nick looks like that of another user here, or of an account.

    Args:
        world: holds who is here.
        fanout: tells who hears of it.
        hooks: for the event of a new nick.
        recorder: keeps that.
        ranks: know guests by their nick.
        moderation: removes users from rooms that ban them.
        accounts: log users in.
        connections: look whether a name is banned.
        ignores: follow users to their other names.
    """

    _world: World
    _fanout: Fanout
    _hooks: Hooks
    _recorder: Recorder
    _ranks: Ranks
    _moderation: Moderation
    _accounts: Accounts
    _connections: Connections
    _ignores: Ignores

    def require_free(
        self, nick: str, user: User | None = None, account: Account | None = None
    ) -> None:
        """
        Check that ``nick`` is free, for ``user`` and the owner of ``account``.

        Raises:
            BadName: it looks like another name, or is not allowed on this server, such as that
                of a service.
            NickInUse: another user has it.
        """
        if self._world.users.get(fold(nick), user) is not user:
            is_registered = self._world.registered.like(nick) is not None
            raise errors.NickInUse(nick, is_registered=is_registered)
        if self._world.limits.ascii_names:
            require_ascii(nick)
        if account is not None and fold(nick) == account.key:
            # The account was there before any name that looks like it.
            return
        if service_like(nick, self._world.limits.reserved_names):
            raise errors.BadName(
                f"The name {nick} is reserved, please choose another.",
                code="name-reserved",
                nick=nick,
            )
        other = self._world.nicks.like(nick, own=user.nick if user else "")
        if other is not None:
            raise errors.LooksLike(nick, other, "who is here")
        other = self._world.registered.like(nick, own=account.name if account else "")
        if other is not None:
            raise registered(nick, other)

    def rename(self, user: User, name: str) -> None:
        """
        Change the nick of ``user``.

        Raises:
            BadName: ``name`` is not valid, or looks like another name.
            NickInUse: another user has it.
            NotAllowed: they are muted, as rooms would read the new name.
            TooMuch: they change their nick too often.
        """
        if not user.is_here:
            raise errors.NoSuchUser(user.nick)
        policy.check_named(user)
        nick = read_nick(name)
        self.require_free(nick, user, user.account)
        if nick == user.nick:
            raise errors.NotAllowed(f"You are already called {nick}.", code="same-nick", nick=nick)
        self._connections.check_name(None, fold(nick))
        user.spend("nick", self._world.limits.nick_rate, "change your name")
        self._call(user, nick)

    def become(self, user: User, account: Account) -> None:
        """
        Give ``user``, who is here under another nick, the name of their account.

        Raises:
            NickInUse: another user has the name, or one that looks like it.
            Sanctioned: they are muted.
        """
        if fold(user.nick) != account.key:
            policy.check_named(user, is_chosen=False)
        self.require_free(account.name, user, account)
        self._call(user, account.name)
        self._accounts.own(user, account)

    def _call(self, user: User, nick: str) -> None:
        event = Renamed(self._world.now(), user.nick, nick)
        for room in user.rooms:
            self._recorder.note(room, "renamed", event.at, user, nick)
        self._world.rename(user, nick)
        self._ranks.rename(user)
        if user.rooms:
            # A session in several of these rooms still reads it once.
            self._fanout.post(event, tuple(user.rooms), user.sessions)
        self._fanout.tell_all(user, event)
        # From now on, for those who ignore them have not read of it.
        self._ignores.follow(user)
        self._hooks.after(event)
        self._moderation.expel_banned(user)
