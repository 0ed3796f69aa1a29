"""
Databases that the tests here begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from shared_store import Bench, bench_of
from shared_tables import ATTIC, LOBBY, Asked

from twisted_chat.store.interface import Store
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.store import SQLiteStore


@pytest.fixture(params=["memory", "slow", "sqlite", "synced"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with bench_of(request.param, tmp_path) as made:
        yield made


@pytest.fixture(params=["memory", "file"])
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    kinds: dict[str, Callable[[Any], Store]] = {
        "memory": lambda _: MemoryStore(),
        "file": lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor),
    }
    found = Asked(kinds[request.param])
    found.kind = request.param
    found.write(LOBBY, ATTIC)
    yield found
    found.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"
