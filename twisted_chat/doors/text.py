"""
The words: an event becomes a line that a person reads.

Here is the one place where text leaves for a terminal.  An event becomes spans, each a style and
some text.  The style is ours; all text, whatever field it comes from, is cleaned on its way out.
"""

from __future__ import annotations

import time
import zlib
from functools import cache
from typing import ClassVar
from weakref import WeakKeyDictionary

from attrs import evolve, frozen

from twisted_chat.events import (
    Acted,
    Announced,
    Broadcast,
    Deleted,
    Edited,
    Event,
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
from twisted_chat.replies import Done, Labelled, Notice, Presence, Recalled, Transcript
from twisted_chat.text.clean import clean
from twisted_chat.text.names import fold, fold_text, listed, mentions
from twisted_chat.world.client import Preferences

#: Ends every line, as a telnet terminal needs it (RFC 854, page 11).
NEWLINE = b"\r\n"

#: Begins each further row of a text of several lines.  No other row begins so, nor can be made to:
#: what people write begins with their names.  So nobody's text is taken for a row of the server's.
CONTINUED = "  | "

# Select Graphic Rendition (ECMA-48, 8.3.117).  Nicks have one of the colours that are legible on
# black and on white.
_STYLES = {"": "", "system": "33", "private": "35", "label": "36", "time": "2"}
_NICK_COLOURS = ("31", "32", "34", "35", "36", "91", "92", "94", "95", "96")

_Span = tuple[str, str]


@frozen(cache_hash=True)
class TextDialect:
    """
    Plain UTF-8 lines, with what the person prefers.

    Attributes:
        color: in colours.
        time: each line begins with its local time.
        bell: a line that names the reader, or is for them alone, rings.
        labelled: lines said in a room begin with its name.
        numbered: they begin with their number there.
    """

    color: bool = False
    time: bool = False
    bell: bool = False
    labelled: bool = False
    numbered: bool = False
    #: Joins and parts that follow each other are one line.
    merges_presence: ClassVar[bool] = True

    @property
    def is_personal(self) -> bool:
        """
        Whether a line that names its reader is rendered otherwise for that reader.
        """
        return self.bell

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> TextDialect:
        """
        Return the dialect for these preferences; equal ones are one object.
        """
        return _shared(
            _preferred(preferences.color, self.color),
            _preferred(preferences.time, self.time),
            _preferred(preferences.bell, self.bell),
            self.labelled or several_rooms,
            _preferred(preferences.numbers, self.numbered),
        )

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as one line for ``reader``, as UTF-8 with its end; a transcript as many.
        """
        if self is PLAIN and type(event) is Said and not event.re:
            # Most of all that is ever rendered; the same line as below, in half the time.
            line = f"{event.nick}: {event.text}"
            return (line if line.isprintable() else _rows(line)).encode() + NEWLINE
        if isinstance(event, Labelled):
            event = event.event
        if isinstance(event, Done):
            return b""
        if isinstance(event, Transcript):
            if any(isinstance(line.event, Told) for line in event.lines):
                return _transcript(self, event, reader)
            return _shared_transcript(self, event)
        spans = _spans(event, reader, labelled=self.labelled)
        if self.numbered and (number := _number_of(event)):
            spans.insert(0, ("label", f"[{number}] "))
        if self.time and not isinstance(event, Notice):
            spans.insert(0, ("time", time.strftime("[%H:%M] ", time.localtime(event.at))))
        if self.color:
            line = "".join([_coloured(style, text) for style, text in spans])
        else:
            line = _rows("".join([text for _, text in spans]))
        ring = "\a" if self.bell and _concerns(event, reader) else ""
        return f"{ring}{line}".encode() + NEWLINE


# For as long as somebody has the page, and no longer: it is what people said.
_pages: WeakKeyDictionary[Transcript, dict[TextDialect, bytes]] = WeakKeyDictionary()


def _shared_transcript(dialect: TextDialect, page: Transcript) -> bytes:
    # Many may enter one room: all of them are given the same bytes.
    rendered = _pages.setdefault(page, {})
    if dialect not in rendered:
        rendered[dialect] = _transcript(dialect, page, "")
    return rendered[dialect]


def _transcript(dialect: TextDialect, page: Transcript, reader: str) -> bytes:
    today = _day(page.at)
    # Each line has its time in front, whatever its reader prefers; the heading says what it is.
    numbered = dialect.numbered or page.numbered
    plain = evolve(dialect, time=False, bell=False, labelled=page.labelled, numbered=numbered)
    lines = [dialect.render(Notice(page.at, page.heading))] if page.heading else []
    for event in page.lines:
        shown = "[%H:%M] " if _day(event.at) == today else "[%Y-%m-%d %H:%M] "
        at = clean(event.label) + time.strftime(shown, time.localtime(event.at))
        lines += [
            (_coloured("time", at) if dialect.color else at).encode(),
            plain.render(event, reader),
        ]
    if page.footing:
        lines.append(dialect.render(Notice(page.at, page.footing)))
    return b"".join(lines)


def _day(at: float) -> tuple[int, int]:
    local = time.localtime(at)
    return local.tm_year, local.tm_yday


@cache
def _shared(color: bool, time: bool, bell: bool, labelled: bool, numbered: bool) -> TextDialect:
    return TextDialect(color=color, time=time, bell=bell, labelled=labelled, numbered=numbered)


#: What everybody reads who has not said otherwise.
PLAIN = _shared(False, False, False, False, False)


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
    return isinstance(event, (Said, Acted)) and mentions(fold_text(event.text), fold(reader))


def _spans(event: Event, reader: str, *, labelled: bool) -> list[_Span]:
    label = [("label", f"[#{event.room}] ")] if labelled and isinstance(event, _LABELLED) else []
    match event:
        case Said(re=0):
            return [*label, ("nick", event.nick), ("", f": {event.text}")]
        case Said():
            quote = f" {event.quote}" if event.quote else ""
            answered = ("time", f" (re {event.re}{quote})")
            return [*label, ("nick", event.nick), answered, ("", f": {event.text}")]
        case Acted():
            return [*label, ("", "* "), ("nick", event.nick), ("", f" {event.text}")]
        case Told():
            writer = "you" if event.nick == reader else event.nick
            recipient = "you" if event.recipient == reader else event.recipient
            return [("private", f"[{writer} -> {recipient}]"), ("", f" {event.text}")]
        case Notice():
            return [("", event.text)]
        case Recalled(event=Deleted() as deleted):
            return [*label, ("system", f"(deleted by {deleted.nick})")]
        case Recalled():
            spans = _spans(event.event, reader, labelled=labelled)
            edited = [("time", " (edited)")] if event.is_edited else []
            return [*spans, *edited, *(("label", _counted(*each)) for each in event.reactions)]
        case _:
            return [*label, ("system", f"*** {_told(event)} ***")]


_LABELLED = (Said, Acted, Announced, Edited, Deleted, Reacted, Pinned, Unpinned)


def _number_of(event: Event) -> int:
    """
    Return the number of the line that ``event`` is; 0 for what is none.
    """
    return event.number if isinstance(event, (Said, Acted, Announced, Recalled)) else 0


def _told(event: Event) -> str:
    match event:
        case Presence():
            return f"{_came_and_went(event)} #{event.room}{_only_reason(event)}"
        case Joined():
            return f"{event.nick} has joined #{event.room}"
        case Left():
            return f"{event.nick} has left #{event.room}" + _in_brackets(event.reason)
        case Renamed():
            return f"{event.nick} is now known as {event.new_nick}"
        case TopicChanged(topic=""):
            return f"{event.nick} took away the topic of #{event.room}"
        case TopicChanged():
            return f"{event.nick} set the topic of #{event.room}: {event.topic}"
        case Announced():
            return event.text
        case Broadcast():
            return f"{event.nick} announces: {event.text}"
        case Invited():
            return f"{event.nick} invites you to #{event.room}, /join {event.room} goes there"
        case _:
            return _told_of_line(event)


def _told_of_line(event: Event) -> str:
    match event:
        case Edited():
            what = f": {event.text}" if event.text else ""
            return f"{event.nick} edited {event.number}{what}"
        case Deleted():
            return f"{event.nick} deleted {event.number}"
        case Reacted():
            which = f"{event.number}{_in_brackets(event.quote)}"
            return f"{event.nick} reacts to {which} with {event.symbol}"
        case Pinned():
            return f"{event.nick} pinned {event.number}{_in_brackets(event.quote)}"
        case Unpinned():
            return f"{event.nick} unpinned {event.number}"
        case _:
            raise TypeError(f"no words for {type(event).__name__}")


def _counted(symbol: str, count: int) -> str:
    return f"  {symbol} x{count}" if count > 1 else f"  {symbol}"


def _came_and_went(event: Presence) -> str:
    came, went = len(event.joined), len(event.left)
    if event.large and came + went > 1:
        # In a storm each reader has a count of their own: do not go through everybody.
        counts = ((came, "joined"), (went, "left"))
        return " and ".join([_people(count, deed) for count, deed in counts if count])
    parts = []
    if came:
        parts.append(f"{listed(event.joined)} {_has(came)} joined")
    if went:
        alone = came + went == 1
        gone = [nick + ("" if alone else _in_brackets(reason)) for nick, reason in event.left]
        parts.append(f"{listed(gone)} {_has(went)} left")
    return " and ".join(parts)


def _people(count: int, deed: str) -> str:
    return f"{count} people have {deed}" if count > 1 else f"1 person has {deed}"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _only_reason(event: Presence) -> str:
    return _in_brackets(event.left[0][1]) if not event.joined and len(event.left) == 1 else ""


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""
