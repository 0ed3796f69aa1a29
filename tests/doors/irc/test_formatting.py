"""
Text between IRC and us.
"""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from twisted_chat.doors.irc.formatting import cut, pieces, read_text, words_in


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("\x02bold\x02", "bold"),
        ("\x1ditalics\x1d \x1funder\x1f \x1estruck\x1e \x11mono\x11 \x16reverse\x0f",
         "italics under struck mono reverse"),
        ("\x034red\x03 \x0304,12both\x03 \x031,x", "red both ,x"),
        ("\x03123", "3"),
        ("\x04ff0000red\x04 \x0400ff00,0000ffx", "red x"),
        ("\x03", ""),
        ("plain", "plain"),
        ("a\x07b", "a\ufffdb"),
        ("a\u202eb", "ab"),
        ("a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g", "a b c d e f g"),
        ("of a\nbatch\u2028too\n", "of a\nbatch too"),
    ],
)  # fmt: skip
def test_what_clients_format_is_plain_and_clean(sent, read):
    assert read_text(sent) == read


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(8, 60))
def test_pieces_are_the_text_and_none_is_too_long(text, most):
    found = list(pieces(text, most))
    assert "".join(found) == text
    assert all(len(piece.encode()) <= most for piece in found)


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("q\u0301" * 4, 8, ["q\u0301" * 2, "q\u0301" * 2]),
        # Hebrew with a point, which is seven bytes with it, and Thai with two marks.
        ("שָׁ" * 2, 10, ["שָׁ", "שָׁ"]),
        ("ที่" * 2, 11, ["ที่", "ที่"]),
        ("👩\u200d🚀👩\u200d🚀", 20, ["👩\u200d🚀", "👩\u200d🚀"]),
        ("🇩🇪🇫🇷", 12, ["🇩🇪", "🇫🇷"]),
        # The mark stands on the space.
        ("aaaaaaa \u0301b", 9, ["aaaaaaa", " \u0301b"]),
        # More marks than fit.
        ("ab" + "\u0301" * 8, 9, ["a", "b" + "\u0301" * 4, "\u0301" * 4]),
    ],
)
def test_letters_stay_whole_with_their_marks_where_they_fit(text, most, expected):
    assert list(pieces(text, most)) == expected


_LETTERS = st.sampled_from([*"q é🌍", "\u0301", "\u05b8", "\u0e35", "\u200d", "\U0001f1e9"])


@given(st.text(_LETTERS), st.integers(8, 60))
def test_no_letter_is_cut_that_fits_into_a_piece(text, most):
    found = list(pieces(text, most))
    assert "".join(found) == text
    assert all(0 < len(piece.encode()) <= most for piece in found) or not text
    cuts = set(accumulate(map(len, found)))
    begin = 0
    for letter in iter_graphemes(text):
        end = begin + len(letter)
        assert len(letter.encode()) > most or not cuts & set(range(begin + 1, end))
        begin = end


def test_too_little_room_is_room_for_one_character():
    assert list(pieces("añ🌍", -5)) == ["añ", "🌍"]


def test_a_piece_ends_behind_a_word_where_there_is_one():
    assert list(pieces("aaaa bbbb cccc dddd", 12)) == ["aaaa bbbb ", "cccc dddd"]
    assert list(pieces("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 40))
def test_what_is_cut_is_the_beginning_and_fits(text, most):
    found = cut(text, most)
    assert text.startswith(found)
    assert len(found.encode()) <= most
    assert found == text or len(found.encode()) > most - 4


@given(st.lists(st.from_regex(r"\A[a-zé]{1,9}\Z"), max_size=30), st.integers(20, 60))
def test_words_in_lines_are_all_words_and_fit(words, most):
    lines = list(words_in(words, most))
    assert " ".join(lines).split() == words
    assert all(len(line.encode()) <= most for line in lines)
