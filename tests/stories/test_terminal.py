"""
What people write, shown by the terminal emulator pyte: it is drawn, and does nothing else.

Text of every kind, in every field, is full of what makes a terminal do something.  Without the
choke point it does: that the text is as bad as it should be is tested first.
"""

import random
from itertools import chain

import pyte
import pytest
from attrs import asdict

from twisted_chat.doors.text import PLAIN, TextDialect
from twisted_chat.events import (
    Acted,
    Announced,
    Departure,
    Invited,
    Joined,
    Left,
    Renamed,
    Said,
    Told,
    TopicChanged,
)
from twisted_chat.replies.pages import Presence
from twisted_chat.replies.reply import Notice
from twisted_chat.testing import Chat
from twisted_chat.world.settings import Preferences

# So wide that only an end of line goes to the next row, and higher than what is fed at once.
COLUMNS, ROWS = 4000, 128
FED_AT_ONCE = 50
#: How many lines each dialect renders; a million pass as well, in two minutes.
LINES = 4000
ROUNDS = 80
LAST = "that was all"

HARMFUL = {
    "title": ["\x1b]2;pwned\x07", "\x1b]0;pwned\x1b\\", "\x9d2;pwned\x9c", "\x9d0;pwned\x07"],
    "icon name": ["\x1b]1;pwned\x07", "\x9d1;pwned\x9c"],
    "modes": ["\x1b[?25l", "\x1b[?5h", "\x9b?25l", "\x1b[4h", "\x1b[20h", "\x9b?7l", "\x1b[?6h"],
    "margins": ["\x1b[2;5r", "\x9b3;9r"],
    "charsets": ["\x1b%@\x1b(0", "\x1b%@\x1b)U"],
    "encoding": ["\x1b%@"],
    "tab stops": ["\x1bH", "\x1b[3g"],
    "attributes": ["\x1b[31m", "\x9b7m", "\x1b[5;41;97m"],
    "saved cursor": ["\x1b7"],
    "row": [
        "\n", "\r\n", "\x0b", "\x0c", "\x1bD", "\x1bE", "\x1b[5B", "\x9b3E", "\x1b[9;9H",
        "\x9b40d",
    ],
    "column": ["\x1b[7C", "\x9b12G"],
    # These would take in what we write after them.
    "parser": ["\x1b", "\x1b[", "\x9b", "\x1b]0;", "\x9d2;", "\x1b#", "\x1b(", "\x1b[?"],
}  # fmt: skip
#: What else a terminal may know, and what only looks so; ends of lines are among the C0 ones.
STRANGE = [
    *map(chr, [*range(0x20), *range(0x7F, 0xA0)]),
    "\x1b(0", "\x1b)U", "\x1bn", "\x1bc", "\x1b[2J", "\x1b[3J", "\x1b[1A", "\x1b[2K", "\x1bM",
    "\x1b8", "\x1b[6n", "\x1b[c", "\x1b[1L", "\x1b[5P", "\x1bP1$r0m\x1b\\", "\x1bXstring\x9c",
    "\x1b_Gi=1;AAAA\x1b\\", "\x1b^private\x1b\\", "\x90q\x9c", "\x1b]52;c;cm0gLXJm\x07",
    "\x1b]8;;http://x\x07", "\x1b[?1049h", "\x1b[?2004h", "\x1b[?1000h", "\x1b[>4;2m", "\u2028",
    "\u2029", "\u202e", "\u2066", "\u200f", "\u200d", "\u0301", "\U000e0041", "\ufeff", "é", "漢",
    "👩", "[31m", "]0;x", "?25l", "\\", "~",
]  # fmt: skip


class Terminal:
    """
    A terminal that is asked, after all it was fed, what state it is in.
    """

    def __init__(self):
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, data):
        self._stream.feed(data)

    def clear(self):
        self.feed(b"\x1b[2J\x1b[H")

    def state(self):
        screen = self._screen
        return {
            "title": screen.title,
            "icon name": screen.icon_name,
            "modes": frozenset(screen.mode),
            "margins": screen.margins,
            "charsets": (screen.charset, screen.g0_charset, screen.g1_charset),
            "encoding": self._stream.use_utf8,
            "tab stops": frozenset(screen.tabstops),
            "attributes": (screen.cursor.attrs, screen.cursor.hidden),
            "saved cursor": len(screen.savepoints),
            "row": screen.cursor.y,
            "column": screen.cursor.x,
        }

    def row(self, number):
        row = self._screen.buffer[number]
        return "".join(row[column].data for column in range(80)).rstrip()


@pytest.fixture(scope="module")
def fresh():
    return Terminal().state()


class Writer:
    """
    Makes up harmful text; the same text at every run.

    Args:
        without: characters that it leaves out.
    """

    def __init__(self, without=""):
        self._random = random.Random(2026)
        self._without = str.maketrans("", "", without)
        self._pieces = [*chain.from_iterable(HARMFUL.values()), *STRANGE]

    def text(self):
        chance = self._random
        text = "x".join(chance.choices(self._pieces, k=chance.randint(1, 5)))
        if chance.random() < 0.3:
            text = text[chance.randrange(len(text)) :]
        if chance.random() < 0.3:
            text = text[: chance.randrange(len(text)) + 1]
        return text.translate(self._without)


