"""
Columns: texts beside each other, and in lines that fit a terminal.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: Columns of a terminal of which nothing is known.
COLUMNS = 80
# Columns of what stands to the left of a sentence, at most.
_LEFT = 24


def table(rows: Collection[tuple[str, str]], columns: int = COLUMNS) -> Iterator[str]:
    """
    Yield ``rows`` in two columns; what is too long for the left one stands above its text.
    """
    most = min(_LEFT, columns // 3)
    width = min(max((len(left) + 2 for left, _ in rows), default=0), most)
    indent = " " * width
    for left, text in rows:
        if len(left) > width - 2:
            yield from wrapped(left, later="  ", columns=columns)
            yield from wrapped(text, indent, columns=columns)
        else:
            yield from wrapped(text, f"{left:<{width}}", indent, columns=columns)


def wrapped(
    text: str, first: str = "", later: str | None = None, *, columns: int = COLUMNS
) -> list[str]:
    """
    Return ``text`` in lines that fit a terminal; no word is broken, however long it is.

    Args:
        first: what the first line begins with.
        later: what the others begin with; None for the same.
    """
    # Most texts are a few words, and to wrap one takes thirty times as long.
    if len(first) + len(text) <= columns and text.isprintable() and text[-1:].strip():
        return [first + text]
    return textwrap.wrap(
        text,
        columns,
        initial_indent=first,
        subsequent_indent=first if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )
