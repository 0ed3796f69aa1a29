"""
Links: the addresses in what is said, and the escapes by which a terminal opens them (OSC 8).

The client and the server share this one module.  What is shown is the address itself, so nobody
is led elsewhere than they read.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOUND = re.compile(r"\b(?i:https?)://[^\s<>\"'`\x00-\x1f\x7f-\x9f]+")
# What rather ends the sentence than an address, and brackets, by those that close them.
_ENDS, _OPENED_BY = ".,;:!?", {")": "(", "]": "[", "}": "{"}
# What an address may hold within OSC 8 (RFC 3986; all else would have to be encoded), and how
# long it may be: terminals take no more.
_SAFE = re.compile(r"[!-~]+")
_LONGEST = 2000

#: Ends a link.
END = "\x1b]8;;\x1b\\"
#: The beginning or the end of a link, which takes no room in a row.
ESCAPE = re.compile(r"\x1b\]8;[!-~]*\x1b\\")


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """
    Yield where the addresses in ``text`` that can be links begin and end.

    One with letters that a link would have to encode is none: a terminal would show one address
    and open another.
    """
    if "://" not in text:
        return
    for found in _FOUND.finditer(text):
        address = _trimmed(found[0])
        if len(address) <= _LONGEST and _SAFE.fullmatch(address):
            yield found.start(), found.start() + len(address)


def _trimmed(found: str) -> str:
    """
    Return an address without what ends the sentence that it stands in, or a bracket around it.

    A bracket that was opened within is a part of it.  This takes a time that grows as the text
    does: nothing is counted again.  It is empty if nothing is left.
    """
    first, end = found.index("://") + 3, len(found)
    too_many = {each: found.count(each) - found.count(_OPENED_BY[each]) for each in _OPENED_BY}
    while end > first:
        last = found[end - 1]
        if too_many.get(last, 0) > 0:
            too_many[last] -= 1
        elif last not in _ENDS:
            return found[:end]
        end -= 1
    return ""


def begin(address: str, mark: str) -> str:
    """
    Return what begins a link to ``address``, one of those of `addresses_in`.

    Args:
        mark: what its parts on several rows have in common, and other links have not.
    """
    return f"\x1b]8;id={zlib.crc32(mark.encode()):x};{address}\x1b\\"


def linked(text: str) -> str:
    """
    Return ``text``, which is clean but for colours, with its addresses as links.
    """
    parts, at = list[str](), 0
    for first, last in addresses_in(text):
        address = text[first:last]
        parts += text[at:first], begin(address, f"{first} {text}"), address, END
        at = last
    return "".join((*parts, text[at:])) if parts else text
