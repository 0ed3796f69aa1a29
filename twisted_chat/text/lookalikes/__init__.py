"""
Which names look alike, and in which script a name is written: Unicode Technical Standard #39.

The tables beside this module are made from Unicode's own files by
`twisted_chat.text.lookalikes.make`; each names its version of Unicode in its first line, and
UNICODE-LICENSE.txt is their licence.  They are read when the first name is checked.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, reduce
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

SKELETONS = Path(__file__).with_name("skeletons.txt")
SCRIPTS = Path(__file__).with_name("scripts.txt")

# Scripts that are written together count as one (UTS 39, section 5.1, augmented script sets).
_TOGETHER = {
    "Han": {"Han with Bopomofo", "Japanese", "Korean"},
    "Hiragana": {"Japanese"},
    "Katakana": {"Japanese"},
    "Hangul": {"Korean"},
    "Bopomofo": {"Han with Bopomofo"},
}


def skeleton(name: str) -> str:
    """
    Return the skeleton of ``name``; two names look alike if their skeletons are equal.

    Case matters, as it does to the eye: ``I`` looks like ``l``, and ``i`` does not.  Source: UTS
    39, section 4, with one addition.  The standard decomposes a name before it looks into the
    table, and so never finds the letters with a mark, such as U+0419, that stand there as a
    whole; `twisted_chat.text.lookalikes.make` saves them.
    """
    if name.isascii():
        # Nearly all names are, and with them a server starts without the whole table.
        quick = name.translate(_of_ascii())
        if quick.isascii():
            return quick
    table = _confusables()
    text = normalize("NFD", normalize("NFD", name).translate(table.characters))
    for sequence, prototype in table.sequences:
        text = text.replace(sequence, prototype)
    return text


def scripts(name: str) -> frozenset[str]:
    """
    Return the scripts in which all of ``name`` can be written.

    These are all scripts for digits and punctuation alone, and none if it mixes scripts.  Source:
    UTS 39, section 5.1, resolved script sets.
    """
    table = _scripts()
    return reduce(frozenset.intersection, map(table.of, name), table.all)


def is_common(character: str) -> bool:
    """
    Return whether ``character`` is of every script, as digits and most punctuation are.
    """
    table = _scripts()
    return table.of(character) is table.all


def is_one_script(name: str) -> bool:
    """
    Return whether all of ``name`` can be written in one script; Japanese counts as one.
    """
    return bool(scripts(name))


@frozen
class _Confusables:
    """
    The table of lookalikes.

    Attributes:
        characters: the skeletons of single characters, for `str.translate`.
        sequences: the skeletons of sequences of characters.
    """

    characters: dict[int, str]
    sequences: list[tuple[str, str]]


@cache
def _confusables() -> _Confusables:
    # One of the prototypes holds a tab.
    pairs = [line.split("\t", 1) for line in _lines(SKELETONS)]
    return _Confusables(
        {ord(source): prototype for source, prototype in pairs if len(source) == 1},
        [(source, prototype) for source, prototype in pairs if len(source) > 1],
    )


@cache
def _of_ascii() -> dict[int, str]:
    """
    Return the skeletons of ASCII characters, which stand first in the table.

    No sequence there is of these alone.
    """
    pairs = (line.split("\t", 1) for line in _lines(SKELETONS))
    first = takewhile(lambda pair: pair[0][0].isascii(), pairs)
    return {ord(source): prototype for source, prototype in first if len(source) == 1}


@frozen
class _Scripts:
    """
    The table of scripts.

    Attributes:
        starts: the first code point of each range, rising from 0.
        sets: the scripts of each range.
        all: every script; the set of digits and punctuation.
    """

    starts: list[int]
    sets: list[frozenset[str]]
    all: frozenset[str]

    def of(self, character: str) -> frozenset[str]:
        return self.sets[bisect_right(self.starts, ord(character)) - 1]


@cache
def _scripts() -> _Scripts:
    starts, names = zip(*(line.split("\t") for line in _lines(SCRIPTS)), strict=True)
    known = {each: _augmented(each.split()) for each in set(names)}
    every = frozenset[str]().union(*known.values())
    # Common and Inherited characters stand in the table without a script.
    known[""] = every
    return _Scripts([int(start, 16) for start in starts], [known[each] for each in names], every)


def _augmented(names: list[str]) -> frozenset[str]:
    return frozenset(names).union(*(_TOGETHER.get(name, ()) for name in names))


def _lines(path: Path) -> Iterator[str]:
    lines = path.read_text("utf-8").split("\n")
    return (line for line in lines if line and not line.startswith("#"))
