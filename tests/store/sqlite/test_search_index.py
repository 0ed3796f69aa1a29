"""
The index of words.
"""

import re
import time
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_tables import LOBBY, Asked, found, line
from stores import result_of

from twisted_chat.store.interface import NotReady, TookTooLong
from twisted_chat.store.query import Query, Term
from twisted_chat.store.records import LAST_ID, Line, Revised, RoomOpened
from twisted_chat.store.sqlite import search_index, sql, transactions, worker
from twisted_chat.store.sqlite.database import connect, open_database
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.migrations import SCHEMA
from twisted_chat.store.sqlite.store import SQLiteStore

WORD = re.compile(r"[^\W_]+")
# Held against the text, see https://sqlite.org/fts5.html.
INTEGRITY_CHECK = "INSERT INTO line_index (line_index, rank) VALUES ('integrity-check', 1)"
ACCENT = re.compile("[\u0300-\u036f]")


def words(*texts: str, rooms: dict[int, int] | None = None, **others: Any) -> Query:
    terms = tuple(Term(text.removesuffix("*"), text.endswith("*")) for text in texts)
    return Query(terms, rooms or {1: 1, 2: 1}, **others)


TALK = [
    line(1, "Lunch at noon?", "alice"),
    line(2, "lunch? I'd rather have a café crème", "Bob"),
    line(3, "at noon then, for LUNCH", "alice-2"),
    line(1, "lunch in the attic", "alice", room=2),
    line(4, "lunch", "carol", kind="left"),
    line(5, "has lunch", "Ünal", kind="acted"),
]


@pytest.fixture
def talked(asked: Asked) -> Asked:
    asked.write(*TALK)
    return asked


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (words("lunch"), [6, 3, 2, 4, 1]),
        (words("LUNCH", "noon"), [3, 1]),
        (words("lunch at noon"), [1]),
        (words("noon lunch"), []),
        (words("cafe creme"), [2]),
        (words("CAFÉ"), [2]),
        (words("I'd"), [2]),
        (words("rat"), []),
        (words("rat*"), [2]),
        (words("have a ca*"), [2]),
        (words("rather ha*"), [2]),
        (words("at n*", "no*"), [3, 1]),
        (words("at no*"), [3, 1]),
        (words("noon fo*"), []),
        (words("lunch", rooms={2: 1}), [4]),
        (words("lunch", rooms={1: 3}), [6, 3]),
        (words("lunch", rooms={3: 1}), []),
        (words("lunch", rooms={1: 1, **dict.fromkeys(range(10, 300), 1)}), [6, 3, 2, 1]),
        (words("lunch", nick="alice"), [4, 1]),
        (words("lunch", nick="ALICE-2"), [3]),
        (words("lunch", nick="bob"), [2]),
        (words(nick="ünal"), [6]),
        (words("lunch", nick="dave"), []),
        (words("lunch", since=TALK[1].at), [6, 3, 2]),
        (words("lunch", until=TALK[1].at), [4, 1]),
        (words("lunch", since=TALK[1].at, until=TALK[1].at), []),
        (words('lunch" OR "noon'), []),
        (words("room : r1"), []),
        (words("nothing"), []),
    ],
)
def test_talk_is_found_by_its_words_the_latest_first(
    talked: Asked, query: Query, numbers: list[int]
) -> None:
    assert [TALK.index(line) + 1 for line in found(talked, query)] == numbers


