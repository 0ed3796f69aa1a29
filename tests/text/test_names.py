import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.errors import BadName
from twisted_chat.text import lookalikes
from twisted_chat.text.name_rules import read_nick
from twisted_chat.text.names import Taken, fold, listed, meant, meant_of, with_article


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("alice", "ALICE"),
        ("alice", "\uff21\uff2c\uff29\uff23\uff25"),
        ("zo\u00eb", "ZOE\u0308"),
        ("stra\u00dfe", "STRASSE"),
        ("\u03c3\u03c5\u03c2", "\u03a3\u03a5\u03a3"),
        ("\ufb01n", "FIN"),
        ("O'Connor", "o\u2019connor"),
        ("ג׳ורג׳", "ג'ורג'"),
        ("ශ්\u200dරීමලී", "ශ්රීමලී"),
        ("علی\u200cرضا", "علیرضا"),
    ],
)
def test_names_are_the_same_without_regard_to_case_width_apostrophes_and_joiners(first, second):
    assert fold(first) == fold(second)


def test_different_names_stay_different():
    names = ["alice", "alicia", "al1ce", "\u0430lice", "zoe", "zo\u00eb", "\u592a\u90ce"]
    assert len(set(map(fold, names))) == len(names)


# -- names that look alike ------------------------------------------------------------------------


ALIKE = [
    ("alice", "a1ice"),
    ("Alice", "a1ice"),
    ("alice", "ALlCE"),
    ("lisa", "Iisa"),
    ("Lisa", "Iisa"),
    ("al", "a1"),
    ("bam", "barn"),
    ("bob", "b0b"),
    ("soso", "ѕоѕо"),
    ("COCO", "СОСО"),
    ("coco", "СОСО"),
    ("Anna", "ΑΝΝΑ"),
    ("二", "ニ"),
    ("İbrahim", "ibrahim"),
    ("Νίκος", "ΝΙΚΟΣ"),
    ("Фёдор", "Федор"),
    ("علي", "علی"),
    ("מֹשֶׁה", "משה"),
    ("نور٣", "نور۳"),
    ("राम२", "राम2"),
]
UNLIKE = [
    ("alice", "alicia"),
    ("Lia", "Ila"),
    ("zoe", "zoë"),
    ("Anna", "Анна"),
    ("p1", "p2"),
    ("Йохан", "Иохан"),
    ("Їжак", "Іжак"),
    ("राम", "रामा"),
    ("太郎", "大郎"),
]


@pytest.mark.parametrize(("name", "other"), ALIKE + [(b, a) for a, b in ALIKE])
def test_names_look_alike_in_whatever_case(name, other):
    taken = Taken()
    taken.add(read_nick(name))
    assert taken.like(read_nick(other)) == name


@pytest.mark.parametrize(("name", "other"), UNLIKE)
def test_names_that_can_be_told_apart_do_not(name, other):
    taken = Taken()
    taken.add(read_nick(name))
    assert taken.like(read_nick(other)) is None


def test_a_name_is_free_again_in_every_case_once_it_is_let_go():
    taken = Taken()
    taken.add("Alice")
    assert taken.like("ALlCE") == "Alice"
    assert taken.like("a1ice", own="Alice") is None
    taken.remove("Alice")
    assert taken == Taken()


@pytest.mark.parametrize("name", ["ʙᴏʙ", "Bᴏb", "ʙob", "ʙóʙ"])
def test_small_capitals_look_like_letters(name: str) -> None:
    taken = Taken()
    taken.add("bob" if "ó" not in name else "bób")
    assert taken.like(read_nick(name)) is not None
    assert taken.like(read_nick("bov")) is None


def test_a_name_is_meant_by_what_looks_like_it_alone() -> None:
    here, registered = Taken(), Taken()
    here.add("bob")
    here.add("İbrahim")
    registered.add("ibrahim")
    registered.add("Carol")
    for typed, key in {
        "#BOB": "bob",
        "b0b": "bob",
        "caro1": "carol",
        "ibrahim": "ibrahim",
        "İBRAHIM": "i\u0307brahim",
        # Of two it is neither.
        "İbrahİm": "i\u0307brahi\u0307m",
        "Dave": "dave",
        "": "",
    }.items():
        assert meant(typed, here, registered) == key
    assert meant_of("b0b", ["bob", "bobby"]) == "bob"
    assert meant_of("b0b", ["bobby"]) == "b0b"


def test_each_of_two_names_that_look_alike_can_be_forgotten() -> None:
    taken = Taken()
    taken.add("İbrahim")
    taken.add("ibrahim")
    taken.remove("ibrahim")
    assert taken.like("ibrahim") == "İbrahim"
    taken.remove("İbrahim")
    assert taken == Taken()


@given(st.text("abIl10OmrnoсоСО", min_size=1, max_size=6), st.text("abIl10Omrno", min_size=1))
def test_looking_alike_goes_both_ways(name, other):
    taken, again = Taken(), Taken()
    taken.add(name)
    again.add(other)
    assert (taken.like(other) is None) == (again.like(name) is None)
    if fold(name) == fold(other):
        assert taken.like(other) == name


# One letter each of what the marks in the table stand on.
LETTERS = ["", "z", "א", "ب", "क", "ж", "ω"]


def test_of_each_confusable_pair_of_unicode_one_is_refused_beside_the_other():
    table = lookalikes._confusables()
    pairs = [*((chr(number), text) for number, text in table.characters.items()), *table.sequences]
    tried, passed = 0, []
    for source, prototype in pairs:
        for letter in LETTERS:
            name, other = (_as_it_stands(letter + text) for text in (source, prototype))
            if name and other:
                tried += 1
                taken = Taken()
                taken.add(name)
                if fold(name) != fold(other) and taken.like(other) is None:
                    passed.append((name, other))
    assert tried > 1500
    assert passed == []


def _as_it_stands(text):
    try:
        nick = read_nick(text)
    except BadName:
        return None
    return nick if nick == unicodedata.normalize("NFC", text) else None


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["alice"], "alice"),
        (["alice", "bob"], "alice and bob"),
        (["alice", "bob", "carol"], "alice, bob and carol"),
    ],
)
def test_names_are_listed_as_one_says_them(names, words):
    assert listed(names) == words


@pytest.mark.parametrize(
    ("noun", "words"),
    [
        ("nick", "a nick"),
        ("operator", "an operator"),
        ("emoji", "an emoji"),
        ("user", "a user"),
        ("unit", "a unit"),
        ("undo", "an undo"),
    ],
)
def test_a_noun_has_the_article_with_which_it_is_spoken(noun, words):
    assert with_article(noun) == words
