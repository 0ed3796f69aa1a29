"""
The segments: two files that take turns, and what is read of them whenever the server ends.
"""

from __future__ import annotations

import resource
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from stores import line

from twisted_chat.store.journal.frames import encode
from twisted_chat.store.journal.segments import (
    SIZE,
    Segments,
    following,
    paths,
    read,
    remove,
    set_aside,
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def segments(database: Path) -> Iterator[Segments]:
    made = Segments(database)
    yield made
    made.close()


def frame(number: int, size: int = 10) -> bytes:
    return encode(number, [line(number, "x" * size)])


def numbers(database: Path, after: int = 0) -> list[int]:
    return [each.number for each in following(read(database), after)]


def test_the_files_stand_beside_the_database_at_full_size_and_for_their_owner_alone(
    database, segments
):
    assert segments.append(1, frame(1))
    (first,) = [path for path in paths(database) if path.exists()]
    assert first == database.with_name("chat.db.journal-0")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.stat().st_size == SIZE
    assert first.stat().st_blocks * 512 >= SIZE


def test_a_database_that_is_a_link_has_its_journal_where_it_is(tmp_path, database):
    link = tmp_path / "link" / "chat.db"
    link.parent.mkdir()
    link.symlink_to(database)
    assert paths(link) == paths(database)


def test_what_was_appended_is_read_after_the_number_that_was_moved(database, segments):
    assert numbers(database) == []
    for number in range(1, 6):
        assert segments.append(number, frame(number))
    assert numbers(database) == [1, 2, 3, 4, 5]
    assert numbers(database, 3) == [4, 5]
    assert numbers(database, 5) == []


def test_what_does_not_follow_without_a_gap_is_not_read(database, segments):
    for number in (7, 8, 9):
        segments.append(number, frame(number))
    assert (numbers(database, 6), numbers(database, 5)) == ([7, 8, 9], [])
    assert [each.number for each in read(database)] == [7, 8, 9]


def test_when_both_files_are_full_there_is_room_again_once_the_older_is_moved(database, segments):
    half, number = SIZE // 2, 0
    while segments.append(number + 1, frame(number + 1, half - 200)):
        number += 1
    assert number == 4
    assert numbers(database) == [1, 2, 3, 4]
    segments.release(1)
    assert not segments.append(5, frame(5, 400))
    segments.release(2)
    assert segments.append(5, frame(5, 400))
    assert numbers(database, 2) == [3, 4, 5]
    assert not segments.append(6, bytes(SIZE + 1))


def test_when_all_is_moved_it_begins_again_at_the_beginning_and_reads_nothing_twice(
    database, segments
):
    for number in range(1, 20):
        assert segments.append(number, frame(number))
    segments.release(19)
    assert segments.append(20, frame(20))
    assert numbers(database, 19) == [20]
    assert not paths(database)[1].exists()


def test_a_file_that_cannot_be_laid_out_is_not_there_and_can_be_later(database, segments):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, limits[1]))
    try:
        for _ in range(2):
            with pytest.raises(OSError):
                segments.append(1, frame(1))
            assert not any(path.exists() for path in paths(database))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert segments.append(1, frame(1))
    assert numbers(database) == [1]


def test_what_is_removed_or_set_aside_is_not_read(database, segments):
    segments.append(1, frame(1))
    set_aside(database)
    assert numbers(database) == []
    left = database.with_name("chat.db.journal-0.left")
    assert left.read_bytes().startswith(frame(1))
    segments.remove()
    remove(database)
    assert left.exists()


class Lives(RuleBasedStateMachine):
    """
    A server that writes and moves, small files, and a look at them at any moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.database = self.folder / "chat.db"
        self.segments = Segments(self.database, 2000)
        self.written, self.moved = 0, 0

    @rule(size=st.integers(0, 300))
    def write(self, size: int) -> None:
        if self.segments.append(self.written + 1, frame(self.written + 1, size)):
            self.written += 1

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        self.moved = data.draw(st.integers(self.moved, self.written))
        self.segments.release(self.moved)

    @invariant()
    def all_that_was_written_and_not_moved_is_read(self) -> None:
        assert numbers(self.database, self.moved) == list(range(self.moved + 1, self.written + 1))

    def teardown(self) -> None:
        self.segments.remove()
        self.folder.rmdir()


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLives = Lives.TestCase
