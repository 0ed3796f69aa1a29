"""
How long history is kept: what is old goes, a little at a time, and nothing else does.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, execute, succeed
from twisted.logger import capturedLogs, formatEvent

from twisted_chat.history.retention import INTERVAL, PAUSE, SOON, STEP, Retention
from twisted_chat.limits import Limits
from twisted_chat.store.decisions import (
    Audited,
    Rank,
    Reported,
    ReportRead,
    Sanction,
    SanctionEnded,
    Standing,
)
from twisted_chat.store.interface import Store, StoreFailed
from twisted_chat.store.records import (
    AccountMade,
    Allowance,
    AllowanceKept,
    Change,
    Line,
    Message,
    RolesSet,
    RoomOpened,
    Seated,
    oldest_kept,
)
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.sqlite.migrations import SCHEMA, read_migrations
from twisted_chat.store.sqlite.sql import SQLStore, load
from twisted_chat.store.sqlite.store import SQLiteStore
from twisted_chat.testing import BEGINNING, NO_LIMITS, Chat
from twisted_chat.text.durations import Duration

DAY = 86400.0
KEEP_A_DAY = attrs.evolve(NO_LIMITS, keep_history=Duration(days=1), history_lines=20)


def line(at: float, room: int = 1, number: int = 0, text: str = "tea") -> Line:
    id_ = int(at * 1_000_000)
    return Line(id_, room, number or id_, at, "said", "alice", 7, text)


def message(at: float, addressee: int = 7, *, waits: bool = False) -> Message:
    return Message(int(at * 1_000_000), at, "bob", -3, "alice", addressee, "psst", waits)


def result_of(deferred: Deferred[Any]) -> Any:
    """
    Return what a store that answers at once has answered.
    """
    found: list[Any] = []
    deferred.addCallback(found.append)
    return found[0]


def texts(store: Store, room: int = 1) -> list[str]:
    return [each.text for each in result_of(store.lines(room, 2**62, 10**6))]


def kept_rooms(store: MemoryStore) -> list[str]:
    return [room.name for room in store.load().rooms]


def chat_with(store: Store | None = None, limits: Limits = KEEP_A_DAY) -> tuple[Chat, Retention]:
    chat = Chat(store=store, limits=limits)
    retention = chat.hub.retention
    retention.start()
    return chat, retention


def let_pass(chat: Chat, seconds: float) -> None:
    """
    Let time pass with whatever happens in it, and the round of pruning after it.
    """
    chat.clock.pump([seconds, INTERVAL, *[PAUSE] * 50])


# What the store deletes.


def test_the_oldest_go_a_few_at_a_time() -> None:
    store = MemoryStore()
    store.write([line(at, text=str(at)) for at in range(1, 11)])
    assert result_of(store.prune(8_000_000, 3)) == 3
    assert texts(store) == ["4", "5", "6", "7", "8", "9", "10"]
    assert result_of(store.prune(8_000_000, 3)) == 3
    assert result_of(store.prune(8_000_000, 3)) == 1
    assert result_of(store.prune(8_000_000, 3)) == 0
    assert texts(store) == ["8", "9", "10"]


def test_messages_go_too_and_whoever_has_not_read_them_is_told_how_many() -> None:
    store = MemoryStore()
    store.write([message(1), message(2, waits=True), message(3, waits=True), message(4, 8)])
    store.write([message(9, waits=True)])
    assert result_of(store.prune(5_000_000, 2)) == 2
    assert result_of(store.prune(5_000_000, 2)) == 2
    waiting = result_of(store.waiting(7))
    assert [each.at for each in waiting.messages] == [9]
    assert waiting.dropped == 2
    assert result_of(store.waiting(8)).dropped == 0


def deed(at: float, what: str, target: str, until: float = 0.0) -> Audited:
    id_ = int(at * 1_000_000)
    return Audited(id_, 1, "den", 40, at, "olive", "olive", what, target, "spam", until)


def report(at: float, *, is_read: bool) -> Reported:
    return Reported(int(at * 1_000_000), at, "bob", "", "mallory", 1, "spams", is_read)


def test_what_was_done_goes_too_but_for_a_ban_that_holds() -> None:
    store = MemoryStore()
    ban = Sanction(1, 1, "ban", "mallory", 0, "mallory", "olive", "spam", 1.0, 9e9)
    store.write(
        [
            RoomOpened(1, "den", "den"),
            *(deed(1, "ban", "mallory", 9e9), deed(2, "ban", "eve", 8e9), deed(3, "kick", "bob")),
            *(ban, deed(9, "kick", "carol")),
        ]
    )
    assert result_of(store.prune(8_000_000, 100)) == 2
    left = result_of(store.audit(100, {}))
    assert [(each.deed, each.target) for each in left] == [("ban", "mallory"), ("kick", "carol")]
    store.write([SanctionEnded(ban.id)])
    assert result_of(store.prune(8_000_000, 100)) == 1
    # No line of the room is ever given a number that it had counted to.
    result_of(store.prune(10_000_000, 100))
    assert [room.number for room in store.load().rooms] == [39]


def test_reports_go_too_once_an_operator_has_read_them() -> None:
    store = MemoryStore()
    store.write([report(1, is_read=True), report(2, is_read=False), report(9, is_read=True)])
    assert result_of(store.prune(8_000_000, 100)) == 1
    assert [each.at for each in result_of(store.reports(100))] == [2, 9]
    store.write([ReportRead(2_000_000)])
    assert result_of(store.prune(8_000_000, 100)) == 1


def test_rooms_go_of_which_nothing_is_kept_and_to_which_nobody_comes_back() -> None:
    store = MemoryStore()
    names = enumerate(("kitchen", "attic", "cellar", "garden"), 1)
    store.write([RoomOpened(number, name, name) for number, name in names])
    store.write([line(5, room=2), Seated(7, 3)])
    assert sorted(result_of(store.prune_rooms([1, 2, 3]))) == [1]
    assert kept_rooms(store) == ["attic", "cellar", "garden"]
    result_of(store.prune(9_000_000, 10))
    assert result_of(store.prune_rooms([1, 2, 3])) == [2]
    assert kept_rooms(store) == ["cellar", "garden"]


def test_the_store_in_memory_keeps_so_many_lines_and_messages() -> None:
    store = MemoryStore(most=100)
    for at in range(1, 200):
        store.write([line(at, text=str(at)), message(at)])
    assert 100 <= len(texts(store)) <= 101
    assert texts(store)[-1] == "199"
    assert 100 <= len(result_of(store.messages(-3, 7, 2**62, 1000))) <= 101


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.lists(st.integers(0, 50), max_size=8)),
            st.tuples(st.just("prune"), st.integers(1, 5)),
        ),
        max_size=30,
    ),
    st.integers(0, 60),
)
def test_steps_between_writes_leave_exactly_what_is_young_enough(
    steps: list[tuple[str, Any]], before: int
) -> None:
    store = MemoryStore()
    said: set[int] = set()
    for what, value in steps:
        if what == "write":
            new = sorted(set(value) - said)
            said |= set(new)
            store.write([line(at, number=at + 1) for at in new])
            store.write([message(at) for at in new])
        else:
            store.prune(before * 1_000_000, value)
            left = {each.at for each in result_of(store.lines(1, 2**62, 1000))}
            assert {at for at in said if at >= before} <= left <= said
    while result_of(store.prune(before * 1_000_000, 3)):
        pass
    young = sorted(at for at in said if at >= before)
    assert [each.at for each in result_of(store.lines(1, 2**62, 1000))] == young
    assert [each.at for each in result_of(store.messages(-3, 7, 2**62, 1000))] == young


# When.


def test_for_ever_is_the_default_and_nothing_is_older_than_that() -> None:
    assert Limits().keep_history == Duration(0)
    assert oldest_kept(Duration(0), BEGINNING) == 0
    assert oldest_kept(Duration(days=1), BEGINNING) == int((BEGINNING - DAY) * 1_000_000)


def test_what_is_old_goes_soon_after_the_start_and_what_is_said_stays() -> None:
    store = MemoryStore()
    store.write([RoomOpened(1, "lobby", "lobby")])
    store.write([line(BEGINNING - 2 * DAY - at, number=1000 - at) for at in range(3 * STEP)])
    store.write([line(BEGINNING - DAY / 2, number=5000, text="yesterday")])
    chat, _ = chat_with(store)
    alice = chat.arrive("alice")
    alice.types("hello")
    chat.clock.advance(SOON)
    assert len(texts(store)) == 2 * STEP + 3
    alice.types("and again")
    chat.clock.pump([PAUSE] * 3)
    assert texts(store) == ["yesterday", "", "hello", "and again"]


def test_what_grows_old_goes_at_one_of_the_rounds() -> None:
    chat, _ = chat_with()
    alice = chat.arrive("alice")
    alice.types("hello")
    let_pass(chat, DAY - 2 * INTERVAL)
    assert texts(chat.hub.store) == ["", "hello"]
    let_pass(chat, 2 * INTERVAL)
    assert texts(chat.hub.store) == []


def test_what_is_too_old_is_not_shown_though_it_is_there_until_the_next_round() -> None:
    chat = Chat(limits=KEEP_A_DAY)
    alice = chat.arrive("alice")
    alice.types("hello")
    chat.advance(100)
    alice.types("tea?")
    chat.advance(DAY - 50)
    assert "hello" in texts(chat.hub.store)
    bob = chat.connect()
    bob.types("bob")
    read = " ".join(bob.reads())
    assert "tea?" in read
    assert "hello" not in read
    bob.types("/history", "/search from:alice", "/re 2 hello to you")
    read = " ".join(bob.reads())
    assert "alice: tea?" in read
    assert "alice: hello" not in read
    assert "There is no line 2 in #lobby." in read


def test_what_had_to_make_way_in_memory_is_not_shown_to_whoever_enters_either() -> None:
    chat, _ = chat_with(MemoryStore(most=50), attrs.evolve(NO_LIMITS, history_lines=20))
    alice = chat.arrive("alice")
    alice.types("/join dev", "long ago", "/join lobby", *map(str, range(100)))
    alice.reads()
    alice.types("/history 1 dev")
    assert "long ago" not in str(alice.reads())
    let_pass(chat, 1)
    bob = chat.arrive("bob")
    bob.reads()
    bob.types("/join dev")
    assert bob.reads() == ["You are in #dev as bob with alice."]
    alice.types("/join dev", "/re 2 it was")
    assert alice.reads()[-1] == "There is no line 2 in #dev. /numbers on shows the numbers."
    alice.types("hello")
    assert bob.reads() == ["[#dev] alice: hello"]


def test_a_shorter_time_holds_from_the_next_round_on() -> None:
    chat, _ = chat_with(limits=NO_LIMITS)
    alice = chat.arrive("alice")
    alice.types("hello")
    let_pass(chat, 10 * DAY)
    assert texts(chat.hub.store) == ["", "hello"]
    chat.hub.limits = KEEP_A_DAY
    let_pass(chat, 0)
    assert texts(chat.hub.store) == []


def test_rooms_go_with_the_last_of_their_lines_unless_somebody_is_there() -> None:
    store = MemoryStore()
    chat, _ = chat_with(store)
    alice = chat.arrive("alice")
    alice.types("/join kitchen", "hello", "/join attic", "hello", "/leave attic")
    let_pass(chat, 0)
    assert kept_rooms(store) == ["lobby", "kitchen", "attic"]
    let_pass(chat, 2 * DAY)
    assert kept_rooms(store) == ["lobby", "kitchen"]
    assert sorted(chat.hub.timelines.rooms()) == ["kitchen", "lobby"]
    alice.types("/join attic", "here again")
    assert kept_rooms(store) == ["lobby", "kitchen", "attic"]
    assert store.load().rooms[-1].number == 2


def test_a_room_counts_on_after_its_lines_have_gone_and_a_restart() -> None:
    store = MemoryStore()
    chat, retention = chat_with(store)
    alice = chat.arrive("alice")
    alice.types("hello")
    let_pass(chat, 2 * DAY)
    assert texts(store) == []
    retention.stop()
    again = Chat(store=store)
    again.arrive("bob").types("tea?")
    assert [(each.number, each.text) for each in result_of(store.lines(1, 99, 9))] == [
        (3, ""),
        (4, "tea?"),
    ]


def test_what_was_done_to_a_line_goes_with_it() -> None:
    chat, _ = chat_with()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("lunch?", "/edit 3 dinner?", "/pin 3", "tea?")
    bob.types("/re 3 yes", "/re 5 yes")
    let_pass(chat, 2 * DAY)
    alice.types("good morning")
    alice.reads()
    alice.types("/pins", "/re 3 no", "/react 5 +1")
    assert alice.reads() == [
        "Nothing is pinned in #lobby. /pin pins a line.",
        "There is no line 3 in #lobby. /numbers on shows the numbers.",
        "There is no line 5 in #lobby. /numbers on shows the numbers.",
    ]


def test_the_rounds_end_with_the_server() -> None:
    chat, retention = chat_with()
    chat.clock.advance(SOON)
    retention.stop()
    retention.stop()
    assert not chat.clock.getDelayedCalls()


class Failing(MemoryStore):
    """
    Cannot delete anything, as long as that is not mended.
    """

    error: Exception | None = None

    def prune(self, before: int, rows: int) -> Deferred[int]:
        if self.error is not None:
            return execute(self._fail)
        return super().prune(before, rows)

    def _fail(self) -> int:
        assert self.error is not None
        raise self.error


@pytest.mark.parametrize("error", [StoreFailed("database or disk is full"), KeyError("bug")])
def test_what_cannot_be_deleted_is_told_and_tried_again(error: Exception) -> None:
    store = Failing()
    store.error = error
    store.write([line(BEGINNING - 2 * DAY)])
    with capturedLogs() as logged:
        chat, _ = chat_with(store)
        chat.clock.advance(SOON)
    (told,) = [str(formatEvent(event)) for event in logged]
    assert told.startswith("What is old is not deleted")
    assert texts(store) == ["tea"]
    store.error = None
    chat.clock.advance(INTERVAL)
    assert texts(store) == []


# Whoever opens a room while the store is about to forget it.


class Later:
    """
    Does jobs when it is told to, in order: a store's thread, at any pace.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._jobs: deque[tuple[Callable[[sqlite3.Connection], Any], Deferred[Any]]] = deque()

    def do(self, job: Callable[[sqlite3.Connection], Any]) -> Deferred[Any]:
        done: Deferred[Any] = Deferred()
        self._jobs.append((job, done))
        return done

    def stop(self) -> Deferred[None]:
        return succeed(None)

    def work(self) -> bool:
        """
        Do the next job, and say whether there was one.
        """
        if not self._jobs:
            return False
        job, done = self._jobs.popleft()
        execute(job, self._connection).chainDeferred(done)
        return True


