"""
Folding: the form of a text in which what is written in several ways is the same.

`fold_text` leaves the spelling alone, and is the form of names; `fold_spelling` takes away what
only some write, and is how names are looked up; `runs` takes away accents as well, and is how
lines are searched.  Marks are those of UAX 44, and scripts those of UAX 24.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from twisted_chat.text.lookalikes import is_common, scripts

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Which folding this is: an index of words that another one made must be made anew.
FOLDING = f"1, Unicode {unicodedata.unidata_version}"

# What shows only in how the letters beside it are joined, in Sinhala or Persian names for example.
JOINERS = "\u200c\u200d"
_NO_JOINERS = dict.fromkeys(map(ord, JOINERS))

# Scripts that are written without spaces, or, as Hangul, with what is no word behind the word.
_UNSPACED = frozenset(
    {"Han", "Hiragana", "Katakana", "Bopomofo", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"}
)

# The apostrophes of telephones and books, and the accents that stand in for one, are the one that
# is on every keyboard; and so with hyphens.
_SIGNS = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u2032\u00b4\u055a"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u058a\u05be\u30a0"), "-"),
    **dict.fromkeys(map(ord, "\u2022\u2027\u2219\u22c5"), "\u00b7"),
}
# Between letters of Hebrew, a quote is meant for gershayim, and behind one, an apostrophe for
# geresh; between those of Chinese and Japanese, any dot is meant for theirs.
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
    Return ``text`` without width and compatibility forms, its signs as names have them.
    """
    if text.isascii():
        return text
    return plain_signs(unicodedata.normalize("NFKC", plain_signs(text)))


# -- spellings ------------------------------------------------------------------------------------

_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Marks that one and the same word is written with or without, in its decomposed, small form.
_SPELLING = "|".join(
    [
        # Greek accents, which capitals lack.
        f"(?<=[\u0370-\u03ff\u1f00-\u1fff])[{_ACCENTS}]+",
        # Where a Cyrillic word is stressed, and the dots of io; what makes a short i is another.
        "(?<=[\u0430\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0456])[\u0300\u0301]+",
        "(?<=\u0435)[\u0300\u0301\u0308]+",
        # The dot of the Turkish capital I.
        "(?<=i)\u0307+",
        # Hebrew points.
        "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]+",
        # Arabic vowels, hamza, and what lengthens a word.
        "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff]+",
    ]
)
_OPTIONAL = re.compile(_SPELLING)
# And what lines are searched without: accents in Latin.
_SEARCHED = re.compile(f"{_SPELLING}|(?<=[a-z\u00c0-\u02af])[{_ACCENTS}]+")

# Letters that Arabic, Persian and Urdu keyboards have in forms of their own, and those of all
# scripts that stand for an apostrophe.
_SAME = {
    0x0649: "\u064a", 0x06CC: "\u064a", 0x06A9: "\u0643", 0x06C1: "\u0647",
    **dict.fromkeys(range(0x02B9, 0x02C0), "'"),
}  # fmt: skip
# And letters of Latin that are another one with a stroke, or without its dot, or two in one.
_SEARCHED_SAME = _SAME | {
    0x00E6: "ae", 0x00F8: "o", 0x0111: "d", 0x0127: "h", 0x0131: "i", 0x0142: "l", 0x0153: "oe",
    0x0167: "t",
}  # fmt: skip
# What shows nothing, and symbols that would become letters of the word before them.
_UNSEEN = {
    **dict.fromkeys([0xAD, 0x34F, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF]),
    **dict.fromkeys([0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)]),
    **dict.fromkeys(range(0xE0000, 0xE01F0)),
    **dict.fromkeys([0x2120, 0x2122], " "),
}
# Acronyms and foreign sounds of Hebrew are written with their sign and without.
_HEBREW_SIGNS = re.compile(
    "(?<=[\u05d0-\u05ea])[\"'`\u00b4\u05f3\u05f4\u2018-\u201f]+(?=[\u05d0-\u05ea])"
)
_ASCII_WORD = re.compile("[a-z0-9]+")
# The first characters of a word by which a line is found.
_ENTRY = 2
_ASCII_ENTRY = re.compile("(?<![a-z0-9])[a-z0-9]{1,2}")


