"""
Newcomers: accounts that the admin program makes beside a server that runs.
"""

from __future__ import annotations

from logins import SECRET
from shared_accounts import come_in
from twisted.internet.defer import Deferred, fail
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.people.owners.newcomers import INTERVAL
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import AccountMade
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import BEGINNING, Chat, MemoryHasher


def made(store: MemoryStore, name: str = "Alice", number: int = int(BEGINNING * 1e6)) -> None:
    """
    Make an account as the admin program does.
    """
    hashes: list[str] = []
    MemoryHasher().hash(SECRET).addCallback(hashes.append)
    store.write([AccountMade(number, name, name.lower(), hashes[0], is_elsewhere=True)])


def test_an_account_is_known_soon_after_it_was_made() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    chat.hub.newcomers.start()
    chat.advance()
    made(store)
    chat.advance(INTERVAL)
    alice = come_in(chat, "alice")
    alice.types("/devices")
    assert alice.reads()[-1] == "No device can log in to your account without a password."
    chat.hub.newcomers.stop()
    assert store.made_elsewhere().result == ()


def test_who_is_here_under_its_name_keeps_it_until_they_leave() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    chat.hub.newcomers.start()
    guest = chat.arrive("alice")
    made(store)
    chat.advance(INTERVAL)
    guest.types("hello", "/quit")
    come_in(chat, "alice")


def test_an_account_that_was_there_at_the_start_is_taken_in_once() -> None:
    store = MemoryStore()
    made(store)
    chat = Chat(store=store)
    account = chat.hub.world.find_account("alice")
    chat.hub.newcomers.start()
    chat.advance(INTERVAL)
    assert chat.hub.world.find_account("alice") is account
    assert store.made_elsewhere().result == ()


def test_a_store_that_fails_is_asked_again_and_a_bug_is_logged() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    asked: list[Deferred] = [fail(StoreFailed()), fail(ValueError("no")), Deferred()]
    store.made_elsewhere = lambda: asked.pop(0)  # type: ignore[method-assign]
    with capturedLogs() as log:
        chat.hub.newcomers.start()
        chat.advance()
        chat.advance(INTERVAL)
    (told,) = [formatEvent(event) for event in log]
    assert told.startswith("Accounts of the admin program could not be taken in:")
    chat.advance(INTERVAL)
    assert asked == []
    # It is asked no more, also not where an answer is still awaited.
    chat.hub.newcomers.stop()
    assert not chat.clock.getDelayedCalls()