class Slow(SQLStore):
    """
    A store with threads that work when they are told to.
    """

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        for step in read_migrations(SCHEMA):
            step.run(self.connection)
        self.workers = [Later(self.connection) for _ in range(4)]
        super().__init__(*self.workers)

    def load(self) -> Any:
        return load(self.connection)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(("writer", "aside", "round", "/join attic", "/leave attic", "hello")))
)
def test_no_line_is_ever_without_its_room(steps: list[str]) -> None:
    store = Slow()
    with contextlib.closing(store.connection):
        writer, _, aside, _ = store.workers
        chat, retention = chat_with(store)
        alice = chat.connect()
        alice.types("alice", "/join attic", "/leave attic")
        settle(chat, store)
        chat.advance(2 * DAY)
        # The old lines go, and the store is asked about the rooms.
        for _ in range(2):
            aside.work()
            chat.advance(PAUSE)
        for step in steps:
            if step == "writer":
                writer.work()
            elif step == "aside":
                aside.work()
                chat.advance(PAUSE)
            elif step == "round":
                chat.advance(INTERVAL)
            else:
                alice.types(step)
        settle(chat, store)
        retention.stop()
        rooms = {room.key: room.number for room in store.load().rooms}
        lines = store.connection.execute(
            "SELECT room.key, max(number) FROM line LEFT JOIN room ON room.id = room GROUP BY room"
        )
        assert set(lines.fetchall()) <= set(rooms.items())
        assert set(rooms) == set(chat.hub.timelines.rooms())


