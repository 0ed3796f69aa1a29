"""
The latest changes: what a later one replaces need not be kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from stores import line, opened, result_of

from twisted_chat.store.allowances import Allowance, AllowanceKept
from twisted_chat.store.journal.latest import needed
from twisted_chat.store.plugins import Kind, PluginValue, RoomValuesEnded
from twisted_chat.store.records import (
    AccountMade,
    AccountRemoved,
    Came,
    Change,
    Message,
    MessagesRead,
    Revised,
    Seated,
    Unseated,
    Went,
)
from twisted_chat.store.sqlite.memory import MemoryStore


def message(number: int, *, waits: bool = False) -> Message:
    return Message(number, 1_700_000_000.0, "alice", 1, "bob", 2, str(number), waits)


def allowance(number: int, whole_at: float = 0.0) -> AllowanceKept:
    return AllowanceKept(Allowance(str(number), "10.0.0.7", whole_at), is_settled=False)


def test_of_presence_and_allowances_the_latest_stay_and_at_most_so_many() -> None:
    said = line(1)
    changes = [Came(1), Seated(1, 7), said, Went(1, 5), Unseated(1, 7), Came(2), allowance(3)]
    assert needed(changes, 10) == [said, Went(1, 5), Unseated(1, 7), Came(2), allowance(3)]
    assert needed(changes, 2) == [said, Came(2), allowance(3)]


def test_of_the_values_of_plugins_the_latest_stay_however_many_there_are() -> None:
    first, second = (PluginValue("poll", Kind.VALUE, 0, 0, key, "1") for key in "ab")
    last = PluginValue("poll", Kind.VALUE, 0, 0, "a", "")
    apart = [
        PluginValue("poll", Kind.SCHEDULE, 0, 0, "a", "1"),
        PluginValue("poll", Kind.VALUE, 1, 0, "a", "1"),
        PluginValue("poll", Kind.VALUE, 0, 1, "a", "1"),
        PluginValue("dice", Kind.VALUE, 0, 0, "a", "1"),
    ]
    assert needed([first, Came(1), second, *apart, last], 0) == [second, *apart, last]


def test_what_changes_nothing_the_second_time_stays_once() -> None:
    assert needed([opened(1), opened(2), opened(1)], 10) == [opened(1), opened(2)]


_SOME = st.integers(1, 3)
_CHANGES = st.one_of(
    st.builds(opened, _SOME),
    st.builds(Came, _SOME),
    st.builds(Went, _SOME, _SOME),
    st.builds(Seated, _SOME, _SOME),
    st.builds(Unseated, _SOME, _SOME),
    st.builds(allowance, _SOME, st.floats(1, 9)),
    st.just(MessagesRead(2, 0)),
    st.builds(message, st.just(0), waits=st.booleans()),
    st.builds(AccountRemoved, _SOME),
    st.builds(
        PluginValue,
        st.just("poll"),
        st.sampled_from(Kind),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from("ab"),
        st.sampled_from(["", "1", "2"]),
    ),
    st.builds(RoomValuesEnded, _SOME),
    st.builds(lambda number: Revised(line(number, "anew")), _SOME),
)


def in_order(changes: list[Change]) -> Iterator[Change]:
    """
    Yield ``changes`` as they may happen: ids ascend, and one has read all that was there by then.
    """
    last = 100
    for change in changes:
        if isinstance(change, Message):
            last += 1
            yield change._replace(id=last)
        elif isinstance(change, MessagesRead):
            yield MessagesRead(2, last)
        else:
            yield change


@settings(max_examples=50, deadline=None)
@given(st.lists(_CHANGES, max_size=40))
def test_without_what_is_needless_the_same_is_kept(changes):
    begun = [
        *[opened(room) for room in (1, 2, 3)],
        *[AccountMade(number, f"a{number}", f"a{number}", "hash") for number in (1, 2, 3)],
        *[line(number) for number in (1, 2, 3)],
    ]
    # A user who is gone does nothing.
    changes.sort(key=lambda change: isinstance(change, AccountRemoved))
    changes = list(in_order(changes))
    dumps = []
    for part in (changes, needed(changes, 10_000)):
        store = MemoryStore()
        result_of(store.write([*begun, *part]))
        dumps.append(list(store._connection.iterdump()))
    assert dumps[0] == dumps[1]
