"""
Search syntax: words, "whole phrases", beginnings*, and from:, in:, before: and after:.
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
from twisted_chat.text.names import narrow, shortened

#: Words of one search, those of phrases included.
MAX_WORDS = 32
# Letters that a beginning needs: fewer would match nearly everything.  In Chinese, Japanese or
# Korean one is enough.
_BEGINNING = 2

# Signs count in their wide forms too, as input methods write them.
_STARS = "*\uff0a"
_PART = re.compile(
    r"(?P<key>from|in|before|after)[:\uff1a](?P<value>\S*)"
    r'|["\uff02](?P<phrase>[^"\uff02]*)["\uff02](?P<star>[*\uff0a]?)'
    r'|(?P<word>[^\s"\uff02]+)'
    r'|(?P<open>["\uff02])',
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?", re.ASCII | re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
# The sign that excludes a word in other programs.
_LEFT_OUT = re.compile(r"[-\uff0d][^\W_]")
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
    for part in _PART.finditer(clean(text)):
        if part["open"]:
            raise BadSearch("A quotation mark is not closed.", code="search-quote-open")
        if part["key"]:
            _narrow(narrowed, part["key"].lower(), part["value"])
        elif part["word"]:
            if _LEFT_OUT.match(part["word"]):
                word = shortened(part["word"])
                raise BadSearch(
                    f'Words cannot be excluded; to find {word} write "{word}".',
                    code="search-excludes",
                    word=word,
                )
            is_beginning = part["word"][-1] in _STARS
            stem = part["word"][:-1] if is_beginning else part["word"]
            terms.append(Term(stem, is_beginning=is_beginning))
        else:
            terms.append(Term(part["phrase"], is_beginning=bool(part["star"])))
    # Terms without letters and digits are not in the index.
    terms = [term for term in terms if _WORDS.search(term.text)]
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
    words = [_WORDS.findall(term.text) for term in terms]
    if sum(map(len, words)) > MAX_WORDS:
        raise BadSearch(
            f"Search for at most {MAX_WORDS} words.", code="search-too-many-words", most=MAX_WORDS
        )
    for term, parts in zip(terms, words, strict=True):
        if term.is_beginning and len(parts[-1]) < _BEGINNING and not _is_wide(parts[-1]):
            raise BadSearch(
                f"A word needs at least {_BEGINNING} letters before its *.",
                code="search-beginning-short",
                least=_BEGINNING,
            )


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) == "W"


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
    typed = narrow(typed)
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
