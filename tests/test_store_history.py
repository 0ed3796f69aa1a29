"""
What a store keeps of lines that change: in memory and in a file, the same.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

import pytest
from twisted.internet.defer import Deferred

from twisted_chat.records import Line, Revised, RoomOpened, Store
from twisted_chat.store.database import connect
from twisted_chat.store.memory import MemoryStore
from twisted_chat.store.sqlite import SQLiteStore

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

    def __init__(self, open_store: Callable[[Any], Store]) -> None:
        self.calls: Queue[tuple[Any, ...]] = Queue()
        self.store = open_store(lambda *call: self.calls.put(call))
        self.store.load()

    def wait(self, answer: Deferred[_T]) -> _T:
        found: list[Any] = []
        answer.addBoth(found.append)
        while not found:
            function, *args = self.calls.get(timeout=10)
            function(*args)
        if hasattr(found[0], "raiseException"):
            found[0].raiseException()
        return found[0]

    def write(self, *changes: Any) -> None:
        self.wait(self.store.write(changes))

    def close(self) -> None:
        self.wait(self.store.close())


@pytest.fixture(params=["memory", "file"])
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    kinds: dict[str, Callable[[Any], Store]] = {
        "memory": lambda _: MemoryStore(),
        "file": lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor),
    }
    found = Asked(kinds[request.param])
    found.write(LOBBY, ATTIC)
    yield found
    found.close()


def test_a_line_that_is_revised_is_so_from_then_on(asked: Asked) -> None:
    first, second = line(1, "lunch at noon?"), line(2, "yes")
    edited = first._replace(text="lunch at one?", state="edited")
    asked.write(first, second, Revised(edited))
    assert asked.wait(asked.store.lines(1, 9, 9)) == [edited, second]
    # The same once more, as when nobody knows whether it was written.
    asked.write(first, Revised(edited))
    assert asked.wait(asked.store.lines(1, 9, 9)) == [edited, second]


def test_a_line_that_is_not_there_is_not_revised(asked: Asked) -> None:
    asked.write(Revised(line(1, "lunch?")))
    assert asked.wait(asked.store.lines(1, 9, 9)) == []


def test_who_reacted_and_what_is_pinned_is_kept(asked: Asked) -> None:
    first, second = line(1, "lunch at noon?"), line(2, "tea at five")
    first = first.with_reaction("+1", -8).with_reaction("+1", 3).with_reaction("é", 3)
    asked.write(line(1, "lunch at noon?"), second, Revised(first._replace(pinned=1)))
    asked.write(line(1, "boo", room=2), Revised(second._replace(pinned=1)))
    (found, other) = asked.wait(asked.store.pinned(1))
    assert found.reactions == {"+1": [-8, 3], "é": [3]}
    assert other == second._replace(pinned=1)
    asked.write(Revised(found.without_words("alice")))
    assert asked.wait(asked.store.pinned(1)) == [other]
    assert asked.wait(asked.store.pinned(2)) == asked.wait(asked.store.pinned(3)) == []


def test_lines_are_found_by_their_numbers(asked: Asked) -> None:
    lines = [line(number, f"line {number}") for number in range(1, 6)]
    asked.write(*lines, line(2, "boo", room=2))
    assert asked.wait(asked.store.numbered(1, [4, 2, 9, 4])) == [lines[1], lines[3]]
    assert asked.wait(asked.store.numbered(2, [1, 2])) == [line(2, "boo", room=2)]
    assert asked.wait(asked.store.numbered(3, [1])) == []


def test_what_was_deleted_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    asked = Asked(lambda in_reactor: SQLiteStore(path, in_reactor))
    secret = line(1, "the password is swordfish")
    asked.write(LOBBY, secret)
    asked.write(Revised(secret._replace(text="alice", state="deleted")))
    asked.close()
    with closing(connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"swordfish" not in path.read_bytes()
