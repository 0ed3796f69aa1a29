"""
The store in memory.
"""

from __future__ import annotations

from attrs import evolve
from shared_decided import audited
from stores import LATEST, line, opened, result_of

from twisted_chat.store.decisions import (
    Reported,
)
from twisted_chat.store.sqlite.memory import MemoryStore


def test_memory_keeps_no_more_than_the_latest_lines():
    store = MemoryStore(most=3)
    store.write([opened(1), opened(2), *[line(number) for number in range(1, 6)]])
    assert [each.number for each in result_of(store.lines(1, LATEST, LATEST))] == [3, 4, 5]


def test_in_memory_the_oldest_make_way() -> None:
    store = MemoryStore(most=100)
    report = Reported(0, 1.0, "gast", "", "mallory", 0, "spams", is_read=True)
    for number in range(1, 500):
        store.write([audited(number), evolve(report, id=number)])
    for found in (store.audit(1000, {}, is_everywhere=True).result, store.reports(1000).result):
        assert 100 <= len(found) <= 101
        assert found[-1].id == 499
