"""
What is kept: the values that go into a store and come out of it, and the store itself.

A store keeps these and nothing else.  They hold names and numbers, never live objects.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, Protocol

from attrs import field, frozen

from twisted_chat.decisions import Decision, RoomState, Sanction, Standing
from twisted_chat.events import (
    Acted,
    Announced,
    Deleted,
    Event,
    Joined,
    Left,
    Renamed,
    Said,
    TopicChanged,
)
from twisted_chat.guesses import Allowance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from twisted.internet.defer import Deferred

    from twisted_chat.decisions import Audited, Reported

#: Messages that wait for one account; of more, the oldest make way.
MAX_WAITING_MESSAGES = 200
#: The kinds of lines that somebody meant to be read; the others tell of coming and going.
TALK = ("said", "acted", "announced", "topic")

#: Greater than any id.
LAST_ID = 2**63 - 1

#: Characters of a line that an answer to it quotes.
QUOTED = 40


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


@frozen
class Term:
    """
    A word, or words that follow each other.

    Attributes:
        is_beginning: the last of them may go on.
    """

    text: str
    is_beginning: bool = False


@frozen
class Query:
    """
    Which talk to find.

    Attributes:
        terms: all of them stand in it, in capitals or not, with accents or not.
        rooms: the numbers of the rooms that heard it, each with the number of the first line there
            that may be found.
        nick: who said it, in capitals or not; empty for anybody.
        after: the least id that it may have.
        before: an id that is greater.
    """

    terms: tuple[Term, ...]
    rooms: Mapping[int, int]
    nick: str = ""
    after: int = 0
    before: int = LAST_ID

    def is_readable(self, line: Line) -> bool:
        """
        Say whether ``line`` is one that may be found.
        """
        return line.number >= self.rooms.get(line.room, LAST_ID)


@frozen
class Chronicled:
    """
    A room of which something is kept, as a store tells it at the start.

    Attributes:
        number: of its latest line; 0 if there is none.
    """

    id: int
    key: str
    name: str
    number: int


@frozen
class Registered:
    """
    An account, as a store tells it at the start.
    """

    id: int
    name: str
    key: str
    roles: frozenset[str]


@frozen
class Credentials:
    """
    What is kept of an account and needed when its owner comes.

    Attributes:
        password: its hash.
        roles: what its owner may do beyond the ordinary.
        seen: the id of what came last before they went; 0 if they never did.
        seats: the numbers of the rooms they were in.
    """

    password: str = field(repr=False)
    roles: frozenset[str]
    seen: int
    seats: tuple[int, ...]


@frozen
class Waiting:
    """
    What was written to somebody who was not here.

    Attributes:
        messages: the oldest first.
        dropped: how many older ones made way for them.
    """

    messages: tuple[Message, ...]
    dropped: int


@frozen
class Kept:
    """
    What a server must know of the past before it serves.

    Attributes:
        rooms: all of which something is kept.
        last_id: the latest id that anything has; 0 if there is none.
        accounts: all there are.
        allowances: guesses at passwords that were used up.
        states: how rooms are set, those that are not as they began.
        standings: who was let into which room.
        sanctions: bans and mutes, also those that have expired since.
        unread: how many reports wait for an operator.
        last_room: the greatest number of a room, which may be forgotten, in the trail and reports.
    """

    rooms: tuple[Chronicled, ...] = ()
    last_id: int = 0
    accounts: tuple[Registered, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    states: tuple[RoomState, ...] = ()
    standings: tuple[Standing, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    unread: int = 0
    last_room: int = 0


class StoreFailed(Exception):
    """
    A store could not do what it was asked.  Nothing of that one request was done.
    """


class TookTooLong(StoreFailed):
    """
    A search was given up, so that others have their turn.
    """


class Unanswered(StoreFailed):
    """
    A store has not answered in time; what it was asked for may happen yet.
    """


class NotWritten(StoreFailed):
    """
    A file for somebody cannot be written; the database is well.  The text is one sentence.
    """


class NotReady(StoreFailed):
    """
    So much was said of late that it cannot be searched yet.
    """


class Store(Protocol):
    """
    Keeps changes, and answers questions about what was kept.

    None of this waits for a disk but `load`; an answer that is a Deferred may fail with
    `StoreFailed`.
    """

    @property
    def forgotten(self) -> int:
        """
        The id up to which lines had to make way for later ones; 0 if none had.
        """

    def load(self) -> Kept:
        """
        Return what must be known before anything else is asked.
        """

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Keep all of ``changes``, in order, or none.

        A line that is kept already (by its room and number) stays as it is, so that what may have
        been written can be written again.

        Returns:
            fires when they are safe.
        """

    def lines(
        self, room: int, before: int, count: int, kinds: Sequence[str] = (), since: int = 0
    ) -> Deferred[list[Line]]:
        """
        Return the last lines of a room, the oldest first.

        Args:
            before: only those whose number is less than this.
            count: at most so many.
            kinds: only of these kinds; empty for all.
            since: only those whose id is not less than this.
        """

    def numbered(self, room: int, numbers: Sequence[int]) -> Deferred[list[Line]]:
        """
        Return those lines of a room that have these numbers, as far as there are any.
        """

    def pinned(self, room: int) -> Deferred[list[Line]]:
        """
        Return the lines of a room that stay, the oldest first.
        """

    def search(self, query: Query, count: int) -> Deferred[list[Line]]:
        """
        Return the latest talk that ``query`` finds, the latest first, ``count`` lines at most.

        Nothing is left out that is kept by now; may fail with `TookTooLong` and `NotReady`.
        """

    def credentials(self, account: int) -> Deferred[Credentials | None]:
        """
        Return what is kept of an account; None if there is none, which takes as long.
        """

    def waiting(self, account: int) -> Deferred[Waiting]:
        """
        Return what was written to the owner of an account while they were not here.
        """

    def messages(
        self, one: int, other: int, before: int, count: int, key: str = ""
    ) -> Deferred[list[Message]]:
        """
        Return the last messages between two people, the oldest first.

        Args:
            one: an author, as of a line.
            other: likewise.
            before: only those whose id is less than this.
            count: at most so many.
            key: a folded nick; who had it when one of them was written is the other one too.
        """

    def export(self, account: int, folder: Path) -> Deferred[Path]:
        """
        Write all that is kept on the owner of an account, but their password, as JSON lines.

        Args:
            folder: where to; made if need be, for its owner alone, as the file is.

        Returns:
            the file, such as ``alice-20261121T130746Z.jsonl``; it was never there but complete.
        """

    def prune(self, before: int, rows: int) -> Deferred[int]:
        """
        Delete the oldest of all whose id is less than ``before``.

        That is lines, messages, reports that were read, and of the audit trail what does not hold.

        Args:
            rows: at most so many of each.

        Returns:
            how many were deleted; 0 when none is left.
        """

    def prune_rooms(self, rooms: Sequence[int]) -> Deferred[list[int]]:
        """
        Forget those of ``rooms`` of which nothing is kept, and to which nobody comes back.

        Returns:
            which these were.
        """

    def audit(
        self,
        count: int,
        first: Mapping[int, int],
        room: int | None = None,
        before: int = LAST_ID,
    ) -> Deferred[list[Audited]]:
        """
        Return the latest of the audit trail, the oldest first.

        Args:
            count: at most so many.
            first: for rooms of which not everything may be read, the number from which on.
            room: of this one alone; None for all of them and the server.
            before: only those whose id is less.
        """

    def reports(
        self, count: int, *, unread: bool = False, before: int = LAST_ID
    ) -> Deferred[list[Reported]]:
        """
        Return the latest reports, the oldest first.

        Args:
            count: at most so many.
            unread: only those that no operator has read.
            before: only those whose id is less.
        """

    def close(self) -> Deferred[None]:
        """
        Write all that was handed over, and let go.
        """


