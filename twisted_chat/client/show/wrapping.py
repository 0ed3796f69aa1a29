"""
Wrapping: breaks a row at words, so that it fits the terminal.
"""

from __future__ import annotations

import re

from wcwidth import wcswidth

_WORDS = re.compile(r" +|[^ ]+")


def width_of(text: str) -> int:
    """
    Return the columns that ``text``, which is clean, takes on a terminal.
    """
    return len(text) if text.isascii() else max(wcswidth(text), 0)


def wrapped(text: str, first: int, others: int) -> list[str]:
    """
    Return ``text`` in rows; what is longer than a row, such as an address, is not broken.

    Args:
        text: clean.
        first: the columns of the first row.
        others: those of each other row.
    """
    if width_of(text) <= first:
        return [text]
    rows, row, taken, room = [], "", 0, first
    for word in _WORDS.findall(text):
        width = width_of(word)
        is_blank = word.startswith(" ")
        # What stands at the beginning of the text is an indent, and stays.
        if taken + width > room and row.strip() and not is_blank:
            rows.append(row.rstrip())
            row, taken, room = "", 0, others
        elif is_blank and rows and not row:
            continue
        row, taken = row + word, taken + width
    return [*rows, row.rstrip()]
