"""
Logins: coming in by a password, as the owner of an account, and going again.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError, NotAllowed
from twisted_chat.text.names import fold, listed

if TYPE_CHECKING:
    from twisted_chat.auth.prompts import Challenges
    from twisted_chat.hub import Hub
    from twisted_chat.people.accounts import Account, Accounts
    from twisted_chat.store.interface import Credentials
    from twisted_chat.world.model import Session


@define(eq=False)
class Logins:
    """
    Lets connections be those of accounts' owners.
    """

    _hub: Hub
    _accounts: Accounts
    _challenges: Challenges

    def log_in(self, session: Session, name: str) -> None:
        """
        Ask ``session`` for the password of an account, and let it come in as its owner.

        Whether there is such an account, nobody can tell from what follows.

        Raises:
            NotAllowed: the connection is not safe enough.
        """
        account = self._accounts.find(name)
        self._accounts.ask(
            session, account, "Password: ", partial(self._come_in, session, name, account)
        )

    async def _come_in(
        self, session: Session, name: str, account: Account | None, typed: str
    ) -> None:
        account, credentials = await self._accounts.verified(session, name, account, typed)
        if session.closed:
            return
        account.roles = credentials.roles
        self._challenges.require_safe(session, is_staff=account.is_staff)
        self._hub.moderation.check_name(session, account.key, account.id)
        hub, owner, before = self._hub, account.user, session.user
        if owner is not None and owner is before:
            raise NotAllowed(f"You are logged in as {account.name} already.")
        if owner is None and before is not None and before.account is None:
            hub.nicks.become(before, account)
        else:
            hub.arrivals.detach(session, f"is {account.name}")
            if owner is None:
                hub.arrivals.enter(session, account.name, account)
            else:
                # They may have been given more, or less, by the shell.
                owner.roles = set(account.roles)
                hub.arrivals.attach(session, owner)
        if owner is None:
            account.missed = account.seen or credentials.seen, hub.history.last_id + 1
            self._bring_back(session, credentials)
            self._hub.moderation.greet(session)
            hub.messages.show_waiting(session, account)

    def _bring_back(self, session: Session, credentials: Credentials) -> None:
        """
        Bring whoever has just come to the rooms that they were in.
        """
        user, current, back = session.user, session.current, []
        assert user is not None
        for name in self._hub.chronicles.names(credentials.seats):
            if fold(name) not in [room.key for room in user.rooms]:
                with contextlib.suppress(ChatError):
                    back.append(self._hub.presence.join(session, name, returns=True))
        session.current = current or session.current
        if back:
            rooms = listed([f"#{room.name}" for room in back])
            self._hub.notify(session, f"You are also in {rooms}; /join room talks there.")

    def log_out(self, session: Session) -> None:
        """
        Let ``session`` be nobody, and ask it for a name.

        Raises:
            NotAllowed: it is logged in to no account.
        """
        name = self._accounts.account_of(session).name
        self._hub.arrivals.detach(session, "logged out")
        self._hub.notify(session, f"You have logged out. Goodbye, {name}.")
        self._hub.ask_name(session)

    def close_others(self, session: Session, name: str) -> None:
        """
        Close the other sessions of an account, for its owner.

        Raises:
            NotAllowed: the connection is not safe enough to ask for a password.
        """
        account = self._accounts.find(name)
        user = session.user
        if account is not None and user is not None and user.account is account:
            self._close_others(session, account)
            # Who does not know that none is asked for may have typed their password ahead.
            self._hub.withhold(session)
        else:
            self._accounts.ask(
                session, account, "Password: ", partial(self._ghost, session, name, account)
            )

    async def _ghost(
        self, session: Session, name: str, account: Account | None, typed: str
    ) -> None:
        account, _ = await self._accounts.verified(session, name, account, typed)
        self._close_others(session, account)

    def _close_others(self, session: Session, account: Account) -> None:
        sessions = account.user.sessions if account.user else []
        others = [each for each in sessions if each is not session]
        for other in others:
            self._hub.close(other, "Disconnected by yourself, from another connection.", "ghost")
        count = len(others)
        self._hub.notify(
            session,
            f"Closed {count} other connection{'' if count == 1 else 's'} of {account.name}.",
        )
