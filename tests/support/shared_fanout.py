"""
What tests of several modules share.
"""

from __future__ import annotations

from attrs import define, evolve, field, frozen
from twisted.internet.base import DelayedCall
from twisted.internet.task import Clock

from twisted_chat.events import Event, Joined, Left, Quit, Said
from twisted_chat.hub import Hub
from twisted_chat.replies.reply import Rung
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, MemoryHasher
from twisted_chat.world.client import Dialect, Prompt
from twisted_chat.world.model import Session
from twisted_chat.world.settings import Preferences

rendered: list[tuple[Event, str]] = []


@frozen
class PlainDialect:
    """
    Renders what was said as its text alone, and counts how often it was asked.
    """

    is_personal: bool = False
    merges_presence: bool = True
    follows_names: bool = False

    def render(self, event: Event, reader: str = "") -> bytes:
        if isinstance(event, Rung):
            event = event.event
        rendered.append((event, reader))
        if isinstance(event, Said):
            if event.text == "unspeakable":
                raise ValueError(event.text)
            return f"{event.text};".encode()
        if isinstance(event, Joined):
            return f"+{event.nick};".encode()
        if isinstance(event, (Left, Quit)):
            return f"-{event.nick};".encode()
        return b"."

    @property
    def preferences(self) -> Preferences:
        return Preferences()

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> PlainDialect:
        return evolve(self, is_personal=bool(preferences.bell))


@define(eq=False)
class ListClient:
    """
    A client that keeps what it is given; it may be told to fail, before it does or afterwards.
    """

    dialect: Dialect = PlainDialect()
    writes: list[bytes] = field(factory=list)
    closed: str | None = None
    fails: type[Exception] | None = None
    fails_later: type[Exception] | None = None
    echoes: bool = False
    can_be_asked: bool = True
    takes_questions: bool = False
    marks_itself: bool = False
    has_taken_all: bool = True
    is_holding_back: bool = False

    def prompt(self, prompt: Prompt | None) -> bytes:
        return f"<{prompt.text}>".encode() if prompt else b"<>"

    def write(self, data: bytes) -> None:
        if self.fails is not None:
            raise self.fails
        self.writes.append(data)
        if self.fails_later is not None:
            raise self.fails_later

    def close(self, reason: str) -> None:
        self.closed = reason


def room_of(
    count: int, dialect: Dialect | None = None
) -> tuple[Clock, Hub, list[Session], list[ListClient]]:
    clock = Clock()
    hub = Hub(clock, MemoryStore(), MemoryHasher(), NO_LIMITS)
    clients = [ListClient(dialect or PlainDialect()) for _ in range(count)]
    sessions = [hub.connect(client, None) for client in clients]
    for number, session in enumerate(sessions):
        hub.arrivals.enter(session, f"p{number}")
    clock.advance(0)
    for client in clients:
        client.writes.clear()
    rendered.clear()
    return clock, hub, sessions, clients


def say(hub: Hub, session: Session, text: str) -> None:
    hub.talk.say(session, hub.rooms["lobby"], text)


def due(clock: Clock) -> list[DelayedCall]:
    return [call for call in clock.getDelayedCalls() if call.getTime() <= clock.seconds()]


def turn(clock: Clock) -> None:
    """
    Run one turn, as the reactor does; the clock itself would go on until nothing is due.
    """
    for call in due(clock):
        clock.calls.remove(call)
        call.called = 1
        call.func(*call.args, **call.kw)
