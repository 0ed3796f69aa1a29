"""
Search syntax: how what people type is read.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.history.search_syntax import MAX_WORDS, BadSearch, ParsedSearch, read_search
from twisted_chat.store.query import Query, Term
from twisted_chat.store.sqlite.search_index import expression

pytestmark = pytest.mark.usefixtures("utc")


WORDS_WANTED = "Search for words, or for what a user said: from:bob."


NOW = 1_795_000_000.0


NOVEMBER_20 = 1_795_132_800.0


@pytest.mark.parametrize(
    ("typed", "search"),
    [
        ("lunch", ParsedSearch((Term("lunch"),))),
        ("  lunch  noon? ", ParsedSearch((Term("lunch"), Term("noon?")))),
        ('"at noon"', ParsedSearch((Term("at noon"),))),
        ('tea "at noon"cake', ParsedSearch((Term("tea"), Term("at noon"), Term("cake")))),
        ("lun*", ParsedSearch((Term("lun", True),))),
        ('"at no"*', ParsedSearch((Term("at no", True),))),
        ("lunch ! ... *", ParsedSearch((Term("lunch"),))),
        ("from:bob", ParsedSearch(nick="bob")),
        ("FROM:Bob lunch In:#Attic", ParsedSearch((Term("lunch"),), "Bob", "#Attic")),
        ("食*", ParsedSearch((Term("食", True),))),
        ("한*", ParsedSearch((Term("한", True),))),
        ('"-noon" --sync', ParsedSearch((Term("-noon"), Term("--sync")))),
        ("tea after:2026-11-20", ParsedSearch((Term("tea"),), after=NOVEMBER_20)),
        ("tea before:2026-11-20t14:30", ParsedSearch((Term("tea"),), before=NOVEMBER_20 + 52200)),
        (
            "tea before:2d after:1w",
            ParsedSearch((Term("tea"),), "", "", NOW - 604800, NOW - 172800),
        ),
        ("a-b:c", ParsedSearch((Term("a-b:c"),))),
        # As input methods write the signs.
        ("from：ｂｏｂ 茶 in：＃ａｔｔｉｃ", ParsedSearch((Term("茶"),), "bob", "＃ａｔｔｉｃ")),
        ("＂at noon＂＊ lun＊", ParsedSearch((Term("at noon", True), Term("lun", True)))),
        ("tea　before：２ｄ", ParsedSearch((Term("tea"),), before=NOW - 172800)),
        ("ＡＢＣ", ParsedSearch((Term("ＡＢＣ"),))),
        ('27" monitor', ParsedSearch((Term('27"'), Term("monitor")))),
        ('ארה"ב', ParsedSearch((Term('ארה"ב'),))),
        ('"ארה"ב וישראל" tea', ParsedSearch((Term('ארה"ב וישראל'), Term("tea")))),
        ('6\'2" tall "at noon"', ParsedSearch((Term("6'2\""), Term("tall"), Term("at noon")))),
        ('lunch" at', ParsedSearch((Term('lunch"'), Term("at")))),
        ("“at noon” tea", ParsedSearch((Term("at noon"), Term("tea")))),
        ("„um zwölf“* «à midi»", ParsedSearch((Term("um zwölf", True), Term("à midi")))),
        ("「昼 ごはん」", ParsedSearch((Term("昼 ごはん"),))),
        ("हिन्*", ParsedSearch((Term("हिन्", True),))),
        ("กี่* မြ*", ParsedSearch((Term("กี่", True), Term("မြ", True)))),
        ("tea after:٢٠٢٦-١١-٢٠", ParsedSearch((Term("tea"),), after=NOVEMBER_20)),
        ("चाय before:२d", ParsedSearch((Term("चाय"),), before=NOW - 172800)),
        ("tea AND NOT cake", ParsedSearch(tuple(map(Term, ("tea", "AND", "NOT", "cake"))))),
    ],
)
def test_a_search_is_read(typed: str, search: ParsedSearch) -> None:
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
        ("tea -cake", 'Words cannot be excluded; to find -cake write "-cake".'),
        ("é*", "A word needs at least 2 letters before its *."),
        ('"lunch', "A quotation mark is not closed."),
        ("“lunch at", "A quotation mark is not closed."),
        ("कि*", "A word needs at least 2 letters before its *."),
        ("e\u0301*", "A word needs at least 2 letters before its *."),
        ("a*", "A word needs at least 2 letters before its *."),
        ("lunch-a*", "A word needs at least 2 letters before its *."),
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
def test_a_meaningless_search_is_refused_in_a_sentence(typed: str, sentence: str) -> None:
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
