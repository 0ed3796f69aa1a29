"""
The look of lines.
"""

import re
import unicodedata

import pyte
import pytest
from attrs import fields
from hypothesis import given, settings
from hypothesis import strategies as st
from work import work_of

from twisted_chat.client.show.line import Kind, Line
from twisted_chat.client.show.look import Look, Painter

AT = 1_700_000_000.0  # 2023-11-14, 22:13:20 UTC
pytestmark = pytest.mark.usefixtures("utc")


def rows(line: Line, **look: object) -> list[str]:
    return Painter(Look(**{"has_times": False, **look})).rows(line)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (Line(Kind.TALK, AT, "hi", nick="bob"), "bob: hi"),
        (Line(Kind.TALK, AT, "yes", nick="bob", note=" (re 3 tea?)"), "bob (re 3 tea?): yes"),
        (Line(Kind.ACTION, AT, "waves", nick="bob"), "* bob waves"),
        (Line(Kind.PRIVATE, AT, "psst", nick="bob", recipient="ada"), "[bob -> you] psst"),
        (
            Line(Kind.PRIVATE, AT, "psst", nick="ada", recipient="bob", is_own=True),
            "[you -> bob] psst",
        ),
        (Line(Kind.NEWS, AT, "bob has joined #den"), "* bob has joined #den"),
        (Line(Kind.REFUSAL, AT, "No."), "! No."),
        (Line(Kind.STATUS, AT, "Connected again."), "- Connected again."),
        (Line(Kind.REPLY, AT, "Topic: tea"), "Topic: tea"),
        (Line(Kind.TALK, AT, "hi", nick="bob", room="den", is_elsewhere=True), "#den bob: hi"),
        (Line(Kind.TALK, AT, "hi", nick="bob", after="  +1 x2"), "bob: hi  +1 x2"),
    ],
)
def test_each_kind_has_a_look(line: Line, shown: str) -> None:
    assert rows(line) == [shown]


# What a terminal, an editor or a reader might take for more than a character.
odd = st.text(
    st.sampled_from(
        "ab :*[]>|\n\r\t\x00\x07\x08\x1b\x7f\x9b\u00ad\u202e\u2028\u2066\ufeff\ud800太"
    )
    | st.characters(),
    max_size=12,
)
STRINGS = [each.name for each in fields(Line) if each.type == "str"]


@settings(deadline=None)
@given(
    st.sampled_from(Kind),
    st.fixed_dictionaries(dict.fromkeys(STRINGS, odd)),
    st.integers(0, 10**6),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, 10, 40]),
)
def test_no_character_of_any_field_moves_the_cursor_or_hides(
    kind: Kind, strings: dict[str, str], number: int, is_own: bool, is_rich: bool, columns: int
) -> None:
    painter = Painter(Look(is_coloured=is_rich, has_numbers=True, has_links=is_rich))
    painter.columns = columns
    line = Line(kind, AT, **strings, number=number, is_own=is_own, is_elsewhere=True)
    assert {"text", "nick", "room", "recipient", "mark", "note", "after"} == set(STRINGS)
    for row in painter.rows(line):
        # Colours, and links to an address that stands there.
        plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\", "", row) if is_rich else row
        unseen = [each for each in plain if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}]
        assert unseen == [], row
        hidden = [each for each in plain if unicodedata.category(each) == "Cf"]
        assert set(hidden) <= set("\u200c\u200d"), row


def test_further_rows_cannot_be_taken_for_another_line() -> None:
    assert rows(Line(Kind.TALK, AT, "one\neve: two\x1b[2J", nick="bob")) == [
        "bob: one", "  | eve: two^[[2J",
    ]  # fmt: skip


def test_rows_are_wrapped_where_the_width_is_known() -> None:
    painter = Painter(Look())
    painter.columns = 20
    assert painter.rows(Line(Kind.TALK, AT, "one two three four\nfive", nick="bob")) == [
        "22:13 bob: one two", "      three four", "  | five",
    ]  # fmt: skip
    assert painter.rows(Line(Kind.REPLY, AT, "one\ntwo three four five six")) == [
        "22:13 one", "      two three four", "      five six",
    ]  # fmt: skip
    coloured = Painter(Look(has_times=False, is_coloured=True))
    coloured.columns = 12
    assert len(coloured.rows(Line(Kind.TALK, AT, "one two", nick="bob"))) == 1
    # In a narrow window a name may leave no room beside it.
    assert coloured.rows(Line(Kind.TALK, AT, "ab cd", nick="a_long_name_indeed")) == [
        "a_long_name_", "  indeed: ab", "  cd",
    ]  # fmt: skip


# Without accents alone, which pyte writes below a row that is full; terminals do not.
words = st.text(
    st.sampled_from("ab/:.0\u00a0\u3000\u2003太👩🇩🇪❤\ufe0f") | st.just(" ") | st.just("\n"),
    max_size=90,
)


@settings(deadline=None)
@given(
    st.sampled_from(Kind),
    st.fixed_dictionaries(dict.fromkeys(STRINGS, words)),
    st.booleans(),
    st.booleans(),
    st.integers(20, 60),
)
def test_no_row_of_a_terminal_can_be_taken_for_another_line(
    kind: Kind, strings: dict[str, str], has_times: bool, is_rich: bool, columns: int
) -> None:
    look = Look(is_coloured=is_rich, has_times=has_times, has_numbers=True, has_links=is_rich)
    painter = Painter(look)
    painter.columns = columns
    found = painter.rows(Line(kind, AT, **strings, number=7, is_elsewhere=True))
    screen = pyte.Screen(columns, 400)
    stream = pyte.Stream(screen)
    for row in found:
        stream.feed(f"{row}\r\n")
    # The terminal wraps nothing by itself.
    assert screen.cursor.y == len(found)
    assert all(row.startswith("  ") for row in screen.display[1 : len(found)])


