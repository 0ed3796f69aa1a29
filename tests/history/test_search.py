"""
Searching: what people type is read, found where they may read it, and shown with its surroundings.
"""

import re

import pytest
from logins import SECRET
from twisted.internet.defer import fail

from twisted_chat.errors import NoSuchRoom
from twisted_chat.store.interface import NotReady, TookTooLong
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import Chat, Person
from twisted_chat.world import readable

pytestmark = pytest.mark.usefixtures("utc")


# -- what is typed --------------------------------------------------------------------------------


# -- what is found --------------------------------------------------------------------------------


def company(store: MemoryStore | None = None) -> tuple[Chat, Person, Person]:
    chat = Chat(store=store)
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    bob.types("lunch at noon?", "/join attic", "lunch in the attic", "/me has lunch")
    alice.reads()
    return chat, alice, bob


def test_what_was_said_is_found_in_all_rooms_the_latest_first() -> None:
    _, alice, _ = company()
    alice.types("/search lunch")
    assert alice.reads() == [
        "--- search results ---",
        "1. [22:13] [#attic] * bob has lunch",
        "2. [22:13] [#attic] bob: lunch in the attic",
        "3. [22:13] [#lobby] bob: lunch at noon?",
        "--- end of search results ---",
    ]


def test_one_letter_is_a_beginning_in_chinese_or_japanese() -> None:
    _, alice, bob = company()
    bob.types("食堂で会いましょう")
    alice.reads()
    alice.types("/search 食*")
    assert alice.reads()[1] == "1. [22:13] [#attic] bob: 食堂で会いましょう"


def test_what_has_no_spaces_is_found_in_its_midst() -> None:
    _, alice, bob = company()
    bob.types("明日は東京都庁で会いましょう", "ไปกินข้าวที่ตลาดกันไหม", "나는 한국어를 배웁니다")
    alice.reads()
    for typed in ("/search 京都", "/search กินข้าว", "/search 한국어", "/search 会", "/search 都長"):
        alice.types(typed)
    assert [line for line in alice.reads() if line[0] != "-"] == [
        "1. [22:13] [#attic] bob: 明日は東京都庁で会いましょう",
        "1. [22:13] [#attic] bob: ไปกินข้าวที่ตลาดกันไหม",
        "1. [22:13] [#attic] bob: 나는 한국어를 배웁니다",
        "1. [22:13] [#attic] bob: 明日は東京都庁で会いましょう",
        "Nothing was found.",
    ]


def test_a_search_is_narrowed_by_person_room_and_date() -> None:
    chat, alice, bob = company()
    chat.advance(2 * 86400)
    bob.types("late lunch")
    alice.types("lunch for me")
    alice.types("/search lunch from:ALICE", "/search lunch in:#lobby", "/search lunch after:1d")
    assert [line for line in alice.reads() if line[0] != "-"] == [
        "1. [22:13] [#lobby] alice: lunch for me",
        "1. [22:13] alice: lunch for me",
        "2. [22:13] bob: lunch at noon?",
        "1. [22:13] [#lobby] alice: lunch for me",
        "2. [22:13] [#attic] bob: late lunch",
    ]
    alice.types("/search lunch before:2023-11-15 in:lobby", "/search lunch in:cellar")
    assert alice.reads()[1:] == [
        "--- Tue 2023-11-14, UTC ---",
        "1. [22:13] bob: lunch at noon?",
        "--- end of search results ---",
        "There is no room #cellar. /rooms lists the rooms.",
    ]


def test_a_search_for_nothing_says_what_is_wanted() -> None:
    _, alice, _ = company()
    alice.types("/search")
    assert alice.reads() == ["/search needs words.", "Usage: /search words"]


def test_more_goes_on_with_what_was_found_and_counts_on() -> None:
    _, alice, bob = company()
    bob.types(*[f"tea {number}" for number in range(25)])
    alice.reads()
    alice.types("/search tea")
    page = alice.reads()
    assert page[1] == "1. [22:13] [#attic] bob: tea 24"
    assert page[10:] == [
        "10. [22:13] [#attic] bob: tea 15",
        "--- /more shows earlier lines ---",
    ]
    alice.types("/more", "/more", "/more")
    page = alice.reads()
    assert page[1] == "11. [22:13] [#attic] bob: tea 14"
    assert page[-3:] == [
        "25. [22:13] [#attic] bob: tea 0",
        "--- end of search results ---",
        "Nothing more was found.",
    ]


def test_more_goes_on_with_whatever_was_paged_last() -> None:
    _, alice, bob = company()
    bob.types(*[f"tea {number}" for number in range(15)])
    alice.reads()
    alice.types("/search tea", "/history 1 attic", "/more")
    assert alice.reads()[-2].endswith("bob: tea 13")
    alice.types("/search tea", "/more")
    assert alice.reads()[-2].endswith("bob: tea 0")


