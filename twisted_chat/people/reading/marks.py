"""
Read marks: up to where users have read, in rooms and of what others wrote to them.

A program says what its user has read.  At other connections all counts as read that they have
taken, which is noted when it can make a difference: when the user leaves, or asks what is unread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field
from twisted.internet.defer import Deferred

from twisted_chat import errors
from twisted_chat.replies.people import MarkedRead
from twisted_chat.replies.programs import PrivateReadUpTo, ReadUpTo
from twisted_chat.store.records import id_at
from twisted_chat.store.settings import EVERYBODY, PrivateReadKept, ReadKept, ReadMark

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Event
    from twisted_chat.history.programs.unread import UnreadLines
    from twisted_chat.history.reader import Reader
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.store.deadlines import Deadlines
    from twisted_chat.world.model import Account, Room, Session, User
    from twisted_chat.world.world import World

_NOTHING = ReadMark(0)
# Users whose messages are marked one by one, before it is looked who has written anything.
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
    # Whose marks are being looked through.
    _looking: set[User] = field(init=False, factory=set)

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
        self._require_in(user, room)
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
        # The program does not know what its user typed: it is told as the others are.
        for each in user.rooms if room is None else (room,):
            self._require_in(user, each)
            self._move(user, each, each.timeline.number, 0.0)
            session.note_shown(each)
        if room is None:
            self._move_private(user, EVERYBODY, self._recorder.last_id, 0.0)
            session.letters = None
        return MarkedRead(self._world.now(), "" if room is None else room.name)

    @staticmethod
    def _require_in(user: User, room: Room) -> None:
        if user not in room.members:
            raise errors.NotInRoom(room.name)

    def tell(self, session: Session, known: Collection[Room] = ()) -> None:
        """
        Tell the program of ``session`` up to where its user has read.

        Args:
            known: the rooms of which it has been told that.
        """
        settings, now = session.require_user().settings, self._world.now()
        for room in [each for each in session.require_user().rooms if each not in known]:
            if number := settings.read_up_to(room.timeline.id):
                self._fanout.tell(session, ReadUpTo(now, room.name, number))
        for key, mark in settings.read_in_private.items():
            if mark.number:
                self._fanout.tell(session, PrivateReadUpTo(now, key, mark.number))

    # -- read where it is shown -------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """
        Note where something is unread that ``session``, which has just come, was not told.

        A room that its user was in and that nothing ever marked is read up to where they left, as
        they are told how much was said since.
        """
        user = session.user
        if user is None or user.account is None:
            return
        left_at = user.account.missed[0] if len(user.sessions) == 1 else 0
        # A program may have said that nothing is read: that is a mark too.
        marks = {room: user.settings.read.get(room.timeline.id) for room in user.rooms}
        unmarked = [room for room, mark in marks.items() if mark is None and left_at]
        behind = [
            room
            for room, mark in marks.items()
            if mark is not None and mark.number < room.timeline.number
        ]
        if session.client.marks_itself:
            behind = []
        else:
            # Until that is known.
            session.behind = {
                room.timeline.id: room.timeline.number for room in (*unmarked, *behind)
            }
        if unmarked or behind:
            looking = Deferred.fromCoroutine(self._look(session, user, unmarked, behind, left_at))
            looking.addErrback(self._deadlines.report)

    async def _look(
        self,
        session: Session,
        user: User,
        unmarked: Sequence[Room],
        behind: Sequence[Room],
        left_at: int,
    ) -> None:
        try:
            for room in unmarked:
                number = await self._reader.number_at(room.timeline, left_at + 1) - 1
                if room in user.rooms:
                    self._move(user, room, number, 0.0)
            for room in (*unmarked, *behind):
                last = session.behind.get(room.timeline.id)
                if last is None:
                    continue
                unread = await self._unread.of(user, room, last)
                if not unread.lines and not unread.is_at_least:
                    session.note_shown(room)
        except errors.Unavailable:
            # It is logged; nobody has asked.
            return

    def settle(self, session: Session, user: User, *rooms: Room) -> None:
        """
        Note as read what ``session`` of ``user`` was shown, if its program does not say that.

        Args:
            rooms: only of these; none for all rooms, and what others wrote.
        """
        client, letters = session.client, {} if rooms else session.letters or {}
        if client.marks_itself:
            return
        # What is unread of the others was not shown to it, and is not read by another connection.
        behind, read = session.behind, user.settings.read_up_to
        shown = [
            room
            for room in rooms or user.rooms
            if behind.get(room.timeline.id, 0) <= read(room.timeline.id)
        ]
        if client.has_taken_all:
            for room in shown:
                self._move(user, room, room.timeline.number, 0.0, session)
            for key, id_ in letters.items():
                self._move_private(user, key, id_, 0.0, session)
        elif user.account is not None and session.closed:
            settling = Deferred.fromCoroutine(
                self._settle_earlier(session, user, user.account, shown, letters)
            )
            settling.addErrback(self._deadlines.report)
        if not rooms:
            session.letters = None

    def settle_all(self, user: User, *rooms: Room) -> None:
        """
        Note as read what all sessions of ``user`` were shown, as `settle` does.
        """
        for session in user.sessions:
            self.settle(session, user, *rooms)

    def settle_room(self, user: User, room: Room) -> None:
        """
        Note as read what ``user``, who is about to leave ``room``, was shown of it.

        Of a guest, who is told nothing of what they missed, only what their program has marked is
        remembered.
        """
        if user.account is not None:
            self.settle_all(user, room)

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

    def _move(
        self, user: User, room: Room, number: int, at: float, but: Session | None = None
    ) -> bool:
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

    def _move_private(
        self, user: User, key: str, id_: int, at: float, but: Session | None = None
    ) -> bool:
        settings = user.settings
        marks = dict(settings.read_in_private)
        before = marks.pop(key, _NOTHING)
        # Up to there, what everybody wrote is read already.
        read = max(before.number, marks.get(EVERYBODY, _NOTHING).number)
        mark = ReadMark(id_ if id_ > read else before.number, max(before.at, at))
        if mark == before:
            return False
        marks[key] = mark
        if len(marks) > _MOST_PRIVATE and user.account is None:
            # To a guest, nothing is kept that could be unread again.
            del marks[next(each for each in marks if each != EVERYBODY)]
        settings.read_in_private = marks
        if user.account is not None:
            self._fanout.keep(PrivateReadKept(user.account.id, key, *mark))
            is_new = before is _NOTHING
            if is_new and len(marks) > _MOST_PRIVATE and user not in self._looking:
                self._looking.add(user)
                looking = Deferred.fromCoroutine(self._forget_unneeded(user, user.account))
                looking.addErrback(self._deadlines.report)
        if mark.number > before.number:
            self._tell(user, but, PrivateReadUpTo(self._world.now(), key, mark.number))
        return mark.number > before.number

    async def _forget_unneeded(self, user: User, account: Account) -> None:
        """
        Forget the marks of names by which nobody wrote what could be unread without them.

        A program may mark any name.
        """
        try:
            needed = {EVERYBODY, *await self._unread.writers(user, account)}
        except errors.Unavailable:
            # It is logged; the next mark tries again.
            return
        finally:
            self._looking.discard(user)
        marks = user.settings.read_in_private
        unneeded = [key for key in marks if key not in needed]
        # What was marked meanwhile is among the last.
        unneeded = unneeded[: -(_MOST_PRIVATE // 2)]
        user.settings.read_in_private = {
            key: mark for key, mark in marks.items() if key not in unneeded
        }
        if self._world.account_called(account.id) is account:
            for key in unneeded:
                self._fanout.keep(PrivateReadKept(account.id, key, 0))

    def _tell(self, user: User, but: Session | None, event: Event) -> None:
        for other in user.sessions:
            # Who reads at a terminal marks nothing, and so has no use for it.
            if other is not but and not other.client.can_be_asked:
                self._fanout.tell(other, event)
