"""
What keys do, and that nothing that arrives meanwhile tears the line.
"""

import pytest
from attrs import frozen
from cuts import cut
from hypothesis import given, settings
from hypothesis import strategies as st
from screens import Window
from work import work_of

from twisted_chat.doors.editor.editor import Editor
from twisted_chat.doors.editor.history import MOST_SEARCHED


@frozen
class Found:
    start: int
    words: tuple[str, ...]
    names: tuple[str, ...] = ()


PICTURES = {"tea": "\U0001f375", "teapot": "\U0001fad6", "cake": "\U0001f370"}
NAMES = ("alice", "albert", "bob")


def complete(text: str, cursor: int) -> Found:
    word = text[:cursor].rpartition(" ")[2]
    if word.startswith(":"):
        names = tuple(each for each in PICTURES if each.startswith(word[1:]))
        return Found(cursor - len(word), tuple(PICTURES[each] for each in names), names)
    return Found(cursor - len(word), tuple(each for each in NAMES if each.startswith(word)))


class Person:
    """
    A user at a terminal.
    """

    def __init__(self, *, columns: int = 40, limit: int = 0, is_dumb: bool = False) -> None:
        self.editor = Editor(limit, columns, lambda: "> ", complete, is_dumb)
        self.window = Window(columns)
        self.entered: list[str] = []
        self.window.write(self.editor.draw())

    def types(self, *keys: str | bytes) -> None:
        for key in keys:
            entered, shown = self.editor.feed(key.encode() if isinstance(key, str) else key)
            self.entered += entered
            self.window.write(shown)

    def is_told(self, text: str) -> None:
        self.window.write(self.editor.show(f"{text}\r\n") + self.editor.draw())

    @property
    def rows(self) -> list[str]:
        return self.window.rows


LEFT, UP, DOWN, ENTER = "\x1b[D", "\x1b[A", "\x1b[B", "\r"


@pytest.mark.parametrize("is_dumb", [False, True])
def test_what_arrives_costs_as_much_however_long_the_line_is_that_is_typed(is_dumb: bool) -> None:
    def work(typed: str) -> int:
        alice = Person(is_dumb=is_dumb)
        alice.types(typed)

        def is_told() -> None:
            alice.editor.show("bob: hello\r\n")
            alice.editor.draw()

        return work_of(is_told)

    assert work("я" * 4000) < 2 * work("я" * 30)


def test_at_a_typewriter_the_cursor_stays_at_the_end() -> None:
    alice = Person(is_dumb=True)
    alice.types("one two", ENTER, "three", UP)
    # Ctrl-A, Ctrl-B, Alt-B, Alt-D, Ctrl-K, Delete, Ctrl-R, Ctrl-L.
    alice.types(LEFT, "\x01", "\x02", "\x1bb", "\x1bd", "\x0b", "\x1b[3~", "\x12", "\x0c")
    assert alice.editor.line.before == "one two"
    alice.types("\x17")
    assert alice.editor.line.text == "one "
    alice.types("\x15", "\x19", "\x19")
    assert alice.editor.line.text == "one one "
    alice.types(DOWN, " al", "\x7fl", "b", "\t", "\x1b\r", "end")
    assert alice.editor.line.text == "three albert \nend"
    alice.types("\x03", "\x04")
    assert alice.entered == ["one two", "/quit"]


def test_what_arrives_stands_above_the_line_that_is_typed() -> None:
    alice = Person()
    alice.types("hello", LEFT, LEFT)
    before = alice.window.cursor
    alice.is_told("bob: are you there?")
    assert alice.rows == ["bob: are you there?", "> hello"]
    assert alice.window.cursor == (before[0], before[1] + 1)
    alice.types("X", ENTER)
    assert alice.entered == ["helXlo"]
    assert alice.rows == ["bob: are you there?", "> helXlo", ">"]


def test_a_bare_enter_leaves_nothing() -> None:
    alice = Person()
    alice.types(ENTER, ENTER)
    assert alice.entered == ["", ""]
    assert alice.rows == [">"]


def test_several_lines_that_are_pasted_are_one_message() -> None:
    alice = Person()
    alice.types("see: \x1b[200~one\r\ntwo\n\x1b[201~", ENTER)
    assert alice.entered == ["see: one\ntwo"]
    assert alice.rows == ["> see: one", "two", ">"]


