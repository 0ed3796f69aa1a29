"""
The words: an event becomes a line that a person reads.

Here is the one place where text leaves for a terminal.  An event becomes spans, each a style and
some text.  The style is ours; all text, whatever field it comes from, is cleaned on its way out.
"""

from __future__ import annotations

import time
import zlib
from functools import cache, lru_cache

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
    Notice,
    Pinned,
    Presence,
    Reacted,
    Recalled,
    Renamed,
    Said,
    Told,
    TopicChanged,
    Transcript,
    Unpinned,
)
from twisted_chat.text.clean import clean
from twisted_chat.text.names import fold, listed
from twisted_chat.text.words import Heard
from twisted_chat.world.model import Preferences

#: Ends every line, as a telnet terminal needs it (RFC 854, page 11).
NEWLINE = b"\r\n"

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

    def adapt(self, preferences: Preferences, *, several_rooms: bool) -> TextDialect:
        """
        Return the dialect for these preferences; equal ones are one object.
        """
        return _shared(
            preferences.color,
            preferences.time,
            preferences.bell,
            several_rooms,
            preferences.numbers,
        )

    def render(self, event: Event, reader: str = "") -> bytes:
        """
        Return ``event`` as one line for ``reader``, as UTF-8 with its end; a transcript as many.
        """
        if self is PLAIN and type(event) is Said and not event.re:
            # Most of all that is ever rendered; the same line as below, in half the time.
            line = f"{event.nick}: {event.text}"
            return (line if line.isprintable() else clean(line)).encode() + NEWLINE
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
            line = clean("".join([text for _, text in spans]))
        ring = "\a" if self.bell and _concerns(event, reader) else ""
        return f"{ring}{line}".encode() + NEWLINE


@lru_cache(maxsize=64)
def _shared_transcript(dialect: TextDialect, page: Transcript) -> bytes:
    # Many may enter one room: all of them are given the same bytes.
    return _transcript(dialect, page, "")


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


def _coloured(style: str, text: str) -> str:
    text = clean(text)
    if style == "nick":
        code = _NICK_COLOURS[zlib.crc32(fold(text).encode()) % len(_NICK_COLOURS)]
    else:
        code = _STYLES[style]
    return f"\x1b[{code}m{text}\x1b[0m" if code else text


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
    counted = event.large and len(event.joined) + len(event.left) > 1
    parts = []
    for people, deed in ((event.joined, "joined"), (event.left, "left")):
        if not people:
            continue
        if counted:
            # In a storm each reader has a count of their own: do not go through everybody.
            who = "1 person" if len(people) == 1 else f"{len(people)} people"
        elif deed == "joined":
            who = listed(event.joined)
        else:
            alone = len(event.joined) + len(event.left) == 1
            who = listed(
                [nick + ("" if alone else _in_brackets(reason)) for nick, reason in event.left]
            )
        parts.append(f"{who} {'has' if len(people) == 1 else 'have'} {deed}")
    return " and ".join(parts)


def _only_reason(event: Presence) -> str:
    return _in_brackets(event.left[0][1]) if not event.joined and len(event.left) == 1 else ""


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""