SAID = [
    "दिन भर धूप थी",
    "दान और दीन",
    "明日は東京都庁で会いましょう",
    "我的iPhone手机壳子不见了",
    "ไปกินข้าวที่ตลาด",
    "ខ្ញុំរៀនភាសាខ្មែរ",
    "나는 한국어를 배웁니다",
    "ο δρόμος είναι μακρύς",
    "die Straße nach Łódź",
    "שלום לרמב״ם",
    "قال محمد: كتاب علي",
    "Ёлка и йод",
    'մի բան 27" monitor',
    "မြန်မာဘာသာစကား",
    "ພາສາລາວງ່າຍ",
]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("दिन", [1]),
        ("दा", []),
        ("दीन", [2]),
        ("दि*", [1]),
        ("धूप थी", [1]),
        ("京都", [3]),
        ("東京都庁", [3]),
        ("京庁", []),
        ("会", [3]),
        ("会*", [3]),
        ("手机", [4]),
        ("机", [4]),
        ("IPHONE 手", [4]),
        ("的 iphone", [4]),
        ("我 iphone", []),
        ("手机壳 不见", []),
        ("กินข้าว", [5]),
        ("ตลาด", [5]),
        ("ที", []),
        ("ខ្មែរ", [6]),
        ("한국어", [7]),
        (unicodedata.normalize("NFD", "한국어를"), [7]),
        ("국어*", [7]),
        ("ΔΡΟΜΟΣ", [8]),
        ("STRASSE nach lodz", [9]),
        ('רמב"ם', []),
        ('לרמב"ם', [10]),
        ("לרמבם", [10]),
        ("مُحَمَّد", [11]),
        ("کتاب علی", [11]),
        ("елка", [12]),
        ("иод", []),
        ("йод", [12]),
        ('27" monitor', [13]),
        ("ဘာသာ", [14]),
        ("ລາວ", [15]),
    ],
)
def test_words_of_every_script_are_found_as_they_are_spelt(
    asked: Asked, text: str, lines: list[int]
) -> None:
    asked.write(*[line(number, said) for number, said in enumerate(SAID, 1)])
    assert [each.number for each in found(asked, words(text))] == lines


@pytest.mark.parametrize(
    ("nick", "typed"),
    [
        ("İbrahim", "ibrahim"),
        ("Лук\u02bcянець", "Лук'янець"),
        ("علی", "علي"),
        ("Νίκος", "ΝΙΚΟΣ"),
        ("Ünal", "ÜNAL"),
    ],
)
def test_a_user_is_found_however_their_name_is_spelt(asked: Asked, nick: str, typed: str) -> None:
    asked.write(line(1, "tea", nick), line(2, "tea", "alice"))
    assert [each.nick for each in found(asked, words("tea", nick=typed))] == [nick]


def test_only_so_many_are_found(talked: Asked) -> None:
    assert found(talked, words("lunch"), 2) == [TALK[5], TALK[2]]


def test_what_was_edited_is_found_by_what_it_says_now(talked: Asked) -> None:
    assert len(found(talked, words("crème"))) == 1
    talked.write(Revised(TALK[1]._replace(text="tea", state="edited")))
    assert found(talked, words("crème")) == []
    assert [line.text for line in found(talked, words("tea"))] == ["tea"]
    talked.write(Revised(TALK[1].without_words("bob")))
    assert found(talked, words("tea")) == found(talked, words("bob")) == []


def test_what_was_edited_before_it_was_indexed_is_found_by_what_it_says_now(asked: Asked) -> None:
    asked.write(*TALK, Revised(TALK[1]._replace(text="tea", state="edited")))
    assert found(asked, words("crème")) == []
    assert len(found(asked, words("tea"))) == 1


def test_a_line_that_is_pinned_is_found_as_before(talked: Asked) -> None:
    found(talked, words("lunch"))
    pinned = TALK[0]._replace(pinned=1)
    talked.write(Revised(pinned))
    assert found(talked, words("lunch at noon")) == [pinned]


def test_many_more_lines_than_are_indexed_at_once_are_found(asked: Asked) -> None:
    count = 3 * search_index.STEP + 7
    asked.write(*[line(number, f"line {number}") for number in range(1, count)])
    for number in (1, search_index.STEP, search_index.STEP + 1, count - 1):
        assert [each.number for each in found(asked, words(str(number)))] == [number]


