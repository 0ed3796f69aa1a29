"""
The mailer: hands letters to the mail server, one after the other, and tries again.

Letters are in memory only: those that were not sent when the server ends are not sent.
"""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.logger import Logger

from twisted_chat.limits import Rate
from twisted_chat.log import LimitedLogger

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IDelayedCall

    from twisted_chat.people.mail.letters import Letter
    from twisted_chat.server.mail.place import MailServer
    from twisted_chat.server.mail.sending import Outcome

#: Letters that wait, at most; later ones are dropped.
MOST = 500
#: Seconds until the next attempt, after each failure in a row; then as the last one.
WAITS = (60.0, 300.0, 900.0, 3600.0)
#: Seconds for which a letter is tried; what it tells is old then.
KEPT_FOR = 6 * 3600.0
# Letters that are dropped are logged so often.
_DROPPED = Rate(1, 3600)


def _send(reactor: Any, server: MailServer, letter: Letter) -> Deferred[Outcome]:
    # Few servers send mail, and what does it takes its time to import.
    from twisted_chat.server.mail.sending import send  # noqa: PLC0415  # of mail alone

    return send(reactor, server, letter, datetime.fromtimestamp(time.time(), UTC))


@define(eq=False)
class _Waiting:
    """
    A letter that waits.

    Attributes:
        until: when it is tried no more.
        failures: how often it was not taken for a reason of its own.
    """

    letter: Letter
    until: float
    failures: int = 0


@define(eq=False)
class Mailer:
    """
    Sends letters: a `Post`.

    Args:
        reactor: provides time and connections.
        send: sends one letter, and returns what becomes of it, never an error of the network.

    Attributes:
        server: the mail server; None sends nothing.
    """

    _reactor: Any
    _deliver: Callable[[Any, MailServer, Letter], Deferred[Outcome]] = field(
        default=_send, alias="send"
    )
    server: MailServer | None = field(init=False, default=None)
    _waiting: deque[_Waiting] = field(init=False, factory=deque)
    # Those that are tried again later, each alone: who they go to keeps nobody else's back.
    _delayed: dict[_Waiting, IDelayedCall] = field(init=False, factory=dict)
    _sending: Deferred[Any] | None = field(init=False, default=None)
    _timer: IDelayedCall | None = field(init=False, default=None)
    _failures: int = field(init=False, default=0)
    _is_stopped: bool = field(init=False, default=False)
    _log: LimitedLogger = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._log = LimitedLogger(Logger(), self._reactor.seconds)

    @property
    def place(self) -> str:
        """
        What the chat is called in letters; empty if it sends none.
        """
        return self.server.place if self.server is not None else ""

    def send(self, letter: Letter) -> None:
        """
        Send ``letter``, now or later.
        """
        if len(self._waiting) + len(self._delayed) >= MOST:
            self._log.warn(
                "A letter was dropped: {count} wait for the mail server already",
                at_most=_DROPPED,
                count=MOST,
            )
            return
        self._waiting.append(_Waiting(letter, self._reactor.seconds() + KEPT_FOR))
        self._go_on()

    def stop(self) -> None:
        """
        Send no more; what waits is dropped.
        """
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._sending is not None:
            self._sending.cancel()
        for timer in self._delayed.values():
            timer.cancel()
        left = sum(each.letter.is_wanted() for each in (*self._waiting, *self._delayed))
        if left:
            self._log.warn("{count} mails were not sent before the end", count=left)
        self._waiting.clear()
        self._delayed.clear()

    def _go_on(self) -> None:
        """
        Send the next letter, unless one is being sent or the next attempt is later.
        """
        while self._waiting and not (self._is_stopped or self._sending or self._timer):
            waiting = self._waiting.popleft()
            if self.server is None or not waiting.letter.is_wanted():
                continue
            sending = self._sending = self._deliver(self._reactor, self.server, waiting.letter)
            sending.addCallback(self._note, waiting).addErrback(self._fail)
            sending.addCallback(self._end)

    def _end(self, _: object) -> None:
        self._sending = None
        # Not within the call that began it: many letters would stand on each other.
        self._reactor.callLater(0, self._go_on)

    def _note(self, outcome: Outcome, waiting: _Waiting) -> None:
        if self._is_stopped:
            return
        if not outcome.trouble or outcome.is_refused or outcome.is_of_letter:
            if self._failures:
                self._log.info("The mail server can be used again")
            self._failures = 0
        if outcome.is_refused:
            self._log.warn("A letter was refused: {why}", at_most=_DROPPED, why=outcome.trouble)
        elif outcome.is_of_letter:
            self._delay(waiting)
        elif outcome.trouble:
            self._pause(outcome, waiting)

    def _delay(self, waiting: _Waiting) -> None:
        """
        Try one letter again later, and go on with the others.
        """
        wait = _wait(waiting.failures)
        waiting.failures += 1
        if self._reactor.seconds() + wait < waiting.until:
            self._delayed[waiting] = self._reactor.callLater(wait, self._resume, waiting)

    def _resume(self, waiting: _Waiting) -> None:
        del self._delayed[waiting]
        self._waiting.append(waiting)
        self._go_on()

    def _pause(self, outcome: Outcome, waiting: _Waiting) -> None:
        """
        Try this letter and all others again later: the mail server cannot be used now.
        """
        wait = _wait(self._failures)
        if not self._failures:
            self._log.warn(
                "The mail server cannot be used: {why}; it is tried again", why=outcome.trouble
            )
        self._failures += 1
        if self._reactor.seconds() + wait < waiting.until:
            self._waiting.append(waiting)
        self._timer = self._reactor.callLater(wait, self._try_again)

    def _try_again(self) -> None:
        self._timer = None
        self._go_on()

    def _fail(self, failure: Any) -> None:
        if self._is_stopped:
            return
        try:
            failure.raiseException()
        except Exception:
            # Of our own, and of this letter alone.
            self._log.report("A letter could not be sent")


def _wait(failures: int) -> float:
    """
    Return the seconds until the next attempt, after so many failures before this one.
    """
    return WAITS[min(failures, len(WAITS) - 1)]
