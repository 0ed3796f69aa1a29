"""
The line that is typed: a model of it, and characters as users see them.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twisted_chat.doors.editor.line import Line

FAMILY, FLAG, ACCENT = "👩‍👩‍👧", "🇩🇪", "e\u0301"


def line_with(before: str, behind: str = "") -> Line:
    line = Line()
    line.set(before + behind, len(before))
    return line


def halves(line: Line) -> tuple[str, str]:
    return line.before, line.behind


@pytest.mark.parametrize("character", ["a", "é", "世", FAMILY, FLAG, ACCENT])
def test_a_character_is_moved_over_and_erased_as_a_whole(character: str) -> None:
    line = line_with(f"x{character}", "y")
    line.left()
    assert halves(line) == ("x", f"{character}y")
    line.right()
    assert halves(line) == (f"x{character}", "y")
    line.erase()
    assert halves(line) == ("x", "y")
    line = line_with("x", f"{character}y")
    line.delete()
    assert halves(line) == ("x", "y")


@pytest.mark.parametrize(
    ("move", "halves_then"),
    [
        ("word_left", ("see #dev and ", "me@host, now")),
        ("word_right", ("see #dev and me@host", ", now")),
        ("home", ("", "see #dev and me@host, now")),
        ("end", ("see #dev and me@host, now", "")),
        ("kill_word", ("see #dev and ", "host, now")),
        ("kill_next_word", ("see #dev and me@", ", now")),
        ("kill_before", ("", "host, now")),
        ("kill_behind", ("see #dev and me@", "")),
    ],
)
def test_words_and_ends(move: str, halves_then: tuple[str, str]) -> None:
    line = line_with("see #dev and me@", "host, now")
    getattr(line, move)()
    assert halves(line) == halves_then


def test_what_was_killed_is_kept() -> None:
    line = line_with("make some tea")
    line.kill_word()
    assert line.killed == "tea"
    line.kill_behind()
    assert line.killed == "tea", "nothing was killed"


def test_at_the_ends_nothing_happens() -> None:
    line = line_with("")
    for do in (line.left, line.right, line.erase, line.delete, line.word_left, line.word_right):
        do()
        assert halves(line) == ("", "")


def test_a_line_is_limited_in_bytes() -> None:
    line = Line(5)
    assert line.insert("éa")
    assert not line.insert("世")
    assert not line.insert_some("世bcd")
    assert line.text == "éabc"


def test_what_stands_before_the_cursor_is_replaced_where_there_is_room() -> None:
    line = Line(10)
    line.insert("hi al!")
    line.left()
    assert line.replace(3, "alice")
    assert (line.before, line.behind) == ("hi alice", "!")
    assert not line.replace(3, "alberta")
    assert (line.before, line.behind) == ("hi alice", "!")


MOVES = ["left", "right", "word_left", "word_right", "home", "end"]
ERASERS = ["erase", "delete", "kill_word", "kill_next_word", "kill_before", "kill_behind"]
TEXTS = st.text("ab _-\n世é\u0301\u200d👩👧🇩🇪", max_size=6)


@settings(deadline=None)
@given(st.lists(st.sampled_from(MOVES + ERASERS) | TEXTS.map(lambda text: f"+{text}")))
def test_a_move_changes_no_text_and_an_eraser_only_one_stretch_at_the_cursor(
    deeds: list[str],
) -> None:
    line = Line()
    for deed in deeds:
        before, behind = halves(line)
        if deed.startswith("+"):
            line.insert(deed[1:])
            assert halves(line) == (before + deed[1:], behind)
        else:
            getattr(line, deed)()
            if deed in MOVES:
                assert line.before + line.behind == before + behind
            else:
                assert before.startswith(line.before)
                assert behind.endswith(line.behind)
        assert 0 <= line.cursor <= len(line.text)
