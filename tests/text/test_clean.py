import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import processor_time

from twisted_chat.text.clean import (
    clean,
    clean_lines,
    has_lost_bytes,
    read_typed,
    rub_out,
    sentence,
    short_blanks,
    strip_escapes,
)

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

# Spaces without width, and signs of mathematics that are not seen.
UNSEEN = "\u200b\u2060\u2061\u2062\u2063\u2064\u2065\ufeff"


def shown(character):
    """
    Return in the plainest way what a character is shown as.
    """
    if character in BIDI or character in UNSEEN or 0xE0000 <= ord(character) <= 0xE007F:
        return ""
    control = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return "\ufffd" if control and character != "\t" else character


def test_every_code_point_passes_unless_it_could_move_a_cursor_or_turn_the_text():
    for start in range(0, sys.maxunicode + 1, 4096):
        text = [chr(number) for number in range(start, start + 4096)]
        # Marks stand on a letter each.
        assert clean("a".join(text)) == "a".join(map(shown, text))


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
        ("ne\u0301\x7fe", "ne"),
        ("x\U0001f468\u200d\U0001f469\u200d\U0001f467\x7f", "x"),
        ("x\U0001f1e9\U0001f1ea\x08y", "xy"),
        ("한국\x7f", "한"),
        ("\u1112\u1161\u11ab\x7fx", "x"),
        ("न\u092e\u0938\u094d\u0924\u0947\x7f", "नम"),
    ],
)
def test_a_backspace_takes_the_character_before_it(typed, meant):
    assert rub_out(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wrong all of it\x15right", "right"),
        ("\x15\x15", ""),
        ("hello wrld\x17world", "hello world"),
        ("hello wrld  \x17world", "hello world"),
        ("  one\x17\x17\x17two", "two"),
        ("rm foo-bar\x17baz", "rm baz"),
        ("один два\x17три", "один три"),
        ("one two\x7f\x7f\x17\x17three\x15four\x08", "fou"),
    ],
)
def test_keys_erase_a_word_and_a_line(typed, meant):
    assert rub_out(typed) == meant


@pytest.mark.parametrize(("typed", "meant"), [("a\0b", "ab"), ("\x04", ""), ("ab\x04", "ab")])
def test_nul_and_ctrl_d_are_left_out(typed, meant):
    assert read_typed(typed.encode()) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (b"\xef\xbb\xbfhello", "hello"),
        (b"\xef\xbb\xbf/msg bob psst", "/msg bob psst"),
        ("\ufeffпривет".encode(), "привет"),
        (b"\xef\xbb\xbf", ""),
    ],
)
def test_a_byte_order_mark_at_the_beginning_is_left_out(typed, meant):
    assert read_typed(typed) == meant


