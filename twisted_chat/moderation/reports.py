"""
Reports: what users tell the operators about other users.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.moderation.targets import find_target
from twisted_chat.replies.moderation import Listing, Report, ReportTaken, Subject
from twisted_chat.store.decisions import Reported, ReportRead
from twisted_chat.store.interface import StoreFailed
from twisted_chat.text.checks import require_short
from twisted_chat.world import policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.python.failure import Failure

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.pager import Pagers
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.log import LimitedLogger
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.store.interface import Store
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World

#: Reports that wait for an operator at once.
MAX_UNREAD = 1000
#: The longest reason, in characters.
MAX_REPORT = 400

# Waiting reports on the page that an operator reads on arrival.
_AT_ONCE = 20


@define(eq=False)
class Reports:
    """
    Delivers reports to operators.

    Args:
        world: knows who is here.
        fanout: has reports kept with the turn.
        store: holds the history.
        recorder: numbers them.
        pagers: show them page by page.
        deadlines: wait for the store.
        log: for failures of the store.

    Attributes:
        unread: the number of waiting reports.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _recorder: Recorder
    _pagers: Pagers
    _deadlines: Deadlines
    _log: LimitedLogger
    unread: int = field(init=False, default=0)
    # Those that were read last, which the store may not know yet.
    _read_ids: OrderedDict[int, None] = field(init=False, factory=OrderedDict)

    def report(self, session: Session, name: str, reason: str) -> ReportTaken:
        """
        Report the user called ``name``, who may have just left, to the operators.

        Returns:
            whether operators are here and read it.

        Raises:
            NoSuchUser: no user has or had this nick.
            NotAllowed: they report themselves.
            TooMuch: the reason is too long, or too many reports wait.
        """
        user = session.require_user()
        target = find_target(self._world, user, name)
        if target.user is user:
            raise errors.NotAllowed("You cannot report yourself.", code="yourself")
        require_short("reason", reason, MAX_REPORT)
        # Neither the reporting nor the reported user handles the report.
        operators = [
            other
            for other in self._world.users.values()
            if other.is_staff and other not in (user, target.user)
        ]
        if not operators and self.unread >= MAX_UNREAD:
            raise errors.TooMuch(
                "Too many reports wait for an operator, please try again later.",
                code="too-many-reports",
            )
        now = self._world.now()
        report = Reported(
            self._recorder.next_id(now),
            now,
            user.nick,
            user.account.name if user.account else "",
            target.called,
            session.current.timeline.id if session.current else 0,
            reason,
            bool(operators),
        )
        decision = Decision(user, None, "report", target.called, is_private=True)
        self._fanout.keep(report, decision)
        for operator in operators:
            self._fanout.tell_all(operator, self._shown_to(operator, report))
        self.unread += not operators
        return ReportTaken(now, bool(operators))

    def greet(self, session: Session) -> None:
        """
        Show the waiting reports to the user of ``session``, if they are an operator.
        """
        user = session.user
        if user is not None and user.is_staff and self.unread:
            reading = Deferred.fromCoroutine(self._hand_over(session))
            reading.addErrback(self._fail)

    async def _hand_over(self, session: Session) -> None:
        page = await self._page(session, _AT_ONCE, unread=True)
        if page.rows:
            self._fanout.tell(session, evolve(page, is_news=True))

    def _fail(self, failure: Failure) -> None:
        try:
            failure.raiseException()
        except errors.ChatError as error:
            self._log.warn("Reports could not be handed over: {problem}", problem=str(error))
        except Exception:
            self._log.report("Reports could not be handed over")

    async def listed(self, session: Session, count: int) -> Listing:
        """
        Return the latest reports, as the user of ``session`` reads them.

        Raises:
            NotAllowed: they are no operator of the server, or the reports cannot be read.
        """
        return await self._page(session, count, unread=False)

    async def _page(self, session: Session, count: int, *, unread: bool) -> Listing:
        """
        Return the latest reports and mark them as read.

        Reports about the reader are left out, and of the unread ones their own.
        """
        read = partial(self._read, unread=unread)
        return await self._pagers.listed(session, read, partial(self._shown, unread=unread), count)

    async def _read(
        self, session: Session, count: int, before: int, *, unread: bool
    ) -> list[Reported]:
        policy.check_operator(session.require_user())
        await self._deadlines.settle()
        try:
            reading = self._store.reports(count, unread=unread, before=before)
            return await self._deadlines.within(reading)
        except StoreFailed:
            raise errors.NotAllowed(
                "The reports cannot be read now.", code="reports-unavailable"
            ) from None

    def _shown(
        self, session: Session, reports: Sequence[Reported], has_more: bool, *, unread: bool
    ) -> Listing:
        user = session.require_user()
        name = _name_of(user)
        shown = [
            report
            for report in reports
            if not (report.is_about(name) or (unread and report.is_by(name)))
        ]
        for report in shown:
            is_new = not report.is_read and report.id not in self._read_ids
            if is_new and not report.is_by(name):
                self._read_ids[report.id] = None
                if len(self._read_ids) > MAX_UNREAD:
                    self._read_ids.popitem(last=False)
                self._fanout.keep(ReportRead(report.id))
                self.unread = max(0, self.unread - 1)
        rows = tuple(self._shown_to(user, report) for report in shown)
        return Listing(self._world.now(), Subject.REPORTS, "", rows, has_more)

    def _shown_to(self, reader: User, report: Reported) -> Report:
        """
        Return ``report`` as ``reader`` reads it; the room is named only if they may know of it.
        """
        room = self._world.numbered.get(report.room)
        name = room.name if room is not None and reader.sees(room) else ""
        return Report(report.at, report.nick, report.target, name, report.reason)


def _name_of(user: User) -> str:
    return user.account.name if user.account else user.nick
