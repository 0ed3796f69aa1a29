"""
Annotations: what people do to lines that were said, by their numbers.

A line that is not at hand is read first, and what is done to it is done then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define
from twisted.internet.defer import Deferred

from twisted_chat import errors, policy
from twisted_chat.events import Deleted, Edited, Event
from twisted_chat.policy import Deed
from twisted_chat.records import TALK

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted_chat.hub import Hub
    from twisted_chat.people import Room, Session, User
    from twisted_chat.records import Line

#: Minutes for which one may edit and delete what one has said.
OWN_FOR = 15


@define(eq=False)
class Annotations:
    """
    Answers, edits and deletes lines.

    Each method raises, or what it returns fails with, `NoSuchLine` for one that is not there or
    that may not be read, `NotAllowed` for one with which that may not be done, and `NotInRoom`.

    Args:
        hub: whose rooms and history it is.
        tell: lets everybody in a room, and the plugins, know of an event.
    """

    _hub: Hub
    _tell: Callable[[Event, Room], None]

    def answer(
        self, session: Session, room: Room, number: int, text: str
    ) -> Deferred[None] | None:
        """
        Say ``text`` as `Hub.say` does, in answer to line ``number``.

        Returns:
            fires when that is done; None if it is already.
        """
        user = _user_of(session)
        return self._with(
            user, room, number, lambda line: self._hub.say_in_answer(session, room, line, text)
        )

    def edit(self, user: User, room: Room, number: int, text: str) -> Deferred[None] | None:
        """
        Let line ``number`` say ``text``.

        Returns:
            fires when that is done; None if it is already.

        Raises:
            ChatError: a filter refuses it.
        """

        def edit(line: Line) -> None:
            if line.kind not in ("said", "acted"):
                raise errors.NotAllowed(f"Line {number} cannot be edited.")
            self._require_right(user, Deed.EDIT_ANY, room, line)
            event = Edited(self._hub.now(), room.name, user.nick, text, number)
            event = self._hub.hooks.before(self._hub, event)
            # A filter may have thrown them out.
            policy.check(user, Deed.SPEAK, room)
            self._hub.history.revise(
                room.chronicle, line._replace(text=event.text, state="edited")
            )
            self._tell(event, room)

        return self._with(user, room, number, edit)

    def delete(self, user: User, room: Room, number: int) -> Deferred[None] | None:
        """
        Take away what line ``number`` says; that it was there, and who deleted it, is kept.

        Returns:
            fires when that is done; None if it is already.
        """

        def delete(line: Line) -> None:
            self._require_right(user, Deed.DELETE_ANY, room, line)
            self._hub.history.revise(
                room.chronicle, line._replace(text=user.nick, state="deleted")
            )
            self._tell(Deleted(self._hub.now(), room.name, user.nick, number), room)

        return self._with(user, room, number, delete)

    def _with(
        self, user: User, room: Room, number: int, do: Callable[[Line], None]
    ) -> Deferred[None] | None:
        """
        Do something with a line, as soon as it is at hand.
        """

        def found(line: Line | None) -> None:
            policy.check(user, Deed.SPEAK, room)
            if line is None or number < policy.readable_from(user, room):
                raise errors.NoSuchLine(number, room.name)
            if line.state == "deleted":
                raise errors.NotAllowed(f"Line {number} was deleted by {line.text}.")
            if line.kind not in TALK:
                raise errors.NotAllowed(f"Line {number} is nothing that anybody said.")
            do(line)

        line = self._hub.history.find(room.chronicle, number)
        if isinstance(line, Deferred):
            return line.addCallback(found)
        found(line)
        return None

    def _require_right(self, user: User, deed: Deed, room: Room, line: Line) -> None:
        """
        Look that the line is the user's own and recent, or that they may do so with any.
        """
        is_own = line.author == user.author
        if is_own and self._hub.now() - line.at <= OWN_FOR * 60:
            return
        try:
            policy.check(user, deed, room)
        except errors.NotAllowed as refusal:
            raise errors.NotAllowed(
                f"Line {line.number} is more than {OWN_FOR} minutes old."
                if is_own
                else f"Line {line.number} is not yours."
            ) from refusal


def _user_of(session: Session) -> User:
    if session.user is None:
        raise errors.NoSuchUser(session.nick)
    return session.user
