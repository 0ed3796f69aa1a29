"""
Reports: what somebody tells the operators of somebody; they read it, or it waits for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors, policy
from twisted_chat.decisions import Reported, ReportRead, moment
from twisted_chat.patience import within
from twisted_chat.records import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from twisted_chat.decisions import Decision
    from twisted_chat.hub import Hub
    from twisted_chat.log import LimitedLogger
    from twisted_chat.people import Session, User

#: Reports that wait for an operator at once.
MAX_UNREAD = 1000
#: The longest reason, in characters.
MAX_REASON = 400

# Of those that wait, an operator who comes reads so many; the command shows no more than that.
_SHOWN = 20
_ROWS = 50


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

    def report(self, session: Session, target: User, reason: str) -> bool:
        """
        Let the user of ``session`` tell the operators of ``target``.

        Returns:
            whether operators are here and read it.

        Raises:
            NotAllowed: they are that one themselves.
            TooMuch: the reason is too long, or as many wait as may.
        """
        user = session.user
        if user is None or target is user:
            raise errors.NotAllowed("You cannot report yourself.")
        if len(reason) > MAX_REASON:
            raise errors.TooMuch(
                f"A reason may be at most {MAX_REASON} characters long, not {len(reason)}."
            )
        operators = [other for other in self._hub.users.values() if "operator" in other.roles]
        if not operators and self.unread >= MAX_UNREAD:
            raise errors.TooMuch("Too many reports wait for an operator, please try again later.")
        now = self._hub.now()
        report = Reported(
            self._hub.history.next_id(now),
            now,
            user.nick,
            user.account.name if user.account else "",
            target.nick,
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
        if session.user is None or "operator" not in session.user.roles or not self.unread:
            return
        reading = self._hub.store.reports(MAX_UNREAD, unread=True)
        reading.addCallback(self._hand_over, session)
        reading.addErrback(self._fail)

    def _hand_over(self, reports: list[Reported], session: Session) -> None:
        user = session.user
        if user is None or session.closed:
            return
        lines = [self.told(report, user) for report in reports[-_SHOWN:]]
        if len(reports) > _SHOWN:
            lines.insert(
                0, f"{len(reports)} reports waited; the latest are, as /reports shows them"
            )
        for line in lines:
            self._hub.notify(session, f"*** {line} ***")
        for report in reports:
            self._keep(ReportRead(report.id))
        self.unread = max(0, self.unread - len(reports))

    def _fail(self, failure: Failure) -> None:
        try:
            failure.raiseException()
        except StoreFailed as error:
            self._log.warn("Reports could not be read: {problem}", problem=str(error))
        except Exception:
            self._log.report("Reports could not be read")

    async def listed(self, user: User, count: int) -> str:
        """
        Return the latest reports, as ``user`` reads them.

        Raises:
            NotAllowed: ``user`` is no operator of the server, or they cannot be read.
        """
        policy.check_operator(user)
        try:
            reading = self._hub.store.reports(min(max(count, 1), _ROWS))
            reports = await within(self._hub.clock, reading, self._hub.history.report)
        except StoreFailed:
            raise errors.NotAllowed("The reports cannot be read now.") from None
        lines = [f"{moment(report.at)} {self.told(report, user)}" for report in reports]
        return "\n".join(lines) or "Nothing was reported."

    def told(self, report: Reported, reader: User) -> str:
        """
        Return ``report`` as ``reader`` reads it: where that was only if they may know the room.
        """
        rooms = (room for room in self._hub.rooms.values() if room.chronicle.id == report.room)
        where = next((f" in #{room.name}" for room in rooms if reader.sees(room)), "")
        return f"{report.nick} reports {report.target}{where}: {report.reason}"
