"""
Programs that chat: clients that are told events as they are, and cannot be asked.
"""

from __future__ import annotations

from attrs import define, field, frozen

from twisted_chat.events import Event
from twisted_chat.replies.reply import Done, Labelled, Notice, Refused
from twisted_chat.signals import is_signal
from twisted_chat.testing import Chat
from twisted_chat.world.client import Prompt
from twisted_chat.world.model import Session
from twisted_chat.world.settings import Preferences

# What was rendered, by the number that stands for it.
_told: list[Event] = []


@frozen
class EventDialect:
    """
    Renders each event as a number that stands for it.
    """

    is_personal: bool = False
    merges_presence: bool = False
    follows_names: bool = False

    def render(self, event: Event, reader: str = "") -> bytes:
        if is_signal(event):
            return b""
        _told.append(event)
        return b"%d;" % (len(_told) - 1)

    @property
    def preferences(self) -> Preferences:
        return Preferences()

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> EventDialect:
        return self


@define(eq=False)
class Program:
    """
    A program that is connected to ``chat``, with a session but no name yet.
    """

    chat: Chat
    echoes: bool = True
    is_private: bool = True
    dialect: EventDialect = EventDialect()
    can_be_asked: bool = False
    takes_questions: bool = False
    marks_itself: bool = True
    has_taken_all: bool = True
    is_holding_back: bool = False
    closed: str | None = None
    session: Session = field(init=False)
    _data: bytes = b""

    def __attrs_post_init__(self) -> None:
        self.session = self.chat.hub.connect(self, None)

    def write(self, data: bytes) -> None:
        self._data += data

    def prompt(self, prompt: Prompt | None) -> bytes:
        raise AssertionError("it cannot be asked")

    def resume(self) -> None:
        # Nothing waits here.
        pass

    def close(self, reason: str) -> None:
        self.closed = reason

    def reads(self) -> list[Event]:
        """
        Return what it was told since the last look, in order.
        """
        self.chat.advance()
        data, self._data = self._data, b""
        return [_told[int(number)] for number in data.split(b";")[:-1]]

    def runs(self, name: str, label: str = "", **args: object) -> list[Event]:
        """
        Run a command with arguments by name, and return what it is told.
        """
        self.chat.dispatcher.run(self.session, name, args, label)
        return self.reads()


def arrive(chat: Chat, nick: str, *, echoes: bool = True) -> Program:
    """
    Connect a program as ``nick``, and read the greeting.
    """
    program = Program(chat, echoes)
    chat.hub.logins.introduce(program.session, nick)
    program.reads()
    return program


def labels_of(events: list[Event]) -> list[str]:
    """
    Return the label of each of ``events``, empty for one that has none.
    """
    return [event.label if isinstance(event, Labelled) else "" for event in events]


def plain(events: list[Event]) -> list[Event]:
    """
    Return ``events`` without labels, and without what says that all is done.
    """
    bare = [event.event if isinstance(event, Labelled) else event for event in events]
    return [event for event in bare if not isinstance(event, Done)]


def sentences(events: list[Event]) -> list[str]:
    """
    Return the sentences among ``events``: what plugins say, and refusals.
    """
    return [
        event.text if isinstance(event, Notice) else event.sentence.partition("\n")[0]
        for event in plain(events)
        if isinstance(event, (Notice, Refused))
    ]