# What keys and programs send, as xterm ("ctlseqs"), the Linux console (console_codes(4)), rxvt and
# screen document it.
SEQUENCES = {
    "Up": "\x1b[A",
    "Up, in application mode": "\x1bOA",
    "Up with Ctrl": "\x1b[1;5A",
    "Up with Meta, in rxvt": "\x1b\x1b[A",
    "Up with Shift, in rxvt": "\x1b[a",
    "Delete": "\x1b[3~",
    "F1": "\x1bOP",
    "F1 with Shift": "\x1b[1;2P",
    "F1 of the Linux console": "\x1b[[A",
    "F5 of the Linux console": "\x1b[[E",
    "F11 with Shift, in rxvt": "\x1b[23$",
    "F11 with Ctrl and Shift, in rxvt": "\x1b[23@",
    "Tab backwards": "\x1b[Z",
    "Enter on the keypad": "\x1bOM",
    "Enter on the keypad of a VT52": "\x1b?M",
    "Alt-O and Up": "\x1bO\x1b[A",
    "Alt-N and 8-bit Up": "\x1bN\x9bA",
    "Escape": "\x1b",
    "Escape twice": "\x1b\x1b",
    "a key in kitty's protocol": "\x1b[97;5u",
    "a key with modifyOtherKeys": "\x1b[27;5;65~",
    "a pasted block's begin": "\x1b[200~",
    "a pasted block's end": "\x1b[201~",
    "the window gets the focus": "\x1b[I",
    "a click, SGR": "\x1b[<0;12;7M",
    "F1 of SCO": "\x1b[M",
    "a colour": "\x1b[1;31m",
    "a colour by name": "\x1b[38:2::1:2:3m",
    "bright colours off": "\x1b[m",
    "the screen is cleared": "\x1b[2J",
    "the cursor is hidden": "\x1b[?25l",
    "a blinking cursor": "\x1b[5 q",
    "what the terminal is": "\x1b[?62;22c",
    "8-bit Up": "\x9bA",
    "8-bit F1": "\x8fP",
    "a title": "\x1b]0;title: a/b @c\x07",
    "a title, ended by ST": "\x1b]2;title\x1b\\",
    "8-bit title": "\x9d0;title\x9c",
    "the end of a link": "\x1b]8;;\x1b\\",
    "a setting that was asked for": "\x1bP1$r0m\x1b\\",
    "a picture": "\x1b_Gi=1;AAAA\x1b\\",
    "a private message": "\x1b^to nobody\x1b\\",
    "a string": "\x1bXstring\x9c",
    "line drawing": "\x1b(0",
    "UTF-8": "\x1b%G",
    "a screen of E": "\x1b#8",
    "the cursor is saved": "\x1b7",
    "keypad, application mode": "\x1b=",
    "reset": "\x1bc",
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_an_escape_begins_vanishes_as_a_whole_wherever_it_stands(name):
    sequence = SEQUENCES[name]
    for text in ("/msg bob secret", "@bob:secret", "//etc", "\u00fcber"):
        assert strip_escapes(sequence + text) == text
    assert strip_escapes(f"\u00fcb{sequence}\u00e9r") == "\u00fcb\u00e9r"
    assert strip_escapes(f"{sequence}{sequence}") == ""
    assert read_typed(f"x{sequence}\x7fhello".encode()) == "hello"


@pytest.mark.parametrize(
    "typed", ["\x1b]", "\x1bP", "\x1b^", "\x1b_", "\x1bX", "\x1b[", "\x1bO", "\x1bN"]
)
def test_a_key_that_only_looks_like_the_beginning_of_more_takes_no_sign_with_it(typed):
    # Alt with a letter or bracket is sent as ESC and that.
    for text in ("/msg bob secret", "@bob:secret", "／msg bob secret", "＠bob：secret", "、msg"):
        assert strip_escapes(typed + text) == text


@pytest.mark.parametrize("typed", ["\x1b%", "\x1b(", "\x1b#", "\x1b ", "\x1b[M", "\x1bN", "\x1b?"])
def test_a_sign_that_begins_what_is_private_belongs_to_no_sequence(typed):
    for text in ("/msg bob secret", "@bob:secret"):
        assert strip_escapes(typed + text).lstrip() == text


def test_a_string_without_an_end_takes_nothing_with_it():
    assert strip_escapes("\x1b]hello") == "hello"
    assert strip_escapes("\x1bPhello \x1b[31mred") == "hello red"


@given(st.text(st.sampled_from("\x1b\x9b\x9d\x9c\x07[]OP(M;?0 $/@A~\\z\u00e9"), max_size=40))
def test_no_escape_is_left_and_nothing_but_escapes_is_taken(text):
    left = strip_escapes(text)
    assert not set(left) & set("\x1b\x9b\x9d")
    rest = iter(text)
    assert all(character in rest for character in left)
    for unlike in "\u00e9":
        assert text.count(unlike) >= left.count(unlike)
    if not set(text) & set("\x1b\x9b\x9d"):
        assert left == text


def test_many_beginnings_cost_no_more_than_they_are_long():
    with processor_time(5):
        for opener in ("\x9d", "\x1b]", "\x1b[", "\x1b", "\x1b[0;", "\x90a", "\x1b]a\x1b"):
            strip_escapes(opener * 100_000)
            strip_escapes(opener + "a" * 100_000)


@pytest.mark.parametrize(
    ("line", "has_lost"),
    [
        ("Grüße".encode(), False),
        (b"plain", False),
        # The last byte of a letter is gone, and others are whole.
        ("sch\u00f6ne Gr\u00fc\u00dfe".encode().replace(b"\x9f", b""), True),
        ("\u5168\u4e16\u754c".encode()[:-1], True),
        # Latin-1, in which hardly a letter is whole in UTF-8.
        ("Gr\u00fc\u00dfe".encode("latin-1"), False),
        (b"\xc3", False),
        (b"", False),
    ],
)
def test_a_line_that_lost_bytes_holds_whole_letters_and_begun_ones(line, has_lost):
    assert has_lost_bytes(line) == has_lost


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"hello", "hello"),
        ("Grüße".encode(), "Grüße"),
        (b"teh\x08\x08he", "the"),
        (b"\x1b[Aup", "up"),
        (b"\xffno text", "\ufffdno text"),
        (b"bell\x07", "bell\ufffd"),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(line, text):
    assert read_typed(line) == text


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("no such option", "no such option."),
        ("No such option.", "No such option."),
        ("Did you mean max-clients?", "Did you mean max-clients?"),
        ("Stop!", "Stop!"),
        ("and so on…", "and so on…"),
        ("and so on...", "and so on..."),
        ('It says "What?"', 'It says "What?"'),
        ("It is there (or is it?)", "It is there (or is it?)"),
        ("Er fragt: »Was?«", "Er fragt: »Was?«"),
        ("“No.”", "“No.”"),
        ("终。", "终。"),
        ("must be a number, not 'x'", "must be a number, not 'x'."),
        ("chat.toml is not TOML: at line 3  \n", "chat.toml is not TOML: at line 3."),
        ("a.b", "a.b."),
    ],
)
def test_a_sentence_ends_once(text: str, ended: str) -> None:
    assert sentence(text) == ended
    assert sentence(ended) == ended