def must_have_only_drawn(terminal, rows, fresh):
    """
    Check that so many lines took so many rows, and did nothing else.
    """
    assert terminal.state() == fresh | {"row": rows}
    # Had one of them left a sequence open, this would go into it.
    terminal.feed(f"{LAST}\r\n".encode())
    assert terminal.row(rows) == LAST
    assert terminal.state() == fresh | {"row": rows + 1}
    terminal.clear()


@pytest.mark.parametrize("what", HARMFUL)
def test_the_text_would_do_harm_if_it_were_shown_as_it_is(what, fresh):
    for text in HARMFUL[what]:
        terminal = Terminal()
        terminal.feed(text.encode())
        if what == "parser":
            terminal.feed(LAST.encode())
            assert terminal.row(0) != LAST
        else:
            assert terminal.state()[what] != fresh[what]


def events(text):
    """
    Yield an event of every kind for ever, each with new text in all its fields.
    """
    while True:
        yield Said(0, text(), text(), text())
        yield Acted(0, text(), text(), text())
        yield Told(0, text(), text(), text())
        yield Announced(0, text(), text())
        yield Joined(0, text(), text())
        yield Left(0, text(), text(), text())
        yield Presence(
            0,
            text(),
            (text(), text()),
            ((text(), Departure(text())), (text(), Departure(""))),
            large=False,
        )
        yield Renamed(0, text(), text())
        yield TopicChanged(0, text(), text(), text())
        yield Invited(0, text(), text(), text())
        yield Notice(0, text())


@pytest.mark.parametrize(
    "dialect",
    [
        PLAIN,
        TextDialect(color=True),
        TextDialect(time=True, labelled=True),
        TextDialect(color=True, time=True, bell=True, labelled=True),
    ],
    ids=str,
)
def test_an_event_of_any_kind_is_one_row_in_any_dialect_and_does_nothing_else(dialect, fresh):
    # Each further line of a text is one more, with a mark before it.
    terminal, rendered = Terminal(), events(Writer().text)
    for _ in range(LINES // FED_AT_ONCE):
        lines = [dialect.render(next(rendered), "reader") for _ in range(FED_AT_ONCE)]
        further = [row for line in lines for row in line.split(b"\r\n")[1:-1]]
        assert all(row.startswith(b"  | ") for row in further)
        terminal.feed(b"".join(lines))
        must_have_only_drawn(terminal, FED_AT_ONCE + len(further), fresh)


@pytest.mark.parametrize(
    "preferences",
    [
        Preferences(),
        Preferences(color=True, time=True, bell=True, numbers=True),
        Preferences(links=True),
        Preferences(color=True, time=True, bell=True, numbers=True, links=True),
    ],
    ids=["plain", "as decorated as can be", "with links", "with links and all else"],
)
def test_nothing_that_people_and_plugins_do_does_more_than_draw_at_any_terminal(
    preferences, fresh
):
    # What is typed ends at an end of line, and a backspace takes the command away.
    typed, made = Writer(without="\r\n\x08\x7f").text, Writer(without="\n").text
    chat = Chat()
    alice, mallory = chat.arrive("alice"), chat.arrive("mallory")
    alice.types("/join side", "/join lobby")
    mallory.types("/join side", "/join lobby")
    for person in (alice, mallory):
        for name, is_on in asdict(preferences).items():
            if is_on:
                chat.hub.settings.set(person.protocol.session, name, is_on)
        person.types("/msg mallory hello")
        person.receives()
    user, session = mallory.protocol.session.user, mallory.protocol.session
    room = session.current
    screens = {alice: Terminal(), mallory: Terminal()}
    for _ in range(ROUNDS):
        # To speak, for both or one of them to read; to be refused; to be told about oneself.
        visitor = chat.connect()
        visitor.types(*[f"x{typed()}" for _ in range(4)], "visitor")
        visitor.types(f"/join side {typed()}", f"/quit x{typed()}")
        mallory.types(
            f"x{typed()}",
            f"/me x{typed()}",
            f"/msg alice x{typed()}",
            f"/reply x{typed()}",
            f"/topic x{typed()}",
            f"/re {room.timeline.number - 1} x{typed()}",
            f"/edit {room.timeline.number - 1} x{typed()}",
            f"/react {room.timeline.number - 1} x{typed()}",
            f"/pin {room.timeline.number - 1}",
            "/history 9",
            "/pins",
            f"/search x{typed()}",
            "/search from:mallory in:side",
            "/show 1",
            f"/away x{typed()}",
            "/whois mallory",
            "/rooms",
            f"/x{typed()}",
            f"/who x{typed()}",
            f"/join x{typed()}",
            f"/nick x{typed()}",
            f"/unignore x{typed()}",
            f"/help x{typed()}",
        )
        # A plugin may say anything, about a user of any name.
        chat.hub.talk.say(session, room, f"x{made()}")
        room.announce(made())
        user.notify(made())
        chat.advance()
        for person, screen in screens.items():
            data = person.receives()
            screen.feed(data)
            must_have_only_drawn(screen, data.count(b"\r\n"), fresh)
