"""
Searching: what people type is read, found where they may read it, and shown with its surroundings.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logins import SECRET
from twisted.internet.defer import fail

from twisted_chat.errors import NoSuchRoom
from twisted_chat.history.search_syntax import MAX_WORDS, BadSearch, Search, read_search
from twisted_chat.store.interface import NotReady, Query, Term, TookTooLong
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.search_index import expression
from twisted_chat.testing import Chat, Person
from twisted_chat.world import policy

pytestmark = pytest.mark.usefixtures("utc")


# -- what is typed --------------------------------------------------------------------------------

WORDS_WANTED = "Search for words, or for what somebody said: from:bob."
NOW = 1_795_000_000.0
NOVEMBER_20 = 1_795_132_800.0


@pytest.mark.parametrize(
    ("typed", "search"),
    [
        ("lunch", Search((Term("lunch"),))),
        ("  lunch  noon? ", Search((Term("lunch"), Term("noon?")))),
        ('"at noon"', Search((Term("at noon"),))),
        ('tea "at noon"cake', Search((Term("tea"), Term("at noon"), Term("cake")))),
        ("lun*", Search((Term("lun", True),))),
        ('"at no"*', Search((Term("at no", True),))),
        ("lunch ! ... *", Search((Term("lunch"),))),
        ("from:bob", Search(nick="bob")),
        ("FROM:Bob lunch In:#Attic", Search((Term("lunch"),), "Bob", "#Attic")),
        ("食*", Search((Term("食", True),))),
        ("한*", Search((Term("한", True),))),
        ('"-noon" --sync', Search((Term("-noon"), Term("--sync")))),
        ("tea after:2026-11-20", Search((Term("tea"),), after=NOVEMBER_20)),
        ("tea before:2026-11-20t14:30", Search((Term("tea"),), before=NOVEMBER_20 + 52200)),
        ("tea before:2d after:1w", Search((Term("tea"),), "", "", NOW - 604800, NOW - 172800)),
        ("a-b:c", Search((Term("a-b:c"),))),
        # As input methods write the signs.
        ("from：ｂｏｂ 茶 in：＃ａｔｔｉｃ", Search((Term("茶"),), "bob", "＃ａｔｔｉｃ")),
        ("＂at noon＂＊ lun＊", Search((Term("at noon", True), Term("lun", True)))),
        ("tea　before：２ｄ", Search((Term("tea"),), before=NOW - 172800)),
        ("ＡＢＣ", Search((Term("ＡＢＣ"),))),
        ('27" monitor', Search((Term('27"'), Term("monitor")))),
        ('ארה"ב', Search((Term('ארה"ב'),))),
        ('"ארה"ב וישראל" tea', Search((Term('ארה"ב וישראל'), Term("tea")))),
        ('6\'2" tall "at noon"', Search((Term("6'2\""), Term("tall"), Term("at noon")))),
        ('lunch" at', Search((Term('lunch"'), Term("at")))),
        ("“at noon” tea", Search((Term("at noon"), Term("tea")))),
        ("„um zwölf“* «à midi»", Search((Term("um zwölf", True), Term("à midi")))),
        ("「昼 ごはん」", Search((Term("昼 ごはん"),))),
        ("हिन्*", Search((Term("हिन्", True),))),
        ("กี่* မြ*", Search((Term("กี่", True), Term("မြ", True)))),
        ("tea after:٢٠٢٦-١١-٢٠", Search((Term("tea"),), after=NOVEMBER_20)),
        ("चाय before:२d", Search((Term("चाय"),), before=NOW - 172800)),
        ("tea AND NOT cake", Search(tuple(map(Term, ("tea", "AND", "NOT", "cake"))))),
    ],
)
def test_a_search_is_read(typed: str, search: Search) -> None:
    assert read_search(typed, NOW) == search


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("...", WORDS_WANTED),
        (
            "in:lobby after:2d",
            f"{WORDS_WANTED} in:, before: and after: narrow that down.",
        ),
        ("lunch from:", "from: needs a name, such as from:bob."),
        ("lunch in: attic", "in: needs a room, such as in:lobby."),
        ("lunch after:", "after: needs a date, such as after:2d."),
        ("lunch before:", "before: needs a date, such as before:2026-11-20."),
        ("from:a From:b", "from: can be given only once."),
        ("tea in:a in:b", "in: can be given only once."),
        ("tea -cake", 'No word can be left out; to find -cake write "-cake".'),
        ("é*", "Before a * there must be at least 2 letters."),
        ('"lunch', 'There is a " without its other one.'),
        ("“lunch at", 'There is a " without its other one.'),
        ("कि*", "Before a * there must be at least 2 letters."),
        ("e\u0301*", "Before a * there must be at least 2 letters."),
        ("a*", "Before a * there must be at least 2 letters."),
        ("lunch-a*", "Before a * there must be at least 2 letters."),
        ("a " * (MAX_WORDS + 1), "Search for at most 32 words."),
        ('"' + "a " * (MAX_WORDS + 1) + '"', "Search for at most 32 words."),
        *(
            (
                f"lunch before:{date}",
                f'before: needs a date such as 2026-11-20, 2026-11-20T14:30 or 2d, not "{date}".',
            )
            for date in ("noon", "2026-13-01", "2026-11-31", "20261120", "2026-11-20T25:00")
        ),
    ],
)
def test_what_means_nothing_is_refused_in_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(BadSearch) as refusal:
        read_search(typed, NOW)
    assert str(refusal.value) == sentence


pieces = st.sampled_from(
    ['"', "*", "(", ")", ":", "-", "^", "+", "{", "}", "'", "NEAR(", "AND", "OR", "NOT", "from:",
     "in:", "before:", "after:", "2026-11-20", "0001-01-01", "9999-12-31", "1000d", "text : ",
     "line_index", "ab", "é", "\N{SHORTCAKE}", "\0", " ", "\t"],
)  # fmt: skip
typed_texts = st.lists(pieces | st.text(max_size=4), max_size=12).map("".join)


@pytest.fixture(scope="module")
def an_index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE line_index USING fts5(text, entries, room, nick)")
        yield connection


@given(typed=typed_texts)
def test_whatever_is_typed_is_refused_or_can_be_looked_up(
    an_index: sqlite3.Connection, typed: str
) -> None:
    try:
        search = read_search(typed, NOW)
    except BadSearch:
        return
    query = Query(search.terms, {1: 1}, search.nick)
    matching = "SELECT rowid FROM line_index WHERE line_index MATCH ?"
    assert an_index.execute(matching, (expression(query),)).fetchall() == []


words = st.text("abcdé", min_size=2, max_size=5)


@given(st.lists(st.lists(words, min_size=1, max_size=3), min_size=1, max_size=5), st.booleans())
def test_words_and_phrases_are_read_as_they_were_typed(
    phrases: list[list[str]], is_beginning: bool
) -> None:
    star = "*" * is_beginning
    typed = " ".join(f'"{" ".join(phrase)}"{star}' for phrase in phrases)
    assert read_search(typed, NOW).terms == tuple(
        Term(" ".join(phrase), is_beginning) for phrase in phrases
    )


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
        "--- found ---",
        "1. [22:13] [#attic] * bob has lunch",
        "2. [22:13] [#attic] bob: lunch in the attic",
        "3. [22:13] [#lobby] bob: lunch at noon?",
        "--- that is all ---",
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
        "2. [2023-11-14 22:13] bob: lunch at noon?",
        "1. [22:13] [#lobby] alice: lunch for me",
        "2. [22:13] [#attic] bob: late lunch",
    ]
    alice.types("/search lunch before:2023-11-15 in:lobby", "/search lunch in:cellar")
    assert alice.reads()[1:] == [
        "1. [2023-11-14 22:13] bob: lunch at noon?",
        "--- that is all ---",
        "There is no room #cellar. /rooms lists those there are.",
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
        "--- /more for what was before ---",
    ]
    alice.types("/more", "/more", "/more")
    page = alice.reads()
    assert page[1] == "11. [22:13] [#attic] bob: tea 14"
    assert page[-3:] == [
        "25. [22:13] [#attic] bob: tea 0",
        "--- that is all ---",
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
    alice.types("/show 2", "/show 0")
    assert alice.reads() == [f"No line {n} was found. /search finds some." for n in (2, 0)]


def test_nothing_found_says_so_and_leaves_what_was_found_before() -> None:
    _, alice, _ = company()
    alice.types("/show 1", "/search lunch", "/search cake", "/show 3")
    page = alice.reads()
    assert page[0] == "No line 1 was found. /search finds some."
    assert "Nothing was found." in page
    assert "> [22:13] bob: lunch at noon?" in page


def test_nothing_is_found_or_shown_that_one_may_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    _, alice, _ = company()

    def readable_from(user, room):
        if room.name == "attic":
            raise NoSuchRoom(room.name)
        return 4

    alice.types("/search lunch")
    alice.reads()
    monkeypatch.setattr(policy, "readable_from", readable_from)
    alice.types("/search lunch", "/search lunch in:attic", "/show 1", "/show 3")
    assert alice.reads() == [
        "Nothing was found.",
        *["There is no room #attic. /rooms lists those there are."] * 2,
        "--- in #lobby ---",
    ]


def test_a_room_that_everybody_has_left_is_searched_and_read() -> None:
    store = MemoryStore()
    _, alice, bob = company(store)
    alice.types("/search lunch in:attic")
    alice.reads()
    bob.types("/leave")
    for person in (alice, Chat(store=store).arrive("alice")):
        person.types("/search attic", "/show 1", "/search lunch in:ATTIC", "/history 2 attic")
        assert person.reads() == [
            "--- found ---",
            "1. [22:13] [#attic] bob: lunch in the attic",
            "--- that is all ---",
            "--- in #attic ---",
            "  [22:13] *** bob has joined #attic ***",
            "> [22:13] bob: lunch in the attic",
            "  [22:13] * bob has lunch",
            "  [22:13] *** bob has left #attic ***",
            "--- found ---",
            "1. [22:13] * bob has lunch",
            "2. [22:13] bob: lunch in the attic",
            "--- that is all ---",
            "--- in #attic ---",
            "[22:13] * bob has lunch",
            "[22:13] *** bob has left #attic ***",
            "--- /more for what was before ---",
        ]
        person.types("/history 3 attic", "/more", "/rooms")
        page = person.reads()
        assert page[1].endswith("bob: lunch in the attic")
        assert page[6].endswith("*** bob has joined #attic ***")
        assert page[8] == "#lobby: 2 people" if person is alice else "#lobby: 1 person"


def test_of_a_room_that_was_private_when_everybody_left_nothing_is_found() -> None:
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
            *["There is no room #cellar. /rooms lists those there are."] * 2,
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
        "There is no room #attic. /rooms lists those there are.",
        "Nothing was found.",
    ]


def test_whoever_is_ignored_is_not_found() -> None:
    _, alice, _ = company()
    alice.types("lunch for me")
    alice.types("/ignore bob", "/search lunch")
    assert alice.reads()[2:] == ["1. [22:13] [#lobby] alice: lunch for me", "--- that is all ---"]


def test_edited_lines_are_found_by_what_they_say_and_deleted_ones_not_at_all() -> None:
    _, alice, _ = company()
    alice.types("dinner?", "supper?", "/edit 4 tea?", "/delete 5")
    alice.types("/search dinner", "/search supper", "/search tea")
    assert alice.reads()[-4:] == [
        "Nothing was found.",
        "--- found ---",
        "1. [22:13] [#lobby] alice: tea? (edited)",
        "--- that is all ---",
    ]


def test_a_hit_that_answers_quotes() -> None:
    _, alice, _ = company()
    alice.types("/re 3 gladly")
    alice.types("/search gladly in:lobby")
    assert alice.reads()[1] == "1. [22:13] alice (re 3 bob: lunch at noon?): gladly"


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (TookTooLong(), "That takes too long to find. Add a word, in:room, from:nick or a date."),
        (NotReady(), "So much was said that it is not ready to be searched yet; try later."),
        (
            NotReady("", 42),
            "All that was said is being indexed anew, 42 % so far; search again in a few minutes.",
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
