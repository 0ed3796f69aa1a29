"""
A store in SQL: what it is asked, and its connections.

The statements are in the modules of their tables, in `tables`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import define, field
from twisted.internet.defer import Deferred, gatherResults

from twisted_chat.store.interface import ALL_HEARD
from twisted_chat.store.records import LAST_ID, Line, Message
from twisted_chat.store.snapshot import Snapshot
from twisted_chat.store.sqlite.export import export, remove_earlier
from twisted_chat.store.sqlite.pruning import Pruning, prune_rooms
from twisted_chat.store.sqlite.search_index import begin_again, index_some, not_ready, search
from twisted_chat.store.sqlite.tables import (
    accounts,
    decisions,
    invitations,
    keys,
    lines,
    messages,
    plugins,
    tokens,
    webhooks,
)
from twisted_chat.store.sqlite.tables.ahead import Ahead
from twisted_chat.store.sqlite.transactions import write

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from twisted_chat.store.decisions import Audited, Reported
    from twisted_chat.store.interface import Unheard, Waiting
    from twisted_chat.store.invitations import Invitation
    from twisted_chat.store.query import Query
    from twisted_chat.store.records import Change
    from twisted_chat.store.snapshot import Credentials, Registered

_Result = TypeVar("_Result")

_LAST_ID = (
    "SELECT max(coalesce((SELECT max(id) FROM line), 0), "
    "coalesce((SELECT max(id) FROM message), 0), coalesce((SELECT max(id) FROM account), 0), "
    "coalesce((SELECT max(id) FROM told), 0), coalesce((SELECT max(id) FROM revision), 0), "
    "coalesce((SELECT max(id) FROM webhook), 0))"
)
# Seconds for which a search waits until all is indexed; then the user is told to try later.
_INDEXING = 2.0


class Connected(Protocol):
    """
    Does jobs with a connection, one after the other.
    """

    def do(self, job: Callable[[sqlite3.Connection], _Result]) -> Deferred[_Result]:
        """
        Do ``job`` after all that were given before.

        Returns:
            its result; fails with `StoreFailed` for errors of the disk or the file.
        """

    def stop(self) -> Deferred[None]:
        """
        Close the connection when all jobs are done.
        """


@define(eq=False)
class SQLStore:
    """
    Keeps changes in a database: a `Store`, whatever does its jobs.

    Args:
        writer: for what turns wait for.
        reader: for requests that users wait for.
        aside: for what may take its time.
        searcher: for searches, so that users who only read back do not wait for one.
    """

    _writer: Connected
    _reader: Connected
    _aside: Connected
    _searcher: Connected
    # Of the searcher's and the pruning connection each: they are used by different threads.
    _lines_ahead: Ahead = field(init=False, factory=lambda: Ahead("line"))
    _pruning: Pruning = field(init=False, factory=Pruning)

    @property
    def forgotten(self) -> int:
        """
        The id up to which lines had to make way for later ones: none had.
        """
        return 0

    @property
    def lost(self) -> int:
        """
        The number of lines that were taken and will never be kept: none was.
        """
        return 0

    def write(self, changes: Sequence[Change]) -> Deferred[None] | None:
        """
        Keep all of ``changes``, in order, in one transaction, as `Store.write` does.
        """
        return self._writer.do(lambda connection: write(connection, changes))

    def lines(
        self, room: int, before: int, count: int, kinds: Sequence[str] = (), since: int = 0
    ) -> Deferred[list[Line]]:
        """
        Return the last lines of a room, the oldest first.
        """
        return self._reader.do(
            lambda connection: lines.last(connection, room, before, count, kinds, since)
        )

    def numbered(self, room: int, numbers: Sequence[int]) -> Deferred[list[Line]]:
        """
        Return those lines of a room that have these numbers, as far as there are any.
        """
        return self._reader.do(lambda connection: lines.numbered(connection, room, numbers))

    def first_since(self, room: int, since: int) -> Deferred[int]:
        """
        Return the number from which on the ids of a room's lines are not less than ``since``.
        """
        return self._reader.do(lambda connection: lines.first_since(connection, room, since))

    def changed(self, room: int, since: int, span: range, count: int) -> Deferred[list[Line]]:
        """
        Return the lines of a room that were changed lately, the one changed last at the end.
        """
        return self._reader.do(
            lambda connection: lines.changed(connection, room, since, span, count)
        )

    def pinned(self, room: int) -> Deferred[list[Line]]:
        """
        Return the pinned lines of a room, the oldest first.
        """
        return self._reader.do(lambda connection: lines.pinned(connection, room))

    def search(self, query: Query, count: int) -> Deferred[list[Line]]:
        """
        Return at most ``count`` lines that ``query`` finds, the latest first.
        """
        return Deferred.fromCoroutine(self._search(query, count))

    async def _search(self, query: Query, count: int) -> list[Line]:
        # Each step is a job of its own, so that new lines are written between them.
        until = time.monotonic() + _INDEXING
        while await self._writer.do(index_some):
            if time.monotonic() > until:
                raise await self._writer.do(not_ready)
        return await self._searcher.do(
            lambda connection: search(connection, query, count, self._lines_ahead)
        )

    def credentials(self, account: int) -> Deferred[Credentials | None]:
        """
        Return the kept data of an account; None if there is none, which takes as long.
        """
        return self._reader.do(lambda connection: accounts.credentials(connection, account))

    def made_elsewhere(self) -> Deferred[tuple[Registered, ...]]:
        """
        Return the accounts that the admin program has made, and that were not taken in yet.
        """
        return self._reader.do(accounts.made_elsewhere)

    def invitations(self, hash: str = "") -> Deferred[list[Invitation]]:  # noqa: A002  # its name
        """
        Return all invitation codes that are known, the oldest first, or the one with this hash.
        """
        return self._reader.do(lambda connection: invitations.invitations(connection, hash))

    def waiting(self, account: int) -> Deferred[Waiting]:
        """
        Return the messages to the owner of an account while they were not here.
        """
        return self._reader.do(lambda connection: messages.waiting(connection, account))

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
        Return the last messages between two users, the oldest first, or the first ones.
        """
        span = range(after + 1, before)
        return self._reader.do(
            lambda connection: messages.between(
                connection, one, other, span, count, key, from_end=from_end, unheard=unheard
            )
        )

    def last_messages(self, one: int) -> Deferred[list[Message]]:
        """
        Return the last messages between ``one`` and each other user by each of their nicks.
        """
        return self._reader.do(lambda connection: messages.last(connection, one))

    def messages_to(
        self, one: int, after: int, before: int, count: int
    ) -> Deferred[list[Message]]:
        """
        Return the last messages to ``one`` with ids between two, the oldest first.
        """
        return self._reader.do(
            lambda connection: messages.received(connection, one, after, before, count)
        )

    def export(self, account: int, folder: Path) -> Deferred[Path]:
        """
        Write all that is kept on the owner of an account, but their password, as JSON lines.

        Earlier files of the account in ``folder`` are removed.
        """

        def replace(connection: sqlite3.Connection) -> Path:
            path = export(connection, account, folder)
            remove_earlier(path)
            return path

        return self._aside.do(replace)

    def prune(self, before: int, rows: int) -> Deferred[int]:
        """
        Delete the oldest of all from before a time, in microseconds since the epoch.
        """
        return self._aside.do(lambda connection: self._pruning.step(connection, before, rows))

    def prune_rooms(self, rooms: Mapping[int, int]) -> Deferred[list[int]]:
        """
        Forget those of ``rooms`` of which nothing is kept, and to which nobody comes back.
        """
        return self._aside.do(lambda connection: prune_rooms(connection, rooms))

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
        """
        return self._reader.do(
            lambda connection: decisions.audit(
                connection, count, rooms, before, is_everywhere=is_everywhere
            )
        )

    def reports(
        self, count: int, *, unread: bool = False, before: int = LAST_ID
    ) -> Deferred[list[Reported]]:
        """
        Return the latest reports, the oldest first.
        """
        return self._reader.do(
            lambda connection: decisions.reports(connection, count, unread, before)
        )

    def close(self) -> Deferred[None]:
        """
        Write all changes, and close.
        """
        workers = self._searcher, self._aside, self._reader, self._writer
        stopped = gatherResults([worker.stop() for worker in workers])
        return stopped.addCallback(lambda _: None)


def load(connection: sqlite3.Connection) -> Snapshot:
    """
    Return the state that a server loads first.
    """
    begin_again(connection)
    (last_id,) = connection.execute(_LAST_ID).fetchone()
    # Users who were here when the server ended were here until then.
    connection.execute("UPDATE account SET seen = ? WHERE seen IS NULL", (last_id,))
    kept = Snapshot(
        lines.rooms(connection),
        last_id,
        accounts.registered(connection),
        accounts.allowances(connection),
        tokens=tokens.tokens(connection),
        keys=keys.keys(connection),
        plugin_values=plugins.values(connection),
        addresses=accounts.addresses(connection),
        webhooks=webhooks.webhooks(connection),
    )
    return decisions.load(connection, kept)
