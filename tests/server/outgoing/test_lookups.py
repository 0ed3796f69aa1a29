"""
Names that are looked up: bounded, also by those that nobody waits for any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from attrs import define, field
from stores import result_of
from twisted.internet.defer import CancelledError

from twisted_chat.errors import HttpFailed
from twisted_chat.http.client import MOST_AT_ONCE
from twisted_chat.server.outgoing.lookups import MOST_THREADS, Lookups, addresses_of


@define
class Threads:
    """
    Threads that do something when a test lets them, and the reactor that hears of it.
    """

    waiting: list[tuple[Any, Any]] = field(factory=list)

    def callInThreadWithCallback(self, end: Any, function: Any) -> None:  # noqa: N802  # its name
        self.waiting.append((end, function))

    def callFromThread(self, function: Callable[..., None], *args: Any) -> None:  # noqa: N802
        function(*args)

    def go_on(self) -> None:
        """
        Do what waits longest.
        """
        end, function = self.waiting.pop(0)
        try:
            found = function()
        except ZeroDivisionError as error:
            end(False, error)
        else:
            end(True, found)


def lookups(find: Callable[[str], list[str]]) -> tuple[Lookups, Threads]:
    threads = Threads()
    return Lookups(threads, find, threads), threads


def test_a_name_is_looked_up_in_a_thread_and_an_address_is_none() -> None:
    look, threads = lookups(lambda name: [name, "8.8.8.8"])
    waits = look("x.example")
    assert not waits.called
    threads.go_on()
    assert result_of(waits) == ["x.example", "8.8.8.8"]
    assert [result_of(look(each)) for each in ("10.0.0.1", "::1")] == [["10.0.0.1"], ["::1"]]
    assert threads.waiting == []


def test_one_that_fails_finds_nothing() -> None:
    look, threads = lookups(lambda _: [str(1 // 0)])
    waits = look("x.example")
    threads.go_on()
    assert result_of(waits) == []


def test_who_gives_up_does_not_make_room_before_the_look_up_has_ended() -> None:
    asked: list[str] = []

    def find(name: str) -> list[str]:
        asked.append(name)
        return []

    look, threads = lookups(find)
    waits = [look(f"{number}.example") for number in range(MOST_AT_ONCE)]
    for each in waits:
        each.cancel()
        with pytest.raises(CancelledError):
            result_of(each)
    with pytest.raises(HttpFailed, match="too many others"):
        look("one.more")
    threads.go_on()
    another = look("one.more")
    while threads.waiting:
        threads.go_on()
    assert result_of(another) == []
    # Nobody waited for the others when they had a thread.
    assert asked == ["one.more"]


def test_names_that_hang_have_a_few_threads_and_keep_no_process_alive() -> None:
    done, all_told = threading.Event(), threading.Event()
    begun = threading.Semaphore(0)
    seen: list[threading.Thread] = []
    told: list[object] = []

    class Reactor:
        def callFromThread(self, _: object, found: object) -> None:  # noqa: N802  # its name
            told.append(found)
            if len(told) == MOST_THREADS + 1:
                all_told.set()

    def hang(_: str) -> list[str]:
        seen.append(threading.current_thread())
        begun.release()
        done.wait(60)
        return []

    look = Lookups(Reactor(), hang)
    for number in range(MOST_THREADS + 1):
        look(f"{number}.example")
    for _ in range(MOST_THREADS):
        assert begun.acquire(timeout=60)
    assert len(set(seen)) == len(seen) == MOST_THREADS
    assert all(each.daemon for each in seen)
    done.set()
    assert all_told.wait(60)


@pytest.mark.parametrize(
    ("host", "found"),
    [("127.0.0.1", {"127.0.0.1"}), ("::1", {"::1"}), ("a" * 70 + ".example", set())],
)
def test_the_system_is_asked(host: str, found: set[str]) -> None:
    assert set(addresses_of(host)) == found


@pytest.mark.parametrize("name", ["a..b", "a" * 64, f"x.{'a' * 64}.example"])
def test_what_can_be_no_name_has_no_address(name: str) -> None:
    assert addresses_of(name) == []
