"""
Folding: one form for text that can be written in several ways.

`fold_text` keeps the spelling, and is the form of names; `fold_spelling` removes marks that only
some write, and is used to look names up; `fold_search` removes accents as well, and is used to
search lines.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from twisted_chat.text.lookalikes import scripts

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The version of the folding: an index that was made with another version must be made again.
FOLDING = f"1, Unicode {unicodedata.unidata_version}"

# Characters that only join the letters beside them, as in Sinhala or Persian names.
JOINERS = "\u200c\u200d"
_NO_JOINERS = dict.fromkeys(map(ord, JOINERS))

# Apostrophes, accents used as such, and hyphens become those of ASCII, and dots the middle dot:
# which of them a user types depends on the keyboard.
_SIGNS = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u2032\u00b4\u055a"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u058a\u05be\u30a0"), "-"),
    **dict.fromkeys(map(ord, "\u2022\u2027\u2219\u22c5"), "\u00b7"),
}
# A quotation mark between Hebrew letters is a gershayim, an apostrophe after one is a geresh, and
# every dot beside Chinese or Japanese letters is the middle dot of these scripts.
_GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])["\u201c-\u201f](?=[\u05d0-\u05ea])')
_GERESH = re.compile("(?<=[\u05d0-\u05ea])'")
_DOT = re.compile("\u00b7")
_DOTTED = ("Han", "Hiragana", "Katakana")

_DIGIT = re.compile(r"\d")


def plain_digits(text: str) -> str:
    """
    Return ``text`` with the digits of every script as those of ASCII.
    """
    if text.isascii():
        return text
    return _DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), text)


def plain_signs(text: str) -> str:
    """
    Return ``text`` with apostrophes, hyphens and dots as they are written in its script.
    """
    if text.isascii():
        return text
    text = _GERSHAYIM.sub("\u05f4", text.translate(_SIGNS))
    return _DOT.sub(_dot, _GERESH.sub("\u05f3", text))


def _dot(found: re.Match[str]) -> str:
    beside = found.string[max(found.start() - 1, 0) : found.end() + 1].replace(found[0], "")
    is_theirs = any(not scripts(each).isdisjoint(_DOTTED) for each in beside if each.isalpha())
    return "\u30fb" if is_theirs else found[0]


def fold_text(text: str) -> str:
    """
    Return ``text`` without case, width, compatibility forms and joiners.
    """
    bare = text if text.isascii() else text.translate(_NO_JOINERS)
    return unicodedata.normalize("NFKC", plain_form(bare).casefold())


def plain_form(text: str) -> str:
    """
    Return ``text`` without width and compatibility forms, with the signs of names.
    """
    if text.isascii():
        return text
    return plain_signs(unicodedata.normalize("NFKC", plain_signs(text)))


# -- spellings ------------------------------------------------------------------------------------

_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Marks that are optional in a word, in its decomposed, small form.
_SPELLING = "|".join(
    [
        # Greek accents: capitals are written without.
        f"(?<=[\u0370-\u03ff\u1f00-\u1fff])[{_ACCENTS}]+",
        # Cyrillic stress marks, and the dots of io; the mark of a short i makes another letter.
        "(?<=[\u0430\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0456])[\u0300\u0301]+",
        "(?<=\u0435)[\u0300\u0301\u0308]+",
        # The dot of the Turkish capital I.
        "(?<=i)\u0307+",
        # Hebrew points.
        "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+",
        # Arabic vowels, hamza, and the character that lengthens a word.
        "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff]+",
    ]
)
_OPTIONAL = re.compile(_SPELLING)
# A search ignores these marks and also accents in Latin.
_SEARCHED = re.compile(f"{_SPELLING}|(?<=[a-z\u00c0-\u02af])[{_ACCENTS}]+")

# Letters for which Arabic, Persian and Urdu keyboards have different characters, and letters that
# are written for an apostrophe in any script.
_SAME = {
    0x0649: "\u064a", 0x06CC: "\u064a", 0x06A9: "\u0643", 0x06C1: "\u0647",
    **dict.fromkeys(range(0x02B9, 0x02C0), "'"),
}  # fmt: skip
# A search also ignores strokes and missing dots of Latin letters, and takes ligatures apart.
_SEARCHED_SAME = _SAME | {
    0x00E6: "ae", 0x00F8: "o", 0x0111: "d", 0x0127: "h", 0x0131: "i", 0x0142: "l", 0x0153: "oe",
    0x0167: "t",
}  # fmt: skip
# Invisible characters, and symbols that would become letters of the word before them.
_UNSEEN = {
    **dict.fromkeys([0xAD, 0x34F, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF]),
    **dict.fromkeys([0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)]),
    **dict.fromkeys(range(0xE0000, 0xE01F0)),
    **dict.fromkeys([0x2120, 0x2122], " "),
}
# Hebrew acronyms and foreign sounds are written with these signs or without them.
_HEBREW_SIGNS = re.compile(
    "(?<=[\u05d0-\u05ea])[\"'`\u00b4\u05f3\u05f4\u2018-\u201f]+(?=[\u05d0-\u05ea])"
)


def fold_spelling(text: str) -> str:
    """
    Return ``text`` folded, without marks that are optional in a word.

    These are Greek accents, the dots of the Cyrillic io, Hebrew points, Arabic vowels, and the dot
    of the Turkish capital I.  Forms of yeh, kaf and heh become the same, and all kinds of digits.
    """
    if text.isascii():
        return text.lower()
    bare = plain_form(text.translate(_NO_JOINERS))
    return _without(_OPTIONAL, _SAME, unicodedata.normalize("NFKD", bare))


def fold_search(text: str) -> str:
    """
    Return ``text`` as lines are searched: as `fold_spelling` does, and without accents in Latin.
    """
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.translate(_UNSEEN))
    return _without(_SEARCHED, _SEARCHED_SAME, _HEBREW_SIGNS.sub("", bare))


def _without(marks: re.Pattern[str], same: Mapping[int, str], bare: str) -> str:
    # Removed first: casefolding would make a letter of the iota below a Greek letter.
    bare = marks.sub("", bare.replace("\u0345", "").casefold()).translate(same)
    return unicodedata.normalize("NFC", plain_digits(bare))
