import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.clean import clean, rub_out

# By their names in Unicode, rather than by number.
BIDI = [
    unicodedata.lookup(name)
    for name in (
        "ARABIC LETTER MARK", "LEFT-TO-RIGHT MARK", "RIGHT-TO-LEFT MARK",
        "LEFT-TO-RIGHT EMBEDDING", "RIGHT-TO-LEFT EMBEDDING", "POP DIRECTIONAL FORMATTING",
        "LEFT-TO-RIGHT OVERRIDE", "RIGHT-TO-LEFT OVERRIDE", "LEFT-TO-RIGHT ISOLATE",
        "RIGHT-TO-LEFT ISOLATE", "FIRST STRONG ISOLATE", "POP DIRECTIONAL ISOLATE",
    )
]  # fmt: skip


def shown(character):
    """
    Say in the plainest way what becomes of a character.
    """
    if character in BIDI:
        return ""
    control = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return "\ufffd" if control and character != "\t" else character


def test_every_code_point_passes_unless_it_could_move_a_cursor_or_turn_the_text():
    for start in range(0, sys.maxunicode + 1, 4096):
        text = "".join(map(chr, range(start, start + 4096)))
        assert clean(text) == "".join(map(shown, text))


@given(st.text(st.characters() | st.sampled_from(["\x1b", "\r", "\n", "\u2028", *BIDI])))
def test_clean_text_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("a\tb", "a\tb"),
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("\x9b31mred", "\ufffd31mred"),
        ("two\r\nlines", "two\ufffd\ufffdlines"),
        ("two\u2028lines\u2029more\x85", "two\ufffdlines\ufffdmore\ufffd"),
        ("\u202eevil\u202c", "evil"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("👩\u200d👩\u200d👧 stay a family", "👩\u200d👩\u200d👧 stay a family"),
        ("सत्य \u05e9\u05dc\u05d5\u05dd العربية", "सत्य \u05e9\u05dc\u05d5\u05dd العربية"),
    ],
)
def test_harmful_text_is_shown_harmless(text, seen):
    assert clean(text) == seen


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hello", "hello"),
        ("helo\x7flo", "hello"),
        ("helo\x08lo", "hello"),
        ("x\x7f\x7f\x7fhello", "hello"),
        ("\x7f\x08", ""),
        ("abc\x08\x08\x08\x08", ""),
        ("né\x7fe", "ne"),
    ],
)
def test_a_backspace_takes_the_character_before_it(typed, meant):
    assert rub_out(typed) == meant
