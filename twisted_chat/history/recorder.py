"""
Recorder: what rooms hear, numbered and kept.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat.store.records import IDS_PER_SECOND, READ_LATER, Line, Revised
from twisted_chat.text.clean import clean, clean_lines
from twisted_chat.world.timeline import is_gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.store.records import Change
    from twisted_chat.world.model import Room, User
    from twisted_chat.world.timeline import Timeline

# The lines that were changed last, which the store may not have yet.
_REVISED = 1000
_new = tuple.__new__


@define(eq=False)
class Recorder:
    """
    Numbers what rooms hear, and has it kept.

    Args:
        keep: called with each change to keep in this turn.

    Attributes:
        last_id: the latest id.  It is asked for with each line, so it is a bare value.
    """

    _keep: Callable[[Change], None]
    # The lines that were changed last, by room and number.
    _revised: OrderedDict[tuple[int, int], Line] = field(init=False, factory=OrderedDict)
    last_id: int = field(init=False, default=0)

    def begin(self, last_id: int) -> None:
        """
        Continue after ``last_id``, the latest id of the store.
        """
        self.last_id = last_id

    def expected_id(self, at: float) -> int:
        """
        Return what `next_id` will return for the time ``at``, if nothing else is given one before.
        """
        expected = int(at * IDS_PER_SECOND)
        return expected if expected > self.last_id else self.last_id + 1

    def next_id(self, at: float) -> int:
        """
        Return an id for the time ``at``; ids ascend even if the clock steps back.
        """
        self.last_id = self.expected_id(at)
        return self.last_id

    def record(
        self,
        timeline: Timeline,
        kind: str,
        at: float,
        nick: str,
        author: int,
        text: str = "",
        answered: Line | None = None,
        id_: int = 0,
    ) -> int:
        """
        Keep a new line of a room.

        Args:
            answered: the line that it answers.
            id_: what `expected_id` has returned for it, if it was asked.

        Returns:
            its number; 0 if the room keeps no history.
        """
        number = timeline.number = timeline.number + 1
        if not timeline.is_kept:
            # It is counted nevertheless, because numbers say which lines a user may read.
            return 0
        if not (text.isprintable() and nick.isprintable()):
            # A plugin may say anything; a lone surrogate would keep the whole turn from the disk.
            text, nick = clean_lines(text), clean(nick)
        if id_ <= self.last_id:
            id_ = self.expected_id(at)
        self.last_id = id_
        # As `Line(...)`, in half of the time: each line that is said comes this way.
        line = _new(
            Line, (id_, timeline.id, number, at, kind, nick, author, text, 0, "", "", 0, "")
        )
        if answered is not None:
            line = line._replace(re=answered.number)
            timeline.note_answered(answered)
        if kind in READ_LATER:
            timeline.recent.append(line)
            timeline.spoken = number
            timeline.shown = None
        self._keep(line)
        return number

    def revise(self, timeline: Timeline, line: Line, at: float) -> int:
        """
        Keep ``line`` as it is now, and replace it wherever it is in memory.

        Returns:
            the id of this change.
        """
        id_ = self.next_id(at)
        self._revised[line.room, line.number] = line
        self._revised.move_to_end((line.room, line.number))
        if len(self._revised) > _REVISED:
            self._revised.popitem(last=False)
        timeline.revise(line)
        self._keep(Revised(line, id_))
        return id_

    def forget(self, before: int, oldest: float = 0.0) -> None:
        """
        Drop changed lines as `Timeline.forget` does.
        """
        gone = [key for key, each in self._revised.items() if is_gone(each, before, oldest)]
        for key in gone:
            del self._revised[key]

    def note(self, room: Room, kind: str, at: float, user: User, text: str = "") -> int:
        """
        Keep that ``room`` heard something of ``user``, and return the number of that line.
        """
        return self.record(room.timeline, kind, at, user.nick, user.author, text)

    def revised(self, room: int, number: int) -> Line | None:
        """
        Return line ``number`` of a room as it is by now, if it was changed not long ago.
        """
        return self._revised.get((room, number))

    def revised_in(self, room: int) -> dict[int, Line]:
        """
        Return the lines of a room that were changed not long ago, by number.
        """
        return {number: line for (of, number), line in self._revised.items() if of == room}
