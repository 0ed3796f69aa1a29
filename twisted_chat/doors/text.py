"""
The text dialect: turns an event into a line that a user reads.

This is the one place where text leaves for a terminal, clean and, where the width is known, in
rows that fit.
"""

from __future__ import annotations

import time
from functools import cache
from operator import itemgetter
from typing import ClassVar
from weakref import WeakKeyDictionary

from attrs import Factory, evolve, field, frozen

from twisted_chat.doors.event_words import own_deed
from twisted_chat.doors.lists.help import help_rows
from twisted_chat.doors.page_words import footing, heading, new_day
from twisted_chat.doors.spans import CONTINUED, coloured, number_of, rows_of, spans_of
from twisted_chat.doors.words import words_for
from twisted_chat.events import Acted, Event, Invited, Said, Told
from twisted_chat.links import linked
from twisted_chat.replies.pages import NewDay, PageKind, Recalled, Transcript
from twisted_chat.replies.reply import Labelled, Reply, Rung
from twisted_chat.replies.server import Help
from twisted_chat.signals import Signal
from twisted_chat.text.clean import clean, is_clean, is_plain, short_blanks
from twisted_chat.text.wrapping import wrapped
from twisted_chat.world.settings import Preferences

#: Ends every line, as a telnet terminal needs it (RFC 854, page 11).
NEWLINE = b"\r\n"
_END = NEWLINE.decode()

# The text of a span.
_TEXT = itemgetter(1)
# What users say, which everybody reads as it is.
_TALK = (Said, Acted, Told)

# What each further row of a wrapped line begins with.
_INDENT = "    "
# Dialects differ in steps of so many columns, because each renders everything once for all its
# readers; a wider window is as good as this one.
_STEP, _WIDEST = 5, 160


def _is_plain(dialect: TextDialect) -> bool:
    """
    Return whether ``dialect`` has nothing but, maybe, a width and links.
    """
    return not (
        dialect.color or dialect.time or dialect.bell or dialect.labelled or dialect.numbered
    )


def _preferences(dialect: TextDialect) -> Preferences:
    return Preferences(
        dialect.color,
        dialect.time,
        dialect.bell,
        dialect.numbered,
        dialect.width,
        links=dialect.links,
    )


def _rounded(columns: int) -> int:
    return min(columns - columns % _STEP, _WIDEST)


