"""
Lent roles: being an operator of the server for a visit, by the password of another account.

Clients of IRC do so by OPER (RFC 2812, section 3.1.4).  The user keeps their nick and their own
account; the audit trail has who did so, and by which account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from attrs import define, field

from twisted_chat.errors import NotAllowed
from twisted_chat.replies.people import RoleChanged
from twisted_chat.world.model import is_staff

if TYPE_CHECKING:
    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.moderation.reports import Reports
    from twisted_chat.people.connections import Connections
    from twisted_chat.people.logins import Logins
    from twisted_chat.world.model import Account, Session, User
    from twisted_chat.world.world import World

_OPERATOR = "operator"


@define(eq=False)
class LentRoles:
    """
    Lends the role of an operator of the server.

    It ends with the visit, when the user gives it up, logs in or logs out, and when the account
    that lends it has another password, loses the role, is banned from the server or deleted.

    Args:
        world: tells the time.
        fanout: tells users of it.
        verifier: says which connections are safe enough.
        logins: verify the password.
        connections: say which accounts are banned.
        audit: notes it.
        reports: are read by new operators.
    """

    _world: World
    _fanout: Fanout
    _verifier: Verifier
    _logins: Logins
    _connections: Connections
    _audit: AuditLog
    _reports: Reports
    # The accounts that lend it.
    _lent: WeakKeyDictionary[User, Account] = field(init=False, factory=WeakKeyDictionary)

    async def lend(self, session: Session, name: str, password: str) -> None:
        """
        Make the user of ``session`` an operator of the server for their visit.

        Args:
            name: of an account that has the role.

        Raises:
            ChatError: the name or the password is wrong, the account has not the role, or one of
                the user's connections is not safe enough for an operator.
        """
        self._require_safe(session)
        account, check = await self._logins.prove(session, name, password)
        # Banned, it opens nothing.
        self._connections.check_name(None, account.key, account.id)
        credentials = await self._verifier.credentials(account)
        check()
        user = self._require_safe(session)
        account.roles = credentials.roles if credentials else frozenset()
        if not is_staff(account.roles):
            raise NotAllowed(
                f"{account.name} is not an operator of the server.",
                code="not-an-operator",
                account=account.name,
            )
        self._audit.spend(user)
        self._audit.note(user, None, "oper", account.name)
        self._lent[user] = account
        self._set(user, {*user.roles, _OPERATOR}, account)
        self._reports.greet(session)

    def _require_safe(self, session: Session) -> User:
        """
        Return the user of ``session``, all of whose connections an operator may have.
        """
        user = session.require_user()
        for each in user.sessions:
            # A program that comes back to its session is looked at then.
            if not each.is_held:
                self._verifier.require_safe(each, is_staff=True)
        return user

    def _set(self, user: User, roles: set[str], lender: Account | None) -> None:
        user.roles = roles
        name, is_granted = lender.name if lender else "", _OPERATOR in roles
        told = RoleChanged(self._world.now(), name, _OPERATOR, is_granted, is_yours=True)
        self._fanout.tell_all(user, told)

    def give_up(self, user: User) -> None:
        """
        Take the role from ``user``, who wants so, for the rest of their visit.
        """
        lender = self._lent.pop(user, user.account)
        if user.is_staff:
            self._set(user, user.roles - {_OPERATOR}, lender)

    def end(self, account: Account, _: Session | None = None) -> None:
        """
        Take the role from all to whom ``account`` lends it.
        """
        for user in [user for user, lender in self._lent.items() if lender is account]:
            del self._lent[user]
            own = set(user.account.roles) if user.account else set()
            if user.is_here and user.is_staff and _OPERATOR not in own:
                self._set(user, own, account)
