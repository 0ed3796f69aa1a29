"""
Cleaning: no character of a server or a user may move the cursor, or hide.
"""

from __future__ import annotations

import re
import unicodedata

# Joiners, which words and emoji need; and a flag, whose tags end with one (UTS #51, annex C).
_JOINERS = "\u200c\u200d"
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f")
# Control, format, surrogate, and the separators of lines and paragraphs (Unicode 16, chapter 4).
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_TAB = 4
#: Begins each further row of a text of several lines, so that none is taken for another line.
CONTINUED = "  | "


def clean(text: str) -> str:
    """
    Return ``text`` as one line in which every character is seen, control characters by name.

    ESC is ``^[``, and what has no such name is its code point: ``<U+202E>``.
    """
    if text.isascii() and text.isprintable():
        return text
    flags = [span for match in _FLAG.finditer(text) for span in range(*match.span())]
    kept = frozenset(flags)
    return "".join(each if place in kept else _shown(each) for place, each in enumerate(text))


def rows_of(text: str) -> list[str]:
    """
    Return the lines of ``text``, each of them clean.
    """
    return [clean(row) for row in text.replace("\r\n", "\n").split("\n")]


def sentence(text: str) -> str:
    """
    Return ``text`` as the program says it on stderr; none of its rows can be taken for another.
    """
    first, *others = rows_of(text)
    return "\n".join([f"twisted-chat: {first}", *(f"{CONTINUED}{row}" for row in others)])


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    if character in _JOINERS or unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if code < 0x20:
        return f"^{chr(code + 0x40)}"
    return "^?" if code == 0x7F else f"<U+{code:04X}>"
