"""
Folding: which spellings of a name are the same.
"""

import pytest

from twisted_chat.text.folding import fold_search, fold_spelling, plain_digits, plain_signs


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ibrahim", "İbrahim"),
        ("علي", "علی"),
        ("كريم", "کریم"),
        ("Νίκος", "ΝΙΚΟΣ"),
        ("Фёдор", "Федор"),
        ("נֹעַם", "נעם"),
        ("نور٣", "نور۳"),
        ("राम२", "राम2"),
        ("Лук'янець", "Лук\u02bcянець"),
    ],
)
def test_names_that_are_spelt_in_several_ways(name: str, other: str) -> None:
    assert fold_spelling(name) == fold_spelling(other)


def test_accents_in_latin_names_are_not_a_matter_of_spelling() -> None:
    assert fold_spelling("Zoë") != fold_spelling("Zoe")


def test_digits_of_every_script_are_digits() -> None:
    assert plain_digits("٢٠٢٦-११-๒๐ １² Ⅳ") == "2026-11-20 1² Ⅳ"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Zoë", "zoe"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("צה״ל", "צהל"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_lines_are_found_without_accents(written: str, found: str) -> None:
    assert fold_search(written) == found


def test_a_dot_between_chinese_letters_is_theirs() -> None:
    assert plain_signs("比尔\u00b7盖茨") == "比尔\u30fb盖茨"
    assert plain_signs("Il\u00b7lusió") == "Il\u00b7lusió"