def fold_spelling(text: str) -> str:
    """
    Return ``text`` folded, and without what the same word is written with or without.

    That is Greek accents, the dots of the Cyrillic io, Hebrew points, Arabic vowels and the forms
    of yeh, kaf and heh, the dot of the Turkish capital I, and which script a digit is of.
    """
    if text.isascii():
        return text.lower()
    bare = plain_form(text.translate(_NO_JOINERS))
    return _without(_OPTIONAL, _SAME, unicodedata.normalize("NFKD", bare))


def _without(marks: re.Pattern[str], same: Mapping[int, str], bare: str) -> str:
    # Casefolded, the iota below a Greek letter would be one beside it.
    bare = marks.sub("", bare.replace("\u0345", "").casefold()).translate(same)
    return unicodedata.normalize("NFC", plain_digits(bare))


# -- words ----------------------------------------------------------------------------------------


class Run(NamedTuple):
    """
    A word, or what of it is of scripts without spaces, where it may be several words.

    A tuple, for there are millions in what was said.

    Attributes:
        text: folded.
        letters: those of scripts without spaces, each with its marks; empty for other scripts.
    """

    text: str
    letters: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[str, ...]:
        """
        What an index knows of it: the word, or each two letters that follow, and the last one.
        """
        if not self.letters:
            return (self.text,)
        return (*map("".join, pairwise(self.letters)), self.letters[-1])

    @property
    def entries(self) -> tuple[str, ...]:
        """
        By what an index finds where it begins: each letter, or the first characters of the word.
        """
        return self.letters or (self.text[:_ENTRY],)


# What `_Kinds` says of a word, of its parts that are of one kind, and of a letter.
_RUN = re.compile("a[am]*|u[um]*")
_LETTER = re.compile("[au]m*")
# Strangers type anything: code points from here on are looked up anew, and longer words.
_KNOWN = 0x20000
_LONGEST_WORD = 24


class _Kinds(dict[int, str]):
    """
    For `str.translate`: what each character is in a word.

    A letter or digit is ``a``, or ``u`` in the scripts without spaces; a mark is ``m``, and all
    else, which is in no word, a space.
    """

    def __missing__(self, number: int) -> str:
        category = unicodedata.category(chr(number))[0]
        if category == "M":
            kind = "m"
        elif category not in "LN":
            kind = " "
        else:
            kind = "u" if is_unspaced(chr(number)) else "a"
        if number < _KNOWN:
            self[number] = kind
        return kind


_kinds = _Kinds()


def is_unspaced(character: str) -> bool:
    """
    Return whether ``character`` is of a script where a word ends with no space.
    """
    return not (is_common(character) or scripts(character).isdisjoint(_UNSPACED))


def runs(text: str) -> list[Run]:
    """
    Return the words of ``text``, folded for a search, in order.

    Case, compatibility forms and spelling (see `fold_spelling`) are the same, and so are letters
    of Latin with accents and without.
    """
    if text.isascii():
        return list(map(Run, _ASCII_WORD.findall(text.lower())))
    return [
        run
        for part in text.split()
        for run in (_runs_of_word(part) if len(part) <= _LONGEST_WORD else _runs_of_line(part))
    ]


def _runs(part: str) -> tuple[Run, ...]:
    folded = unicodedata.normalize("NFKD", part.translate(_UNSEEN))
    folded = _without(_SEARCHED, _SEARCHED_SAME, _HEBREW_SIGNS.sub("", folded))
    kinds = folded.translate(_kinds)
    found = (run.span() for run in _RUN.finditer(kinds))
    return tuple(
        Run(folded[start:stop], _letters(folded, kinds, start, stop)) for start, stop in found
    )


# Most words come again and again, and a line without spaces at once, for its `entries`.
_runs_of_word = lru_cache(maxsize=16384)(_runs)
_runs_of_line = lru_cache(maxsize=4)(_runs)


