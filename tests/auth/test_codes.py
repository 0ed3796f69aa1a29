"""
Codes that people read and type.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.auth.codes import (
    LETTERS,
    LONG,
    SHORT,
    hash_of_code,
    new_code,
    read_code,
    require_code,
)
from twisted_chat.errors import BadCode

VOWELS = "AEIOUY"


def test_no_letter_looks_like_another_sign_or_helps_to_spell_a_word() -> None:
    # RFC 8628, section 6.1.
    assert LETTERS == "BCDFGHJKLMNPQRSTVWXZ"
    assert not set(LETTERS) & set(VOWELS)
    assert not set(LETTERS) & set("0123456789")


@pytest.mark.parametrize(("size", "length"), [(SHORT, 9), (LONG, 19)])
def test_a_new_code_is_shown_in_groups_and_is_another_one_each_time(
    size: int, length: int
) -> None:
    made = {new_code(size) for _ in range(200)}
    assert len(made) == 200
    assert {len(code) for code in made} == {length}
    assert {len(group) for code in made for group in code.split("-")} == {4}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("BCDF-GHJK", "BCDFGHJK"),
        ("bcdfghjk", "BCDFGHJK"),
        (" bcdf ghjk ", "BCDFGHJK"),
        # As input methods write it.
        ("\uff22\uff23\uff24\uff26\uff0d\uff27\uff28\uff2a\uff2b", "BCDFGHJK"),
        ("BCDF-GHJK-LMNP-QRST", "BCDFGHJKLMNPQRST"),
        ("BCDF-GHJ", ""),
        ("BCDF-GHJA", ""),
        # Another alphabet.
        ("\u0412CDF-GHJK", ""),
        ("", ""),
        ("correct horse", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, read: str) -> None:
    assert read_code(typed) == read


@given(st.text())
def test_what_is_no_code_never_breaks_anything(typed: str) -> None:
    read = read_code(typed)
    assert len(read) in (0, SHORT, LONG)
    assert set(read) <= set(LETTERS)


@given(st.text(LETTERS, min_size=SHORT, max_size=SHORT))
def test_two_codes_have_one_hash_only_if_they_are_the_same(code: str) -> None:
    assert hash_of_code(code) == hash_of_code(f"{code[:4]}-{code[4:]}".lower())
    other = code.replace(code[0], "X" if code[0] != "X" else "Z")
    assert hash_of_code(code) != hash_of_code(other)
    assert code not in hash_of_code(code)


@pytest.mark.parametrize(
    ("typed", "letters", "what"),
    [("yes", SHORT, "link"), ("BCDF-GHJK", LONG, "invitation"), ("hunter22", LONG, "invitation")],
)
def test_what_can_be_no_code_is_told_from_a_wrong_one(typed: str, letters: int, what: str) -> None:
    with pytest.raises(BadCode, match=f" has {letters} letters, such as BCDF-GHJK"):
        require_code(typed, letters, what)
    right = "BCDF-GHJK-LMNP-QRST"[: letters + letters // 4 - 1]
    assert require_code(right.lower(), letters, what) == hash_of_code(right)
