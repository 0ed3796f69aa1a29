"""
The calendar: midnight is told to those who see times.
"""

import pytest

from twisted_chat.rooms.calendar import next_midnight
from twisted_chat.testing import BEGINNING, Chat

# The tests begin on 14 November 2023 at 22:13:20 UTC.
TO_MIDNIGHT = 6400


@pytest.mark.usefixtures("utc")
def test_who_sees_times_is_told_of_a_new_day_once() -> None:
    chat = Chat()
    alice, bob = chat.arrive("alice"), chat.arrive("bob")
    alice.types("/time on", "/join den")
    alice.reads()
    bob.reads()
    chat.advance(TO_MIDNIGHT - 1)
    assert alice.reads() == []
    chat.advance(1)
    bob.types("late")
    assert alice.reads() == [
        "--- Wed 2023-11-15, UTC ---",
        "[00:00] [#lobby] bob: late",
    ]
    for _ in range(144):
        chat.advance(600)
    assert alice.reads() == ["--- Thu 2023-11-16, UTC ---"]
    assert bob.reads() == []


@pytest.mark.usefixtures("utc")
def test_who_comes_after_midnight_is_not_told_of_it() -> None:
    chat = Chat()
    chat.advance(TO_MIDNIGHT + 5)
    alice = chat.arrive("alice")
    alice.types("/time on")
    alice.reads()
    chat.advance(700)
    assert alice.reads() == []


@pytest.mark.usefixtures("utc")
def test_the_next_midnight_is_that_of_the_next_day() -> None:
    assert next_midnight(BEGINNING) == BEGINNING + TO_MIDNIGHT
    assert next_midnight(BEGINNING + TO_MIDNIGHT) == BEGINNING + TO_MIDNIGHT + 86400