def settle(chat: Chat, store: Slow) -> None:
    """
    Let a store with threads do all that it was given.
    """
    chat.advance(PAUSE)
    while sum(worker.work() for worker in store.workers):
        chat.advance(PAUSE)


# What is kept on one person.


ALICE: list[Change] = [
    AccountMade(1_700_000_000_123_456, "Alice", "alice", "$argon2id$canary"),
    RolesSet(1_700_000_000_123_456, frozenset({"operator"})),
    RoomOpened(1, "lobby", "Lobby"),
    Seated(1_700_000_000_123_456, 1),
    AllowanceKept(Allowance("1700000000123456", "192.0.2.7", 1.7e9, 1.7e9 + 5), is_settled=False),
    AllowanceKept(Allowance("1700000000123456", "198.51.100.1", 1.7e9, 0), is_settled=False),
    AllowanceKept(Allowance("bob", "203.0.113.9", 1.7e9, 1.7e9), is_settled=False),
]


def exported(path: Path) -> Iterator[dict[str, Any]]:
    for each in path.read_text("utf-8").splitlines():
        yield json.loads(each)


def test_an_export_holds_all_that_is_kept_on_somebody_and_nothing_of_others(
    tmp_path: Path,
) -> None:
    me = 1_700_000_000_123_456
    store = MemoryStore()
    store.write(ALICE)
    store.write(
        [
            Line(
                me + 1, 1, 1, 1.7e9, "said", "Alice", me, 'tea "now"\t\N{HOT BEVERAGE}', pinned=1
            ),
            Line(me + 2, 1, 2, 1.7e9, "said", "bob", -4, "no"),
            Line(me + 3, 1, 3, 1.7e9 + 0.25, "left", "Alice", me, "", 2, "edited"),
            Message(me + 4, 1.7e9, "Alice", me, "bob", -4, "psst"),
            Message(me + 5, 1.7e9, "bob", -4, "Alice", me, "what?"),
            Message(me + 6, 1.7e9, "bob", -4, "carol", -5, "secret"),
        ]
    )
    path = result_of(store.export(me, tmp_path / "all" / "exports"))
    assert list(exported(path)) == [
        {
            "type": "account",
            "name": "Alice",
            "registered": "2023-11-14T22:13:20.123Z",
            "roles": ["operator"],
            "seen": None,
        },
        {"type": "address", "address": "192.0.2.7", "seen": "2023-11-14T22:13:25.000Z"},
        {"type": "room", "room": "Lobby"},
        {
            "type": "line",
            "room": "Lobby",
            "number": 1,
            "at": "2023-11-14T22:13:20.000Z",
            "kind": "said",
            "nick": "Alice",
            "text": 'tea "now"\t\N{HOT BEVERAGE}',
            "deleted_by": None,
            "re": None,
            "state": None,
            "pinned": True,
        },
        {
            "type": "line",
            "room": "Lobby",
            "number": 3,
            "at": "2023-11-14T22:13:20.250Z",
            "kind": "left",
            "nick": "Alice",
            "text": "",
            "deleted_by": None,
            "re": 2,
            "state": "edited",
            "pinned": False,
        },
        {
            "type": "message",
            "at": "2023-11-14T22:13:20.000Z",
            "from": "Alice",
            "to": "bob",
            "text": "psst",
        },
        {
            "type": "message",
            "at": "2023-11-14T22:13:20.000Z",
            "from": "bob",
            "to": "Alice",
            "text": "what?",
        },
    ]


