"""
A store of SQL: which connection does what, and what is kept together.

What is written and read stands with what it is about: `lines`, `accounts`, `messages`, `decided`.
"""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import define
from twisted.internet.defer import Deferred, gatherResults

from twisted_chat.store.interface import Kept
from twisted_chat.store.records import (
    LAST_ID,
    AllowanceKept,
    Came,
    Line,
    Message,
    MessagesRead,
    Revised,
    RoomOpened,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.sqlite import accounts, decisions, lines, messages
from twisted_chat.store.sqlite.export import export
from twisted_chat.store.sqlite.pruning import prune, prune_rooms
from twisted_chat.store.sqlite.search_index import begin_anew, index_some, not_ready, search

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from twisted_chat.store.decisions import Audited, Reported
    from twisted_chat.store.interface import Credentials, Query, Waiting
    from twisted_chat.store.records import Change

_Result = TypeVar("_Result")

_LAST_ID = (
    "SELECT max(coalesce((SELECT max(id) FROM line), 0), "
    "coalesce((SELECT max(id) FROM message), 0), coalesce((SELECT max(id) FROM account), 0))"
)
# Seconds for which a search waits until all is indexed; then whoever waits is told to come later.
_INDEXING = 2.0
# What may be lost with the power; what anything else changes is on the disk when it is told.
_PASSING = frozenset(
    {
        *(Line, Revised, Message, MessagesRead, RoomOpened),
        *(Came, Went, Seated, Unseated, AllowanceKept),
    }
)

_WRITERS = lines.WRITERS | accounts.WRITERS | messages.WRITERS | decisions.WRITERS


class Connected(Protocol):
    """
    Does jobs with a connection, one after the other.
    """

    def do(self, job: Callable[[sqlite3.Connection], _Result]) -> Deferred[_Result]:
        """
        Have ``job`` done after all that were given before.

        Returns:
            what it returns; fails with `StoreFailed` for what the disk or the file is to blame.
        """

    def stop(self) -> Deferred[None]:
        """
        Let go of the connection when all jobs are done.
        """


@define(eq=False)
class SQLStore:
    """
    Keeps changes in a database: a `Store`, whatever does its jobs.

    Args:
        writer: for what turns wait for.
        reader: for what people wait for.
        aside: for what may take its time.
        searcher: for searches, so that none is waited for by those who only read back.
    """

    _writer: Connected
    _reader: Connected
    _aside: Connected
    _searcher: Connected

    @property
    def forgotten(self) -> int:
        """
        The id up to which lines had to make way for later ones: none had.
        """
        return 0

    def write(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Keep all of ``changes``, in order, in one transaction.
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

    def pinned(self, room: int) -> Deferred[list[Line]]:
        """
        Return the lines of a room that stay, the oldest first.
        """
        return self._reader.do(lambda connection: lines.pinned(connection, room))

    def search(self, query: Query, count: int) -> Deferred[list[Line]]:
        """
        Return the latest talk that ``query`` finds, the latest first, ``count`` lines at most.
        """
        return Deferred.fromCoroutine(self._search(query, count))

    async def _search(self, query: Query, count: int) -> list[Line]:
        # Each step is a job of its own, so that what is said meanwhile is written between them.
        until = time.monotonic() + _INDEXING
        while await self._writer.do(index_some):
            if time.monotonic() > until:
                raise await self._writer.do(not_ready)
        return await self._searcher.do(lambda connection: search(connection, query, count))

    def credentials(self, account: int) -> Deferred[Credentials | None]:
        """
        Return what is kept of an account; None if there is none, which takes as long.
        """
        return self._reader.do(lambda connection: accounts.credentials(connection, account))

    def waiting(self, account: int) -> Deferred[Waiting]:
        """
        Return what was written to the owner of an account while they were not here.
        """
        return self._reader.do(lambda connection: messages.waiting(connection, account))

    def messages(
        self, one: int, other: int, before: int, count: int, key: str = ""
    ) -> Deferred[list[Message]]:
        """
        Return the last messages between two people, the oldest first.
        """
        return self._reader.do(
            lambda connection: messages.between(connection, one, other, before, count, key)
        )

    def export(self, account: int, folder: Path) -> Deferred[Path]:
        """
        Write all that is kept on the owner of an account, but their password, as JSON lines.
        """
        return self._aside.do(lambda connection: export(connection, account, folder))

    def prune(self, before: int, rows: int) -> Deferred[int]:
        """
        Delete the oldest of all whose id is less than ``before``.
        """
        return self._aside.do(lambda connection: prune(connection, before, rows))

    def prune_rooms(self, rooms: Sequence[int]) -> Deferred[list[int]]:
        """
        Forget those of ``rooms`` of which nothing is kept, and to which nobody comes back.
        """
        return self._aside.do(lambda connection: prune_rooms(connection, rooms))

    def audit(
        self,
        count: int,
        first: Mapping[int, int],
        room: int | None = None,
        before: int = LAST_ID,
    ) -> Deferred[list[Audited]]:
        """
        Return the latest of the audit trail, the oldest first.
        """
        return self._reader.do(
            lambda connection: decisions.audit(connection, count, first, room, before)
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
        Write all that was handed over, and let go.
        """
        workers = self._searcher, self._aside, self._reader, self._writer
        stopped = gatherResults([worker.stop() for worker in workers])
        return stopped.addCallback(lambda _: None)


def load(connection: sqlite3.Connection) -> Kept:
    """
    Return what a server must know before anything else is asked.
    """
    begin_anew(connection)
    (last_id,) = connection.execute(_LAST_ID).fetchone()
    # Whoever was here when the server ended was so until then.
    connection.execute("UPDATE account SET seen = ? WHERE seen IS NULL", (last_id,))
    kept = Kept(
        lines.rooms(connection),
        last_id,
        accounts.registered(connection),
        accounts.allowances(connection),
    )
    return decisions.load(connection, kept)


def write(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """
    Keep all of ``changes``, in order, in one transaction.

    What changes accounts, bans, or who may do what is on the disk itself afterwards, and so is all
    that was written before; of talk only the system has to know, unless the connection says more.
    """
    if _PASSING.issuperset(map(type, changes)):
        _write(connection, changes)
        return
    (usual,) = connection.execute("PRAGMA synchronous").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    try:
        _write(connection, changes)
    finally:
        connection.execute(f"PRAGMA synchronous = {usual}")


def _write(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for kind, group in groupby(changes, type):
            _WRITERS[kind](connection, group)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
