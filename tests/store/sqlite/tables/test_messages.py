"""
Messages in the database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared_retention import ALICE, exported, message
from shared_store import Bench
from stores import result_of

from twisted_chat.store.interface import MAX_WAITING_MESSAGES, Unheard
from twisted_chat.store.records import AccountMade, Message, MessagesRead
from twisted_chat.store.sqlite.memory import MemoryStore


def test_messages_are_deleted_too_and_a_user_who_has_not_read_them_is_told_how_many() -> None:
    store = MemoryStore()
    store.write([message(1), message(2, waits=True), message(3, waits=True), message(4, 8)])
    store.write([message(9, waits=True)])
    assert result_of(store.prune(5_000_000, 2)) == 2
    assert result_of(store.prune(5_000_000, 2)) == 2
    waiting = result_of(store.waiting(7))
    assert [each.at for each in waiting.messages] == [9]
    assert waiting.dropped == 2
    assert result_of(store.waiting(8)).dropped == 0


def test_an_export_counts_the_messages_that_were_not_read(tmp_path: Path) -> None:
    me = 1_700_000_000_123_456
    store = MemoryStore()
    store.write([*ALICE, *[message(at, me, waits=True) for at in range(1, 203)]])
    *_, dropped = exported(result_of(store.export(me, tmp_path)))
    assert dropped == {"type": "dropped", "messages": 2}


def told(number: int, sender: int, addressee: int, *, waits: bool = False) -> Message:
    return Message(number, 60.0, f"n{sender}", sender, f"n{addressee}", addressee, "hi", waits)


def test_messages_between_two_are_read_page_by_page_by_number_and_by_name(bench: Bench) -> None:
    between = [told(1, 7, 8), told(3, 8, 7), told(4, 7, -5)]
    bench.write(between[0], told(2, 9, 8), *between[1:])

    def read(*words: Any) -> list[int]:
        return [each.id for each in bench.wait(bench.store.messages(*words))]

    def first(*words: Any) -> list[int]:
        return [each.id for each in bench.wait(bench.store.messages(*words, from_end=False))]

    assert read(7, 8, 100, 10) == [1, 3]
    assert read(7, 8, 100, 1) == [3]
    assert read(7, 8, 3, 10) == [1]
    # Behind a place, the first ones.
    assert first(7, 8, 100, 10, "", 0) == [1, 3]
    assert first(7, 8, 100, 1, "", 0) == [1]
    assert first(7, 8, 100, 10, "n-5", 1) == [3, 4]
    assert first(7, 8, 4, 10, "n-5", 1) == [3]
    assert first(7, 8, 100, 10, "", 3) == []
    # By the nick of then, who has gone and had no account.
    assert read(7, 0, 100, 10, "n-5") == [4]


def test_what_waits_is_read_once(bench: Bench) -> None:
    bench.write(AccountMade(8, "bob", "bob", "$"), told(1, 7, 8, waits=True), told(2, 7, 8))
    waiting = bench.wait(bench.store.waiting(8))
    assert ([each.id for each in waiting.messages], waiting.dropped) == ([1], 0)
    bench.write(MessagesRead(8, 1))
    assert bench.wait(bench.store.waiting(8)).messages == ()


def test_the_oldest_of_too_many_messages_are_dropped_and_counted(bench: Bench) -> None:
    bench.write(AccountMade(8, "bob", "bob", "$"))
    count = MAX_WAITING_MESSAGES + 3
    bench.write(*[told(number, 7, 8, waits=True) for number in range(1, count + 1)])
    waiting = bench.wait(bench.store.waiting(8))
    assert [each.id for each in waiting.messages] == list(range(4, count + 1))
    assert waiting.dropped == 3


def test_messages_behind_one_are_read_from_the_first_or_from_the_last(bench: Bench) -> None:
    bench.write(*[told(number, 7 + number % 2, 8 - number % 2) for number in range(1, 8)])

    def read(after: int, before: int, count: int, *, from_end: bool) -> list[int]:
        store = bench.store
        asked = store.messages(7, 8, before, count, "", after, from_end=from_end)
        return [each.id for each in bench.wait(asked)]

    assert read(2, 100, 2, from_end=False) == [3, 4]
    assert read(2, 100, 2, from_end=True) == [6, 7]
    assert read(2, 5, 9, from_end=False) == [3, 4]
    assert read(7, 100, 9, from_end=False) == []


def test_a_page_is_filled_without_the_messages_of_who_is_not_heard(bench: Bench) -> None:
    # Who is 8 wrote one of them under another nick.
    other = told(2, 8, 7)._replace(nick="N\u00c9L")
    bench.write(told(1, 8, 7), other, told(3, 7, 8), told(4, 8, 7), told(5, 9, 7), told(6, 7, 9))

    def read(count: int, *, from_end: bool, **unheard: Any) -> list[int]:
        store, left_out = bench.store, Unheard(**unheard)
        asked = store.messages(
            7, 8, 100, count, "n9", from_end=from_end, unheard=left_out
        )  # fmt: skip
        return [each.id for each in bench.wait(asked)]

    assert read(9, from_end=True) == [1, 2, 3, 4, 5, 6]
    assert read(2, from_end=True, authors=frozenset({8, 9})) == [3, 6]
    assert read(2, from_end=False, authors=frozenset({8})) == [3, 5]
    assert read(3, from_end=False, nicks=frozenset({"n\u00e9l", "n9"})) == [1, 3, 4]
    # What the reader wrote is theirs.
    assert read(9, from_end=True, nicks=frozenset({"n7", "n8"})) == [2, 3, 5, 6]


def test_the_last_message_with_each_other_user_is_found(bench: Bench) -> None:
    bench.write(told(1, 7, 8), told(2, 8, 7), told(3, 7, 9), told(4, -5, 7), told(5, 8, 9))
    # Of each direction one.
    assert [each.id for each in bench.wait(bench.store.last_messages(7))] == [1, 2, 3, 4]
    assert [each.id for each in bench.wait(bench.store.last_messages(8))] == [1, 2, 5]
    assert bench.wait(bench.store.last_messages(1)) == []
