"""
Which names look alike, and the tables that say so.
"""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.text import lookalikes
from twisted_chat.text.lookalikes import SCRIPTS, SKELETONS, is_one_script, scripts, skeleton

LICENCE = SKELETONS.with_name("UNICODE-LICENSE.txt")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        # Those of UTS 39, section 4 and table 1, and of its data file.
        ("paypal", "pаypаl"),
        ("paypal", "рaypal"),
        ("scope", "ѕсоре"),
        ("so̷s", "søs"),
        ("lisa", "Iisa"),
        ("lisa", "1isa"),
        ("Boris", "Воris"),
        ("O", "0"),
        ("bam", "barn"),
        ("Ольга", "Oльгa"),
        ("Νίκος", "Nίκος"),
        ("ロ", "口"),
        ("ニ", "二"),
        ("ตํา", "ตำ"),
        # Those that are in its table as whole letters with a mark.
        ("ö", "ة"),
        ("Ő", "Ö"),
        ("ţ", "ț"),
        ("Й", "Ѝ"),
        ("ئ", "ىٴ"),
    ],
)
def test_what_looks_alike_has_one_skeleton(name: str, other: str) -> None:
    assert name != other
    assert skeleton(name) == skeleton(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("alice", "Alice"),
        ("alice", "alicia"),
        ("i", "l"),
        ("o", "0"),
        ("zoe", "zoë"),
        ("Анна", "Anna"),
        ("Лия", "Ия"),
        ("太郎", "大郎"),
        ("민준", "민중"),
        ("דוד", "דור"),
    ],
)
def test_what_looks_different_has_another(name: str, other: str) -> None:
    assert skeleton(name) != skeleton(other)


TEXTS = st.text(
    st.characters() | st.sampled_from("abcIl10Omrn_-. абвһΑΒΓö\u0301\u0308\u05bc\u0654\u064a"),
    max_size=32,
)


@given(TEXTS)
def test_a_skeleton_is_its_own_skeleton(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@given(TEXTS)
def test_a_skeleton_does_not_care_how_a_letter_is_composed(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert skeleton(composed) == skeleton(decomposed) == skeleton(text)


def test_every_pair_of_the_table_has_one_skeleton() -> None:
    table = lookalikes._confusables()
    pairs = [*((chr(number), text) for number, text in table.characters.items()), *table.sequences]
    for source, prototype in pairs:
        assert skeleton(source) == skeleton(prototype)


ONE_SCRIPT = [
    "alice", "Ольга", "Ήρα", "דוד", "محمد", "नमस्ते", "สมชาย", "太郎", "さくら", "ユリ", "민준",
    # Written together.
    "東京タワーです", "佐々木さん", "金민수", "中ㄅㄆ", "ジョー",
    # Digits, punctuation and marks stand beside every script.
    "alice_2", "Ольга-2", "太郎.2", "123", "_-.", "", "z\u0301\u0302", "é", "नाम१२", "نور٣",
]  # fmt: skip


SEVERAL = [
    "аlice", "Oльга", "Νick", "alice太郎", "דודa", "さくら민", "タㄅ", "alice१",
    "нαм", "नஅ", "aー", "ⲁa",
]  # fmt: skip


@pytest.mark.parametrize("name", ONE_SCRIPT)
def test_these_are_written_in_one_script(name: str) -> None:
    assert is_one_script(name)


@pytest.mark.parametrize("name", SEVERAL)
def test_these_mix_scripts(name: str) -> None:
    assert not is_one_script(name)
    assert scripts(name) == frozenset()


def test_the_scripts_are_those_that_all_the_letters_have() -> None:
    assert scripts("alice") == {"Latin"}
    assert scripts("さくら") == {"Hiragana", "Japanese"}
    assert scripts("ー") == {"Hiragana", "Katakana", "Japanese"}
    assert scripts("東京タワー") == {"Japanese"}
    assert scripts("123") > {"Latin", "Han", "Korean"}
    assert "Common" not in scripts("123")
    assert scripts("\u0378") == {"Unknown"}


@given(TEXTS, TEXTS)
def test_a_longer_name_has_no_more_scripts(text: str, more: str) -> None:
    assert scripts(text + more) == scripts(text) & scripts(more)


@pytest.mark.parametrize("table", [SKELETONS, SCRIPTS], ids=lambda path: path.name)
def test_a_table_names_its_version_and_its_licence(table: Path) -> None:
    head = table.read_text("utf-8").split("\n")[:3]
    assert re.search(
        r" of Unicode \d+\.\d+\.\d+, made by twisted_chat\.text\.lookalikes\.make", head[0]
    )
    assert "Unicode, Inc." in head[2]
    assert head[2].endswith(f"See {LICENCE.name}.")


def test_the_licence_is_unicode_s() -> None:
    text = LICENCE.read_text("utf-8")
    assert text.startswith("UNICODE, INC. LICENSE AGREEMENT - DATA FILES AND SOFTWARE\n")
    assert "COPYRIGHT AND PERMISSION NOTICE" in text
    assert 'THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS"' in text


def test_the_tables_are_whole() -> None:
    table = lookalikes._confusables()
    assert len(table.characters) > 5000
    assert all(source != prototype for source, prototype in table.sequences)
    starts = lookalikes._scripts().starts
    assert starts[0] == 0
    assert starts == sorted(set(starts))


def test_the_tables_are_read_when_the_first_name_is_looked_at():
    for table in (lookalikes._confusables, lookalikes._scripts):
        table.cache_clear()
    assert skeleton("раураl") == skeleton("paypal")
    assert is_one_script("paypal")
    assert not is_one_script("рaypal")
    assert lookalikes._confusables.cache_info().currsize == 1


def test_a_name_in_ascii_has_the_skeleton_that_the_whole_table_gives_it() -> None:
    lines = SKELETONS.read_text("utf-8").split("\n")
    pairs = dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))
    # So that such a name is looked at character by character.
    assert not [each for each in pairs if each.isascii() and len(each) > 1]
    for code in range(0x20, 0x7F):
        assert skeleton(f"a{chr(code)}") == f"a{pairs.get(chr(code), chr(code))}"
