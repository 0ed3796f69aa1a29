"""
Search syntax: words, "whole phrases", beginnings*, and from:, in:, before: and after:.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from attrs import field, frozen

from twisted_chat.errors import ChatError
from twisted_chat.store.query import Term
from twisted_chat.text.clean import clean
from twisted_chat.text.durations import Duration
from twisted_chat.text.folding import plain_digits
from twisted_chat.text.names import narrow, shortened
from twisted_chat.text.words import count_letters, runs

#: Words of one search, those of phrases included.
MAX_WORDS = 32
# Letters, with their marks, that a beginning needs: fewer would match nearly everything.  In
# scripts without spaces one is enough.
_BEGINNING = 2

# All quotation marks that books and keyboards have.
_QUOTES = dict.fromkeys(
    [0xAB, 0xBB, *range(0x201C, 0x2020), *range(0x300C, 0x3010), *range(0x301D, 0x3020)], '"'
)
# A quote opens a phrase where a word may begin; between two Hebrew letters it closes none.
_PART = re.compile(
    r"(?P<key>from|in|before|after):(?P<value>\S*)"
    r'|"(?P<phrase>(?:[^"]|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))*)"(?P<star>\*?)'
    r'|(?P<open>")'
    r"|(?P<word>\S+)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?", re.ASCII | re.IGNORECASE)
# The sign that excludes a word in other programs.
_LEFT_OUT = re.compile(r"-[^\W_]")
_WANTED = {
    "from": "a name, such as from:bob",
    "in": "a room, such as in:lobby",
    "before": "a date, such as before:2026-11-20",
    "after": "a date, such as after:2d",
}


class BadSearch(ChatError):
    """
    A search is not valid.
    """


@frozen
class ParsedSearch:
    """
    A search that a user typed.

    Attributes:
        terms: all of them must be in one line.
        nick: the nick of its writer; empty for any.
        room: the name of its room; empty for any.
        after: the earliest time, in seconds since the epoch; None for no limit.
        before: the time before which it was said, likewise.
    """

    terms: tuple[Term, ...] = field(default=())
    nick: str = ""
    room: str = ""
    after: float | None = None
    before: float | None = None


def read_search(text: str, now: float) -> ParsedSearch:
    """
    Read a search that a user typed.

    Args:
        now: the time in seconds since the epoch, for times such as ``2d``.

    Raises:
        BadSearch: it is not a valid search.
    """
    terms: list[Term] = []
    narrowed: dict[str, str] = {}
    text = clean(text)
    # Signs are read as input methods write them too, and words are left as they were typed.
    for part in _PART.finditer(narrow(text).translate(_QUOTES)):
        if part["open"]:
            raise BadSearch("A quotation mark is not closed.", code="search-quote-open")
        if part["key"]:
            _narrow(narrowed, part["key"].lower(), text[slice(*part.span("value"))])
        elif part["word"]:
            word = text[slice(*part.span("word"))]
            if _LEFT_OUT.match(part["word"]):
                word = shortened(word)
                raise BadSearch(
                    f'Words cannot be excluded; to find {word} write "{word}".',
                    code="search-excludes",
                    word=word,
                )
            is_beginning = part["word"].endswith("*")
            terms.append(Term(word[: len(word) - is_beginning], is_beginning=is_beginning))
        else:
            phrase = text[slice(*part.span("phrase"))]
            terms.append(Term(phrase, is_beginning=bool(part["star"])))
    # Terms without letters and digits are not in the index.
    terms = [term for term in terms if runs(term.text)]
    _check(terms)
    nick = unicodedata.normalize("NFKC", narrowed.get("from", ""))
    if not terms and not nick:
        raise BadSearch(
            "Search for words, or for what a user said: from:bob. "
            "in:, before: and after: narrow that down."
            if narrowed
            else "Search for words, or for what a user said: from:bob.",
            code="search-empty",
        )
    return ParsedSearch(
        tuple(terms),
        nick,
        narrowed.get("in", ""),
        _moment("after", narrowed.get("after"), now),
        _moment("before", narrowed.get("before"), now),
    )


def _check(terms: list[Term]) -> None:
    words = [runs(term.text) for term in terms]
    if sum(map(len, words)) > MAX_WORDS:
        raise BadSearch(
            f"Search for at most {MAX_WORDS} words.", code="search-too-many-words", most=MAX_WORDS
        )
    for term, (*_, last) in zip(terms, words, strict=True):
        if term.is_beginning and not last.letters and count_letters(last.text) < _BEGINNING:
            raise BadSearch(
                f"A word needs at least {_BEGINNING} letters before its *.",
                code="search-beginning-short",
                least=_BEGINNING,
            )


def _narrow(narrowed: dict[str, str], key: str, value: str) -> None:
    if not value:
        raise BadSearch(f"{key}: needs {_WANTED[key]}.", code="search-value-missing", key=key)
    if key in narrowed:
        raise BadSearch(f"{key}: can be given only once.", code="search-key-twice", key=key)
    narrowed[key] = value


def _moment(key: str, typed: str | None, now: float) -> float | None:
    """
    Return the moment of a date, a date with a time, or a duration before ``now``.
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
            f'not "{shortened(typed)}".',
            code="search-bad-date",
            key=key,
            typed=shortened(typed),
        ) from None
