"""
The store's SQL: what changes write, and what questions read.
"""

from __future__ import annotations

import json
import re
import sqlite3
from bisect import bisect_left
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from attrs import define
from twisted.internet.defer import Deferred, gatherResults

from twisted_chat.guesses import Allowance
from twisted_chat.names import fold
from twisted_chat.records import (
    MAX_WAITING_MESSAGES,
    AccountMade,
    AccountRemoved,
    AllowanceKept,
    Came,
    Chronicled,
    Credentials,
    Kept,
    Line,
    Message,
    MessagesRead,
    NotReady,
    PasswordSet,
    Registered,
    Revised,
    RolesSet,
    RoomOpened,
    Seated,
    Unseated,
    Waiting,
    Went,
)
from twisted_chat.store import decided
from twisted_chat.store.exports import export
from twisted_chat.store.index import index_some, search
from twisted_chat.store.pruning import prune, prune_rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from twisted_chat.decisions import Audited, Reported
    from twisted_chat.records import Change, Query

_Result = TypeVar("_Result")

_SURROGATES = re.compile("[\ud800-\udfff]")
_LAST_ID = (
    "SELECT max(coalesce((SELECT max(id) FROM line), 0), "
    "coalesce((SELECT max(id) FROM message), 0), coalesce((SELECT max(id) FROM account), 0))"
)
_COLUMNS = ", ".join(Line._fields)
# Of too many messages that wait, the oldest of whoever wrote most of them: nobody's only one makes
# way for a flood of another's.
_DROP_ONE = """
DELETE FROM message WHERE id = (
    SELECT min(id) FROM message WHERE addressee = :account AND waits
    GROUP BY author ORDER BY count(*) DESC, min(id) LIMIT 1
) AND :most < (SELECT count(*) FROM message WHERE addressee = :account AND waits)
"""
# With whom somebody has exchanged messages, and how those were called in them.
_CORRESPONDENTS = """
SELECT addressee, recipient FROM message WHERE author = :one
UNION SELECT author, nick FROM message WHERE addressee = :one
"""
_MESSAGES = """
SELECT * FROM (
    SELECT * FROM message
    WHERE author = :one AND addressee IN (SELECT value FROM json_each(:others)) AND id < :before
    ORDER BY id DESC LIMIT :count
) UNION SELECT * FROM (
    SELECT * FROM message
    WHERE addressee = :one AND author IN (SELECT value FROM json_each(:others)) AND id < :before
    ORDER BY id DESC LIMIT :count
) ORDER BY id DESC LIMIT :count
"""
# Steps for which a search waits until all is indexed; that takes some seconds.
_STEPS = 1000
# What may be lost with the power; what anything else changes is on the disk when it is told.
_PASSING = frozenset(
    {
        *(Line, Revised, Message, MessagesRead, RoomOpened),
        *(Came, Went, Seated, Unseated, AllowanceKept),
    }
)
# Rows of one statement: to bind many at once costs half of what one after the other does.
_ROWS = (64, 8, 1)


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
        # As it stands with the index of talk, so that this is used: any number of joins and parts
        # may lie before the last thing that was said.
        names = ", ".join(f"'{kind}'" for kind in kinds)
        chosen = f"AND kind IN ({names})" if kinds else ""
        which = f"room = ? AND number >= ? AND number < ? {chosen} ORDER BY number DESC LIMIT ?"

        def read(connection: sqlite3.Connection) -> list[Line]:
            first = _first_since(connection, room, since) if since else 0
            return _lines(connection, which, room, first, before, count)[::-1]

        return self._reader.do(read)

    def numbered(self, room: int, numbers: Sequence[int]) -> Deferred[list[Line]]:
        """
        Return those lines of a room that have these numbers, as far as there are any.
        """
        which = f"room = ? AND number IN ({_marks(len(numbers))}) ORDER BY number"
        return self._reader.do(lambda connection: _lines(connection, which, room, *numbers))

    def pinned(self, room: int) -> Deferred[list[Line]]:
        """
        Return the lines of a room that stay, the oldest first.
        """
        which = "room = ? AND pinned ORDER BY number"
        return self._reader.do(lambda connection: _lines(connection, which, room))

    def search(self, query: Query, count: int) -> Deferred[list[Line]]:
        """
        Return the latest talk that ``query`` finds, the latest first, ``count`` lines at most.
        """
        return Deferred.fromCoroutine(self._search(query, count))

    async def _search(self, query: Query, count: int) -> list[Line]:
        # Each step is a job of its own, so that what is said meanwhile is written between them.
        for _ in range(_STEPS):
            if not await self._writer.do(index_some):
                return await self._searcher.do(lambda connection: search(connection, query, count))
        raise NotReady

    def credentials(self, account: int) -> Deferred[Credentials | None]:
        """
        Return what is kept of an account; None if there is none, which takes as long.
        """

        def read(connection: sqlite3.Connection) -> Credentials | None:
            found = connection.execute(
                "SELECT password, roles, coalesce(seen, 0) FROM account WHERE id = ?", (account,)
            ).fetchone()
            seats = connection.execute(
                "SELECT room FROM seat WHERE account = ? ORDER BY room", (account,)
            ).fetchall()
            if found is None:
                return None
            password, roles, seen = found
            return Credentials(
                password, frozenset(roles.split()), seen, tuple(room for (room,) in seats)
            )

        return self._reader.do(read)

    def waiting(self, account: int) -> Deferred[Waiting]:
        """
        Return what was written to the owner of an account while they were not here.
        """

        def read(connection: sqlite3.Connection) -> Waiting:
            messages = connection.execute(
                "SELECT * FROM message WHERE addressee = ? AND waits ORDER BY id", (account,)
            ).fetchall()
            dropped = connection.execute(
                "SELECT messages FROM dropped WHERE account = ?", (account,)
            ).fetchone()
            return Waiting(tuple(map(_message, messages)), dropped[0] if dropped else 0)

        return self._reader.do(read)

    def messages(
        self, one: int, other: int, before: int, count: int, key: str = ""
    ) -> Deferred[list[Message]]:
        """
        Return the last messages between two people, the oldest first.
        """

        def read(connection: sqlite3.Connection) -> list[Message]:
            others = [other]
            if key:
                known = connection.execute(_CORRESPONDENTS, {"one": one})
                others += [author for author, nick in known if fold(nick) == key]
            rows = connection.execute(
                _MESSAGES,
                {"one": one, "others": json.dumps(others), "before": before, "count": count},
            )
            return [_message(row) for row in rows][::-1]

        return self._reader.do(read)

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
        self, count: int, first: Mapping[int, int], room: int | None = None
    ) -> Deferred[list[Audited]]:
        """
        Return the latest of the audit trail, the oldest first.
        """
        return self._reader.do(lambda connection: decided.audit(connection, count, first, room))

    def reports(self, count: int, *, unread: bool = False) -> Deferred[list[Reported]]:
        """
        Return the latest reports, the oldest first.
        """
        return self._reader.do(lambda connection: decided.reports(connection, count, unread))

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
    rooms = connection.execute(
        "SELECT id, key, name, max(pruned, coalesce("
        "(SELECT max(number) FROM line WHERE room = room.id), 0)) FROM room ORDER BY id"
    )
    (last_id,) = connection.execute(_LAST_ID).fetchone()
    # Whoever was here when the server ended was so until then.
    connection.execute("UPDATE account SET seen = ? WHERE seen IS NULL", (last_id,))
    accounts = connection.execute("SELECT id, name, key, roles FROM account ORDER BY id")
    allowances = connection.execute("SELECT * FROM allowance")
    kept = Kept(
        tuple(Chronicled(*row) for row in rooms),
        last_id,
        tuple(
            Registered(number, name, key, frozenset(roles.split()))
            for number, name, key, roles in accounts
        ),
        tuple(Allowance(*row) for row in allowances),
    )
    return decided.load(connection, kept)


