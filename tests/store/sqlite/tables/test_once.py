"""
What is written again, and what collides with something else.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from shared_decided import audited
from shared_store import Bench, bench_of
from stores import line, opened

from twisted_chat.store.decisions import Reported, RoomGone, Sanction
from twisted_chat.store.records import Message
from twisted_chat.store.snapshot import KnownRoom
from twisted_chat.store.sqlite.tables.once import Collision, Once

SAID = line(5, "tea")
BAN = Sanction(30, 1, "ban", "mallory", 0, "Mallory", "al", "spam", 1.0, 9.0)
REPORT = Reported(40, 1.0, "gast", "", "mallory", 0, "spams", is_read=False)
TOLD = Message(50, 1.0, "alice", 7, "bob", 8, "hi")


@pytest.fixture(params=["memory", "slow", "synced"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """
    A store that writes at once; through the journal file a collision is found later.
    """
    with bench_of(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("kept", "other"),
    [
        (opened(1), opened(1, "Attic")),
        (opened(1), evolve(opened(1), id=2)),
        (SAID, SAID._replace(number=6)),
        (SAID, SAID._replace(room=2)),
        (SAID, SAID._replace(id=9)),
        (SAID, SAID._replace(id=9, kind="joined")),
        (TOLD, TOLD._replace(author=9)),
        (audited(20), evolve(audited(20), deed="ban")),
        (audited(20), audited(20, room=2)),
        (BAN, evolve(BAN, mask="alice")),
        (REPORT, evolve(REPORT, at=2.0)),
    ],
)
def test_another_thing_in_the_same_place_is_refused_and_the_same_one_stays(
    bench: Bench, kept: Any, other: Any
) -> None:
    bench.write(kept)
    bench.write(kept)
    with pytest.raises(Collision, match=r"is kept in the place of|is number 5 of room 1"):
        bench.write(other)
    # Together with others, and in one write.
    with pytest.raises(Collision):
        bench.write(line(99, room=3), other)
    bench.write(kept)


def test_two_lines_of_one_write_have_two_numbers(bench: Bench) -> None:
    with pytest.raises(Collision, match="another line is number 5 of room 1"):
        bench.write(SAID, line(6), SAID._replace(id=9, kind="left"))
    assert bench.lines(1) == []


def test_a_ban_that_follows_its_user_is_the_same_one(bench: Bench) -> None:
    bench.write(BAN, evolve(BAN, author=7))
    assert bench.reopen().sanctions == (evolve(BAN, author=7),)


def test_a_room_that_is_made_and_closed_stays_closed_when_that_is_written_again(
    bench: Bench,
) -> None:
    first, later = opened(5, "den"), opened(6, "den")
    changes = [first, line(1, "psst", room=5), RoomGone(5, 2, was_closed=True)]
    for _ in range(2):
        bench.write(*changes)
        assert bench.reopen().rooms == ()
    # A later room of its name is another one.
    for _ in range(2):
        bench.write(*changes, later, line(1, "hello", room=6))
        assert bench.reopen().rooms == (KnownRoom(6, "den", "den", 1),)
    assert [each.text for each in bench.lines(5)] == ["psst"]


def test_a_line_that_collides_in_the_journal_file_is_counted_as_lost(tmp_path: Path) -> None:
    with bench_of("sqlite", tmp_path) as bench:
        bench.write(SAID, line(6))
        bench.write(SAID._replace(id=9), line(7))
        assert [each.number for each in bench.lines(1)] == [5, 6, 7]
        assert bench.lines(1)[0] == SAID
        assert bench.store.lost == 1


def test_a_row_is_inserted_once_and_a_row_in_its_place_is_named() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE bird (id INTEGER PRIMARY KEY, name TEXT, seen INTEGER)")
        birds = Once("bird", ("id", "name", "seen"), ("id", "name"))
        assert birds.insert(connection, (1, "wren", 1))
        assert not birds.insert(connection, (1, "wren", 2))
        with pytest.raises(Collision, match=r"^another bird is kept .* id 1, name 'robin'$"):
            birds.insert(connection, (1, "robin", 1))
        assert connection.execute("SELECT * FROM bird").fetchall() == [(1, "wren", 1)]