letters = st.sampled_from(["a", "b", "é", "東京", "京", "京都東京"])
sentences = st.lists(letters, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["say", "edit", "delete", "index", "prune"]), sentences),
        max_size=30,
    ),
    st.lists(sentences, min_size=1, max_size=2),
)
def test_whatever_happens_to_lines_the_index_finds_what_a_look_at_each_finds(
    deeds: list[tuple[str, str]], terms: list[str]
) -> None:
    store = MemoryStore()
    database = store._connection
    store.write([LOBBY])
    # The same without an index.
    lines: dict[int, Line] = {}
    for number, (deed, text) in enumerate(deeds, 1):
        last = lines.get(number // 2)
        change: Any = line(number, text)
        if deed == "edit" and last:
            change = Revised(last._replace(text=text, state="edited"))
        elif deed == "delete" and last:
            change = Revised(last.without_words("alice"))
        elif deed == "prune" and last:
            del lines[last.number]
            database.execute("DELETE FROM line WHERE id = ?", (last.id,))
        elif deed == "index":
            search_index.index_some(database)
        store.write([change])
        if isinstance(change, Line):
            lines[change.number] = change
        elif change.line.number in lines:
            lines[change.line.number] = change.line
    query = words(*terms)
    looked_at = [each for each in reversed(lines.values()) if is_found(each, query)]
    assert sorted(result_of(store.search(query, 99))) == sorted(looked_at)
    database.execute(INTEGRITY_CHECK)


def is_found(line: Line, query: Query) -> bool:
    said = words_of(line.text)
    return line.state != "deleted" and all(stands_in(said, term) for term in query.terms)


def words_of(text: str) -> list[str]:
    """
    Return the words of ``text``, of Latin and Chinese letters, without accents.
    """
    return WORD.findall(ACCENT.sub("", unicodedata.normalize("NFD", text.lower())))


def stands_in(words: list[str], term: Term) -> bool:
    # Beside one of these Latin letters a word ends; beside a Chinese one it may go on.
    wanted = " ".join(words_of(term.text))
    end = "" if term.is_beginning or not wanted[-1].isascii() else "(?![a-z])"
    start = "(?<![a-z])" if wanted[0].isascii() else ""
    return re.search(f"{start}{wanted}{end}", " ".join(words)) is not None


def test_a_search_that_takes_too_long_is_given_up(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.write(*[line(number, "lunch") for number in range(1, 2000)])
    monkeypatch.setattr(search_index, "TIMEOUT", -1.0)
    with pytest.raises(TookTooLong, match="a search took more than"):
        found(asked, words("lunch"), 2000)
    monkeypatch.undo()
    assert len(found(asked, words("lunch"))) == 10


@pytest.mark.parametrize("readable", [1, 3, "all others"])
def test_what_others_said_elsewhere_does_not_make_a_search_take_too_long(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, readable: int | str
) -> None:
    hidden = 999
    rooms = [RoomOpened(number, f"r{number}", f"r{number}") for number in (*range(3, 151), hidden)]
    asked.write(*rooms, line(1, "tea"))
    asked.write(*[line(number, "lunch", room=hidden) for number in range(1, 3000)])
    asked.write(line(2, "lunch after all"))
    # After as many of SQLite's steps as it takes to look at half of them.
    monkeypatch.setattr(search_index, "TIMEOUT", -1.0)
    monkeypatch.setattr(search_index, "_OPERATIONS", 5000)
    everywhere = isinstance(readable, str)
    may_read = {hidden: LAST_ID} if everywhere else dict.fromkeys(range(1, int(readable) + 1), 1)

    def numbers(word: str, rooms: dict[int, int]) -> list[int]:
        lines = found(asked, words(word, rooms=rooms, is_everywhere=everywhere))
        return [each.number for each in lines]

    assert numbers("lunch", may_read) == [2]
    # Nor what was said before the user came.
    assert numbers("lunch", {**may_read, hidden: 2990}) != []
    assert numbers("tea", {**may_read, 1: 2}) == []


@pytest.mark.parametrize("many", [0, 200])
@pytest.mark.parametrize("hidden", [1, 3])
def test_a_search_everywhere_leaves_out_what_is_named_and_nothing_else(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, hidden: int, many: int
) -> None:
    monkeypatch.setattr(search_index, "_MANY", many)
    asked.write(RoomOpened(3, "cellar", "cellar"), RoomOpened(4, "den", "den"))
    asked.write(*[line(room, f"lunch {room}", room=room) for room in (1, 2, 3, 4)])
    asked.write(*[line(room + 4, "more lunch", room=room) for room in (1, 2, 3, 4)])

    def rooms(**others: Any) -> list[tuple[int, int]]:
        lines = found(asked, words("lunch", is_everywhere=True, **others))
        return [(each.room, each.number) for each in lines][::-1]

    everything = [(1, 1), (2, 2), (3, 3), (4, 4), (1, 5), (2, 6), (3, 7), (4, 8)]
    nothing = dict.fromkeys(range(1, hidden + 1), LAST_ID)
    assert rooms(rooms=nothing) == [each for each in everything if each[0] > hidden]
    # Of room 4 only the end.
    assert rooms(rooms={**nothing, 4: 5}) == [
        each for each in everything if each[0] > hidden and each != (4, 4)
    ]
    assert rooms(rooms=dict.fromkeys(range(1, 5), LAST_ID)) == []
    assert rooms(rooms={9: LAST_ID}) == everything


def test_lines_are_indexed_while_no_user_writes(tmp_path: Path) -> None:
    asked = Asked(lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor, "full"))
    asked.write(LOBBY, line(1, "lunch"))
    with closing(connect(tmp_path / "chat.db")) as database:
        deadline = time.monotonic() + 60
        while database.execute("SELECT up_to FROM indexed").fetchone() != (line(1, "").id,):
            assert time.monotonic() < deadline
    asked.close()


def test_so_many_lines_that_they_are_not_ready_are_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor))
    asked.write(LOBBY, *[line(number, "lunch") for number in range(1, 2 * search_index.STEP)])
    monkeypatch.setattr(sql, "_INDEXING", -1.0)
    with pytest.raises(NotReady, match="not indexed"):
        found(asked, words("lunch"))
    assert len(found(asked, words("lunch"))) == 10
    asked.close()


