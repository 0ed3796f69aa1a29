"""
Access: which rooms a user may read, and from which line on.
"""

from __future__ import annotations

import pytest
from logins import SECRET, register
from shared_archive import pair, said, say
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from twisted_chat.history.access import heard_after, heard_before, mentions
from twisted_chat.history.programs.spans import SPOKEN
from twisted_chat.store.deadlines import Deadlines
from twisted_chat.store.records import LAST_ID, Line
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat
from twisted_chat.world import readable
from twisted_chat.world.settings import Notify

pytestmark = pytest.mark.usefixtures("utc")


END = "--- /more shows earlier lines ---"


def test_another_room_that_one_may_read_is_read_by_its_name() -> None:
    alice, bob = pair(Chat())
    bob.types("/join attic", "boo", "/join lobby", "hello")
    alice.reads()
    alice.types("/history 1 attic", "/history 1", "/history 1 #Attic")
    assert said(alice.reads()) == ["boo", "hello", "boo"]
    alice.types("/history 1 cellar")
    assert alice.reads() == ["There is no room #cellar. /rooms lists the rooms."]


def test_a_user_who_was_just_let_into_a_room_reads_nothing_from_before() -> None:
    alice, bob = pair(Chat())
    bob.types("/register", SECRET, SECRET, "/join attic", "/private on", "boo", "/invite alice")
    alice.reads()
    alice.types("/history attic", "/more")
    assert alice.reads() == [
        "There is no history of #attic that you may read.",
        "There is nothing more to show. /history shows the latest lines.",
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
    assert alice.reads() == ["There is no room #attic. /rooms lists the rooms."]


@pytest.mark.parametrize("lines", [[], ["/disown"], ["/disown", "/leave club"]])
@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_guest_reads_nothing_of_a_room_for_members_whether_it_is_open_or_empty(
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


def test_every_user_with_an_account_reads_a_room_for_members() -> None:
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
    monkeypatch.setattr(readable, "readable_from", lambda user, room: 2 + 7)
    alice.types("/history 2", "/more", "/more")
    assert said(alice.reads()) == [f"line {number}" for number in (8, 9, 6, 7)]


def test_a_user_who_is_ignored_is_left_out() -> None:
    chat = Chat()
    alice, bob = pair(chat)
    carol = chat.arrive("carol")
    bob.types("one")
    carol.types("two")
    alice.types("/ignore carol", "/history 2")
    assert alice.reads()[-3:] == [
        "--- in #lobby ---",
        "[22:13] bob: one",
        "--- start of #lobby ---",
    ]


def test_why_users_had_to_go_is_read_without_the_reasons_of_who_is_ignored() -> None:
    chat = Chat()
    eve, (alice, bob) = register(chat, "eve"), pair(chat)
    for person in (eve, alice, bob):
        person.types("/join den")
    eve.types("/kick bob boo")
    bob.types("/join den", "boo", "/me boos", "/leave den")
    eve.types("boo", "/topic boo")
    alice.types("hello", "/re 8 who?")
    alice.reads()
    alice.types("/history 20 joins")
    assert "boo" in " ".join(alice.reads())
    alice.types("/ignore eve", "/ignore bob")
    alice.reads()
    alice.types("/history 20 joins", "/messages bob")
    page = alice.reads()
    assert "boo" not in " ".join(page)
    assert "*** bob has left #den (kicked by eve) ***" in [line.split("] ")[-1] for line in page]


class CountingDeadlines(Deadlines):
    rests = 0

    async def rest(self) -> None:
        self.rests += 1


def counted(
    lines: list[str], level: Notify | None = None, highlights: tuple[str, ...] = ()
) -> tuple[int, int]:
    """
    Return how many lines mention alice, and in how many turns they were counted.
    """
    chat = Chat()
    alice, _ = pair(chat)
    user, room = chat.hub.users["alice"], chat.hub.rooms["lobby"]
    for word in highlights:
        alice.types(f"/highlight {word}")
    if level:
        alice.types(f"/notify {level.value}")
    deadlines = CountingDeadlines(Clock(), chat.hub.isolation.log)
    found: list[int] = []
    spoken = [Line(1, 1, number, 0.0, "said", "bob", 0, text) for number, text in enumerate(lines)]
    counting = Deferred.fromCoroutine(mentions(user, room, spoken, deadlines))
    counting.addCallback(found.append)
    return found[0], 1 + deadlines.rests


@pytest.mark.parametrize(("level", "count"), [(None, 2), (Notify.NONE, 0), (Notify.ALL, 2)])
def test_mentions_are_counted_but_in_rooms_of_which_one_is_told_nothing(
    level: Notify | None, count: int
) -> None:
    assert counted(["tea", "alice!", "coffee"], level, ("tea",)) == (count, 1)


def test_mentions_in_many_long_lines_are_counted_in_many_turns() -> None:
    count, turns = counted(["é" * 2000 + " tee"] * 50, None, ("é" * 20, "tee"))
    assert count == 50
    assert turns > 10


def test_past_the_lines_of_ignored_users_is_read_on_in_both_directions() -> None:
    chat = Chat()
    alice, eve = pair(chat)
    alice.types("first")
    eve.types(*(f"noise {number}" for number in range(230)))
    alice.types("last", "/ignore bob")
    user, timeline = chat.hub.find_user("alice"), chat.hub.find_room("lobby").timeline
    found: list[list[str]] = []

    async def read() -> None:
        reader, last = chat.hub.reader, timeline.number
        for count in (0, 1, 2):
            before = await heard_before(reader, user, timeline, LAST_ID, count, 1, SPOKEN)
            after = await heard_after(reader, user, timeline, 0, last, count, SPOKEN)
            found.extend([line.text for line in lines] for lines in (before, after))
        # Nothing is read that they may not read.
        late = await heard_before(reader, user, timeline, LAST_ID, 2, timeline.number, SPOKEN)
        found.append([line.text for line in late])

    chat.hub.isolation.run("test", read)
    chat.advance()
    assert found == [
        *([], []),
        *(["last"], ["first"]),
        *(["first", "last"], ["first", "last"]),
        ["last"],
    ]
