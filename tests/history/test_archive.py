"""
Reading back: what a room heard before, page by page, as far as one may read it.
"""

import pytest
from attrs import evolve
from logins import SECRET, register
from stores import SlowStore
from twisted.internet.defer import fail

from twisted_chat.delivery.journal import RETRY
from twisted_chat.history.archive import MAX_BYTES
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person
from twisted_chat.world import policy

END = "--- /more for what was before ---"
BEGINNING = "--- that is where it begins ---"


pytestmark = pytest.mark.usefixtures("utc")


def pair(chat: Chat) -> tuple[Person, Person]:
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.reads()
    return alice, bob


def said(page: list[str]) -> list[str]:
    """
    Return what was said on a page, without the time.
    """
    return [line.split("bob: ")[1] for line in page if "bob: " in line]


def say(bob: Person, start: int, stop: int) -> None:
    bob.types(*[f"line {number}" for number in range(start, stop)])


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
        BEGINNING,
    ]


def test_more_goes_further_back_until_nothing_is_left() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 25)
    alice.reads()
    alice.types("/history 10")
    page = alice.reads()
    assert said(page) == [f"line {number}" for number in range(15, 25)]
    assert page[-1] == END
    alice.types("/more")
    assert said(alice.reads()) == [f"line {number}" for number in range(5, 15)]
    alice.types("/more")
    page = alice.reads()
    # And the two who joined before that.
    assert said(page) == [f"line {number}" for number in range(5)]
    assert len(page) == 1 + 2 + 5 + 1
    assert page[-1] == BEGINNING
    alice.types("/more", "/more")
    assert alice.reads() == ["There is nothing before that in #lobby."] * 2


def test_pages_that_are_asked_for_at_once_follow_each_other() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 25)
    alice.reads()
    alice.types("/history 5", "/more", "/more")
    assert said(alice.reads()) == [
        f"line {number}" for number in (*range(20, 25), *range(15, 20), *range(10, 15))
    ]


def test_history_always_begins_with_the_latest_and_more_goes_on() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 8)
    alice.types("/history 2")
    bob.types("news")
    alice.reads()
    alice.types("/more")
    assert said(alice.reads()) == ["line 4", "line 5"]
    alice.types("/history 2", "/history 2")
    assert said(alice.reads()) == ["line 7", "news"] * 2


def test_whoever_has_read_to_the_beginning_begins_anew_though_nobody_speaks() -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 8)
    alice.reads()
    alice.types("/history 20", "/more")
    assert alice.reads()[-2:] == [
        BEGINNING,
        "There is nothing before that in #lobby.",
    ]
    alice.types("/history 2", "/more")
    assert said(alice.reads()) == ["line 6", "line 7", "line 4", "line 5"]


def test_more_goes_on_from_what_was_shown_on_entering() -> None:
    chat = Chat(limits=evolve(NO_LIMITS, history_lines=3))
    bob = chat.arrive("bob")
    say(bob, 0, 10)
    alice = chat.connect()
    alice.types("alice")
    assert said(alice.reads()) == ["line 7", "line 8", "line 9"]
    alice.types("/more", "/more")
    assert said(alice.reads()) == [f"line {number}" for number in (4, 5, 6, 1, 2, 3)]


def test_another_room_that_one_may_read_is_read_by_its_name() -> None:
    alice, bob = pair(Chat())
    bob.types("/join attic", "boo", "/join lobby", "hello")
    alice.reads()
    alice.types("/history 1 attic", "/history 1", "/history 1 #Attic")
    assert said(alice.reads()) == ["boo", "hello", "boo"]
    alice.types("/history 1 cellar")
    assert alice.reads() == ["There is no room #cellar. /rooms lists those there are."]


@pytest.mark.parametrize(
    ("line", "heading", "lines"),
    [
        ("/history attic", "attic", ["one", "two", "three"]),
        ("/history #attic", "attic", ["one", "two", "three"]),
        ("/history attic 2", "attic", ["two", "three"]),
        ("/history 2 #ATTIC", "attic", ["two", "three"]),
        ("/history 2", "12", ["five", "six"]),
        ("/history #12", "12", ["four", "five", "six"]),
        ("/history", "12", ["four", "five", "six"]),
        ("/history 1 12", "12", ["six"]),
        ("/history #12 1", "12", ["six"]),
    ],
)
def test_the_room_and_how_many_lines_are_said_in_either_order(
    line: str, heading: str, lines: list[str]
) -> None:
    alice, bob = pair(Chat())
    bob.types("/join attic", "one", "two", "three", "/join 12")
    alice.types("/join 12")
    bob.types("four", "five", "six")
    alice.reads()
    alice.types(line)
    page = alice.reads()
    assert page[0] == f"--- in #{heading} ---"
    assert said(page) == lines


