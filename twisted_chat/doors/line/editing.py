"""
Which terminal a connection has: the client's own, or one whose lines are edited here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import define, field

from twisted_chat.doors.line.telnet.character_mode import CharacterMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.editor.terminal import EditedTerminal
    from twisted_chat.doors.line.terminal import Terminal
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
