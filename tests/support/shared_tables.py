"""
What tests of several modules share.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from stores import ReactorThread, result_of
from twisted.internet.defer import Deferred

from twisted_chat.store.interface import Store
from twisted_chat.store.query import Query
from twisted_chat.store.records import Line, RoomOpened

_T = TypeVar("_T")


LOBBY, ATTIC = RoomOpened(1, "lobby", "lobby"), RoomOpened(2, "attic", "Attic")


NOON = 1_795_600_000


def line(number: int, text: str, nick: str = "alice", room: int = 1, kind: str = "said") -> Line:
    at = NOON + number
    return Line(at * 1_000_000 + room, room, number, at, kind, nick, -7, text)


class Asked:
    """
    A store, and the reactor's thread, which waits for its answers.
    """

    kind = "file"

    def __init__(self, open_store: Callable[[Any], Store]) -> None:
        self.reactor = ReactorThread()
        self.store = open_store(self.reactor)
        self.store.load()

    def wait(self, answer: Deferred[_T]) -> _T:
        found: _T = result_of(answer, self.reactor.do_one)
        return found

    def write(self, *changes: Any) -> None:
        result_of(self.store.write(changes), self.reactor.do_one)

    def close(self) -> None:
        self.wait(self.store.close())


def found(asked: Asked, query: Query, count: int = 10) -> list[Line]:
    return asked.wait(asked.store.search(query, count))
