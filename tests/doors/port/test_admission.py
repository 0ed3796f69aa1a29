"""
How many connections there may be, and which of them gives way.
"""

import pytest
from twisted.internet.task import Clock

from twisted_chat.doors.port.admission import SPARE, Admission


class Member:
    """
    A connection that notes its end.
    """

    told = b""

    def __init__(self, host: str | None = "192.0.2.1") -> None:
        self.host = host

    def end(self, farewell: bytes) -> None:
        self.told = farewell

    give_way = end


def full() -> bytes:
    return b"full"


class Door:
    """
    A door with so many connections.
    """

    def __init__(self, connections: int) -> None:
        self.connections = connections


def admission(limit: int, *doors: int) -> Admission:
    made = Admission(lambda: limit)
    made.doors += map(Door, doors)
    return made


def test_connections_of_all_doors_and_of_none_are_counted() -> None:
    counted = admission(5, 2, 1)
    members = [Member() for _ in range(3)]
    assert [counted.admit(member, full) for member in members[:2]] == [True, True]
    for member in members:
        counted.hear(member)
    assert not counted.admit(Member(), full, 0)
    counted.let_go(members[0])
    counted.doors[0].connections -= 1
    assert counted.admit(Member(), full, 0)
    assert counted.total == 5


def test_some_come_beyond_the_limit_to_be_told_so_and_the_silent_among_them_give_way() -> None:
    counted = admission(5, 5)
    spare = [Member() for _ in range(SPARE)]
    for member in spare:
        assert counted.admit(member, full)
        assert counted.overflows
        counted.hear(member)
    assert not counted.admit(Member(), full)
    counted.let_go(spare.pop())
    first, second = Member(), Member()
    assert counted.admit(first, full)
    assert counted.admit(second, full)
    assert first.told == b"full"
    assert counted.total == 5 + SPARE
    for member in (*spare, second):
        counted.let_go(member)
    assert not counted.overflows


def test_of_the_silent_the_host_that_has_the_most_gives_way_first() -> None:
    counted = admission(5)
    typing, local = Member("192.0.2.7"), Member(None)
    crowd = [Member() for _ in range(3)]
    for member in (typing, local, *crowd):
        counted.admit(member, full)
    later = [Member() for _ in range(20)]
    for member in later:
        assert counted.admit(member, full)
    assert (typing.told, local.told) == (b"", b"")
    assert [member.told for member in (*crowd, *later)] == [b"full"] * 20 + [b""] * 3


def test_who_is_silent_again_gives_way_after_who_was_silent_before() -> None:
    counted = admission(2)
    first, second = Member(), Member()
    for member in (first, second):
        counted.admit(member, full)
    counted.hear(first)
    counted.await_again(first)
    assert counted.admit(Member(), full)
    assert (first.told, second.told) == (b"", b"full")
    assert counted.admit(Member(), full)
    assert first.told == b"full"
    assert counted.total == 2


def test_without_a_limit_everybody_may_come() -> None:
    counted = admission(0, 10**6)
    assert all(counted.admit(Member(), full) for _ in range(100))


def test_the_longest_silent_gives_way_and_who_has_spoken_does_not() -> None:
    counted = admission(3)
    spoke, *_ = members = [Member() for _ in range(3)]
    for member in members:
        counted.admit(member, full)
    counted.hear(spoke)
    for expected in ([b"", b"full", b""], [b"", b"full", b"full"]):
        assert counted.admit(Member(), full)
        assert [member.told for member in members] == expected
    assert counted.total == 3


def test_those_that_have_ended_are_counted_whatever_they_were() -> None:
    counted = admission(4, 0)
    gone, given_way, at_a_door, _ = members = [Member() for _ in range(4)]
    for member in members:
        counted.admit(member, full)
    assert counted.ended == 0
    counted.let_go(at_a_door)
    counted.doors[0].connections += 1
    assert counted.ended == 0
    counted.let_go(gone)
    assert counted.ended == 1
    # The second of two: the first one makes a longer silent one give way.
    assert counted.admit(Member(), full)
    assert counted.admit(Member(), full)
    assert given_way.told == b"full"
    assert counted.ended == 2
    counted.doors[0].connections -= 1
    assert counted.ended == 3


def test_at_the_end_all_are_cut() -> None:
    counted = admission(0)
    silent, spoke, gone = members = [Member() for _ in range(3)]
    for member in members:
        counted.admit(member, full)
    counted.hear(spoke)
    counted.let_go(gone)
    counted.close(b"stop")
    assert [silent.told, spoke.told, gone.told] == [b"stop", b"stop", b""]


def test_one_is_told_when_the_last_has_gone() -> None:
    clock, counted, member = Clock(), admission(0, 1), Member()
    counted.admit(member, full)
    empty: list[None] = []
    counted.when_empty(clock, 5.0).addCallback(empty.append)
    clock.pump([0.05] * 10)
    counted.doors[0].connections = 0
    clock.pump([0.05] * 10)
    assert empty == []
    counted.let_go(member)
    clock.advance(0.05)
    assert empty == [None]


def test_one_is_told_at_once_if_nobody_is_there_and_in_time_if_one_user_stays() -> None:
    for connections, seconds in ((0, 0.0), (1, 5.0)):
        clock, empty = Clock(), []
        admission(0, connections).when_empty(clock, 5.0).addCallback(
            lambda _, empty=empty, clock=clock: empty.append(clock.seconds())
        )
        clock.pump([0.05] * 120)
        assert empty == [pytest.approx(seconds, abs=0.06)]
        assert not clock.getDelayedCalls()
