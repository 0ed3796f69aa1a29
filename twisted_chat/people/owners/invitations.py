"""
Invitations: codes with which newcomers make accounts, where not everybody may.

Whether a code is good is asked of the store each time, for the admin program makes and ends codes
too.  A code that is being used is held, so that two who come with it at the same moment are looked
at one after the other; and it is used in the same transaction as the account is made.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import DeferredLock
from twisted.internet.defer import TimeoutError as TimedOut

from twisted_chat.auth.codes import LONG, hash_of_code, new_code, require_code
from twisted_chat.errors import ChatError, InvitationNeeded, WrongCode
from twisted_chat.replies.credentials import (
    InvitationCreated,
    InvitationList,
    InvitationRevoked,
    InvitationRow,
)
from twisted_chat.store.deadlines import ANSWER_WITHIN
from twisted_chat.store.invitations import InvitationEnded, InvitationMade, InvitationsEnded
from twisted_chat.text.durations import Duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.auth.verifier import Verifier
    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.people.accounts import Accounts
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.store.invitations import Invitation
    from twisted_chat.world.model import Account, Session
    from twisted_chat.world.world import World

#: Accounts that one code makes, at most.
MOST_USES = 1000
#: How long a code is good if nothing else is asked for.
USUAL = Duration(days=7)
# Codes in one list: the latest.
_MOST_LISTED = 100


@define(eq=False)
class Invitations:
    """
    Makes codes for newcomers, and knows which are good.

    Args:
        world: knows the time, and whether a code is needed.
        fanout: has the ends of codes kept.
        store: knows all codes, by their hashes.
        deadlines: wait for it.
        verifier: counts wrong codes.
        accounts: keep changes.
        audit: is told who makes and ends codes.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _deadlines: Deadlines
    _verifier: Verifier
    _accounts: Accounts
    _audit: AuditLog
    # Of the codes that are being used, by their hashes.
    _locks: dict[str, DeferredLock] = field(init=False, factory=dict)

    # -- by operators -----------------------------------------------------------------------------

    async def make(self, session: Session, uses: int, within: Duration) -> InvitationCreated:
        """
        Make a code that is good for so many accounts, and for so long.

        Raises:
            ChatError: there is no such number of uses, or it cannot be kept.
        """
        user, account = session.require_user(), session.require_account()
        if not 1 <= uses <= MOST_USES:
            raise ChatError(
                f"A code is good for 1 to {MOST_USES} accounts, not {uses}.",
                code="bad-uses",
                most=MOST_USES,
                uses=uses,
            )
        if within.total_seconds() < 1:
            raise ChatError("A code must last at least one second.", code="too-short")
        self._audit.spend(user)
        now, code = self._world.now(), new_code(LONG)
        until = now + within.total_seconds()
        made = InvitationMade(hash_of_code(code), account.id, account.name, now, until, uses)
        deed = f"invite-code make {uses}"
        await self._accounts.write(
            made, partial(self._audit.note, user, None, deed, "", until=until)
        )
        return InvitationCreated(now, code, uses, until)

    async def listed(self) -> InvitationList:
        """
        Return the latest codes: those that are good, and some that were.

        Raises:
            ChatError: the store does not answer.
        """
        found = await self._deadlines.answer(self._store.invitations())
        rows = tuple(map(_row, found[-_MOST_LISTED:]))
        return InvitationList(self._world.now(), rows)

    async def revoke(self, session: Session, number: int) -> InvitationRevoked:
        """
        End the code of this ``number``.

        Raises:
            ChatError: there is none that is good, or that cannot be kept.
        """
        user, now = session.require_user(), self._world.now()
        found = await self._deadlines.answer(self._store.invitations())
        if not any(each.number == number and each.is_good(now) for each in found):
            raise ChatError(
                f"No invitation code {number} is good now. /invite-code list lists them.",
                code="no-such-invitation",
                number=number,
            )
        self._audit.spend(user)
        deed = f"invite-code revoke {number}"
        note = partial(self._audit.note, user, None, deed)
        await self._accounts.write(InvitationEnded(number, now), note)
        return InvitationRevoked(now, number)

    def end_all(self, account: Account, *_: object) -> None:
        """
        End all codes that the owner of ``account`` has made.
        """
        self._fanout.keep(InvitationsEnded(account.id, self._world.now()))

    # -- by newcomers -----------------------------------------------------------------------------

    async def check(self, session: Session, typed: str) -> None:
        """
        Check that an account can be made with the code that was ``typed``; it is not used yet.

        Raises:
            WrongCode: none can.
            ChatError: there were too many wrong codes, or the store does not answer.
        """
        find = partial(self._find, require_code(typed, LONG, "invitation"))
        await self._verifier.find_code(session, find, WrongCode("invitation"))

    async def hold(self, session: Session, typed: str) -> tuple[str, Callable[[], None]]:
        """
        Check the code that was ``typed``, and keep all others from using it.

        Returns:
            its hash, and what lets others use it again: to be called when the account is kept, or
            will not be.

        Raises:
            ChatError: as for `check`.
        """
        hash_ = require_code(typed, LONG, "invitation")
        lock = self._locks.setdefault(hash_, DeferredLock())
        try:
            # A deadline: who holds it may wait for the disk for longer than this one can.
            await lock.acquire().addTimeout(ANSWER_WITHIN, self._world.clock)
        except TimedOut as error:
            raise ChatError(
                "Another user comes with that code just now, please try again later.",
                code="code-in-use",
            ) from error
        let_go = partial(self._let_go, hash_, lock)
        try:
            await self.check(session, typed)
        except BaseException:
            let_go()
            raise
        return hash_, let_go

    async def check_needed(self, session: Session, typed: str) -> None:
        """
        Check the code that was ``typed``, as `check` does, if one is needed to make an account.

        Raises:
            InvitationNeeded: one is, and none was typed.
            ChatError: as for `check`.
        """
        if self._is_needed(typed):
            await self.check(session, typed)

    async def hold_needed(self, session: Session, typed: str) -> tuple[str, Callable[[], None]]:
        """
        Hold the code that was ``typed``, as `hold` does, if one is needed to make an account.

        Returns:
            as `hold`; an empty hash if none is needed.

        Raises:
            InvitationNeeded: one is, and none was typed.
            ChatError: as for `check`.
        """
        return await self.hold(session, typed) if self._is_needed(typed) else ("", lambda: None)

    def _is_needed(self, typed: str) -> bool:
        if not self._world.limits.needs_code:
            return False
        if not typed:
            raise InvitationNeeded
        return True

    async def _find(self, hash_: str) -> Invitation | None:
        found = await self._deadlines.answer(self._store.invitations(hash_))
        now = self._world.now()
        return next((each for each in found if each.is_good(now)), None)

    def _let_go(self, hash_: str, lock: DeferredLock) -> None:
        if not lock.waiting:
            self._locks.pop(hash_, None)
        lock.release()


def _row(found: Invitation) -> InvitationRow:
    return InvitationRow(
        *(found.number, found.by, found.made_at, found.until, found.uses, found.used),
        found.accounts,
    )
