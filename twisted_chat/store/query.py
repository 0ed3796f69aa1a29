"""
Queries: which talk a store is to find.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

from twisted_chat.store.records import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted_chat.store.records import Line


@frozen
class Term:
    """
    A word, or words that follow each other.

    Attributes:
        is_beginning: the last word may be only a beginning.
    """

    text: str
    is_beginning: bool = False


@frozen
class Query:
    """
    Which talk to find.

    Attributes:
        terms: all of them stand in it, in capitals or not, with accents or not.
        rooms: the numbers of rooms that heard it, each with the number of the first line there
            that may be found; more than any for none.
        nick: who said it, in capitals or not; empty for anybody.
        before: an id that is greater.
        since: the earliest time at which it was said, in seconds since the epoch.
        until: a later time.
        is_everywhere: all other rooms may have heard it too.
    """

    terms: tuple[Term, ...]
    rooms: Mapping[int, int]
    nick: str = ""
    before: int = LAST_ID
    since: float = -math.inf
    until: float = math.inf
    is_everywhere: bool = False

    def is_readable(self, line: Line) -> bool:
        """
        Return whether ``line`` is one that may be found.
        """
        return line.number >= self.rooms.get(line.room, 1 if self.is_everywhere else LAST_ID)
