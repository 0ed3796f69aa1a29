"""
The front for a terminal: one types and reads at the same time, in the terminal's own scrollback.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.dimension import AnyDimension, Dimension, to_dimension
from prompt_toolkit.output import Output
from prompt_toolkit.shortcuts import CompleteStyle, PromptSession

from twisted_chat.client.editing import Asker, History, output_to
from twisted_chat.client.scrollback import Scrollback
from twisted_chat.client.show.line import Line, Message
from twisted_chat.client.show.line import status as status_line
from twisted_chat.client.show.look import Painter
from twisted_chat.client.status import status
from twisted_chat.client.talk.conversation import Conversation
from twisted_chat.client.talk.questions import Question
from twisted_chat.client.talk.typed import is_command

if TYPE_CHECKING:
    from twisted_chat.client.net.link import Link

# Seconds after a key until what is shown counts as read.
_READ_AFTER = 2.0
# The prompt until a password that is not asked for any more is typed.
_TAKEN_BACK = "(not asked any more: press Enter) "
_NOT_SAID_YET = "Your last line has not reached the others yet; it can be edited then."
# Rows for what may be completed.
_MENU = 6


@define(eq=False)
class Terminal:
    """
    Shows a conversation in a terminal.

    Args:
        talk: is shown.
        painter: makes rows of lines.
        place: of the server, for the status line.
        history: the file of the lines that were typed.
        alert: what happens when the user is named, as in `show.alert`.
        input, output: of the terminal; those of the process by default.
    """

    talk: Conversation
    painter: Painter
    place: str
    history: Path
    alert: str = "bell"
    _input: Input | None = None
    _output: Output | None = None
    link: Link = field(init=False)
    _scrollback: Scrollback = field(init=False)
    # The line of the user's own that is being changed, and its room; None for none.
    _editing: tuple[str, int] | None = field(init=False, default=None)
    # Where in the history that was begun.
    _edited_at: int = field(init=False, default=0)
    # What was half typed when a question came.
    _set_aside: Document | None = field(init=False, default=None)
    # What was asked when it was looked at last.
    _asked: Question | None = field(init=False, default=None)
    # The question was taken back, and the rest of a password may still be typed, up to its Enter.
    _is_dropping: bool = field(init=False, default=False)
    # Marks the room as read, soon; None if no key was pressed since the last time.
    _reading: asyncio.TimerHandle | None = field(init=False, default=None)
    _session: PromptSession[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._session = PromptSession(
            message=self._prompt,
            history=History(self.history, self._is_answer),
            completer=Asker(self.talk, self._flush),
            complete_while_typing=False,
            complete_style=CompleteStyle.MULTI_COLUMN,
            reserve_space_for_menu=_MENU,
            bottom_toolbar=self._status,
            key_bindings=self._keys(),
            is_password=Condition(self._is_secret),
            erase_when_done=True,
            enable_open_in_editor=False,
            enable_suspend=True,
            input=self._input,
            output=self._output or output_to(sys.stdout),
        )
        self._scrollback = Scrollback(self._session.app, self.painter, self.alert)
        # A key that begins with ESC comes at once, or is not one.
        self._session.app.ttimeoutlen = 0.05
        # Nor does one that was pressed wait up to 10 ms, until nothing arrives.
        self._session.app.max_render_postpone_time = 0
        self._session.default_buffer.on_text_changed += self._leave_edit
        self._session.app.key_processor.after_key_press += self._note_reader
        self._limit_height()

    async def keep_up(self) -> None:
        """
        Wait until not too many lines wait to be written.
        """
        await self._scrollback.keep_up()

    def _limit_height(self) -> None:
        """
        Leave half of the window to what is read, however much is typed or pasted.
        """
        for window in self._session.layout.find_all_windows():
            if getattr(window.content, "buffer", None) is self._session.default_buffer:
                needed = window.height

                def height(needed: AnyDimension = needed) -> Dimension:
                    most = max(self._session.app.output.get_size().rows // 2, 2)
                    least = min(to_dimension(needed).min, most)
                    return Dimension(min=least, max=most)

                window.height = height

    # -- what is shown ----------------------------------------------------------------------------

    def show(self, lines: list[Line]) -> None:
        """
        Show lines soon, and look again at what has changed.
        """
        self._scrollback.add(lines)
        # At once: no key of a password may be taken for talk.
        self._look_at_question()

    def hear(self, told: Message) -> None:
        """
        Show the following lines as a setting was changed, if ``told`` says so.
        """
        self.painter.follow(told)

    def _flush(self) -> None:
        self.link.flush()

    def _prompt(self) -> str:
        question = self.talk.question
        if question is not None:
            return question.prompt
        if self._is_dropping:
            return _TAKEN_BACK
        return f"edit {self._editing[1]}> " if self._editing else "> "

    def _is_secret(self) -> bool:
        return self._is_dropping or (
            self.talk.question is not None and self.talk.question.is_secret
        )

    def _is_answer(self) -> bool:
        return self._is_dropping or self.talk.question is not None

    def _status(self) -> str:
        return status(self.talk, self.place, is_waiting=self.link.is_waiting)

    def _look_at_question(self) -> None:
        """
        Set aside what is half typed when there is a question, and bring it back afterwards.
        """
        buffer, question = self._session.default_buffer, self.talk.question
        if question is not None:
            self._is_dropping = False
            if self._set_aside is None:
                self._set_aside = buffer.document
                buffer.document = Document()
        elif self._asked is not None and self._asked.is_secret and buffer.text:
            self._is_dropping = True
        elif self._set_aside is not None and not self._is_dropping:
            buffer.document, self._set_aside = self._set_aside, None
        self._asked = question

    # -- what is typed ----------------------------------------------------------------------------

    async def run(self, link: Link) -> None:
        """
        Show what arrives and read what is typed, until the conversation is over.

        Raises:
            ClientError: why it cannot go on.
        """
        self.link = link
        writer = asyncio.create_task(self._scrollback.run())
        typing = asyncio.create_task(self._type())
        linked = asyncio.create_task(link.run())
        try:
            await asyncio.wait({typing, linked, writer}, return_when=asyncio.FIRST_COMPLETED)
            if not linked.done():
                await link.leave()
        finally:
            if self._reading is not None:
                self._reading.cancel()
            for task in (typing, linked, writer):
                task.cancel()
            results = await asyncio.gather(typing, linked, writer, return_exceptions=True)
            self._scrollback.finish()
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _type(self) -> None:
        while not self.talk.is_over:
            try:
                text = await self._session.prompt_async(
                    default=self._half_typed(), handle_sigint=False
                )
            except KeyboardInterrupt:
                self._cancel()
                continue
            except EOFError:
                return
            self._take(text)
            self.link.flush()
            self.link.hurry()

    def _half_typed(self) -> str:
        if self.talk.question is not None or self._set_aside is None:
            return ""
        document, self._set_aside = self._set_aside, None
        return document.text

    def _note_reader(self, _: object) -> None:
        """
        Note that the user is there, and so reads what is shown.
        """
        if self._reading is None:
            self._reading = asyncio.get_running_loop().call_later(_READ_AFTER, self._mark_read)

    def _mark_read(self) -> None:
        self._reading = None
        self.talk.mark_read()
        self.link.flush()

    def _take(self, text: str) -> None:
        self._asked = None
        if self._is_dropping:
            self._is_dropping = False
        elif self.talk.question is not None:
            self.talk.questions.answer(text)
        elif self._editing:
            (room, number), self._editing = self._editing, None
            if is_command(text):
                self.show(self.talk.composer.typed(text))
            elif text.strip():
                self.show(self.talk.composer.edit(room, number, text))
        else:
            self.show(self.talk.composer.typed(text))
        self._scrollback.wake()

    def _cancel(self) -> None:
        self._editing, self._asked, self._is_dropping = None, None, False
        if self.talk.question is not None:
            self.talk.give_up()
            self._scrollback.wake()

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        buffer = Condition(lambda: not self._session.default_buffer.text)

        @keys.add("up", filter=buffer & Condition(self._can_edit))
        def _(event: KeyPressEvent) -> None:
            if self.talk.outgoing.is_saying:
                self.show([status_line(_NOT_SAID_YET)])
            elif self.talk.composer.last_own is not None:
                number, text = self.talk.composer.last_own
                event.current_buffer.document = Document(text)
                self._editing = self.talk.rooms.current, number
                self._edited_at = event.current_buffer.working_index

        @keys.add("up", filter=Condition(self._is_secret), eager=True)
        @keys.add("down", filter=Condition(self._is_secret), eager=True)
        @keys.add("c-r", filter=Condition(self._is_secret), eager=True)
        @keys.add("c-s", filter=Condition(self._is_secret), eager=True)
        def _(_: KeyPressEvent) -> None:
            """Leave alone what was typed before: it is no answer, and would be hidden."""

        @keys.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        @keys.add("escape", "n")
        def _(_: KeyPressEvent) -> None:
            room = self.talk.rooms.next()
            if room:
                self.talk.switch(room)
                self.link.flush()

        return keys

    def _leave_edit(self, buffer: Buffer) -> None:
        """
        Change nothing any more once an earlier line is looked at: it was not said in this room.
        """
        if buffer.working_index != self._edited_at:
            self._editing = None

    def _can_edit(self) -> bool:
        is_there = self.talk.composer.last_own is not None or self.talk.outgoing.is_saying
        return self.talk.question is None and is_there
