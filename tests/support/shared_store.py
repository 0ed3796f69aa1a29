"""
What tests of several modules share.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from attrs import define
from stores import LATEST, ReactorThread, SlowStore, result_of
from twisted.internet.defer import Deferred

from twisted_chat.store.records import (
    Change,
    Line,
)
from twisted_chat.store.snapshot import Snapshot
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.store import SQLiteStore


@define(eq=False)
class Bench:
    """
    A store under test, and what drives it to its answers.
    """

    store: Any
    _drive: Callable[[], object]
    _open: Callable[[], Any]

    def wait(self, deferred: Deferred[Any]) -> Any:
        return result_of(deferred, self._drive)

    def write(self, *changes: Change) -> None:
        self.wait(self.store.write(changes))

    def lines(
        self, room: int = 1, before: int = LATEST, count: int = LATEST, kinds: tuple[str, ...] = ()
    ) -> list[Line]:
        return self.wait(self.store.lines(room, before, count, kinds))

    def reopen(self) -> Snapshot:
        """
        Close it and open it again, as a restart does; what is in memory only stays as it is.
        """
        self.wait(self.store.close())
        self.store = self._open()
        return self.store.load()


@contextlib.contextmanager
def bench_of(kind: str, folder: Path) -> Iterator[Bench]:
    """
    Open a store: in ``memory``, a ``slow`` one, or a file, where talk comes into the journal file
    first (``sqlite``) or into the database at once (``synced``).
    """
    if kind in {"sqlite", "synced"}:
        reactor = ReactorThread()
        sync = "full" if kind == "synced" else "normal"

        def open_store() -> SQLiteStore:
            return SQLiteStore(folder / "chat.db", reactor, sync)

        bench = Bench(open_store(), reactor.do_one, open_store)
    else:
        store: Any = MemoryStore()
        store = SlowStore(store) if kind == "slow" else store
        bench = Bench(store, getattr(store, "answers", bool), lambda: store)
    bench.store.load()
    yield bench
    bench.wait(bench.store.close())


def texts(lines: list[Line]) -> list[str]:
    return [each.text for each in lines]
