"""
Records: the values that a store keeps.

A store keeps these and nothing else.  They hold names and numbers, never live objects.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from attrs import field, frozen

from twisted_chat.store.allowances import AllowanceKept
from twisted_chat.store.decisions import Decision
from twisted_chat.store.invitations import InvitationChange
from twisted_chat.store.keys import KeyChange
from twisted_chat.store.plugins import PluginChange
from twisted_chat.store.settings import SettingChange
from twisted_chat.store.tokens import TokenChange
from twisted_chat.text.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection

#: An id is a time in microseconds, or the next one that is free.
IDS_PER_SECOND = 1_000_000
# The author numbers of bots begin here, and go down: those of users and their visits are above.
_BOTS = -(2**62)
#: The kinds of lines that users wrote; the others tell of presence.
TALK = ("said", "acted", "announced", "topic")
#: The kinds of lines that are read by who comes later: talk, and how the room was set.
READ_LATER = (*TALK, "mode", "rank")

#: Greater than any id.
LAST_ID = 2**63 - 1


class Line(NamedTuple):
    """
    A line of a room.

    A tuple, because a store binds it to its columns thousands of times a second.

    Attributes:
        id: its number in the order of everything that is kept: microseconds since the epoch,
            ascending even if the clock steps back.
        room: the number of its room.
        number: its number in the room, from 1.
        at: wall-clock time, in seconds since the epoch.
        kind: ``said``, ``acted``, ``announced``, ``joined``, ``left``, ``removed``, ``renamed``,
            ``topic``, ``mode`` or ``rank``.
        nick: the nick of its writer at that time; empty for an announcement.
        author: the account of its writer, or a negative number for the visit of a guest; 0 for an
            announcement.
        text: the words said, the reason, with the cause and by whom before it where a user
            was removed, the new nick or the new topic; empty for a deleted line.
        re: the number of the line that it answers; 0 for none.
        state: ``edited`` or ``deleted``; empty for neither.
        reacted: what `reactions` reads.
        pinned: the author number of the user who pinned it; 0 if it is not pinned.
        by: the nick of the user who edited or deleted it; empty if nobody did.
    """

    id: int
    room: int
    number: int
    at: float
    kind: str
    nick: str
    author: int
    text: str
    re: int = 0
    state: str = ""
    reacted: str = ""
    pinned: int = 0
    by: str = ""

    @property
    def reactions(self) -> dict[str, list[int]]:
        """
        The authors of the reactions, by symbol.
        """
        return reactions_of(self.reacted)

    def with_reaction(self, symbol: str, author: int) -> Line:
        """
        Return this line with the reaction ``symbol`` of ``author`` added.
        """
        reactions = self.reactions
        reactions.setdefault(symbol, []).append(author)
        return self._with_reactions(reactions)

    def without_reaction(self, symbol: str, authors: Collection[int]) -> Line:
        """
        Return this line without the reaction ``symbol`` of any of ``authors``.
        """
        reactions = self.reactions
        reactions[symbol] = [each for each in reactions[symbol] if each not in authors]
        return self._with_reactions({each: them for each, them in reactions.items() if them})

    def _with_reactions(self, reactions: dict[str, list[int]]) -> Line:
        kept = json.dumps(reactions, ensure_ascii=False) if reactions else ""
        return self._replace(reacted=kept)

    def edited(self, text: str, nick: str) -> Line:
        """
        Return this line with its text changed to ``text`` by ``nick``.
        """
        return self._replace(text=text, state="edited", by=nick)

    def without_reactions(self, authors: Collection[int]) -> Line:
        """
        Return this line without the reactions of ``authors``.
        """
        if not self.reacted:
            return self
        left = {
            symbol: [each for each in who if each not in authors]
            for symbol, who in self.reactions.items()
        }
        left = {symbol: who for symbol, who in left.items() if who}
        return self._replace(reacted=json.dumps(left, ensure_ascii=False) if left else "")

    def without_words(self, nick: str) -> Line:
        """
        Return this line as deleted by ``nick``.
        """
        return self._replace(text="", state="deleted", reacted="", pinned=0, by=nick)


def reactions_of(reacted: str) -> dict[str, list[int]]:
    """
    Return the authors of the reactions, by symbol, of a line that has this as its ``reacted``.
    """
    found: dict[str, list[int]] = json.loads(reacted) if reacted else {}
    return found


def bot_author(nick: str) -> int:
    """
    Return the author number of a bot, the same whenever one has this name.
    """
    return _BOTS - int.from_bytes(blake2b(fold(nick).encode(), digest_size=7).digest())


def is_bot(author: int) -> bool:
    """
    Return whether ``author`` is the number of a bot.
    """
    return author <= _BOTS


@frozen
class RoomOpened:
    """
    A room that has history from now on.

    Attributes:
        id: its number, from 1.
        key: its folded name.
        name: its name as first written.
    """

    id: int
    key: str
    name: str


@frozen
class Revised:
    """
    A changed line.

    Attributes:
        line: the new line; only its text, state, reactions, pin and who changed it may differ.
        id: of this change, as that of a line; 0 if nobody has to be told of it later.
    """

    line: Line
    id: int = 0


@frozen
class AccountMade:
    """
    A new account.

    Attributes:
        id: like that of a line; never used again.
        name: the name as registered; ``key`` is its folded form.
        password: the hash of its password.
        invitation: that of the code with which it is made, which is used with it; empty for none.
        at: when it is made, in seconds since the epoch: the code must still be good then.
        is_elsewhere: the admin program makes it, and a server that runs has yet to take it in.
    """

    id: int
    name: str
    key: str
    password: str = field(repr=False)
    invitation: str = field(default="", repr=False)
    at: float = 0.0
    is_elsewhere: bool = False


@frozen
class AccountTakenIn:
    """
    The server has taken in an account that the admin program has made.
    """

    account: int


@frozen
class AccountRemoved:
    """
    An account was deleted, with the messages that wait for it; its lines stay.
    """

    account: int


@frozen
class PasswordSet:
    """
    A new password of an account, or a new hash of the same password.
    """

    account: int
    password: str = field(repr=False)


@frozen
class RolesSet:
    """
    The new roles of an account.
    """

    account: int
    roles: frozenset[str]


@frozen
class Came:
    """
    The owner of an account arrived.
    """

    account: int


@frozen
class Went:
    """
    The owner of an account left.

    Attributes:
        seen: the latest id before that.
    """

    account: int
    seen: int


@frozen
class Seated:
    """
    The owner of an account is in a room, and returns to it.
    """

    account: int
    room: int


@frozen
class Unseated:
    """
    The owner of an account left a room for good.
    """

    account: int
    room: int


class Message(NamedTuple):
    """
    A private message; one of the two users has an account.

    Attributes:
        id: like that of a line.
        at: wall-clock time, in seconds since the epoch.
        nick: the nick of its writer at that time.
        author: the author number of its writer.
        recipient: the nick of its recipient at that time.
        addressee: the author number of its recipient.
        text: the message.
        waits: it waits for the recipient, who was not here.
    """

    id: int
    at: float
    nick: str
    author: int
    recipient: str
    addressee: int
    text: str
    waits: bool = False


@frozen
class MessagesRead:
    """
    The owner of an account has read the waiting messages up to ``last``.
    """

    account: int
    last: int


#: A change to be kept.
Change = (
    Line
    | RoomOpened
    | Revised
    | AccountMade
    | AccountTakenIn
    | AccountRemoved
    | PasswordSet
    | RolesSet
    | Came
    | Went
    | Seated
    | Unseated
    | Message
    | MessagesRead
    | AllowanceKept
    | Decision
    | SettingChange
    | TokenChange
    | KeyChange
    | InvitationChange
    | PluginChange
)


#: Changes that count as lines; the new text of a line is one too.
LINES = (Line, Message, Revised)


def id_at(at: float) -> int:
    """
    Return the least id of a time, in seconds since the epoch.
    """
    return int(at * IDS_PER_SECOND)