def _letters(folded: str, kinds: str, start: int, stop: int) -> tuple[str, ...]:
    if kinds[start] != "u":
        return ()
    if kinds.find("m", start, stop) < 0:
        return tuple(folded[start:stop])
    return tuple(folded[slice(*each.span())] for each in _LETTER.finditer(kinds, start, stop))


def count_letters(word: str) -> int:
    """
    Return how many letters and digits there are in ``word``, each with its marks.
    """
    return len(_LETTER.findall(word.translate(_kinds)))


def words(text: str) -> str:
    """
    Return ``text`` as an index knows it: the pieces of its words, with spaces between.
    """
    # Where every character but letters and digits of ASCII is between words.
    if text.isascii():
        return text.lower()
    return " ".join(piece for run in runs(text) for piece in run.pieces)


def entries(text: str) -> str:
    """
    Return ``text`` as an index of beginnings knows it, with spaces between.

    That is each letter of scripts without spaces, and of other words the first two characters.
    """
    if text.isascii():
        return " ".join(_ASCII_ENTRY.findall(text.lower()))
    return " ".join(entry for run in runs(text) for entry in run.entries)


@frozen
class Phrase:
    """
    What an index of `words` and `entries` is asked for.

    Attributes:
        pieces: words that follow each other.
        entries: those of the same words.
        is_beginning: the last of them may go on.
        is_short: the last of them is no longer than its entry, so that it may go on in too many
            ways to look for them all.
    """

    pieces: tuple[str, ...]
    entries: tuple[str, ...]
    is_beginning: bool = False
    is_short: bool = False

    def stands_in(self, text: str) -> bool:
        """
        Return whether ``text`` holds it.
        """
        pieces = " ".join(piece for run in runs(text) for piece in run.pieces)
        end = "" if self.is_beginning else " "
        return f" {' '.join(self.pieces)}{end}" in f" {pieces} "


def phrase(text: str, *, is_beginning: bool = False) -> Phrase:
    """
    Return what to look for, to find what holds ``text``.

    Args:
        is_beginning: its last word may go on.
    """
    found = runs(text)
    last = found[-1] if found else Run("")
    pieces = [piece for run in found for piece in run.pieces]
    is_letter = len(last.letters) == 1
    if len(last.letters) > 1:
        # It may go on in the midst of what is found.
        del pieces[-1]
    return Phrase(
        tuple(pieces),
        tuple(entry for run in found for entry in run.entries),
        is_beginning or is_letter,
        is_letter or (is_beginning and not last.letters and len(last.text) <= _ENTRY),
    )


# -- names in what is said ------------------------------------------------------------------------


class Heard:
    """
    What was said, to be asked whose names are in it, without regard to case and spelling.

    Args:
        texts: what was said.
    """

    def __init__(self, *texts: str) -> None:
        self._text = fold_text("\n".join(texts))
        is_plain = self._text.isascii()
        self._words = frozenset(_ASCII_WORD.findall(self._text)) if is_plain else None

    def names(self, key: str) -> bool:
        """
        Return whether ``key``, a folded nick, stands there as a word of its own.

        Beside a letter of a script without spaces it may stand in the midst of what is written.
        """
        # Each of a crowd has a name: a word among words is found at no cost.
        if self._words is not None and key.isalnum():
            return key in self._words
        start = self._text.find(key) if key else -1
        while start >= 0:
            stop = start + len(key)
            after = self._text[stop : stop + 1]
            is_another_letter = unicodedata.category(after or " ")[0] == "M"
            if not is_another_letter and (
                _ends(key[0], self._text[max(start - 1, 0) : start]) and _ends(key[-1], after)
            ):
                return True
            start = self._text.find(key, start + 1)
        return False


def _ends(inside: str, outside: str) -> bool:
    """
    Return whether a word may end between two characters; the one outside may be missing.
    """
    if not outside.isalnum() and unicodedata.category(outside or " ")[0] != "M":
        return True
    # No word goes on in letters of another script, but it may with a digit.
    return is_unspaced(outside) or (outside.isalpha() and is_unspaced(inside))
