"""
The look: a line becomes rows for a terminal, or plain ones.

All text is cleaned here, and nothing that was not made here moves a cursor.
"""

from __future__ import annotations

import re
import time
import zlib
from collections import deque

from attrs import define, evolve, field, frozen

from twisted_chat import links
from twisted_chat.client.show.clean import CONTINUED, clean, rows_of
from twisted_chat.client.show.line import Kind, Line, Message
from twisted_chat.client.show.wrapping import width_of, wrapped

# Stands before the further rows of a line, in the place of the time.
_INDENT, _INDENT_WITHOUT_TIMES = " " * 6, " " * 2
#: The colours by name, of the 256 of xterm: these have a contrast of 4.5:1 (WCAG 2.2, 1.4.3) both
#: on black and on white.
COLOURS = {"green": 29, "blue": 63, "violet": 98, "brown": 131, "pink": 163, "grey": 243}
#: The parts of a line that have a colour of their own, and which.
PARTS = {
    "time": "grey",
    "room": "green",
    "news": "brown",
    "private": "pink",
    "refusal": "brown",
    "status": "grey",
}
_NICKS = ("green", "blue", "violet", "brown", "pink")
_BOLD, _UNDERLINE, _RESET = "\x1b[1m", "\x1b[4m", "\x1b[0m"
_STYLE = re.compile(rf"\x1b\[[0-9;]*m|{links.ESCAPE.pattern}")
# Characters of one text that are shown; no server lets anybody say as much, unless its operator
# wishes.
_MOST = 65_536


@frozen
class Look:
    """
    How lines look.

    Attributes:
        is_coloured: with colours and underlined links.
        has_times: each line begins with its time.
        has_numbers: each line of talk has its number.
        has_links: addresses are hyperlinks (OSC 8) for terminals that can follow them.
        colours: of the parts of a line, by the names in `PARTS`.
    """

    is_coloured: bool = False
    has_times: bool = True
    has_numbers: bool = False
    has_links: bool = False
    colours: dict[str, str] = field(factory=dict)


