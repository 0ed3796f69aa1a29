"""
Reading back: what a room heard before, page by page, as far as one may read it.
"""

from __future__ import annotations

import pytest
from logins import SECRET
from shared_accounts import come_in, registered
from shared_archive import pair, said
from shared_json import Programs

from twisted_chat.history.pager import MAX_BYTES
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person

BEGINNING = "--- start of #lobby ---"
LATER = "--- /more shows later lines ---"


pytestmark = pytest.mark.usefixtures("utc")


def test_everything_a_room_heard_is_read_back_in_order_with_times() -> None:
    chat = Chat()
    alice, bob = pair(chat)
    bob.types("hello", "/me waves", "/topic tea")
    chat.advance(60)
    bob.types("/nick bert", "/quit cake")
    alice.reads()
    alice.types("/history joins")
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
    # Who comes and goes is neither shown nor counted, unless it is asked for.
    alice.types("/history 3")
    assert alice.reads() == [
        "--- in #lobby ---",
        "[22:13] bob: hello",
        "[22:13] * bob waves",
        "[22:13] *** bob set the topic of #lobby: tea ***",
        "--- start of #lobby ---",
    ]
    alice.types("/history joins 1", "/more")
    assert alice.reads() == [
        "--- in #lobby ---",
        "[22:14] *** bert has left #lobby (cake) ***",
        "--- /more shows earlier lines ---",
        "--- in #lobby ---",
        "[22:14] *** bob is now known as bert ***",
        "--- /more shows earlier lines ---",
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
        "--- 1 line in #lobby, 1 names you ---",
        "bob: ALICE!",
        "--- 2 lines in #dev, 1 names you ---",
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


def away_for(chat: Chat, seconds: float, *lines: str) -> Person:
    """
    Return alice, who was away for ``seconds`` while bob said ``lines``.
    """
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    alice.hangs_up()
    chat.advance(1)
    bob.types(*lines)
    chat.advance(seconds)
    alice = chat.connect()
    alice.types("alice", SECRET)
    return alice


@pytest.mark.parametrize(
    ("seconds", "since"),
    # She left on Tuesday, 14 November 2023, at 22:13.
    [
        (60, "22:13"),
        (7200, "Tue 22:13"),
        (5 * 86400, "Tue 22:13"),
        (7 * 86400, "2023-11-14 22:13"),
    ],
)
def test_a_user_who_comes_back_is_told_how_much_was_said(seconds: float, since: str) -> None:
    lines = ["Alice?", *["tea"] * 148, "bye alice"]
    alice = away_for(Chat(), seconds, *lines)
    assert alice.reads()[-1] == f"150 lines since {since}, 2 name you: /catchup"


def test_one_line_is_told_as_one_and_nothing_as_nothing() -> None:
    assert away_for(Chat(), 1, "tea").reads()[-1] == "1 line since 22:13: /catchup"
    assert away_for(Chat(), 1).reads()[-1] == "Type /help for help."
    assert away_for(Chat(), 1, "/nick robert", "/away tea").reads()[-1] == "Type /help for help."


def test_what_was_missed_is_read_forward_in_pages_over_all_rooms() -> None:
    chat = Chat()
    alice = registered(chat, "alice")
    alice.types("/join dev")
    bob = chat.arrive("bob")
    bob.types("/join dev")
    alice.hangs_up()
    chat.advance(1)
    bob.types(*[f"d{number}" for number in range(70)], "/join lobby")
    bob.types(*[f"l{number}" for number in range(40)])
    alice = come_in(chat, "alice")
    bob.types("after she came")
    assert "110 lines since 22:13: /catchup" in alice.reads()
    read = []
    for line in ("/catchup", "/more", "/more", "/more"):
        alice.types(line)
        read.append([each.partition("bob: ")[2] or each for each in alice.reads()])
    lobby, dev = [f"l{number}" for number in range(40)], [f"d{number}" for number in range(70)]
    assert read == [
        ["--- 40 lines in #lobby ---", *lobby, "--- 70 lines in #dev ---", *dev[:10], LATER],
        ["--- in #dev ---", *dev[10:60], LATER],
        ["--- in #dev ---", *dev[60:], "--- now ---"],
        ["There is nothing more to show. /history shows the latest lines."],
    ]


def test_long_lines_that_were_missed_make_shorter_pages_and_none_is_left_out() -> None:
    chat, long = Chat(), "x" * 4000
    alice = away_for(chat, 1, *[f"{long}{number}" for number in range(40)])
    alice.reads()
    read = []
    for line in ("/catchup", "/more", "/more"):
        alice.types(line)
        page = said(alice.reads())
        assert len("".join(page)) < MAX_BYTES + 4010
        read += page
    assert read == [f"{long}{number}" for number in range(40)]


def test_of_more_than_can_be_counted_the_latest_are_read() -> None:
    alice = away_for(Chat(), 1, *[str(number) for number in range(1010)])
    assert alice.reads()[-1] == "at least 1000 lines since 22:13: /catchup"
    alice.types("/catchup")
    page = alice.reads()
    assert page[0] == "--- at least 1000 lines in #lobby ---"
    assert page[1].endswith("bob: 10")


def test_who_is_ignored_is_not_counted() -> None:
    chat = Chat()
    alice, bob = registered(chat, "alice"), chat.arrive("bob")
    alice.types("/ignore bob")
    alice.hangs_up()
    chat.advance(1)
    bob.types("alice alice")
    assert come_in(chat, "alice").reads()[-1] == "Type /help for help."


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


def test_a_program_reads_before_behind_and_around_a_line() -> None:
    chat = Chat()
    bot = Programs(chat).arrive("robot")
    bob = chat.arrive("bob")
    bob.types(*map(str, range(10)))
    last = chat.hub.rooms["lobby"].timeline.number
    fifth = last - 4

    def read(**place: int) -> tuple[list[str], bool]:
        page = next(each for each in bot.asks("history", **place) if "lines" in each)
        return [line["event"]["text"] for line in page["lines"]], page["has_more"]

    bot.reads()
    assert read(count=3, before=fifth) == (["2", "3", "4"], True)
    assert read(count=3, after=fifth) == (["6", "7", "8"], True)
    assert read(count=4, around=fifth) == (["3", "4", "5", "6"], True)
    assert read(count=50, after=fifth) == (["6", "7", "8", "9"], False)
    assert read(after=last) == ([], False)


def test_a_program_that_comes_back_reads_what_was_said_meanwhile() -> None:
    chat = Chat()
    programs = Programs(chat)
    bot = programs.connect()
    hello = next(each for each in bot.asks("hello", name="robot") if each["event"] == "hello")
    bob = chat.arrive("bob")
    bob.types("heard")
    last = chat.hub.rooms["lobby"].timeline.number
    bot.transport.hang_up()
    chat.advance()
    bob.types("one", "two")
    back = programs.connect()
    told = back.asks("hello", token=hello["token"], last={"lobby": last})
    missed = [
        line["event"]["text"] for each in told for line in each.get("lines", ()) if "event" in line
    ]
    assert missed == ["one", "two"]