def event_of(line: Line, room: str, answered: Line | None = None) -> Event:
    """
    Return what ``line`` of the room called ``room`` told, or that it was deleted.

    Args:
        answered: the line that it answers, if that may be quoted.
    """
    if line.state == "deleted":
        return Deleted(line.at, room, line.text, line.number)
    match line.kind:
        case "said":
            quote, quoted = ("", "") if answered is None else (quote_of(answered), answered.nick)
            return Said(line.at, room, line.nick, line.text, line.number, line.re, quote, quoted)
        case "acted":
            return Acted(line.at, room, line.nick, line.text, line.number)
        case "announced":
            return Announced(line.at, room, line.text, line.number)
        case "joined":
            return Joined(line.at, room, line.nick)
        case "left":
            return Left(line.at, room, line.nick, line.text)
        case "renamed":
            return Renamed(line.at, line.nick, line.text)
        case "topic":
            return TopicChanged(line.at, room, line.nick, line.text)
        case kind:
            raise ValueError(f"no event is kept as {kind!r}")


def quote_of(line: Line) -> str:
    """
    Return how an answer to ``line`` quotes it; empty if it was deleted.
    """
    if line.state == "deleted":
        return ""
    text = line.text if len(line.text) <= QUOTED else f"{line.text[:QUOTED].rstrip()}..."
    between = "" if not line.nick else " " if line.kind == "acted" else ": "
    return f"{line.nick}{between}{text}"
