"""
Wrapping: breaks a row at words, or a word that is too long, so that it fits the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wcwidth import wcwidth

_WORDS = re.compile(r" +|[^ ]+")
# The letters of flags, and what asks for a picture: terminals differ, so the most counts.
_FLAG = range(0x1F1E6, 0x1F200)
_PICTURE = "\ufe0f"


def width_of(text: str) -> int:
    """
    Return the columns that ``text``, which is clean, takes on a terminal, or at most takes.
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if ord(character) in _FLAG:
        return 2
    return 1 if character == _PICTURE else max(wcwidth(character), 0)


def wrapped(text: str, first: int, others: int) -> list[str]:
    """
    Return ``text`` in rows of which none is too long, broken at spaces.

    A word that is longer than a row is broken anywhere.

    Args:
        text: clean.
        first: the columns of the first row.
        others: those of each other row; at least 2.
    """
    if width_of(text) <= first:
        return [text]
    rows: list[str] = []
    row, taken, room = "", 0, first
    for word, width in _words(text, others):
        is_blank = word.startswith(" ")
        # What stands at the beginning of the text is an indent, and stays.
        if taken + width > room and not is_blank and (row or not rows):
            rows.append(row.rstrip(" "))
            row, taken, room = "", 0, others
        elif is_blank and rows and not row:
            continue
        row, taken = row + word, taken + width
    return [*rows, row.rstrip(" ")]


def _words(text: str, longest: int) -> Iterator[tuple[str, int]]:
    """
    Yield the words of ``text`` and the spaces between them, and the columns of each.

    Of a word that is too long, each character is one, with the accents that stand on it.
    """
    for word in _WORDS.findall(text):
        width = width_of(word)
        if width <= longest or word.startswith(" "):
            yield word, width
            continue
        for found in _split(word):
            yield found, width_of(found)


def _split(word: str) -> Iterator[str]:
    found = ""
    for character in word:
        if found and _width(character):
            yield found
            found = ""
        found += character
    yield found
