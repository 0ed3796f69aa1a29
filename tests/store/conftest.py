"""
Stores to keep things in.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shared_decided import Kept
from stores import ReactorThread, result_of
from twisted.internet.defer import Deferred

from twisted_chat.store.interface import Store
from twisted_chat.store.records import RoomOpened
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.store import SQLiteStore


@pytest.fixture(params=["memory", "sqlite"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    reactor = ReactorThread()

    def wait(deferred: Deferred[Any] | None) -> Any:
        return result_of(deferred, reactor.do_one)

    def opened() -> Store:
        store: Store = SQLiteStore(tmp_path / "chat.db", reactor)
        return store

    def reopen() -> Store:
        nonlocal store
        if request.param == "sqlite":
            wait(store.close())
            store = opened()
        return store

    store: Store = MemoryStore() if request.param == "memory" else opened()
    store.load()
    wait(store.write([RoomOpened(1, "den", "Den"), RoomOpened(2, "attic", "attic")]))
    yield Kept(store, wait, reopen)
    wait(store.close())