OLD_SCHEMA = (SCHEMA / "0001.sql").read_text("utf-8")
# What a server before the second schema indexed a line with.
OLD_INDEXING = """
INSERT INTO line_index (rowid, room, nick, text) SELECT id, room, nick, text FROM line_words;
UPDATE indexed SET up_to = (SELECT max(id) FROM line);
"""


def open_older(path: Path, steps: Path, *said: str) -> Asked:
    """
    Make a database as a server before the second schema left it, and open it with this one.
    """
    steps.mkdir()
    (steps / "0001.sql").write_text(OLD_SCHEMA, "utf-8")
    with closing(open_database(path, steps)) as database:
        transactions.write(database, [LOBBY])
        for number, text in enumerate(said, 1):
            # It has the first 12 columns of today.
            marks = ", ".join("?" * 12)
            database.execute(f"INSERT INTO line VALUES ({marks})", line(number, text)[:12])
        database.executescript(OLD_INDEXING)
    return Asked(lambda in_reactor: SQLiteStore(path, in_reactor))


def test_an_older_database_is_indexed_again(tmp_path: Path) -> None:
    asked = open_older(tmp_path / "chat.db", tmp_path / "steps", *SAID)
    asked.write(line(99, "दिन"))
    assert [each.number for each in found(asked, words("दिन"))] == [99, 1]
    assert [each.number for each in found(asked, words("京都"))] == [3]
    # And changes with its line.
    asked.write(Revised(line(3, "京")), Revised(line(1, SAID[0]).without_words("alice")))
    assert [each.number for each in found(asked, words("दिन"))] == [99]
    assert found(asked, words("京都")) == []
    asked.close()
    with closing(connect(tmp_path / "chat.db")) as database:
        database.execute(INTEGRITY_CHECK)


