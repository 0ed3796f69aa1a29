"""
Messages: what one person writes to another, kept where one side has an account.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from twisted_chat import errors
from twisted_chat.events import Transcript
from twisted_chat.history.access import without_ignored
from twisted_chat.history.pager import BEGINNING, MORE, Correspondence, reader_of
from twisted_chat.history.reader import recall_message
from twisted_chat.store.deadlines import in_time
from twisted_chat.store.records import LAST_ID, MAX_WAITING_MESSAGES, Message, MessagesRead
from twisted_chat.text.clean import clean
from twisted_chat.text.names import shortened, without_hash

if TYPE_CHECKING:
    from twisted_chat.events import Told
    from twisted_chat.hub import Hub
    from twisted_chat.people.accounts import Account
    from twisted_chat.store.interface import Store, Waiting
    from twisted_chat.world.model import Session, User

# Messages that wait and are at hand: so many may be on their way to the disk, or kept from it.
_AT_HAND = 10_000


@define(eq=False)
class Messages:
    """
    Keeps messages, and shows those that waited to whoever comes back.
    """

    _hub: Hub
    _store: Store
    # The latest that wait for somebody who is not here, whether the store has them yet or not.
    _waiting: OrderedDict[int, Message] = field(init=False, factory=OrderedDict)

    def keep(self, sender: User, event: Told, addressee: int, *, waits: bool = False) -> None:
        """
        Keep what ``sender`` has written.

        Args:
            addressee: whom it is for, as an author of lines.
            waits: they are not here, and are to read it when they come.
        """
        number = self._hub.history.next_id(event.at)
        nick, recipient, text = clean(event.nick), clean(event.recipient), clean(event.text)
        message = Message(number, event.at, nick, sender.author, recipient, addressee, text, waits)
        self._hub.keep(message)
        if waits:
            self._waiting[number] = message
            if len(self._waiting) > _AT_HAND:
                self._waiting.popitem(last=False)

    @in_time
    async def show_between(self, session: Session, nick: str, count: int) -> None:
        """
        Let ``session`` read the last messages between its user and whoever is called ``nick``.

        That is whoever is called so now, and whoever was when one of them was written.  Whether
        there is anybody, nobody can tell from what follows.

        Raises:
            NotAllowed: there are none.
            Unavailable: the store does not answer.
        """
        reader = reader_of(session)
        async with reader.turning:
            key, nick = self._hub.nicks.key_of(nick), without_hash(nick)
            account, other = self._hub.accounts.find(nick), self._hub.users.get(key)
            author = account.id if account else other.author if other else 0
            self._hub.archive.shelf.tell_unsaved(session)
            between = Correspondence(shortened(nick), key, author, LAST_ID, count)
            await self.turn_back(session, between)
            reader.paged = between

    async def turn_back(self, session: Session, between: Correspondence) -> None:
        """
        Let ``session`` read the next page of a correspondence of its user's.

        Raises:
            NotAllowed: there is none.
            Unavailable: the store does not answer.
        """
        user, count = session.require_user(), between.count
        # One more tells whether there is any.
        found = await self._hub.history.messages(
            user.author, between.author, between.before, count + 1, between.key
        )
        if not found:
            raise errors.NotAllowed(
                f"No messages between you and {between.nick} are kept; "
                "that needs an account on one side."
                if between.before == LAST_ID
                else f"There is nothing before that between you and {between.nick}."
            )
        messages = found[-count:]
        between.before = messages[0].id
        lines = tuple(recall_message(message) for message in messages)
        footing = MORE if len(found) > count else BEGINNING
        page = Transcript(self._hub.now(), "--- messages ---", lines, footing)
        self._hub.show(session, without_ignored(user, page))

    def show_waiting(self, session: Session, account: Account) -> None:
        """
        Let ``session`` read what was written to its owner while they were not here.
        """
        reading = self._store.waiting(account.id)
        reading.addCallbacks(partial(self._show, session, account), self._hub.history.report)

    def _show(self, session: Session, account: Account, kept: Waiting) -> None:
        if session.closed or session.user is None or session.user is not account.user:
            # They wait on.
            return
        at_hand = [each for each in self._waiting.values() if each.addressee == account.id]
        # Of those at hand, some may have made way in the store.
        first = kept.messages[0].id if kept.dropped and kept.messages else 0
        late = [message for message in at_hand if message.id >= first]
        found = {message.id: message for message in [*kept.messages, *late]}
        # What was shown may not be marked in the store yet.
        unread = [found[number] for number in sorted(found) if number > account.shown]
        for message in at_hand:
            del self._waiting[message.id]
        if not unread:
            return
        dropped = kept.dropped + max(0, len(unread) - MAX_WAITING_MESSAGES)
        unread = unread[-MAX_WAITING_MESSAGES:]
        account.shown = unread[-1].id
        # With the turn that shows them: read once, whatever happens to the server.
        self._hub.keep(MessagesRead(account.id, account.shown))
        count = len(unread)
        heading = f"{count} message{'' if count == 1 else 's'} while you were away"
        if dropped:
            heading += f", and {dropped} older ones that made way for them"
        lines = tuple(recall_message(message) for message in unread)
        page = Transcript(self._hub.now(), f"--- {heading} ---", lines, "--- now ---")
        self._hub.show(session, page)
