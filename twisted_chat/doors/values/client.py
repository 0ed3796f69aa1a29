"""
The door of values: gives a program in this process events and replies as they are.

It has no wire, and makes no words.  `twisted_chat.testing` opens it, to show what a door for
programs is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.errors import ChatError
from twisted_chat.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.doors.values.dialect import ValueDialect
    from twisted_chat.hub import Hub
    from twisted_chat.world.client import Prompt
    from twisted_chat.world.model import Session


@define(eq=False)
class ValueClient:
    """
    The connection of a program: the `Client` that the hub tells values.

    Attributes:
        values: what it was told, in order.
        prompt_shown: what it is asked now; None for nothing.
        closed: why it was closed; None while it is open.
    """

    dialect: ValueDialect
    values: list[Event] = field(init=False, factory=list)
    prompt_shown: Prompt | None = field(init=False, default=None)
    closed: str | None = field(init=False, default=None)
    is_private: bool = field(init=False, default=True)
    echoes: bool = field(init=False, default=True)
    can_be_asked: bool = field(init=False, default=True)
    marks_itself: bool = field(init=False, default=False)
    has_taken_all: bool = field(init=False, default=True)
    door: str = field(init=False, default="values")
    device: str = field(init=False, default="")
    takes_questions: bool = field(init=False, default=False)
    is_holding_back: bool = field(init=False, default=False)

    def write(self, data: bytes) -> None:
        """
        Take the values whose places are in ``data``.
        """
        for place in data.split():
            value = self.dialect.told[int(place)]
            if isinstance(value, Event):
                self.values.append(value)
            else:
                is_open = value is not None and not value.is_answered
                self.prompt_shown = value if is_open else None

    def prompt(self, prompt: Prompt | None) -> bytes:
        """
        Return the place of ``prompt``.
        """
        return self.dialect.keep(prompt)

    def hold_back(self, lines: int) -> None:
        """
        Do nothing: no line is typed ahead here.
        """

    def close(self, reason: str) -> None:
        """
        Note that the hub has let go.
        """
        self.closed = reason

    def resume(self) -> None:
        """
        Do nothing: no line waits here.
        """


@define(eq=False)
class Program:
    """
    A program that types lines as a user does, and reads values.

    Args:
        hub: that it comes to.
        dispatcher: does its lines.
        client: its connection.
        settle: lets the server finish what it is about.

    Attributes:
        session: its own.
    """

    _hub: Hub
    _dispatcher: Dispatcher
    client: ValueClient
    _settle: Callable[[], None]
    session: Session = field(init=False)
    _seen: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self.session = self._hub.connect(self.client, None)

    def types(self, *lines: str) -> None:
        """
        Type lines, and let the server do each.
        """
        for line in lines:
            if self.session.question is not None:
                self._dispatcher.answer(self.session, line)
            elif self.session.user is None:
                self._introduce(line)
            else:
                self._dispatcher.dispatch(self.session, line)
            self._settle()

    def _introduce(self, name: str) -> None:
        try:
            self._hub.logins.introduce(self.session, name)
        except ChatError as refusal:
            self._hub.refuse(self.session, refusal)

    def reads(self) -> list[Event]:
        """
        Return what came since the last look.
        """
        values = self.client.values[self._seen :]
        self._seen += len(values)
        return values