def test_nothing_of_an_older_index_stays_behind(tmp_path: Path) -> None:
    # This is how FTS5 by itself stores the word, and nothing else writes it so.
    is_there = "łodz".encode()
    path = tmp_path / "chat.db"
    asked = open_older(path, tmp_path / "steps", "Łódź")
    asked.close()
    assert is_there in Path(f"{path}.before-0002").read_bytes()
    assert is_there not in path.read_bytes()
    assert is_there not in b"".join(file.read_bytes() for file in tmp_path.glob("chat.db-*"))


def test_a_user_who_searches_while_all_is_indexed_again_is_told_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Time passes between two steps, but not so much that a search would be told to wait for ever.
    monkeypatch.setattr(sql, "_INDEXING", -1.0)
    monkeypatch.setattr(search_index, "STEP", 25)
    monkeypatch.setattr(worker, "_QUIET", 60.0)
    said = ["lunch"] * 100
    asked = open_older(tmp_path / "chat.db", tmp_path / "steps", *said)
    told = []
    for _ in range(4):
        with pytest.raises(NotReady, match=r"indexed again|not indexed yet") as refused:
            found(asked, words("lunch"))
        told.append(refused.value.done)
    assert told == [24, 49, 74, None]
    assert len(found(asked, words("lunch"), 200)) == 100
    asked.close()


def test_an_index_of_another_folding_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    asked = Asked(lambda in_reactor: SQLiteStore(path, in_reactor))
    asked.write(LOBBY, line(1, "Crème"), line(2, "brûlée"))
    assert len(found(asked, words("creme"))) == 1
    asked.close()
    with closing(connect(path)) as database:
        database.execute("INSERT INTO line_index (line_index) VALUES ('delete-all')")
        database.execute("INSERT INTO line_index (rowid, text) VALUES (1, 'krem')")
        database.execute("UPDATE indexed SET folding = 'another'")
    asked = Asked(lambda in_reactor: SQLiteStore(path, in_reactor))
    assert found(asked, words("krem")) == []
    assert len(found(asked, words("creme"))) == len(found(asked, words("brulee"))) == 1
    asked.close()


def test_while_much_is_said_lines_are_indexed_once_a_second_and_the_rest_when_it_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_QUIET", 0.001)
    monkeypatch.setattr(worker, "_AT_LATEST", 0.2)
    monkeypatch.setattr(search_index, "STEP", 1)
    asked = Asked(lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor))
    mover = asked.store._mover
    # As many lines as one step of the index were said in the last second.
    mover.pace = 500
    asked.write(LOBBY, *(line(number, "lunch") for number in range(1, 101)))
    began = time.monotonic()
    asked.wait(asked.store._writer.do(lambda _: None))

    def indexed() -> int:
        with closing(connect(tmp_path / "chat.db")) as database:
            (up_to,) = database.execute("SELECT up_to FROM indexed").fetchone()
            (count,) = database.execute(
                "SELECT count(*) FROM line WHERE id <= ?", (up_to,)
            ).fetchone()
        return int(count)

    while (count := indexed()) < 3:
        assert time.monotonic() - began < 60
    # One for each fifth of a second, however slow this machine is, and one at the beginning.
    assert count <= (time.monotonic() - began) / 0.2 + 1
    mover.pace, quiet_at = 0, time.monotonic()
    while indexed() < 100:
        # By one each fifth of a second that would take twenty.
        assert time.monotonic() - quiet_at < 15
    asked.close()


def test_lines_are_indexed_even_if_some_user_always_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_QUIET", 60.0)
    monkeypatch.setattr(worker, "_AT_LATEST", 0.0)
    asked = Asked(lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor))
    asked.write(LOBBY, line(1, "lunch"))
    asked.write(line(2, "tea"))
    asked.close()
    with closing(connect(tmp_path / "chat.db")) as database:
        (up_to,) = database.execute("SELECT up_to FROM indexed").fetchone()
    assert up_to == line(2, "").id
