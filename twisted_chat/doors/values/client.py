"""
The door of values: gives a program in this process events and replies as they are.

It has no wire, and makes no words.  `twisted_chat.testing` opens it, to show what a door for
programs is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

from twisted_chat.errors import ChatError
from twisted_chat.events import Event
from twisted_chat.signals import is_signal
from twisted_chat.world.client import Prompt
from twisted_chat.world.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.commands.dispatcher import Dispatcher
    from twisted_chat.hub import Hub
    from twisted_chat.world.model import Session


@frozen
class ValueDialect:
    """
    Keeps what is told; the bytes are no more than the place where that is.

    Attributes:
        told: everything that was told to anybody, and the prompts.
    """

    told: list[Event | Prompt | None] = field(factory=list, eq=False)

    @property
    def is_personal(self) -> bool:
        """
        Whether a line that names its reader is rendered otherwise for that reader: never.
        """
        return False

    @property
    def merges_presence(self) -> bool:
        """
        Whether joins and parts that follow each other are read as one: never.
        """
        return False

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return the place of ``event``; a signal has none.
        """
        if is_signal(event):
            return b""
        return self.keep(event)

    def keep(self, value: Event | Prompt | None) -> bytes:
        """
        Keep ``value``, and return its place.
        """
        self.told.append(value)
        return b"%d\n" % (len(self.told) - 1)

    @property
    def preferences(self) -> Preferences:
        """
        How it is: nothing makes a difference.
        """
        return Preferences()

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> ValueDialect:
        """
        Return this dialect: there is nothing to prefer.
        """
        return self


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
    door: str = field(init=False, default="values")
    device: str = field(init=False, default="")
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
                self._hub.answer(self.session, line)
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
