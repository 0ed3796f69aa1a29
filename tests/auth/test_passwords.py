"""
Passwords: which may be one, and that every hasher keeps them, the real one away from the reactor.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.auth.passwords import MAX_PASSWORD, read_password
from twisted_chat.errors import BadPassword

# -- what may be a password -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("correct horse", "correct horse"),
        ("  spaces  ", "  spaces  "),
        ("MixedCase", "MixedCase"),
        ("Ｗｉｄｅｗｉｄｅ", "Ｗｉｄｅｗｉｄｅ"),
        ("ideo\u3000graphic", "ideo graphic"),
        ("cafe\u0301cafe\u0301", "café" * 2),
        ("パスワードは秘密", "パスワードは秘密"),
        ("🔑🔒🗝🚪" * 2, "🔑🔒🗝🚪" * 2),
        ("x" * 1024, "x" * 1024),
    ],
)
def test_a_password_is_the_same_however_it_is_typed(typed, password):
    assert read_password(typed) == password


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "A password needs at least 8 characters."),
        ("seven77", "A password needs at least 8 characters."),
        ("e\u0301" * 7, "A password needs at least 8 characters."),
        ("x" * 1025, "A password may be at most 1024 bytes long."),
        ("é" * 513, "A password may be at most 1024 bytes long."),
        ("a tab\tin it", "That password holds a character that is not allowed."),
        ("hidden\u200ehere", "That password holds a character that is not allowed."),
        ("latin \ufffd one", "That password holds a character that is not allowed."),
        ("surrogate\ud800", "That password holds a character that is not allowed."),
        ("unassigned\u0378", "That password holds a character that is not allowed."),
    ],
)
def test_what_is_no_password_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(BadPassword) as refused:
        read_password(typed)
    assert str(refused.value) == sentence
    # Nothing that could be logged with it holds what was typed.
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@settings(max_examples=300)
@given(st.text(max_size=1100))
def test_whatever_is_typed_is_refused_or_stays_what_it_is_when_read_again(typed):
    try:
        password = read_password(typed)
    except BadPassword:
        return
    assert len(password) >= 8
    assert len(password.encode()) <= MAX_PASSWORD
    assert read_password(password) == password


# -- every hasher ---------------------------------------------------------------------------------


# -- the real one ---------------------------------------------------------------------------------
