"""
Passwords: which may be one, and that every hasher keeps them, the real one away from the reactor.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from precis_i18n import get_profile

from twisted_chat.auth import passwords
from twisted_chat.auth.passwords import MAX_PASSWORD, MIN_PASSWORD, new_password, read_password
from twisted_chat.errors import BadPassword

UNFIT = "A password may not hold control characters or invalid UTF-8."

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
        ("\u2764\ufe0f" * 8, "\u2764" * 8),
        ("\u2764" * 8, "\u2764" * 8),
        ("\U0001f44d\U0001f3fd" * 4, "\U0001f44d\U0001f3fd" * 4),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467" * 3, "\U0001f469\U0001f469\U0001f467" * 3),
        ("\U0001f3f4\u200d\u2620\ufe0f" * 4, "\U0001f3f4\u2620" * 4),
        ("\u2764\ufe0f\u200d\U0001f525" * 4, "\u2764\U0001f525" * 4),
        ("\U0001f642\u200d\u2194\ufe0f" * 4, "\U0001f642\u2194" * 4),
        ("1\ufe0f\u20e3" * 4, "1\u20e3" * 4),
        ("\U0001f1e9\U0001f1ea" * 4, "\U0001f1e9\U0001f1ea" * 4),
        (
            "\U0001f3f4"
            + "".join(chr(0xE0000 + ord(c)) for c in "gbeng")
            + "\U000e007f"
            + "x" * 7,
            "\U0001f3f4xxxxxxx",
        ),
        ("葛\U000e0100飾区の花火師達", "葛飾区の花火師達"),
        # A joiner that is spelling stays, as it always did.
        ("ක්\u200dරීමලීක්\u200dරීමලී", "ක්\u200dරීමලීක්\u200dරීමලී"),
        ("علی\u200cرضا۱۲", "علی\u200cرضا۱۲"),
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
        ("a tab\tin it", UNFIT),
        ("latin \ufffd one", UNFIT),
        ("hidden\u200ehere", "A password may not hold LEFT-TO-RIGHT MARK; please leave it out."),
        ("zero\u200bwidth", "A password may not hold ZERO WIDTH SPACE; please leave it out."),
        ("pass\u200dword", "A password may not hold ZERO WIDTH JOINER; please leave it out."),
        ("soft\u00adhyphen", "A password may not hold SOFT HYPHEN; please leave it out."),
        ("سـلامسـلام", "A password may not hold ARABIC TATWEEL; please leave it out."),
        ("abc・defg", "A password may not hold KATAKANA MIDDLE DOT; please leave it out."),
        ("surrogate\ud800", "A password may not hold U+D800; please leave it out."),
        ("unassigned\u0378", "A password may not hold U+0378; please leave it out."),
        # Emoji of several parts count as these.
        ("❤️❤️❤️❤️", "A password needs at least 8 characters."),
        ("👍👍👍👍", "A password needs at least 8 characters."),
        ("👩‍👩‍👧👩‍👩‍👧", "A password needs at least 8 characters."),
        ("\ufe0f" * 8, "A password needs at least 8 characters."),
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


OPAQUE_STRING = get_profile("OpaqueString")
PARTS = st.sampled_from([*"aÅ \u3000क्ක්ی👍❤🏴1\u20e3\u200c\u200d\ufe0f\u0301", "\U000e0067"])


@settings(max_examples=300)
@given(st.text(st.characters() | PARTS, min_size=8, max_size=40))
def test_a_password_that_the_profile_takes_is_what_it_makes_of_it(typed):
    # Hashes of these were kept before anything was left out of emoji.
    try:
        password = OPAQUE_STRING.enforce(typed)
    except UnicodeEncodeError:
        return
    if "\ufffd" not in password and len(password) >= 8:
        assert read_password(typed) == password


# -- every hasher ---------------------------------------------------------------------------------


# -- the real one ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "password",
        "PassWord",
        "12345678",
        "qwertyuiop",
        "iloveyou",
        "sunshine",
        "trustno1",
        # On an input method for wide letters.
        "ｐａｓｓｗｏｒｄ",
    ],
)
def test_one_of_the_commonest_passwords_is_not_chosen_however_it_is_written(typed):
    with pytest.raises(BadPassword) as refused:
        new_password(typed, "alice")
    sentence = "That is one of the commonest passwords; please choose another one."
    assert (str(refused.value), refused.value.code) == (sentence, "password-common")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("mushroomer", "mushroomer"),
        ("Mushroomer", "MUSHROOMER"),
        ("alice", "alicealice"),
        ("alice", "Alice2026"),
        ("alice", "!!alice!!"),
        ("Łukasz", "łukasz77"),
        ("Владимир", "владимир"),
        ("straße", "STRASSE12"),
    ],
)
def test_a_password_is_not_made_of_the_name_it_is_for(name, typed):
    with pytest.raises(BadPassword) as refused:
        new_password(typed, name)
    sentence = f"That password is made of the name {name}; please choose another one."
    assert (str(refused.value), refused.value.code) == (sentence, "password-is-name")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("alice", "alice in wonderland"),
        ("alice", "mushroomer"),
        ("7", "94718-27364"),
        ("a", "a kettle of fish"),
    ],
)
def test_other_passwords_are_as_they_were(name, typed):
    assert new_password(typed, name) == read_password(typed)


def test_the_list_is_that_of_its_source_and_long_enough_to_be_refused():
    text = Path(passwords.__file__).with_name("common_passwords.txt").read_text("ascii")
    comment = [line for line in text.splitlines() if line.startswith("#")]
    listed = text.splitlines()[len(comment) :]
    assert "zxcvbn" in "".join(comment)
    assert "MIT" in "".join(comment)
    assert len(listed) == len(set(listed)) == 10_000
    # No shorter one can be chosen, and a look-up is in lower case.
    assert all(len(line) >= MIN_PASSWORD and line == line.casefold() for line in listed)
