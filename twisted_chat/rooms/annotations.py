"""
Annotations: answers, edits, deletions, reactions and pins of lines, by their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, evolve, field
from twisted.internet.defer import DeferredLock

from twisted_chat import errors
from twisted_chat.events import Acted, Deleted, Edited, Pinned, Reacted, Said, Unpinned, Unreacted
from twisted_chat.history.recall import quote_of
from twisted_chat.rooms.lines import OWN_WORDS, Lines, check_delete, check_edit
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.text import emoji
from twisted_chat.text.checks import MAX_REASON, require_few_lines, require_short
from twisted_chat.text.clean import clean
from twisted_chat.text.names import shortened, shows
from twisted_chat.world import policy, readable
from twisted_chat.world.policy import Permission

if TYPE_CHECKING:
    from typing import Literal

    from twisted.internet.defer import Deferred

    from twisted_chat.delivery.hooks import Hooks
    from twisted_chat.history.audit import AuditLog
    from twisted_chat.history.reader import Reader
    from twisted_chat.history.recorder import Recorder
    from twisted_chat.rooms.talk import Talk
    from twisted_chat.store.records import Line
    from twisted_chat.world.model import Room, Session, User
    from twisted_chat.world.world import World

#: The longest symbol of a reaction, in characters; symbols and reactions of one line.
MAX_SYMBOL = 16
MAX_SYMBOLS = 20
MAX_REACTIONS = 1000
#: Lines pinned in one room.
MAX_PINS = 20


@define(eq=False)
class Annotations:
    """
    Answers, edits, deletes, reacts to and pins lines.

    Only the user who said a line may edit it, so that nobody's words are another's.

    Each method raises, or its Deferred fails with, `NoSuchLine` for a line that does not exist or
    that the user may not read, `NotAllowed` if they may not do this to the line, and `NotInRoom`.

    Args:
        world: tells the time.
        hooks: filter the new text of a line.
        recorder: keeps how lines are by now.
        reader: reads those that are not in memory.
        talk: tells the room.
        audit: notes which lines of others are deleted.
        deadlines: wait for the store.
    """

    _world: World
    _hooks: Hooks
    _recorder: Recorder
    _reader: Reader
    _talk: Talk
    _audit: AuditLog
    _deadlines: Deadlines
    _lines: Lines = field(init=False)
    # Held while a line is pinned, so that the number of pins is known.
    _pinning: DeferredLock = field(init=False, factory=DeferredLock)

    def __attrs_post_init__(self) -> None:
        self._lines = Lines(self._reader)

    def answer(
        self,
        session: Session,
        room: Room,
        number: int,
        text: str,
        *,
        kind: type[Said | Acted] = Said,
    ) -> Deferred[None] | None:
        """
        Say ``text`` as `Talk.say` does, or do it as `Talk.act`, in answer to line ``number``.

        Args:
            kind: as for `Talk.say`, or `Acted`.

        Returns:
            fires when it is done; None if it is done already.
        """
        user = session.require_user()

        def answer(line: Line) -> Deferred[None] | None:
            quote = _quote_for_all(room, line)
            if issubclass(kind, Acted):
                return self._talk.act(session, room, text, answered=line, quote=quote)
            return self._talk.say(session, room, text, answered=line, quote=quote, kind=kind)

        return self._lines.call_with(user, room, number, answer)

    def edit(
        self, user: User, room: Room, number: int | Literal["last"], text: str
    ) -> Deferred[None] | None:
        """
        Replace the text of line ``number``, which ``user`` said, by ``text``.

        Args:
            number: of the line; ``last`` for the latest one of ``user`` that is not deleted.

        Returns:
            fires when it is done; None if it is done already.

        Raises:
            TooMuch: the text has too many lines.
            ChatError: a filter refuses it.
        """
        if not shows(text):
            raise errors.NotAllowed(
                "That text is invisible. To delete a line, use /delete.", code="invisible"
            )

        require_few_lines(text)

        def edit(line: Line) -> Deferred[None] | None:
            if line.kind not in OWN_WORDS:
                raise errors.NotAllowed(
                    f"Line {line.number} cannot be edited.",
                    code="not-editable",
                    number=line.number,
                )
            check_edit(user, room, line)
            now, quote = self._world.now(), _quote_for_all(room, line)
            event = Edited(now, room.name, user.nick, text, line.number, quote, line.nick)
            event = self._hooks.before(event)
            # A filter may have removed them from the room.
            policy.check(user, Permission.SPEAK, room)
            waits = self._hooks.screens.wait(room, event, self._edit_screened, user, room)
            if waits is None:
                self._revise(user, room, line, event)
            return waits

        return self._lines.call_with(user, room, number, edit)

    def _edit_screened(self, user: User, room: Room, event: Edited) -> Deferred[None] | None:
        """
        Edit a line, now that a filter in another process allows that; it may have changed since.
        """

        def edit(line: Line) -> None:
            check_edit(user, room, line)
            self._revise(user, room, line, event)

        return self._lines.call_with(user, room, event.number, edit)

    def _revise(self, user: User, room: Room, line: Line, event: Edited) -> None:
        edited = line.edited(event.text, user.nick)
        id_ = self._recorder.revise(room.timeline, edited, event.at)
        is_for_all = readable.may_all_read(room, line.number)
        self._talk.post(evolve(event, text=event.text if is_for_all else "", id=id_), room)

    def delete(
        self, user: User, room: Room, number: int | Literal["last"], reason: str = ""
    ) -> Deferred[None] | None:
        """
        Delete the text of line ``number``; its place and who deleted it are kept.

        Args:
            number: as of `edit`.
            reason: for the room and, if the line is another's, the audit trail; may be empty.
                Of a user who may not speak nobody reads it.

        Returns:
            fires when it is done; None if it is done already.

        Raises:
            TooMuch: the reason is too long.
        """
        require_short("reason", reason, MAX_REASON)

        def delete(line: Line) -> None:
            check_delete(user, room, line)
            is_own = user.owns(line.author)
            if not is_own:
                self._audit.spend(user)
            why = reason if reason and policy.may(user, Permission.SPEAK, room) else ""
            now = self._world.now()
            id_ = self._recorder.revise(room.timeline, line.without_words(user.nick), now)
            if not is_own:
                self._audit.note(user, room, f"delete line {line.number} of", line.nick, why)
            event = Deleted(now, room.name, user.nick, line.number, id=id_, reason=why)
            if readable.may_all_read(room, line.number):
                event = evolve(event, quoted=line.nick, said_at=line.at)
            self._talk.post(event, room)

        # Users may delete their own lines even where they may not speak.
        return self._lines.call_with(user, room, number, delete, needed=Permission.READ)

    def react(self, user: User, room: Room, number: int, symbol: str) -> Deferred[None] | None:
        """
        React to line ``number`` with a short ``symbol``; each symbol counts once for each user.

        The name of an emoji, such as ``:tea:``, stands for it.

        Returns:
            fires when it is done; None if it is done already.

        Raises:
            TooMuch: the symbol is too long, or the line has too many.
        """
        symbol = emoji.replaced(clean(symbol))
        require_short("reaction", symbol, MAX_SYMBOL)

        def react(line: Line) -> None:
            reactions = line.reactions
            if user.author in reactions.get(symbol, ()):
                raise errors.NotAllowed(
                    f"You have already reacted to {number} with {symbol}.",
                    code="reacted-already",
                    number=number,
                    symbol=symbol,
                )
            if symbol not in reactions and len(reactions) >= MAX_SYMBOLS:
                raise errors.TooMuch(
                    f"Line {number} has {MAX_SYMBOLS} different reactions already.",
                    code="too-many-reactions",
                    number=number,
                    most=MAX_SYMBOLS,
                )
            if sum(map(len, reactions.values())) >= MAX_REACTIONS:
                raise errors.TooMuch(
                    f"Line {number} has {MAX_REACTIONS} reactions already.",
                    code="too-many-reactions",
                    number=number,
                    most=MAX_REACTIONS,
                )
            now, quote = self._world.now(), _quote_for_all(room, line)
            reacted = line.with_reaction(symbol, user.author)
            id_ = self._recorder.revise(room.timeline, reacted, now)
            self._talk.post(
                Reacted(now, room.name, user.nick, symbol, number, quote, line.nick, id_), room
            )

        return self._lines.call_with(user, room, number, react)

    def unreact(self, user: User, room: Room, number: int, symbol: str) -> Deferred[None] | None:
        """
        Take back the reaction ``symbol`` of ``user`` to line ``number``.

        Returns:
            fires when it is done; None if it is done already.
        """
        symbol = emoji.replaced(clean(symbol))

        def unreact(line: Line) -> None:
            own = {user.author, user.visit}
            if own.isdisjoint(line.reactions.get(symbol, ())):
                raise errors.NotAllowed(
                    f"You have not reacted to {number} with {shortened(symbol)}.",
                    code="not-reacted",
                    number=number,
                    symbol=shortened(symbol),
                )
            now, quote = self._world.now(), _quote_for_all(room, line)
            id_ = self._recorder.revise(room.timeline, line.without_reaction(symbol, own), now)
            self._talk.post(
                Unreacted(now, room.name, user.nick, symbol, number, quote, line.nick, id_), room
            )

        return self._lines.call_with(user, room, number, unreact)

    @in_time
    async def pin(self, user: User, room: Room, number: int) -> None:
        """
        Pin line ``number`` in ``room``.

        Raises:
            TooMuch: the limit is reached.
        """
        async with self._pinning:
            pinned = await self._reader.pinned(room.timeline)

            def pin(line: Line) -> None:
                if line.pinned:
                    raise errors.NotAllowed(
                        f"Line {number} is pinned already.", code="pinned-already", number=number
                    )
                if len(pinned) >= MAX_PINS:
                    raise errors.TooMuch(
                        f"{MAX_PINS} lines are pinned in #{room.name}; /unpin one first.",
                        code="too-many-pins",
                        room=room.name,
                        most=MAX_PINS,
                    )
                now, quote = self._world.now(), _quote_for_all(room, line)
                line = line._replace(pinned=user.author)
                id_ = self._recorder.revise(room.timeline, line, now)
                self._talk.post(
                    Pinned(now, room.name, user.nick, number, quote, line.nick, id_), room
                )

            done = self._lines.call_with(user, room, number, pin)
            if done is not None:
                await done

    def unpin(self, user: User, room: Room, number: int) -> Deferred[None] | None:
        """
        Undo `pin`: for operators and the user who pinned it; for all if the room has no operator.

        Returns:
            fires when it is done; None if it is done already.
        """

        def unpin(line: Line) -> None:
            if not line.pinned:
                raise errors.NotAllowed(
                    f"Line {number} is not pinned.", code="not-pinned", number=number
                )
            if not user.owns(line.pinned):
                policy.check(user, Permission.UNPIN_ANY, room)
            now = self._world.now()
            id_ = self._recorder.revise(room.timeline, line._replace(pinned=0), now)
            self._talk.post(Unpinned(now, room.name, user.nick, number, id_), room)

        return self._lines.call_with(user, room, number, unpin)


def _quote_for_all(room: Room, line: Line) -> str:
    """
    Return how ``line`` is quoted to everybody in ``room``; empty if a member may not read it.
    """
    return quote_of(line) if readable.may_all_read(room, line.number) else ""
