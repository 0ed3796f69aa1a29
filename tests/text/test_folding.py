"""
Folding: which spellings of a name are the same.
"""

import pytest

from twisted_chat.text.folding import fold_spelling, plain_digits


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