def test_a_paste_that_is_too_long_is_left_out_and_that_is_said() -> None:
    alice = Person(limit=10, columns=120)
    alice.types("abc", "\x1b[200~12345678\x1b[201~")
    assert alice.rows == [
        "That is too much for one message, which holds at most 10 bytes. Nothing was pasted.",
        "> abc",
    ]


@pytest.mark.parametrize("limit", [0, 100_000])
def test_a_paste_that_is_longer_than_any_is_left_out_too_and_not_cut(limit: int) -> None:
    alice = Person(limit=limit, columns=120)
    alice.types("abc", f"\x1b[200~{'x' * 70_000}\x1b[201~")
    assert alice.rows == [
        "That is too much to paste at once: at most 65536 bytes. Nothing was pasted.",
        "> abc",
    ]


def test_a_paste_whose_end_never_comes_stands_in_the_line_at_the_next_key() -> None:
    alice = Person()
    alice.editor.feed(b"\x1b[200~oops", 10.0)
    alice.window.write(alice.editor.feed(b"!", 20.0)[1])
    assert alice.rows == ["> oops!"]


def test_esc_does_not_take_the_next_key_away() -> None:
    alice = Person()
    alice.types("draft", "\x1b", "\x03")
    assert alice.rows == ["> draft^C", ">"]
    alice.types("\x1b", "\x04")
    assert alice.entered == ["/quit"]


def test_a_completion_makes_no_line_that_is_too_long() -> None:
    alice = Person(limit=12)
    alice.types("welcome alb\t")
    assert alice.editor.line.text == "welcome alb"


def test_what_is_searched_for_is_no_longer_than_a_line_of_the_window() -> None:
    alice = Person()
    alice.types("x" * 9000, ENTER, "\x12", "x" * 9000)
    assert alice.editor._search is not None
    assert len(alice.editor._search[0]) == MOST_SEARCHED


def test_history_comes_back_and_can_be_changed() -> None:
    alice = Person()
    alice.types("one", ENTER, "two", ENTER, "begun", UP, UP, "!", ENTER)
    assert alice.entered == ["one", "two", "one!"]
    alice.types("begun", UP, DOWN)
    assert alice.rows[-1] == "> begun"


def test_a_search_shows_what_it_finds() -> None:
    alice = Person()
    alice.types("/msg bob tea", ENTER, "tea is ready", ENTER, "\x12te")
    assert alice.rows[-1] == "(search: te) tea is ready"
    alice.types("\x12")
    assert alice.rows[-1] == "(search: te) /msg bob tea"
    alice.types("zzz\x7f")
    assert alice.rows[-1] == "(search: t) tea is ready"
    alice.types(ENTER)
    assert alice.entered[-1] == "tea is ready"
    alice.types("begun", "\x12/", "\x03")
    assert alice.rows[-1] == "> begun"


def test_what_a_search_has_found_is_seen_in_a_long_line_too() -> None:
    alice = Person()
    alice.types(f"one teapot {'x' * 100}", ENTER, "\x12pot")
    assert "teapot" in alice.rows[-1]
    alice.types("\x05!", ENTER)
    assert alice.entered[-1].endswith("x!")


def test_tab_completes_as_far_as_it_is_sure_and_then_lists() -> None:
    alice = Person()
    alice.types("hi a\t")
    assert alice.rows == ["> hi al"]
    alice.types("\t")
    assert alice.rows == ["alice  albert", "> hi al"]
    alice.types("i\t", "you", ENTER)
    assert alice.entered == ["hi alice you"]


def test_tab_completes_the_name_of_an_emoji_and_puts_the_only_one_in_its_place() -> None:
    alice = Person()
    alice.types("more :t\t")
    assert alice.rows == ["> more :tea"]
    alice.types("\t")
    assert alice.rows == ["\U0001f375 tea  \U0001fad6 teapot", "> more :tea"]
    alice.types("p\t", ENTER)
    assert alice.entered == ["more \U0001fad6 "]


def test_kill_and_yank() -> None:
    alice = Person()
    alice.types("one two", "\x17", "\x01", "\x19", " ", ENTER)
    assert alice.entered == ["two one "]


def test_ctrl_c_drops_the_line_and_ctrl_d_leaves() -> None:
    alice = Person()
    alice.types("never mind\x03")
    assert alice.entered == []
    assert alice.rows == ["> never mind^C", ">"]
    alice.types("\x04")
    assert alice.entered == ["/quit"]


