"""
The store, as the rest of the server sees it: its requests, answers and failures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from twisted_chat.store.records import LAST_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from twisted.internet.defer import Deferred

    from twisted_chat.store.decisions import Audited, Reported
    from twisted_chat.store.invitations import Invitation
    from twisted_chat.store.query import Query
    from twisted_chat.store.records import Change, Line, Message
    from twisted_chat.store.snapshot import Credentials, Registered, Snapshot
    from twisted_chat.store.usage import Usage

#: Messages that wait for one account; when there are more, the oldest are dropped.
MAX_WAITING_MESSAGES = 200


@frozen
class Waiting:
    """
    A message to a user who was not here.

    Attributes:
        messages: the oldest first.
        dropped: how many older ones made way for them.
    """

    messages: tuple[Message, ...]
    dropped: int


@frozen
class Unheard:
    """
    Whose messages a user does not read.

    Attributes:
        authors: as author numbers.
        nicks: what they were called when they wrote them, folded as names are.
    """

    authors: frozenset[int] = frozenset()
    nicks: frozenset[str] = frozenset()


#: What is left out for a user who ignores nobody: nothing.
ALL_HEARD = Unheard()


class StoreFailed(Exception):
    """
    A store could not do a request.  Nothing of that request was done.
    """


class ChangeRefused(Exception):
    """
    A change cannot be kept because of what the store holds meanwhile; all others of it are.
    """


class NameRefused(ChangeRefused):
    """
    An account cannot be made: the admin program has made one that is called so, or looks like it.

    Args:
        other: its name.
    """

    def __init__(self, other: str) -> None:
        super().__init__("another account has such a name")
        self.other = other


class TookTooLong(StoreFailed):
    """
    A search was given up, so that others have their turn.
    """


class Unanswered(StoreFailed):
    """
    A store has not answered in time; the request may still be done.
    """


class NotWritten(StoreFailed):
    """
    A file for a user cannot be written; the database is well.  The text is one sentence.
    """


class NotReady(StoreFailed):
    """
    Not all lines can be searched yet: the latest, or all because they are indexed again.

    Attributes:
        done: how much is indexed again, in percent; None if only the latest lines are missing.
    """

    def __init__(self, reason: str = "", done: int | None = None) -> None:
        super().__init__(reason)
        self.done = done


class Store(Protocol):
    """
    Keeps changes, and answers questions about them.

    None of this waits for a disk but `load`; an answer that is a Deferred may fail with
    `StoreFailed`.
    """

    @property
    def forgotten(self) -> int:
        """
        The id up to which lines had to make way for later ones; 0 if none had.
        """

    @property
    def lost(self) -> int:
        """
        The number of lines that were taken and will never be kept, because of a bug.
        """

    def load(self) -> Snapshot:
        """
        Return what must be known before anything else is asked.
        """

    def write(self, changes: Sequence[Change]) -> Deferred[None] | None:
        """
        Keep all of ``changes``, in order, or none.

        A line that is kept already (by its room and number) stays as it is, so that what may have
        been written can be written again.

        Args:
            changes: with none of them, it fails if nothing could be kept.

        Returns:
            fires when they are safe; None if they are already.
        """

    def lines(
        self, room: int, before: int, count: int, kinds: Sequence[str] = (), since: int = 0
    ) -> Deferred[list[Line]]:
        """
        Return the last lines of a room, the oldest first.

        Args:
            before: only those whose number is less than this.
            count: the maximum number.
            kinds: only of these kinds; empty for all.
            since: only those whose id is not less than this.
        """

    def numbered(self, room: int, numbers: Sequence[int]) -> Deferred[list[Line]]:
        """
        Return those lines of a room that have these numbers, as far as there are any.
        """

    def changed(self, room: int, since: int, span: range, count: int) -> Deferred[list[Line]]:
        """
        Return the lines of a room that were changed lately, the one changed last at the end.

        Args:
            since: only those that were changed behind this id.
            span: only those with these numbers.
            count: the maximum number, of the first ones.
        """

    def pinned(self, room: int) -> Deferred[list[Line]]:
        """
        Return the pinned lines of a room, the oldest first.
        """

    def search(self, query: Query, count: int) -> Deferred[list[Line]]:
        """
        Return at most ``count`` lines that ``query`` finds, the latest first.

        Nothing is left out that is kept by now; may fail with `TookTooLong` and `NotReady`.
        """

    def first_since(self, room: int, since: int) -> Deferred[int]:
        """
        Return the number from which on the ids of a room's lines are not less than ``since``.
        """

    def credentials(self, account: int) -> Deferred[Credentials | None]:
        """
        Return the kept data of an account; None if there is none, which takes as long.
        """

    def made_elsewhere(self) -> Deferred[tuple[Registered, ...]]:
        """
        Return the accounts that the admin program has made, and that were not taken in yet.
        """

    def invitations(self, hash: str = "") -> Deferred[list[Invitation]]:  # noqa: A002  # its name
        """
        Return all invitation codes that are known, the oldest first, or the one with this hash.
        """

    def waiting(self, account: int) -> Deferred[Waiting]:
        """
        Return the messages to the owner of an account while they were not here.
        """

    def messages(
        self,
        one: int,
        other: int,
        before: int,
        count: int,
        key: str = "",
        after: int = -1,
        *,
        from_end: bool = True,
        unheard: Unheard = ALL_HEARD,
    ) -> Deferred[list[Message]]:
        """
        Return the last messages between two users, the oldest first.

        Args:
            one: an author number, as of a line.
            other: likewise.
            before: only those whose id is less than this.
            count: the maximum number.
            key: a folded nick; who had it when one of them was written is the other one too.
            after: only those whose id is greater than this.
            from_end: the last ones, if there are more; else the first ones.
            unheard: whose messages to ``one`` are left out.
        """

    def last_messages(self, one: int) -> Deferred[list[Message]]:
        """
        Return the last message between ``one``, an author number, and each other user.

        That is one to the other one and one from them, for each nick that they had; the oldest
        one is the first.
        """

    def messages_to(
        self, one: int, after: int, before: int, count: int
    ) -> Deferred[list[Message]]:
        """
        Return the last messages to ``one``, an author number, the oldest first.

        Args:
            after: only those whose id is greater than this.
            before: only those whose id is less than this.
            count: the maximum number.
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
        Delete the oldest of all from before a time, whatever their ids are.

        That is lines, messages, reports that were read, and of the audit trail what does not hold.

        Args:
            before: the time, in microseconds since the epoch.
            rows: the most of each.

        Returns:
            the number of deleted entries; 0 if none is left.
        """

    def prune_rooms(self, rooms: Mapping[int, int]) -> Deferred[list[int]]:
        """
        Forget those of ``rooms`` in which nothing was said, and to which nobody comes back.

        Args:
            rooms: each with the number of its latest line; one with later lines is kept.

        Returns:
            which these were.
        """

    def audit(
        self,
        count: int,
        rooms: Mapping[int, int],
        before: int = LAST_ID,
        *,
        is_everywhere: bool = False,
    ) -> Deferred[list[Audited]]:
        """
        Return the latest entries of the audit trail, the oldest first.

        Args:
            count: the maximum number.
            rooms: of these, by number, those from this number on.
            before: only those whose id is less.
            is_everywhere: also those of the server and of all rooms that users may read who were
                not let in.
        """

    def reports(
        self, count: int, *, unread: bool = False, before: int = LAST_ID
    ) -> Deferred[list[Reported]]:
        """
        Return the latest reports, the oldest first.

        Args:
            count: the maximum number.
            unread: only those that no operator has read.
            before: only those whose id is less.
        """

    def usage(self) -> Deferred[Usage]:
        """
        Return how much the store takes, and how much is left.
        """

    def close(self) -> Deferred[None]:
        """
        Write all changes, and close.
        """
