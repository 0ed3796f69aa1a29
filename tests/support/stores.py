"""
For tests of stores: one that answers when it is told to, and a stand-in for the reactor's thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Any

from attrs import define, field
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.python.failure import Failure

from twisted_chat.store.interface import Store, StoreFailed, Waiting
from twisted_chat.store.invitations import Invitation
from twisted_chat.store.records import Change, Line, RoomOpened
from twisted_chat.store.snapshot import Credentials, Snapshot
from twisted_chat.store.sqlite.memory import MemoryStore

#: Seconds in which a thread must have done what it was given; much, for a machine that is busy.
WITHIN = 60.0
#: More than any line's number.
LATEST = 1 << 62


def line(number: int, text: str = "", *, room: int = 1, **values: Any) -> Line:
    """
    Return a line of a room; ids are in the order of numbers, then of rooms.
    """
    usual = {"at": 1_700_000_000.5 + number, "kind": "said", "nick": "alice", "author": -1}
    return Line(
        number * 1000 + room, room, number, text=text or f"line {number}", **{**usual, **values}
    )


def opened(room: int = 1, name: str = "") -> RoomOpened:
    name = name or f"Room{room}"
    return RoomOpened(room, name.lower(), name)


def result_of(deferred: Deferred[Any] | None, drive: Callable[[], object] | None = None) -> Any:
    """
    Return what a Deferred fired with, or raise it.

    Args:
        deferred: None for what is done already, as of `Store.write`.
        drive: called until it has.
    """
    if deferred is None:
        return None
    found: list[Any] = []
    deferred.addBoth(found.append)
    while not found:
        assert drive is not None, "it has not fired"
        drive()
    if isinstance(found[0], Failure):
        found[0].raiseException()
    return found[0]


@define
class ReactorThread:
    """
    Stands in for ``reactor.callFromThread``: what threads ask for is done when the test does it.
    """

    _calls: SimpleQueue[Callable[[], object]] = field(init=False, factory=SimpleQueue)

    def __call__(self, function: Callable[..., object], *args: object) -> None:
        self._calls.put(partial(function, *args))

    def do_one(self) -> None:
        """
        Do the next call, as soon as there is one.
        """
        self._calls.get(timeout=WITHIN)()


@define(eq=False)
class SlowStore:
    """
    A store that answers when it is told to, or fails then.

    Attributes:
        store: does what is asked for, once that is to be answered.
        asked: what has not been answered yet, the oldest first: the name, and the arguments.
        is_slow: otherwise it answers at once.
        slow: the names of what it is slow at; empty for all.
    """

    store: Store = field(factory=MemoryStore)
    is_slow: bool = True
    slow: tuple[str, ...] = ()
    asked: deque[tuple[str, tuple[Any, ...]]] = field(init=False, factory=deque)
    _answers: deque[tuple[dict[str, object], Deferred[Any]]] = field(init=False, factory=deque)

    @property
    def lost(self) -> int:
        return self.store.lost

    def load(self) -> Snapshot:
        return self.store.load()

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        # As they are now: the caller may go on to use the list.
        return self._ask("write", tuple(changes))

    def __getattr__(self, name: str) -> Callable[..., Deferred[Any]]:
        # Everything else that a store can be asked for.
        if name not in vars(Store):
            raise AttributeError(name)
        return partial(self._ask, name)

    def close(self) -> Deferred[None]:
        self.answers(len(self.asked))
        return self.store.close()

    def _ask(self, name: str, *args: object, **named: object) -> Deferred[Any]:
        answer: Deferred[Any] = Deferred()
        if self.is_slow and self.slow and name not in self.slow:
            return self._do(name, args, named)
        self.asked.append((name, args))
        self._answers.append((named, answer))
        if not self.is_slow:
            self.answers(len(self.asked))
        return answer

    def _do(self, name: str, args: tuple[object, ...], named: dict[str, object]) -> Deferred[Any]:
        return maybeDeferred(getattr(self.store, name), *args, **named)

    @property
    def writes(self) -> list[list[str]]:
        """
        The texts of the lines of each write that is not answered yet.
        """
        writes = [args[0] for name, args in self.asked if name == "write"]
        return [[each.text for each in changes if isinstance(each, Line)] for changes in writes]

    def answers(self, count: int = 1) -> None:
        """
        Do what it was asked for, the oldest first.
        """
        for _ in range(count):
            name, args = self.asked.popleft()
            named, answer = self._answers.popleft()
            self._do(name, args, named).chainDeferred(answer)

    def fails(self, error: Exception | None = None) -> None:
        """
        Refuse the oldest of what it was asked for, with `StoreFailed` unless told otherwise.
        """
        self.asked.popleft()
        self._answers.popleft()[1].errback(Failure(error or StoreFailed("the disk is on fire")))

    def kept(self, room: int = 1, *kinds: str) -> list[str]:
        """
        Return the texts of what is kept of a room.
        """
        lines = result_of(self.store.lines(room, LATEST, LATEST, kinds or ("said",)))
        return [each.text for each in lines]


class HangingStore(MemoryStore):
    """
    A store that does not answer some of what it is asked, until it is told to.
    """

    def __init__(self, *holds: str) -> None:
        super().__init__()
        self.holds = holds
        self._held: list[tuple[Deferred[Any], Callable[[], Deferred[Any]]]] = []

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        return self._do("write", partial(super().write, list(changes)))

    def credentials(self, account: int) -> Deferred[Credentials | None]:
        return self._do("credentials", partial(super().credentials, account))

    def waiting(self, account: int) -> Deferred[Waiting]:
        return self._do("waiting", partial(super().waiting, account))

    def invitations(self, hash: str = "") -> Deferred[list[Invitation]]:  # noqa: A002
        return self._do("invitations", partial(super().invitations, hash))

    def _do(self, name: str, call: Callable[[], Deferred[Any]]) -> Deferred[Any]:
        if name not in self.holds:
            return call()
        answer: Deferred[Any] = Deferred()
        self._held.append((answer, call))
        return answer

    def goes_on(self) -> None:
        self.holds = ()
        for answer, call in self._held:
            call().chainDeferred(answer)
        self._held.clear()
