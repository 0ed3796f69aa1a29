"""
What is kept: the values that go into a store and come out of it.

A store keeps these and nothing else.  They hold names and numbers, never live objects.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from attrs import field, frozen

from twisted_chat.store.decisions import Decision

if TYPE_CHECKING:
    from twisted_chat.text.durations import Duration

#: Messages that wait for one account; of more, the oldest make way.
MAX_WAITING_MESSAGES = 200
#: The kinds of lines that somebody meant to be read; the others tell of coming and going.
TALK = ("said", "acted", "announced", "topic")

#: Greater than any id.
LAST_ID = 2**63 - 1


class Line(NamedTuple):
    """
    Something that a room heard.

    A tuple, for a store binds it to its columns as it is, thousands of times a second.

    Attributes:
        id: in the order of everything that is kept: microseconds since the epoch, ascending even
            where the clock is not.
        room: the number of its room.
        number: in the order of its room, from 1.
        at: wall-clock time, in seconds since the epoch.
        kind: ``said``, ``acted``, ``announced``, ``joined``, ``left``, ``renamed`` or ``topic``.
        nick: who did it, as they were called then; empty for an announcement.
        author: their account, or for somebody without one a negative number for this visit; 0 for
            an announcement.
        text: what was said, the reason, the new nick or the new topic; of a deleted line, who
            deleted it.
        re: the number of the line that it answers; 0 for none.
        state: ``edited`` or ``deleted``; empty for neither.
        reacted: what `reactions` reads.
        pinned: the account or visit of who put it among those of its room that stay, else 0.
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

    @property
    def reactions(self) -> dict[str, list[int]]:
        """
        For each symbol with which somebody reacted, the authors who did.
        """
        found: dict[str, list[int]] = json.loads(self.reacted) if self.reacted else {}
        return found

    def with_reaction(self, symbol: str, author: int) -> Line:
        """
        Return this line as it is once ``author`` has reacted with ``symbol`` too.
        """
        reactions = self.reactions
        reactions.setdefault(symbol, []).append(author)
        return self._replace(reacted=json.dumps(reactions, ensure_ascii=False))

    def without_words(self, nick: str) -> Line:
        """
        Return what is left of this line once ``nick`` has deleted it.
        """
        return self._replace(text=nick, state="deleted", reacted="", pinned=0)


@frozen
class RoomOpened:
    """
    A room of which something is kept from here on.

    Attributes:
        id: its number, from 1.
        key: its folded name.
        name: as it was first written.
    """

    id: int
    key: str
    name: str


@frozen
class Revised:
    """
    A line that is kept already, and says something else from here on.

    Attributes:
        line: as it is now; nothing but its text, state, reactions and pin is new.
    """

    line: Line


@frozen
class AccountMade:
    """
    A name that belongs to somebody from here on.

    Attributes:
        id: as a line's; never used again.
        name: as it was registered; ``key`` is its folded form.
        password: its hash.
    """

    id: int
    name: str
    key: str
    password: str = field(repr=False)


@frozen
class AccountRemoved:
    """
    An account that is no more: what waits for it goes with it; what was said stays.
    """

    account: int


@frozen
class PasswordSet:
    """
    An account has another password, or another hash of the same.
    """

    account: int
    password: str = field(repr=False)


@frozen
class RolesSet:
    """
    What the owner of an account may do beyond the ordinary.
    """

    account: int
    roles: frozenset[str]


@frozen
class Came:
    """
    The owner of an account is here.
    """

    account: int


@frozen
class Went:
    """
    The owner of an account has gone.

    Attributes:
        seen: the id of what came last before that.
    """

    account: int
    seen: int


@frozen
class Seated:
    """
    The owner of an account is in a room, and comes back to it.
    """

    account: int
    room: int


@frozen
class Unseated:
    """
    The owner of an account has left a room.
    """

    account: int
    room: int


class Message(NamedTuple):
    """
    What one person wrote to another; one of them has an account.

    Attributes:
        id: as a line's.
        at: wall-clock time, in seconds since the epoch.
        nick: who wrote it, as they were called then.
        author: as of a line.
        recipient: whom it is for, as they were called then.
        addressee: as an author.
        text: what was written.
        waits: until the addressee, who was not here, has read it.
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
    The owner of an account has read what waited, up to the message ``last``.
    """

    account: int
    last: int


@frozen
class Allowance:
    """
    What was used up of one allowance, and is worth keeping.

    Attributes:
        account: that it is for; empty for that of an address, whatever the account.
        address: that it is for; empty for that of all strangers to the account.  With a network
            it is that one's turn.
        whole_at: when all of it is there again, in seconds since the epoch.
        known_at: when the owner of the account came in from the address; 0 for never.
    """

    account: str
    address: str
    whole_at: float
    known_at: float = 0.0

    def is_settled(self, now: float) -> bool:
        """
        Say whether it is as good as a new one, so that it need not be kept.
        """
        return not self.known_at and self.whole_at <= now


@frozen
class AllowanceKept:
    """
    What was used up of an allowance of guesses, to be forgotten if it is settled.
    """

    allowance: Allowance
    is_settled: bool


#: One thing to be kept.
Change = (
    Line
    | RoomOpened
    | Revised
    | AccountMade
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
)


def id_at(at: float) -> int:
    """
    Return the least id of what happens from ``at`` on, in seconds since the epoch.
    """
    return int(at * 1_000_000)


def oldest_kept(age: Duration, now: float) -> int:
    """
    Return the least id that is kept at ``now``, in seconds since the epoch.

    Args:
        age: how long it is kept; 0 is for ever.
    """
    return id_at(now - age.total_seconds()) if age else 0
