"""
The appender: the reactor waits for a write, but not for a disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from stores import WITHIN, ReactorThread, line, result_of
from twisted.internet.defer import Deferred

from twisted_chat.store.journal.appender import Appender
from twisted_chat.store.journal.frames import encode
from twisted_chat.store.journal.segments import Segments, read


class Disk(Segments):
    """
    A journal file on a disk that can be frozen and broken.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.is_well = Event()
        self.is_well.set()
        self.error: OSError | None = None

    def append(self, number: int, data: bytes) -> bool:
        assert self.is_well.wait(WITHIN)
        if self.error is not None:
            raise self.error
        return super().append(number, data)


@pytest.fixture
def reactor() -> ReactorThread:
    return ReactorThread()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "chat.db")
    yield made
    made.close()


@pytest.fixture
def appender(disk: Disk, reactor: ReactorThread) -> Iterator[Appender]:
    made = Appender(disk, reactor, WITHIN)
    yield made
    made.stop()


def frame(number: int) -> tuple[int, bytes]:
    return number, encode(number, [line(number)])


def test_a_quick_write_is_done_at_once(appender, tmp_path):
    assert appender.append(*frame(1)) is True
    assert appender.append(*frame(2)) is True
    assert [each.number for each in read(tmp_path / "chat.db")] == [1, 2]


def test_where_there_is_no_room_that_is_known_at_once(appender, disk):
    disk.size = 1
    assert appender.append(*frame(1)) is False


def test_what_the_system_refuses_is_raised(appender, disk):
    disk.error = OSError(5, "Input/output error")
    with pytest.raises(OSError, match="Input/output error"):
        appender.append(*frame(1))
    disk.error = None
    assert appender.append(*frame(1)) is True


def test_a_disk_that_does_not_answer_is_not_waited_for_until_it_is_quick_again(
    appender, disk, reactor, tmp_path
):
    appender._wait = 0.001
    disk.is_well.clear()
    late = appender.append(*frame(1))
    assert isinstance(late, Deferred)
    # In order, and with no other wait in the reactor.
    appender._wait = 1e9
    later = appender.append(*frame(2))
    assert isinstance(later, Deferred)
    appender._wait = 0.0
    disk.is_well.set()
    assert result_of(late, reactor.do_one) is True
    assert result_of(later, reactor.do_one) is True
    assert [each.number for each in read(tmp_path / "chat.db")] == [1, 2]
    # Both took longer than nothing; the next does not take longer than this.
    appender._wait = WITHIN
    assert result_of(appender.append(*frame(3)), reactor.do_one) is True
    assert appender.append(*frame(4)) is True


def test_a_write_that_fails_late_is_told_so(appender, disk, reactor):
    appender._wait = 0.001
    disk.is_well.clear()
    late = appender.append(*frame(1))
    disk.error = OSError(28, "No space left on device")
    disk.is_well.set()
    with pytest.raises(OSError, match="No space"):
        result_of(late, reactor.do_one)