@frozen(eq=False)
class TextDialect:
    """
    UTF-8 lines, with the user's preferences.

    Those that readers have are made by `fitted` and `adapt`: equal ones are one object, so that
    tables find it without a call.

    Attributes:
        color: use colours.
        time: each line begins with its local time.
        bell: a line that mentions the reader, or is for them alone, rings.
        labelled: lines said in a room begin with its name.
        numbered: they begin with their number there.
        width: lines are wrapped at so many columns; 0 is not at all.
        links: addresses are links, which the terminal opens (OSC 8).
    """

    color: bool = False
    time: bool = False
    bell: bool = False
    labelled: bool = False
    numbered: bool = False
    width: int = 0
    links: bool = False
    #: A line that rings for its reader differs from that of all others.
    is_personal: bool = field(init=False, default=Factory(lambda self: self.bell, takes_self=True))
    #: How it is: all that its reader can set.
    preferences: Preferences = field(
        init=False, repr=False, default=Factory(_preferences, takes_self=True)
    )
    _is_plain: bool = field(init=False, repr=False, default=Factory(_is_plain, takes_self=True))
    #: Joins and parts that follow each other are one line.
    merges_presence: ClassVar[bool] = True
    follows_names: ClassVar[bool] = False

    def fitted(self, columns: int, *, links: bool = False) -> TextDialect:
        """
        Return the dialect for a window of ``columns``; equal dialects are one object.

        Args:
            links: its terminal opens links.
        """
        return _shared(
            self.color,
            self.time,
            self.bell,
            self.labelled,
            self.numbered,
            _rounded(columns),
            links,
        )

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> TextDialect:
        """
        Return the dialect for these preferences; equal dialects are one object.
        """
        return _shared(
            self.color if preferences.color is None else preferences.color,
            self.time if preferences.time is None else preferences.time,
            self.bell if preferences.bell is None else preferences.bell,
            self.labelled or several_rooms,
            self.numbered if preferences.numbers is None else preferences.numbers,
            self.width if preferences.width is None else _rounded(preferences.width),
            self.links if preferences.links is None else preferences.links,
        )

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` in UTF-8 for ``reader``: a line with its end; several for a transcript.
        """
        if (
            self._is_plain
            and type(event) is Said
            and not (event.re or (self.links and "://" in event.text))
        ):
            # By far the most frequent event.
            return _said(event, self.width)
        is_rung = isinstance(event, Rung)
        if isinstance(event, (Labelled, Rung)):
            event = event.event
        if not isinstance(event, _TALK):
            if (read := _of_its_own(self, event, reader)) is not None:
                return read
            if reader and (own := own_deed(event, reader)) is not None:
                return _line(own, self)
        spans = spans_of(event, reader, labelled=self.labelled)
        if self.numbered and (number := number_of(event)):
            spans.insert(0, ("label", f"[{number}] "))
        if self.time:
            spans.insert(0, ("time", time.strftime("[%H:%M] ", time.localtime(event.at))))
        if self.color:
            line = "".join([coloured(style, text) for style, text in spans])
        else:
            line = rows_of("".join(map(_TEXT, spans)))
        if self.width or self.links:
            line = _in_rows(line, self)
        ring = "\a" if self.bell and (is_rung or _is_for(event, reader)) else ""
        return f"{ring}{line}".encode() + NEWLINE


def _said(event: Said, width: int) -> bytes:
    """
    Return a line as `TextDialect.render` does without preferences, in half the time.
    """
    line = f"{event.nick}: {event.text}"
    fits = is_plain(line)
    if fits:
        fits = len(line) <= width
    else:
        line = f"{event.nick}: {short_blanks(event.text)}"
        if not is_clean(line):
            line = rows_of(line)
    if width and not fits:
        line = _wrapped(line, width)
    return line.encode() + NEWLINE


def _of_its_own(dialect: TextDialect, event: Event, reader: str) -> bytes | None:
    """
    Return what is read of a reply, a page or a day; None if ``event`` is a line of a room.
    """
    match event:
        case Transcript():
            if any(isinstance(line.event, Told) for line in event.lines):
                return _transcript(dialect, event, reader)
            return _shared_transcript(dialect, event)
        case Help() if dialect.width:
            lines = help_rows(event, dialect.width)
        case Reply():
            lines = words_for(type(event))(event)  # type: ignore[arg-type]  # classes are hashable
        case NewDay():
            lines = [new_day(event.at)] if dialect.time else []
        case Signal():
            lines = []
        case _:
            return None
    return b"".join([_line(line, dialect) for line in lines])


def _line(text: str, dialect: TextDialect) -> bytes:
    if not is_clean(text):
        text = clean(text)
    if dialect.links or dialect.width:
        text = _in_rows(text, dialect)
    return text.encode() + NEWLINE


def _in_rows(line: str, dialect: TextDialect) -> str:
    """
    Return ``line`` with its links, if any are wanted, and in rows that fit.
    """
    if dialect.links:
        line = linked(line)
    return _wrapped(line, dialect.width) if dialect.width else line


def _wrapped(line: str, width: int) -> str:
    """
    Return ``line``, which may have several rows already, in rows of at most ``width`` columns.
    """
    rows: list[str] = []
    for row in line.split("\r\n"):
        indent = CONTINUED if row.startswith(CONTINUED) else _INDENT
        rows += wrapped(row, width, indent)
    return "\r\n".join(rows)


# Cached only while a user has the page: it is what users said.
_pages: WeakKeyDictionary[Transcript, dict[TextDialect, bytes]] = WeakKeyDictionary()


def _shared_transcript(dialect: TextDialect, page: Transcript) -> bytes:
    # Many users may enter one room: all of them get the same bytes.
    rendered = _pages.setdefault(page, {})
    if dialect not in rendered:
        rendered[dialect] = _transcript(dialect, page, "")
    return rendered[dialect]


def _transcript(dialect: TextDialect, page: Transcript, reader: str) -> bytes:
    # Each line has its time in front, whatever its reader prefers; the heading says what it is.
    numbered = dialect.numbered or page.kind is PageKind.PINS
    labelled = page.kind is PageKind.FOUND and not page.room
    plain = evolve(dialect, time=False, bell=False, labelled=labelled, numbered=numbered, width=0)
    lines, day = [_line(heading(page), dialect)], _day(page.at)
    for event in page.lines:
        if _day(event.at) != day:
            day = _day(event.at)
            lines.append(_line(new_day(event.at), plain))
        at = _marked(page, event) + time.strftime("[%H:%M] ", time.localtime(event.at))
        before = coloured("time", at) if dialect.color else at
        row = f"{before}{plain.render(event, reader).decode().removesuffix(_END)}"
        lines.append((_wrapped(row, dialect.width) if dialect.width else row).encode() + NEWLINE)
    if below := footing(page):
        lines.append(_line(below, dialect))
    return b"".join(lines)


def _marked(page: Transcript, line: Recalled) -> str:
    """
    Return what stands before ``line`` on ``page``: which hit it is, or whether it is the one.
    """
    match page.kind:
        case PageKind.FOUND:
            return f"{line.hit}. " if line.hit else ""
        case PageKind.AROUND:
            return "> " if line.hit else "  "
        case _:
            return ""


def _day(at: float) -> tuple[int, int]:
    local = time.localtime(at)
    return local.tm_year, local.tm_yday


@cache
def _shared(
    color: bool, time: bool, bell: bool, labelled: bool, numbered: bool, width: int, links: bool
) -> TextDialect:
    return TextDialect(color, time, bell, labelled, numbered, width, links)


#: The dialect of default preferences.
PLAIN = _shared(False, False, False, False, False, 0, False)


def _is_for(event: Event, reader: str) -> bool:
    return isinstance(event, (Told, Invited)) and bool(reader) and event.recipient == reader
