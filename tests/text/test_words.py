"""
Words: which are the same, of which pieces an index is made, and whose name is heard.
"""

import unicodedata

import pytest
from heard_names import CASES
from hypothesis import given
from hypothesis import strategies as st
from pace import processor_time

from twisted_chat.text.names import fold
from twisted_chat.text.words import (
    Heard,
    Phrase,
    Run,
    count_letters,
    entries,
    is_unspaced,
    phrase,
    runs,
    words,
)

# What is found by what, in a search.
SAME = [
    ("lunch", "LUNCH"),
    ("straße", "STRASSE"),
    ("café crème", "Cafe creme"),
    ("Łódź", "lodz"),
    ("smørrebrød", "SMORREBROD"),
    ("Nguyễn Đức", "nguyen duc"),
    ("œuf", "oeuf"),
    # Turkish.
    ("İSTANBUL", "istanbul"),
    ("ışık", "IŞIK"),
    ("δρόμος", "ΔΡΟΜΟΣ"),
    ("Χαῖρε", "χαιρε"),
    ("ᾠδή", "ωδη"),
    ("ёлка", "Елка"),
    ("за\u0301мок", "замок"),
    ("Лук'янець", "Лук\u02bcянець"),
    ("Лук\u2019янець", "Лук\u02bcянець"),
    ("שָׁלוֹם", "שלום"),
    ('ארה"ב', "ארה״ב"),
    ('ארה"ב', "ארהב"),
    ("ג'ירפה", "ג׳ירפה"),
    ("مُحَمَّدٌ", "محمد"),
    ("أحمد", "احمد"),
    ("عليّ", "علی"),
    ("كتاب", "کتاب"),
    ("سـلام", "سلام"),
    ("می\u200cخواهم", "میخواهم"),
    ("\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165", "한국어"),
    ("ｶﾀｶﾅ", "カタカナ"),
    ("ＡＢＣ１２３", "abc123"),
    ("२०२६", "2026"),
    ("۱۴۰۵", "1405"),
    ("ﬁn", "fin"),
    ("co\u00adop", "coop"),
    ("क\u093cलम", "\u0958लम"),
    ("ตํา", "ตำ"),
]


@pytest.mark.parametrize(("text", "other"), SAME)
def test_these_are_the_same_words(text: str, other: str) -> None:
    assert words(text) == words(other) != ""
    assert entries(text) == entries(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("दिन", "दान"),
        ("दिन", "दीन"),
        ("दिन", "दन"),
        ("मे", "में"),
        ("สี", "สี่"),
        ("ดี", "ด"),
        ("йод", "иод"),
        ("їжа", "іжа"),
        ("ѓ", "г"),
        ("한", "하"),
        ("は", "ば"),
        ("カ", "か"),
        ("ab", "a b"),
    ],
)
def test_these_are_not(text: str, other: str) -> None:
    assert words(text) != words(other)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Lunch at noon?", "lunch at noon?"),
        ("Où va-t-on", "ou va t on"),
        ("दिन-रात", "दिन रात"),
        ("東京都に", "東京 京都 都に に"),
        ("私のiPhone手机", "私の の iphone 手机 机"),
        ("สวัสดี", "สวั วัส สดี ดี"),
        ("မြန်မာ", "မြန် န်မာ မာ"),
        ("한 국어", "한 국어 어"),
        ("Linux™ ★ über", "linux uber"),
        ("…！", ""),
    ],
)
def test_an_index_knows_words_and_each_two_letters_without_spaces(text: str, pieces: str) -> None:
    assert words(text) == pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Noon", "no"),
        ("a tea, a teapot", "a te a te"),
        ("un été", "un et"),
        ("手手机 noon", "手 手 机 no"),
        ("ดีดี", "ดี ดี"),
        ("ខ្មែរ", "ខ្ មែ រ"),
        ("!", ""),
    ],
)
def test_an_index_has_entries_for_a_letter_or_the_first_two(text: str, found: str) -> None:
    assert entries(text) == found


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("At noon", Phrase(("at", "noon"), ("at", "no"))),
        ("noo*", Phrase(("noo",), ("no",), is_beginning=True)),
        ("at noo*", Phrase(("at", "noo"), ("at", "no"), is_beginning=True)),
        ("at no*", Phrase(("at", "no"), ("at", "no"), is_beginning=True, is_short=True)),
        ("no*", Phrase(("no",), ("no",), is_beginning=True, is_short=True)),
        ("no", Phrase(("no",), ("no",))),
        ("手机", Phrase(("手机",), ("手", "机"))),
        ("手", Phrase(("手",), ("手",), is_beginning=True, is_short=True)),
        ("手*", Phrase(("手",), ("手",), is_beginning=True, is_short=True)),
        ("手机壳", Phrase(("手机", "机壳"), ("手", "机", "壳"))),
        ("手机 noon", Phrase(("手机", "机", "noon"), ("手", "机", "no"))),
        # The last letter may be one of more.
        ("noon 手", Phrase(("noon", "手"), ("no", "手"), is_beginning=True, is_short=True)),
        ("?!", Phrase((), ())),
    ],
)
def test_a_phrase_is_looked_for_by_its_pieces(text: str, sought: Phrase) -> None:
    assert phrase(text.removesuffix("*"), is_beginning=text.endswith("*")) == sought


