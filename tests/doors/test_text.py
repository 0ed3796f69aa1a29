import re
import sys
import unicodedata

import pytest
from attrs import astuple, evolve
from hypothesis import given
from hypothesis import strategies as st

from twisted_chat.doors.text import TextDialect
from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Departure,
    Edited,
    Invited,
    Joined,
    Left,
    Pinned,
    Reacted,
    Renamed,
    Said,
    Told,
    TopicChanged,
    Unpinned,
)
from twisted_chat.replies.pages import PageKind, Presence, Recalled, Transcript
from twisted_chat.replies.reply import Notice, Rung
from twisted_chat.world.settings import Preferences

# Shared, as those that readers have.
PLAIN = TextDialect().fitted(0)
COLOURED = TextDialect(color=True)
LABELLED = TextDialect(labelled=True)
RINGING = TextDialect(bell=True)

# -- the words -----------------------------------------------------------------------------------

WORDS = [
    (Said(0, "lobby", "alice", "hello"), "alice: hello"),
    (Acted(0, "lobby", "alice", "waves"), "* alice waves"),
    (Announced(0, "lobby", "alice rolled 4 on a d6"), "*** alice rolled 4 on a d6 ***"),
    (Notice(0, "Type /help for help."), "Type /help for help."),
    (Notice(0, ""), ""),
    (Joined(0, "lobby", "alice"), "*** alice has joined #lobby ***"),
    (Left(0, "lobby", "alice"), "*** alice has left #lobby ***"),
    (Left(0, "lobby", "alice", "tea"), "*** alice has left #lobby (tea) ***"),
    (Renamed(0, "alice", "Alicia"), "*** alice is now known as Alicia ***"),
    (TopicChanged(0, "dev", "alice", "tea"), "*** alice set the topic of #dev: tea ***"),
    (TopicChanged(0, "dev", "alice", ""), "*** alice removed the topic of #dev ***"),
    (
        Invited(0, "alice", "bob", "dev"),
        "*** alice invites you to #dev; /join dev enters it ***",
    ),
    (Presence(0, "lobby", ("alice",), (), large=False), "*** alice has joined #lobby ***"),
    (
        Presence(0, "lobby", (), (("alice", Departure("")),), large=False),
        "*** alice has left #lobby ***",
    ),
    (
        Presence(0, "lobby", (), (("alice", Departure("tea")),), large=False),
        "*** alice has left #lobby (tea) ***",
    ),
    (
        Presence(0, "lobby", ("alice", "bob", "carol"), (), large=False),
        "*** alice, bob and carol have joined #lobby ***",
    ),
    (
        Presence(
            0, "lobby", (), (("alice", Departure("tea")), ("bob", Departure(""))), large=False
        ),
        "*** alice (tea) and bob have left #lobby ***",
    ),
    (
        Presence(0, "lobby", ("alice", "bob"), (("carol", Departure("")),), large=False),
        "*** alice and bob have joined and carol has left #lobby ***",
    ),
    (
        Presence(0, "lobby", ("alice", "bob"), (("carol", Departure("tea")),), large=True),
        "*** 2 people have joined and 1 person has left #lobby ***",
    ),
    (Presence(0, "lobby", ("alice",), (), large=True), "*** alice has joined #lobby ***"),
    (
        Said(0, "lobby", "bob", "yes", 13, re=12, quote="alice: lunch at noon?"),
        "bob (re 12 alice: lunch at noon?): yes",
    ),
    (Said(0, "lobby", "bob", "yes", 13, re=12), "bob (re 12): yes"),
    (
        Edited(0, "lobby", "bob", "lunch at one?", 12),
        "*** bob edited 12: lunch at one? ***",
    ),
    (Deleted(0, "lobby", "alice", 12), "*** alice deleted 12 ***"),
    (
        Reacted(0, "lobby", "bob", "+1", 12, "alice: lunch at noon?"),
        "*** bob reacts to 12 (alice: lunch at noon?) with +1 ***",
    ),
    (
        Pinned(0, "lobby", "bob", 12, "alice: lunch at noon?"),
        "*** bob pinned 12 (alice: lunch at noon?) ***",
    ),
    (Unpinned(0, "lobby", "bob", 12), "*** bob unpinned 12 ***"),
    (
        Recalled(0, Said(0, "lobby", "bob", "hi", 12), 12, reactions=(("+1", 3), ("tea", 1))),
        "bob: hi  +1 x3  tea",
    ),
    (Recalled(0, Deleted(0, "lobby", "alice", 12), 12), "(deleted by alice)"),
    (Recalled(0, Deleted(0, "lobby", "alice", 12, "bob"), 12), "bob: (deleted by alice)"),
    (Recalled(0, Deleted(0, "lobby", "bob", 12, "bob"), 12), "bob: (deleted)"),
    (
        Recalled(0, Said(0, "lobby", "bob", "lunch?", 12), 12, edited_by="bob"),
        "bob: lunch? (edited)",
    ),
    (
        Recalled(0, Said(0, "lobby", "bob", "lunch?", 12), 12, edited_by="alice"),
        "bob: lunch? (edited by alice)",
    ),
]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("hi" + 61 * " " + "*** Server ***", "hi" + 16 * " " + "*** Server ***"),
        ("z" + 1000 * "\u0301", "z" + 4 * "\u0301"),
    ],
)
@pytest.mark.parametrize("dialect", [PLAIN, COLOURED])
def test_text_that_an_earlier_version_kept_does_no_harm_either(dialect, text, seen):
    for event in (Said, Acted):
        shown = dialect.render(event(0, "lobby", "bob", text)).decode()
        assert SGR.sub("", shown).endswith(f" {seen}\r\n")
    told = dialect.render(Told(0, "bob", "eve", text)).decode()
    assert SGR.sub("", told) == f"[bob -> eve] {seen}\r\n"


