"""
Reader: what is read from the store, or cannot be.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from logins import SECRET, come, register
from shared_archive import pair
from stores import SlowStore, result_of
from twisted.internet.defer import Deferred, fail

from twisted_chat.delivery.journal import RETRY, TIMEOUT
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.records import LAST_ID
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat
from twisted_chat.text.durations import Duration

pytestmark = pytest.mark.usefixtures("utc")


@pytest.mark.parametrize("line", ["/history 1", "/search hello", "/messages bob", "/catchup"])
def test_while_the_disk_fails_it_is_told_that_the_latest_lines_are_missing(line: str) -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.hangs_up()
    chat.advance(1)
    bob.types("hello", "/msg alice hello")
    alice = chat.connect()
    alice.types("alice", SECRET)
    alice.reads()
    alice.types(line)
    page = alice.reads()
    store.is_slow, store.slow = True, ("write",)
    bob.types("hello again")
    store.fails()
    chat.advance()
    alice.reads()
    alice.types(line)
    warning = "The latest lines are not saved yet and are missing below."
    assert alice.reads() == [warning, *page]
    chat.advance(RETRY)
    store.answers()
    chat.advance()
    alice.types(line)
    assert warning not in alice.reads()


class Deaf(MemoryStore):
    def lines(self, *args, **kwargs):
        return fail(StoreFailed("disk I/O error"))


def test_a_disk_that_does_not_answer_is_told_in_a_sentence() -> None:
    alice, _ = pair(Chat(store=Deaf()))
    alice.types("/history", "/history", "hello?")
    assert alice.reads() == ["History cannot be read at the moment, please try again later."] * 2


def test_what_is_not_at_hand_is_read_from_the_store_as_it_is_by_now() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=5))
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    for person in (alice, bob):
        person.types("/join den", "/numbers on")
    alice.types("the first of many")
    number = chat.hub.rooms["den"].timeline.number
    alice.types(*[f"line {count}" for count in range(40)])
    bob.reads()
    # Too old to be at hand: read, answered, changed, pinned, and read again as it is by then.
    bob.types(f"/re {number} yes", f"/react {number} +1")
    alice.types(f"/edit {number} the very first")
    bob.types(f"/pin {number}")
    assert bob.reads()[-3:] == [
        f"[#den] *** bob reacts to {number} (alice: the first of many) with +1 ***",
        f"[#den] *** alice edited {number} (alice: the first of many): the very first ***",
        f"[#den] *** bob pinned {number} (alice: the very first) ***",
    ]
    bob.types("/pins")
    page = bob.reads()
    assert page[0] == "--- pinned in #den ---"
    assert page[1].endswith(f"[{number}] alice: the very first (edited)  +1")
    bob.types("/search very")
    assert any("alice: the very first (edited)" in line for line in bob.reads())
    alice.types("/msg bob psst", "/messages bob")
    assert alice.reads()[-2].endswith("[you -> bob] psst")


def test_messages_that_are_too_old_are_not_read_though_the_store_has_them() -> None:
    chat = Chat(store=MemoryStore())
    alice, _ = register(chat, "alice"), register(chat, "bob")
    alice.types("/msg bob psst")
    chat.advance(3600.0)
    alice.types("/msg bob news")
    ada, ben = (chat.hub.world.users[nick].author for nick in ("alice", "bob"))
    reader = chat.hub.reader
    for hours, kept in ((2, ["psst", "news"]), (0.5, ["news"])):
        chat.hub.world.limits = evolve(NO_LIMITS, keep_history=Duration(hours=hours))
        reads = reader.messages(ada, ben, LAST_ID, 9, ""), reader.messages_to(ben, 0, LAST_ID, 9)
        for reading in reads:
            found = result_of(Deferred.fromCoroutine(reading))
            assert [message.text for message in found] == kept
    chat.advance(3600.0)
    assert result_of(Deferred.fromCoroutine(reader.last_messages(ada))) == []


def test_what_was_said_before_a_restart_is_read_on_entering_and_caught_up_with() -> None:
    store = MemoryStore()
    limits = evolve(NO_LIMITS, history_lines=2)
    chat = Chat(store=store, limits=limits)
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.types("/join den", "/leave lobby", "shall we?")
    number = chat.hub.rooms["den"].timeline.number
    alice.hangs_up()
    bob.types("/join den", f"/re {number} yes", "at noon")
    again = Chat(store=store, limits=limits)
    carol = again.arrive("carol")
    carol.types("/join den")
    assert carol.reads() == [
        "--- earlier in #den ---",
        f"[22:13] bob (re {number} alice: shall we?): yes",
        "[22:13] bob: at noon",
        "--- now ---",
        "You are in #den as carol. Nobody else is here yet.",
    ]
    alice = again.connect()
    alice.types("alice", SECRET, "/catchup")
    assert alice.reads()[-4:] == [
        "--- 2 lines in #den ---",
        f"[22:13] bob (re {number} alice: shall we?): yes",
        "[22:13] bob: at noon",
        "--- now ---",
    ]


@pytest.mark.parametrize(
    ("said", "read", "found"),
    [
        ("a zebra", "/history 1", "[22:13] alice: a zebra"),
        ("a zebra", "/search zebra", "1. [22:13] [#den] alice: a zebra"),
        ("/me waves", "/history 1", "[22:13] * alice waves"),
        ("/msg bob a zebra", "/messages bob", "[22:13] [you -> bob] a zebra"),
        ("/serverkick bob spam", "/audit 1", "2023-11-14 22:13 alice: kick bob: spam"),
        ("/report bob spams", "/reports 1", "2023-11-14 22:13 alice reports bob in #den: spams"),
    ],
)
def test_a_line_right_behind_what_was_said_or_done_reads_of_it(
    said: str, read: str, found: str
) -> None:
    chat = Chat()
    alice = come(chat, "alice", "operator")
    chat.arrive("bob")
    alice.types("/join den")
    alice.reads()
    alice.types(said, read)
    assert any(found in line for line in alice.reads())


def test_while_the_disk_hangs_nobody_waits_for_what_was_said_before() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    alice = chat.arrive("alice")
    alice.types("hello")
    alice.reads()
    store.is_slow, store.slow = True, ("write",)
    alice.types("a zebra", "/history 1")
    assert alice.reads() == []
    chat.advance(TIMEOUT)
    assert "[22:13] alice: hello" in alice.reads()


def test_a_line_that_is_not_in_memory_any_more_is_found_in_the_store() -> None:
    chat = Chat()
    alice, bob = pair(chat)
    bob.types("the odl line")
    alice.types(*(f"line {n}" for n in range(chat.hub.world.limits.history_lines + 300)))
    bob.reads()
    bob.types("/edit last the old line")
    chat.advance()
    (told,) = bob.reads()
    assert told.endswith(": the old line ***")
    number = told.split()[3]
    bob.types(f"/re {number} well said")
    chat.advance()
    assert alice.reads()[-1].endswith("well said")
    bob.types("/re 9999 what?")
    assert bob.reads()[-1].startswith("There is no line 9999")