def _first_since(connection: sqlite3.Connection, room: int, since: int) -> int:
    """
    Return the number from which on the ids of a room's lines are not less than ``since``.

    They ascend together, so that it is found in a few looks and not in all that was said.
    """

    def id_at(number: int) -> int:
        # Of what was deleted, or lost, nothing is there: then that of the next.
        (found,) = connection.execute(
            "SELECT id FROM line WHERE room = ? AND number >= ? ORDER BY number LIMIT 1",
            (room, number),
        ).fetchone()
        return int(found)

    (last,) = connection.execute(
        "SELECT coalesce(max(number), -1) FROM line WHERE room = ?", (room,)
    ).fetchone()
    return bisect_left(range(last + 1), since, key=id_at)


def _lines(connection: sqlite3.Connection, which: str, *values: object) -> list[Line]:
    query = f"SELECT {_COLUMNS} FROM line WHERE {which}"  # noqa: S608  # only names and marks
    return [Line(*row) for row in connection.execute(query, values)]


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


def _write_lines(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    waiting = list(lines)
    start = 0
    for rows in _ROWS:
        while len(waiting) - start >= rows:
            part = waiting[start : start + rows]
            values = [value for line in part for value in line]
            try:
                connection.execute(_insert_lines(rows), values)
            except UnicodeEncodeError:
                connection.execute(_insert_lines(rows), [_encodable(value) for value in values])
            start += rows


def _encodable(value: object) -> object:
    # A plugin may say a lone surrogate; it is read as U+FFFD.
    return _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


@cache
def _insert_lines(rows: int) -> str:
    row = f"({_marks(len(Line._fields))})"
    values = ", ".join([row] * rows)
    return f"INSERT INTO line VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  # only marks


def _revise(connection: sqlite3.Connection, revisions: Iterable[Revised]) -> None:
    connection.executemany(
        "UPDATE line SET text = ?, state = ?, reacted = ?, pinned = ? "
        "WHERE room = ? AND number = ?",
        [
            (line.text, line.state, line.reacted, line.pinned, line.room, line.number)
            for line in (revision.line for revision in revisions)
        ],
    )


def _message(row: tuple[Any, ...]) -> Message:
    return Message._make((*row[:-1], bool(row[-1])))


def _keep_messages(connection: sqlite3.Connection, messages: Iterable[Message]) -> None:
    messages = list(messages)
    connection.executemany(
        "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", messages
    )
    most = MAX_WAITING_MESSAGES
    for account in {message.addressee for message in messages if message.waits}:
        dropped = 0
        while connection.execute(_DROP_ONE, {"account": account, "most": most}).rowcount:
            dropped += 1
        if dropped:
            connection.execute(
                "INSERT INTO dropped VALUES (:account, :count) "
                "ON CONFLICT DO UPDATE SET messages = messages + :count",
                {"account": account, "count": dropped},
            )


def _remove_accounts(connection: sqlite3.Connection, removed: Iterable[AccountRemoved]) -> None:
    for each in removed:
        for statement in (
            "DELETE FROM account WHERE id = ?",
            "DELETE FROM seat WHERE account = ?",
            "DELETE FROM message WHERE addressee = ? AND waits",
            "DELETE FROM dropped WHERE account = ?",
            "DELETE FROM allowance WHERE account = CAST(? AS TEXT)",
            "DELETE FROM standing WHERE author = ?",
        ):
            connection.execute(statement, (each.account,))


def _read_messages(connection: sqlite3.Connection, changes: Iterable[MessagesRead]) -> None:
    for change in changes:
        connection.execute(
            "UPDATE message SET waits = 0 WHERE addressee = ? AND waits AND id <= ?",
            (change.account, change.last),
        )
        connection.execute("DELETE FROM dropped WHERE account = ?", (change.account,))


def _keep_allowances(connection: sqlite3.Connection, changes: Iterable[AllowanceKept]) -> None:
    for change in changes:
        row = change.allowance
        if change.is_settled:
            connection.execute(
                "DELETE FROM allowance WHERE account = ? AND address = ?",
                (row.account, row.address),
            )
        else:
            connection.execute(
                "INSERT OR REPLACE INTO allowance VALUES (?, ?, ?, ?)",
                (row.account, row.address, row.whole_at, row.known_at),
            )


def _each(statement: str, *names: str) -> Callable[[sqlite3.Connection, Iterable[Any]], None]:
    """
    Return what does ``statement`` with these attributes of each change.
    """

    def do(connection: sqlite3.Connection, changes: Iterable[Any]) -> None:
        for change in changes:
            connection.execute(statement, [getattr(change, name) for name in names])

    return do


def _set_roles(connection: sqlite3.Connection, changes: Iterable[RolesSet]) -> None:
    for change in changes:
        roles = " ".join(sorted(change.roles))
        connection.execute("UPDATE account SET roles = ? WHERE id = ?", (roles, change.account))


def _marks(count: int) -> str:
    return ", ".join("?" * count)


_WRITERS: dict[type, Callable[[sqlite3.Connection, Iterable[Any]], None]] = {
    Line: _write_lines,
    RoomOpened: _each(
        "INSERT INTO room (id, key, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        *("id", "key", "name"),
    ),
    Revised: _revise,
    Message: _keep_messages,
    MessagesRead: _read_messages,
    AllowanceKept: _keep_allowances,
    AccountMade: _each(
        "INSERT INTO account VALUES (?, ?, ?, ?, '', NULL) ON CONFLICT (id) DO NOTHING",
        *("id", "name", "key", "password"),
    ),
    AccountRemoved: _remove_accounts,
    PasswordSet: _each("UPDATE account SET password = ? WHERE id = ?", "password", "account"),
    RolesSet: _set_roles,
    Came: _each("UPDATE account SET seen = NULL WHERE id = ?", "account"),
    Went: _each("UPDATE account SET seen = ? WHERE id = ?", "seen", "account"),
    Seated: _each("INSERT OR IGNORE INTO seat VALUES (?, ?)", "account", "room"),
    Unseated: _each("DELETE FROM seat WHERE account = ? AND room = ?", "account", "room"),
    **decided.WRITERS,
}
