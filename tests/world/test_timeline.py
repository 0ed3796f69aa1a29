"""
The timeline of a room: what of it is at hand.
"""

from collections import deque

from stores import line
from twisted.internet.defer import Deferred

from twisted_chat.world.timeline import Timeline


def timeline(*numbers: int, most: int = 3) -> Timeline:
    recent = deque((line(number) for number in numbers), maxlen=most)
    return Timeline(1, max(numbers, default=0), recent, is_complete=False)


def numbers(found: Timeline) -> list[int]:
    return [each.number for each in found.recent]


def test_what_was_read_stands_before_what_was_said_meanwhile() -> None:
    room = timeline(8, 9)
    room.complete([line(5), line(6), line(7)], [line(2)])
    # There is a place for three.
    assert numbers(room) == [7, 8, 9]
    assert room.is_complete
    assert list(room.answered) == [2]


def test_those_who_waited_for_it_go_on_once() -> None:
    room = timeline()
    waiting: list[Deferred[None]] = [Deferred(), Deferred()]
    gone_on: list[int] = []
    for index, each in enumerate(waiting):
        each.addCallback(lambda _, index=index: gone_on.append(index))
    room.waiting = waiting
    room.end_waiting()
    room.end_waiting()
    assert gone_on == [0, 1]


def test_a_line_that_is_revised_is_so_wherever_it_is_at_hand() -> None:
    room = timeline(7, 8)
    room.note_answered(line(8))
    room.revise(line(8, "other words"))
    assert [each.text for each in room.recent] == ["line 7", "other words"]
    assert room.answered[8].text == "other words"


def test_no_more_answered_lines_are_at_hand_than_there_may_be_answers() -> None:
    room = timeline(7)
    for number in (1, 2, 1, 3, 4):
        room.note_answered(line(number))
    assert list(room.answered) == [1, 3, 4]


def test_lines_that_are_too_old_are_dropped() -> None:
    room = timeline(7, 8, 9)
    for number in (3, 8):
        room.note_answered(line(number))
    room.forget(line(8).id)
    assert numbers(room) == [8, 9]
    assert list(room.answered) == [8]
