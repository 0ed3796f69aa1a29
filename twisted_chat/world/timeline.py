"""
The timeline of a room: its history, as far as it is in memory.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted.internet.defer import Deferred

    from twisted_chat.replies.pages import Transcript
    from twisted_chat.store.records import Line


@define(eq=False)
class Timeline:
    """
    The history of a room that users are in, or were in recently.

    Attributes:
        id: the room's number in the store.
        number: the number of its latest line; 0 if there is none.
        recent: the latest talk in memory, the oldest first.
        is_complete: everything that is shown to users who enter is in memory.
        spoken: the number of the latest talk; 0 if there was none since the room was opened.
        answered: the lines, by number, that the latest answers quote.
        is_kept: new lines of the room are kept.
    """

    id: int
    number: int
    recent: deque[Line]
    is_complete: bool
    spoken: int = 0
    answered: OrderedDict[int, Line] = field(factory=OrderedDict)
    is_kept: bool = True
    # Fire when it is complete; None while it is not being read.
    waiting: list[Deferred[None]] | None = None
    # The page for users who enter, and its span: the first line they may read, its first and last
    # line.
    shown: Transcript | None = None
    shown_span: tuple[int, int, int] = (0, 0, 0)

    def note_answered(self, line: Line) -> None:
        """
        Keep ``line``, which a recent answer quotes, in memory.
        """
        # Each answer in memory quotes one line at most.
        self.answered[line.number] = line
        self.answered.move_to_end(line.number)
        if len(self.answered) > (self.recent.maxlen or 0):
            self.answered.popitem(last=False)

    def answered_in(self, span: range) -> dict[int, Line]:
        """
        Return those of the `answered` lines whose numbers are in ``span``.
        """
        return {number: line for number, line in self.answered.items() if number in span}

    def revise(self, line: Line) -> None:
        """
        Replace ``line`` wherever it is in memory.
        """
        for index, other in enumerate(self.recent):
            if other.number == line.number:
                self.recent[index] = line
        if line.number in self.answered:
            self.answered[line.number] = line
        self.shown = None

    def complete(self, recent: Iterable[Line], answered: Iterable[Line]) -> None:
        """
        Take the latest talk and the lines it answers, as read from the store.
        """
        # More may have been said meanwhile; then the oldest lines do not fit.
        lines = [*recent, *self.recent]
        self.recent.clear()
        self.recent.extend(lines)
        for line in answered:
            self.note_answered(line)
        self.is_complete = True
        self.shown = None

    def end_waiting(self) -> None:
        """
        Fire the Deferreds that waited for this timeline.
        """
        waiting, self.waiting = self.waiting or [], None
        for done in waiting:
            done.callback(None)

    def forget(self, before: int, oldest: float = 0.0) -> None:
        """
        Drop the lines whose id is less than ``before``, or whose time is before ``oldest``.
        """
        kept = [line for line in self.recent if not is_gone(line, before, oldest)]
        if len(kept) < len(self.recent):
            self.recent.clear()
            self.recent.extend(kept)
            self.shown = None
        quoted = self.answered.values()
        for number in [line.number for line in quoted if is_gone(line, before, oldest)]:
            del self.answered[number]
            self.shown = None


def is_gone(line: Line, before: int, oldest: float) -> bool:
    """
    Return whether ``line`` has an id below ``before``, or is from before the time ``oldest``.
    """
    return line.id < before or line.at < oldest
