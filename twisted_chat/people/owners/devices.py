"""
Devices: what opens accounts without a password.

These are the tokens of programs, the keys of SSH, and the connections that came in by a code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError
from twisted_chat.events import Departure
from twisted_chat.people.owners.links import LINK, name_of
from twisted_chat.replies.credentials import Device, KeyRemoved, Unlinked
from twisted_chat.replies.credentials import Devices as Listed
from twisted_chat.replies.server import Cause, Closed
from twisted_chat.store.keys import CERTIFICATE
from twisted_chat.store.tokens import Token
from twisted_chat.world.model import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.auth.keys import Keys
    from twisted_chat.auth.tokens import Tokens
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.programs.visits import Visits
    from twisted_chat.store.keys import Key
    from twisted_chat.world.model import Account
    from twisted_chat.world.world import World

    #: What opens an account without a password.
    _Opening = Token | Key | Session


@define(eq=False)
class Devices:
    """
    Lists and removes the devices of accounts.

    Args:
        world: knows the time.
        tokens: are what programs come with.
        keys: are what clients of SSH come with.
        accounts: have a key removed.
        visits: end with their tokens.
        connections: are closed.
    """

    _world: World
    _tokens: Tokens
    _keys: Keys
    _accounts: Accounts
    _visits: Visits
    _connections: Connections

    def list(self, session: Session) -> Listed:
        """
        Return the devices of the account of ``session``.

        A device keeps its number, however all are used, until an earlier one ends.

        Raises:
            NotAllowed: it is logged in to none.
        """
        account = session.require_account()
        rows = (
            self._row(number, each, account) for number, each in enumerate(self._of(account), 1)
        )
        return Listed(self._world.now(), tuple(rows))

    def _of(self, account: Account) -> tuple[_Opening, ...]:
        """
        Return all that opens ``account``, in the order in which it began to.

        A connection that a code let in is here until it ends, unless a token or a key stands for
        it.
        """
        linked = (
            each
            for each in (account.user.sessions if account.user else ())
            if each.opened_by == LINK and self._visits.of(each) is None
        )
        found: tuple[_Opening, ...] = (*self._tokens.of(account), *self._keys.of(account), *linked)
        return tuple(sorted(found, key=self._began))

    def _began(self, each: _Opening) -> float:
        if isinstance(each, Session):
            return self._world.now() - (self._world.seconds() - each.connected_at)
        return each.made_at if isinstance(each, Token) else each.added_at

    def _row(self, number: int, each: _Opening, account: Account) -> Device:
        if isinstance(each, Session):
            since = self._began(each)
            return Device(number, name_of(each.client), since, since, True, each.client.door)
        if isinstance(each, Token):
            return Device(
                *(number, each.device, each.made_at, each.used_at, each.is_open, each.door)
            )
        sessions = account.user.sessions if account.user else []
        is_here = any(session.opened_by == _mark(each) for session in sessions)
        door = "irc" if each.kind == CERTIFICATE else "ssh"
        return Device(
            *(number, each.label, each.added_at, each.used_at, is_here, door, each.fingerprint)
        )

    async def unlink(self, session: Session, number: int) -> Unlinked:
        """
        End the token or key of a device of the account of ``session``, and its other sessions.

        One that came in by a code, and has neither, is closed.

        Args:
            number: of the device, as `list` has it.

        Raises:
            NotAllowed: it is logged in to no account.
            ChatError: there is no such device, it is this one and has nothing but its connection,
                or its end cannot be kept.
        """
        account = session.require_account()
        devices = self._of(account)
        if not 0 < number <= len(devices):
            raise ChatError(
                f"There is no device {number}. /devices lists them.",
                code="no-such-device",
                number=number,
            )
        found = devices[number - 1]
        row = self._row(number, found, account)
        if isinstance(found, Session):
            if found is session:
                raise ChatError("That is this device. /logout logs it out.", code="own-device")
            self._close(found)
            return Unlinked(self._world.now(), row)
        if isinstance(found, Token):
            visit = self._visits.of_token(found)
            self._visits.end(found)
            if visit is not None and visit.session is not session:
                self._close(visit.session)
        else:
            await self._accounts.remove_key(session, found.fingerprint)
        mark = _mark(found)
        self._close_those(account, session, lambda each: each.opened_by == mark)
        return Unlinked(self._world.now(), row)

    async def remove_key(self, session: Session, name: str) -> KeyRemoved:
        """
        Remove a key of the account of ``session``, and close the other sessions that it opened.

        Args:
            name: its label, or the beginning of its fingerprint.

        Raises:
            ChatError: there is none, or that cannot be kept.
        """
        account = session.require_account()
        mark = _mark(self._keys.find(account, name.strip()))
        removed = await self._accounts.remove_key(session, name)
        self._close_those(account, session, lambda each: each.opened_by == mark)
        return removed

    def close_opened(self, account: Account, asker: Session | None = None) -> None:
        """
        Close the sessions of ``account`` that nothing opens any more: not those with a password.

        Args:
            asker: a session that remains.
        """
        self._close_those(account, asker, lambda each: bool(each.opened_by))

    def _close_those(
        self, account: Account, spared: Session | None, which: Callable[[Session], bool]
    ) -> None:
        for each in tuple(account.user.sessions) if account.user else ():
            if each is not spared and which(each):
                self._close(each)

    def _close(self, session: Session) -> None:
        farewell = Closed(self._world.now(), Cause.UNLINKED, session.nick)
        self._connections.close(session, farewell, Departure(cause="unlinked"))


def _mark(each: Token | Key) -> str:
    """
    Return what `Session.opened_by` is where this has opened an account.
    """
    return f"token {each.hash}" if isinstance(each, Token) else f"key {each.fingerprint}"