def test_a_hit_is_shown_with_what_was_around_it() -> None:
    _, alice, bob = company()
    bob.types(*[f"tea {number}" for number in range(20)])
    alice.reads()
    alice.types("/search 10", "/show 1")
    assert alice.reads()[3:] == [
        "--- in #attic ---",
        *[f"{'> ' if number == 10 else '  '}[22:13] bob: tea {number}" for number in range(5, 16)],
    ]
    alice.types("/search 19", "/show 1")
    assert alice.reads()[-1] == "> [22:13] bob: tea 19"
    alice.types("/leave lobby", "/leave attic", "/show 2", "/show 0")
    assert alice.reads()[-2:] == [f"Your last search has no result {n}." for n in (2, 0)]


def test_the_lines_around_a_line_are_shown_by_its_number() -> None:
    *_, bob = company()
    bob.types("/numbers on", *[f"tea {number}" for number in range(20)])
    bob.reads()
    bob.types("/search 10")
    (hit,) = [line for line in bob.reads() if line.startswith("1. ")]
    number = int(re.findall(r"\[(\d+)\] (?:\[#attic\] )?bob: tea 10", hit)[0])
    page = [
        f"{'> ' if count == 10 else '  '}[22:13] [{number - 10 + count}] bob: tea {count}"
        for count in range(5, 16)
    ]
    # As the number of the result, of the line that is one, and of a line of the room.
    bob.types("/show 1", f"/show {number}", f"/show {number} attic", "/join attic")
    assert bob.reads() == [*["--- in #attic ---", *page] * 3, "You are now talking in #attic."]
    bob.types(f"/show {number - 10}", "/show 9999", "/show 5 nowhere", "/show 9999 lobby")
    read = bob.reads()
    assert f"> [22:13] [{number - 10}] bob: tea 0" in read
    assert read[-3:] == [
        "There is no line 9999 in #attic. /numbers on shows the numbers.",
        "There is no room #nowhere. /rooms lists the rooms.",
        "There is no line 9999 in #lobby. /numbers on shows the numbers.",
    ]


def test_of_found_lines_of_one_number_in_several_rooms_that_of_the_current_one_is_shown() -> None:
    alice = Chat().arrive("alice")
    for room, text in (("den", "zz"), ("tea", "zz"), ("pub", "no")):
        alice.types(f"/join {room}", "hello", text)
    alice.types("/search zz", "/join den")
    alice.reads()
    # The third line of each room, and no number of a result.
    alice.types("/show 3", "/join pub", "/show 3")
    assert alice.reads() == [
        "--- in #den ---",
        "  [22:13] alice: hello",
        "> [22:13] alice: zz",
        "You are now talking in #pub.",
        ("Your last search found a line 3 in several rooms. Name the room, as /show 3 tea does."),
    ]


def test_nothing_found_says_so_and_leaves_what_was_found_before() -> None:
    _, alice, _ = company()
    alice.types("/show 99", "/search lunch", "/search cake", "/show 3")
    page = alice.reads()
    assert page[0] == "There is no line 99 in #lobby. /numbers on shows the numbers."
    assert "Nothing was found." in page
    assert "> [22:13] bob: lunch at noon?" in page


def test_nothing_is_found_or_shown_that_one_may_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    chat, alice, _ = company()

    def readable_from(user, room):
        if room.name == "attic":
            raise NoSuchRoom(room.name)
        return 4

    alice.types("/search lunch")
    alice.reads()
    monkeypatch.setattr(readable, "readable_from", readable_from)
    # These are the rooms of which the policy is asked.
    chat.hub.world.limited.update(dict.fromkeys(chat.hub.rooms.values()))
    alice.types("/search lunch", "/search lunch in:attic", "/show 1", "/show 3")
    assert alice.reads() == [
        "Nothing was found.",
        *["There is no room #attic. /rooms lists the rooms."] * 2,
        "There is no line 3 in #lobby. /numbers on shows the numbers.",
    ]