def test_an_export_holds_what_was_decided_and_done_and_what_one_did_to_lines(
    tmp_path: Path,
) -> None:
    me, at = 1_700_000_000_123_456, 1.7e9
    store = MemoryStore()
    store.write(ALICE)
    theirs = Line(me + 2, 1, 2, at, "said", "bob", -4, "psst")
    store.write(
        [
            Line(me + 1, 1, 1, at, "said", "Alice", me, "sorry").without_words("olive"),
            theirs.with_reaction("+1", -7).with_reaction("+1", me).with_reaction("tea", me),
            Standing(1, me, "Alice", Rank.OPERATOR, 1),
            Standing(1, -4, "bob", Rank.OWNER, 1),
            Sanction(me + 3, 0, "mute", "192.0.2.0/24", me, "192.0.2.0/24", "olive", "", at, 2e9),
            Sanction(me + 4, 0, "ban", "bob", -4, "bob", "olive", "", at, 2e9),
            Audited(me - 9, 0, "", 0, 1.6e9, "olive", "olive", "kick", "alice", "another one", 0),
            Audited(me + 5, 1, "lobby", 3, at, "Alice", "Alice", "ban", "bob", "spam", 2e9),
            Audited(me + 6, 0, "", 0, at, "olive", "olive", "kick", "ALICE", "", 0.0),
            Audited(me + 7, 0, "", 0, at, "olive", "olive", "kick", "bob", "secret", 0.0),
            Reported(me + 8, at, "al", "Alice", "bob", 1, "spams", is_read=True),
            Reported(me + 9, at, "bob", "bob", "Alice", 1, "secret", is_read=False),
        ]
    )
    found = list(exported(result_of(store.export(me, tmp_path))))
    when, later = "2023-11-14T22:13:20.000Z", "2033-05-18T03:33:20.000Z"
    deleted = next(each for each in found if each["type"] == "line")
    assert (deleted["text"], deleted["deleted_by"]) == (None, "olive")
    first = ("account", "address", "room", "line")
    assert [each for each in found if each["type"] not in first] == [
        {"type": "standing", "room": "Lobby", "rank": "operator"},
        {"type": "reaction", "room": "Lobby", "number": 2, "with": "+1"},
        {"type": "reaction", "room": "Lobby", "number": 2, "with": "tea"},
        {
            "type": "sanction", "at": when, "room": None, "kind": "mute", "on": "192.0.2.0/24",
            "by": "olive", "reason": None, "until": later,
        },
        {
            "type": "deed", "at": when, "room": "lobby", "by": "Alice", "deed": "ban",
            "target": "bob", "reason": "spam", "until": later,
        },
        {
            "type": "deed", "at": when, "room": None, "by": "olive", "deed": "kick",
            "target": "ALICE", "reason": None, "until": None,
        },
        {"type": "report", "at": when, "room": "Lobby", "of": "bob", "reason": "spams"},
        {"type": "reported", "at": when},
    ]  # fmt: skip


