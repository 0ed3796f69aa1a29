"""
What people type to search for: words, "whole phrases", beginnings*, and what narrows them down.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from attrs import field, frozen

from twisted_chat.errors import ChatError
from twisted_chat.store.interface import Term
from twisted_chat.text.clean import clean
from twisted_chat.text.durations import Duration
from twisted_chat.text.folding import plain_digits
from twisted_chat.text.names import narrow, shortened
from twisted_chat.text.words import count_letters, runs

#: Words that are searched for at once, those of phrases too.
MAX_WORDS = 32
# Letters, with their marks, that a beginning has at least: with fewer, it would be that of
# everything.  In scripts without spaces one is as much as that.
_BEGINNING = 2

# Signs count in their wide forms too, as input methods write them, and quotes in all that books
# and keyboards have.
_STARS = "*\uff0a"
_QUOTES = dict.fromkeys(
    [0xAB, 0xBB, *range(0x201C, 0x2020), *range(0x300C, 0x3010), *range(0x301D, 0x3020), 0xFF02],
    '"',
)
# A quote opens a phrase where a word may begin; between two letters of Hebrew it closes none.
_PART = re.compile(
    r"(?P<key>from|in|before|after)[:\uff1a](?P<value>\S*)"
    r'|"(?P<phrase>(?:[^"]|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))*)"(?P<star>[*\uff0a]?)'
    r'|(?P<open>")'
    r"|(?P<word>\S+)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?", re.ASCII | re.IGNORECASE)
# What elsewhere leaves a word out.
_LEFT_OUT = re.compile(r"[-\uff0d][^\W_]")
_WANTED = {
    "from": "a name, such as from:bob",
    "in": "a room, such as in:lobby",
    "before": "a date, such as before:2026-11-20",
    "after": "a date, such as after:2d",
}


class BadSearch(ChatError):
    """
    What was typed cannot be searched for.
    """


@frozen
class Search:
    """
    What somebody searches for.

    Attributes:
        terms: all of them are to be found in one line.
        nick: who said it; empty for anybody.
        room: the name of the room that heard it; empty for any.
        after: from when on, in seconds since the epoch; None for ever.
        before: until before when, likewise.
    """

    terms: tuple[Term, ...] = field(default=())
    nick: str = ""
    room: str = ""
    after: float | None = None
    before: float | None = None


def read_search(text: str, now: float) -> Search:
    """
    Read what somebody typed.

    Args:
        now: in seconds since the epoch, for times such as ``2d``.

    Raises:
        BadSearch: it means nothing that could be found.
    """
    terms: list[Term] = []
    narrowed: dict[str, str] = {}
    for part in _PART.finditer(clean(text).translate(_QUOTES)):
        if part["open"]:
            raise BadSearch('There is a " without its other one.')
        if part["key"]:
            _narrow(narrowed, part["key"].lower(), part["value"])
        elif part["word"]:
            if _LEFT_OUT.match(part["word"]):
                word = shortened(part["word"])
                raise BadSearch(f'No word can be left out; to find {word} write "{word}".')
            is_beginning = part["word"][-1] in _STARS
            stem = part["word"][:-1] if is_beginning else part["word"]
            terms.append(Term(stem, is_beginning=is_beginning))
        else:
            terms.append(Term(part["phrase"], is_beginning=bool(part["star"])))
    # What has neither letters nor digits stands in no index.
    terms = [term for term in terms if runs(term.text)]
    _check(terms)
    nick = unicodedata.normalize("NFKC", narrowed.get("from", ""))
    if not terms and not nick:
        raise BadSearch(
            "Search for words, or for what somebody said: from:bob. "
            "in:, before: and after: narrow that down."
            if narrowed
            else "Search for words, or for what somebody said: from:bob."
        )
    return Search(
        tuple(terms),
        nick,
        narrowed.get("in", ""),
        _moment("after", narrowed.get("after"), now),
        _moment("before", narrowed.get("before"), now),
    )


def _check(terms: list[Term]) -> None:
    words = [runs(term.text) for term in terms]
    if sum(map(len, words)) > MAX_WORDS:
        raise BadSearch(f"Search for at most {MAX_WORDS} words.")
    for term, (*_, last) in zip(terms, words, strict=True):
        if term.is_beginning and not last.letters and count_letters(last.text) < _BEGINNING:
            raise BadSearch(f"Before a * there must be at least {_BEGINNING} letters.")


def _narrow(narrowed: dict[str, str], key: str, value: str) -> None:
    if not value:
        raise BadSearch(f"{key}: needs {_WANTED[key]}.")
    if key in narrowed:
        raise BadSearch(f"{key}: can be given only once.")
    narrowed[key] = value


def _moment(key: str, typed: str | None, now: float) -> float | None:
    """
    Return the moment that is typed as a date, with a time or without, or as so long ago.
    """
    if typed is None:
        return None
    typed = plain_digits(narrow(typed))
    try:
        if _DATE.fullmatch(typed):
            return datetime.fromisoformat(typed.upper()).timestamp()
        return now - Duration.parse(typed).total_seconds()
    except (ValueError, OverflowError, OSError):
        raise BadSearch(
            f"{key}: needs a date such as 2026-11-20, 2026-11-20T14:30 or 2d, "
            f'not "{shortened(typed)}".'
        ) from None