@pytest.mark.parametrize(("event", "line"), WORDS)
def test_an_event_has_these_words(event, line):
    assert PLAIN.render(event) == line.encode() + b"\r\n"


@pytest.mark.parametrize(("event", "line"), WORDS)
def test_colours_change_nothing_of_the_words(event, line):
    assert SGR.sub("", COLOURED.render(event).decode()) == line + "\r\n"


@pytest.mark.parametrize(
    ("reader", "line"),
    [
        ("alice", "[you -> bob] hi"),
        ("bob", "[alice -> you] hi"),
        ("", "[alice -> bob] hi"),
    ],
)
def test_a_private_line_says_you_to_each_of_the_two(reader, line):
    assert PLAIN.render(Told(0, "alice", "bob", "hi"), reader) == line.encode() + b"\r\n"


def test_a_user_in_several_rooms_reads_where_a_line_was_said():
    assert LABELLED.render(Said(0, "dev", "alice", "hello")) == b"[#dev] alice: hello\r\n"
    assert LABELLED.render(Acted(0, "dev", "alice", "waves")) == b"[#dev] * alice waves\r\n"
    assert LABELLED.render(Announced(0, "dev", "tea!")) == b"[#dev] *** tea! ***\r\n"
    assert LABELLED.render(Joined(0, "dev", "alice")) == b"*** alice has joined #dev ***\r\n"
    assert LABELLED.render(Told(0, "alice", "bob", "hi"), "bob") == b"[alice -> you] hi\r\n"


def test_a_user_who_wants_numbers_reads_them_before_lines_and_before_history():
    numbered = TextDialect(numbered=True, labelled=True)
    said = Said(0, "dev", "alice", "hello", 12)
    assert numbered.render(said) == b"[12] [#dev] alice: hello\r\n"
    assert (
        numbered.render(Acted(0, "dev", "alice", "waves", 13)) == b"[13] [#dev] * alice waves\r\n"
    )
    assert numbered.render(Recalled(0, said, 12)) == b"[12] [#dev] alice: hello\r\n"
    joined = Recalled(0, Joined(0, "dev", "alice"), 11)
    assert numbered.render(joined) == b"[11] *** alice has joined #dev ***\r\n"
    assert numbered.render(joined.event) == b"*** alice has joined #dev ***\r\n"
    assert numbered.render(Told(0, "alice", "bob", "hi")) == b"[alice -> bob] hi\r\n"


