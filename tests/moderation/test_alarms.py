"""
Alarms: operators and the log are told that the store fails, or is about to.
"""

from collections.abc import Iterator

import pytest
from attrs import define, evolve, field
from logins import come
from stores import SlowStore
from twisted.internet.defer import Deferred, succeed
from twisted.logger import LogEvent, capturedLogs, formatEvent

from twisted_chat.delivery.journal import TIMEOUT
from twisted_chat.moderation.alarms import INTERVAL
from twisted_chat.store.interface import StoreFailed
from twisted_chat.store.sqlite.memory import MemoryStore
from twisted_chat.store.usage import Usage
from twisted_chat.testing import NO_LIMITS, Chat, Person
from twisted_chat.text.sizes import Size

LIMITS = evolve(NO_LIMITS, disk_reserve=Size(200), database_alarm=Size(1000))
LOW = "*** The disk of the database has {} bytes left, less than 200 bytes. ***"


class Disk(MemoryStore):
    """
    A store whose disk is as full as the test says.
    """

    def __init__(self) -> None:
        super().__init__()
        self.usage_now: Usage | None = Usage(10, 5000)
        self.looks = 0

    def usage(self) -> Deferred[Usage]:
        self.looks += 1
        if self.usage_now is None:
            return Deferred()
        return succeed(self.usage_now)


@define(eq=False)
class House:
    """
    A server with an operator and a guest, and its log.
    """

    log: list[LogEvent]
    disk: Disk = field(factory=Disk)
    chat: Chat = field(init=False)
    oscar: Person = field(init=False)
    gast: Person = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.chat = Chat(store=self.disk, limits=LIMITS)
        self.oscar, self.gast = come(self.chat, "oscar", "operator"), self.chat.arrive("gast")
        self.chat.hub.alarms.start()
        self.chat.advance(0)
        self.reads()

    def reads(self) -> list[str]:
        assert self.gast.reads() == []
        return self.oscar.reads()

    def after(self, size: int, free: int | None) -> list[str]:
        """
        Return what the operator reads when the disk has been so for a while.
        """
        self.disk.usage_now = Usage(size, free)
        for _ in range(20):
            self.chat.advance(INTERVAL)
        return self.reads()

    @property
    def logged(self) -> list[str]:
        return [str(formatEvent(event)) for event in self.log if "what" in event]


@pytest.fixture
def house() -> Iterator[House]:
    with capturedLogs() as log:
        yield House(log)


def test_a_disk_that_fills_is_told_once_and_when_there_is_room_again(house: House) -> None:
    assert house.after(10, 200) == []
    assert house.after(10, 199) == [LOW.format(199)]
    # It goes to and fro around the limit.
    for free in (200, 190, 210, 219, 0):
        assert house.after(10, free) == []
    assert house.after(10, 220) == ["*** The disk of the database has 220 bytes left now. ***"]
    assert house.after(10, 200) == []
    assert house.after(10, 150) == [LOW.format(150)]
    assert house.logged == [
        "The disk has 199 bytes left, and the limit is 200 bytes",
        "The alarm of the disk is over",
        "The disk has 150 bytes left, and the limit is 200 bytes",
    ]


def test_a_database_that_grows_is_told_once_and_when_it_is_smaller_again(house: House) -> None:
    assert house.after(1000, 5000) == []
    assert house.after(1001, 5000) == ["*** The database takes 1 KB, more than 1 KB. ***"]
    for size in (1000, 1500, 901):
        assert house.after(size, 5000) == []
    assert house.after(899, 5000) == ["*** The database takes 899 bytes now. ***"]
    assert house.logged == [
        "The database has 1 KB, and the limit is 1 KB",
        "The alarm of the database is over",
    ]


