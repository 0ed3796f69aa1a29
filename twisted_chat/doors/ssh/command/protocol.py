"""
One command by SSH: it comes in, is done, and ends with an exit status.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Protocol
from zope.interface import implementer

from twisted_chat.doors.connection import Connection
from twisted_chat.doors.ssh.command import deeds, words
from twisted_chat.doors.ssh.command.follower import Follower
from twisted_chat.doors.ssh.command.output import Output
from twisted_chat.doors.ssh.command.status import Status
from twisted_chat.doors.ssh.command.text import PipedText, TypedText
from twisted_chat.doors.values.dialect import ValueDialect
from twisted_chat.errors import ChatError, Failed, LineTooLong
from twisted_chat.events import Event, Left
from twisted_chat.replies.moderation import Kicked, Sanctioned
from twisted_chat.replies.pages import Transcript
from twisted_chat.replies.programs import Attention, PrivateReadUpTo, ReadUpTo
from twisted_chat.replies.reply import Done, Labelled, Refused, Reply
from twisted_chat.replies.server import Closed
from twisted_chat.text.names import fold, without_hash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted.python.failure import Failure as TwistedFailure

    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session

# Ctrl-C.
_INTERRUPT = b"\x03"


# The page that is shown to who enters a room is none that was asked for, and what programs are
# told is for clients.
_UNASKED = (Reply, Transcript, ReadUpTo, PrivateReadUpTo, Attention)


@implementer(IHalfCloseableProtocol)
class CommandProtocol(Protocol, Connection):
    """
    The session of one command, which is the hub's `Client`.

    Args:
        factory: the door.
        request: what is asked for, or why that is nothing.
        come_in: gives the session its user.
        as_json: returns an event as a line of JSON.
        has_terminal: its output goes to a terminal, whose lines end with CR LF.
    """

    can_be_asked = False
    takes_questions = False
    #: What it prints goes to a script, which has read nothing.
    marks_itself = True
    door = "ssh"
    is_holding_back = False
    transport: Any

    def __init__(
        self,
        factory: Any,
        request: words.Request | words.Usage,
        come_in: Callable[[], Awaitable[None]],
        as_json: Callable[[Event], bytes],
        *,
        has_terminal: bool,
    ) -> None:
        super().__init__()
        self.factory = factory.line_door
        self._max_message: int = factory.max_message
        self.hub = factory.line_door.hub
        self._dispatcher = factory.line_door.dispatcher
        self._usage = request if isinstance(request, words.Usage) else None
        self._request = request if isinstance(request, words.Request) else words.Request("rooms")
        self._come_in = come_in
        self._has_terminal = has_terminal
        self.paused = False
        self._output = Output(
            self._request.verb, as_json if self._request.as_json else None, has_terminal
        )
        self.dialect: Any = ValueDialect()
        #: A program reads what it has said, with the number of the line.
        self.echoes = self._request.as_json
        # None once it is read, or if it is not needed.
        self._text: PipedText | TypedText | None = None
        if self._request.needs_text:
            most = factory.max_message
            self._text = TypedText(most) if has_terminal else PipedText()
        self._is_in = self._is_done = False
        self._follower: Follower | None = None

    def connectionMade(self) -> None:
        """
        Come in, before a text is read: what sends it may take longer than a login may.
        """
        self.take_up()
        if self._usage is not None:
            self._end(Status.USAGE, self._usage)
        elif self._is_too_long(len(self._request.text.encode("utf-8", "replace"))):
            self._refuse_too_long()
        else:
            self._begin()

    def connectionLost(self, reason: TwistedFailure | None = None) -> None:
        """
        Tell the hub.
        """
        self._is_done = True
        self.let_go()

    # -- what is read -----------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:
        """
        Take some of the text, if there is one; at a terminal, Ctrl-C ends all.
        """
        if self._has_terminal and _INTERRUPT in data:
            self._send(b"^C\r\n")
            self._finish_soon(Status.INTERRUPTED)
        elif self._text is not None:
            text, shown = self._text.feed(data, self.hub.seconds())
            self._send(shown.encode("utf-8", "replace"))
            if text is not None:
                self._take_text(text)
            elif self._is_too_long(self._text.size):
                self._refuse_too_long()

    def readConnectionLost(self) -> None:
        """
        Go on: the text has come to its end.
        """
        if self._text is not None and not self._is_done:
            self._take_text(self._text.end())

    def _is_too_long(self, size: int) -> bool:
        return 0 < self._max_message < size

    def _refuse_too_long(self) -> None:
        self._text = None
        self._end(Status.REFUSED, LineTooLong(self._max_message))

    def _take_text(self, text: str) -> None:
        if self._is_too_long(len(text.encode("utf-8", "replace"))):
            self._refuse_too_long()
            return
        self._text = None
        if not text.strip():
            self._end(Status.USAGE, words.Usage("There is no text to send."))
            return
        self._request = self._request.with_text(text)
        self._do_first()

    def writeConnectionLost(self) -> None:
        """
        Do nothing: the channel is closed as a whole.
        """

    def pauseProducing(self) -> None:
        """
        Read nothing.
        """
        self.paused = True
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        """
        Read on.
        """
        self.paused = False
        self.transport.resumeProducing()

    # -- what is done -----------------------------------------------------------------------------

    def _begin(self) -> None:
        self.hub.isolation.run(
            "a login by SSH",
            self._come_in,
            done=lambda _: self._enter(),
            refused=partial(self._end, Status.NOT_LET_IN),
            failed=lambda: self._end(Status.NOT_LET_IN, Failed()),
            counts=False,
        )

    def _enter(self) -> None:
        self._is_in = True
        self._do_first()

    def _do_first(self) -> None:
        """
        Enter the room that is meant, if its user is not in it, and then go on; none is made.

        Nothing is done before the user is in and the text is read.
        """
        session, request = self.session, self._request
        if not self._is_in or self._text is not None or self._is_done:
            return
        if session is None or session.closed or session.user is None:
            return
        if deeds.is_in_room(session, request) or not (request.verb == "send" or request.follows):
            self._do(session)
        else:
            deeds.enter(self._dispatcher, session, request)

    def _do(self, session: Session) -> None:
        if self._request.follows:
            # From before the page is read: nothing is lost between it and what follows.
            self._follower = Follower(fold(without_hash(self._request.name)), self._show_told)
        deeds.do(self._dispatcher, session, self._request)

    # -- what is told -----------------------------------------------------------------------------

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what takes the events that the dialect has kept.
        """
        self._send = send
        return lambda _: self._take()

    def _take(self) -> None:
        events = [event for event in self.dialect.told if isinstance(event, Event)]
        self.dialect.told.clear()
        for event in events:
            if isinstance(event, Labelled):
                self._take_answer(event.event, event.label)
            elif isinstance(event, (Closed, Kicked, Sanctioned, Refused)):
                self._complain(event)
                self._look_at_room()
            elif self._follower is not None and not isinstance(event, _UNASKED):
                self._follower.hear(event)
                if isinstance(event, Left):
                    self._look_at_room()

    def _look_at_room(self) -> None:
        """
        End, in a later turn, if the user is not in the room any more that is followed.
        """
        if self._follower is not None:
            self.hub.clock.callLater(0, self._end_outside)

    def _end_outside(self) -> None:
        session = self.session
        is_open = session is not None and not session.closed
        if is_open and not deeds.is_in_room(session, self._request):
            self._finish_soon(Status.REFUSED)

    def _take_answer(self, event: Event, label: str) -> None:
        if isinstance(event, Refused):
            self._show(self._output.refusal(event))
            self._complain(event)
            self._finish_soon(Status.REFUSED)
        elif isinstance(event, Done):
            if label == deeds.ENTER:
                self.hub.clock.callLater(0, self._go_on)
            elif self._follower is not None:
                self._follower.go_on()
            else:
                self._finish_soon(Status.DONE)
        elif label == deeds.DO:
            self._answer(event)

    def _answer(self, event: Event) -> None:
        if self._follower is not None and isinstance(event, Transcript):
            self._follower.read(event.lines)
        nick = self.session.nick if self.session is not None else ""
        self._show(self._output.answer(event, nick))

    def _show_told(self, event: Event) -> None:
        self._show(self._output.told(event))

    def _go_on(self) -> None:
        if self.session is not None and not self.session.closed:
            self._do(self.session)

    def _show(self, data: bytes) -> None:
        if data:
            self._send(data)

    def _complain(self, event: Event) -> None:
        if not self._is_done:
            self.transport.write_error(self._output.complaint(event))

    # -- the end ----------------------------------------------------------------------------------

    def _end(self, status: Status, why: Exception) -> None:
        """
        End because of what is told on the standard error.
        """
        if isinstance(why, ChatError):
            self._complain(Refused.of(why, self.hub.now()))
        else:
            self.transport.write_error(self._output.fitted(f"{why}\n{words.USAGE}".encode()))
        self._finish_soon(status)

    def _finish_soon(self, status: Status) -> None:
        if not self._is_done:
            self._is_done = True
            self.transport.status = status
            # Not while others are told.
            self.hub.clock.callLater(0, self._finish)

    def _finish(self) -> None:
        if self.session is not None and not self.session.closed:
            self.hub.close(self.session, "", "")

    def close(self, reason: str, *, linger: bool = True) -> None:
        """
        Send what was written, then close; what the server ends itself was not done.
        """
        if not self._is_done:
            self._is_done = True
            is_own = self._request.text.split()[:1] == ["/quit"]
            self.transport.status = Status.DONE if is_own else Status.LOST
        super().close(reason, linger=linger)

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return nothing: a command is not asked.
        """
        return b""

    def hold_back(self, lines: int) -> None:
        """
        Do nothing: no line is typed ahead.
        """

    def resume(self) -> None:
        """
        Do nothing: nothing waits.
        """
