"""
The journal: nothing is told before it is kept; where the store fails or stalls, the chat goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from stores import LATEST, SlowStore, line, opened, result_of
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, LogLevel, formatEvent

from twisted_chat.delivery import journal as journal_module
from twisted_chat.delivery.journal import CATCHING_UP, RETRY, TIMEOUT, Journal
from twisted_chat.limits import Limits
from twisted_chat.log import LimitedLogger
from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.interface import ChangeRefused, StoreFailed
from twisted_chat.store.records import (
    AccountMade,
    Came,
    Change,
    Line,
    Message,
    MessagesRead,
    Revised,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.testing import NO_LIMITS, Chat, Person


@define(eq=False)
class Desk:
    """
    A journal with nothing around it, given one turn after the other as the fan-out gives them.

    Attributes:
        told: the turns that were told, in order.
        outages: what the journal told of outage, and how many lines were unsaved then.
    """

    clock: Clock = field(factory=Clock)
    store: SlowStore = field(factory=SlowStore)
    told: list[int] = field(factory=list)
    outages: list[bool] = field(factory=list)
    events: list[LogEvent] = field(factory=list)
    journal: Journal = field(init=False)
    turns: int = 0
    lines: int = 0
    is_held: bool = False

    def __attrs_post_init__(self) -> None:
        log = LimitedLogger(Logger(observer=self.events.append), self.clock.seconds)
        self.journal = Journal(self.store, self.clock, log, self.outages.append)

    def turn(self, lines: int = 1, *changes: Change) -> None:
        """
        End a turn with so many lines in it.
        """
        assert not self.is_held
        self.turns += 1
        turn = self.turns
        numbers = range(self.lines + 1, self.lines + lines + 1)
        self.lines += lines

        def go_on() -> None:
            self.is_held = False
            self.told.append(turn)

        self.is_held = True
        if self.journal.keep([*changes, *[line(n, str(n)) for n in numbers]], go_on):
            go_on()

    @property
    def counts(self) -> tuple[int, int]:
        return self.journal.unsaved, self.journal.lost

    @property
    def kept(self) -> list[int]:
        return [int(text) for text in self.store.kept()]

    @property
    def log(self) -> list[str]:
        return [formatEvent(event) for event in self.events]


@pytest.fixture
def desk() -> Desk:
    return Desk()


# -- while the store works -----------------------------------------------------------------------


def test_nothing_is_told_before_it_is_kept(desk):
    desk.turn(3)
    assert (desk.told, desk.kept, desk.counts) == ([], [], (0, 0))
    desk.store.answers()
    assert (desk.told, desk.kept, desk.counts) == ([1], [1, 2, 3], (0, 0))
    desk.turn()
    assert desk.told == [1]
    desk.clock.advance(TIMEOUT / 2)
    desk.store.answers()
    assert (desk.told, desk.kept) == ([1, 2], [1, 2, 3, 4])
    desk.clock.advance(100)
    assert (desk.outages, desk.log, desk.clock.getDelayedCalls()) == ([], [], [])


def test_what_a_store_keeps_at_once_is_told_at_once(desk):
    desk.store.is_slow = False
    desk.turn(2)
    assert (desk.told, desk.kept, desk.clock.getDelayedCalls()) == ([1], [1, 2], [])


# -- a store that stalls -------------------------------------------------------------------------


def test_a_turn_waits_a_second_for_a_store_that_stalls_and_the_chat_goes_on(desk):
    desk.turn(2)
    desk.clock.advance(TIMEOUT - 0.01)
    assert (desk.told, desk.counts, desk.outages) == ([], (0, 0), [])
    desk.clock.advance(0.01)
    assert (desk.told, desk.counts, desk.outages) == ([1], (2, 0), [True])
    desk.turn()
    desk.turn(3)
    assert (desk.told, desk.counts) == ([1, 2, 3], (6, 0))
    # Nothing is asked of it again while it has yet to answer.
    desk.clock.advance(100)
    assert desk.store.writes == [["1", "2"]]
    assert desk.log == ["The store takes longer than 1 s"]


def test_when_the_stall_ends_what_waits_is_kept_in_one_write_and_turns_are_held_again(desk):
    desk.turn()
    desk.clock.advance(TIMEOUT)
    for _ in range(3):
        desk.turn()
    desk.store.answers()
    assert (desk.store.writes, desk.counts) == ([["2", "3", "4"]], (3, 0))
    desk.store.answers()
    assert (desk.kept, desk.counts, desk.outages) == ([1, 2, 3, 4], (0, 0), [True, False])
    desk.turn()
    assert desk.told == [1, 2, 3, 4]
    desk.store.answers()
    assert desk.told == [1, 2, 3, 4, 5]
    assert desk.log[-1] == "The store works again; 0 lines were lost so far"


def test_a_stall_ends_also_where_something_is_said_all_the_time(desk):
    desk.turn()
    desk.clock.advance(TIMEOUT)
    for _ in range(3):
        # Each time the store answers, the next was said already.
        if not desk.is_held:
            desk.turn()
        desk.store.answers()
    assert (desk.is_held, desk.outages, desk.kept) == (False, [True, False], [1, 2, 3])
    desk.turn()
    assert (desk.is_held, desk.counts) == (True, (0, 0))


def test_while_what_waits_is_written_a_turn_waits_too_but_not_for_long(desk):
    desk.turn()
    desk.clock.advance(TIMEOUT)
    desk.turn()
    desk.store.answers()
    desk.turn(2)
    # What is not told is not unsaved.
    assert (desk.told, desk.counts) == ([1, 2], (1, 0))
    desk.clock.advance(CATCHING_UP)
    assert (desk.told, desk.counts) == ([1, 2, 3], (3, 0))
    desk.turn()
    assert (desk.told, desk.counts) == ([1, 2, 3, 4], (4, 0))
    desk.store.answers(1)
    assert desk.store.writes == [["3", "4", "5"]]
    desk.store.answers(1)
    assert (desk.counts, desk.outages) == ((0, 0), [True, False])
    assert desk.log == [
        "The store takes longer than 1 s",
        "The store works again; 0 lines were lost so far",
    ]


def test_a_second_stall_is_told_again_and_each_of_them_once(desk):
    for number in (1, 2):
        desk.turn()
        desk.clock.advance(TIMEOUT)
        desk.turn()
        desk.clock.advance(100)
        desk.turn()
        desk.store.answers(1)
        desk.store.answers(1)
        assert desk.outages == [True, False] * number
    assert (desk.kept, desk.counts) == ([1, 2, 3, 4, 5, 6], (0, 0))


def test_a_stall_that_ends_in_a_failure_is_one_trouble(desk):
    desk.turn()
    desk.clock.advance(TIMEOUT)
    desk.turn()
    desk.store.fails()
    assert (desk.told, desk.counts) == ([1, 2], (2, 0))
    desk.clock.advance(RETRY)
    assert desk.store.writes == [["1", "2"]]
    desk.clock.advance(100)
    desk.store.answers()
    assert (desk.kept, desk.counts, desk.outages) == ([1, 2], (0, 0), [True, False])


# -- a store that fails --------------------------------------------------------------------------


def test_a_store_that_fails_is_noticed_though_nothing_is_said(desk):
    desk.journal.probe()
    assert desk.store.asked.pop() == ("write", ((),))
    desk.store.asked.append(("write", ((),)))
    desk.store.fails()
    assert (desk.outages, desk.journal.is_failing) == ([True], True)
    # While it fails it is tried anyway.
    desk.journal.probe()
    assert not desk.store.asked
    desk.clock.advance(RETRY)
    desk.store.answers()
    assert (desk.outages, desk.counts) == ([True, False], (0, 0))


def test_a_probe_that_is_not_answered_keeps_no_line_waiting(desk):
    desk.journal.probe()
    desk.turn()
    desk.store.answers(2)
    assert (desk.told, desk.kept, desk.outages) == ([1], [1], [])
    desk.turn()
    desk.journal.probe()
    assert len(desk.store.asked) == 1


def test_what_fails_is_told_at_once_and_tried_again_each_second_in_order(desk):
    desk.turn()
    desk.store.fails()
    assert (desk.told, desk.counts, desk.outages) == ([1], (1, 0), [True])
    for tries in range(1, 6):
        desk.clock.advance(RETRY - 0.01)
        desk.turn()
        assert desk.store.writes == []
        desk.clock.advance(0.01)
        assert desk.store.writes == [[str(number) for number in range(1, tries + 2)]]
        # Told meanwhile, and written the next time.
        desk.store.fails(StoreFailed("the disk is full"))
        assert (desk.told[-1], desk.counts) == (tries + 1, (tries + 1, 0))
    desk.clock.advance(RETRY)
    desk.store.answers()
    assert (desk.kept, desk.counts, desk.outages) == ([1, 2, 3, 4, 5, 6], (0, 0), [True, False])
    assert desk.log[0] == "The store failed: the disk is on fire"


def test_a_disk_that_is_full_is_a_line_of_the_log_a_minute_and_not_filled_further(desk):
    desk.turn()
    desk.store.fails(StoreFailed("the disk is full"))
    for _ in range(60):
        desk.clock.advance(RETRY)
        desk.store.fails(StoreFailed("the disk is full"))
    assert desk.log == [
        "The store failed: the disk is full",
        "The store failed: the disk is full (59 more like it suppressed)",
    ]


def test_a_store_that_fails_at_once_and_recovers(desk):
    desk.store.is_slow = False
    desk.journal._store = _Failing()
    desk.turn()
    desk.turn()
    assert (desk.told, desk.counts, desk.outages) == ([1, 2], (2, 0), [True])
    desk.journal._store = desk.store
    desk.clock.advance(RETRY)
    assert (desk.kept, desk.counts, desk.outages) == ([1, 2], (0, 0), [True, False])


def test_what_a_store_has_kept_at_once_is_told_at_once_and_what_it_fails_then_waits(desk):
    desk.journal._store = store = _Quick()
    desk.turn(2)
    desk.turn()
    assert (desk.told, desk.counts, len(store.kept)) == ([1, 2], (0, 0), 3)
    store.is_failing = True
    desk.turn()
    assert (desk.told, desk.counts, desk.outages) == ([1, 2, 3], (1, 0), [True])
    store.is_failing = False
    desk.clock.advance(RETRY)
    assert (desk.counts, desk.outages) == ((0, 0), [True, False])
    desk.turn()
    assert [each.number for each in store.kept] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("error", [ChangeRefused("one is refused"), ValueError("a bug")])
def test_of_what_is_kept_at_once_one_change_that_is_refused_is_left_out_alone(desk, error):
    desk.journal._store = store = _Quick()
    store.refused = {"3": error}
    desk.turn(7)
    desk.turn()
    assert [each.text for each in store.kept] == ["1", "2", "4", "5", "6", "7", "8"]
    # That a line is lost is told, and nothing waited for a store that fails.
    assert (desk.told, desk.counts, desk.outages) == ([1, 2], (0, 1), [False])


class _Quick:
    lost = 0
    is_failing = False

    def __init__(self) -> None:
        self.kept: list[Line] = []
        self.refused: dict[str, Exception] = {}

    def write(self, changes: Sequence[Line]) -> None:
        if self.is_failing:
            raise StoreFailed("raised, not returned")
        for change in changes:
            if change.text in self.refused:
                raise self.refused[change.text]
        self.kept += changes


class _Failing:
    lost = 0

    def write(self, changes: object) -> object:
        raise StoreFailed("raised, not returned")


def test_beyond_ten_thousand_lines_the_oldest_are_lost_a_tenth_at_once_and_counted(desk):
    desk.store.store = MemoryStore(most=100_000)
    desk.turn(1, opened())
    desk.store.fails()
    desk.turn(10_999)
    assert desk.counts == (11_000, 0)
    desk.turn()
    assert desk.counts == (10_000, 1_001)
    desk.turn(1_000)
    assert desk.counts == (11_000, 1_001)
    desk.clock.advance(RETRY)
    desk.store.answers()
    # What was decided is not lost with them.
    assert [room.key for room in desk.store.load().rooms] == ["room1"]
    assert desk.kept == list(range(1_002, 12_002))
    assert desk.counts == (0, 1_001)
    assert desk.log[-1] == "The store works again; 1001 lines were lost so far"


def test_what_was_being_written_when_it_failed_is_older_than_what_waited(desk):
    desk.turn(8_000)
    desk.clock.advance(TIMEOUT)
    desk.turn(8_000)
    assert desk.counts == (16_000, 0)
    desk.store.fails()
    assert desk.counts == (10_000, 6_000)
    desk.clock.advance(RETRY)
    desk.store.answers()
    assert desk.kept == list(range(6_001, 16_001))


# -- what may wait --------------------------------------------------------------------------------


def message(number: int, *, waits: bool = False) -> Message:
    return Message(number, 1_700_000_000.0, "alice", 1, "bob", 2, str(number), waits)


def allowance(number: int, whole_at: float = 0.0) -> AllowanceKept:
    return AllowanceKept(Allowance(str(number), "10.0.0.7", whole_at), is_settled=False)


@pytest.fixture
def twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "MAX_WAITING", 20)


@pytest.mark.usefixtures("twenty")
def test_private_lines_and_changed_ones_count_and_are_lost_as_lines_are(desk):
    desk.turn(0, message(1), message(2), Revised(line(1)))
    assert desk.counts == (0, 0)
    desk.store.fails()
    assert desk.counts == (3, 0)
    for number in range(3, 22):
        desk.turn(0, message(number))
    assert desk.counts == (22, 0)
    desk.turn(1, opened())
    assert desk.counts == (20, 3)
    desk.clock.advance(RETRY)
    desk.store.answers()
    kept = result_of(desk.store.store.messages(1, 2, LATEST, LATEST))
    assert [each.id for each in kept] == list(range(3, 22))
    assert (desk.kept, desk.counts) == ([1], (0, 3))


@pytest.mark.usefixtures("twenty")
def test_memory_for_accounts_and_allowances_is_bounded_while_the_store_fails(desk):
    desk.turn(0, opened(1), opened(2), AccountMade(1, "alice", "alice", "hash"))
    desk.store.fails()
    for number in range(1, 1001):
        seated = Seated(1, 1) if number % 2 else Unseated(1, 1)
        came = Came(1) if number % 2 else Went(1, number)
        desk.turn(0, seated, Seated(1, 2), came, allowance(7, number), allowance(1000 + number))
        desk.turn(0, opened(1), MessagesRead(1, 1))
        waiting = len(desk.journal._waiting)
        assert waiting < 50
    desk.clock.advance(RETRY)
    desk.store.answers()
    kept, alice = desk.store.load(), result_of(desk.store.store.credentials(1))
    assert (alice.seats, alice.seen) == ((2,), 1000)
    whole = {each.account: each.whole_at for each in kept.allowances}
    assert whole["7"] == 1000.0
    assert {"1999", "2000"} < whole.keys()
    assert desk.counts == (0, 0)


@pytest.mark.usefixtures("twenty")
def test_what_was_decided_is_all_kept_however_much_it_is(desk):
    desk.turn()
    desk.store.fails()
    for number in range(1, 201):
        desk.turn(0, AccountMade(number, f"a{number}", f"a{number}", "hash"), Came(number))
    assert len(desk.journal._waiting) < 250
    desk.clock.advance(RETRY)
    desk.store.answers()
    assert len(desk.store.load().accounts) == 200


# -- a bug ---------------------------------------------------------------------------------------


class Poisoned(Exception):
    """
    A bug that is none of the store's.
    """


@pytest.fixture
def poisoned(desk: Desk) -> set[str]:
    """
    The texts of lines that the store cannot be given, for a bug of ours.
    """
    texts: set[str] = set()
    write = desk.store.store.write

    def poisoned_write(changes):
        if texts & {getattr(change, "text", "") for change in changes}:
            raise Poisoned
        return write(changes)

    desk.store.store = _With(desk.store.store, poisoned_write)
    return texts


class _With:
    lost = 0

    def __init__(self, store, write):
        self.write, self.lines, self.load, self.close = write, store.lines, store.load, store.close


def test_a_bug_costs_the_one_change_that_has_it_and_nothing_else(desk, poisoned):
    desk.store.is_slow = False
    poisoned |= {"3", "8"}
    desk.turn(9, opened())
    # Operators are told of the first, and a minute later of all.
    assert (desk.told, desk.counts, desk.outages) == ([1], (0, 2), [False])
    desk.clock.pump([1.0] * 100)
    assert desk.outages == [False, False]
    assert desk.kept == [1, 2, 4, 5, 6, 7, 9]
    assert [entry.split(":")[0] for entry in desk.log] == ["A change could not be kept"] * 2
    assert {event["log_level"] for event in desk.events} == {LogLevel.error}


def test_a_change_that_the_store_refuses_is_no_bug_and_costs_nothing_else(desk):
    desk.store.is_slow = False
    write = desk.store.store.write

    def refusing_write(changes):
        if any(isinstance(change, AccountMade) for change in changes):
            raise ChangeRefused
        return write(changes)

    desk.store.store = _With(desk.store.store, refusing_write)
    desk.turn(3, opened(), AccountMade(7, "ada", "ada", "hash", "over"))
    assert (desk.kept, desk.counts, desk.log) == ([1, 2, 3], (0, 0), [])


def test_a_bug_among_what_waited_is_found_too_and_the_trouble_ends(desk, poisoned):
    poisoned |= {"2"}
    desk.turn()
    desk.store.fails()
    desk.turn(3)
    desk.store.is_slow = False
    desk.clock.advance(RETRY)
    assert (desk.kept, desk.counts, desk.outages) == ([1, 3, 4], (0, 1), [True, False])


def test_a_store_that_fails_while_the_bug_is_sought_is_tried_again_and_no_line_counts_twice(
    desk, poisoned
):
    poisoned |= {"1"}
    desk.turn(4)
    for part in (["1", "2", "3", "4"], ["1", "2"], ["1"], ["2"]):
        assert desk.store.writes == [part]
        desk.store.answers()
    assert (desk.store.writes, desk.told) == ([["3", "4"]], [])
    desk.store.fails()
    assert (desk.told, desk.counts) == ([1], (3, 1))
    desk.clock.advance(RETRY)
    assert desk.store.writes == [["2", "3", "4"]]
    desk.store.answers()
    assert (desk.kept, desk.counts) == ([2, 3, 4], (0, 1))


# -- the end -------------------------------------------------------------------------------------


def test_at_the_end_what_waits_is_tried_a_last_time(desk):
    desk.turn()
    desk.store.fails()
    desk.turn()
    desk.journal.stop()
    assert desk.store.writes == [["1", "2"]]
    desk.store.answers()
    assert (desk.kept, desk.counts) == ([1, 2], (0, 0))
    assert desk.clock.getDelayedCalls() == []


def test_at_the_end_of_a_stall_what_waits_is_handed_over_though_nothing_was_answered(desk):
    desk.turn()
    desk.clock.advance(TIMEOUT)
    desk.turn(2)
    desk.journal.stop()
    assert desk.counts == (3, 0)
    # The first may fail still, and then nothing is missing.
    desk.store.fails()
    assert desk.counts == (3, 0)
    desk.store.answers()
    assert (desk.kept, desk.counts, desk.outages) == ([1, 2, 3], (0, 0), [True, False])


def test_at_the_end_of_a_stall_nothing_is_written_twice(desk):
    desk.turn()
    desk.clock.advance(TIMEOUT)
    desk.turn(2)
    desk.journal.stop()
    result_of(desk.store.close())
    assert (desk.kept, desk.counts) == ([1, 2, 3], (0, 0))


def test_what_fails_at_the_very_end_is_counted_as_lost(desk):
    desk.turn()
    desk.store.fails()
    desk.turn(2)
    desk.journal.stop()
    desk.store.fails()
    assert (desk.kept, desk.counts) == ([], (0, 3))
    assert desk.clock.getDelayedCalls() == []
    assert desk.log[-1] == (
        "The store failed at the end: the disk is on fire; 3 lines were lost so far"
    )


def test_a_stop_without_trouble_changes_nothing(desk):
    desk.journal.stop()
    assert not desk.store.asked
    desk.turn()
    desk.journal.stop()
    assert desk.store.writes == [["1"]]
    desk.store.answers()
    assert (desk.told, desk.counts) == ([1], (0, 0))


# -- in any order --------------------------------------------------------------------------------


class AnyOrder(RuleBasedStateMachine):
    """
    Turns come while the store answers, fails and stalls: what was told is kept, lost or unsaved.
    """

    def __init__(self) -> None:
        super().__init__()
        self.most, journal_module.MAX_WAITING = journal_module.MAX_WAITING, 20
        self.desk = Desk()
        self.sizes: list[int] = []

    def teardown(self) -> None:
        for _ in range(5):
            self.desk.clock.advance(1.0)
            self.desk.store.answers(len(self.desk.store.asked))
        journal_module.MAX_WAITING = self.most
        lines = self.desk.lines
        assert (self.desk.journal.unsaved, len(self.desk.kept) + self.desk.journal.lost) == (
            0,
            lines,
        )
        assert not self.desk.is_held

    @precondition(lambda self: not self.desk.is_held)
    @rule(lines=st.integers(0, 9))
    def turn(self, lines: int) -> None:
        self.sizes.append(lines)
        self.desk.turn(lines, opened(len(self.sizes)))

    @precondition(lambda self: self.desk.store.asked)
    @rule()
    def answer(self) -> None:
        self.desk.store.answers()

    @precondition(lambda self: self.desk.store.asked)
    @rule()
    def fail(self) -> None:
        self.desk.store.fails()

    @rule()
    def probe(self) -> None:
        self.desk.journal.probe()

    @rule(seconds=st.sampled_from([0.05, 0.5, 1.0]))
    def wait(self, seconds: float) -> None:
        self.desk.clock.advance(seconds)

    @invariant()
    def every_line_that_was_told_is_kept_or_lost_or_unsaved(self) -> None:
        desk = self.desk
        assert desk.told == list(range(1, len(desk.told) + 1))
        told, kept = sum(self.sizes[: len(desk.told)]), desk.kept
        assert kept == sorted(kept)
        assert told == len(kept) + sum(desk.counts)
        if not desk.journal.is_failing:
            assert desk.journal.unsaved == 0
        assert desk.outages == [True, False, True, False, True][: len(desk.outages)] or (
            len(desk.outages) > 5
        )


AnyOrder.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestAnyOrder = AnyOrder.TestCase


# -- as the people in the chat see it ------------------------------------------------------------


@define(eq=False)
class Town:
    """
    A chat whose store is slow once everybody is there.
    """

    store: SlowStore = field(factory=lambda: SlowStore(is_slow=False))
    limits: Limits = NO_LIMITS
    chat: Chat = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.chat = Chat(store=self.store, limits=self.limits)

    def arrive(self, *nicks: str) -> list[Person]:
        people = [self.chat.arrive(nick) for nick in nicks]
        for person in people:
            person.reads()
        self.store.is_slow = True
        return people

    def store_answers(self) -> None:
        """
        Answer all that the store was asked, also what is asked when it has answered.
        """
        while self.store.asked:
            self.store.answers()
            self.chat.advance()


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_line_is_read_when_it_is_kept(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("hello")
    assert bob.reads() == []
    assert town.store.writes == [["hello"]]
    town.store_answers()
    assert bob.reads() == ["alice: hello"]
    assert town.store.kept() == ["hello"]


def test_while_one_turn_is_written_the_next_ones_gather_and_are_written_as_one(town):
    alice, bob = town.arrive("alice", "bob")
    for text in ("one", "two", "three"):
        alice.types(text)
    assert town.store.writes == [["one"]]
    town.store.answers()
    town.chat.advance()
    assert bob.reads() == ["alice: one"]
    assert town.store.writes == [["two", "three"]]
    town.store_answers()
    assert bob.reads() == ["alice: two", "alice: three"]


def test_a_private_line_is_not_kept_and_waits_for_nothing_but_the_turn_before(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("/msg bob secret")
    assert (bob.reads(), town.store.asked) == (["[alice -> you] secret"], type(town.store.asked)())
    alice.types("hello", "/msg bob another")
    alice.reads()
    alice.types("/msg bob a third")
    assert (alice.reads(), bob.reads()) == ([], [])
    town.store_answers()
    assert bob.reads() == ["alice: hello", "[alice -> you] another", "[alice -> you] a third"]
    assert alice.reads() == ["[you -> bob] another", "[you -> bob] a third"]


def test_replies_joins_and_parts_stand_where_they_happened(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("one")
    bob.types("/time off", "two")
    carol = town.chat.connect()
    carol.types("carol")
    alice.types("three")
    bob.types("/leave")
    alice.types("four")
    assert not any(person.reads() for person in (alice, bob, carol))
    town.store_answers()
    assert alice.reads() == [
        "bob: two",
        # What it reads between the two is its own.
        "*** carol has joined and bob has left #lobby ***",
    ]
    assert bob.reads() == [
        "alice: one",
        "Times are off.",
        "*** carol has joined #lobby ***",
        "alice: three",
        "You have left #lobby.",
    ]
    assert carol.reads() == [
        "You are in #lobby as carol with alice and bob.",
        "Type /help for help.",
        "alice: three",
        "*** bob has left #lobby ***",
        "alice: four",
    ]


def test_a_user_who_came_while_a_line_was_written_does_not_read_it_as_new(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("before")
    carol = town.chat.connect()
    carol.types("carol")
    town.store_answers()
    assert "alice: before" not in carol.reads()
    assert bob.reads() == ["alice: before", "*** carol has joined #lobby ***"]


def test_a_user_who_quits_while_a_line_is_written_reads_it_and_the_goodbye_and_is_closed(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("hello")
    bob.types("/quit tea")
    assert bob.is_connected
    town.store_answers()
    assert bob.reads() == ["alice: hello", "Goodbye, bob."]
    assert not bob.is_connected
    assert alice.reads() == ["*** bob has left #lobby (tea) ***"]
    assert town.store.kept(1, "left") == ["tea"]


def test_a_user_who_hangs_up_while_a_line_is_written_is_no_trouble(town):
    alice, bob, carol = town.arrive("alice", "bob", "carol")
    alice.types("/me waves")
    bob.hangs_up()
    alice.hangs_up()
    town.store_answers()
    assert carol.reads() == ["* alice waves", "*** bob and alice have left #lobby ***"]
    assert town.chat.hub.users.keys() == {"carol"}


def test_a_line_of_a_user_who_is_gone_by_the_time_it_is_kept_is_read(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("my last words")
    alice.hangs_up()
    assert bob.reads() == []
    town.store_answers()
    assert bob.reads() == ["alice: my last words", "*** alice has left #lobby ***"]


def test_a_user_who_ignores_another_after_they_spoke_still_reads_that_line(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("hello")
    bob.types("/ignore alice")
    alice.types("are you there?")
    town.store_answers()
    assert bob.reads() == [
        "alice: hello",
        "You no longer see what alice says. /unignore alice ends that.",
    ]


def test_a_stall_keeps_people_waiting_once_and_for_a_second(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("one")
    town.chat.advance(0.99)
    assert bob.reads() == []
    town.chat.advance(0.01)
    assert bob.reads() == ["alice: one"]
    alice.types("two")
    bob.types("three")
    assert (bob.reads(), alice.reads()) == (["alice: two"], ["bob: three"])
    assert (town.chat.hub.journal.unsaved, town.chat.hub.journal.lost) == (3, 0)
    town.store_answers()
    assert town.store.kept() == ["one", "two", "three"]
    assert (town.chat.hub.journal.unsaved, town.chat.hub.journal.lost) == (0, 0)


BEGINS = "*** Messages are not saved at the moment: the disk fails. The log says why. ***"
ENDS = "*** Messages are saved again; 0 lines were lost. ***"


def test_operators_are_told_once_that_trouble_begins_and_once_that_it_ends_and_nobody_else(town):
    alice, bob, olive = town.arrive("alice", "bob", "olive")
    town.chat.hub.users["olive"].roles.add("operator")
    for _ in range(2):
        alice.types("one")
        town.chat.advance(1.0)
        alice.types("two")
        town.chat.advance(50)
        alice.types("three")
        assert olive.reads() == [BEGINS, "alice: one", "alice: two", "alice: three"]
        town.store_answers()
        assert olive.reads() == [ENDS]
        assert (bob.reads(), alice.reads()) == (["alice: one", "alice: two", "alice: three"], [])
        town.chat.advance(10)


def test_operators_of_a_disk_that_comes_and_goes_are_told_once_a_minute_that_it_works(town):
    alice, olive = town.arrive("alice", "olive")
    town.chat.hub.users["olive"].roles.add("operator")
    for _ in range(12):
        alice.types("one")
        town.chat.advance(2)
        town.store_answers()
        town.chat.advance(8)
    told = [line for line in olive.reads() if line.startswith("***")]
    assert told == [BEGINS, ENDS, BEGINS, ENDS, BEGINS]


def test_an_operator_who_speaks_in_the_very_turn_that_fails_at_once_reads_each_line_once(town):
    alice, olive = town.arrive("alice", "olive")
    town.chat.hub.users["olive"].roles.add("operator")
    town.store.is_slow = False
    town.store.store = _Failing()
    alice.transport.receive(b"one\n")
    olive.transport.receive(b"two\n")
    alice.transport.receive(b"three\n")
    town.chat.advance()
    assert olive.reads() == [BEGINS, "alice: one", "alice: three"]
    assert alice.reads() == ["olive: two"]


def test_at_the_end_everybody_reads_what_was_said_and_then_goodbye_once_it_is_kept(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("one")
    bob.types("two")
    told: list[bool] = []
    town.chat.hub.shut_down().addCallback(lambda _: told.append(True))
    town.chat.advance()
    assert (bob.reads(), told) == ([], [])
    town.store.answers()
    town.chat.advance()
    assert (bob.reads(), told) == (["alice: one"], [])
    town.store.answers()
    town.chat.advance()
    assert told == [True]
    assert bob.reads() == ["*** The server is shutting down. ***"]
    assert alice.reads() == ["bob: two", "*** The server is shutting down. ***"]
    assert not alice.is_connected
    assert not bob.is_connected


def test_a_stall_at_the_end_delays_the_goodbye_by_a_second_and_what_waits_is_handed_over(town):
    alice, bob = town.arrive("alice", "bob")
    alice.types("one")
    bob.types("two")
    told: list[bool] = []
    town.chat.hub.shut_down().addCallback(lambda _: told.append(True))
    town.chat.advance(1.0)
    assert told == [True]
    assert bob.reads() == ["alice: one", "*** The server is shutting down. ***"]
    town.chat.hub.journal.stop()
    result_of(town.store.close())
    assert town.store.kept() == ["one", "two"]
    assert town.chat.hub.journal.unsaved == 0


def test_a_user_who_enters_reads_first_what_was_said_earlier_however_long_that_takes():
    first = Town(limits=Limits(rate=0.0, max_per_host=0, history_lines=5))
    (alice,) = first.arrive("alice")
    alice.types("long ago")
    first.store_answers()
    # A restart: what was said is in the store, and not at hand.
    town = Town(SlowStore(first.store.store, is_slow=True), first.limits)
    town.chat.advance()
    town.store_answers()
    bob = town.chat.connect()
    bob.types("bob")
    assert [name for name, _ in town.store.asked] == ["lines", "write"]
    bob.types("hello?")
    assert bob.reads() == []
    town.store.answers(2)
    town.chat.advance()
    heading, earlier, footing, *rest = bob.reads()
    assert (heading, footing) == ("--- earlier in #lobby ---", "--- now ---")
    assert earlier.endswith("] alice: long ago")
    assert rest[-1] == "Type /help for help."


def test_a_user_who_enters_while_what_was_said_cannot_be_read_waits_for_a_second():
    first = Town(limits=Limits(rate=0.0, max_per_host=0, history_lines=5))
    (alice,) = first.arrive("alice")
    alice.types("long ago")
    first.store_answers()
    town = Town(SlowStore(first.store.store, is_slow=True), first.limits)
    town.chat.advance()
    town.store_answers()
    bob = town.chat.connect()
    bob.types("bob")
    town.chat.advance(0.99)
    assert bob.reads() == []
    town.chat.advance(0.01)
    assert bob.reads() == [
        "You are in #lobby as bob. Nobody else is here yet.",
        "Type /help for help.",
    ]
    # It comes too late, and is at hand for the next.
    town.store_answers()
    assert bob.reads() == []
    carol = town.chat.connect()
    carol.types("carol")
    town.store_answers()
    assert carol.reads()[0] == "--- earlier in #lobby ---"


def town_with_cold_rooms(*slow: str) -> Town:
    """
    Return a town whose attic, cellar and den have a past that the store has yet to be asked for.
    """
    limits = Limits(rate=0.0, max_per_host=0, history_lines=5)
    first = Town(limits=limits)
    first.arrive("alice")[0].types("/join attic", "1", "/join cellar", "2", "/join den", "3")
    first.store_answers()
    return Town(SlowStore(first.store.store, is_slow=False, slow=slow), limits)


def test_while_what_was_said_cannot_be_read_only_a_user_who_enters_waits_and_for_a_second():
    town = town_with_cold_rooms("lines")
    alice, bob, carol = town.arrive("alice", "bob", "carol")
    for room in ("attic", "cellar", "den"):
        carol.reads()
        carol.types(f"/join {room}")
        alice.types("one")
        assert (bob.reads(), carol.reads()) == (["alice: one"], [])
        town.chat.advance(1.0)
        assert carol.reads()[0].startswith(f"You are in #{room} as carol. Nobody else")
        # It comes too late, and is of no use any more.
        town.store_answers()
        assert carol.reads() == []


def test_what_is_read_in_time_stands_before_all_that_came_meanwhile():
    town = town_with_cold_rooms("lines")
    alice, carol = town.arrive("alice", "carol")
    carol.types("/join den")
    alice.types("/join den", "one")
    carol.types("/away tea")
    assert carol.reads() == []
    town.store_answers()
    heading, told, footing, welcome, joined, one, away = carol.reads()
    assert welcome.startswith("You are in #den as carol.")
    assert (heading, footing) == ("--- earlier in #den ---", "--- now ---")
    assert told.endswith("] alice: 3")
    assert (joined, one) == ("*** alice has joined #den ***", "[#den] alice: one")
    assert away == "You are marked as away. /back ends that."


def test_numbers_go_on_after_a_restart_where_they_ended(town):
    alice, _ = town.arrive("alice", "bob")
    alice.types("one", "/join dev", "two")
    town.store_answers()
    again = Town(SlowStore(town.store.store, is_slow=False))
    (carol,) = again.arrive("carol")
    carol.types("three", "/join dev", "four")
    again.store_answers()
    for room in (1, 2):
        lines = result_of(town.store.store.lines(room, LATEST, LATEST))
        assert [each.number for each in lines] == list(range(1, len(lines) + 1))
        assert [each.id for each in lines] == sorted({each.id for each in lines})
    assert (town.store.kept(1), town.store.kept(2)) == (["one", "three"], ["two", "four"])
