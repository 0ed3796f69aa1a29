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
    A word that is said: all of it, or with a part that is captured, which has a name then.
    """

    name: str
    before: str
    after: str = ""

    def captured_of(self, word: str) -> str | None:
        """
        Return the part of ``word`` that is captured; None if it is another word.
        """
        # Without the marks behind it too; one that ends with some of its own first as it is.
        bare = word.rstrip(_MARKS) or word
        for text in (word, bare) if self.after else (bare,):
            end = len(text) - len(self.after)
            if (
                end > len(self.before)
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
        folded = text.casefold()
        # Nearly all lines end here.
        if self.key not in folded:
            return None
        # Folding makes no spaces, and takes none away.
        words, plain = text.split(), folded.split()
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
                if _fits(run, words, plain, start, found):
                    break
            else:
                return None
            if gap:
                found[gap] = " ".join(words[place:start])
            place = start + len(run)
        rest = self.gaps[-1]
        if len(words) > place if rest is None else rest and len(words) == place:
            return None
        if rest:
            found[rest] = " ".join(words[place:])
        return found


def _fits(
    run: Sequence[_Word],
    words: Sequence[str],
    plain: Sequence[str],
    start: int,
    found: dict[str, str],
) -> bool:
    """
    Return whether ``run`` stands at ``start``, and put into ``found`` what it captures there.
    """
    if start + len(run) > len(words):
        return False
    for place, each in enumerate(run, start):
        if not each.name:
            word = plain[place]
            if word != each.before and word.rstrip(_MARKS) != each.before:
                return False
        elif (captured := each.captured_of(words[place])) is None:
            return False
        else:
            found[each.name] = captured
    return True


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
        return _Word("", word.casefold())
    found = _CAPTURE.fullmatch(word)
    if found is None:
        raise ValueError(f"{word} is no word of a pattern: {{name}} captures one, once in a word")
    return _Word(found[2], found[1].casefold(), found[3].casefold())