def test_an_operator_who_comes_later_is_told_of_it_and_who_left_is_not(house: House) -> None:
    house.after(10, 100)
    bob = come(house.chat, "bob", "operator")
    bob.reads()
    house.oscar.types("/quit")
    house.chat.advance(INTERVAL)
    assert bob.reads()[-1:] == [LOW.format(100)]
    assert house.gast.reads()[-1:] != [LOW.format(100)]
    house.chat.advance(INTERVAL)
    assert bob.reads() == []
    house.disk.usage_now = Usage(10, 5000)
    house.chat.advance(INTERVAL)
    assert bob.reads() == ["*** The disk of the database has 5 KB left now. ***"]


def test_without_a_limit_or_a_disk_there_is_no_alarm(house: House) -> None:
    assert house.after(10, None) == []
    house.chat.hub.world.limits = evolve(LIMITS, disk_reserve=Size(0), database_alarm=Size(0))
    assert house.after(10**12, 0) == []
    # New limits hold at once.
    house.chat.hub.world.limits = evolve(LIMITS, disk_reserve=Size(10**6), database_alarm=Size(0))
    assert house.after(10, 999) == [
        "*** The disk of the database has 999 bytes left, less than 1 MB. ***"
    ]


def test_a_disk_that_does_not_answer_is_asked_once_and_the_end_is_the_end(house: House) -> None:
    house.disk.usage_now, house.disk.looks = None, 0
    for _ in range(5):
        house.chat.advance(INTERVAL)
    assert house.disk.looks == 1
    house.chat.hub.alarms.stop()
    house.chat.hub.alarms.stop()
    house.disk.usage_now = Usage(10, 0)
    assert house.after(10, 0) == []


def test_a_store_that_fails_is_noticed_within_five_seconds_though_nobody_says_anything() -> None:
    store = SlowStore(is_slow=False)
    chat = Chat(store=store)
    oscar = come(chat, "oscar", "operator")
    chat.hub.alarms.start()
    chat.advance(1)
    oscar.reads()
    store.is_slow, store.slow = True, ("write", "usage")
    for _ in range(5):
        chat.advance(1)
        while store.asked:
            store.fails(StoreFailed("chat.db was removed or replaced"))
        chat.advance(0)
    assert oscar.reads() == [
        "*** Messages are not saved at the moment: the disk fails. The log says why. ***"
    ]


def test_operators_alone_are_told_that_the_disk_fails_and_that_it_works_again() -> None:
    disk = SlowStore(is_slow=False)
    chat = Chat(store=disk)
    oscar, gast = come(chat, "oscar", "operator"), chat.arrive("gast")
    oscar.reads()
    disk.is_slow = True
    gast.types("tea?")
    chat.advance(TIMEOUT)
    fails = "*** Messages are not saved at the moment: the disk fails. The log says why. ***"
    # Nobody who is told of it takes a line for saved that is not.
    assert oscar.reads() == [fails, "gast: tea?"]
    disk.is_slow = False
    disk.answers(len(disk.asked))
    chat.advance(INTERVAL)
    assert oscar.reads() == ["*** Messages are saved again; 0 lines were lost. ***"]
    assert gast.reads() == []


def test_an_operator_who_comes_while_the_disk_fails_is_told_once_and_when_it_works_again() -> None:
    disk = SlowStore(is_slow=False, slow=("write", "usage"))
    chat = Chat(store=disk)
    come(chat, "oscar", "operator").types("/quit")
    gast = chat.arrive("gast")
    chat.hub.alarms.start()
    disk.is_slow = True
    gast.types("tea?")
    chat.advance(TIMEOUT)
    oscar = come(chat, "oscar")
    oscar.reads()
    for _ in range(3):
        chat.advance(INTERVAL)
    fails = "*** Messages are not saved at the moment: the disk fails. The log says why. ***"
    assert oscar.reads() == [fails]
    disk.is_slow = False
    disk.answers(len(disk.asked))
    for _ in range(20):
        chat.advance(INTERVAL)
    assert oscar.reads() == ["*** Messages are saved again; 0 lines were lost. ***"]
