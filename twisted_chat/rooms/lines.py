"""
Lines of rooms by their numbers: finding one that a user may change, and whether they may.

A line that is not in memory is read from the store first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.delivery.labels import keep
from twisted_chat.store.records import TALK
from twisted_chat.world import policy, readable
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from twisted_chat.history.reader import Reader
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, User

#: Minutes for which users may edit and delete their own lines.
OWN_FOR = 15
#: The kinds of lines of the writer's own words.
OWN_WORDS = ("said", "acted")


@define(eq=False)
class Lines:
    """
    Finds the line that a user wants to do something to.

    Args:
        reader: reads those that are not in memory.
    """

    _reader: Reader

    def call_with(
        self,
        user: User,
        room: Room,
        number: int | Literal["last"],
        do: Callable[[Line], Deferred[None] | None],
        *,
        needed: Permission = Permission.SPEAK,
    ) -> Deferred[None] | None:
        """
        Call ``do`` with a line as soon as it is in memory.

        Args:
            needed: the permission that the user needs in the room.
        """

        def found(line: Line | None) -> Deferred[None] | None:
            policy.check(user, needed, room)
            if line is None and number == "last":
                raise errors.NotAllowed(
                    f"None of the latest lines in #{room.name} is yours.",
                    code="no-own-line",
                    room=room.name,
                )
            if line is None or line.number < readable.readable_from(user, room):
                raise errors.NoSuchLine(line.number if line else int(number), room.name)
            if line.state == "deleted":
                raise errors.NotAllowed(
                    f"Line {number} was deleted by {line.by}.",
                    code="deleted",
                    number=number,
                    by=line.by,
                )
            if line.kind not in TALK:
                raise errors.NotAllowed(
                    f"{number} is a join, a leave or a notice, not a line that a user said.",
                    code="not-a-line",
                    number=number,
                )
            waits = do(line)
            if needed is Permission.SPEAK:
                room.note_speech(user)
            return waits

        def is_own(line: Line) -> bool:
            is_theirs = line.kind in OWN_WORDS and user.owns(line.author)
            return is_theirs and line.state != "deleted"

        if number == "last":
            line = self._reader.find_last(room.timeline, is_own)
        else:
            line = self._reader.find(room.timeline, number)
        if isinstance(line, Deferred):
            return line.addCallback(keep(found))
        return found(line)


def check_edit(user: User, room: Room, line: Line) -> None:
    """
    Check that ``user`` may change the text of ``line``: nobody puts words into another's mouth.

    Raises:
        NotAllowed: they did not say it, or too long ago.
    """
    check_delete(user, room, line)
    if not user.owns(line.author):
        raise errors.NotAllowed(
            f"Line {line.number} is not yours, so you cannot edit it. "
            f"/delete {line.number} deletes it.",
            code="not-your-line",
            number=line.number,
            minutes=OWN_FOR,
        )


def check_delete(user: User, room: Room, line: Line) -> None:
    """
    Check that ``user`` may delete ``line``: it is their own and recent, or they may delete any.

    Raises:
        NotAllowed: they may not.
    """
    is_own = user.owns(line.author)
    if is_own and user.world.now() - line.at <= OWN_FOR * 60:
        return
    try:
        policy.check(user, Permission.DELETE_ANY, room)
    except errors.NotAllowed as refusal:
        raise errors.NotAllowed(
            f"Line {line.number} is more than {OWN_FOR} minutes old."
            if is_own
            else f"Line {line.number} is not yours.",
            code="line-too-old" if is_own else "not-your-line",
            number=line.number,
            minutes=OWN_FOR,
        ) from refusal
