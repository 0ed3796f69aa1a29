"""
The text dialect: turns an event into a line that a user reads.

This is the one place where text leaves for a terminal.  An event becomes spans, each with a style
and some text.  All text, from whatever field, is cleaned here.
"""

from __future__ import annotations

import time
import zlib
from functools import cache
from typing import ClassVar
from weakref import WeakKeyDictionary

from attrs import Factory, evolve, field, frozen

from twisted_chat.doors.event_words import own_deed, told
from twisted_chat.doors.lists import help_rows
from twisted_chat.doors.page_words import footing, heading, new_day
from twisted_chat.doors.words import lines_of
from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Edited,
    Event,
    Invited,
    ModeChanged,
    Pinned,
    RankChanged,
    Reacted,
    Said,
    Told,
    Unpinned,
    Unreacted,
)
from twisted_chat.replies.pages import NewDay, PageKind, Recalled, Transcript
from twisted_chat.replies.reply import Labelled, Reply
from twisted_chat.replies.server import Help
from twisted_chat.text.clean import clean, is_clean, is_plain, short_blanks
from twisted_chat.text.names import fold
from twisted_chat.text.words import Heard
from twisted_chat.text.wrapping import wrapped
from twisted_chat.world.settings import Preferences

#: Ends every line, as a telnet terminal needs it (RFC 854, page 11).
NEWLINE = b"\r\n"
_END = NEWLINE.decode()

#: Begins each further row of a text of several lines.  No other row begins so, nor can be made to:
#: what users write begins with their names.  So nobody's text is taken for a row of the server's.
CONTINUED = "  | "

# Select Graphic Rendition (ECMA-48, 8.3.117).  Of xterm's 256 colours these six alone have a
# contrast of 4.5:1 (WCAG 2.2, 1.4.3) both on black and on white; the first sixteen are not asked
# for, because each terminal and each user chooses those.
_GREEN, _BLUE, _VIOLET, _BROWN, _PINK, _GREY = (
    f"38;5;{number}" for number in (29, 63, 98, 131, 163, 243)
)
_STYLES = {"": "", "system": _BROWN, "private": _PINK, "label": _GREEN, "time": _GREY}
_NICK_COLOURS = (_GREEN, _BLUE, _VIOLET, _BROWN, _PINK)

_Span = tuple[str, str]

# What each further row of a wrapped line begins with.
_INDENT = "    "
# Dialects differ in steps of so many columns, because each renders everything once for all its
# readers; a wider window is as good as this one.
_STEP, _WIDEST = 5, 160


def _is_plain(dialect: TextDialect) -> bool:
    """
    Return whether ``dialect`` has nothing but, maybe, a width.
    """
    return not (
        dialect.color or dialect.time or dialect.bell or dialect.labelled or dialect.numbered
    )


def _preferences(dialect: TextDialect) -> Preferences:
    return Preferences(dialect.color, dialect.time, dialect.bell, dialect.numbered, dialect.width)


def _rounded(columns: int) -> int:
    return min(columns - columns % _STEP, _WIDEST)


