"""
How many connections there may be, and which of them gives way.
"""

from twisted_chat.doors.port.admission import Admission


class Member:
    """
    A connection that notes its end.
    """

    is_cut = False

    def cut(self) -> None:
        self.is_cut = True


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
    assert [counted.admit(member) for member in members[:2]] == [True, True]
    for member in members:
        counted.hear(member)
    assert not counted.admit(Member())
    counted.let_go(members[0])
    counted.doors[0].connections -= 1
    assert counted.admit(Member())
    assert len(counted) == 3


def test_without_a_limit_everybody_may_come() -> None:
    counted = admission(0, 10**6)
    assert all(counted.admit(Member()) for _ in range(100))


def test_the_longest_silent_gives_way_and_who_has_spoken_does_not() -> None:
    counted = admission(3)
    spoke, first, second = members = [Member() for _ in range(3)]
    for member in members:
        counted.admit(member)
    counted.hear(spoke)
    for expected in ([False, True, False], [False, True, True]):
        assert counted.admit(Member())
        assert [member.is_cut for member in members] == expected
    assert len(counted) == 3
    assert (first.is_cut, second.is_cut) == (True, True)


def test_at_the_end_all_are_cut() -> None:
    counted = admission(0)
    silent, spoke, gone = members = [Member() for _ in range(3)]
    for member in members:
        counted.admit(member)
    counted.hear(spoke)
    counted.let_go(gone)
    counted.close()
    assert [silent.is_cut, spoke.is_cut, gone.is_cut] == [True, True, False]
