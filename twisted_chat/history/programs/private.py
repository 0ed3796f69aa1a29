"""
Private spans: what two users wrote to each other between two places, for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from twisted_chat.history.access import unignored
from twisted_chat.history.messages import correspondent, read_between
from twisted_chat.history.recall import recall_message
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.records import LAST_ID
from twisted_chat.text.folding import fold_spelling
from twisted_chat.text.names import shortened, without_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.history.reader import Reader
    from twisted_chat.store.records import Message
    from twisted_chat.world.model import Session, User
    from twisted_chat.world.world import World


@define(eq=False)
class PrivateSpans:
    """
    Shows spans of the private messages of a session's own user, by their ids.

    Args:
        world: tells the time, and who is who.
        fanout: delivers the pages.
        reader: reads them.
        deadlines: wait for the store.
    """

    _world: World
    _fanout: Fanout
    _reader: Reader
    _deadlines: Deadlines

    @in_time
    async def show(
        self,
        session: Session,
        nick: str,
        count: int,
        *,
        after: int = 0,
        before: int = LAST_ID,
        from_end: bool = True,
    ) -> None:
        """
        Show ``session`` at most ``count`` messages with ``nick`` between two ids, neither of them.

        The answer does not tell whether there is such a user.

        Args:
            after: the id before that of the first message.
            before: the id behind that of the last one.
            from_end: the last ones, if there are more; else the first ones.

        Raises:
            Unavailable: the store does not answer.
        """
        found = await self._read(session, nick, count, after, before, from_end=from_end)
        self._tell(session, nick, found)

    @in_time
    async def show_around(self, session: Session, nick: str, count: int, id_: int) -> None:
        """
        Show ``session`` at most ``count`` messages with ``nick`` around an id, and that one.

        Raises:
            Unavailable: the store does not answer.
        """
        earlier = await self._read(session, nick, count // 2, 0, id_, from_end=True)
        rest = count - len(earlier)
        later = await self._read(session, nick, rest, id_ - 1, LAST_ID, from_end=False)
        self._tell(session, nick, [*earlier, *later])

    async def correspondents(
        self, session: Session, after: int, before: int
    ) -> list[tuple[str, float]]:
        """
        Return with whom the user of ``session`` exchanged messages, and when they did last.

        That is the nick of each in their last message, and the time of the last message that
        `show` shows for it, in seconds since the epoch, the oldest first.  By one nick it shows
        all who had it, also what they wrote under another one.

        Args:
            after: the id before that of the first of those messages.
            before: the id behind that of the last one.

        Raises:
            Unavailable: the store does not answer.
        """
        user = session.require_user()
        # The last message with each other user, their nick in it, and all who had a nick.
        last: dict[int, tuple[Message, str]] = {}
        called: dict[str, set[int]] = {}
        for message in unignored(user, await self._last_messages(user)):
            is_own = user.owns(message.author)
            other = message.addressee if is_own else message.author
            nick = message.recipient if is_own else message.nick
            last[other] = message, nick
            called.setdefault(fold_spelling(nick), set()).add(other)
        found: dict[str, tuple[str, Message]] = {}
        for _, nick in sorted(last.values()):
            key, author = correspondent(self._world, nick)
            meant = called.get(fold_spelling(key), set()) | {author}
            # By that nick may be meant who has one now that looks like it, and wrote nothing.
            shown = [last[each][0] for each in meant if each in last]
            if shown:
                found[key] = nick, max(shown)
        return [
            (nick, message.at)
            for nick, message in sorted(found.values(), key=lambda each: each[1])
            if after < message.id < before
        ]

    async def _last_messages(self, user: User) -> list[Message]:
        """
        Return the last messages of ``user`` with each other user by each of their nicks.

        The oldest one is the first.
        """
        found: list[Message] = []
        for author in dict.fromkeys(user.authors):
            found += await self._reader.last_messages(author)
        return sorted(found, key=lambda message: message.id)

    async def _read(
        self,
        session: Session,
        nick: str,
        count: int,
        after: int,
        before: int,
        *,
        from_end: bool,
    ) -> list[Message]:
        """
        Return messages that the user reads, as `read_between` does.
        """
        key, author = correspondent(self._world, nick)
        user = session.require_user()
        return await read_between(
            self._reader, user, author, before, count, key, after, from_end=from_end
        )

    def _tell(self, session: Session, nick: str, messages: Iterable[Message]) -> None:
        found = unignored(session.require_user(), messages)
        lines = tuple(recall_message(self._world, message) for message in found)
        name = shortened(without_hash(nick))
        page = Transcript(self._world.now(), PageKind.MESSAGES, lines, nick=name)
        self._fanout.tell(session, page)
