"""
Reports: what somebody tells the operators of somebody; they read it, or it waits for them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.history.pager import ROWS
from twisted_chat.limits import require_short
from twisted_chat.moderation.targets import find_target
from twisted_chat.store.deadlines import within
from twisted_chat.store.decisions import Reported, ReportRead, moment
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import LAST_ID
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from twisted_chat.hub import Hub
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.decisions import Decision
    from twisted_chat.world.model import Session, User

#: Reports that wait for an operator at once.
MAX_UNREAD = 1000
#: The longest reason, in characters.
MAX_REPORT = 400

# Of those that wait, so many are on the page that an operator who comes reads.
_AT_ONCE = 20


@define(eq=False)
class Reports:
    """
    Hands reports to operators.

    Args:
        hub: holds who is here.
        keep: called with each decision that is to be kept with the turn.
        log: for what the store does wrong.

    Attributes:
        unread: how many wait.
    """

    _hub: Hub
    _keep: Callable[[Decision], None]
    _log: LimitedLogger
    unread: int = field(init=False, default=0)

    def report(self, session: Session, name: str, reason: str) -> bool:
        """
        Let the user of ``session`` tell the operators of somebody, who may have just gone.

        Returns:
            whether operators are here and read it.

        Raises:
            NoSuchUser: nobody is or was called so.
            NotAllowed: they are that one themselves.
            TooMuch: the reason is too long, or as many wait as may.
        """
        user = session.user
        if user is None:
            raise errors.NoSuchUser(session.nick)
        target = find_target(self._hub, user, name)
        if target.user is user:
            raise errors.NotAllowed("You cannot report yourself.")
        require_short("A reason", reason, MAX_REPORT)
        # Neither who reports nor who is reported is the one to look at it.
        operators = [
            other
            for other in self._hub.users.values()
            if other.is_staff and other not in (user, target.user)
        ]
        if not operators and self.unread >= MAX_UNREAD:
            raise errors.TooMuch("Too many reports wait for an operator, please try again later.")
        now = self._hub.now()
        report = Reported(
            self._hub.history.next_id(now),
            now,
            user.nick,
            user.account.name if user.account else "",
            target.called,
            session.current.chronicle.id if session.current else 0,
            reason,
            bool(operators),
        )
        self._keep(report)
        for operator in operators:
            operator.notify(f"*** {self.told(report, operator)} ***")
        self.unread += not operators
        return bool(operators)

    def greet(self, session: Session) -> None:
        """
        Let the user of ``session``, if they are an operator, read what waits.
        """
        user = session.user
        if user is not None and user.is_staff and self.unread:
            reading = Deferred.fromCoroutine(self._hand_over(session, user))
            reading.addErrback(self._fail)

    async def _hand_over(self, session: Session, user: User) -> None:
        page = await self._page(session, user, _AT_ONCE, LAST_ID, unread=True)
        if page:
            self._hub.notify(session, f"*** While no operator was here: ***\n{page}")

    def _fail(self, failure: Failure) -> None:
        try:
            failure.raiseException()
        except errors.ChatError as error:
            self._log.warn("Reports could not be handed over: {problem}", problem=str(error))
        except Exception:
            self._log.report("Reports could not be handed over")

    async def listed(self, session: Session, user: User, count: int) -> str:
        """
        Return the latest reports, as ``user`` reads them.

        Args:
            session: where they read them, and those before.

        Raises:
            NotAllowed: ``user`` is no operator of the server, or they cannot be read.
        """
        count = min(max(count, 1), ROWS)
        page = await self._page(session, user, count, LAST_ID, unread=False)
        return page or "Nothing was reported."

    async def _page(
        self, session: Session, user: User, count: int, before: int, *, unread: bool
    ) -> str:
        """
        Return the latest reports before something, which are read by that; empty for none.

        Nobody reads what was reported of themselves.
        """
        policy.check_operator(user)
        try:
            # One more tells whether there is any.
            reading = self._hub.store.reports(count + 1, unread=unread, before=before)
            reports = await within(self._hub.clock, reading, self._hub.history.report)
        except StoreFailed:
            raise errors.NotAllowed("The reports cannot be read now.") from None
        next_page = None
        if len(reports) > count:
            reports = reports[-count:]
            next_page = partial(self._page, session, user, count, reports[0].id, unread=unread)
        shown = [report for report in reports if not report.is_about(_name_of(user))]
        for report in shown:
            if not report.is_read and not report.is_by(_name_of(user)):
                self._keep(ReportRead(report.id))
                self.unread = max(0, self.unread - 1)
        lines = [f"{moment(report.at)} {self.told(report, user)}" for report in shown]
        return self._hub.archive.page(session, lines, next_page)

    def told(self, report: Reported, reader: User) -> str:
        """
        Return ``report`` as ``reader`` reads it: where that was only if they may know the room.
        """
        rooms = (room for room in self._hub.rooms.values() if room.chronicle.id == report.room)
        where = next((f" in #{room.name}" for room in rooms if reader.sees(room)), "")
        return f"{report.nick} reports {report.target}{where}: {report.reason}"


def _name_of(user: User) -> str:
    return user.account.name if user.account else user.nick
