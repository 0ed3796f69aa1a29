"""
Read marks: up to where users have read, in rooms and of what others wrote to them.

A program says what its user has read.  At other connections all counts as read that they have
taken, which is noted when it can make a difference: when the user leaves, or asks what is unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.replies.people import MarkedRead
from twisted_chat.replies.programs import PrivateReadUpTo, ReadUpTo
from twisted_chat.store.records import id_at
from twisted_chat.store.settings import EVERYBODY, PrivateReadKept, ReadKept, ReadMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Event
    from twisted_chat.history.programs.unread import UnreadLines
    from twisted_chat.history.reader import Reader
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.world.model import Account, Room, Session, User
    from twisted_chat.world.world import World

_NOTHING = ReadMark(0)
# Users whose messages are marked one by one; of more, the one marked first is forgotten.
_MOST_PRIVATE = 200


@define(eq=False)
class Marks:
    """
    Moves the read marks of users, and tells their programs.

    Args:
        world: knows the time, and the accounts.
        fanout: keeps them with the turn.
        reader: knows which line was the last at a time.
        recorder: says which message was the last.
        unread: counts what was said behind a mark.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _recorder: Recorder
    _unread: UnreadLines
    _deadlines: Deadlines

    # -- marked by programs and commands ----------------------------------------------------------

    def mark(self, session: Session, room: Room, number: int, at: float = 0.0) -> bool:
        """
        Note that the user of ``session`` has read ``room`` up to line ``number``.

        Their other programs are told.

        Args:
            at: the time that was said for it, in seconds since the epoch; 0 for none.

        Returns:
            whether it was not marked as read so far.

        Raises:
            NotInRoom: they are not in it.
        """
        user = session.require_user()
        if user not in room.members:
            raise errors.NotInRoom(room.name)
        return self._move(user, room, number, at, session)

    def mark_private(self, session: Session, key: str, id_: int, at: float = 0.0) -> bool:
        """
        Note up to which message the user of ``session`` has read what another one wrote to them.

        Args:
            key: the folded nick of the other user, or `EVERYBODY`.
            id_: of the message; that of a later one is that of the last.
            at: as for `mark`.

        Returns:
            likewise.
        """
        user = session.require_user()
        return self._move_private(user, key, min(id_, self._recorder.last_id), at, session)

    def mark_all(self, session: Session, room: Room | None) -> MarkedRead:
        """
        Mark ``room`` as read, or all rooms of the user of ``session`` and what others wrote.

        Raises:
            NotInRoom: they are not in it.
        """
        user = session.require_user()
        for each in user.rooms if room is None else (room,):
            self.mark(session, each, each.timeline.number)
            session.note_shown(each)
        if room is None:
            self.mark_private(session, EVERYBODY, self._recorder.last_id)
            session.letters = None
        return MarkedRead(self._world.now(), "" if room is None else room.name)

    def tell(self, session: Session) -> None:
        """
        Tell the program of ``session`` up to where its user has read.
        """
        settings, now = session.require_user().settings, self._world.now()
        for room in session.require_user().rooms:
            if number := settings.read_up_to(room.timeline.id):
                self._fanout.tell(session, ReadUpTo(now, room.name, number))
        for key, mark in settings.read_in_private.items():
            if mark.number:
                self._fanout.tell(session, PrivateReadUpTo(now, key, mark.number))

    # -- read where it is shown -------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """
        Note where something is unread that ``session``, which has just come, was not told.
        """
        user = session.user
        if user is None or user.account is None or session.client.marks_itself:
            return
        rooms = [
            room
            for room in user.rooms
            if 0 < user.settings.read_up_to(room.timeline.id) < room.timeline.number
        ]
        if not rooms:
            return
        # Until that is known.
        session.behind = {room.timeline.id: room.timeline.number for room in rooms}
        looking = Deferred.fromCoroutine(self._look(session, user, rooms))
        looking.addErrback(self._deadlines.report)

    async def _look(self, session: Session, user: User, rooms: Sequence[Room]) -> None:
        try:
            for room in rooms:
                last = session.behind.get(room.timeline.id)
                if last is not None and not (await self._unread.of(user, room, last)).lines:
                    session.note_shown(room)
        except errors.Unavailable:
            # The reader has logged it; nobody has asked.
            return

    def settle(self, session: Session, user: User, *rooms: Room) -> None:
        """
        Note as read what ``session`` of ``user`` was shown, if its program does not say that.

        Args:
            rooms: only of these; none for all rooms, and what others wrote.
        """
        client, letters = session.client, session.letters or {}
        if client.marks_itself:
            return
        shown = [room for room in rooms or user.rooms if self._is_shown(session, user, room)]
        if client.has_taken_all:
            for room in shown:
                self._move(user, room, room.timeline.number, 0.0, session)
            for key, id_ in letters.items() if not rooms else ():
                self._move_private(user, key, id_, 0.0, session)
        elif user.account is not None and session.closed:
            settling = Deferred.fromCoroutine(
                self._settle_earlier(session, user, user.account, shown, letters)
            )
            settling.addErrback(self._deadlines.report)
        if not rooms:
            session.letters = None

    def settle_room(self, user: User, room: Room) -> None:
        """
        Note as read what ``user``, who is about to leave ``room``, was shown of it.

        Of a guest, who is told nothing of what they missed, only what their program has marked is
        remembered.
        """
        if user.account is not None:
            for session in user.sessions:
                self.settle(session, user, room)

    def _is_shown(self, session: Session, user: User, room: Room) -> bool:
        """
        Return whether all that is unread in ``room`` was shown to ``session``.

        Who has said something there has read what was said before.
        """
        last = session.behind.get(room.timeline.id, 0)
        return not last or any(
            line.number > last and user.owns(line.author) for line in room.timeline.recent
        )

    async def _settle_earlier(
        self,
        session: Session,
        user: User,
        account: Account,
        rooms: Sequence[Room],
        letters: dict[str, int],
    ) -> None:
        """
        Note as read what was told before the user of ``session`` typed last.

        Its connection was alive then; what was told later, nobody may have received.
        """
        now, typed_at = self._world.now(), session.active_at
        until = id_at(now - max(self._world.seconds() - typed_at, 0.0))
        settings = user.settings
        try:
            for room in rooms:
                if settings.read_up_to(room.timeline.id) < room.timeline.number:
                    number = await self._reader.number_at(room.timeline, until) - 1
                    # It may be gone meanwhile.
                    if self._world.account_called(account.id) is account:
                        self._move(user, room, number, 0.0, session)
        except errors.Unavailable:
            # As above.
            return
        for key, id_ in letters.items():
            if self._world.account_called(account.id) is account:
                self._move_private(user, key, min(id_, until - 1), 0.0, session)

    # -- where they are ---------------------------------------------------------------------------

    def _move(self, user: User, room: Room, number: int, at: float, but: Session) -> bool:
        settings, id_ = user.settings, room.timeline.id
        before = settings.read.get(id_, _NOTHING)
        number = max(before.number, min(number, room.timeline.number))
        if not at and number > before.number:
            # The time of that line, if it is one of the latest.
            recent = reversed(room.timeline.recent)
            at = next((line.at for line in recent if line.number <= number), 0.0)
        mark = ReadMark(number, max(before.at, at))
        if mark == before:
            return False
        settings.read = {**settings.read, id_: mark}
        if user.account is not None:
            self._fanout.keep(ReadKept(user.account.id, id_, *mark))
        if mark.number > before.number:
            self._tell(user, but, ReadUpTo(self._world.now(), room.name, mark.number))
        return mark.number > before.number

    def _move_private(self, user: User, key: str, id_: int, at: float, but: Session) -> bool:
        settings = user.settings
        marks = dict(settings.read_in_private)
        before = marks.pop(key, _NOTHING)
        mark = ReadMark(max(before.number, id_), max(before.at, at))
        if mark == before:
            return False
        marks[key] = mark
        if len(marks) > _MOST_PRIVATE:
            del marks[next(each for each in marks if each != EVERYBODY)]
        settings.read_in_private = marks
        if user.account is not None:
            self._fanout.keep(PrivateReadKept(user.account.id, key, *mark))
        if mark.number > before.number:
            self._tell(user, but, PrivateReadUpTo(self._world.now(), key, mark.number))
        return mark.number > before.number

    def _tell(self, user: User, but: Session, event: Event) -> None:
        for other in user.sessions:
            # Who reads at a terminal marks nothing, and so has no use for it.
            if other is not but and not other.client.can_be_asked:
                self._fanout.tell(other, event)
