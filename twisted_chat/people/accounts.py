"""
Accounts: names that belong to a user, and whose owner is here.

Accounts are known in memory, except their passwords: a hash is read from the store when its owner
comes, and so are the owner's roles.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.auth.keys import read_key
from twisted_chat.errors import BadKey, ChatError, NotAllowed
from twisted_chat.replies.credentials import KeyAdded, KeyList, KeyRemoved, KeyShown
from twisted_chat.signals import AccountSet
from twisted_chat.store.keys import KeyEnded, KeyKept
from twisted_chat.store.records import Came, Went
from twisted_chat.world.model import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from twisted_chat.auth.keys import Keys
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.delivery.journal import Journal
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.moderation.bans import Bans
    from twisted_chat.people.ignoring import Ignores
    from twisted_chat.people.settings import Settings
    from twisted_chat.rooms.membership import Membership
    from twisted_chat.rooms.ranks import Ranks
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.keys import Key
    from twisted_chat.store.records import Change
    from twisted_chat.store.snapshot import Snapshot
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


def _nothing() -> None:
    pass


def _shown(key: Key) -> KeyShown:
    return KeyShown(key.fingerprint, key.kind, key.label, key.added_at, key.used_at)


_ENDED = (
    "The key is not added: meanwhile the password was changed, or the account banned or removed."
)


@define(eq=False)
class Accounts:
    """
    Adds accounts to the world and takes them out, and knows which users are their owners.

    Args:
        world: holds the accounts.
        fanout: keeps the login with the turn.
        journal: says whether anything can be kept now.
        deadlines: wait for the store.
        recorder: says what came last.
        ranks: move a user's ranks to the account.
        membership: lets them come back to their rooms.
        bans: follow who logs in.
        ignores: likewise.
        settings: come back with who logs in.
        keys: open accounts.

    Attributes:
        on_owned: called with each user who has logged in.
        on_revoked: each called with an account whose password is another one now, or that is
            banned or gone, and the session that wanted that and remains; None for none.
        on_closing: called before that, with the account and a session that remains; closes those
            that live by what is ended.
        on_gone: called with each account whose owner has left.
        on_removed: each called with an account that was deleted.
    """

    _world: World
    _fanout: Fanout
    _journal: Journal
    _deadlines: Deadlines
    _recorder: Recorder
    _ranks: Ranks
    _membership: Membership
    _bans: Bans
    _ignores: Ignores
    _settings: Settings
    _keys: Keys
    on_owned: Callable[[User], None] = field(init=False)
    on_revoked: list[Callable[[Account, Session | None], None]] = field(init=False, factory=list)
    on_closing: Callable[[Account, Session | None], None] = field(init=False)
    on_gone: Callable[[Account], None] = field(init=False)
    on_removed: list[Callable[[Account], None]] = field(init=False, factory=list)

    def begin(self, kept: Snapshot) -> None:
        """
        Load the accounts that the store holds.
        """
        for each in kept.accounts:
            self._world.add_account(Account(each.id, each.name, each.key, each.roles))

    def remove(self, account: Account) -> None:
        """
        Remove ``account``; its owner, if they are here, is a guest from now on.
        """
        self._world.remove_account(account)
        for forget in self.on_removed:
            forget(account)
        owner, account.user = account.user, None
        if owner is not None:
            self._world.log_in(owner, None)
            owner.roles = set()
            # Guests are timed out.
            self._world.begun.update(dict.fromkeys(owner.sessions))
            self._bans.follow(account.id, owner.visit)
            self._ignores.follow(owner, account.id)
            self._fanout.signal(owner, AccountSet(self._world.now(), owner.nick, ""))

    def own(self, user: User, account: Account) -> None:
        """
        Log ``user`` in as the owner of ``account``.
        """
        self._world.log_in(user, account)
        account.user = user
        user.roles = set(account.roles)
        self._ranks.adopt(user)
        self._bans.follow(user.visit, account.id)
        self._settings.adopt(user, account)
        self._ignores.follow(user)
        self._fanout.keep(Came(account.id))
        self._fanout.signal(user, AccountSet(self._world.now(), user.nick, account.name))
        for room in user.rooms:
            self._membership.seat(account, room)
        self.on_owned(user)

    def gone(self, user: User) -> None:
        """
        Note that ``user`` has left the server.
        """
        if user.account is not None:
            user.account.user = None
            user.account.seen = self._recorder.last_id
            self._fanout.keep(Went(user.account.id, user.account.seen))
            self.on_gone(user.account)

    # -- keys -------------------------------------------------------------------------------------

    def list_keys(self, session: Session) -> KeyList:
        """
        Return the keys of the account of ``session``.

        Raises:
            NotAllowed: it is logged in to none.
        """
        keys = self._keys.of(session.require_account())
        return KeyList(self._world.now(), tuple(map(_shown, keys)))

    async def add_key(self, session: Session, line: str) -> KeyAdded:
        """
        Add a key to the account of ``session``, and tell the owner's other sessions.

        Args:
            line: that of a .pub file; empty for the key that the client has proven to have, or
                else the first that it has shown.

        Raises:
            ChatError: it is none, or cannot be added or kept, or all that opened the account was
                ended meanwhile.
        """
        account = session.require_account()
        public = read_key(line) if line.strip() else session.key or session.offered
        if public is None:
            raise BadKey("Your client has shown no key. Give one: /key add ssh-ed25519 AAAA...")
        key, revoked = self._keys.new(account, public), account.revoked
        refusal: ChatError | None = None

        def load() -> None:
            nonlocal refusal
            try:
                if account.revoked != revoked:
                    raise NotAllowed(_ENDED, code="login-ended")
                # Another may have been added meanwhile.
                self._keys.new(account, public)
            except ChatError as error:
                refusal = error
                if not self._keys.opens(key.fingerprint, account):
                    self._fanout.keep(KeyEnded(account.id, key.fingerprint))
            else:
                self._keys.load(key)

        await self.write(KeyKept(key), load)
        if refusal is not None:
            raise refusal
        added = KeyAdded(self._world.now(), _shown(key))
        if account.user is not None:
            self._fanout.tell_all(account.user, added, session)
        return added

    async def remove_key(self, session: Session, name: str) -> KeyRemoved:
        """
        Remove a key of the account of ``session``.

        Args:
            name: its label, or the beginning of its fingerprint.

        Raises:
            ChatError: there is none, or that cannot be kept.
        """
        key = self._keys.find(session.require_account(), name.strip())
        forget = partial(self._keys.forget, key)
        await self.write(KeyEnded(key.account, key.fingerprint), forget)
        return KeyRemoved(self._world.now(), _shown(key))

    def adopt_key(self, session: Session, account: Account) -> None:
        """
        Add the key that the client of ``session`` has proven to have to ``account``, if need be.

        Raises:
            ChatError: the account has too many.
        """
        if session.key is not None and not self._keys.opens(session.key.fingerprint, account):
            key = self._keys.new(account, session.key)
            self._keys.load(key)
            self._fanout.keep(KeyKept(key))
            self._fanout.tell(session, KeyAdded(self._world.now(), _shown(key)))

    def revoke(
        self, account: Account, asker: Session | None = None, *, spared: Session | None = None
    ) -> None:
        """
        End what comes in to ``account`` without its password.

        Args:
            asker: the session of the owner who wants that; its program is given another token.
            spared: a session that remains, though its program is given none.
        """
        account.revoked += 1
        self.on_closing(account, asker or spared)
        self._keys.end_all(account)
        for end in self.on_revoked:
            end(account, asker)

    async def write(
        self,
        change: Change,
        kept: Callable[[], None] = _nothing,
        refused: Callable[[], None] = _nothing,
    ) -> None:
        """
        Keep ``change``.

        Args:
            kept: called when it is kept, even if the caller has stopped waiting.
            refused: called when it cannot be kept, likewise.

        Raises:
            ChatError: it cannot be kept, or the result is not known yet.
        """
        if self._journal.is_failing:
            refused()
            raise ChatError(
                "Nothing can be saved at the moment, please try again later.", code="cannot-save"
            )

        def fail(failure: Failure) -> Failure:
            refused()
            return failure

        written = self._fanout.commit(change).addCallbacks(lambda _: kept(), fail)
        await self._deadlines.answer(
            written,
            ChatError(
                "It is not known yet whether that was saved. Please check later.",
                code="saved-unknown",
            ),
        )
