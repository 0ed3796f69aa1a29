"""
Patterns of words: what a plugin listens for, found in a time that grows with the line only.

A pattern is words: ``thanks {who}`` fits a line of these words and nothing else,
``* tea *`` one that has the word anywhere.  Between two ``*`` stands a run of words of a fixed
number, so the first place where it fits is always the right one, and nothing is tried again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Words and characters of a pattern.
MOST_WORDS, LONGEST = 32, 200
# Marks at the end of a word that are no part of it, unless the pattern has them.
_MARKS = ".,;:!?\u2026"
_BRACES = re.compile(r"[{}]")
# A capture in a word, and one of several words.
_CAPTURE = re.compile(r"([^{}]*)\{([A-Za-z_]\w*)\}([^{}]*)")
_SEVERAL = re.compile(r"\{([A-Za-z_]\w*)\*\}")


@frozen
class _Word:
    """
    A word that is said, with a part that is captured if it has a name.
    """

    name: str
    before: str
    after: str

    def found_in(self, word: str, bare: str) -> str | None:
        """
        Return what is captured of ``word``, or of it without its marks; None if it is another.
        """
        # With a mark of its own at the end it is looked for in the whole word.
        texts = (word, bare) if self.after or not self.name else (bare,)
        for text in texts:
            end = len(text) - len(self.after)
            if (
                (end > len(self.before) if self.name else end == len(self.before))
                and text[: len(self.before)].casefold() == self.before
                and text[end:].casefold() == self.after
            ):
                return text[len(self.before) : end]
        return None


@frozen
class Pattern:
    """
    A pattern, ready to be looked for.

    Attributes:
        names: what it captures, in order.
        runs: its words, between the places where any may stand.
        gaps: what those places are called, one before each run and one at the end; empty for one
            that is not captured, None where there is none.
        key: the longest text that each line has which is meant.
    """

    names: tuple[str, ...]
    runs: tuple[tuple[_Word, ...], ...]
    gaps: tuple[str | None, ...]
    key: str

    def match(self, text: str) -> dict[str, str] | None:
        """
        Return what it captures of ``text``, by name; None if something else is said.
        """
        # Nearly all lines end here.
        if self.key not in text.casefold():
            return None
        words = text.split()
        bare = [word.rstrip(_MARKS) or word for word in words]
        found: dict[str, str] = {}
        place = 0
        for number, run in enumerate(self.runs):
            gap = self.gaps[number]
            first = place + bool(gap)
            last = place if gap is None else len(words) - len(run)
            if number == len(self.runs) - 1 and self.gaps[-1] is None:
                # The last words are those at the end.
                first = max(first, len(words) - len(run))
            for start in range(first, last + 1):
                captured = _fit(run, words, bare, start)
                if captured is not None:
                    break
            else:
                return None
            found |= captured
            if gap:
                found[gap] = " ".join(words[place:start])
            place = start + len(run)
        rest = self.gaps[-1]
        if len(words) > place if rest is None else rest and len(words) == place:
            return None
        if rest:
            found[rest] = " ".join(words[place:])
        return found


def _fit(
    run: Sequence[_Word], words: Sequence[str], bare: Sequence[str], start: int
) -> dict[str, str] | None:
    if start + len(run) > len(words):
        return None
    found = {}
    for place, each in enumerate(run, start):
        captured = each.found_in(words[place], bare[place])
        if captured is None:
            return None
        if each.name:
            found[each.name] = captured
    return found


def compile_pattern(pattern: str) -> Pattern:
    """
    Return ``pattern``, ready to be looked for.

    ``*`` is any words, also none; ``{name}`` is one word, or a part of it as in ``{who}++``;
    ``{name*}`` is one word or more.  Capitals make no difference, nor do marks at the end of a
    word.

    Raises:
        ValueError: it is none, and why.
    """
    words = pattern.split()
    if not words or len(words) > MOST_WORDS or len(pattern) > LONGEST:
        raise ValueError(f"a pattern has 1 to {MOST_WORDS} words and at most {LONGEST} characters")
    runs: list[list[_Word]] = []
    gaps: list[str | None] = [None]
    for word in words:
        several = _SEVERAL.fullmatch(word)
        if word == "*" or several is not None:
            if len(gaps) == len(runs) + 1 and gaps[-1] is not None:
                raise ValueError("a pattern needs a word between two places for any words")
            gap = several[1] if several is not None else ""
            if len(gaps) == len(runs) + 1:
                gaps[-1] = gap
            else:
                gaps.append(gap)
            continue
        if len(gaps) > len(runs):
            runs.append([])
        runs[-1].append(_word(word))
    if len(gaps) == len(runs):
        gaps.append(None)
    names = tuple(_names(runs, gaps))
    if len(set(names)) < len(names):
        raise ValueError("a pattern captures each name once")
    literals = [part for run in runs for each in run for part in (each.before, each.after)]
    key = max(literals, key=len, default="")
    return Pattern(names, tuple(map(tuple, runs)), tuple(gaps), key)


def _names(runs: Sequence[Sequence[_Word]], gaps: Sequence[str | None]) -> Iterator[str]:
    yield from (each.name for run in runs for each in run if each.name)
    yield from (gap for gap in gaps if gap)


def _word(word: str) -> _Word:
    if not _BRACES.search(word):
        return _Word("", word.casefold(), "")
    found = _CAPTURE.fullmatch(word)
    if found is None:
        raise ValueError(f"{word} is no word of a pattern: {{name}} captures one, once in a word")
    return _Word(found[2], found[1].casefold(), found[3].casefold())
