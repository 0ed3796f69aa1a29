"""
One command by SSH: it comes in, is done, and ends with an exit status.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Protocol
from zope.interface import implementer

from twisted_chat.delivery.labels import labelled
from twisted_chat.doors.connection import Connection
from twisted_chat.doors.ssh.command import words
from twisted_chat.doors.ssh.command.follower import Follower
from twisted_chat.doors.ssh.command.status import Status
from twisted_chat.doors.ssh.command.told import Told
from twisted_chat.doors.text import PLAIN
from twisted_chat.errors import ChatError, Failed, LineTooLong
from twisted_chat.replies.moderation import Sanctioned
from twisted_chat.replies.pages import Transcript
from twisted_chat.replies.reply import Done, Labelled, Refused, Reply
from twisted_chat.replies.server import Closed
from twisted_chat.text.names import fold, without_hash
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twisted.python.failure import Failure as TwistedFailure

    from twisted_chat.events import Event
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session

#: The labels of entering a room, and of what is asked for itself.
_ENTER, _DO = "enter", "do"
# What these have done, their user knows.
_SILENT = ("send", "msg")
# Events of rooms that are not talk stand in `tail -f` as in any room.
_TIMED = PLAIN.adapt(Preferences(time=True), several_rooms=False)


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
        self.factory = factory.lines
        self.hub = factory.lines.hub
        self._dispatcher = factory.lines.dispatcher
        self._usage = request if isinstance(request, words.Usage) else None
        self._request = request if isinstance(request, words.Request) else words.Request("rooms")
        self._come_in = come_in
        self._has_terminal = has_terminal
        self.paused = False
        is_json = self._request.as_json
        self.dialect: Any = Told(as_json if is_json else None)
        #: A program reads what it has said, with the number of the line.
        self.echoes = is_json
        self._text: list[bytes] | None = [] if self._request.needs_text else None
        self._is_in = self._is_done = False
        self._follower: Follower | None = None

    def connectionMade(self) -> None:
        """
        Come in, before a text is read: what sends it may take longer than a login may.
        """
        self.take_up(_nothing)
        if self._usage is not None:
            self._end(Status.USAGE, self._usage)
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
        Take some of the text, if there is one.
        """
        if self._text is None:
            return
        self._text.append(data)
        limit = self.factory.limits.max_line
        # Its end is no part of it.
        if limit and sum(map(len, self._text)) > limit + 2:
            self._text = None
            self._end(Status.REFUSED, LineTooLong(limit))

    def readConnectionLost(self) -> None:
        """
        Go on: the text has come to its end.
        """
        if self._text is None or self._is_done:
            return
        text = b"".join(self._text).decode("utf-8", "replace").rstrip("\r\n")
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
        Enter the room that is meant, if its user is not in it, and then go on.

        Nothing is done before the user is in and the text is read.
        """
        session, request = self.session, self._request
        if not self._is_in or self._text is not None or self._is_done:
            return
        if session is None or session.closed or session.user is None:
            return
        needs_room = request.verb == "send" or request.follows
        key = fold(without_hash(request.name))
        if needs_room and key not in [room.key for room in session.user.rooms]:
            self._dispatcher.run(session, "join", {"room": request.name}, _ENTER)
        else:
            self._do(session)

    def _do(self, session: Session) -> None:
        run, request = self._dispatcher.run, self._request
        match request.verb:
            case "send":
                self._dispatcher.say(session, request.text, _DO, room=request.name)
            case "msg":
                run(session, "msg", {"nick": request.name, "text": request.text}, _DO)
            case "who":
                run(session, "who", {"room": request.name} if request.name else {}, _DO)
            case "rooms":
                run(session, "rooms", {}, _DO)
            case "tail" | "history":
                if request.follows:
                    # From before the page is read: nothing is lost between it and what follows.
                    self._follower = Follower(fold(without_hash(request.name)), self._show_told)
                with labelled(session, _DO):
                    self.hub.isolation.run(
                        "a page by SSH",
                        partial(self._read, session),
                        done=lambda _: self.hub.tell(session, Done(self.hub.now())),
                        refused=partial(self.hub.refuse, session),
                        failed=lambda: self.hub.refuse(session, Failed()),
                        counts=False,
                    )
            case _:
                self._dispatcher.dispatch(session, request.text, _DO)

    async def _read(self, session: Session) -> None:
        session.line_bucket.spend(4)
        room = self.hub.access.find(session.require_user(), self._request.name)
        await self.hub.archive.show_place(session, room, self._request.count)

    # -- what is told -----------------------------------------------------------------------------

    def writer(self, send: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """
        Return what takes the events that the dialect has kept.
        """
        self._send = send
        return lambda _: self._take()

    def _take(self) -> None:
        events, self.dialect.events = self.dialect.events, []
        for event in events:
            if isinstance(event, Labelled):
                self._take_answer(event.event, event.label)
            elif isinstance(event, (Closed, Sanctioned, Refused)):
                self._complain(event)
            elif self._follower is not None and not isinstance(event, Reply):
                self._follower.hear(event)

    def _take_answer(self, event: Event, label: str) -> None:
        if isinstance(event, Refused):
            if self.dialect.as_json is not None:
                self._show(self.dialect.as_json(event))
            self._complain(event)
            self._finish_soon(Status.REFUSED)
        elif isinstance(event, Done):
            if label == _ENTER:
                self.hub.clock.callLater(0, self._go_on)
            elif self._follower is not None:
                self._follower.go_on()
            else:
                self._finish_soon(Status.DONE)
        elif label == _DO:
            self._answer(event)

    def _answer(self, event: Event) -> None:
        if self._follower is not None and isinstance(event, Transcript):
            self._follower.read(event.lines)
        is_plain = self._request.verb == "tail" and self.dialect.as_json is None
        if is_plain and isinstance(event, Transcript):
            for line in event.lines:
                self._show(_TIMED.render(line))
        elif self.dialect.as_json is not None:
            self._show(self.dialect.as_json(event))
        elif self._request.verb not in _SILENT and not isinstance(event, Closed):
            nick = self.session.nick if self.session is not None else ""
            self._show(PLAIN.render(event, nick))

    def _show_told(self, event: Event) -> None:
        as_json = self.dialect.as_json
        self._show(_TIMED.render(event) if as_json is None else as_json(event))

    def _go_on(self) -> None:
        if self.session is not None and not self.session.closed:
            self._do(self.session)

    def _show(self, data: bytes) -> None:
        self._send(self._fitted(data))

    def _complain(self, event: Event) -> None:
        if not self._is_done:
            self.transport.write_error(self._fitted(PLAIN.render(event)))

    def _fitted(self, data: bytes) -> bytes:
        return data if self._has_terminal else data.replace(b"\r\n", b"\n")

    # -- the end ----------------------------------------------------------------------------------

    def _end(self, status: Status, why: Exception) -> None:
        """
        End because of what is told on the standard error.
        """
        if isinstance(why, ChatError):
            self._complain(Refused.of(why, self.hub.now()))
        else:
            self.transport.write_error(f"{why}\n{words.USAGE}".encode())
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


def _nothing() -> None:
    pass