def test_an_export_counts_the_messages_that_nobody_read(tmp_path: Path) -> None:
    me = 1_700_000_000_123_456
    store = MemoryStore()
    store.write([*ALICE, *[message(at, me, waits=True) for at in range(1, 203)]])
    *_, dropped = exported(result_of(store.export(me, tmp_path)))
    assert dropped == {"type": "dropped", "messages": 2}


def test_an_export_is_for_its_owner_alone_and_has_no_password(tmp_path: Path) -> None:
    store = MemoryStore()
    store.write(ALICE)
    path = result_of(store.export(1_700_000_000_123_456, tmp_path / "exports"))
    assert path.name.startswith("Alice-2")
    assert path.suffix == ".jsonl"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert "canary" not in path.read_text()


def test_an_export_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    store = MemoryStore()
    store.write(ALICE)
    (tmp_path / "file").touch()
    for account, folder in ((5, tmp_path), (1_700_000_000_123_456, tmp_path / "file")):
        refused: list[Any] = []
        store.export(account, folder).addErrback(refused.append)
        assert refused[0].check(StoreFailed)
        assert str(refused[0].value).endswith(".")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert result_of(store.waiting(7)).messages == (), "the store goes on"


def test_a_file_is_pruned_and_exported_too(tmp_path: Path) -> None:
    calls: SimpleQueue[tuple[Callable[..., object], object]] = SimpleQueue()
    store = SQLiteStore(tmp_path / "chat.db", lambda *call: calls.put(call))

    def wait_for(deferred: Deferred[Any]) -> Any:
        found: list[Any] = []
        deferred.addCallback(found.append)
        while not found:
            function, value = calls.get(timeout=30)
            function(value)
        return found[0]

    store.load()
    wait_for(store.write([*ALICE, line(5), line(6)]))
    assert wait_for(store.prune(6_000_000, STEP)) == 1
    assert [each.at for each in wait_for(store.lines(1, 2**62, 10))] == [6]
    assert wait_for(store.prune_rooms([1])) == []
    path = wait_for(store.export(1_700_000_000_123_456, tmp_path / "exports"))
    assert [each["type"] for each in exported(path)] == ["account", "address", "room"]
    wait_for(store.close())
