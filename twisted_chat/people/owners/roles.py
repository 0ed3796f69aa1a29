"""
Roles: what the owners of accounts may do beyond the ordinary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.errors import ChatError
from twisted_chat.replies.people import RoleChanged
from twisted_chat.store.records import RolesSet
from twisted_chat.text.names import shortened
from twisted_chat.world.model import ROLES

if TYPE_CHECKING:
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.moderation.reports import Reports
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.people.owners.invitations import Invitations
    from twisted_chat.people.owners.lent_roles import LentRoles
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.world.model import User
    from twisted_chat.world.world import World


@define(eq=False)
class Roles:
    """
    Gives roles to accounts, and takes them away.

    Args:
        world: knows the accounts.
        fanout: tells their owners.
        store: knows the roles that there are.
        deadlines: wait for it.
        audit: is told who does it.
        reports: are read by new operators.
        accounts: keep changes.
        invitations: end with the role of who made them.
        lent: ends with the role of who lends it.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _deadlines: Deadlines
    _audit: AuditLog
    _reports: Reports
    _accounts: Accounts
    _invitations: Invitations
    _lent: LentRoles

    async def grant(
        self, name: str, role: str, *, granted: bool, by: User | None = None
    ) -> RoleChanged:
        """
        Give a role to an account, or take it away.

        Args:
            by: the operator; None if they are not here.

        Raises:
            ChatError: there is no such account or role, or the change cannot be stored.
        """
        account = self._world.find_account(name)
        if account is None:
            raise ChatError(
                f"There is no account {shortened(name)}.",
                code="no-such-account",
                account=shortened(name),
            )
        if role not in ROLES:
            known = ", ".join(ROLES)
            raise ChatError(
                f"There is no role {shortened(role)}. Known roles: {known}.",
                code="no-such-role",
                role=shortened(role),
                known=ROLES,
            )
        if by is not None:
            self._audit.spend(by)
        credentials = await self._deadlines.answer(self._store.credentials(account.id))
        before = credentials.roles if credentials else frozenset()
        roles = before | {role} if granted else before - {role}

        def changed(*, is_yours: bool) -> RoleChanged:
            return RoleChanged(self._world.now(), account.name, role, granted, is_yours)

        def kept() -> None:
            account.roles = roles
            if by is not None:
                deed = f"grant {role} to" if granted else f"revoke {role} from"
                self._audit.note(by, None, deed, account.name)
            if role == "operator" and not granted:
                self._invitations.end_all(account)
                self._lent.end(account)
            if account.user is not None:
                account.user.roles = set(roles)
                self._fanout.tell_all(account.user, changed(is_yours=True))
                self._reports.greet(account.user.sessions[0])

        await self._accounts.write(RolesSet(account.id, roles), kept)
        return changed(is_yours=False)
