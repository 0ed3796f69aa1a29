"""
What one session alone was told lately.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
import pytest

from twisted_chat.events import Broadcast, Event, Invited, Left, Said, Told
from twisted_chat.replies.moderation import Kicked, Sanctioned, SanctionEntry
from twisted_chat.replies.people import AccountChange, AccountChanged
from twisted_chat.replies.reply import Done, Marked, Notice
from twisted_chat.replies.server import Storage, StorageAlarm
from twisted_chat.store.tokens import ToldAlone, ToldForgotten
from twisted_chat.world.inbox import MOST_BYTES, MOST_KEPT, READ_WITHIN, Inbox, RoomLeft

if TYPE_CHECKING:
    from twisted_chat.store.records import Change

TOLD = Told(1.0, "ada", "bob", "psst")


def an_inbox(kept: list[Any] | None = None, first: int = 1) -> Inbox:
    ids = count(first)
    changes: list[Change] = [] if kept is None else kept
    return Inbox("aaaa", lambda _: next(ids), changes.append)


def numbers(inbox: Inbox, seen: int = 0) -> list[int]:
    return [each.id for each in inbox.behind(seen)]


def test_what_nobody_can_ask_for_is_put_in_with_an_id() -> None:
    inbox = an_inbox()
    assert inbox.put(TOLD) == Marked(1.0, TOLD, 1)
    for other in (Said(1.0, "den", "ada", "tea"), Done(1.0)):
        assert inbox.put(other) is other
    kicked = Kicked(1.0, "bob", "den", "ada", "spam", is_yours=True)
    inbox.put(kicked)
    assert inbox.behind(0) == [Marked(1.0, TOLD, 1), Marked(1.0, kicked, 2)]
    assert inbox.behind(1) == [Marked(1.0, kicked, 2)]
    assert (inbox.behind(2), inbox.lost) == ([], 0)


@pytest.mark.parametrize(
    "event",
    [
        TOLD,
        Invited(1.5, "ada", "bob", "den"),
        Broadcast(1.5, "ada", "tea\nand cake"),
        Left(1.5, "den", "bob", "spam", "kicked", "ada"),
        Sanctioned(1.5, SanctionEntry("ban", "den", "bob", "ada", "", 1.5, 9.5), is_yours=True),
        AccountChanged(1.5, "bob", AccountChange.PASSWORD_CHANGED),
        StorageAlarm(1.5, Storage.DISK, False, 1, 2),
        Notice(1.5, "\N{TEACUP WITHOUT HANDLE} \x1b[2J"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_was_kept_is_the_same_after_a_restart(event: Event) -> None:
    kept: list[Any] = []
    an_inbox(kept, 7).put(event)
    again = an_inbox()
    again.load(kept)
    assert again.behind(0) == [Marked(event.at, event, 7)]


def test_what_a_later_server_has_kept_is_left_out() -> None:
    inbox = an_inbox()
    inbox.load([ToldAlone("aaaa", 7, "Waved", "{}"), ToldAlone("aaaa", 8, "Told", "{}")])
    assert inbox.behind(0) == []


def test_what_was_read_long_ago_is_forgotten_unless_the_connection_is_lost() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    for at in (0.0, 1.0, READ_WITHIN, READ_WITHIN + 1):
        inbox.put(attrs.evolve(TOLD, at=at))
    assert (numbers(inbox), inbox.lost) == ([2, 3, 4], 1)
    assert [each.forgotten for each in kept] == [0, 0, 0, 1]
    inbox.held_from = 4
    inbox.put(attrs.evolve(TOLD, at=9 * READ_WITHIN))
    assert numbers(inbox) == [2, 3, 4, 5]


def test_what_was_read_long_ago_is_forgotten_also_where_nothing_more_is_told() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    for at in (0.0, 1.0, 2.0):
        inbox.put(attrs.evolve(TOLD, at=at))
    inbox.forget(READ_WITHIN)
    assert (numbers(inbox), len(kept)) == ([1, 2, 3], 3)
    inbox.forget(READ_WITHIN + 1.5)
    assert (numbers(inbox), kept[3:]) == ([3], [ToldForgotten("aaaa", 2)])
    inbox.forget(READ_WITHIN + 3)
    assert (inbox.is_empty, kept[4:]) == (True, [ToldForgotten("aaaa", 3)])
    inbox.forget(9 * READ_WITHIN)
    assert len(kept) == 5


def test_what_a_program_says_that_it_has_read_is_forgotten_later_and_nothing_else() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    for at in (0.0, 1.0, 2.0):
        inbox.put(attrs.evolve(TOLD, at=at))
    inbox.held_from = 3
    inbox.go_on(READ_WITHIN, 2)
    # Its own store may be set back to an earlier time.
    assert (numbers(inbox), inbox.lost, kept[3:]) == ([1, 2, 3], 0, [])
    inbox.held_from = 3
    # Its answer may be lost too, however long ago it was told first.
    back = 2 * READ_WITHIN
    inbox.go_on(back, 1)
    assert (numbers(inbox), kept[3:]) == ([2, 3], [ToldForgotten("aaaa", 1)])
    assert inbox.lost == 1
    inbox.forget(back + READ_WITHIN)
    assert numbers(inbox) == [2, 3]
    inbox.forget(back + READ_WITHIN + 1)
    assert numbers(inbox) == []
    inbox.go_on(3 * back, 0)
    assert len(kept) == 5


def test_a_room_that_was_left_is_kept_among_what_was_told() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    left = RoomLeft(1.0, 7, "den", 3, 9)
    inbox.put(TOLD)
    inbox.put_left(left)
    inbox.put(TOLD)
    assert (numbers(inbox), inbox.left_behind(0)) == ([1, 3], [(2, left)])
    assert (inbox.left_behind(1), inbox.left_behind(2)) == ([(2, left)], [])
    again = an_inbox()
    again.load(kept)
    assert (numbers(again), again.left_behind(0)) == ([1, 3], [(2, left)])
    again.forget(READ_WITHIN + 2)
    assert (again.is_empty, again.lost) == (True, 3)


def test_bytes_are_counted_and_not_characters() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    # Each of these is three bytes, and MOST_BYTES characters are not enough for six of them.
    for _ in range(6):
        inbox.put(attrs.evolve(TOLD, text="\N{EURO SIGN}" * (MOST_BYTES // 16)))
    assert numbers(inbox) == [2, 3, 4, 5, 6]
    again = an_inbox(first=7)
    again.load(kept[1:])
    again.put(attrs.evolve(TOLD, text="\N{EURO SIGN}" * (MOST_BYTES // 16)))
    assert numbers(again) == [3, 4, 5, 6, 7]


def test_of_too_much_the_earliest_is_lost_and_that_is_said() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    for _ in range(MOST_KEPT + 2):
        inbox.put(TOLD)
    assert (len(inbox.behind(0)), inbox.lost) == (MOST_KEPT, 2)
    again = an_inbox()
    again.load(kept[-1:])
    assert again.lost == 2
    long = attrs.evolve(TOLD, text="x" * (MOST_BYTES // 2))
    for _ in range(3):
        inbox.put(long)
    assert numbers(inbox) == [MOST_KEPT + 5]
    assert inbox.lost == MOST_KEPT + 4


def test_what_cannot_be_kept_is_told_once() -> None:
    kept: list[Any] = []
    inbox = an_inbox(kept)
    for text in (object(), "half \ud83d"):
        event = Notice(1.0, text)  # type: ignore[arg-type]
        with pytest.raises((TypeError, ValueError)):
            msgspec.json.encode(event)
        assert inbox.put(event) is event
    assert (kept, inbox.behind(0)) == ([], [])
