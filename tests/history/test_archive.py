"""
Reading back: what a room heard before, page by page, as far as one may read it.
"""

from __future__ import annotations

import pytest
from shared_accounts import come_in, registered
from shared_archive import pair, said

from twisted_chat.history.archive import MAX_BYTES
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat

BEGINNING = "--- start of #lobby ---"


pytestmark = pytest.mark.usefixtures("utc")


def test_everything_a_room_heard_is_read_back_in_order_with_times() -> None:
    chat = Chat()
    alice, bob = pair(chat)
    bob.types("hello", "/me waves", "/topic tea")
    chat.advance(60)
    bob.types("/nick bert", "/quit cake")
    alice.reads()
    alice.types("/history")
    assert alice.reads() == [
        "--- in #lobby ---",
        "[22:13] *** alice has joined #lobby ***",
        "[22:13] *** bob has joined #lobby ***",
        "[22:13] bob: hello",
        "[22:13] * bob waves",
        "[22:13] *** bob set the topic of #lobby: tea ***",
        "[22:14] *** bob is now known as bert ***",
        "[22:14] *** bert has left #lobby (cake) ***",
        "--- start of #lobby ---",
    ]


@pytest.mark.parametrize(
    ("line", "asked", "found"),
    [
        ("tea at five", "/history 1", "[22:13] bob: tea at five"),
        ("tea at five", "/search tea", "1. [22:13] [#lobby] bob: tea at five"),
        ("/topic tea", "/history 1", "[22:13] *** bob set the topic of #lobby: tea ***"),
        ("/msg alice cake?", "/messages alice", "[22:13] [you -> alice] cake?"),
    ],
)
def test_what_one_has_said_at_the_same_moment_is_found(line: str, asked: str, found: str) -> None:
    chat = Chat()
    registered(chat, "alice")
    bob = chat.arrive("bob")
    bob.sends(f"{line}\n{asked}\n".encode())
    chat.advance(1)
    assert found in bob.reads()


def test_what_is_said_behind_a_request_in_a_block_is_not_on_its_page() -> None:
    _, bob = pair(Chat())
    bob.sends(b"before\n/history 2\nbehind\n")
    assert said(bob.reads()) == ["before"]


@pytest.mark.parametrize("words", ["0", "-1", "201", "999999999999", "lobby 0", "lobby attic"])
def test_a_page_is_of_one_room_and_has_so_many_lines_and_no_more(words: str) -> None:
    alice, _ = pair(Chat())
    alice.types(f"/history {words}")
    assert alice.reads() == ["Ask for 1 to 200 lines of one room, such as /history 50 dev."]


def test_a_page_of_long_lines_has_fewer_and_more_goes_on_from_there() -> None:
    alice, bob = pair(Chat())
    long = "x" * 4000
    bob.types(*[f"{long}{number}" for number in range(40)])
    alice.receives()
    alice.types("/history 40")
    first = said(alice.reads())
    assert MAX_BYTES - 4010 < len("".join(first)) < MAX_BYTES + 4010
    alice.types("/more", "/more")
    rest = said(alice.reads())
    assert sorted([*first, *rest]) == sorted(f"{long}{number}" for number in range(40))


def test_catchup_reads_what_was_said_meanwhile_in_each_room_headed_by_a_count() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    alice.types("/join dev", "/catchup")
    assert alice.reads()[-1] == "Nothing was said in your rooms while you were away."
    bob.types("/join dev", "before she went")
    alice.hangs_up()
    bob.types("alice, are you there?", "no?", "/join lobby", "ALICE!", "/join elsewhere", "hidden")
    alice = come_in(chat, "alice")
    bob.types("/join dev", "after she came")
    alice.reads()
    alice.types("/catchup")
    assert [line.partition("] ")[2] or line for line in alice.reads()] == [
        "--- 1 line in #lobby, 1 mentions you ---",
        "bob: ALICE!",
        "--- 2 lines in #dev, 1 mentions you ---",
        "bob: alice, are you there?",
        "bob: no?",
        "--- now ---",
    ]


def test_a_user_who_was_here_when_the_server_was_killed_catches_up_with_what_came_after() -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    bob.types("heard")
    alice.reads()
    chat = Chat(store=store)
    chat.clock.advance(100)
    chat.arrive("bob").types("missed")
    alice = come_in(chat, "alice")
    alice.reads()
    alice.types("/catchup")
    assert [line.partition("] ")[2] or line for line in alice.reads()] == [
        "--- 1 line in #lobby ---",
        "bob: missed",
        "--- now ---",
    ]


def test_a_user_without_an_account_cannot_catch_up() -> None:
    bob = Chat().arrive("bob")
    bob.types("/catchup")
    assert bob.reads() == ["Only users with an account can catch up. /register makes one."]


def test_what_is_pinned_is_read_in_order_and_nothing_where_nothing_is() -> None:
    chat = Chat()
    alice, _ = pair(chat)
    alice.types("/pins")
    assert alice.reads()[-1] == "No lines are pinned in #lobby. /pin pins one."
    alice.types("one", "two")
    number = chat.hub.rooms["lobby"].timeline.number
    alice.types(f"/pin {number}", f"/pin {number - 1}")
    alice.reads()
    alice.types("/pins")
    page = alice.reads()
    assert page[0] == "--- pinned in #lobby ---"
    assert [line.rpartition(" ")[2] for line in page[1:]] == ["one", "two"]