@define(eq=False)
class Painter:
    """
    Makes rows of lines, one after the other, with a row where another day begins.

    Args:
        look: how they look.

    Attributes:
        columns: of the terminal; 0 if it is not known, or wraps rows itself.
    """

    look: Look
    columns: int = field(init=False, default=0)
    _day: tuple[int, int] | None = field(init=False, default=None)
    _can_link: bool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._can_link = self.look.has_links

    def follow(self, told: Message) -> None:
        """
        Show numbers, times and links as the user has just set them, for this run.

        There are no links where the configuration or the terminal has none.

        Args:
            told: any message of the server.
        """
        name, is_on = told.get("name"), told.get("value")
        if told.get("event") == "setting-changed" and isinstance(is_on, bool):
            if name == "numbers":
                self.look = evolve(self.look, has_numbers=is_on)
            elif name == "time":
                self.look = evolve(self.look, has_times=is_on)
            elif name == "links":
                self.look = evolve(self.look, has_links=is_on and self._can_link)

    def rows(self, line: Line) -> list[str]:
        """
        Return the rows of ``line``, without line ends.
        """
        look, day = self.look, _day_of(line.at)
        found: list[str] = []
        if look.has_times and self._day is not None and day != self._day:
            words = time.strftime("--- %a %Y-%m-%d ---", time.localtime(line.at))
            found.append(self._in("time", words))
        self._day = day
        # Each further row has an indent, so that none can be taken for another line.
        indent = _INDENT if look.has_times else _INDENT_WITHOUT_TIMES
        begins, before = self._before(line), CONTINUED if line.kind is not Kind.REPLY else indent
        for place, text in enumerate(rows_of(_shortened(line.text))):
            first, further = (before, before) if place else (begins, indent)
            found += self._wrapped(line, text, first, further)
        if line.after:
            self._append(found, clean(_shortened(line.after)), indent)
        return found

    def _wrapped(self, line: Line, text: str, first: str, further: str) -> list[str]:
        """
        Return the rows of ``text``, with what stands before the first and each further one.
        """
        if not self.columns:
            return [f"{first}{piece}" for piece in self._painted(line, text, [text])]
        taken = width_of(_STYLE.sub("", first))
        if taken > self.columns * 2 // 3:
            # It leaves no room for the text, and is wrapped with it.
            first, text, taken = "", f"{_STYLE.sub('', first)}{text}", 0
        pieces = wrapped(text, self.columns - taken, max(self.columns - len(further), 2))
        return [
            f"{further if place else first}{piece}"
            for place, piece in enumerate(self._painted(line, text, pieces))
        ]

    def _append(self, rows: list[str], after: str, indent: str) -> None:
        """
        Write ``after`` behind the last of ``rows``, or below it where it does not fit.
        """
        taken = width_of(_STYLE.sub("", rows[-1])) + width_of(after)
        if not self.columns or taken <= self.columns:
            rows[-1] += self._in("room", after)
            return
        room = max(self.columns - len(indent), 2)
        pieces = wrapped(after.strip(" "), room, room)
        rows += [f"{indent}{self._in('room', piece)}" for piece in pieces]

    def _before(self, line: Line) -> str:
        look = self.look
        parts = []
        if look.has_times:
            parts.append(self._in("time", time.strftime("%H:%M ", time.localtime(line.at))))
        if look.has_numbers and line.number:
            parts.append(self._in("time", f"[{line.number}] "))
        if line.is_elsewhere and line.room:
            parts.append(self._in("room", f"#{clean(line.room)} "))
        parts.append(f"{clean(line.mark)}{self._who(line)}")
        return "".join(parts)

    def _who(self, line: Line) -> str:
        note = self._in("time", clean(_shortened(line.note))) if line.note else ""
        match line.kind:
            case Kind.TALK:
                return f"{self._nick(line)}{note}: "
            case Kind.ACTION:
                return f"* {self._nick(line)} "
            case Kind.PRIVATE:
                writer = "you" if line.is_own else clean(line.nick)
                recipient = clean(line.recipient) if line.is_own else "you"
                return self._in("private", f"[{writer} -> {recipient}]") + " "
            case Kind.NEWS:
                return self._in("news", "* ")
            case Kind.REFUSAL:
                return self._in("refusal", "! ")
            case Kind.STATUS:
                return self._in("status", "- ")
            case _:
                return ""

    def _nick(self, line: Line) -> str:
        nick = clean(line.nick)
        if not self.look.is_coloured:
            return nick
        if line.is_own:
            return f"{_BOLD}{nick}{_RESET}"
        colour = _NICKS[zlib.crc32(line.nick.casefold().encode(errors="replace")) % len(_NICKS)]
        return f"{_BOLD if line.rings else ''}{_coloured(colour)}{nick}{_RESET}"

    def _painted(self, line: Line, text: str, pieces: list[str]) -> list[str]:
        """
        Return the pieces of ``text``, which follow each other in it, with colours and links.
        """
        part = {
            Kind.NEWS: "news",
            Kind.HEADING: "time",
            Kind.REFUSAL: "refusal",
            Kind.STATUS: "status",
        }.get(line.kind, "")
        found = deque(links.addresses_in(text) if self.look.has_links else ())
        painted, end = [], 0
        for piece in pieces:
            # Between two of them there are only spaces.
            at = begin = text.index(piece, end)
            end = begin + len(piece)
            row = ""
            # Of the next rows too.
            while found and found[0][1] <= begin:
                found.popleft()
            for start, stop in found:
                if start >= end:
                    break
                first, last = max(start, begin), min(stop, end)
                if first < last:
                    opening = links.begin(text[start:stop], f"{start} {text}")
                    row += self._in(part, text[at:first]) + self._link(opening, text[first:last])
                    at = last
            painted.append(row + self._in(part, text[at:end]))
        return painted

    def _link(self, opening: str, shown: str) -> str:
        """
        Return the part of a link that is ``shown`` on this row, behind what begins it.
        """
        shown = f"{_UNDERLINE}{shown}{_RESET}" if self.look.is_coloured else shown
        return f"{opening}{shown}{links.END}"

    def _in(self, part: str, text: str) -> str:
        colour = self.look.colours.get(part, PARTS.get(part, ""))
        if not (self.look.is_coloured and colour and text):
            return text
        return f"{_coloured(colour)}{text}{_RESET}"


def _coloured(name: str) -> str:
    # Select Graphic Rendition (ECMA-48, 8.3.117).
    return f"\x1b[38;5;{COLOURS[name]}m"


def _shortened(text: str) -> str:
    """
    Return the beginning of ``text`` if it is so long that the keys would wait for it.
    """
    left = len(text) - _MOST
    return text if left <= 0 else f"{text[:_MOST]} ... ({left} more characters)"


def _day_of(at: float) -> tuple[int, int]:
    local = time.localtime(at)
    return local.tm_year, local.tm_yday
