"""
Exchanges of keys: so many at once, and the others in their order.
"""

from twisted.internet.task import Clock

from twisted_chat.doors.ssh.exchanges import AT_ONCE, COUNTED_FOR, Exchanges


class Door:
    """
    A door to which connections come by their numbers.
    """

    def __init__(self, connections: int) -> None:
        self.clock = Clock()
        self.exchanges = Exchanges(self.clock)
        self.begun: list[int] = []
        for number in range(connections):
            self.exchanges.begin(number, lambda number=number: self.begun.append(number))

    def ends(self, *numbers: int) -> None:
        for number in numbers:
            self.exchanges.end(number)
        self.clock.advance(0)


def test_so_many_exchange_keys_at_once_and_the_others_in_their_order() -> None:
    door = Door(AT_ONCE + 4)
    assert door.begun == list(range(AT_ONCE))
    door.ends(3)
    assert door.begun[AT_ONCE:] == [AT_ONCE]
    door.ends(5, 1)
    assert door.begun[AT_ONCE:] == [AT_ONCE, AT_ONCE + 1, AT_ONCE + 2]


def test_who_goes_while_it_waits_is_passed_over_and_takes_no_place() -> None:
    door = Door(AT_ONCE + 2)
    door.ends(AT_ONCE)
    assert len(door.begun) == AT_ONCE
    door.ends(0)
    assert door.begun[AT_ONCE:] == [AT_ONCE + 1]


def test_those_that_do_not_end_keep_the_others_waiting_for_a_short_time_only() -> None:
    door = Door(10 * AT_ONCE)
    for number in range(1, 10):
        door.clock.advance(COUNTED_FOR)
        door.clock.advance(0)
        assert len(door.begun) == (number + 1) * AT_ONCE
    door.clock.advance(COUNTED_FOR)
    assert not door.clock.getDelayedCalls()