def test_an_address_that_is_broken_is_one_link() -> None:
    address = "https://chat.example/a/long/address"
    painter = Painter(Look(has_times=False, has_links=True))
    painter.columns = 24
    # Its parts are one link, by what both begin with.
    begin, end = f"\x1b]8;id=114e2e64;{address}\x1b\\", "\x1b]8;;\x1b\\"
    assert painter.rows(Line(Kind.TALK, AT, f"see {address}.", nick="bob")) == [
        f"bob: see {begin}https://chat.ex{end}",
        f"  {begin}ample/a/long/address{end}.",
    ]


def test_reactions_that_do_not_fit_stand_below() -> None:
    painter = Painter(Look(has_times=False))
    painter.columns = 12
    assert painter.rows(Line(Kind.TALK, AT, "one two", nick="bob", after="  +1 x2  ok")) == [
        "bob: one two", "  +1 x2  ok",
    ]  # fmt: skip


def test_times_numbers_and_days() -> None:
    painter = Painter(Look(has_numbers=True))
    assert painter.rows(Line(Kind.TALK, AT, "hi", nick="bob", number=12)) == ["22:13 [12] bob: hi"]
    assert painter.rows(Line(Kind.TALK, AT + 86400, "hm", nick="bob")) == [
        "--- Wed 2023-11-15 ---", "22:13 bob: hm",
    ]  # fmt: skip


def test_colours_are_those_that_can_be_read_on_black_and_on_white() -> None:
    (row,) = rows(Line(Kind.NEWS, AT, "bob has joined #den"), is_coloured=True)
    assert row == "\x1b[38;5;131m* \x1b[0m\x1b[38;5;131mbob has joined #den\x1b[0m"
    (row,) = rows(
        Line(Kind.NEWS, AT, "bob has joined"), is_coloured=True, colours={"news": "blue"}
    )
    assert row.count("\x1b[38;5;63m") == 2
    (own,) = rows(Line(Kind.TALK, AT, "hi", nick="ada", is_own=True), is_coloured=True)
    assert own == "\x1b[1mada\x1b[0m: hi"
    (other,) = rows(Line(Kind.TALK, AT, "hi", nick="bob"), is_coloured=True)
    (again,) = rows(Line(Kind.ACTION, AT, "waves", nick="bob"), is_coloured=True)
    assert other.split("bob")[0] == again.removeprefix("* ").split("bob")[0]


def test_an_address_is_a_link_to_itself_and_nothing_else() -> None:
    address = "https://chat.example/a_(b)?q=1&x=%20"
    line = Line(Kind.TALK, AT, f"see {address}.", nick="bob")
    (row,) = rows(line, has_links=True)
    assert row == f"bob: see \x1b]8;id=c4971b5a;{address}\x1b\\{address}\x1b]8;;\x1b\\."
    assert rows(line) == [f"bob: see {address}."]
    (row,) = rows(line, has_links=True, is_coloured=True)
    assert f"\x1b[4m{address}\x1b[0m" in row
    # Letters that look like others, and what would end the sequence, are no part of a link.
    for odd in ("https://ch\u0430t.example", "https://x\x1b\\.example", "ftp://x.example"):
        (row,) = rows(Line(Kind.TALK, AT, odd, nick="bob"), has_links=True)
        assert ";https://ch\u0430" not in row
        assert "\x1b\\.example" not in row


def test_of_a_text_without_end_the_beginning_is_shown() -> None:
    painter = Painter(Look(has_times=False))
    (row,) = painter.rows(Line(Kind.TALK, 0, "x" * 10_000_000, nick="bob"))
    assert len(row) < 70_000
    assert row.endswith("x ... (9934464 more characters)")


def test_many_links_take_no_longer_than_their_length() -> None:
    painter = Painter(Look(has_times=False, has_links=True))
    painter.columns = 80

    def work(count: int) -> int:
        line = Line(Kind.TALK, 0, "https://tea.example/cake " * count, nick="bob")
        return work_of(lambda: painter.rows(line))

    # Twenty times as many took four hundred times as long.
    assert work(400) < 40 * work(20)


def test_numbers_and_times_are_shown_as_they_are_set() -> None:
    painter = Painter(Look(has_times=False))
    line = Line(Kind.TALK, AT, "hi", nick="bob", number=7)
    changed = {"event": "setting-changed", "name": "numbers", "value": True}
    painter.follow({**changed, "event": "said"})
    painter.follow({**changed, "name": "color"})
    painter.follow({**changed, "value": "on"})
    painter.follow({"event": "setting-changed"})
    assert painter.rows(line) == ["bob: hi"]
    painter.follow(changed)
    painter.follow({**changed, "name": "time"})
    assert painter.rows(line) == ["22:13 [7] bob: hi"]
    painter.follow({**changed, "value": False})
    assert painter.rows(line) == ["22:13 bob: hi"]


def test_links_are_shown_as_they_are_set_and_never_where_there_are_none() -> None:
    line = Line(Kind.TALK, AT, "see http://tea.example", nick="bob")
    changed = {"event": "setting-changed", "name": "links"}
    painter = Painter(Look(has_times=False, has_links=True))
    (linked,) = painter.rows(line)
    assert "\x1b]8;" in linked
    painter.follow({**changed, "value": False})
    assert painter.rows(line) == ["bob: see http://tea.example"]
    painter.follow({**changed, "value": True})
    assert painter.rows(line) == [linked]
    plain = Painter(Look(has_times=False, has_links=False))
    plain.follow({**changed, "value": True})
    assert plain.rows(line) == ["bob: see http://tea.example"]
