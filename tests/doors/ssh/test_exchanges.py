"""
Exchanges of keys: so many at once, and the others in their order.
"""

from attrs import frozen
from twisted.internet.task import Clock

from twisted_chat.doors.ssh.exchanges import AT_ONCE, COUNTED_FOR, Exchanges


@frozen
class Peer:
    number: int
    host: str = "192.0.2.1"


class Door:
    """
    A door to which connections come by their numbers.
    """

    def __init__(self, connections: int) -> None:
        self.clock = Clock()
        self.exchanges = Exchanges(self.clock)
        self.begun: list[int] = []
        for number in range(connections):
            self.comes(Peer(number))

    def comes(self, peer: Peer) -> None:
        self.exchanges.begin(peer, lambda: self.begun.append(peer.number))

    def ends(self, *numbers: int) -> None:
        for number in numbers:
            self.exchanges.end(Peer(number))
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


def test_one_of_another_host_waits_for_one_at_most_however_many_come_from_the_first() -> None:
    door = Door(AT_ONCE + 50)
    for number in range(1000, 1003):
        door.comes(Peer(number, "192.0.2.2"))
    door.comes(Peer(2000, "192.0.2.3"))
    for number in range(6):
        door.ends(number)
    waited = AT_ONCE
    assert door.begun[AT_ONCE:] == [waited, 1000, 2000, waited + 1, 1001, waited + 2]


def test_a_host_of_which_nobody_waits_any_more_is_forgotten() -> None:
    door = Door(AT_ONCE)
    for number in range(5):
        peer = Peer(number, f"192.0.2.{number + 2}")
        door.comes(peer)
        door.exchanges.end(peer)
    assert not door.exchanges._waiting
