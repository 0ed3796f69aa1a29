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

from twisted_chat.store.interface import NotReady, Query, Term, TookTooLong
from twisted_chat.store.records import Line, Revised, RoomOpened
from twisted_chat.store.sqlite import search_index, sql
from twisted_chat.store.sqlite.database import connect
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.store import SQLiteStore

WORD = re.compile(r"[^\W_]+")


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
        (words("lunch", rooms={2: 1}), [4]),
        (words("lunch", rooms={1: 3}), [6, 3]),
        (words("lunch", rooms={3: 1}), []),
        (words("lunch", rooms={1: 1, **dict.fromkeys(range(10, 300), 1)}), [6, 3, 2, 1]),
        (words("lunch", nick="alice"), [4, 1]),
        (words("lunch", nick="ALICE-2"), [3]),
        (words("lunch", nick="bob"), [2]),
        (words(nick="ünal"), [6]),
        (words("lunch", nick="dave"), []),
        (words("lunch", after=TALK[1].id), [6, 3, 2]),
        (words("lunch", before=TALK[1].id), [4, 1]),
        (words("lunch", after=TALK[1].id, before=TALK[1].id), []),
        (words('lunch" OR "noon'), []),
        (words("room : r1"), []),
        (words("nothing"), []),
    ],
)
def test_talk_is_found_by_its_words_the_latest_first(
    talked: Asked, query: Query, numbers: list[int]
) -> None:
    assert [TALK.index(line) + 1 for line in found(talked, query)] == numbers


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


letters = st.sampled_from(["a", "b", "c"])


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
    database.execute("INSERT INTO line_index (line_index) VALUES ('integrity-check')")


def is_found(line: Line, query: Query) -> bool:
    said = words_of(line.text)
    return line.state != "deleted" and all(stands_in(said, term) for term in query.terms)


def words_of(text: str) -> list[str]:
    """
    Return the words of ``text`` as SQLite's unicode61 tells them apart, more or less.
    """
    return WORD.findall(ACCENT.sub("", unicodedata.normalize("NFD", text.lower())))


def stands_in(words: list[str], term: Term) -> bool:
    wanted = words_of(term.text)
    for start in range(len(words) - len(wanted) + 1):
        *others, last = words[start : start + len(wanted)]
        is_last = last.startswith(wanted[-1]) if term.is_beginning else last == wanted[-1]
        if is_last and others == wanted[:-1]:
            return True
    return False


def test_what_goes_on_for_too_long_is_given_up(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.write(*[line(number, "lunch") for number in range(1, 2000)])
    monkeypatch.setattr(search_index, "PATIENCE", -1.0)
    with pytest.raises(TookTooLong, match="a search took more than"):
        found(asked, words("lunch"), 2000)
    monkeypatch.undo()
    assert len(found(asked, words("lunch"))) == 10


@pytest.mark.parametrize("readable", [1, 3, 150])
def test_what_others_said_elsewhere_does_not_make_a_search_take_too_long(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, readable: int
) -> None:
    hidden = 999
    rooms = [RoomOpened(number, f"r{number}", f"r{number}") for number in (*range(1, 151), hidden)]
    asked.write(*rooms, line(1, "tea"))
    asked.write(*[line(number, "lunch", room=hidden) for number in range(1, 3000)])
    asked.write(line(2, "lunch after all"))
    # After as many of SQLite's steps as it takes to look at half of them.
    monkeypatch.setattr(search_index, "PATIENCE", -1.0)
    monkeypatch.setattr(search_index, "_OPERATIONS", 5000)
    may_read = dict.fromkeys(range(1, readable + 1), 1)
    assert [each.number for each in found(asked, words("lunch", rooms=may_read))] == [2]
    # Nor what was said before somebody came.
    assert found(asked, words("lunch", rooms={**may_read, hidden: 2990})) != []
    assert found(asked, words("tea", rooms={**may_read, 1: 2})) == []


def test_lines_are_indexed_while_nobody_writes(tmp_path: Path) -> None:
    asked = Asked(lambda in_reactor: SQLiteStore(tmp_path / "chat.db", in_reactor))
    asked.write(LOBBY, line(1, "lunch"))
    with closing(connect(tmp_path / "chat.db")) as database:
        deadline = time.monotonic() + 10
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