@frozen(cache_hash=True)
class TextDialect:
    """
    UTF-8 lines, with the user's preferences.

    Attributes:
        color: use colours.
        time: each line begins with its local time.
        bell: a line that mentions the reader, or is for them alone, rings.
        labelled: lines said in a room begin with its name.
        numbered: they begin with their number there.
        width: lines are wrapped at so many columns; 0 is not at all.
    """

    color: bool = False
    time: bool = False
    bell: bool = False
    labelled: bool = False
    numbered: bool = False
    width: int = 0
    #: A line that rings for its reader differs from that of all others.
    is_personal: bool = field(init=False, default=Factory(lambda self: self.bell, takes_self=True))
    #: How it is: all that its reader can set.
    preferences: Preferences = field(
        init=False, eq=False, repr=False, default=Factory(_preferences, takes_self=True)
    )
    _is_plain: bool = field(
        init=False, eq=False, repr=False, default=Factory(_is_plain, takes_self=True)
    )
    #: Joins and parts that follow each other are one line.
    merges_presence: ClassVar[bool] = True

    def fitted(self, columns: int) -> TextDialect:
        """
        Return the dialect for a window of ``columns``; equal dialects are one object.
        """
        return _shared(
            self.color, self.time, self.bell, self.labelled, self.numbered, _rounded(columns)
        )

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> TextDialect:
        """
        Return the dialect for these preferences; equal dialects are one object.
        """
        return _shared(
            _preferred(preferences.color, self.color),
            _preferred(preferences.time, self.time),
            _preferred(preferences.bell, self.bell),
            self.labelled or several_rooms,
            _preferred(preferences.numbers, self.numbered),
            self.width if preferences.width is None else _rounded(preferences.width),
        )

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` in UTF-8 for ``reader``: a line with its end; several for a transcript.
        """
        if self._is_plain and type(event) is Said and not event.re:
            # By far the most frequent event.
            return _said(event, self.width)
        if isinstance(event, Labelled):
            event = event.event
        if (read := _of_its_own(self, event, reader)) is not None:
            return read
        if reader and (own := own_deed(event, reader)) is not None:
            return _line(own, self.width)
        spans = _spans(event, reader, labelled=self.labelled)
        if self.numbered and (number := _number_of(event)):
            spans.insert(0, ("label", f"[{number}] "))
        if self.time:
            spans.insert(0, ("time", time.strftime("[%H:%M] ", time.localtime(event.at))))
        if self.color:
            line = "".join([_coloured(style, text) for style, text in spans])
        else:
            line = _rows("".join([text for _, text in spans]))
        if self.width:
            line = _wrapped(line, self.width)
        ring = "\a" if self.bell and _concerns(event, reader) else ""
        return f"{ring}{line}".encode() + NEWLINE


def _said(event: Said, width: int) -> bytes:
    """
    Return a line as `TextDialect.render` does without preferences, in half the time.
    """
    line = f"{event.nick}: {event.text}"
    if not is_plain(line):
        line = f"{event.nick}: {short_blanks(event.text)}"
        line = line if is_clean(line) else _rows(line)
    if width and not (len(line) <= width and line.isascii()):
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
            lines = lines_of(event)
        case NewDay():
            lines = [new_day(event.at)] if dialect.time else []
        case _:
            return None
    return b"".join([_line(line, dialect.width) for line in lines])


def _line(text: str, width: int = 0) -> bytes:
    line = clean(text)
    return (_wrapped(line, width) if width else line).encode() + NEWLINE


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
    lines, day = [_line(heading(page), dialect.width)], _day(page.at)
    for event in page.lines:
        if _day(event.at) != day:
            day = _day(event.at)
            lines.append(_line(new_day(event.at)))
        at = _marked(page, event) + time.strftime("[%H:%M] ", time.localtime(event.at))
        before = _coloured("time", at) if dialect.color else at
        row = f"{before}{plain.render(event, reader).decode().removesuffix(_END)}"
        lines.append((_wrapped(row, dialect.width) if dialect.width else row).encode() + NEWLINE)
    if below := footing(page):
        lines.append(_line(below, dialect.width))
    return b"".join(lines)


def _marked(page: Transcript, line: Recalled) -> str:
    """
    Return what stands before ``line`` on ``page``: which hit it is, or whether it is the one.
    """
    match page.kind:
        case PageKind.FOUND:
            return f"{line.hit}. "
        case PageKind.AROUND:
            return "> " if line.hit else "  "
        case _:
            return ""


def _day(at: float) -> tuple[int, int]:
    local = time.localtime(at)
    return local.tm_year, local.tm_yday


@cache
def _shared(
    color: bool, time: bool, bell: bool, labelled: bool, numbered: bool, width: int
) -> TextDialect:
    return TextDialect(color, time, bell, labelled, numbered, width)


#: The dialect of default preferences.
PLAIN = _shared(False, False, False, False, False, 0)


def _preferred(preference: bool | None, own: bool) -> bool:
    return own if preference is None else preference


def _coloured(style: str, text: str) -> str:
    if style == "nick":
        code = _NICK_COLOURS[zlib.crc32(fold(clean(text)).encode()) % len(_NICK_COLOURS)]
    else:
        code = _STYLES[style]
    before, after = (f"\x1b[{code}m", "\x1b[0m") if code else ("", "")
    return _rows(text, before, after)


def _rows(text: str, before: str = "", after: str = "") -> str:
    """
    Return ``text``, clean, with each line of it in a row of its own, all but the first marked.

    Args:
        before: what begins the style that each row has.
        after: what ends it.
    """
    rows = text.replace("\r\n", "\n").split("\n")
    return f"\r\n{CONTINUED}".join([f"{before}{clean(row)}{after}" for row in rows])


def _concerns(event: Event, reader: str) -> bool:
    if not reader:
        return False
    if isinstance(event, (Told, Invited)):
        return event.recipient == reader
    return isinstance(event, (Said, Acted)) and Heard(event.text).names(fold(reader))


def _spans(event: Event, reader: str, *, labelled: bool) -> list[_Span]:
    label = [("label", f"[#{event.room}] ")] if labelled and isinstance(event, _LABELLED) else []
    match event:
        case Said(re=0):
            return [*label, ("nick", event.nick), ("", f": {short_blanks(event.text)}")]
        case Said():
            quote = f" {event.quote}" if event.quote else ""
            answered = ("time", f" (re {event.re}{quote})")
            return [*label, ("nick", event.nick), answered, ("", f": {short_blanks(event.text)}")]
        case Acted():
            action = ("", f" {short_blanks(event.text)}")
            return [*label, ("", "* "), ("nick", event.nick), action]
        case Told():
            writer = "you" if event.nick == reader else event.nick
            recipient = "you" if event.recipient == reader else event.recipient
            text = ("", f" {short_blanks(event.text)}")
            return [("private", f"[{writer} -> {recipient}]"), text]
        case Recalled(event=Deleted() as deleted):
            whose = [("nick", deleted.quoted), ("", ": ")] if deleted.quoted else []
            by = "" if deleted.nick == deleted.quoted else f" by {deleted.nick}"
            return [*label, *whose, ("system", f"(deleted{by})")]
        case Recalled():
            spans = _spans(event.event, reader, labelled=labelled)
            return [
                *spans,
                *_edited(event),
                *(("label", _counted(*each)) for each in event.reactions),
            ]
        case _:
            return [*label, ("system", f"*** {told(event)} ***")]


_LABELLED = (
    Said, Acted, Announced, Edited, Deleted, Reacted, Unreacted, Pinned, Unpinned, ModeChanged,
    RankChanged,
)  # fmt: skip


def _number_of(event: Event) -> int:
    """
    Return the line number of ``event``; 0 if it has none.
    """
    return event.number if isinstance(event, (Said, Acted, Announced, Recalled)) else 0


def _edited(event: Recalled) -> list[_Span]:
    """
    Return what stands behind a line whose text was changed: by whom, unless it was its writer.
    """
    if not event.edited_by:
        return []
    is_own = event.edited_by == getattr(event.event, "nick", "")
    return [("time", " (edited)" if is_own else f" (edited by {event.edited_by})")]


def _counted(symbol: str, count: int) -> str:
    return f"  {symbol} x{count}" if count > 1 else f"  {symbol}"