def test_the_time_stands_before_what_happened_but_not_before_an_answer():
    timed = TextDialect(time=True)
    said = timed.render(Said(1_700_000_000, "lobby", "alice", "hello"))
    assert re.fullmatch(rb"\[\d\d:\d\d\] alice: hello\r\n", said)
    assert timed.render(Notice(1_700_000_000, "yes")) == b"yes\r\n"


def test_a_coloured_line_ends_in_the_reader_s_own_colour():
    line = COLOURED.render(Joined(0, "lobby", "alice"))
    assert line == b"\x1b[38;5;131m*** alice has joined #lobby ***\x1b[0m\r\n"


def palette(number: int) -> tuple[int, int, int]:
    """
    Return a colour of xterm's 256: a cube of six levels, and a ramp of greys (its 256colres.h).
    """
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    levels = (0, 95, 135, 175, 215, 255)
    red, rest = divmod(number - 16, 36)
    return (levels[red], levels[rest // 6], levels[rest % 6])


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """
    Return the contrast ratio of two colours, as WCAG 2.2 defines it, from 1 to 21.
    """

    def luminance(colour: tuple[int, int, int]) -> float:
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (value / 255 for value in colour)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def test_the_contrast_is_that_of_known_pairs():
    # As tables of others have them: the lightest grey that passes on white, and pure red.
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast((0x76, 0x76, 0x76), WHITE) == pytest.approx(4.54, abs=0.005)
    assert contrast((255, 0, 0), WHITE) == pytest.approx(4.0, abs=0.005)
    assert palette(208) == (0xFF, 0x87, 0x00)
    assert palette(255) == (0xEE, 0xEE, 0xEE)


def test_every_colour_can_be_read_on_black_and_on_white():
    coloured = TextDialect(color=True, labelled=True, time=True)
    events = [
        *(Said(0, "lobby", f"user{number}", "hi") for number in range(100)),
        Joined(0, "lobby", "alice"),
        Told(0, "alice", "bob", "psst"),
        Acted(0, "lobby", "alice", "waves"),
    ]
    shown = b"".join(map(coloured.render, events)).decode()
    used = set(SGR.findall(shown)) - {"\x1b[0m"}
    readable = {
        number
        for number in range(16, 256)
        if min(contrast(palette(number), each) for each in (BLACK, WHITE)) >= 4.5
    }
    # All that there are, so that few users share one.
    assert {int(code[7:-1]) for code in used} == readable
    for code in used:
        number = re.fullmatch(r"\x1b\[38;5;(\d+)m", code)
        # The first sixteen are what each terminal makes of them.
        assert number
        assert int(number[1]) >= 16
        for background in (BLACK, WHITE):
            assert contrast(palette(int(number[1])), background) >= 4.5, code


def test_a_nick_has_one_colour_for_every_reader_and_however_it_is_written():
    first, second, wide = (
        COLOURED.render(Said(0, "lobby", nick, "hi")).split(b"m")[0]
        for nick in ("alice", "ALICE", "\uff41lice")
    )
    assert first == second == wide
    assert first.startswith(b"\x1b[")


@pytest.mark.parametrize(
    ("event", "rings"),
    [
        (Rung(0, Said(0, "lobby", "alice", "hello bob")), True),
        (Rung(0, Acted(0, "lobby", "alice", "waves")), True),
        # What it is for, is decided before.
        (Said(0, "lobby", "alice", "hello bob"), False),
        (Told(0, "alice", "bob", "hi"), True),
        (Told(0, "bob", "alice", "hi"), False),
        (Invited(0, "alice", "bob", "dev"), True),
        (Joined(0, "lobby", "bob"), False),
        (Notice(0, "bob"), False),
    ],
)
def test_it_rings_for_a_user_who_wants_to_be_told_or_is_written_to(event, rings):
    assert RINGING.render(event, "bob").startswith(b"\a") == rings
    assert b"\a" not in PLAIN.render(event, "bob")
    # Without a reader, it is for all.
    assert isinstance(event, Rung) or b"\a" not in RINGING.render(event)


def test_preferences_that_a_user_has_not_set_are_the_doors_own():
    door = TextDialect(color=True, bell=True, labelled=True, numbered=True)
    assert astuple(door.adapt(Preferences(), several_rooms=False)) == astuple(door)
    plainer = door.adapt(Preferences(color=False, time=True), several_rooms=False)
    wanted = TextDialect(time=True, bell=True, labelled=True, numbered=True)
    assert astuple(plainer) == astuple(wanted)


def test_rendered_lines_are_not_kept_once_no_page_has_them():
    lines = (Recalled(0, Said(0, "lobby", "alice", "for bob alone"), 1),)
    page = Transcript(0, PageKind.EARLIER, lines, "lobby")
    data = PLAIN.render(page)
    assert b"alice: for bob alone" in data
    assert PLAIN.render(page) is data, "many who enter are given the same bytes"
    size = sys.getrefcount(data)
    del page
    assert sys.getrefcount(data) < size


def test_equal_preferences_share_one_dialect():
    preferences = Preferences(color=True, bell=True)
    first = PLAIN.adapt(preferences, several_rooms=True)
    second = COLOURED.adapt(Preferences(color=True, bell=True), several_rooms=True)
    assert first is second
    assert astuple(first) == astuple(TextDialect(color=True, bell=True, labelled=True))
    assert PLAIN.adapt(preferences, several_rooms=False) != first


# -- the rule for all that leaves ----------------------------------------------------------------

SGR = re.compile(r"\x1b\[[\d;]+m")

# C0 but TAB, DEL, C1, line separators, bidi controls.  The line's own end is cut off before.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def everything_in(text):
    """
    Return events that together hold ``text`` in every field that any of them has.
    """
    return [
        Said(0, text, text, text),
        Acted(0, text, text, text),
        Announced(0, text, text),
        Told(0, text, text, text),
        Notice(0, text),
        Left(0, text, text, text),
        Renamed(0, text, text),
        TopicChanged(0, text, text, text),
        Invited(0, text, text, text),
        Joined(0, text, text),
        Said(0, text, text, text, 2, re=1, quote=text),
        Edited(0, text, text, text, 1),
        Deleted(0, text, text, 1),
        Reacted(0, text, text, text, 1, text),
        Pinned(0, text, text, 1, text),
        Unpinned(0, text, text, 1),
        Recalled(0, Said(0, text, text, text), 1, reactions=((text, 2),)),
        Presence(0, text, (text, text), ((text, Departure(text)),), large=False),
    ]


def line_of(rendered):
    """
    Return the text of a rendered line, which must be UTF-8 of one row, or of several marked ones.
    """
    text = rendered.decode("utf-8")
    assert text.endswith("\r\n")
    return text[:-2].replace("\r\n  | ", "")


SCALARS = [*range(0xD800), *range(0xE000, 0x110000)]


def test_no_scalar_of_unicode_in_any_field_breaks_the_rule():
    labelled, coloured = TextDialect(labelled=True), TextDialect(labelled=True, color=True)
    for start in range(0, len(SCALARS), 4096):
        for event in everything_in("".join(map(chr, SCALARS[start : start + 4096]))):
            plain = line_of(labelled.render(event))
            assert not FORBIDDEN.search(plain)
            assert len(plain.splitlines()) == 1
            # Nothing but our own colours is added, so what is left of them must be the same.
            assert SGR.sub("", line_of(coloured.render(event))) == plain


# Spaces without width, and tags that belong to no flag.
UNSEEN = re.compile("[\u200b\u2060-\u2065\ufeff\U000e0000-\U000e007f]")


def test_all_other_scalars_arrive_as_they_were_written():
    for start in range(0, len(SCALARS), 4096):
        # Marks stand on a letter each.
        text = "a".join(map(chr, SCALARS[start : start + 4096]))
        kept = UNSEEN.sub("", FORBIDDEN.sub("", text))
        assert line_of(PLAIN.render(Notice(0, text))).replace("\ufffd", "") == kept.replace(
            "\ufffd", ""
        )


EVIL = [
    "\x1b]0;title\x07", "\x1b[2J", "\x9b2J", "\x90q\x9c", "\x1b[31mred", "\a\a", "a\rb", "a\nb",
    "a\r\n*** alice has left #lobby ***", "\x85", "\u2028x", "\u2029x", "\u202eevil", "\u2066x",
    "\x00", "\x08\x08", "\x7f", "\ud800", "\x0e\x0f", "\v\f", "\x1b", "\x1b\x1b[0m",
]  # fmt: skip

evil_texts = st.lists(st.sampled_from([*EVIL, "hello", "é", "\t"]) | st.text(max_size=5)).map(
    "".join
)


@given(evil_texts, evil_texts, st.booleans(), st.booleans())
def test_text_meant_to_harm_a_terminal_is_one_harmless_line(text, reader, bell, time):
    for event in everything_in(text):
        dialects = [TextDialect(color=color, time=time, bell=bell) for color in (False, True)]
        plain, coloured = (line_of(dialect.render(event, reader)) for dialect in dialects)
        assert not FORBIDDEN.search(plain.removeprefix("\a") if bell else plain)
        assert SGR.sub("", coloured) == plain


@pytest.mark.parametrize("nick", ["\x1b[2Ja", "a\nb", "\u202ea", "a\ud800"])
def test_even_an_impossible_nick_is_rendered_harmless(nick):
    assert not FORBIDDEN.search(line_of(PLAIN.render(Joined(0, "lobby", nick))))


def test_a_tab_and_joined_emoji_are_allowed():
    text = "a\tb \U0001f469\u200d\U0001f467 \u05e9\u05dc\u05d5\u05dd"
    assert line_of(PLAIN.render(Said(0, "lobby", "alice", text))) == f"alice: {text}"


def test_the_forbidden_characters_are_those_that_unicode_calls_so():
    formats = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    marks = {"\u061c", "\u200e", "\u200f"}
    for character in map(chr, SCALARS):
        control = unicodedata.category(character) in ("Cc", "Zl", "Zp") and character != "\t"
        bidi = unicodedata.bidirectional(character) in formats or character in marks
        assert bool(FORBIDDEN.match(character)) == (control or bidi)


# -- texts of several lines -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "rows"),
    [
        (
            Said(0, "lobby", "alice", "one\ntwo\n\nfour"),
            ["alice: one", "  | two", "  | ", "  | four"],
        ),
        (Said(0, "lobby", "alice", "one\r\ntwo"), ["alice: one", "  | two"]),
        (Acted(0, "lobby", "alice", "waves\nand goes"), ["* alice waves", "  | and goes"]),
        (Told(0, "alice", "bob", "one\ntwo"), ["[alice -> you] one", "  | two"]),
        (Edited(0, "lobby", "alice", "a\nb", 3), ["*** alice edited 3: a", "  | b ***"]),
        (Announced(0, "lobby", "a\nb"), ["*** a", "  | b ***"]),
        (Said(0, "lobby", "alice", "a\x1b[2Jb\x0bc\u2028d\n\x85"), ["alice: a�[2Jb�c�d", "  | �"]),
    ],
)
def test_each_further_line_of_a_text_is_a_row_with_a_mark_before_it(event, rows):
    assert PLAIN.render(event, "bob").decode().split("\r\n") == [*rows, ""]
    coloured = TextDialect(color=True).render(event, "bob").decode()
    assert SGR.sub("", coloured).split("\r\n") == [*rows, ""]
    # Each row ends its own colour, so that none begins in that of another.
    for row in coloured.split("\r\n"):
        assert len(SGR.findall(row)) % 2 == 0


# -- the width of the terminal --------------------------------------------------------------------


def test_talk_and_sentences_are_wrapped_at_words_in_a_window_of_known_width() -> None:
    narrow = PLAIN.fitted(30)
    said = Said(0, "lobby", "alice", "shall we have tea at four, or rather at five?")
    assert narrow.render(said).decode().split("\r\n") == [
        "alice: shall we have tea at",
        "    four, or rather at five?",
        "",
    ]
    topic = TopicChanged(0, "lobby", "alice", "tea at four, cake at five")
    assert narrow.render(topic).decode().split("\r\n") == [
        "*** alice set the topic of",
        "    #lobby: tea at four, cake",
        "    at five ***",
        "",
    ]
    # Where it is not known, the terminal does it.
    assert PLAIN.render(said).count(b"\r\n") == 1


def test_further_lines_of_a_text_keep_their_mark_where_they_are_wrapped() -> None:
    said = Said(0, "lobby", "alice", "one\n" + "two " * 9 + "\n*** three ***")
    assert PLAIN.fitted(20).render(said).decode().split("\r\n") == [
        "alice: one",
        "  | two two two two",
        "  | two two two two",
        "  | two",
        "  | *** three ***",
        "",
    ]


def test_windows_of_nearly_the_same_width_share_one_dialect() -> None:
    assert PLAIN.fitted(80) is PLAIN.fitted(84)
    assert PLAIN.fitted(80) is not PLAIN.fitted(79)
    assert PLAIN.fitted(161) is PLAIN.fitted(500)
    assert PLAIN.fitted(0) == PLAIN
    assert len({PLAIN.fitted(columns) for columns in range(20, 501)}) == 29


def test_a_width_that_was_set_is_used_in_place_of_the_windows() -> None:
    wide = PLAIN.fitted(100)
    assert wide.adapt(Preferences(width=40), several_rooms=False) is PLAIN.fitted(40)
    assert wide.adapt(Preferences(width=0), several_rooms=False) == PLAIN
    assert wide.adapt(Preferences(), several_rooms=False) is wide


@pytest.mark.usefixtures("utc")
def test_lines_of_another_day_stand_below_a_line_that_says_which() -> None:
    times = [(0.0, "one"), (3600.0, "two"), (90_000.0, "three"), (180_000.0, "four")]
    lines = [
        Recalled(at, Said(at, "lobby", "bob", text), number)
        for number, (at, text) in enumerate(times, 1)
    ]
    page = Transcript(180_060.0, PageKind.HISTORY, tuple(lines), "lobby")
    assert PLAIN.render(page).decode().split("\r\n") == [
        "--- in #lobby ---",
        "--- Thu 1970-01-01, UTC ---",
        "[00:00] bob: one",
        "[01:00] bob: two",
        "--- Fri 1970-01-02, UTC ---",
        "[01:00] bob: three",
        "--- Sat 1970-01-03, UTC ---",
        "[02:00] bob: four",
        "--- start of #lobby ---",
        "",
    ]
    page = Transcript(0.0, PageKind.HISTORY, tuple(lines[:1]), "lobby")
    long = Recalled(0.0, Said(0.0, "lobby", "bob", "shall we have tea?"), 1)
    page = evolve(page, lines=(long,))
    narrow = PLAIN.fitted(20).render(page).decode().split("\r\n")
    assert narrow[1:3] == ["[00:00] bob: shall", "    we have tea?"]


# -- links ----------------------------------------------------------------------------------------

LINKING = PLAIN.fitted(0, links=True)
ADDRESS = "https://chat.example/a?b=c"
OPENED = re.compile(r"\x1b\]8;id=[0-9a-f]+;([!-~]*)\x1b\\([^\x1b]*)\x1b\]8;;\x1b\\")


def links_in(data: bytes) -> list[tuple[str, str]]:
    """
    Return the links of what is rendered: to where each leads, and what is shown.
    """
    assert data.count(b"\x1b]8;") == 2 * len(OPENED.findall(data.decode()))
    return OPENED.findall(data.decode())


@pytest.mark.parametrize(
    "event",
    [
        Said(0, "lobby", "alice", f"see {ADDRESS}."),
        Said(0, "lobby", "alice", f"see {ADDRESS}.", 2, re=1, quote="what", quoted="bob"),
        Acted(0, "lobby", "alice", f"reads {ADDRESS}"),
        Told(0, "alice", "bob", f"see {ADDRESS}"),
        TopicChanged(0, "lobby", "alice", f"{ADDRESS} is new"),
        Notice(0, f"The page is {ADDRESS}"),
        Transcript(
            0,
            PageKind.EARLIER,
            (Recalled(0, Said(0, "lobby", "alice", f"see {ADDRESS}"), 1),),
            "lobby",
        ),
    ],
    ids=lambda event: type(event).__name__,
)
@pytest.mark.parametrize("color", [False, True])
def test_an_address_is_a_link_to_itself_where_the_terminal_opens_links(event, color) -> None:
    dialect = LINKING.adapt(Preferences(color=color), several_rooms=False)
    assert links_in(dialect.render(event)) == [(ADDRESS, ADDRESS)]
    plain = PLAIN.adapt(Preferences(color=color), several_rooms=False)
    assert b"\x1b]8" not in plain.render(event)
    # Nothing else is different.
    without = OPENED.sub(r"\2", dialect.render(event).decode())
    assert without == plain.render(event).decode()


def test_a_line_without_an_address_is_that_of_all_others() -> None:
    said = Said(0, "lobby", "alice", "hello")
    assert LINKING.render(said) == PLAIN.render(said)


def test_a_link_takes_no_room_and_goes_on_in_the_next_row() -> None:
    said = Said(0, "lobby", "alice", f"see {ADDRESS} now")
    rows = PLAIN.fitted(25, links=True).render(said).decode().split("\r\n")
    assert [OPENED.sub(r"\2", row) for row in rows] == [
        "alice: see https://chat.e",
        "    xample/a?b=c now",
        "",
    ]
    begun = [found[0] for row in rows if (found := re.search(r"\x1b\]8;id=\w+;[!-~]*", row))]
    assert len(begun) == 2
    assert len(set(begun)) == 1


def test_links_are_a_setting_as_others_are() -> None:
    assert PLAIN.adapt(Preferences(links=True), several_rooms=False) is LINKING
    assert LINKING.adapt(Preferences(links=False), several_rooms=False) == PLAIN
    assert LINKING.preferences.links is True
    assert LINKING.fitted(80) is not LINKING.fitted(80, links=True)


@pytest.mark.parametrize(
    "text",
    [
        "http://x.example/\x1b\\\x1b]8;;http://evil.example/\x1b\\click",
        "http://x.example/\x07\x1b]0;title\x07",
        "http://x.example/\x9c\x9d8;;http://evil.example/\x9c",
        "\x1b]8;;http://evil.example/\x1b\\http://x.example/\x1b]8;;\x1b\\",
        "http://x.example/;id=1;http://evil.example/",
    ],
)
def test_no_text_of_a_user_ends_a_link_or_leads_elsewhere(text: str) -> None:
    for dialect in (LINKING, PLAIN.fitted(20, links=True)):
        shown = dialect.render(Said(0, "lobby", "mallory", text)).decode()
        for to, seen in OPENED.findall(shown):
            assert seen in to
        assert "\x1b" not in OPENED.sub("", shown)
        assert not re.search("[\x07\x9c\x9d]", shown)