@pytest.mark.parametrize(
    ("text", "line", "is_there"),
    [
        ("at no*", "not at all, at Noon", True),
        ("at no*", "at dawn; no", False),
        ("at no*", "what now", False),
        ("iphone 手", "我的iPhone手机", True),
        ("iphone 手", "手机 iphone", False),
        ("at noon", "at noontime", False),
    ],
)
def test_a_phrase_stands_in_a_line(text: str, line: str, is_there: bool) -> None:
    sought = phrase(text.removesuffix("*"), is_beginning=text.endswith("*"))
    assert sought.stands_in(line) == is_there


TEXTS = st.text(
    st.characters() | st.sampled_from("aB éёйßİ״\"' दिन् 한手ดีกำー \u0301\u0345\u200d٣ﬁ")
)


@given(TEXTS)
def test_words_do_not_care_how_a_letter_is_composed(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert runs(composed) == runs(decomposed)


@given(TEXTS)
def test_an_index_knows_nothing_but_letters_marks_digits_and_spaces(text: str) -> None:
    for run in runs(text):
        assert {unicodedata.category(each)[0] for each in run.text} <= {"L", "M", "N"}
        assert "".join(run.letters) in ("", run.text)


@given(TEXTS, TEXTS)
def test_whatever_stands_in_a_line_is_a_phrase_of_it(text: str, other: str) -> None:
    sought = phrase(text)
    if sought.pieces:
        assert sought.stands_in(f"{other} {text}")


def test_runs_say_which_letters_they_are_of() -> None:
    assert runs("iPhone手机 দিন") == [Run("iphone"), Run("手机", ("手", "机")), Run("দিন")]
    assert [count_letters(word) for word in ("lunch", "दिन", "ดี", "", "न्")] == [5, 2, 1, 0, 1]


@pytest.mark.parametrize("letter", "漢ひカ한ไລខမ")
def test_scripts_without_spaces(letter: str) -> None:
    assert is_unspaced(letter)


@pytest.mark.parametrize("letter", "aéжωאبदதა1٣-")
def test_scripts_with_spaces(letter: str) -> None:
    assert not is_unspaced(letter)


@pytest.mark.parametrize(("text", "key", "is_named"), CASES)
def test_a_name_is_heard_where_it_may_be_a_word(text: str, key: str, is_named: bool) -> None:
    assert Heard(text).names(key) == is_named


def test_a_name_is_heard_in_any_of_several_lines() -> None:
    heard = Heard("tea?", Heard("민수야"), "for bob")
    assert [heard.names(key) for key in ("bob", "민수", "tea", "fo", "alice")] == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "nick"),
    [
        ("Федор, привет", "Фёдор"),
        ("ΝΙΚΟΣ!", "Νίκος"),
        ("ibrahim?", "İbrahim"),
        ("يا علي", "علی"),
        ("שלום לרָחֵל", "שלום"),
        ("Лук'янець прийшов", "Лукʼянець"),
        ("Wo ist STRASSE", "Straße"),
    ],
)
def test_a_name_is_heard_however_it_is_spelt(text: str, nick: str) -> None:
    assert Heard(text).names(fold(nick))


@pytest.mark.parametrize(
    ("text", "nick"), [("Jose ist da", "José"), ("иод", "йод"), ("Федора", "Фёдор")]
)
def test_another_name_is_not_heard(text: str, nick: str) -> None:
    assert not Heard(text).names(fold(nick))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("é" * 2040, "é" * 30),
        ("é-" * 1360, "é-" * 14 + "x-é"),
        ("漢" * 1360, "漢" * 14 + "字漢"),
        ("漢é" * 800 + " 字", "漢é" * 14 + "字é"),
        ("a-" * 2040 + "x", "a-" * 14 + "x-a"),
    ],
)
def test_no_name_is_looked_for_at_each_place_of_a_text(text: str, key: str) -> None:
    heard = Heard(text)
    keys = [key[-length:] for length in range(13, 33)]
    assert not heard.names(keys[-1])
    for each in keys:
        heard.names(each)
    # That is a look-up: 20,000 of them take some 10 ms; at each place they would take minutes.
    with processor_time(1):
        for _ in range(1000):
            for each in keys:
                heard.names(each)
