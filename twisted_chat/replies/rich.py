"""
Rich answers: a table, a list or a link, which each door shows as it can; everywhere as text.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from twisted_chat.replies.reply import Notice
from twisted_chat.text.clean import one_line
from twisted_chat.text.wrapping import columns_of

#: Columns and rows of a table, entries of a list, and characters of each.
MOST_COLUMNS, MOST_ROWS, LONGEST = 12, 200, 500
_SCHEMES = ("https://", "http://", "mailto:")


def _cell(value: object) -> str:
    text = one_line(str(value))
    if len(text) > LONGEST:
        raise ValueError(f"a text in a table, list or link has at most {LONGEST} characters")
    return text


def _cells(values: Iterable[object]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError("several texts are needed, not one")
    return tuple(map(_cell, values))


def _rows(rows: Iterable[Iterable[object]]) -> tuple[tuple[str, ...], ...]:
    return tuple(map(_cells, rows))


@frozen
class Table:
    """
    A table: ``Table(["name", "votes"], [["tea", 3], ["coffee", 2]])``.

    Args:
        columns: their headings, at most 12.
        rows: at most 200, each with as many cells; whatever they are becomes text.

    Raises:
        ValueError: it has other rows, too many of them, or too long ones.
    """

    columns: tuple[str, ...] = field(converter=_cells)
    rows: tuple[tuple[str, ...], ...] = field(converter=_rows)

    def __attrs_post_init__(self) -> None:
        if not 0 < len(self.columns) <= MOST_COLUMNS or len(self.rows) > MOST_ROWS:
            raise ValueError(f"a table has 1 to {MOST_COLUMNS} columns, at most {MOST_ROWS} rows")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("each row of a table has as many cells as it has columns")

    @property
    def text(self) -> str:
        """
        It as text, aligned for letters of one width and of two; numbers stand to the right.
        """
        every = [self.columns, *self.rows]
        widths = [max(columns_of(row[n]) for row in every) for n in range(len(self.columns))]
        numeric = [
            bool(self.rows) and all(_is_number(row[n]) for row in self.rows)
            for n in range(len(self.columns))
        ]
        return "\n".join(
            "  ".join(
                _aligned(cell, width, to_right=right)
                for cell, width, right in zip(row, widths, numeric, strict=True)
            ).rstrip()
            for row in every
        )


@frozen
class Listing:
    """
    A list: ``Listing(["tea", "coffee"], "What there is:")``.

    Args:
        entries: at most 200.
        title: what stands above it; empty for nothing.

    Raises:
        ValueError: there are too many entries, or too long ones.
    """

    entries: tuple[str, ...] = field(converter=_cells)
    title: str = field(default="", converter=_cell)

    def __attrs_post_init__(self) -> None:
        if len(self.entries) > MOST_ROWS:
            raise ValueError(f"a list has at most {MOST_ROWS} entries")

    @property
    def text(self) -> str:
        """
        It as text: an entry a line.
        """
        return "\n".join([*filter(None, [self.title]), *(f"- {each}" for each in self.entries)])


@frozen
class Link:
    """
    A link: ``Link("https://chat.example/polls", "All polls")``.

    Args:
        url: one of ``https``, ``http`` or ``mailto``.
        label: what is read in its place, where that can be; empty for the address itself.

    Raises:
        ValueError: it is another address, or too long.
    """

    url: str = field(converter=_cell)
    label: str = field(default="", converter=_cell)

    def __attrs_post_init__(self) -> None:
        # No script of a page can be one.
        if not self.url.lower().startswith(_SCHEMES) or " " in self.url:
            raise ValueError(f"a link begins with {', '.join(_SCHEMES)}, and has no spaces")

    @property
    def text(self) -> str:
        """
        It as text.
        """
        return f"{self.label}: {self.url}" if self.label else self.url


Content = Table | Listing | Link


@frozen
class RichNotice(Notice):
    """
    As `Notice`, of which programs are told the parts too.

    Attributes:
        text: all of it, in several lines.
        table: its ``columns`` and ``rows``; None if it is none.
        listing: its ``entries`` and ``title``; likewise.
        link: its ``url`` and ``label``; likewise.
    """

    table: Table | None = None
    listing: Listing | None = None
    link: Link | None = None

    @classmethod
    def of(cls, content: Content, at: float) -> RichNotice:
        """
        Return what tells of ``content``.
        """
        return cls(
            at,
            content.text,
            content if isinstance(content, Table) else None,
            content if isinstance(content, Listing) else None,
            content if isinstance(content, Link) else None,
        )


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _aligned(text: str, width: int, *, to_right: bool) -> str:
    space = " " * (width - columns_of(text))
    return space + text if to_right else text + space