# -- marks and blanks -----------------------------------------------------------------------------

HEBREW = "\u05e9\u05c1\u05b0\u05bc\u0591\u05bd\u05bf"
BURMESE = "\u1019\u103d\u103e\u102d\u102f\u1037\u1036"
ACUTE, VS16, ZWJ = "\u0301", "\ufe0f", "\u200d"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("z" + 1000 * ACUTE, "z" + 4 * ACUTE),
        ("z" + 4 * ACUTE + "y" + 5 * ACUTE, "z" + 4 * ACUTE + "y" + 4 * ACUTE),
        # Whatever stands among them.
        ("z" + 500 * (ACUTE + ZWJ), "z" + ACUTE + ZWJ + 3 * ACUTE),
        ("z" + 500 * (ACUTE + VS16), "z" + ACUTE + VS16 + 3 * ACUTE),
        ("z" + "\u20dd" * 9, "z" + "\u20dd" * 4),
        ("\u0e2a" + "\u0e47" * 50, "\u0e2a" + "\u0e47" * 4),
        (1000 * ACUTE, 4 * ACUTE),
        # Words as they are written: Vietnamese, Hebrew with its accents, Burmese.
        ("Vie\u0323\u0302t", "Vie\u0323\u0302t"),
        (HEBREW, HEBREW),
        (BURMESE, BURMESE),
        # Emoji of several parts, and a flag of tags.
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!",
            "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!",
        ),
        # Words that are hidden in tags are not passed on.
        ("hi" + "".join(chr(0xE0000 + ord(each)) for each in "secret"), "hi"),
        ("a\u200bb\ufeffc\u2060d", "abcd"),
    ],
)  # fmt: skip
def test_heaped_marks_are_cut_and_words_stay_whole(text, seen):
    assert clean(text) == seen
    assert clean_lines(f"{text}\n{text}") == f"{seen}\n{seen}"
    assert read_typed(text.encode()) == seen


@given(st.text(st.sampled_from("zy" + ACUTE + "\u0327\u20dd" + VS16 + ZWJ), max_size=60))
def test_no_letter_ever_has_more_than_four_marks(text):
    marks = 0
    for character in clean(text):
        marks = 0 if character in "zy" else marks + (character not in VS16 + ZWJ)
        assert marks <= 4


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("hi" + 61 * " " + "*** Server ***", "hi" + 16 * " " + "*** Server ***"),
        ("hi" + 61 * "\u2003" + "***", "hi" + 16 * "\u2003" + "***"),
        ("hi" + 31 * "\u3000" + "***", "hi" + 8 * "\u3000" + "***"),
        ("hi" + 30 * "\u3164" + "***", "hi" + 8 * "\u3164" + "***"),
        ("hi" + 61 * "\u2800" + "***", "hi" + 16 * "\u2800" + "***"),
        ("hi" + 9 * "\t" + "***", "hi\t\t***"),
        ("hi" + 20 * " \xa0\u2800" + "***", "hi" + 5 * " \xa0\u2800" + " ***"),
        (100 * " " + "***", 40 * " " + "***"),
        # As code and tables are written.
        ("hi" + 16 * " " + "there", "hi" + 16 * " " + "there"),
        ("if x:\n" + 40 * " " + "y", "if x:\n" + 40 * " " + "y"),
        ("\t\t\t\tpass", "\t\t\t\tpass"),
        ("a  b   c\td", "a  b   c\td"),
    ],
)
def test_a_run_of_spaces_does_not_fill_a_row(text, seen):
    assert short_blanks(text) == seen
    assert short_blanks(seen) == seen


def test_marks_of_every_script_are_counted():
    marks = [
        chr(code)
        for code in range(sys.maxunicode)
        if unicodedata.category(chr(code)) in ("Mn", "Me")
    ]
    assert len(marks) > 1900
    for mark in marks:
        assert len(clean("z" + 50 * mark)) <= 9, ascii(mark)


def test_lines_in_any_script_are_cleaned_quickly():
    for line in (1000 * "привет как дела ", 4000 * "\U00010330", 2000 * "שָׁלוֹם "):
        with processor_time(1):
            for _ in range(10):
                clean(line)
