"""
Private messages, which are kept if one side has an account.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.delivery.turn import Decision
from twisted_chat.history.access import Access, unignored
from twisted_chat.history.pager import Correspondence, Pagers
from twisted_chat.history.reader import Reader
from twisted_chat.history.recall import recall_message
from twisted_chat.replies.pages import PageKind, Transcript
from twisted_chat.store.deadlines import Deadlines, in_time
from twisted_chat.store.interface import MAX_WAITING_MESSAGES, Unheard
from twisted_chat.store.records import LAST_ID, Message, MessagesRead
from twisted_chat.text.clean import clean, clean_lines
from twisted_chat.text.names import shortened, without_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from twisted_chat.delivery.fanout import Fanout
    from twisted_chat.events import Told
    from twisted_chat.store.interface import Store, Waiting
    from twisted_chat.world.model import Account, Session, User
    from twisted_chat.world.world import World

# Waiting messages in memory: so many may be on their way to the disk, or held up.
_AT_HAND = 10_000


def _nobody(*_: object) -> None:
    pass


def correspondent(world: World, nick: str) -> tuple[str, int]:
    """
    Return the folded nick, and the author number, of who is called ``nick``; 0 for nobody.
    """
    key = world.key_of(nick)
    account, other = world.find_account(nick), world.users.get(key)
    return key, account.id if account else other.author if other else 0


async def read_between(
    reader: Reader,
    user: User,
    other: int,
    before: int,
    count: int,
    key: str,
    after: int = 0,
    *,
    from_end: bool = True,
) -> list[Message]:
    """
    Return messages between ``user`` and another one, as `Reader.messages` does.

    Who has logged in goes on reading what they wrote earlier in this visit.  Those of ignored
    users are not among them: a page would be empty, and taken for the end.

    Raises:
        Unavailable: the store does not answer.
    """
    found: dict[int, Message] = {}
    unheard = Unheard(user.hidden_authors - {*user.authors}, user.hidden)
    for author in dict.fromkeys(user.authors):
        page = await reader.messages(
            author, other, before, count, key, after, from_end=from_end, unheard=unheard
        )
        found.update((message.id, message) for message in page)
    messages = [found[number] for number in sorted(found)]
    return messages[-count:] if from_end and count else messages[:count]


@define(eq=False)
class Messages:
    """
    Keeps private messages, and shows those that waited to users who return.

    Args:
        world: holds the users and accounts.
        fanout: keeps messages, and takes pages to their readers.
        store: holds the history.
        reader: reads them.
        access: says which lines are not kept yet.
        pagers: know the next page.
        deadlines: wait for the store.

    Attributes:
        on_kept: called with each message that is kept: its sender, and the recipient's author
            number.
    """

    _world: World
    _fanout: Fanout
    _store: Store
    _reader: Reader
    _access: Access
    _pagers: Pagers
    _deadlines: Deadlines
    on_kept: Callable[[User, Told, int], None] = field(init=False, default=_nobody)
    # The latest messages that wait for users who are not here, in the store or not yet.
    _waiting: OrderedDict[int, Message] = field(init=False, factory=OrderedDict)

    def keep(self, sender: User, event: Told, addressee: int, *, waits: bool = False) -> None:
        """
        Keep a message of ``sender``.

        Args:
            event: with the id under which it is kept.
            addressee: the recipient, as an author of lines.
            waits: the recipient is not here, and reads it when they log in.
        """
        number = event.kept_id
        nick, recipient, text = clean(event.nick), clean(event.recipient), clean_lines(event.text)
        message = Message(number, event.at, nick, sender.author, recipient, addressee, text, waits)
        # Who writes to a user who is not here is told that they will see it.
        promise = Decision(sender, None, "message", recipient, is_private=True) if waits else None
        self._fanout.keep(message, promise)
        if waits:
            self._waiting[number] = message
            if len(self._waiting) > _AT_HAND:
                self._waiting.popitem(last=False)
        self.on_kept(sender, event, addressee)

    @in_time
    async def show_between(self, session: Session, nick: str, count: int) -> None:
        """
        Show ``session`` the last messages between its user and the one called ``nick``.

        That is the user of this nick now, and every user who had it when a message was written.
        The answer does not tell whether there is such a user.

        Raises:
            NotAllowed: no line is pinned.
            Unavailable: the store does not answer.
        """
        pager = self._pagers.of(session)
        async with pager.turning:
            self._access.tell_unsaved(session)
            between = self._with(nick, count)
            await self._turn_back(session, between)
            pager.next_page = partial(self._turn_back, between=between)

    def _with(self, nick: str, count: int) -> Correspondence:
        key, author = correspondent(self._world, nick)
        return Correspondence(shortened(without_hash(nick)), key, author, LAST_ID, count)

    @in_time
    async def show_place(
        self,
        session: Session,
        nick: str,
        count: int,
        *,
        before: int | None = None,
        after: int | None = None,
    ) -> None:
        """
        Show a program a page of the messages that `show_between` reads; it may be empty.

        Args:
            count: messages on the page.
            before: those whose ids are smaller; the last ones by default.
            after: the first of those whose ids are larger.

        Raises:
            Unavailable: the store does not answer.
        """
        self._access.tell_unsaved(session)
        between, user = self._with(nick, count), session.require_user()
        found = await read_between(
            self._reader,
            user,
            between.author,
            LAST_ID if before is None else before,
            count + 1,
            between.key,
            after or 0,
            from_end=after is None,
        )
        messages = found[-count:] if after is None else found[:count]
        self._show_page(session, between, messages, has_more=len(found) > count)

    async def _turn_back(self, session: Session, between: Correspondence) -> None:
        """
        Show ``session`` the next page of a correspondence of its user.

        Raises:
            NotAllowed: there is no earlier message.
            Unavailable: the store does not answer.
        """
        user, count = session.require_user(), between.count
        # One more line tells whether there is another page.
        found = await read_between(
            self._reader, user, between.author, between.before, count + 1, between.key
        )
        if not found and between.before == LAST_ID:
            # Those of an ignored user may be kept.
            raise errors.NotAllowed(
                f"You ignore {between.nick}; /unignore {between.nick} shows what they wrote."
                if user.ignores_author(between.nick, between.author)
                else f"No messages between you and {between.nick} are kept; "
                "that needs an account on one side.",
                code="no-messages",
                nick=between.nick,
            )
        if not found:
            raise errors.NotAllowed(
                f"There are no earlier messages between you and {between.nick}.",
                code="no-earlier-messages",
                nick=between.nick,
            )
        messages = found[-count:]
        between.before = messages[0].id
        self._show_page(session, between, messages, has_more=len(found) > count)

    def _show_page(
        self,
        session: Session,
        between: Correspondence,
        messages: Sequence[Message],
        *,
        has_more: bool,
    ) -> None:
        shown = unignored(session.require_user(), messages)
        lines = tuple(recall_message(self._world, message) for message in shown)
        page = Transcript(
            self._world.now(), PageKind.MESSAGES, lines, nick=between.nick, has_more=has_more
        )
        self._fanout.tell(session, page)

    def show_waiting(self, session: Session, account: Account) -> None:
        """
        Show ``session`` the messages that waited for its user.
        """
        reading = self._store.waiting(account.id)
        reading.addCallbacks(partial(self._show, session, account), self._deadlines.report)

    def _show(self, session: Session, account: Account, kept: Waiting) -> None:
        if session.closed or session.user is None or session.user is not account.user:
            # The messages keep waiting.
            return
        at_hand = [each for each in self._waiting.values() if each.addressee == account.id]
        # Some of those in memory may have been dropped in the store.
        first = kept.messages[0].id if kept.dropped and kept.messages else 0
        late = [message for message in at_hand if message.id >= first]
        found = {message.id: message for message in [*kept.messages, *late]}
        # The store may not know yet that a message was shown.
        unread = [found[number] for number in sorted(found) if number > account.shown]
        for message in at_hand:
            del self._waiting[message.id]
        if not unread:
            return
        dropped = kept.dropped + max(0, len(unread) - MAX_WAITING_MESSAGES)
        unread = unread[-MAX_WAITING_MESSAGES:]
        account.shown = unread[-1].id
        # Kept in the turn that shows them: they are read once, whatever happens to the server.
        self._fanout.keep(MessagesRead(account.id, account.shown))
        unread = unignored(session.user, unread)
        if not unread:
            return
        page = Transcript(
            self._world.now(),
            PageKind.WAITING,
            tuple(recall_message(self._world, message) for message in unread),
            count=len(unread),
            omitted=dropped,
        )
        self._fanout.tell(session, page)
        for message in unread:
            session.note_letter(message.nick, message.id)
