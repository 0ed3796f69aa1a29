"""
The timeline of a room: what is kept of it, as much of that as is at hand.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.defer import Deferred

    from twisted_chat.replies import Transcript
    from twisted_chat.store.records import Line


@define(eq=False)
class Timeline:
    """
    What is kept of a room that people are in, or were not long ago.

    Attributes:
        id: the room's number in the store.
        number: of its latest line; 0 if there is none.
        recent: its latest talk, the oldest first, as far as it is at hand.
        is_complete: all that is shown to whoever enters is at hand.
        spoken: the number of the latest talk; 0 for none since it was opened.
        answered: the lines, by number, that the latest answers quote.
        is_kept: what the room hears is kept from here on.
    """

    id: int
    number: int
    recent: deque[Line]
    is_complete: bool
    spoken: int = 0
    answered: OrderedDict[int, Line] = field(factory=OrderedDict)
    is_kept: bool = True
    # Those who wait until it is; None while it is not being read.
    waiting: list[Deferred[None]] | None = None
    # What whoever enters is shown: from which line on they may read, the first line, the last.
    shown: Transcript | None = None
    shown_span: tuple[int, int, int] = (0, 0, 0)

    def note_answered(self, line: Line) -> None:
        """
        Have ``line`` at hand, which one of the latest quotes.
        """
        # Of as many answers as are at hand, each quotes one line at most.
        self.answered[line.number] = line
        self.answered.move_to_end(line.number)
        if len(self.answered) > (self.recent.maxlen or 0):
            self.answered.popitem(last=False)

    def revise(self, line: Line) -> None:
        """
        Let ``line``, wherever it is at hand, be from here on as given.
        """
        for index, other in enumerate(self.recent):
            if other.number == line.number:
                self.recent[index] = line
        if line.number in self.answered:
            self.answered[line.number] = line
        self.shown = None

    def complete(self, recent: Iterable[Line], answered: Iterable[Line]) -> None:
        """
        Have the latest talk at hand, and what it answers, as it was read.
        """
        # More may have been said meanwhile, and then the oldest have no place.
        lines = [*recent, *self.recent]
        self.recent.clear()
        self.recent.extend(lines)
        for line in answered:
            self.note_answered(line)
        self.is_complete = True
        self.shown = None

    def end_waiting(self) -> None:
        """
        Let those go on who waited until it was complete.
        """
        waiting, self.waiting = self.waiting or [], None
        for done in waiting:
            done.callback(None)

    def forget(self, before: int) -> None:
        """
        Let go of lines whose id is less than ``before``.
        """
        while self.recent and self.recent[0].id < before:
            self.recent.popleft()
            self.shown = None
        for number in [line.number for line in self.answered.values() if line.id < before]:
            del self.answered[number]
            self.shown = None
