"""
Words: the words of a text, their pieces in the index, and the names that are mentioned.

Letters, digits and marks are those of Unicode's general categories (UAX 44), scripts those of
UAX 24.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from twisted_chat.text.folding import fold_search, fold_spelling
from twisted_chat.text.lookalikes import is_common, scripts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Scripts without spaces between words, and Hangul, which joins particles to the word.
_UNSPACED = frozenset(
    {"Han", "Hiragana", "Katakana", "Bopomofo", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"}
)
_ASCII_WORD = re.compile("[a-z0-9]+")
# How many first characters of a word are in the index of entries.
_ENTRY = 2
_ASCII_ENTRY = re.compile("(?<![a-z0-9])[a-z0-9]{1,2}")


class Run(NamedTuple):
    """
    A word, or a part in scripts without spaces, which may be several words.

    A tuple, because a large history has millions.

    Attributes:
        text: the word, folded.
        letters: its letters, each with its marks, in scripts without spaces; empty for others.
    """

    text: str
    letters: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[str, ...]:
        """
        The pieces in the index: the word, or each two neighbouring letters and the last letter.
        """
        if not self.letters:
            return (self.text,)
        return (*map("".join, pairwise(self.letters)), self.letters[-1])

    @property
    def entries(self) -> tuple[str, ...]:
        """
        The entries that find its beginning: each letter, or the first characters of the word.
        """
        return self.letters or (self.text[:_ENTRY],)


# A run of letters with their marks, and one letter with its marks, as `_Kinds` writes them.
_RUN = re.compile("[ad][admn]*|u[umn]*")
_LETTER = re.compile("[adu][mn]*")
_MARK = re.compile("[mn]")
# Rarer code points and longer words are not cached: a stranger could fill the memory with them.
_KNOWN = 0x20000
_LONGEST_WORD = 24


class _Kinds(dict[int, str]):
    """
    The kind of each character in a word, for `str.translate`.

    A letter is ``a``, a digit ``d``, a mark ``m``, and anything else a space.  In scripts without
    spaces, a letter or digit is ``u``, a mark ``n``, and anything else ``o``.
    """

    def __missing__(self, number: int) -> str:
        character = chr(number)
        category = unicodedata.category(character)[0]
        kinds = "uuno" if is_unspaced(character) else "adm "
        place = "LNM".find(category)
        kind = kinds[place]
        if number < _KNOWN:
            self[number] = kind
        return kind


_kinds = _Kinds()


def is_unspaced(character: str) -> bool:
    """
    Return whether ``character`` is of a script without spaces between words.
    """
    return not (is_common(character) or scripts(character).isdisjoint(_UNSPACED))


def runs(text: str) -> list[Run]:
    """
    Return the words of ``text``, folded for a search, in order.

    Case, compatibility forms, spelling (see `fold_spelling`) and Latin accents make no difference.
    """
    if text.isascii():
        return list(map(Run, _ASCII_WORD.findall(text.lower())))
    return [
        run
        for part in text.split()
        for run in (_runs_of_word(part) if len(part) <= _LONGEST_WORD else _runs_of_line(part))
    ]


def _runs(part: str) -> tuple[Run, ...]:
    folded = fold_search(part)
    kinds = folded.translate(_kinds)
    found = (run.span() for run in _RUN.finditer(kinds))
    return tuple(
        Run(folded[start:stop], _letters(folded, kinds, start, stop)) for start, stop in found
    )


# Most words are repeated; a line without spaces is asked for twice, for `words` and `entries`.
_runs_of_word = lru_cache(maxsize=16384)(_runs)
_runs_of_line = lru_cache(maxsize=4)(_runs)


def _letters(folded: str, kinds: str, start: int, stop: int) -> tuple[str, ...]:
    if kinds[start] != "u":
        return ()
    if not _MARK.search(kinds, start, stop):
        return tuple(folded[start:stop])
    return tuple(folded[slice(*each.span())] for each in _LETTER.finditer(kinds, start, stop))


def count_letters(word: str) -> int:
    """
    Return how many letters and digits there are in ``word``, each with its marks.
    """
    return len(_LETTER.findall(word.translate(_kinds)))


def words(text: str) -> str:
    """
    Return the pieces of the words of ``text``, with spaces between, for the index.
    """
    # In ASCII every character but letters and digits separates words, for FTS5 too.
    if text.isascii():
        return text.lower()
    return " ".join(piece for run in runs(text) for piece in run.pieces)


def entries(text: str) -> str:
    """
    Return the entries of the words of ``text``, with spaces between, for the index.

    These are each letter of scripts without spaces, and the first two characters of other words.
    """
    if text.isascii():
        return " ".join(_ASCII_ENTRY.findall(text.lower()))
    return " ".join(entry for run in runs(text) for entry in run.entries)


@frozen
class Phrase:
    """
    A search for consecutive words in the index of `words` and `entries`.

    Attributes:
        pieces: the pieces of the words, in order.
        entries: the entries of the same words.
        is_beginning: the last word may be the beginning of a longer one.
        is_short: the last word is as short as its entry, so too many words begin with it to look
            for them all.
    """

    pieces: tuple[str, ...]
    entries: tuple[str, ...]
    is_beginning: bool = False
    is_short: bool = False

    def stands_in(self, text: str) -> bool:
        """
        Return whether ``text`` contains the phrase.
        """
        pieces = " ".join(piece for run in runs(text) for piece in run.pieces)
        end = "" if self.is_beginning else " "
        return f" {' '.join(self.pieces)}{end}" in f" {pieces} "


def phrase(text: str, *, is_beginning: bool = False) -> Phrase:
    """
    Return the phrase that finds the lines that contain ``text``.

    Args:
        is_beginning: the last word may be the beginning of a longer one.
    """
    found = runs(text)
    last = found[-1] if found else Run("")
    pieces = [piece for run in found for piece in run.pieces]
    is_letter = len(last.letters) == 1
    if len(last.letters) > 1:
        # In the line, another letter may follow the last one.
        del pieces[-1]
    return Phrase(
        tuple(pieces),
        tuple(entry for run in found for entry in run.entries),
        is_beginning or is_letter,
        is_letter or (is_beginning and not last.letters and len(last.text) == _ENTRY),
    )


# -- names in what is said ------------------------------------------------------------------------

# A word of a script with spaces, and where a name may begin and end: not within such a word, but
# a word does not go on in letters of another script, as it may with a digit.  No name ends before
# the marks of its last letter.
_SPACED_WORD = re.compile("[adm]++(?!n)")
_BEGINNING = re.compile("(?<![adm])|(?<=a)(?=[uno])")
_END = re.compile(r"(?=[uo ])|(?<=[uno])(?=a)|\Z")


class _Name(NamedTuple):
    """
    A name as it is looked for.

    Attributes:
        text: as `fold_spelling` folds it.
        is_word: it is one word of a script with spaces.
        words: the words of scripts with spaces in it.
    """

    text: str
    is_word: bool
    words: tuple[str, ...]


@lru_cache(maxsize=4096)
def _name(key: str) -> _Name:
    text = key if key.isascii() else fold_spelling(key)
    found = tuple(_spaced_words(text, text.translate(_kinds)))
    return _Name(text, found == (text,), found)


def _spaced_words(text: str, kinds: str) -> Iterator[str]:
    return (text[slice(*word.span())] for word in _SPACED_WORD.finditer(kinds))


class Heard:
    """
    Texts that are searched for names, as names are looked up: see `fold_spelling`.

    They are folded once, for all who may be named.  To look for one more name then costs no more
    than a look-up in a set, whatever the text and the name are: strangers choose both.

    Args:
        texts: of the lines; a text that was heard is not folded again.

    Attributes:
        folded: the texts, folded, a line each.
    """

    folded: str

    def __init__(self, *texts: str | Heard) -> None:
        folded = [
            each.folded if isinstance(each, Heard) else fold_spelling(each) for each in texts
        ]
        self.folded = text = "\n".join(folded)
        self._words = frozenset(
            _ASCII_WORD.findall(text)
            if text.isascii()
            else _spaced_words(text, text.translate(_kinds))
        )
        # Where a name may begin and end, and what stands between two of these places, by its
        # length; made when it is looked for.
        self._places: tuple[Sequence[int], frozenset[int]] | None = None
        self._parts: dict[int, frozenset[str]] = {}

    def names(self, key: str) -> bool:
        """
        Return whether the texts contain ``key``, a folded nick, as a word.

        In scripts without spaces, it may have letters beside it.
        """
        # Called for every member of a room: nearly all have such names.
        if key.isascii() and key.isalnum():
            return key in self._words
        name = _name(key)
        if name.is_word:
            return name.text in self._words
        return (
            bool(name.text)
            and self._words.issuperset(name.words)
            and name.text in self._parts_of(len(name.text))
        )

    def _parts_of(self, length: int) -> frozenset[str]:
        parts = self._parts.get(length)
        if parts is None:
            if self._places is None:
                kinds = self.folded.translate(_kinds)
                self._places = (
                    [found.start() for found in _BEGINNING.finditer(kinds)],
                    frozenset(found.start() for found in _END.finditer(kinds)),
                )
            text, (starts, ends) = self.folded, self._places
            parts = self._parts[length] = frozenset(
                [text[start : start + length] for start in starts if start + length in ends]
            )
        return parts
