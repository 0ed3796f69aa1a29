"""
Text between IRC and us: without the formatting of clients, and in pieces that fit into a message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, AnyStr

from twisted_chat.text.clean import LINE_ENDS, is_plain, one_line, short_blanks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Bold, italics, underlined, struck through, monospace, reverse and reset, and colours with their
# numbers (modern.ircdocs.horse/formatting).
_FORMATTING = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?"
    "|[\x02\x1d\x1f\x1e\x11\x16\x0f]"
)


def read_text(text: str) -> str:
    """
    Return ``text`` of a client as others read it: clean, and without formatting.

    Only a newline ends a line, as it stands between those of a batch (draft/multiline).  What else
    ends one elsewhere is a character of IRC like any other, and becomes a space; at the end of a
    line it is left out.
    """
    if is_plain(text):
        return text
    lines = [one_line(each.rstrip(LINE_ENDS)) for each in without_formatting(text).split("\n")]
    return short_blanks("\n".join(lines).rstrip("\n"))


def read_line(text: str) -> str:
    """
    Return ``text`` as `read_text`, in one line.
    """
    return text if is_plain(text) else short_blanks(one_line(without_formatting(text)))


def without_formatting(text: str) -> str:
    """
    Return ``text`` as its client shows it, with nothing but the formatting left out.
    """
    return _FORMATTING.sub("", text)


def pieces(text: str, most: int) -> Iterator[str]:
    """
    Yield ``text`` in pieces of at most ``most`` bytes of UTF-8, each of whole letters.

    A letter is what users see as one, with its marks (a grapheme cluster, UAX #29); one that does
    not fit is cut between its characters.  They are cut behind a space where one is near the end.
    Four bytes are the least that is enough for each character.
    """
    most = max(most, 4)
    if len(text) * 4 <= most:
        yield text
        return
    data, is_ascii = text.encode(), text.isascii()
    start = 0
    while len(data) - start > most:
        end = start + most
        while data[end] & 0xC0 == 0x80:
            # Within a character (RFC 3629, section 3).
            end -= 1
        space = data.rfind(b" ", start + most // 2, end)
        if space > 0:
            end = space + 1
        if not is_ascii:
            end = _end_of_letter(data, start, end)
        yield data[start:end].decode()
        start = end
    yield data[start:].decode()


def _end_of_letter(data: bytes, start: int, end: int) -> int:
    """
    Return ``end``, or where the letter begins that goes on there, unless that is at ``start``.
    """
    # A server on which nobody says anything long needs none.
    from wcwidth import iter_graphemes  # noqa: PLC0415  # its tables are large

    behind = data[end : end + 4].decode("utf-8", "ignore")[:1]
    *_, last = iter_graphemes(data[start:end].decode() + behind)
    begin = end - len(last.removesuffix(behind).encode())
    return begin if begin > start else end


def cut(text: str, most: int) -> str:
    """
    Return the beginning of ``text``, at most ``most`` bytes of UTF-8, of whole characters.
    """
    if len(text) * 4 <= most or len(data := text.encode()) <= most:
        return text
    return data[:most].decode("utf-8", "ignore")


def words_in(words: Iterable[str], most: int) -> Iterator[str]:
    """
    Yield ``words``, with spaces between them, in lines of at most ``most`` bytes, if they fit.
    """
    text = " ".join(words)
    if text.isascii():
        yield from _lines_of(text, " ", most)
    else:
        yield from (line.decode() for line in _lines_of(text.encode(), b" ", most))


def _lines_of(text: AnyStr, space: AnyStr, most: int) -> Iterator[AnyStr]:
    start = 0
    while len(text) - start > most:
        end = text.rfind(space, start, start + most + 1)
        if end < 0:
            # A word that does not fit.
            end = text.find(space, start)
        if end < 0:
            break
        yield text[start:end]
        start = end + 1
    if start < len(text):
        yield text[start:]
