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

# What ends a sentence is no part of an address that it ends with, nor a bracket around it.  It
# takes a time that grows as the text does: what is matched is never looked at again, and what is
# left out at its end is punctuation alone.
_ADDRESS = re.compile(
    r"\b(?i:https?)://[^\s<>\"'`\x00-\x1f\x7f-\x9f]+[^\s<>\"'`.,;:!?)\]}\x00-\x1f\x7f-\x9f]"
)
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
    for found in _ADDRESS.finditer(text):
        if found.end() - found.start() <= _LONGEST and _SAFE.fullmatch(found[0]):
            yield found.span()


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
