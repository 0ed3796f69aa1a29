"""
Wrapping: breaking a row at spaces, so that a terminal of a known width breaks no word.

No row but the first begins with the text itself: an indent stands before it.  So nobody can write
what looks like a row of the server's, however long they make their lines.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from attrs import define, field

from twisted_chat.links import END, ESCAPE

# Select Graphic Rendition (ECMA-48, 8.3.117) and links (OSC 8), which take no room; spaces, and
# words.
_ESCAPES = rf"\x1b\[[0-9;]*m|{ESCAPE.pattern}"
_ESCAPE = re.compile(_ESCAPES)
_PIECE = re.compile(rf"{_ESCAPES}|[ \t]+|[^ \t\x1b]+|\x1b")


# What joins letters takes no room (Unicode 16, section 23.2).
_JOINERS = "\u200c\u200d"
# Asks for the picture of a sign, which takes two columns in place of one.
_AS_PICTURE = "\ufe0f"
# Signs and pictures, which terminals show in one column or in two, flags among them.
_PICTURES = range(0x1F000, 0x1FB00)
_TAB = 8


def columns_of(text: str) -> int:
    """
    Return how many columns ``text`` takes at most, on any terminal (UAX #11).

    Args:
        text: without control characters but tabs.
    """
    if text.isascii():
        return len(text) if "\t" not in text else len(text) + text.count("\t") * (_TAB - 1)
    return sum(map(_columns_of_one, text))


@lru_cache(maxsize=4096)
def _columns_of_one(character: str) -> int:
    if character == "\t":
        return _TAB
    if character in _JOINERS:
        return 0
    if character != _AS_PICTURE and unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    # Of what is newer than Python's tables, those of wcwidth know.
    from wcwidth import wcwidth  # noqa: PLC0415  # they are large, and ASCII needs none

    is_wide = wcwidth(character) == 2 or unicodedata.east_asian_width(character) in "WF"
    return 2 if is_wide or ord(character) in _PICTURES else 1


def wrapped(row: str, columns: int, indent: str) -> list[str]:
    """
    Return ``row`` in rows of at most ``columns``; a word that is longer is cut.

    Args:
        row: clean text, with colours and links or without.
        columns: more than the indent has.
        indent: what each row but the first begins with.
    """
    if row.isascii() and "\x1b" not in row and "\t" not in row:
        # Nearly all rows: the same as below, in a twentieth of the time.
        return _wrapped_ascii(row, columns, indent)
    if columns_of(_ESCAPE.sub("", row)) <= columns:
        return [row]
    return _wrapped_wide(row, columns, indent)


@define(eq=False)
class _Rows:
    """
    The rows that are being made.

    Attributes:
        done: those that are full.
        text: of the one that is not.
        used: the columns that it takes.
    """

    _indent: str
    done: list[str] = field(init=False, factory=list)
    text: str = field(init=False, default="")
    used: int = field(init=False, default=0)
    # The link that is open, and its beginning while no word of it stands in a row.
    _link: str = field(init=False, default="")
    _begins: str = field(init=False, default="")

    def take(self, escape: str) -> None:
        """
        Add what takes no room.
        """
        if escape != END and ESCAPE.match(escape):
            self._link = self._begins = escape
            return
        if escape == END:
            self._link = ""
        self.text += escape

    def add(self, spaces: str, word: str) -> None:
        """
        Add ``word`` behind ``spaces``, for which there is room.
        """
        self.text += f"{spaces}{self._begins}{word}"
        self.used += len(spaces) + columns_of(word)
        self._begins = ""

    def end(self) -> None:
        """
        Begin another row; a link that goes on there is one there too, as its beginning says.
        """
        is_linked = self._link and not self._begins
        self.done.append(self.text + END if is_linked else self.text)
        self.text = self._indent + self._link if is_linked else self._indent
        self.used = len(self._indent)


def _wrapped_wide(row: str, columns: int, indent: str) -> list[str]:
    """
    Return ``row``, which has escapes or letters of other widths, as `wrapped` does.
    """
    rows, spaces = _Rows(indent), ""
    for piece in _PIECE.findall(row):
        if piece.startswith("\x1b"):
            rows.take(piece)
            continue
        if piece[0] in " \t":
            spaces += piece.replace("\t", " ")
            continue
        size = columns_of(piece)
        room = columns - rows.used - len(spaces)
        if size <= room:
            rows.add(spaces, piece)
            spaces = ""
            continue
        # One that fits into no row begins where the row is, if there is room.
        if size > columns - len(indent) and room > 1:
            rows.add(spaces, "")
        elif rows.used:
            rows.end()
        spaces = ""
        for index, part in enumerate(_cut(piece, columns - rows.used, columns - len(indent))):
            if index:
                rows.end()
            rows.add("", part)
    return [*rows.done, rows.text]


def _wrapped_ascii(row: str, columns: int, indent: str) -> list[str]:
    """
    Return ``row``, where each character takes one column, as `wrapped` does.
    """
    rows, start, room, before = list[str](), 0, columns, ""
    while len(row) - start > room:
        end = start + room
        cut = row.rfind(" ", start, end + 1)
        word_end = row.find(" ", cut + 1)
        size = (len(row) if word_end < 0 else word_end) - cut - 1
        if cut < start or (size > columns - len(indent) and end - cut > 2):
            # A word that fits into no row is cut.
            rows.append(before + row[start:end])
            start = end
        else:
            part = row[start:cut].rstrip(" ")
            if part:
                rows.append(before + part)
            start = cut
        while row[start : start + 1] == " ":
            start += 1
        if rows:
            room, before = columns - len(indent), indent
        if start == len(row):
            return rows
    return [*rows, before + (row[start:].rstrip(" ") if rows else row)]


def _cut(word: str, first: int, later: int) -> list[str]:
    """
    Return ``word`` in parts of at most ``later`` columns, and the first of at most ``first``.
    """
    parts, part, room = list[str](), "", first
    for character in word:
        size = columns_of(character)
        if size > room and part:
            parts.append(part)
            part, room = "", later
        part, room = part + character, room - size
    return [*parts, part]