def test_a_secret_is_never_shown_and_never_remembered() -> None:
    alice = Person()
    alice.editor.ask("Password: ", is_secret=True)
    alice.window.write(alice.editor.show("") + alice.editor.draw())
    alice.types("hunter2", LEFT, "\x17", "hunter3")
    assert alice.rows == ["Password:"]
    alice.is_told("bob: hi")
    alice.types(ENTER)
    assert alice.entered == ["hunter32"]
    assert alice.rows == ["bob: hi", "Password:"]
    alice.editor.ask(None)
    alice.types("\x19", UP, "\x12hunt")
    assert not [row for row in alice.rows if "hunter" in row]


def test_at_a_question_ctrl_c_and_ctrl_d_give_up() -> None:
    for key in ("\x03", "\x04"):
        alice = Person()
        alice.editor.ask("Name: ")
        alice.types(key)
        assert alice.entered == ["\x03"]


def test_what_was_begun_as_a_secret_is_dropped_when_the_question_ends() -> None:
    alice = Person()
    alice.editor.ask("Password: ", is_secret=True)
    alice.types("hunter2")
    alice.editor.ask(None)
    alice.is_told("No answer came within 60 s.")
    assert alice.rows == ["No answer came within 60 s.", ">"]


def test_a_typewriter_gets_no_sequence_of_a_screen() -> None:
    alice = Person(is_dumb=True)
    alice.types("hel")
    alice.is_told("bob: hi")
    alice.types("lo\x7f", LEFT, UP, "\x12", "p", ENTER)
    assert alice.entered == ["hellp"]
    assert alice.rows == ["hel", "bob: hi", "hellp"]


def test_a_new_width_is_drawn_for() -> None:
    alice = Person()
    alice.types("x" * 30)
    alice.window.screen.resize(columns=20)
    alice.window.write(alice.editor.resize(20))
    assert alice.rows[-1] == "> <" + "x" * 15
    assert alice.editor.opening == "\x1b[?2004h"
    assert alice.editor.end().endswith("\x1b[?2004l")


KEYS = st.lists(
    st.sampled_from(
        [
            "a",
            " ",
            "é",
            "世",
            "👩‍👧",
            "e\u0301",
            LEFT,
            UP,
            DOWN,
            ENTER,
            "\x7f",
            "\x17",
            "\x19",
            "\x01",
            "\x05",
            "\x0b",
            "\x15",
            "\t",
            "\x12",
            "\x03",
            "\x1b[1;5D",
            "\x1bd",
            "\x0c",
            "\x1b[200~p\nq\x1b[201~",
            "\x1b[3~",
            "\x1b\r",
        ]
    )
    | st.text("ab", min_size=1, max_size=50)
).map("".join)


@settings(deadline=None)
@given(KEYS, st.lists(st.integers(0, 500)))
def test_the_line_is_the_same_wherever_the_bytes_are_cut(typed: str, cuts: list[int]) -> None:
    whole, pieces = Person(limit=60), Person(limit=60)
    whole.types(typed)
    pieces.types(*cut(typed.encode(), cuts))
    assert whole.entered == pieces.entered
    assert (whole.editor.line.text, whole.editor.line.cursor) == (
        pieces.editor.line.text,
        pieces.editor.line.cursor,
    )
    assert whole.rows[-1:] == pieces.rows[-1:]


@settings(deadline=None)
@given(st.binary(max_size=60), st.lists(st.integers(0, 60)))
def test_any_bytes_do_the_same_wherever_they_are_cut(sent: bytes, cuts: list[int]) -> None:
    whole, pieces = Person(), Person()
    whole.types(sent)
    pieces.types(*cut(sent, cuts))
    assert whole.entered == pieces.entered
    assert whole.editor.line.text == pieces.editor.line.text


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "世", LEFT, "\x7f", "\x01", "\x17", "told"]), max_size=60))
def test_no_row_above_is_torn_whatever_is_typed_meanwhile(deeds: list[str]) -> None:
    alice = Person(columns=20)
    told: list[str] = []
    for deed in deeds:
        if deed == "told":
            told.append(f"bob: {len(told)}")
            alice.is_told(told[-1])
        else:
            alice.types(deed)
    assert alice.rows[:-1] == told
    assert alice.rows[-1].startswith(">")
