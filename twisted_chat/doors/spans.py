"""
Spans: the pieces of a line that a user reads, each with a style and some text.

All text of a line, from whatever field, is cleaned here.
"""

from __future__ import annotations

import zlib

from twisted_chat.doors.event_words import told
from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Edited,
    Event,
    ModeChanged,
    Pinned,
    RankChanged,
    Reacted,
    Said,
    SaidByBot,
    Told,
    Unpinned,
    Unreacted,
)
from twisted_chat.replies.pages import Recalled
from twisted_chat.text.clean import clean, is_clean, short_blanks
from twisted_chat.text.marks import is_marked
from twisted_chat.text.names import fold

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

#: A style, one of the above or ``nick``, and some text.
Span = tuple[str, str]


def spans_of(event: Event, reader: str, *, labelled: bool) -> list[Span]:
    """
    Return the line of ``event``, which is no reply, as ``reader`` reads it.

    Args:
        labelled: what is said in a room begins with its name.
    """
    label = [("label", f"[#{event.room}] ")] if labelled and isinstance(event, _LABELLED) else []
    match event:
        case SaidByBot(re=0):
            mark = ("time", "" if is_marked(event.nick) else " (bot)")
            return [*label, ("nick", event.nick), mark, ("", f": {short_blanks(event.text)}")]
        case Said(re=0):
            return [*label, ("nick", event.nick), ("", f": {short_blanks(event.text)}")]
        case Said():
            answered = _answered(event)
            return [*label, ("nick", event.nick), answered, ("", f": {short_blanks(event.text)}")]
        case Acted():
            answers = [_answered(event)] if event.re else []
            action = ("", f" {short_blanks(event.text)}")
            return [*label, ("", "* "), ("nick", event.nick), *answers, action]
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
            spans = spans_of(event.event, reader, labelled=labelled)
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


def _answered(event: Said | Acted) -> Span:
    quote = f" {event.quote}" if event.quote else ""
    return "time", f" (re {event.re}{quote})"


def number_of(event: Event) -> int:
    """
    Return the line number of ``event``; 0 if it has none.
    """
    return event.number if isinstance(event, (Said, Acted, Announced, Recalled)) else 0


def _edited(event: Recalled) -> list[Span]:
    """
    Return what stands behind a line whose text was changed: by whom, unless it was its writer.
    """
    if not event.edited_by:
        return []
    is_own = event.edited_by == getattr(event.event, "nick", "")
    return [("time", " (edited)" if is_own else f" (edited by {event.edited_by})")]


def _counted(symbol: str, count: int) -> str:
    return f"  {symbol} x{count}" if count > 1 else f"  {symbol}"


def coloured(style: str, text: str) -> str:
    """
    Return ``text``, clean, in the colour of ``style``; each nick has one of its own.
    """
    if style == "nick":
        code = _NICK_COLOURS[zlib.crc32(fold(clean(text)).encode()) % len(_NICK_COLOURS)]
    else:
        code = _STYLES[style]
    before, after = (f"\x1b[{code}m", "\x1b[0m") if code else ("", "")
    return rows_of(text, before, after)


def rows_of(text: str, before: str = "", after: str = "") -> str:
    """
    Return ``text``, clean, with each line of it in a row of its own, all but the first marked.

    Args:
        before: what begins the style that each row has.
        after: what ends it.
    """
    if is_clean(text):
        # Nearly always, and then it is one.
        return f"{before}{text}{after}"
    rows = text.replace("\r\n", "\n").split("\n")
    return f"\r\n{CONTINUED}".join([f"{before}{clean(row)}{after}" for row in rows])