def test_a_room_that_everybody_has_left_is_searched_and_read() -> None:
    store = MemoryStore()
    _, alice, bob = company(store)
    alice.types("/search lunch in:attic")
    alice.reads()
    bob.types("/leave")
    for person in (alice, Chat(store=store).arrive("alice")):
        person.types(
            "/search attic", "/show 1", "/search lunch in:ATTIC", "/history 2 attic joins"
        )
        assert person.reads() == [
            "--- search results ---",
            "1. [22:13] [#attic] bob: lunch in the attic",
            "--- end of search results ---",
            "--- in #attic ---",
            "> [22:13] bob: lunch in the attic",
            "  [22:13] * bob has lunch",
            "--- search results ---",
            "1. [22:13] * bob has lunch",
            "2. [22:13] bob: lunch in the attic",
            "--- end of search results ---",
            "--- in #attic ---",
            "[22:13] * bob has lunch",
            "[22:13] *** bob has left #attic ***",
            "--- /more shows earlier lines ---",
        ]
        person.types("/history 3 attic joins", "/more", "/rooms")
        page = person.reads()
        assert page[1].endswith("bob: lunch in the attic")
        assert page[6].endswith("*** bob has joined #attic ***")
        assert page[8] == "#lobby: 2 people" if person is alice else "#lobby: 1 person"


def test_nothing_is_found_of_a_room_that_was_private_when_everybody_left() -> None:
    store = MemoryStore()
    _, alice, bob = company(store)
    bob.types("/register", SECRET, SECRET)
    bob.types("/join cellar", "public lunch", "/private on", "secret lunch")
    alice.types("/search lunch in:cellar")
    bob.types("/disown", "/leave cellar")
    alice.reads()
    for person in (alice, Chat(store=store).arrive("alice")):
        person.types("/search lunch in:cellar", "/history 9 cellar", "/search secret")
        person.types("/search public")
        assert person.reads() == [
            *["There is no room #cellar. /rooms lists the rooms."] * 2,
            *["Nothing was found."] * 2,
        ]


def test_a_hit_is_not_shown_once_its_room_was_made_again_and_closed() -> None:
    _, alice, bob = company()
    bob.types("/register", SECRET, SECRET)
    bob.types("/leave attic")
    alice.types("/search attic")
    alice.reads()
    bob.types("/join attic", "/private on")
    alice.types("/show 1", "/search attic")
    assert alice.reads() == [
        "There is no room #attic. /rooms lists the rooms.",
        "Nothing was found.",
    ]


def test_a_user_who_is_ignored_is_not_found() -> None:
    _, alice, _ = company()
    alice.types("lunch for me")
    alice.types("/ignore bob", "/search lunch")
    assert alice.reads()[2:] == [
        "1. [22:13] [#lobby] alice: lunch for me",
        "--- end of search results ---",
    ]


def test_edited_lines_are_found_by_what_they_say_and_deleted_ones_not_at_all() -> None:
    _, alice, _ = company()
    alice.types("dinner?", "supper?", "/edit 4 tea?", "/delete 5")
    alice.types("/search dinner", "/search supper", "/search tea")
    assert alice.reads()[-4:] == [
        "Nothing was found.",
        "--- search results ---",
        "1. [22:13] [#lobby] alice: tea? (edited)",
        "--- end of search results ---",
    ]


def test_a_hit_that_answers_quotes() -> None:
    _, alice, _ = company()
    alice.types("/re 3 gladly")
    alice.types("/search gladly in:lobby")
    assert alice.reads()[1] == "1. [22:13] alice (re 3 bob: lunch at noon?): gladly"


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (TookTooLong(), "The search takes too long. Add a word, in:room, from:nick or a date."),
        (NotReady(), "The latest lines cannot be searched yet, please try again in a moment."),
        (
            NotReady("", 42),
            "All lines are being indexed again, 42 % so far; search again in a few minutes.",
        ),
    ],
)
def test_a_search_that_cannot_be_done_is_told_in_a_sentence(
    failure: Exception, sentence: str
) -> None:
    class Failing(MemoryStore):
        def search(self, query, count):
            return fail(failure)

    _, alice, _ = company(Failing())
    alice.types("/search lunch")
    assert alice.reads() == [sentence]


def test_who_came_and_went_is_not_shown_around_a_line_unless_it_is_the_one() -> None:
    chat, alice, bob = company()
    alice.types("/numbers on")
    bob.types(*[f"tea {number}" for number in range(6)])
    for number in range(9):
        guest = chat.arrive(f"guest{number}")
        guest.types("/join attic", "/leave attic")
    bob.types(*[f"cake {number}" for number in range(6)])
    alice.reads()
    alice.types("/search tea 5", "/show 1")
    texts = [line.split("bob: ")[-1] for line in alice.reads()[3:]]
    assert texts == [
        "--- in #attic ---",
        *(f"tea {n}" for n in range(6)),
        *(f"cake {n}" for n in range(5)),
    ]
    number = chat.hub.rooms["attic"].timeline.number - 6
    alice.types(f"/show {number} attic")
    shown = [line.split("] ")[-1] for line in alice.reads()[1:]]
    assert shown == [
        *(f"bob: tea {n}" for n in range(1, 6)),
        "*** guest8 has left #attic ***",
        *(f"bob: cake {n}" for n in range(5)),
    ]