def test_of_a_room_into_which_one_has_just_been_let_nothing_is_read_yet() -> None:
    alice, bob = pair(Chat())
    bob.types("/register", SECRET, SECRET, "/join attic", "/private on", "boo", "/invite alice")
    alice.reads()
    alice.types("/history attic", "/more")
    assert alice.reads() == [
        "Nothing is kept of #attic that you may read.",
        "There is nothing to go on with; /history reads the latest lines.",
    ]


def test_a_room_that_everybody_has_left_is_read_on() -> None:
    alice, bob = pair(Chat())
    bob.types("/join attic", "one", "two")
    alice.types("/history 1 attic")
    bob.types("/leave")
    alice.reads()
    alice.types("/more")
    assert alice.reads()[1].endswith("bob: one")


def test_a_room_that_is_made_again_and_closed_is_read_no_further() -> None:
    alice, bob = pair(Chat())
    bob.types("/register", SECRET, SECRET, "/join attic", "/disown", "one", "two")
    alice.types("/history 1 attic")
    bob.types("/leave", "/join attic", "/private on")
    alice.reads()
    alice.types("/more")
    assert alice.reads() == ["There is no room #attic. /rooms lists those there are."]


@pytest.mark.parametrize("lines", [[], ["/disown"], ["/disown", "/leave club"]])
@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_guest_reads_nothing_of_a_room_for_members_awake_or_asleep(
    lines: list[str], is_restarted: bool
) -> None:
    store = MemoryStore()
    chat = Chat(store=store)
    bob = register(chat, "bob")
    bob.types("/join club", "/members on", "secret tea", *lines)
    if is_restarted:
        chat = Chat(store=store)
    gina = chat.arrive("gina")
    gina.types("/history club", "/search tea", "/search tea in:club", "/search from:bob", "/more")
    # Nor does it help to make a room of that name, where it is asleep.
    gina.types("/join club", "/history club", "/more")
    assert "secret" not in "".join(gina.reads())


def test_of_a_room_for_members_everybody_with_an_account_reads() -> None:
    chat = Chat()
    bob, alice = register(chat, "bob"), register(chat, "alice")
    bob.types("/join club", "/members on", "secret tea")
    alice.reads()
    alice.types("/history club 1")
    assert said(alice.reads()) == ["secret tea"]


def test_nothing_is_read_from_before_what_one_may_read(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = pair(Chat())
    say(bob, 0, 10)
    alice.reads()
    # Two have joined before.
    monkeypatch.setattr(policy, "readable_from", lambda user, room: 2 + 7)
    alice.types("/history 2", "/more", "/more")
    assert said(alice.reads()) == [f"line {number}" for number in (8, 9, 6, 7)]


def test_whoever_is_ignored_is_left_out() -> None:
    chat = Chat()
    alice, bob = pair(chat)
    carol = chat.arrive("carol")
    bob.types("one")
    carol.types("two")
    alice.types("/ignore carol", "/history 2")
    assert alice.reads()[-3:] == ["--- in #lobby ---", "[22:13] bob: one", END]


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


def test_without_a_page_there_is_no_more() -> None:
    alice, _ = pair(Chat())
    alice.types("/more")
    assert alice.reads() == ["There is nothing to go on with; /history reads the latest lines."]


def test_more_after_messages_reads_on_in_the_messages() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    bob.types(*[f"/msg alice {word}" for word in ("one", "two", "three")], "hello, all")
    alice.types("/history 1")
    alice.reads()
    alice.types("/messages bob 2", "/more", "/more")
    assert alice.reads() == [
        "--- messages ---",
        "[22:13] [bob -> you] two",
        "[22:13] [bob -> you] three",
        END,
        "--- messages ---",
        "[22:13] [bob -> you] one",
        BEGINNING,
        "There is nothing before that between you and bob.",
    ]
    alice.types("/messages nobody", "/more")
    assert alice.reads()[1] == "There is nothing before that between you and bob."


def test_after_catching_up_there_is_nothing_to_go_on_with() -> None:
    chat = Chat()
    alice, bob = register(chat, "alice"), chat.arrive("bob")
    alice.hangs_up()
    chat.advance(1)
    bob.types("missed", "too")
    alice = chat.connect()
    alice.types("alice", SECRET, "/history 1")
    alice.reads()
    alice.types("/catchup", "/more")
    assert alice.reads() == [
        "--- 2 lines in #lobby ---",
        "[22:13] bob: missed",
        "[22:13] bob: too",
        "--- now ---",
        "There is nothing to go on with; /history reads the latest lines.",
    ]


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
    warning = "The latest lines are not saved yet, and not in what follows."
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
    assert (
        alice.reads() == ["What was said before cannot be read now, please try again later."] * 2
    )
