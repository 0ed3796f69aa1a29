"""
Which terminal a connection has: the client's own, or one whose lines are edited here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field
from twisted.internet.interfaces import ISSLTransport

from twisted_chat.doors.connection import Connection
from twisted_chat.doors.line.telnet.character_mode import CharacterMode
from twisted_chat.doors.line.telnet.codes import IAC
from twisted_chat.doors.text import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.editor.terminal import EditedTerminal
    from twisted_chat.doors.line.answers import Answers
    from twisted_chat.doors.line.intake import Intake
    from twisted_chat.doors.line.terminal import Terminal
    from twisted_chat.doors.line.waiting import WaitingLines
    from twisted_chat.doors.text import TextDialect
    from twisted_chat.world.model import Session


@define(eq=False)
class Editing:
    """
    Lets the lines of one connection be edited here, and by its client again.

    Args:
        own: the client's own terminal.
        use: lets the connection use a terminal from now on, to read from and to write to.
        on_window: called when the window has another size.
    """

    _dispatcher: Dispatcher
    _own: Terminal
    _use: Callable[[Any], None]
    _on_window: Callable[[], None]
    # While lines are edited here.
    _edited: EditedTerminal | None = field(init=False, default=None)
    # None until the client has spoken telnet.
    _mode: CharacterMode | None = field(init=False, default=None)

    def begin(self, session: Session, kind: str, columns: int) -> EditedTerminal:
        """
        Edit the lines of ``session`` here from now on, and return the terminal for that.

        Args:
            kind: the name of the terminal.
            columns: its width; 0 if that is not known.
        """
        from twisted_chat.doors.editor.terminal import (  # noqa: PLC0415  # with tables of widths
            EditedTerminal,
            complete,
            place_of,
        )

        self._edited = EditedTerminal(
            self._own.limit,
            columns,
            partial(place_of, session),
            partial(complete, self._dispatcher, session),
            self._on_window,
            self._dispatcher.hub.seconds,
            kind=kind,
        )
        self._use(self._edited)
        return self._edited

    def resize(self, columns: int) -> None:
        """
        Show what is edited here in a window of another width.
        """
        if self._edited is not None:
            self._edited.resize(columns)

    def hear_of_window(self) -> None:
        """
        Take the size of the window that the client has told by telnet.
        """
        if self._edited is None:
            self._on_window()
        else:
            self._edited.resize(self._own.columns)

    def look(self, session: Session) -> None:
        """
        Edit the lines of a telnet client that lets us, if its user wants that, or no more.
        """
        options, edited = self._own.options, self._edited
        if options is None or session.closed:
            return
        if self._mode is None:
            self._mode = CharacterMode(partial(self._begin, session), self._end)
        begun = edited.has_begun_line if edited is not None else bool(self._own.begun)
        self._mode.look(options, session, has_begun_line=begun)

    def _begin(self, session: Session, kind: str) -> None:
        begun = self._own.begun
        self._own.drop_begun()
        terminal = self.begin(session, kind, self._own.columns)
        terminal.decode = self._own.decode
        prompt = self._own.prompt
        is_over = prompt is not None and prompt.wants_name and session.user is not None
        terminal.write(terminal.show(None if is_over else prompt))
        # What was typed before stands in the row already.
        terminal.split(begun)

    def _end(self) -> None:
        assert self._edited is not None
        prompt = self._edited.prompt
        self._edited.finish()
        self._edited = None
        # What came meanwhile was for the editor.
        self._own.find_interrupt(b"")
        self._own.prompt = None
        self._use(self._own)
        self._own.ask(prompt)


class TerminalConnection(Connection):
    """
    A connection to a terminal, whose lines are edited there or here: the `Carrier` of both.
    """

    dialect: TextDialect
    # The one that is used now.
    _terminal: Any
    _editing: Editing | None
    _waiting: WaitingLines
    _answers: Answers
    _intake: Intake

    def edit(self, kind: str, columns: int) -> None:
        """
        Edit the lines that are typed here, from before the connection is made on.

        Args:
            kind: the name of the terminal.
            columns: its width; 0 if that is not known.
        """
        assert self.session is not None
        self._edits().begin(self.session, kind, columns)
        # So that even the first line fits.
        self.factory.hub.clock.callLater(0, self._fit_window)

    def resize(self, columns: int) -> None:
        """
        Show the line that is edited here in a window of another width.
        """
        self._edits().resize(columns)

    def _edits(self) -> Editing:
        if self._editing is None:
            self._editing = Editing(
                self.factory.dispatcher, self._terminal, self._use, self._fit_window
            )
        return self._editing

    def _use(self, terminal: Any) -> None:
        self._terminal = self._intake.terminal = self._answers.terminal = terminal
        if self.transport is not None:
            self.write_by(self.writer(self._outbox.write))

    @property
    def is_encrypted(self) -> bool:
        """
        Whether the connection is within TLS.
        """
        return ISSLTransport.providedBy(self.transport)

    def seconds(self) -> float:
        """
        Return the time.
        """
        return float(self.factory.hub.seconds())

    def reply(self, data: bytes) -> None:
        """
        Send bytes to the client, above a line that is edited here.
        """
        self.write(data)

    def look_at_editing(self) -> None:
        """
        Begin to edit lines here, or end that, as the client wants it now.
        """
        if self.session is not None and not self._is_closed:
            self._edits().look(self.session)
            # The name of its terminal may be known only now.
            self._fit()

    def hear_of_window(self) -> None:
        """
        Take the size of the client's window.
        """
        self._edits().hear_of_window()
        self.look_at_editing()

    def send_telnet(self, data: bytes) -> None:
        """
        Send telnet, or a text that answers it, to the client.
        """
        # A text among it stands above the line that is edited here.
        is_telnet = data.startswith(bytes([IAC]))
        self._edits()
        (self._outbox.write if is_telnet else self.write)(data)

    def _fit_window(self) -> None:
        """
        Wrap lines at the width of the client's window from now on.
        """
        self._fit()
        self._waiting.hurry()

    def _fit(self) -> None:
        """
        Show lines as the client's terminal can from now on.
        """
        terminal = self._terminal
        dialect = PLAIN.fitted(terminal.columns, links=terminal.opens_links)
        if dialect is not self.dialect:
            self.dialect = dialect
            if self.session is not None:
                self.factory.hub.settings.adapt(self.session)
